/**
 * What a way to run many operations costs, as a model: the minutes that GitHub bills for its jobs, and the requests that
 * Azure Resource Manager takes from one subscription. The numbers of docs/scaling.md come from here. Pure.
 */
import { ARM_LIMITS } from '../simulator/throttling.ts'

const MINUTE_SECONDS = 60
/** What a job lasts beyond its work: it is set up, signs in, and is cleaned up. */
export const JOB_SECONDS = 20
/** Starting operations, or asking after some that have ended. */
const BRIEFLY_SECONDS = 10

/** Jobs of one kind. */
interface Jobs {
  readonly count: number
  /** Work of each. */
  readonly seconds: number
}

/** Operations that run at the same time, all for as long. */
export interface Load {
  readonly operations: number
  readonly seconds: number
}

/** Minutes that are billed: each job is rounded up to a whole one. */
export function billMinutes(jobs: readonly Jobs[]): number {
  const bills = jobs.map(
    ({ count, seconds }) => count * Math.ceil((JOB_SECONDS + seconds) / MINUTE_SECONDS)
  )
  return bills.reduce((sum, minutes) => sum + minutes, 0)
}

const START: Jobs = { count: 1, seconds: BRIEFLY_SECONDS }
const ASK = START

/** Ways to run operations, by what stands in the documentation, and the jobs that each takes. */
export const WAYS: Readonly<Record<string, (load: Load) => readonly Jobs[]>> = {
  'A matrix, one job for each': ({ operations, seconds }) => [{ count: operations, seconds }],
  'One step with a list': ({ seconds }) => [{ count: 1, seconds }],
  'Start in one job, `resume` in the next': ({ seconds }) => [START, { count: 1, seconds }],
  'Start, a wait timer of that time, `resume`': () => [START, ASK],
  'Start, an event for the last end, `resume`': () => [START, ASK],
  'Start, a run for the event of each end': ({ operations }) => [
    START,
    { ...ASK, count: operations }
  ]
}

/** An operation that is polled at one interval. */
export interface PolledOperation {
  readonly seconds: number
  readonly pollSeconds: number
}

/** Requests that look at an operation: its polls, and one for the result. */
export function countReads({ seconds, pollSeconds }: PolledOperation): number {
  return Math.ceil(seconds / pollSeconds) + 1
}

/** How many such operations a subscription takes each minute without a wait: by one write each, and by their reads. */
export function countPerMinute(operation: PolledOperation): number {
  const { reads, writes } = ARM_LIMITS
  const perSecond = Math.min(writes.refillPerSecond, reads.refillPerSecond / countReads(operation))
  return perSecond * MINUTE_SECONDS
}

/** How many of them then run at once. */
export function countRunning(operation: PolledOperation): number {
  const { seconds, pollSeconds } = operation
  // It is seen to have ended at the next poll.
  const seenSeconds = Math.ceil(seconds / pollSeconds) * pollSeconds
  return (countPerMinute(operation) / MINUTE_SECONDS) * seenSeconds
}
