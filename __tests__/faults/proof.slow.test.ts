/**
 * Never a wrong verdict under any fault: random operations under random faults, in virtual time, against what really
 * happened. `npm run test:faults -- --runs 10000` is the same at any size.
 */
import { expect, it } from 'vitest'
import { PROVEN_HABITS } from './habits.ts'
import { proveMany, renderReport } from './proof.ts'

const RUNS = 1_000
const SEED = 20_260_101

it('tells the truth or says that it cannot, starts nothing twice, ends in time and keeps the token at home', async () => {
  const report = await proveMany({ runs: RUNS, seed: SEED })
  expect(report.failures).toEqual([])
  expect(report.runs).toBe(RUNS)
  // A proof that met no fault, or no end, would prove nothing.
  for (const verdict of ['Succeeded', 'Failed', 'Canceled', 'TimedOut', 'Unknown', 'InProgress']) {
    const given = [...report.verdicts.keys()].filter((key) => key.startsWith(`${verdict} /`))
    expect(given, verdict).not.toEqual([])
  }
  for (const kind of ['refuse', 'cut', 'stall', 'drip', 'answer', 'body', 'headers', 'lie', 'skew'])
    expect(report.faults.get(kind), kind).toBeGreaterThan(0)
  expect([...report.habits.keys()].sort()).toEqual([...PROVEN_HABITS].sort())
  expect(renderReport(report)).toContain(`Seeds from ${SEED}, ${RUNS} runs`)
})
