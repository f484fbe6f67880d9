/**
 * Many random lists: fast-check finds and shrinks, this counts and tells.
 */
import fc from 'fast-check'
import {
  createIsolations,
  createLists,
  createResumptions,
  type IsolationCase,
  type ListCase,
  type ResumptionCase
} from './lists.ts'
import { type BatchOptions, checkInBatches, count, renderCounts } from './proof.ts'
import { type ListProof, proveIsolation, proveList } from './prove-list.ts'
import { proveResumption } from './prove-resumption.ts'

export interface ListProofReport {
  readonly seed: number
  readonly runs: number
  readonly operations: number
  readonly loops: number
  readonly requests: number
  /** How often operations, and loops, ended so: their status, and why they were not sent. */
  readonly ends: ReadonlyMap<string, number>
  /** How often the provider really started something, and how often a second time. */
  readonly starts: { readonly first: number; readonly second: number }
  /** How many operations were left, and waited for by their handles. */
  readonly resumptions: number
  /** How many lists were run once more without the faults of one of their operations. */
  readonly isolations: number
  /** How many lists were cut and resumed. */
  readonly cut: number
  /** How many lists broke a rule; of each batch at most one. */
  readonly broken: number
  /** Of each batch that failed: the shrunk list, what it broke, and how to play it again. */
  readonly failures: readonly string[]
}

const MAX_ITEMS = 8
const MAX_ITEMS_OF_RESUMED = 6
/** Some lists are longer than what runs at once. */
const MAX_ITEMS_OF_LONG = 40

type ListRun =
  | { readonly kind: 'list'; readonly list: ListCase }
  | ({ readonly kind: 'isolation' } & IsolationCase)
  | ({ readonly kind: 'resumption' } & ResumptionCase)

const listRuns: fc.Arbitrary<ListRun> = fc.oneof(
  { weight: 12, arbitrary: toRun(createLists(MAX_ITEMS)) },
  { weight: 1, arbitrary: toRun(createLists(MAX_ITEMS_OF_LONG)) },
  { weight: 3, arbitrary: createIsolations(MAX_ITEMS).map(toIsolation) },
  { weight: 5, arbitrary: createResumptions(MAX_ITEMS_OF_RESUMED).map(toResumption) }
)

function toRun(lists: fc.Arbitrary<ListCase>): fc.Arbitrary<ListRun> {
  return lists.map((list) => ({ kind: 'list', list }))
}

function toIsolation(isolation: IsolationCase): ListRun {
  return { kind: 'isolation', ...isolation }
}

function toResumption(resumption: ResumptionCase): ListRun {
  return { kind: 'resumption', ...resumption }
}

/** Runs the proof. Rejects never: what fails is in the report. */
export async function proveLists(options: BatchOptions): Promise<ListProofReport> {
  const tally = createTally()
  const property = fc.asyncProperty(listRuns, async (run) => {
    const proof = await proveRun(run)
    tally.add(run, proof)
    if (proof.violations.length === 0) return
    tally.pause()
    throw new Error(proof.violations.join('; '))
  })
  const failures = await checkInBatches('--many', property, options, tally.resume)
  return { seed: options.seed, ...tally.read(), failures }
}

function proveRun(run: ListRun): Promise<ListProof> {
  switch (run.kind) {
    case 'list':
      return proveList(run.list)
    case 'isolation':
      return proveIsolation(run)
    case 'resumption':
      return proveResumption(run)
    default:
      return run satisfies never
  }
}

/** Counts of the lists. After one that failed it pauses, because then a smaller one is looked for. */
function createTally() {
  const ends = new Map<string, number>()
  const starts = { first: 0, second: 0 }
  const sums = {
    runs: 0,
    operations: 0,
    loops: 0,
    requests: 0,
    resumptions: 0,
    isolations: 0,
    cut: 0,
    broken: 0
  }
  let isPaused = false
  return {
    add: (run: ListRun, proof: ListProof) => {
      if (isPaused) return
      sums.runs += 1
      sums.isolations += Number(run.kind === 'isolation')
      sums.cut += Number(run.kind === 'resumption')
      sums.broken += Math.min(1, proof.violations.length)
      for (const [name, end] of proof.ends) count(ends, proof.loops.has(name) ? `loop ${end}` : end)
      sums.operations += proof.ends.size - proof.loops.size
      sums.loops += proof.loops.size
      sums.resumptions += proof.resumptions
      for (const { exchanges, starts: started, secondStarts } of proof.proofs.values()) {
        sums.requests += exchanges.length
        starts.first += Math.min(1, started)
        starts.second += secondStarts
      }
    },
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
    },
    read: () => ({ ...sums, ends, starts })
  }
}

/** The report for people. */
export function renderListReport(report: ListProofReport): string {
  const { seed, runs, operations, loops, requests, ends, starts, broken, failures } = report
  return [
    `Seeds from ${seed}, ${runs} lists of ${operations} operations and ${loops} loops, ${requests} requests`,
    'Ends of operations and loops:',
    ...renderCounts(ends),
    `Side effects: started ${starts.first}, a second time ${starts.second}`,
    `Operations that were left, and waited for by their handles: ${report.resumptions}`,
    `Lists run again without the faults of one operation: ${report.isolations}`,
    `Lists that were cut and resumed: ${report.cut}`,
    broken === 0 ? 'Nothing was broken.' : `Lists that broke a rule: ${broken}`,
    ...failures
  ].join('\n')
}
