/**
 * Cases that the proof once found, and a few random ones, in virtual time; proof.slow.test.ts has many. What is held
 * against the action, and what no client could know, is written in prove.ts and scenarios.ts.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { statusOf } from '../../src/run/outcome.ts'
import { HABITS } from './habits.ts'
import { proveMany, renderReport } from './proof.ts'
import { prove } from './prove.ts'
import { QUIET_SCENARIO } from './provider.ts'
import { type Case, createCases } from './scenarios.ts'

const RUNS = 30
const SEED = 20_260_101

it('tells the truth of random operations under random faults', async () => {
  const report = await proveMany({ runs: RUNS, seed: SEED })
  expect(report.failures).toEqual([])
  expect(report.runs).toBe(RUNS)
})

const QUIET: Case = {
  scenario: QUIET_SCENARIO,
  setting: {
    timeoutMs: 3_600_000,
    wait: true,
    canRefresh: false,
    retryOn: [],
    failedSignIns: []
  },
  faults: []
}

type Row = readonly [what: string, random: Partial<Case>, verdict: string, truth: string]

/** Cases that the proof once found, each the smallest of its kind. */
const FOUND: readonly Row[] = [
  ['nothing goes wrong', {}, 'Succeeded', 'Succeeded'],
  [
    'an answer that says it is at work stands in for its missing monitor',
    {
      scenario: { ...QUIET.scenario, pattern: '200 + Location', ending: 'Failed' },
      faults: [{ at: 1, count: 40, fault: interpose(405) }]
    },
    'Unknown',
    'running'
  ],
  [
    "somebody else's operation is taken for the one whose answer was lost",
    {
      scenario: { ...QUIET.scenario, before: 'other', busyMs: 90_000 },
      faults: [{ at: 0, count: 1, fault: { kind: 'cut', place: 'request', how: 'reset' } }]
    },
    'Unknown',
    'nothing'
  ],
  [
    'the failure of an earlier run is taken for ours',
    {
      scenario: { ...QUIET.scenario, before: 'same-failed', stampsTime: false },
      faults: [{ at: 0, count: 1, fault: { kind: 'cut', place: 'request', how: 'reset' } }]
    },
    'Succeeded',
    'Succeeded'
  ],
  [
    'a write of the step before is taken for ours, because dates are cut to the second',
    {
      scenario: { ...QUIET.scenario, before: 'other', beforeAgeMs: 100 },
      faults: [{ at: 0, count: 1, fault: { kind: 'cut', place: 'request', how: 'reset' } }]
    },
    'Unknown',
    'nothing'
  ],
  [
    'a refusal of the repetition is taken for one of the request',
    {
      scenario: { ...QUIET.scenario, hidesNew: true, durationMs: 600_000 },
      faults: [{ at: 0, count: 1, fault: { kind: 'cut', place: 'answer', how: 'reset' } }]
    },
    'Unknown',
    'running'
  ],
  [
    'a second DELETE that is refused hides the first',
    {
      scenario: { ...QUIET.scenario, method: 'DELETE', pattern: '202 + Location', before: 'same' },
      faults: [
        { at: 0, count: 1, fault: { kind: 'cut', place: 'answer', how: 'reset' } },
        { at: 1, count: 1, fault: interpose(409) }
      ]
    },
    'Succeeded',
    'Succeeded'
  ],
  [
    'a foreign polling URL leaves "done" standing, though no one can look',
    {
      scenario: { ...QUIET.scenario, pattern: '200 done + Azure-AsyncOperation', ending: 'Failed' },
      faults: [
        { at: 0, count: 1, fault: { kind: 'foreign-url', url: 'https://evil.example/1' } },
        { at: 1, count: 5, fault: interpose(412) }
      ]
    },
    'Unknown',
    'running'
  ]
]

function interpose(status: number): Case['faults'][number]['fault'] {
  return { kind: 'answer', reached: false, answer: { status, body: { error: { code: 'No' } } } }
}

it.each(FOUND)('no longer: %s', async (_what, random, verdict, truth) => {
  const { outcome, violations, ...seen } = await prove({ ...QUIET, ...random })
  expect(violations).toEqual([])
  expect([statusOf(outcome.ending), seen.truth]).toEqual([verdict, truth])
  expect(seen.secondStarts).toBe(0)
})

it('says how to play a failing case again', async () => {
  const counts = { verdicts: new Map(), starts: new Map(), faults: new Map(), habits: new Map() }
  const failures = ['Broken: --seed 7 --path 0:1']
  const text = renderReport({ seed: 7, runs: 1, requests: 1, broken: 1, ...counts, failures })
  expect(text).toContain('--seed 7 --path 0:1')
})

it.each(Object.keys(HABITS))('can play %s', (habit) => {
  const played = fc.sample(createCases([habit]), { numRuns: 200, seed: SEED })
  expect(played.some(({ scenario }) => scenario.habit === habit)).toBe(true)
})
