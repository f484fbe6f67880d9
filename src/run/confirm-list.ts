/**
 * The post step of a canceled list: every operation that the step had to leave, as `confirm-end.ts` finds out how one
 * ended, all within the time that GitHub leaves a canceled job. May never send a request again.
 */
import type { ArmClient } from '../arm/client.ts'
import { concludeUndecided, describeDefect } from './conclude.ts'
import { type ConfirmContext, confirmEnd } from './confirm-end.ts'
import type { RunEvent } from './events.ts'
import type { Outcome } from './outcome.ts'
import type { NamedRun, SavedRun } from './saved-run.ts'

/** Surroundings of the post step of a list. */
export interface ConfirmListContext
  extends Pick<ConfirmContext, 'clock' | 'cloud' | 'ids' | 'signal'> {
  /** Client for one operation, of the connections that all share. */
  readonly openClient: (run: SavedRun) => ArmClient
  readonly observe: (name: string, event: RunEvent) => void
  /** Told how one ended, or where it stands. What it rejects with is lost. */
  readonly ended: (name: string, outcome: Outcome) => Promise<void>
}

/** So many that are only looked at at once: the time for a look is not to pass while it waits for a connection. */
const MAX_LOOKS = 200

/**
 * Confirms the ends of all runs. What is to be canceled, or is being canceled, comes first and all at once: the
 * connections let cancel calls go before polls. Never rejects.
 */
export async function confirmAll(
  runs: readonly NamedRun[],
  context: ConfirmListContext
): Promise<void> {
  const sinceMs = context.clock.now()
  const toAbort = new Set<AbortController>()
  const abort = () => {
    for (const own of toAbort) own.abort()
  }
  const confirm = async (named: NamedRun) => {
    // A signal that all of them listen to would walk through all of them for each that comes and goes.
    const own = new AbortController()
    toAbort.add(own)
    if (context.signal.aborted) own.abort()
    await confirmOne(named, sinceMs, { ...context, signal: own.signal })
    toAbort.delete(own)
  }
  context.signal.addEventListener('abort', abort, { once: true })
  try {
    const [canceled, left] = splitByCancel(runs)
    await Promise.all([...canceled.map(confirm), forEachOf(left, MAX_LOOKS, confirm)])
  } finally {
    context.signal.removeEventListener('abort', abort)
  }
}

function splitByCancel(runs: readonly NamedRun[]) {
  const isCanceled = ({ run }: NamedRun) => run.cancelUrl !== undefined || run.isCanceling
  return [runs.filter(isCanceled), runs.filter((named) => !isCanceled(named))] as const
}

async function forEachOf<T>(
  all: readonly T[],
  atOnce: number,
  act: (each: T) => Promise<void>
): Promise<void> {
  const left = all.values()
  const actOnAll = async () => {
    for (const each of left) await act(each)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, actOnAll))
}

/** A defect that one of them runs into changes nothing about the others. */
async function confirmOne(
  { name, run }: NamedRun,
  sinceMs: number,
  context: ConfirmListContext
): Promise<void> {
  const { clock, cloud, ids, signal, observe, openClient, ended } = context
  try {
    const outcome = await confirmEnd(run, {
      client: openClient(run),
      clock,
      cloud,
      ids,
      isIdShared: run.isIdShared === true,
      observe: (event) => observe(name, event),
      signal,
      sinceMs
    }).catch((error: unknown) => concludeDefect(run, context, error))
    await ended(name, outcome)
  } catch (error) {
    observe(name, { kind: 'warned', text: describeDefect(error) })
  }
}

function concludeDefect(
  { request, correlationId, startedAtMs, rules }: SavedRun,
  { cloud, clock }: ConfirmListContext,
  error: unknown
): Outcome {
  const { timeoutMs } = rules.timing
  const endedAtMs = clock.now()
  const times = { timeoutMs, startedAtMs, endedAtMs }
  const facts = { request, cloud, correlationId, ...times, changes: [], warnings: [] }
  return concludeUndecided(facts, describeDefect(error))
}
