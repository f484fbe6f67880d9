/**
 * The outputs of a template as step outputs.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import { readTemplateOutputs } from '../../src/deployment/outputs.ts'
import type { JsonValue } from '../../src/http/message.ts'

interface Given {
  readonly outputs: JsonValue
  readonly masked?: readonly string[]
}

function read({ outputs, masked = [] }: Given) {
  const response = createAnswer(200, { name: 'web', properties: { mode: 'Incremental', outputs } })
  const found = readTemplateOutputs(response, { reserved: ['status', 'response'], masked })
  return { ...found, values: Object.fromEntries(found.outputs.map((o) => [o.name, o.value])) }
}

describe('readTemplateOutputs', () => {
  it.each<[string, JsonValue, string]>([
    ['a string as it is', 'https://shop.example', 'https://shop.example'],
    ['a string with lines and quotes', 'one\n"two"', 'one\n"two"'],
    ['an empty string', '', ''],
    ['a number', 7, '7'],
    ['a truth value', false, 'false'],
    ['an object', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
    ['an array', [true, null], '[true,null]']
  ])('gives %s', (_what, value, text) => {
    expect(read({ outputs: { one: { type: 'x', value } } }).values).toEqual({ one: text })
  })

  it('gives nothing for a null, and for what is no output at all', () => {
    const { values, refusals } = read({ outputs: { a: { type: 'string', value: null }, b: 'x' } })
    expect({ values, refusals }).toEqual({ values: {}, refusals: [] })
    expect(read({ outputs: 'none' }).values).toEqual({})
    expect(
      readTemplateOutputs(
        { status: 204, headers: {}, body: { kind: 'empty' } },
        { reserved: [], masked: [] }
      ).outputs
    ).toEqual([])
  })

  it.each([
    ['status', /one of this action's own outputs\. Rename it .*\['status'\]/],
    ['Response', /one of this action's own outputs/],
    ['a.b', /letters, digits, "-" and "_" only.*outputs\['a\.b'\]\.value/],
    ['1st', /does not begin with a digit/],
    ['', /letters, digits/]
  ])('refuses the name %j and says what to do', (name, refusal) => {
    const found = read({ outputs: { [name]: { type: 'string', value: 'x' } } })
    expect(found.values).toEqual({})
    expect(found.refusals).toEqual([expect.stringMatching(refusal)])
  })

  it('refuses a value that is too large for a step', () => {
    const found = read({ outputs: { big: { type: 'string', value: 'x'.repeat(1_000_000) } } })
    expect(found.values).toEqual({})
    expect(found.refusals).toEqual([expect.stringContaining('response-file')])
  })

  it.each(['SecureString', 'secureString', 'SecureObject', 'secureobject'])(
    'masks a %s, and leaves it out of outputs and response',
    (type) => {
      const value = type.toLowerCase().endsWith('object')
        ? { user: 'admin', password: 'hunter22', pin: 12_345, short: 'abc' }
        : 'hunter22'
      const found = read({
        outputs: { login: { type, value }, url: { type: 'string', value: 'u' } }
      })
      expect(found.values).toEqual({ url: 'u' })
      expect(found.refusals).toEqual([])
      expect(found.secrets).toContain('hunter22')
      expect(found.secrets).not.toContain('abc')
      const { body } = found.response
      expect(body.kind === 'json' ? JSON.parse(body.text) : '').toEqual({
        name: 'web',
        properties: {
          mode: 'Incremental',
          outputs: { login: { type }, url: { type: 'string', value: 'u' } }
        }
      })
      expect(JSON.stringify(found.response)).not.toContain('hunter22')
    }
  )

  it('sets a secure output that is named in masked-outputs, masked first', () => {
    const outputs = { Key: { type: 'secureString', value: 's3cret' } }
    const found = read({ outputs, masked: ['key'] })
    expect(found.values).toEqual({ Key: 's3cret' })
    expect(found.secrets).toEqual(['s3cret'])
    expect(JSON.stringify(found.response)).not.toContain('s3cret')
  })

  it('masks a plain output that is named, with the texts in it', () => {
    const outputs = { keys: { type: 'array', value: [{ key: 'abcdef' }, 'ghijkl', 123_456, true] } }
    const found = read({ outputs, masked: ['keys'] })
    expect(found.values).toEqual({ keys: '[{"key":"abcdef"},"ghijkl",123456,true]' })
    expect(found.secrets).toEqual([found.values.keys, 'abcdef', 'ghijkl', '123456'])
    expect(JSON.stringify(found.response)).toContain('abcdef')
  })

  it('says so when Azure withholds a secure output that is wanted', () => {
    const found = read({ outputs: { key: { type: 'securestring' } }, masked: ['key'] })
    expect(found.refusals).toEqual([expect.stringContaining('Azure does not return the values')])
    expect(found.secrets).toEqual([])
  })

  it('leaves an answer without secrets untouched, byte for byte', () => {
    const text =
      '{"properties": {"outputs": {"n": {"type": "Int", "value": 12345678901234567890}}}}'
    const body = { kind: 'json', value: JSON.parse(text), text } as const
    const response = { status: 200, headers: {}, body }
    expect(readTemplateOutputs(response, { reserved: [], masked: [] }).response).toBe(response)
  })

  // A template's integers have 64 bits.
  describe('keeps all digits of an integer', () => {
    const readText = (outputs: string, masked: readonly string[] = []) => {
      const text = `{"properties":{"outputs":${outputs}}}`
      const body = { kind: 'json', value: JSON.parse(text), text } as const
      const found = readTemplateOutputs(
        { status: 200, headers: {}, body },
        { reserved: [], masked }
      )
      const values = Object.fromEntries(found.outputs.map(({ name, value }) => [name, value]))
      const shown = found.response.body.kind === 'json' ? found.response.body.text : ''
      return { ...found, values, shown }
    }

    it.each([
      ['9007199254740993', '9007199254740993'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['7', '7'],
      [
        '{"a":[9007199254740993,1.50,"9007199254740993"]}',
        '{"a":[9007199254740993,1.50,"9007199254740993"]}'
      ],
      ['"\\"9007199254740993"', '"9007199254740993'],
      ['"\\u0000#7"', '\u0000#7'],
      ['["a\\\\", 12345678901234567890]', '["a\\\\",12345678901234567890]']
    ])('%s', (json, value) => {
      expect(readText(`{"one":{"type":"Int","value":${json}}}`).values).toEqual({ one: value })
    })

    it('in a response whose secure outputs are left out', () => {
      const { shown } = readText(
        '{"n":{"type":"Int","value":9007199254740993},"s":{"type":"SecureString","value":"hunter22"}}'
      )
      expect(shown).toBe(
        '{"properties":{"outputs":{"n":{"type":"Int","value":9007199254740993},"s":{"type":"SecureString"}}}}'
      )
    })

    it('that is masked', () => {
      const { secrets } = readText('{"n":{"type":"Object","value":{"pin":9007199254740993}}}', [
        'n'
      ])
      expect(secrets).toEqual(['{"pin":9007199254740993}', '9007199254740993'])
    })
  })

  it('names every output, of those that are not set as well', () => {
    const outputs = { status: { value: 'x' }, key: { type: 'securestring' }, url: { value: 'u' } }
    expect(read({ outputs }).names).toEqual(['status', 'key', 'url'])
  })
})
