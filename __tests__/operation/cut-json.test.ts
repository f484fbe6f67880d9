/**
 * JSON without its end, read as far as it goes.
 */
import { describe, expect, it } from 'vitest'
import { parseCutJson } from '../../src/operation/cut-json.ts'

describe('parseCutJson', () => {
  it.each<[string, unknown]>([
    ['{"a":"b', { a: 'b' }],
    ['{"a":"b\\', { a: 'b' }],
    ['{"a":"b\\u00', { a: 'b' }],
    ['{"a":"b\\"c', { a: 'b"c' }],
    ['{"a":1,"b', { a: 1 }],
    ['{"a":1,"b"', { a: 1 }],
    ['{"a":1,"b":', { a: 1 }],
    ['{"a":1,"b":tr', { a: 1 }],
    ['{"a":[{"b":"c"},{"d":[1,2', { a: [{ b: 'c' }, { d: [1] }] }],
    ['[', []],
    ['{', {}]
  ])('reads %s', (text, value) => {
    expect(parseCutJson(text)).toEqual(value)
  })

  it.each([
    '',
    'text',
    '[a] is wrong',
    '{"a":1} and more',
    '{"a":1]',
    ']',
    `["${'x'.repeat(1_000_001)}`
  ])('reads nothing else', (text) => {
    expect(parseCutJson(text)).toBeUndefined()
  })

  it('reads every beginning of a text that is JSON', () => {
    const text =
      '{"error":{"code":"X","message":"a \\"b\\" é","details":[{"n":[1,true,null,{"q":{}}]}]}}'
    for (let length = 1; length < text.length; length += 1) {
      expect(parseCutJson(text.slice(0, length)), text.slice(0, length)).toBeDefined()
    }
  })
})
