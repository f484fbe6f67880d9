/**
 * What holds of one operation holds of each in a list, whatever becomes of the others; and the order of the list and of
 * its loops, its end, and what was not sent are as its author was promised. Random lists of random operations under
 * random faults, in virtual time, through the driver of lists. `npm run test:faults -- --many --runs 10000` is the same
 * at any size.
 */
import { expect, it } from 'vitest'
import { proveLists, renderListReport } from './list-proof.ts'
// Mutations name this file as their witness, and some of them are noticed by a case of that one.
import './list-proof.test.ts'

const RUNS = 200
const SEED = 20_260_101

it('keeps every promise for each operation of a list, and lets none change what becomes of another', async () => {
  const report = await proveLists({ runs: RUNS, seed: SEED, isShrunk: false })
  expect(report.failures).toEqual([])
  expect(report.runs).toBe(RUNS)
  expect(report.isolations).toBeGreaterThan(20)
  expect(report.resumptions).toBeGreaterThan(20)
  expect(report.cut).toBeGreaterThan(20)
  // A proof that met no end of some kind would prove nothing of it.
  for (const end of [
    'Succeeded',
    'Failed',
    'Canceled',
    'TimedOut',
    'Unknown',
    'InProgress',
    'Skipped: if',
    'Skipped: needs',
    'Skipped: fail-fast',
    'TimedOut: deadline',
    'Canceled: cancellation',
    'Failed: fault',
    'Failed: defect',
    'loop Succeeded',
    'loop Failed',
    'loop Skipped',
    'loop Failed: fault',
    'loop Skipped: needs',
    'loop Skipped: fail-fast',
    'loop TimedOut: deadline'
  ])
    expect(report.ends.get(end), end).toBeGreaterThan(0)
  expect(renderListReport(report)).toContain(`Seeds from ${SEED}, ${RUNS} lists`)
})
