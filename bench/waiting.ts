/**
 * How late the end of an operation is seen, and for how many polls, when the service names no Retry-After. Computed
 * from the rules on virtual time: the same on every machine.
 */
import { begin } from '../src/operation/begin.ts'
import { next } from '../src/operation/next.ts'
import type { Rules } from '../src/operation/state.ts'
import { isTerminal } from '../src/operation/terminal.ts'
import { delayBefore } from '../src/operation/waiting.ts'
import type { Figure } from './statistics.ts'

const ORIGIN = 'https://management.azure.com'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** What @azure/core-lro waits between two polls. */
const FIXED_INTERVAL_MS = 2_000
/** Durations that differ in what the wait does, in milliseconds. */
const MEANS = [
  [10_000, MINUTE_MS],
  [MINUTE_MS, HOUR_MS]
] as const

const RULES: Rules = {
  finalStateVia: 'auto',
  extraStates: { success: [], failure: [] },
  acceptStatus: [],
  trust: { origin: ORIGIN, subdomains: true },
  timing: { timeoutMs: 2 * HOUR_MS }
}

/** Measures every duration from one second to an hour, second by second. */
export function measureWaiting(): readonly Figure[] {
  const durations = Array.from({ length: HOUR_MS / 1_000 }, (_, index) => (index + 1) * 1_000)
  const seen = durations.map((durationMs) => ({ durationMs, ...follow(durationMs) }))
  const lateness = seen.map(({ durationMs, lateMs }) => lateMs / Math.max(1_000, durationMs / 5))
  const polls = follow(HOUR_MS).pollsAtMs
  const firstMinute = polls.filter((atMs) => atMs <= MINUTE_MS).length
  return [
    {
      what: 'latest end, seconds late',
      measured: Math.max(...seen.map(({ lateMs }) => lateMs)) / 1_000,
      bar: 15,
      reference: 'azcore, azure-core 30 s'
    },
    {
      what: 'lateness ÷ max(1 s, 20 % of duration)',
      measured: Math.max(...lateness),
      bar: 1,
      reference: 'the rule'
    },
    ...MEANS.map(([from, to]): Figure => {
      const within = seen.filter(({ durationMs }) => durationMs >= from && durationMs <= to)
      const meanMs = within.reduce((sum, { lateMs }) => sum + lateMs, 0) / within.length
      return {
        what: `mean lateness of ${from / 1_000} to ${to / 1_000} s, seconds`,
        measured: meanMs / 1_000,
        reference:
          'a quarter of the age instead of a fifth: 4.13 of 10 to 60 s, 7.51 of longer ones'
      }
    }),
    {
      what: 'polls in the first minute',
      measured: firstMinute,
      bar: 20,
      reference: 'core-lro 30'
    },
    {
      what: 'polls in an hour ÷ fixed 2 s',
      measured: polls.length / (HOUR_MS / FIXED_INTERVAL_MS),
      bar: 1 / 6,
      reference: 'core-lro 1.00'
    }
  ]
}

function follow(durationMs: number): { readonly lateMs: number; readonly pollsAtMs: number[] } {
  const request = { method: 'POST', url: `${ORIGIN}/a/b?api-version=1` } as const
  const headers = { 'azure-asyncoperation': `${ORIGIN}/status?api-version=1` }
  let nowMs = 0
  let operation = begin(request, { status: 202, headers, body: { kind: 'empty' } }, RULES, nowMs)
  const pollsAtMs: number[] = []
  while (!isTerminal(operation)) {
    nowMs += delayBefore(operation, RULES.timing, nowMs)
    pollsAtMs.push(nowMs)
    const value = { status: nowMs >= durationMs ? 'Succeeded' : 'Running' }
    const body = { kind: 'json', value, text: JSON.stringify(value) } as const
    const response = { status: 200, headers: {}, body }
    operation = next(operation, { kind: 'response', response }, RULES, nowMs)
  }
  return { lateMs: nowMs - durationMs, pollsAtMs }
}
