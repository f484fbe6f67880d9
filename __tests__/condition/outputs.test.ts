/**
 * The author's outputs, from the input to the value.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateOutputs } from '../../src/condition/evaluate-outputs.ts'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import {
  listMaskTexts,
  parseMaskedOutputs,
  parseOutputs
} from '../../src/condition/output-definitions.ts'
import type { JsonValue } from '../../src/http/message.ts'

describe('parseOutputs', () => {
  it('reads a name and an expression per line', () => {
    expect(parseOutputs("\n  a: b.c\n\n_x-1 :  [?d == ':']  \r\n", ['status'])).toEqual([
      { name: 'a', expression: 'b.c' },
      { name: '_x-1', expression: "[?d == ':']" }
    ])
    expect(parseOutputs('', [])).toEqual([])
  })

  it.each([
    ['no-colon', '"no-colon" has no colon'],
    ['a:', '"a:" has no expression after its colon'],
    [': b', '"" is not the name of an output'],
    ['1a: b', '"1a" is not the name of an output'],
    ['a b: c', '"a b" is not the name of an output'],
    ['a.b: c', '"a.b" is not the name'],
    ['é: c', '"é" is not the name'],
    [`${'a'.repeat(101)}: c`, 'is not the name of an output'],
    ['Status: c', '"Status" is an output of the action'],
    ['a: b\nA: c', '"A" is given twice']
  ])('refuses %j', (text, problem) => {
    expect(() => parseOutputs(text, ['status'])).toThrow(`Input outputs: `)
    expect(() => parseOutputs(text, ['status'])).toThrow(problem)
  })
})

describe('parseMaskedOutputs', () => {
  it('reads a name per line', () => {
    expect(parseMaskedOutputs(' a\n\nb-c ')).toEqual(['a', 'b-c'])
    expect(() => parseMaskedOutputs('a, b')).toThrow('Input masked-outputs: "a, b" is not the name')
  })
})

describe('evaluateOutputs', () => {
  let compile: Compile
  beforeAll(async () => {
    compile = await loadCompiler()
  })

  const evaluate = (text: string, value: JsonValue) =>
    evaluateOutputs(
      [{ name: 'x', expression: compile({ input: 'outputs', text, isCondition: false }) }],
      { kind: 'json', value, text: JSON.stringify(value) }
    )

  it.each<[string, JsonValue, string]>([
    ['a', { a: 'plain\ntext' }, 'plain\ntext'],
    ['a', { a: 7 }, '7'],
    ['a', { a: false }, 'false'],
    ['a', { a: [1, 'b'] }, '[1,"b"]'],
    ['a', { a: '' }, '']
  ])('%s over %j is %j', (text, value, output) => {
    expect(evaluate(text, value)).toMatchObject({
      values: [{ name: 'x', text: output }],
      warnings: []
    })
  })

  it.each<[string, string]>([
    ['b', 'The output x is empty: b is null in the response'],
    ['length(b)', 'The output x is empty: length(b): Invalid type']
  ])('warns of %s, which has no value', (text, warning) => {
    const { values, warnings } = evaluate(text, {})
    expect(values).toMatchObject([{ text: '' }])
    expect(warnings).toEqual([expect.stringContaining(warning)])
  })

  it('warns of a comparison that is never true, and gives its value', () => {
    expect(evaluate("a == '7'", { a: 7 })).toMatchObject({
      values: [{ text: 'false' }],
      warnings: [
        expect.stringMatching(/^The output x: a == '7': a \(the number 7\) is compared with/)
      ]
    })
  })

  it('masks the whole and each text in it', () => {
    const { values } = evaluate('@', { a: ['one', 2], b: { c: 'three', d: '' } })
    expect(values.flatMap(listMaskTexts)).toEqual([
      '{"a":["one",2],"b":{"c":"three","d":""}}',
      'one',
      'three'
    ])
    expect(evaluate('b', {}).values.flatMap(listMaskTexts)).toEqual([])
  })
})
