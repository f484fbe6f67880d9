/**
 * The flags that make the process frugal: of those only that Node has them, for a flag that it has not ends no process
 * and says nothing. What they bring is measured in bench/many.ts.
 */
import { execFileSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { beFrugal, FRUGAL_FLAGS } from '../../src/runner/memory.ts'

const setFlagsFromString = vi.hoisted(() => vi.fn())
vi.mock('node:v8', () => ({ setFlagsFromString }))

describe('beFrugal', () => {
  it('sets them all', () => {
    beFrugal()
    expect(setFlagsFromString.mock.calls.flat()).toEqual([...FRUGAL_FLAGS])
  })

  it('sets flags that this Node has', () => {
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
    for (const flag of FRUGAL_FLAGS) expect(known).toContain(flag.split('=')[0])
  })
})
