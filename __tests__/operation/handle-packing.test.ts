/**
 * The packing of a handle: what comes back is what went in, and bytes that nobody packed come to nothing.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AZURE } from '../../__fixtures__/conversation.ts'
import { FORMAT_2 } from '../../__fixtures__/handles/format-2.ts'
import { FORMAT_3 } from '../../__fixtures__/handles/format-3.ts'
import { sealBytes } from '../../__fixtures__/handles.ts'
import { packJson } from '../../src/operation/handle-packing.ts'
import { unpackJson } from '../../src/operation/handle-unpacking.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'

const MAX_CHARS = 100_000

function repack(json: string): string {
  const packed = packJson(json, MAX_CHARS)
  if (packed === undefined) throw new Error('test bug: too long')
  return unpackJson(packed, MAX_CHARS) ?? ''
}

/** Texts in which much is repeated, as in a handle. */
const words = fc
  .array(fc.constantFrom('/subscriptions/', '"', 'AbC-_09', 'x', '\u0001s\u0002', 'é', '😀', '?'))
  .map((parts) => parts.join(''))

describe('a packed text', () => {
  it('is the same JSON when it is unpacked', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          words.map((text) => JSON.stringify(text))
        ),
        (json) => {
          expect(JSON.parse(repack(json))).toEqual(JSON.parse(json))
        }
      )
    )
  })

  it.each([
    ['nothing', ''],
    ['one letter', 'a'],
    ['a long run of one letter', 'a'.repeat(50_000)],
    ['letters of base64url in each number', 'Zm9vYmFyZm9vYmFyZm9vYmFy-_'.repeat(3).slice(1)],
    ['a run longer than one code can say', 'QUJDRA0123'.split('').reverse().join('').repeat(130)],
    ['placeholders', '{"u":"/\u0001sff\u0002/\u0001t\u0002"}']
  ])('comes back to the letter: %s', (_what, text) => {
    expect(repack(text)).toBe(text)
  })

  it('is not made where it would have too many letters', () => {
    expect(packJson('a'.repeat(11), 10)).toBeUndefined()
    expect(packJson('ééé', 10)).toBeUndefined()
    expect(packJson('a'.repeat(10), 10)).toBeDefined()
  })

  it('makes handles at least a quarter shorter, and less than half as long over all', () => {
    const sizes = FORMAT_2.map((row, index) => [row.text.length, FORMAT_3[index]?.text.length ?? 0])
    for (const [before = 0, after = 0] of sizes) expect(after).toBeLessThan(0.75 * before)
    const [before, after] = [0, 1].map((at) =>
      sizes.reduce((sum, each) => sum + (each[at] ?? 0), 0)
    )
    expect(after).toBeLessThan((before ?? 0) / 2)
  })
})

describe('bytes that nobody packed', () => {
  it.each([
    ['a copy that is cut short', [0x80, 0]],
    ['a copy from before the known texts', [0x80, 0xff, 0xff]],
    ['a copy of what it makes itself', [0x61, 0xfe, 0, 1]],
    ['a copy from nowhere', [0x80, 0, 0]],
    ['a run without an end', [0xff, 2, 1, 2, 3]],
    ['a run of nothing', [0xff, 0]],
    ['a code alone', [0xff]]
  ])('are refused: %s', (_what, bytes) => {
    expect(unpackJson(Uint8Array.from(bytes), MAX_CHARS)).toBeUndefined()
    expect(decodeHandle(sealBytes([0, ...bytes]), AZURE, {})).toMatchObject({ kind: 'refused' })
  })

  it('make no more than the bound, however many copies they name', () => {
    const bomb = Uint8Array.from(
      Array.from({ length: 75_000 }, (_, at) => [0xfe, 4, 0][at % 3] ?? 0)
    )
    expect(unpackJson(bomb, MAX_CHARS)).toBeUndefined()
  })

  it('throw nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = unpackJson(bytes, 1_000)
        expect(text === undefined || text.length <= 1_000).toBe(true)
      })
    )
  })
})
