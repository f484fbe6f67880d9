import { describe, expect, it } from 'vitest'
import type { InputName } from '../../src/contract.ts'
import { InputError } from '../../src/errors.ts'
import {
  type ReadInput,
  readBoolean,
  readChoice,
  readDuration,
  readGuid,
  readLines,
  trimInputs
} from '../../src/inputs/reader.ts'

type Given = Partial<Record<InputName, string>>

const GUID = '00000000-1111-2222-3333-444444444444'

const readFrom =
  (given: Given): ReadInput =>
  (name) =>
    given[name] ?? ''

describe('the reader', () => {
  it('reads an item of a list as it reads the step', () => {
    const step = readFrom({ timeout: '1h', wait: 'false', 'subscription-id': GUID })
    const item = readFrom({ timeout: '5m', 'retry-on': ' 409 \n\nBusy' })
    const read: ReadInput = (name) => item(name) || step(name)
    expect(readDuration(read, 'timeout')).toBe(300_000)
    expect(readBoolean(read, 'wait', true)).toBe(false)
    expect(readGuid(read, 'subscription-id')).toBe(GUID)
    expect(readLines(read, 'retry-on')).toEqual(['409', 'Busy'])
  })

  it('says what holds when nothing is given', () => {
    const read = readFrom({})
    expect(readDuration(read, 'timeout')).toBeUndefined()
    expect(readBoolean(read, 'wait', true)).toBe(true)
    expect(readBoolean(read, 'wait', false)).toBe(false)
    expect(readChoice(read, 'on-timeout', ['leave', 'cancel'], 'leave')).toBe('leave')
    expect(readGuid(read, 'subscription-id')).toBe('')
    expect(readLines(read, 'retry-on')).toEqual([])
  })

  it('spells a choice as the rule does', () => {
    expect(readChoice(readFrom({ method: 'put' }), 'method', ['GET', 'PUT'], 'GET')).toBe('PUT')
  })

  it('takes no white space away by itself', () => {
    const padded = readFrom({ wait: ' true ' })
    expect(() => readBoolean(padded, 'wait', false)).toThrow(InputError)
    expect(readBoolean(trimInputs(padded), 'wait', false)).toBe(true)
  })

  it('takes no time as a duration, unless one is needed', () => {
    const read = readFrom({ timeout: '0' })
    expect(readDuration(read, 'timeout')).toBe(0)
    expect(() => readDuration(read, 'timeout', { positive: true })).toThrow(/^Input timeout: "0" /)
  })
})
