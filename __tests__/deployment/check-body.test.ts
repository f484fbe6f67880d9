/**
 * Bodies of deployments that Azure would refuse, and those that it takes: the forms of
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files and the declarations of
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters.
 */
import { describe, expect, it } from 'vitest'
import { findBodyFaults } from '../../src/deployment/check-body.ts'

const FILE = { pointer: '/properties/template', file: 'main.json', filePointer: '' }
const DECLARED = {
  definitions: {
    size: { type: 'int' },
    optional: { $ref: '#/definitions/inner' },
    inner: { type: 'string', nullable: true },
    round: { $ref: '#/definitions/round' },
    'a/b': { type: 'bool' }
  },
  parameters: {
    name: { type: 'string' },
    secret: { type: 'SecureString', defaultValue: '' },
    count: { type: 'int', defaultValue: null },
    on: { type: 'bool', defaultValue: true },
    list: { type: 'array', nullable: true },
    object: { type: 'object', defaultValue: {} },
    secretObject: { type: 'secureObject', defaultValue: {} },
    sized: { $ref: '#/definitions/size', nullable: true },
    slash: { $ref: '#/definitions/a~1b', nullable: true },
    optional: { $ref: '#/definitions/optional' },
    round: { $ref: '#/definitions/round' },
    lost: { $ref: '#/definitions/none' },
    odd: { type: 'constructor', defaultValue: 1 }
  }
}

/** Problems of a body with these properties. */
function judge(properties: object, sources: readonly (typeof FILE)[] = []): readonly string[] {
  return findBodyFaults(JSON.stringify({ properties }), sources).map(({ problem }) => problem)
}

/** Problems of these parameters for the template above, read from a file. */
function judgeFit(parameters: object, more: object = {}): readonly string[] {
  const given = { name: { value: 'web' }, ...parameters }
  return judge({ template: DECLARED, parameters: given, ...more }, [FILE])
}

const NO_FORM = 'where Azure Resource Manager takes an object with value, reference or expression'

describe('findBodyFaults', () => {
  it.each<[string, object, string]>([
    ['a path', { template: 'infra/main.bicep' }, 'properties.template is text, not an object'],
    ['a list', { template: [] }, 'properties.template is a list, not an object'],
    ['a number', { Template: 1 }, 'properties.template is a number, not an object'],
    ['text', { parameters: 'p.json' }, 'properties.parameters is text, not an object'],
    [
      'a whole file',
      { parameters: { $schema: 'https://schema', contentVersion: '1.0.0.0', parameters: {} } },
      'properties.parameters is a whole parameter file'
    ],
    [
      'a whole file without its schema',
      { parameters: { contentVersion: '1.0.0.0', parameters: { a: { value: 1 } } } },
      'properties.parameters is a whole parameter file'
    ],
    ['text', { parameters: { env: 'x' } }, `the parameter "env" is text, ${NO_FORM}`],
    ['null', { parameters: { env: null } }, `the parameter "env" is null, ${NO_FORM}`],
    ['a boolean', { parameters: { on: true } }, `the parameter "on" is true or false, ${NO_FORM}`],
    ['{}', { parameters: { a: {} } }, `the parameter "a" is an object without value, ${NO_FORM}`],
    [
      'one name in two cases',
      { parameters: { env: { value: 'dev' }, ENV: { value: 'prod' } } },
      'the parameter "ENV" is given twice, also as "env"'
    ],
    [
      'several',
      { parameters: { a: 1, b: { value: 2 }, c: [] } },
      `the parameters "a", "c" are plain values, ${NO_FORM}`
    ]
  ])('finds %s in its place', (_what, properties, problem) => {
    expect(judge(properties)).toEqual([problem])
  })

  it('finds one fault of the template, and one of the parameters', () => {
    expect(judge({ template: 'x', parameters: { a: 1 } })).toHaveLength(2)
  })

  it.each<[string, object]>([
    ['nothing of either', {}],
    ['links', { templateLink: { uri: 'x' }, parametersLink: { uri: 'y' } }],
    ['null', { template: null, parameters: null }],
    ['every form', { parameters: { a: { value: null }, b: { reference: {} }, c: { Value: 1 } } }],
    ['an expression', { parameters: { a: { expression: "[externalInputs('a')]" } } }],
    ['names of the format', { parameters: { value: { value: 1 }, parameters: { value: {} } } }],
    ['half of a template in place', { template: DECLARED, parameters: { other: { value: 1 } } }]
  ])('lets a body have %s', (_what, properties) => {
    expect(judge(properties)).toEqual([])
  })

  it.each(['', '[]', '1', '"x"', '{', '{"properties": []}', 'a: 1'])(
    'says nothing of the body %o',
    (text) => {
      expect(findBodyFaults(text, [FILE])).toEqual([])
    }
  )

  it.each<[string, object, string]>([
    ['unknown', { nane: { value: 1 } }, 'the template "main.json" has no parameter "nane"'],
    [
      'unknown',
      { a: { value: 1 }, b: { reference: {} } },
      'the template "main.json" has no parameters "a", "b"'
    ],
    ['text', { count: { value: '1' } }, wants('count', 'text', 'int')],
    ['a fraction', { count: { value: 1.5 } }, wants('count', 'a number with a fraction', 'int')],
    ['text', { on: { value: 'true' } }, wants('on', 'text', 'bool')],
    ['a number', { NAME: { value: 1 } }, wants('NAME', 'a number', 'string')],
    ['a list', { secret: { value: [] } }, wants('secret', 'a list', 'SecureString')],
    ['an object', { list: { value: {} } }, wants('list', 'an object', 'array')],
    ['a list', { object: { value: [] } }, wants('object', 'a list', 'object')],
    ['text', { secretObject: { value: '{}' } }, wants('secretObject', 'text', 'secureObject')],
    ['text', { sized: { value: 'large' } }, wants('sized', 'text', 'int')],
    ['text', { slash: { value: 'x' } }, wants('slash', 'text', 'bool')]
  ])('finds what does not fit the template: %s %j', (_what, parameters, problem) => {
    const name = 'NAME' in parameters ? { name: undefined } : {}
    expect(judgeFit({ ...name, ...parameters })).toEqual([problem])
  })

  it.each<[string, object]>([
    ['whatever the case of a name', { COUNT: { value: 1 } }],
    ['null for what has no value', { count: { value: null }, list: { value: null } }],
    ['a reference for a secret', { secret: { reference: { keyVault: {} } } }],
    ['a type that nobody knows', { odd: { value: 1 } }],
    ['what refers to itself, or to nothing', { round: { value: 1 }, lost: { value: 1 } }],
    ['what every type is', { on: { value: false }, list: { value: [] }, object: { value: {} } }]
  ])('lets parameters have %s', (_what, parameters) => {
    expect(judgeFit(parameters)).toEqual([])
  })

  it('wants a value where the template has none of its own', () => {
    const problem = 'the template "main.json" needs a value for the parameter "name"'
    expect(judgeFit({ name: undefined })).toEqual([problem])
    expect(judge({ template: DECLARED }, [FILE])).toEqual([problem])
    expect(judgeFit({ name: undefined }, { parametersLink: { uri: 'x' } })).toEqual([])
    expect(judgeFit({ name: { reference: {} } })).toEqual([])
  })

  it('says what the template has instead', () => {
    const template = { parameters: { one: { defaultValue: 1 }, two: { defaultValue: 2 } } }
    const body = { properties: { template, parameters: { three: { value: 3 } } } }
    const [fault] = findBodyFaults(JSON.stringify(body), [FILE])
    expect(fault).toMatchObject({ allowed: '"one", "two"' })
    const bare = { properties: { template: {}, parameters: { three: { value: 3 } } } }
    const [other] = findBodyFaults(JSON.stringify(bare), [FILE])
    expect(other).toMatchObject({ allowed: 'none, for it has no parameters' })
  })

  it('names no more than a person reads', () => {
    const parameters = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`p${at}`, at]))
    expect(judge({ parameters })[0]).toContain('"p19" and 30 more are plain values')
  })
})

function wants(name: string, is: string, type: string): string {
  return `the parameter "${name}" is ${is}, and the template "main.json" wants ${type}`
}
