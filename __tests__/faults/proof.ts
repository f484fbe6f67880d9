/**
 * Many random runs: fast-check finds and shrinks, this counts and tells.
 */
import { setImmediate as takeTurn } from 'node:timers/promises'
import fc from 'fast-check'
import { statusOf } from '../../src/run/outcome.ts'
import { omitUndefined } from '../../src/values.ts'
import { PROVEN_HABITS } from './habits.ts'
import { type Proof, prove } from './prove.ts'
import { type Case, createCases } from './scenarios.ts'

export interface ProofOptions {
  readonly runs: number
  readonly seed: number
  /** Where to go on in a run that failed, as its report says. */
  readonly path?: string
  /** Names of the providers' habits that every second run is about. */
  readonly habits?: readonly string[]
  /** Counts what is broken under each habit, in place of looking for the smallest case. */
  readonly isSurvey?: boolean
  /** Looks for the smallest case that fails. */
  readonly isShrunk?: boolean
}

export interface ProofReport {
  readonly seed: number
  readonly runs: number
  /** How often each verdict was given for each truth. */
  readonly verdicts: ReadonlyMap<string, number>
  /** How often the provider really started something, by method, and how often a second time. */
  readonly starts: ReadonlyMap<string, { readonly first: number; readonly second: number }>
  readonly requests: number
  /** How many runs broke a rule; of each batch at most one, but in a survey. */
  readonly broken: number
  readonly faults: ReadonlyMap<string, number>
  readonly habits: ReadonlyMap<string, HabitCount>
  /** Of each batch that failed: the shrunk case, what it broke, and how to play it again. */
  readonly failures: readonly string[]
}

/** Runs under one habit, and how many of them broke a rule. */
export interface HabitCount {
  readonly runs: number
  readonly broken: number
  /** What the first of them broke. */
  readonly example?: string
}

const RUNS_PER_BATCH = 1_000
/** Looking for the smallest case takes longer than a batch that holds. */
const MAX_FAILURES = 5

/** Runs the proof. Rejects never: what fails is in the report. */
export async function proveMany(options: ProofOptions): Promise<ProofReport> {
  const { runs, seed, path, habits = PROVEN_HABITS, isSurvey = false, isShrunk = true } = options
  const tally = createTally()
  const property = fc.asyncProperty(createCases(habits), async (random) => {
    const proof = await prove(random)
    tally.add(random, proof)
    if (proof.violations.length > 0 && !isSurvey) {
      tally.pause()
      throw new Error(proof.violations.join('; '))
    }
  })
  const batches = omitUndefined({ runs, seed, path, isShrunk })
  const failures = await checkInBatches('--one', property, batches, tally.resume)
  return { seed, ...tally.read(), failures }
}

/** How a property is looked at. */
export type BatchOptions = Pick<ProofOptions, 'runs' | 'seed' | 'path' | 'isShrunk'>

/** What a property is about, as main.ts is told it. */
type About = '--one' | '--many'

/** Looks at a property as often as that, and tells of each batch that failed the shrunk case and how to play it again. */
export async function checkInBatches<T>(
  about: About,
  property: fc.IAsyncProperty<[T]>,
  { runs, seed, path, isShrunk = true }: BatchOptions,
  onBatch: () => void
): Promise<readonly string[]> {
  const failures: string[] = []
  for (let batch = 0; batch * RUNS_PER_BATCH < runs; batch += 1) {
    onBatch()
    const numRuns = Math.min(RUNS_PER_BATCH, runs - batch * RUNS_PER_BATCH)
    const parameters = { numRuns, seed: seed + batch, path, endOnFailure: !isShrunk }
    const details = await fc.check(property, omitUndefined(parameters))
    // In virtual time the event loop never turns by itself, and what is cleaned up in a turn would pile up.
    await takeTurn()
    if (details.failed) failures.push(describeFailure(about, details))
    if (failures.length === (isShrunk ? MAX_FAILURES : 1)) break
  }
  return failures
}

/** Counts of the runs. After one that failed it pauses, because then a smaller case is looked for. */
function createTally() {
  const verdicts = new Map<string, number>()
  const starts = new Map<string, { first: number; second: number }>()
  const faults = new Map<string, number>()
  const habits = new Map<string, HabitCount>()
  let requests = 0
  let runs = 0
  let broken = 0
  let isPaused = false
  const add = ({ scenario }: Case, proof: Proof) => {
    if (isPaused) return
    const { outcome, truth, exchanges, violations, secondStarts } = proof
    runs += 1
    broken += Math.min(1, violations.length)
    requests += exchanges.length
    count(verdicts, `${statusOf(outcome.ending)} / ${truth}`)
    const started = starts.get(scenario.method) ?? { first: 0, second: 0 }
    starts.set(scenario.method, {
      first: started.first + Math.min(1, proof.starts),
      second: started.second + secondStarts
    })
    for (const { fault } of exchanges) if (fault !== undefined) count(faults, fault.kind)
    if (scenario.habit !== undefined) addToHabit(habits, scenario.habit, violations)
  }
  return {
    add,
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
    },
    read: () => ({ runs, broken, verdicts, starts, requests, faults, habits })
  }
}

function addToHabit(
  habits: Map<string, HabitCount>,
  habit: string,
  violations: readonly string[]
): void {
  const { runs, broken, example } = habits.get(habit) ?? { runs: 0, broken: 0 }
  habits.set(
    habit,
    omitUndefined({
      runs: runs + 1,
      broken: broken + Math.min(1, violations.length),
      example: example ?? violations[0]
    })
  )
}

/** Counts one more under a key. */
export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function describeFailure<T>(about: About, details: fc.RunDetails<[T]>): string {
  const { seed, counterexamplePath, counterexample, errorInstance, numShrinks } = details
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  return [
    `Broken: ${reason}`,
    `Play it again: ${about} --seed ${seed} --path ${counterexamplePath} (shrunk ${numShrinks} times)`,
    JSON.stringify(counterexample?.[0], undefined, 2)
  ].join('\n')
}

/** The report for people. */
export function renderReport(report: ProofReport): string {
  const { seed, runs, requests, broken, verdicts, starts, faults, habits, failures } = report
  const ledger = [...starts].map(
    ([method, { first, second }]) =>
      `  ${method.padEnd(8)} started ${first}, a second time ${second}`
  )
  return [
    `Seeds from ${seed}, ${runs} runs, ${requests} requests`,
    'Verdict / truth at that moment:',
    ...renderCounts(verdicts),
    'Side effects:',
    ...ledger,
    'Faults injected into a request:',
    ...renderCounts(faults),
    ...(habits.size === 0 ? [] : ['Runs under a habit:', ...renderHabits(habits)]),
    broken === 0 ? 'Nothing was broken.' : `Runs that broke a rule: ${broken}`,
    ...failures
  ].join('\n')
}

/** Counts as lines, in the order of their names. */
export function renderCounts(counts: ReadonlyMap<string, number>): string[] {
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, number]) => `  ${name.padEnd(28)} ${number}`)
}

function renderHabits(habits: ReadonlyMap<string, HabitCount>): string[] {
  return [...habits]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, { runs, broken, example }]) =>
      broken === 0
        ? `  ${name}: ${runs}`
        : `  ${name}: ${runs}, broken ${broken}, the first: ${example}`
    )
}
