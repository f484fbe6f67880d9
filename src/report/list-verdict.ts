/**
 * A list in plain words: how many operations ended how, what may still run, and which of them failed for the same
 * reason. Pure. The log, the summary, the annotations and the outputs say it with these words, so that they never
 * disagree.
 */
import { type NotSent, worstStatus } from '../batch/schedule.ts'
import { mayStillRun, type OutcomeStatus, statusOf } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import type { Cause } from './cause.ts'
import { keyOfCause } from './cause-key.ts'
import type { Advice, Explanation } from './explanation.ts'
import { formatDuration } from './format.ts'
import type { EndedRecord, ListReport, OperationRecord } from './list-report.ts'
import { describeUrl, toLine } from './sanitize.ts'
import { TITLES } from './verdict.ts'

/** Words for a list as it stands. */
export interface ListVerdict {
  readonly status: OutcomeStatus
  readonly mark: string
  /** One or two words. */
  readonly title: string
  /** One sentence without its full stop. */
  readonly headline: string
  /** The operations that the headline does not count, in one sentence; empty where there are none. */
  readonly rest: string
  /** What may still run in Azure, in one sentence without names. */
  readonly whereabouts: string
}

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

/** After one operation, and after several: `failed`, `were not started`. */
export function verbOf(standing: Standing, count: number): string {
  const [one, several] = WORDS[standing].verbs
  return count === 1 ? one : several
}

/** All standings, worst first. */
export const STANDINGS = Object.keys(WORDS).filter((word): word is Standing => word in WORDS)

/** Standings of operations that something went wrong with. */
const FAILURES: ReadonlySet<Standing> = new Set(['failed', 'unknown', 'timed-out', 'canceled'])

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
  return kind === 'fault' ? 'failed' : 'not-started'
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

/** Words for a list, at its end or in the middle of its run. */
export function describeListVerdict(report: ListReport): ListVerdict {
  const { records } = report
  const status = worstStatus(records.map(statusOfRecord))
  const [mark, title] = TITLES[status]
  const counts = countAtEnd(report)
  const { headline, told } = describeHeadline(report, counts)
  const rest = tellCounts({ ...counts, ...Object.fromEntries(told.map((each) => [each, 0])) })
  return { status, mark, title, headline, rest, whereabouts: describeWhereabouts(report) }
}

/** Once its step has ended, what runs is left in progress, and what waits never starts. */
function countAtEnd({ records, endedBy }: ListReport): StandingCounts {
  const counts = countStandings(records)
  if (endedBy === undefined) return counts
  const open = counts.open + counts.running
  const unsent = counts['not-started'] + counts.waiting
  return { ...counts, open, running: 0, 'not-started': unsent, waiting: 0 }
}

/** `1 succeeded, 1 not started`; what is none is left out, the good news first. */
export function tellCounts(counts: StandingCounts): string {
  return STANDINGS.toReversed()
    .filter((standing) => counts[standing] > 0)
    .map((standing) => `${formatCount(counts[standing])} ${WORDS[standing].counted}`)
    .join(', ')
}

/** A number with a comma between its thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US')
}

/** Standings that the end of a step may bring about. */
const CUT_SHORT: ReadonlySet<Standing> = new Set([
  'timed-out',
  'open',
  'running',
  'not-started',
  'waiting'
])

interface ToldHeadline {
  readonly headline: string
  /** Standings that it counts. */
  readonly told: readonly Standing[]
}

function describeHeadline(report: ListReport, counts: StandingCounts): ToldHeadline {
  const { startedAt, endedAt, endedBy, records } = report
  const total = records.length
  const after = `after ${formatDuration(endedAt - startedAt)}`
  const count = (standing: Standing) => countWords(standing, counts[standing], total)
  const worst = STANDINGS.find((standing) => counts[standing] > 0) ?? 'left-out'
  const isCut = endedBy !== undefined && CUT_SHORT.has(worst)
  if (isCut) {
    const end = endedBy === 'deadline' ? 'Stopped waiting' : 'The workflow was canceled'
    return { headline: `${end} ${after}: ${count(worst)}`, told: [worst] }
  }
  switch (worst) {
    case 'open':
      return {
        headline: `${nameCount(counts.open, total)} ${counts.open === 1 ? 'was' : 'were'} accepted; this step did not wait for the end`,
        told: ['open']
      }
    case 'left-out':
      return counts.succeeded > 0
        ? { headline: tellSuccess(counts.succeeded, after), told: ['succeeded'] }
        : { headline: 'Nothing was sent: no if of the list is true', told: ['left-out'] }
    default:
      return { headline: `${count(worst)} ${after}`, told: [worst] }
  }
}

function tellSuccess(count: number, after: string): string {
  return `${formatCount(count)} operation${count === 1 ? '' : 's'} succeeded ${after}`
}

function countWords(standing: Standing, count: number, total: number): string {
  return `${nameCount(count, total)} ${verbOf(standing, count)}`
}

/** `1 of 3 operations`, `All 3 operations`, `The operation`. */
function nameCount(count: number, total: number): string {
  if (total === 1) return 'The operation'
  if (count === total) return `All ${formatCount(total)} operations`
  return `${formatCount(count)} of ${formatCount(total)} operations`
}

/** True for an operation that Azure may still be working on. */
export function isOpen(record: OperationRecord): boolean {
  if (record.kind === 'running') return true
  return record.kind === 'ended' && mayStillRun(record.explanation.outcome.ending)
}

/** Advice on what was left before its end and is no failure, of the first of them; undefined where there is none. */
export function findOpenAdvice({ records }: ListReport): Advice | undefined {
  return records.flatMap((record) =>
    record.kind === 'ended' && standingOf(record) === 'open'
      ? (record.explanation.advice ?? [])
      : []
  )[0]
}

function describeWhereabouts({ records }: ListReport): string {
  const open = records.filter(isOpen).length
  if (open > 0) {
    const name = `${formatCount(open)} operation${open === 1 ? '' : 's'}`
    return `${name} may still be running in Azure.`
  }
  const counts = countStandings(records)
  const isAllGood = STANDINGS.every(
    (standing) => counts[standing] === 0 || standing === 'succeeded' || standing === 'left-out'
  )
  if (isAllGood) return ''
  return records.some(({ kind }) => kind === 'ended')
    ? 'None of them is still running in Azure.'
    : 'Nothing was started in Azure.'
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
    case 'fault':
      return ['Failed, not sent', notSent.message]
    default:
      return notSent satisfies never
  }
}

/** Operation that something went wrong with. */
export interface FailedOperation {
  readonly name: string
  readonly status: OutcomeStatus
  readonly standing: Standing
  /** Absent where there is nothing to say. */
  readonly cause?: Cause
  /** Absent where it was never sent. */
  readonly record?: EndedRecord
}

/** Operations that ended in the same way for the same reason. */
export interface FailureGroup {
  readonly first: FailedOperation
  /** The first among them. */
  readonly operations: readonly FailedOperation[]
}

/** Code of an operation that was not sent, since its `if` or a reference in it cannot be evaluated. */
export const INVALID_REFERENCE = 'InvalidReference'

/** Everything that went wrong, equal causes together: the worst first, then the most. */
export function groupFailures({ records }: ListReport): readonly FailureGroup[] {
  const groups = new Map<string, FailedOperation[]>()
  for (const record of records) {
    const failed = toFailed(record)
    if (failed === undefined) continue
    const key = keyOf(failed)
    const group = groups.get(key) ?? []
    group.push(failed)
    groups.set(key, group)
  }
  const rank = ({ first }: FailureGroup) => STANDINGS.indexOf(first.standing)
  return [...groups.values()]
    .flatMap((operations) => operations.slice(0, 1).map((first) => ({ first, operations })))
    .toSorted(
      (one, other) => rank(one) - rank(other) || other.operations.length - one.operations.length
    )
}

/** The cause of several operations: each has a resource of its own. */
export function withoutResource({ resource: _, target: __, type: ___, ...shared }: Cause): Cause {
  return shared
}

/** The first in time of those that went wrong in the worst way; undefined where nothing did. */
export function findFirstFailure({ records }: ListReport): FailedOperation | undefined {
  const failed = records.map(toFailed).filter((each) => each !== undefined)
  const worst = STANDINGS.find((standing) => failed.some((each) => each.standing === standing))
  return failed
    .filter(({ standing }) => standing === worst)
    .toSorted((one, other) => endOf(one) - endOf(other))[0]
}

/** What was never sent has no time of its own. */
function endOf({ record }: FailedOperation): number {
  return record?.explanation.outcome.endedAt ?? Number.MAX_SAFE_INTEGER
}

function toFailed(record: OperationRecord): FailedOperation | undefined {
  const standing = standingOf(record)
  if (!FAILURES.has(standing)) return undefined
  const common = { name: record.name, status: statusOfRecord(record), standing }
  if (record.kind === 'ended') {
    return omitUndefined({ ...common, cause: record.explanation.cause, record })
  }
  if (record.kind !== 'not-sent' || record.notSent.kind !== 'fault') return common
  const { message } = record.notSent
  return {
    ...common,
    cause: { code: INVALID_REFERENCE, message, excerpt: message, policies: [] }
  }
}

function keyOf({ standing, status, cause, record }: FailedOperation): string {
  const key =
    cause === undefined
      ? ''
      : keyOfCause(
          { ...cause, message: cause.message.slice(0, MAX_KEY_CHARS) },
          listNames(cause, record?.explanation)
        )
  return [standing, status, key].join('\n')
}

/** Names that a message about one of several equal operations may hold. */
function listNames({ resource, target }: Cause, explanation?: Explanation): readonly string[] {
  const { resourceId, request } = explanation?.outcome ?? {}
  const path = resourceId ?? (request === undefined ? '' : describeUrl(request.url))
  const segments = (resource ?? target ?? '').split('/').slice(-1)
  const own = path.split(/\/providers\//i).at(-1) ?? ''
  const names = own.split('?', 1).join('').split('/').slice(1)
  return [...segments, ...names.filter((_, index) => index % 2 === 1).slice(-MAX_KEY_NAMES)]
}

/** As much of a message, and of the names in a path, as tells causes apart: a service may send any number of either. */
const MAX_KEY_CHARS = 4_000
const MAX_KEY_NAMES = 6

/** Operations that were not started for one reason. */
export interface UnsentGroup {
  readonly reason: string
  readonly names: readonly string[]
}

/** What was not started, by the reason; without what failed before it was sent, and what its own `if` left out. */
export function groupUnsent(records: readonly OperationRecord[]): readonly UnsentGroup[] {
  const groups = new Map<string, string[]>()
  for (const record of records) {
    if (record.kind !== 'not-sent') continue
    const { notSent, name } = record
    if (notSent.kind === 'fault' || notSent.kind === 'if') continue
    const [, reason] = tellNotSent(notSent)
    const names = groups.get(reason) ?? []
    names.push(name)
    groups.set(reason, names)
  }
  return [...groups].map(([reason, names]) => ({ reason, names }))
}

/** `a, b, c and 6 more`, each a harmless line. */
export function listFew(names: readonly string[], most: number): string {
  const more = names.length - most
  const list = names.slice(0, most).map((name) => toLine(name, MAX_NAME_CHARS))
  return `${list.join(', ')}${more > 0 ? ` and ${formatCount(more)} more` : ''}`
}

const MAX_NAME_CHARS = 80
