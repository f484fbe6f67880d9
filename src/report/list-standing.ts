/**
 * Standing of each operation in its list: what became of it, in a few words and in numbers. Pure; log and summary count
 * with it, so that they never disagree.
 */
import type { NotSent } from '../batch/schedule.ts'
import { mayStillRun, type OutcomeStatus, type ResumePoint, statusOf } from '../run/outcome.ts'
import type { OperationRecord } from './list-report.ts'
import { toLine } from './sanitize.ts'

/** Standing of an operation in its list. */
export type Standing =
  | 'failed'
  | 'unknown'
  | 'timed-out'
  | 'canceled'
  | 'open'
  | 'running'
  | 'not-started'
  | 'waiting'
  | 'left-out'
  | 'succeeded'

/** Number of operations of each standing. */
export type StandingCounts = Readonly<Record<Standing, number>>

interface StandingWords {
  /** After a number: `3 failed`. */
  readonly counted: string
  /** After one operation, and after several, in a sentence. */
  readonly verbs: readonly [one: string, several: string]
}

/** Worst first, in the order in which people look for them. */
const WORDS: Readonly<Record<Standing, StandingWords>> = {
  failed: { counted: 'failed', verbs: ['failed', 'failed'] },
  unknown: {
    counted: 'with an unknown outcome',
    verbs: ['has an unknown outcome', 'have an unknown outcome']
  },
  'timed-out': {
    counted: 'not over in time',
    verbs: ['was not over in time', 'were not over in time']
  },
  canceled: {
    counted: 'canceled in Azure',
    verbs: ['was canceled in Azure', 'were canceled in Azure']
  },
  open: { counted: 'in progress', verbs: ['is in progress', 'are in progress'] },
  running: { counted: 'running', verbs: ['is running', 'are running'] },
  'not-started': { counted: 'not started', verbs: ['was not started', 'were not started'] },
  waiting: { counted: 'waiting', verbs: ['has not started yet', 'have not started yet'] },
  'left-out': {
    counted: 'left out by an if',
    verbs: ['was left out by its if', 'were left out by their if']
  },
  succeeded: { counted: 'succeeded', verbs: ['succeeded', 'succeeded'] }
}

/** After a number, where the usual words are too long. */
const SHORT_WORDS: Readonly<Partial<Record<Standing, string>>> = {
  unknown: 'unknown',
  'timed-out': 'timed out',
  canceled: 'canceled',
  'left-out': 'left out'
}

/** The same in one or two words: `failed`, `not started`. */
export function shortWordOf(standing: Standing): string {
  return SHORT_WORDS[standing] ?? WORDS[standing].counted
}

/** After one operation, and after several: `failed`, `were not started`. */
export function verbOf(standing: Standing, count: number): string {
  const [one, several] = WORDS[standing].verbs
  return count === 1 ? one : several
}

/** All standings, worst first. */
export const STANDINGS = Object.keys(WORDS).filter((word): word is Standing => word in WORDS)

/** Standings of operations that something went wrong with. */
export const FAILURES: ReadonlySet<Standing> = new Set([
  'failed',
  'unknown',
  'timed-out',
  'canceled'
])

/** Standing of an operation. */
export function standingOf(record: OperationRecord): Standing {
  switch (record.kind) {
    case 'waiting':
    case 'running':
      return record.kind
    case 'ended':
      return toStanding(statusOf(record.explanation.outcome.ending))
    case 'not-sent':
      return standingOfUnsent(record.notSent)
    default:
      return record satisfies never
  }
}

/** Standing of an operation that was never sent. */
export function standingOfUnsent({ kind }: NotSent): Standing {
  if (kind === 'if') return 'left-out'
  return kind === 'fault' || kind === 'defect' ? 'failed' : 'not-started'
}

const BY_STATUS: Readonly<Record<OutcomeStatus, Standing>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Canceled: 'canceled',
  TimedOut: 'timed-out',
  InProgress: 'open',
  Unknown: 'unknown',
  Skipped: 'left-out'
}

function toStanding(status: OutcomeStatus): Standing {
  return BY_STATUS[status]
}

/** Status of an operation, as the output `status` would have it; what has not ended is in progress. */
export function statusOfRecord(record: OperationRecord): OutcomeStatus {
  switch (record.kind) {
    case 'ended':
      return statusOf(record.explanation.outcome.ending)
    case 'not-sent':
      return record.status
    default:
      return 'InProgress'
  }
}

/** Number of operations of each standing. */
export function countStandings(records: readonly OperationRecord[]): StandingCounts {
  const counts: Record<Standing, number> = { ...NO_STANDINGS }
  for (const record of records) counts[standingOf(record)] += 1
  return counts
}

/** The counts with one more. */
export function countOne(counts: StandingCounts, standing: Standing): StandingCounts {
  return { ...counts, [standing]: counts[standing] + 1 }
}

/** Number of all that are counted. */
export function totalOf(counts: StandingCounts): number {
  return STANDINGS.reduce((sum, standing) => sum + counts[standing], 0)
}

/** Counts of a list without operations. */
export const NO_STANDINGS: StandingCounts = {
  failed: 0,
  unknown: 0,
  'timed-out': 0,
  canceled: 0,
  open: 0,
  running: 0,
  'not-started': 0,
  waiting: 0,
  'left-out': 0,
  succeeded: 0
}

/**
 * `1 succeeded, 1 not started`; what is none is left out, the good news first.
 * @param total is told with the first of them, where given: `46 of 48 succeeded, 2 failed`
 */
export function tellCounts(counts: StandingCounts, total = 0): string {
  return STANDINGS.toReversed()
    .filter((standing) => counts[standing] > 0)
    .map((standing, index) => {
      const of = index === 0 && total > 0 ? ` of ${formatCount(total)}` : ''
      return `${formatCount(counts[standing])}${of} ${WORDS[standing].counted}`
    })
    .join(', ')
}

/** A number with a comma between its thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** True for an operation that Azure may still be working on. */
export function isOpen(record: OperationRecord): boolean {
  if (record.kind === 'running') return true
  return record.kind === 'ended' && mayStillRun(record.explanation.outcome.ending)
}

/** Point from which an operation can be waited for elsewhere; undefined where there is nothing to wait for. */
export function findResumePoint(record: OperationRecord): ResumePoint | undefined {
  if (record.kind === 'running') return record.point
  return record.kind === 'ended' ? record.explanation.outcome.operation : undefined
}

/** Status and reason of an operation that was never sent, as a few words; may quote what a service sent. */
export function tellNotSent(notSent: NotSent): readonly [status: string, reason: string] {
  switch (notSent.kind) {
    case 'if':
      return ['Skipped', 'its if is false']
    case 'needs':
      return ['Skipped', `needs ${notSent.name}`]
    case 'fail-fast':
      return ['Skipped', `${notSent.name} did not succeed (fail-fast)`]
    case 'deadline':
      return ['Not started', 'the time was over']
    case 'cancellation':
      return ['Not started', 'the workflow was canceled']
    case 'lost':
      return ['Skipped', notSent.message]
    case 'not-resumed':
      return ['Not started', 'had not started in the step that is resumed']
    case 'fault':
    case 'defect':
      return ['Failed, not sent', withoutNothingSent(notSent.message)]
    default:
      return notSent satisfies never
  }
}

/** True for what ended in an earlier step, which this one resumes. */
export function isPast(record: OperationRecord): boolean {
  return record.kind === 'ended' && record.isPast === true
}

/** True for what an earlier step had not started, and this one only waits. */
export function isNotResumed(record: OperationRecord): boolean {
  return record.kind === 'not-sent' && record.notSent.kind === 'not-resumed'
}

/** The message of something that was not sent, for a place that says so anyway. */
export function withoutNothingSent(message: string): string {
  return message.replace(/ Nothing was sent\.$/, '')
}

/** `a, b, c and 6 more`, each a harmless line. */
export function listFew(names: readonly string[], most: number): string {
  const more = names.length - most
  const list = names.slice(0, most).map((name) => toLine(name, MAX_NAME_CHARS))
  return `${list.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}

const MAX_NAME_CHARS = 80
