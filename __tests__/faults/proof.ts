/**
 * Many random runs: fast-check finds and shrinks, this counts and tells.
 */
import { setImmediate as takeTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { statusOf } from '../../src/run/outcome.ts'
import { prove } from './prove.ts'
import { type Case, cases } from './scenarios.ts'

export interface ProofOptions {
  readonly runs: number
  readonly seed: number
  /** Where to go on in a run that failed, as its report says. */
  readonly path?: string
}

export interface ProofReport {
  readonly seed: number
  readonly runs: number
  /** How often each verdict was given for each truth. */
  readonly verdicts: ReadonlyMap<string, number>
  /** How often the provider really started something, by method, and how often a second time. */
  readonly starts: ReadonlyMap<string, { readonly first: number; readonly second: number }>
  readonly requests: number
  readonly faults: ReadonlyMap<string, number>
  /** The shrunk case, what it broke, and how to play it again. */
  readonly failure?: string
}

/** Runs the proof. Rejects never: what fails is in the report. */
export async function proveMany({ runs, seed, path }: ProofOptions): Promise<ProofReport> {
  const verdicts = new Map<string, number>()
  const starts = new Map<string, { first: number; second: number }>()
  const faults = new Map<string, number>()
  let requests = 0
  let played = 0
  const property = fc.asyncProperty(cases, async (random) => {
    const { outcome, truth, exchanges, violations, ...ledger } = await prove(random)
    played += 1
    count(verdicts, `${statusOf(outcome.ending)} / ${truth}`)
    const { method } = random.scenario
    const started = starts.get(method) ?? { first: 0, second: 0 }
    starts.set(method, {
      first: started.first + Math.min(1, ledger.starts),
      second: started.second + ledger.secondStarts
    })
    requests += exchanges.length
    for (const { fault } of exchanges) if (fault !== undefined) count(faults, fault.kind)
    if (violations.length > 0) throw new Error(violations.join('; '))
  })
  const check = (batch: number) => {
    const numRuns = Math.min(RUNS_PER_BATCH, runs - batch * RUNS_PER_BATCH)
    const replay = path === undefined ? {} : { path }
    return withoutTimers(() => fc.check(property, { numRuns, seed: seed + batch, ...replay }))
  }
  const report = () => ({ seed, runs: played, verdicts, starts, requests, faults })
  for (let batch = 0; batch * RUNS_PER_BATCH < runs; batch += 1) {
    const details = await check(batch)
    // In virtual time the event loop never turns by itself, and what is cleaned up in a turn would pile up.
    await takeTurn()
    if (details.failed) return { ...report(), failure: describeFailure(details) }
  }
  return report()
}

const RUNS_PER_BATCH = 1_000

/**
 * Virtual time has bounds of its own, and one real timer for each of a million requests would fill the memory: no
 * signal of the machine's clock ends anything in here.
 */
async function withoutTimers<T>(action: () => Promise<T>): Promise<T> {
  const real = AbortSignal.timeout
  AbortSignal.timeout = () => new AbortController().signal
  try {
    return await action()
  } finally {
    AbortSignal.timeout = real
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function describeFailure(details: fc.RunDetails<[Case]>): string {
  const { seed, counterexamplePath, counterexample, errorInstance, numShrinks } = details
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return [
    `Broken: ${reason}`,
    `Play it again: --seed ${seed} --path ${counterexamplePath} (shrunk ${numShrinks} times)`,
    JSON.stringify(counterexample?.[0], undefined, 2)
  ].join('\n')
}

/** The report for people. */
export function renderReport(report: ProofReport): string {
  const { seed, runs, requests, verdicts, starts, faults, failure } = report
  const rows = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([name, number]) => `  ${name.padEnd(28)} ${number}`)
  const ledger = [...starts].map(
    ([method, { first, second }]) =>
      `  ${method.padEnd(8)} started ${first}, a second time ${second}`
  )
  return [
    `Seeds from ${seed}, ${runs} runs, ${requests} requests`,
    'Verdict / truth at that moment:',
    ...rows(verdicts),
    'Side effects:',
    ...ledger,
    'Faults injected into a request:',
    ...rows(faults),
    failure ?? 'Nothing was broken.'
  ].join('\n')
}
