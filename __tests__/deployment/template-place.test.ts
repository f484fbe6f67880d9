/**
 * The place in the template's file where the cause of a failure is.
 */
import { describe, expect, it } from 'vitest'
import { createError } from '../../__fixtures__/outcomes.ts'
import { findTemplatePlace } from '../../src/deployment/template-place.ts'
import type { JsonObject } from '../../src/http/message.ts'
import type { OperationError } from '../../src/operation/error.ts'
import type { BodySource } from '../../src/request/body-source.ts'

const TEMPLATE = `{
  // The shop.
  "resources": [
    { "type": "A", "name": "one" },
    {
      "type": "B",
      "properties": { "a.b": 1 }
    }
  ]
}`
const value = {
  resources: [
    { type: 'A', name: 'one' },
    { type: 'B', properties: { 'a.b': 1 } }
  ]
}
const BODY = JSON.stringify({ properties: { mode: 'Incremental', template: value } })
const FILE: BodySource = {
  pointer: '/properties/template',
  file: 'infra/main.json',
  filePointer: '',
  text: TEMPLATE
}

function violate(info: JsonObject): OperationError {
  return {
    ...createError('InvalidTemplate', 'The template is not valid.'),
    additionalInfo: [{ type: 'TemplateViolation', info }]
  }
}

const at = (text: string) => BODY.indexOf(text) + 1

describe('findTemplatePlace', () => {
  it.each<[string, OperationError, number | undefined, number | undefined]>([
    ['a path in the body', violate({ path: 'properties.template.resources[1].type' }), 6, 15],
    ['a path in the template', violate({ path: 'resources[1]' }), 5, 5],
    ['a path with a quoted name', violate({ path: "resources[1].properties['a.b']" }), 7, 30],
    ['a path that goes further than the file', violate({ path: 'resources[0].sku.name' }), 4, 5],
    ['a path to nothing in the file', violate({ path: 'outputs.x' }), undefined, undefined],
    [
      'line and column in the body',
      violate({ lineNumber: 1, linePosition: at('"B"') + 1, path: '' }),
      6,
      15
    ],
    [
      'line and column in the message',
      createError(
        'InvalidTemplate',
        `The resource at line '1' and column '${at('"one"') + 1}' is bad`
      ),
      4,
      28
    ],
    [
      'line and column of nowhere',
      violate({ lineNumber: 9, linePosition: 9 }),
      undefined,
      undefined
    ],
    [
      'line zero, as ARM says for the whole',
      violate({ lineNumber: 0, linePosition: 0, path: '' }),
      undefined,
      undefined
    ],
    ['no place at all', createError('DeploymentFailed', 'It failed.'), undefined, undefined]
  ])('leads %s back to the file', (_what, error, line, column) => {
    const place = findTemplatePlace(error, BODY, [FILE])
    const position = line === undefined || column === undefined ? {} : { line, column }
    expect(place).toEqual({ file: 'infra/main.json', ...position })
  })

  it('finds the deepest error that names a place', () => {
    const error = createError('InvalidTemplateDeployment', 'x', violate({ path: 'resources[0]' }))
    expect(findTemplatePlace(error, BODY, [FILE])).toMatchObject({ line: 4 })
  })

  it('takes a part of a file, and the closest of several', () => {
    const parts: BodySource[] = [
      { ...FILE, pointer: '', file: 'body.json' },
      {
        pointer: '/properties/template/resources',
        file: 'parts.json',
        filePointer: '/a~1b/0',
        text: '{"a/b": [[{},\n{"type": "B"}]]}'
      }
    ]
    const place = findTemplatePlace(violate({ path: 'resources[1].type' }), BODY, parts)
    expect(place).toEqual({ file: 'parts.json', line: 2, column: 10 })
    expect(findTemplatePlace(createError('x', 'y'), BODY, parts)).toEqual({ file: 'body.json' })
  })

  it('knows only the file of what is no JSON, and nothing without a file', () => {
    const { text: _text, ...bicep } = { ...FILE, file: 'infra/main.bicep' }
    const error = violate({ path: 'resources[1]' })
    expect(findTemplatePlace(error, BODY, [bicep])).toEqual({ file: 'infra/main.bicep' })
    expect(findTemplatePlace(error, BODY, [{ ...FILE, text: '' }])).toEqual({ file: FILE.file })
    expect(findTemplatePlace(error, undefined, [])).toBeUndefined()
    const parameters = { ...FILE, pointer: '/properties/parameters' }
    expect(findTemplatePlace(error, BODY, [parameters])).toBeUndefined()
  })

  it('is not led astray by a path of a thousand parts', () => {
    const path = 'a.'.repeat(999)
    expect(findTemplatePlace(violate({ path }), BODY, [FILE])).toEqual({ file: FILE.file })
    expect(findTemplatePlace(violate({ path: path.repeat(9) }), BODY, [FILE])).toEqual({
      file: FILE.file
    })
  })

  // https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#multi-line-strings
  it('finds a place after a string over several lines', () => {
    const text = TEMPLATE.replace('"A"', '"A\n\tB"')
    const error = violate({ path: 'resources[1].type' })
    const place = findTemplatePlace(error, BODY, [{ ...FILE, text }])
    expect(place).toEqual({ file: 'infra/main.json', line: 7, column: 15 })
  })
})
