/**
 * Values that are nested more deeply than the machine's stack goes.
 */
import { describe, expect, it } from 'vitest'
import { listLeaves } from '../../src/http/body.ts'
import { writeJsonText } from '../../src/http/deep-json.ts'
import type { JsonValue } from '../../src/http/message.ts'

/** A value some thousand levels down, where JSON.stringify gives up. */
function bury(value: JsonValue, depth = 20_000): JsonValue {
  let whole = value
  for (let level = 0; level < depth; level += 1) {
    whole = level % 2 === 0 ? [whole] : { 'a "b"\n': whole }
  }
  return whole
}

describe('listLeaves', () => {
  it.each([[0], [20_000]])(
    'lists what is no object and no list in reading order, %i deep',
    (depth) => {
      const value = { a: [1, ['x', {}], null], b: { c: true, d: [] }, e: '' }
      expect(listLeaves(bury(value, depth))).toEqual([1, 'x', null, true, ''])
    }
  )
})

describe('writeJsonText', () => {
  const VALUE = { a: [1, 'x\u2028"', null, true, {}, []], '': { b: -0.5 } }

  it('writes what JSON.stringify writes', () => {
    expect(writeJsonText(VALUE)).toBe(JSON.stringify(VALUE))
    expect(writeJsonText('x')).toBe('"x"')
  })

  it('writes the same where JSON.stringify cannot', () => {
    const deep = bury(VALUE)
    expect(() => JSON.stringify(deep)).toThrow(RangeError)
    const text = writeJsonText(deep)
    const [before, after, ...more] = text.split(JSON.stringify(VALUE))
    expect(more).toEqual([])
    expect(before).toBe('{"a \\"b\\"\\n":['.repeat(10_000))
    expect(after).toBe(']}'.repeat(10_000))
  })
})
