/**
 * The flags that make the process frugal: of those only that Node has them, for a flag that it has not ends no process
 * and says nothing. What they bring is measured in bench/many.ts.
 */
import { execFileSync } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import v8 from 'node:v8'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { beFrugal, FRUGAL_FLAGS } from '../../src/runner/memory.ts'

/** Keeps this process as it is. */
function replaceSetter() {
  const setter = vi.spyOn(v8, 'setFlagsFromString').mockReturnValue()
  syncBuiltinESMExports()
  onTestFinished(() => {
    setter.mockRestore()
    syncBuiltinESMExports()
  })
  return setter
}

describe('beFrugal', () => {
  it('sets them all', () => {
    const setter = replaceSetter()
    beFrugal()
    expect(setter.mock.calls.flat()).toEqual([...FRUGAL_FLAGS])
  })

  it('sets flags that this Node has', () => {
    const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
    for (const flag of FRUGAL_FLAGS) expect(known).toContain(flag.split('=')[0])
  })
})
