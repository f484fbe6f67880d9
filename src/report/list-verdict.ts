/**
 * A list in plain words: how it ended, or how it stands, and what may still run. Pure. The log, the summary and the
 * annotations say it with these words, so that they never disagree.
 */
import { worstStatus } from '../batch/schedule.ts'
import type { OutcomeStatus } from '../run/outcome.ts'
import type { Advice } from './explanation.ts'
import { formatDuration } from './format.ts'
import type { ListReport, OperationRecord } from './list-report.ts'
import {
  countStandings,
  formatCount,
  isNotResumed,
  isOpen,
  isPast,
  listFew,
  STANDINGS,
  type Standing,
  type StandingCounts,
  standingOf,
  statusOfRecord,
  tellCounts,
  verbOf
} from './list-standing.ts'
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

/** Words for a list, at its end or in the middle of its run. */
export function describeListVerdict(report: ListReport): ListVerdict {
  const { records } = report
  const status = worstStatus(records.map(statusOfRecord))
  const [mark, title] = TITLES[status]
  const counts = countAtEnd(report)
  const { headline, told } = describeHeadline(report, counts)
  const past = records.filter(isPast).length
  const notResumed = records.filter(isNotResumed).length
  const rest = [
    tellCounts({ ...counts, ...Object.fromEntries(told.map((each) => [each, 0])) }),
    past === 0 ? '' : `${formatCount(past)} of them ended in an earlier step`,
    notResumed === 0 ? '' : tellNotResumed(notResumed)
  ].filter((part) => part !== '')
  // Green, and yet something of the list is missing.
  const isPartial = status === 'Succeeded' && counts['not-started'] > 0
  return {
    status,
    mark: isPartial ? '⚠️' : mark,
    title,
    headline,
    rest: rest.join('; '),
    whereabouts: describeWhereabouts(report)
  }
}

/** What an earlier step had not started, and how it is started. No full stop. */
export function tellNotResumed(count: number): string {
  const [what, them] = count === 1 ? ['operation', 'it'] : ['operations', 'them']
  return `${formatCount(count)} ${what} had not started in the step that is resumed, and the same requests beside resume start ${them}`
}

/**
 * Once its step has ended, what runs is left in progress, and what waits never starts. Without what nobody was to start.
 */
function countAtEnd({ records, endedBy }: ListReport): StandingCounts {
  const counts = countStandings(records.filter((record) => !isNotResumed(record)))
  if (endedBy === undefined) return counts
  const open = counts.open + counts.running
  const unsent = counts['not-started'] + counts.waiting
  return { ...counts, open, running: 0, 'not-started': unsent, waiting: 0 }
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
    const words = count(worst)
    const rest = `${words.charAt(0).toLowerCase()}${words.slice(1)}`
    return { headline: `${end} ${after}: ${rest}`, told: [worst] }
  }
  switch (worst) {
    case 'open':
      return {
        headline: `${nameCount(counts.open, total)} ${counts.open === 1 ? 'was' : 'were'} accepted; this step did not wait for the end`,
        told: ['open']
      }
    case 'left-out':
      if (counts.succeeded > 0) {
        return { headline: tellSuccess(counts.succeeded, after), told: ['succeeded'] }
      }
      return {
        headline: tellNothing(report),
        told: records.some(isNotResumed) ? [] : ['left-out']
      }
    default:
      return { headline: `${count(worst)} ${after}`, told: [worst] }
  }
}

function tellSuccess(count: number, after: string): string {
  return `${formatCount(count)} operation${count === 1 ? '' : 's'} succeeded ${after}`
}

/** Why nothing was sent, of a list of which nothing else is to be told. */
function tellNothing({ records }: ListReport): string {
  if (records.length === 0) return 'Nothing was sent: the lists of all loops are empty'
  return records.some(isNotResumed)
    ? 'There was nothing to wait for'
    : 'Nothing was sent: no if of the list is true'
}

function countWords(standing: Standing, count: number, total: number): string {
  if (standing === 'not-started' && count === total && total > 1) {
    return `None of the ${formatCount(total)} operations was started`
  }
  return `${nameCount(count, total)} ${verbOf(standing, count)}`
}

/** `1 of 3 operations`, `Both operations`, `All 3 operations`, `The operation`. */
function nameCount(count: number, total: number): string {
  if (total === 1) return 'The operation'
  if (count === total)
    return total === 2 ? 'Both operations' : `All ${formatCount(total)} operations`
  return `${formatCount(count)} of ${formatCount(total)} operations`
}

/** Advice on operations that were left before their end and are no failures. */
export interface OpenAdvice {
  readonly advice: Advice
  readonly names: readonly string[]
}

/** What to do about what was left before its end and is no failure, each piece of advice once. */
export function groupOpenAdvice({ records }: ListReport): readonly OpenAdvice[] {
  const groups = new Map<string, { readonly advice: Advice; readonly names: string[] }>()
  for (const record of records) {
    if (record.kind !== 'ended' || standingOf(record) !== 'open') continue
    const { advice } = record.explanation
    if (advice === undefined) continue
    const group = groups.get(advice.text) ?? { advice, names: [] }
    group.names.push(record.name)
    groups.set(advice.text, group)
  }
  return [...groups.values()]
}

/** Lead of a piece of advice: `What to do`, or for several operations `What to do for each`. */
export function leadOfAdvice({ length }: readonly unknown[]): string {
  return length > 1 ? 'What to do for each' : 'What to do'
}

/** The same, with their names where others have other advice. */
export function leadOfOpenAdvice({ names }: OpenAdvice, isOnly: boolean): string {
  const lead = leadOfAdvice(names)
  return isOnly ? lead : `${lead} (${listFew(names, MAX_ADVISED)})`
}

const MAX_ADVISED = 5

/** True where all that was sent is a preview of changes. */
function isPreview(records: readonly OperationRecord[]): boolean {
  const sent = records.flatMap((record) => (record.kind === 'ended' ? record : []))
  const isEach = sent.every(
    ({ explanation }) => explanation.outcome.addition?.finding !== undefined
  )
  return sent.length > 0 && isEach
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
  if (isAllGood) return isPreview(records) ? 'Nothing was changed.' : ''
  return records.some(({ kind }) => kind === 'ended')
    ? 'None of them is still running in Azure.'
    : 'Nothing was started in Azure.'
}
