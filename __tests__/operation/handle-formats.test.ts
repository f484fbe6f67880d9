/**
 * Handles outlive releases: each that a release has ever written is read as it was meant, and goes on.
 */
import { describe, expect, it } from 'vitest'
import { AZURE, rules, START_MS, toPollAnswer } from '../../__fixtures__/conversation.ts'
import { FORMAT_1 } from '../../__fixtures__/handles/format-1.ts'
import { FORMAT_2 } from '../../__fixtures__/handles/format-2.ts'
import { FORMAT_3 } from '../../__fixtures__/handles/format-3.ts'
import type { WrittenHandle } from '../../__fixtures__/handles/written-handle.ts'
import { encodeHandle, FORMAT } from '../../src/operation/handle.ts'
import { next } from '../../src/operation/next.ts'
import { decodeHandle, READABLE_FORMATS } from '../../src/operation/read-handle.ts'

const WRITTEN: Readonly<Record<number, readonly WrittenHandle[]>> = {
  1: FORMAT_1,
  2: FORMAT_2,
  3: FORMAT_3
}
const ALL = Object.entries(WRITTEN).flatMap(([format, rows]) =>
  rows.map((row) => ({ ...row, format }))
)

describe('the formats of a handle', () => {
  it('are all read, each with handles of its own to prove it', () => {
    expect(Object.keys(WRITTEN).map(Number)).toEqual(READABLE_FORMATS)
    expect(READABLE_FORMATS).toContain(FORMAT)
  })

  it.each(ALL)('read format $format: $name', ({ text, ids, trust = AZURE, handle }) => {
    expect(decodeHandle(text, trust, ids)).toEqual({ kind: 'handle', handle })
  })

  it.each(ALL)('go on in format $format: $name', ({ text, ids, trust = AZURE, next: goesOn }) => {
    const reading = decodeHandle(text, trust, ids)
    if (reading.kind !== 'handle') throw new Error(reading.problem)
    const { operation, finalStateVia, extraStates } = reading.handle
    if (operation.state === 'awaiting-condition' || operation.state === 'over') {
      expect(goesOn).toBeUndefined()
      return
    }
    if (goesOn === undefined) throw new Error('test bug: no answer to go on with')
    const asked = rules({ trust, finalStateVia, extraStates })
    const after = next(operation, toPollAnswer(goesOn.answer), asked, START_MS + 60_000)
    expect(after.state).toBe(goesOn.state)
  })

  it.each(WRITTEN[FORMAT] ?? [])('are changed by a new number only: $name', (row) => {
    const { text, ids, trust = AZURE, handle } = row
    expect(encodeHandle(handle, trust.origin, ids)).toBe(text)
  })
})
