/**
 * An outcome in plain words: what happened, and whether Azure still works on it. Pure.
 * The log, the summary and the annotation all say it with these words, so that they never disagree. Only an outcome
 * that Azure itself called a failure is called one.
 */
import type { HttpResponse } from '../http/message.ts'
import { hasMarkOfAzure } from '../http/sender.ts'
import {
  type Ending,
  mayStillRun,
  type Outcome,
  type OutcomeStatus,
  statusOf,
  wasTurnedDown
} from '../run/outcome.ts'
import { formatDuration } from './format.ts'
import { countOutcome, type ResourceCounts } from './resources.ts'
import { toLine } from './sanitize.ts'
import { findSubject } from './subject.ts'

/** Words for an outcome. */
export interface Verdict {
  /** One or two words for a heading. */
  readonly title: string
  /** The one mark in the summary's heading. */
  readonly mark: string
  /** The event in one sentence without its full stop, around the name of what it happened to. */
  readonly headline: Headline
  /** The same as one harmless line, with its full stop. */
  readonly sentence: string
  /** The state of the operation in Azure, in one sentence: may it still run? Empty when that goes without saying. */
  readonly whereabouts: string
}

/** Headline around a name. The name and the words before it may be untrusted text. */
export interface Headline {
  readonly before: string
  readonly name: string
  /** Begins with a blank or a colon; our own text, and harmless for the log. */
  readonly after: string
}

/** Mark and title of each status. */
export const TITLES: Readonly<Record<OutcomeStatus, readonly [mark: string, title: string]>> = {
  Succeeded: ['✅', 'Succeeded'],
  Failed: ['❌', 'Failed'],
  Canceled: ['🚫', 'Canceled'],
  TimedOut: ['⏱️', 'Timed out waiting'],
  InProgress: ['⏳', 'In progress'],
  Unknown: ['❔', 'Outcome unknown'],
  Skipped: ['⏭️', 'Skipped']
}
const PREVIEW_MARK = '🔍'
const MAX_SUBJECT_CHARS = 200
const MAX_FINDING_CHARS = 300

/** The words for an outcome. */
export function describeVerdict(outcome: Outcome): Verdict {
  const [mark, title] = TITLES[statusOf(outcome.ending)]
  const headline = describeEnding(outcome)
  const { before, name, after } = headline
  return {
    title,
    mark: readFinding(outcome) === undefined ? mark : PREVIEW_MARK,
    headline,
    sentence: `${toLine(`${before} ${name}`, MAX_SUBJECT_CHARS)}${after}.`,
    whereabouts: describeWhereabouts(outcome)
  }
}

/** What a preview that succeeded has found. */
function readFinding({ ending, addition }: Outcome): string | undefined {
  return ending.kind === 'succeeded' ? addition?.finding : undefined
}

function describeEnding(outcome: Outcome): Headline {
  const { ending, accepted } = outcome
  const { words, name } = findSubject(outcome)
  const before = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  const say = (after: string): Headline => ({ before, name, after })
  const duration = ` after ${formatDuration(outcome.endedAt - outcome.startedAt)}`
  const counts = countOutcome(outcome)
  switch (ending.kind) {
    case 'succeeded':
      return say(describeSuccess(outcome, `${duration}${describeTotal(counts)}`))
    case 'failed':
    case 'not-read':
      return say(` failed${duration}${describeFailed(counts)}`)
    case 'refused':
      return say(accepted === undefined ? ' was refused' : tellRefusal(accepted))
    case 'canceled':
      return say(` was canceled in Azure${duration}${describeDone(counts)}`)
    case 'skipped':
      return { before: `Dry run of ${words}`, name, after: REHEARSED }
    case 'not-sent': {
      const isLate = ending.by === 'deadline'
      return say(isLate ? ` was not sent; stopped trying${duration}` : ' was not sent')
    }
    case 'left':
    case 'unanswered':
    case 'undecided':
      return describeOpenEnd(ending, { words, name, after: duration }, counts) ?? say(LEFT)
    case 'condition-left':
      return say(CONDITION_ENDS[ending.by])
    case 'condition-undecided':
      return say(` succeeded, but ${ending.input} could not be evaluated`)
    case 'fail-if':
      return say(' succeeded in Azure, and fail-if is true for its result')
    default:
      return ending satisfies never
  }
}

const REHEARSED = ': nothing was sent, and all that can be checked without Azure is right'
const LEFT = ' was accepted; this step did not wait for it to end'
const CONDITION_ENDS = {
  deadline: ' succeeded, but the condition of wait-until was not met in time',
  choice: ' succeeded; this step did not wait until the condition of wait-until was met',
  cancellation:
    ' succeeded, but the workflow was canceled before the condition of wait-until was met'
} as const

/** Only what bears a mark of Azure's is its refusal. */
function tellRefusal(answer: HttpResponse): string {
  return ` was refused${hasMarkOfAzure(answer) ? ' by Azure' : ''} with HTTP ${answer.status}`
}

function describeSuccess(outcome: Outcome, after: string): string {
  const finding = readFinding(outcome)
  return finding === undefined ? ` succeeded${after}` : `: ${toLine(finding, MAX_FINDING_CHARS)}`
}

type OpenEnding = Extract<Ending, { readonly kind: 'left' | 'unanswered' | 'undecided' }>

/** Headline of an end that nobody saw; undefined where nobody was to look for it. */
function describeOpenEnd(
  ending: OpenEnding,
  { words, name, after }: Omit<Headline, 'before'> & { readonly words: string },
  counts: ResourceCounts
): Headline | undefined {
  if (ending.kind === 'left' && ending.by === 'choice') return undefined
  if (ending.kind !== 'undecided' && ending.by === 'deadline') {
    const running = describeRunning(counts)
    return { before: `Stopped waiting for ${words}`, name, after: `${after}${running}` }
  }
  if (ending.kind === 'left') {
    const before = `The workflow was canceled while waiting for ${words}`
    return { before, name, after: describeRunning(counts) }
  }
  return { before: `The outcome of ${words}`, name, after: ` is still unknown${after}` }
}

function describeTotal({ total, isPartial }: ResourceCounts): string {
  return total < 2 || isPartial ? '' : `: ${total} resources`
}

function describeFailed(counts: ResourceCounts): string {
  return counts.failed === 0 || counts.total < 2 ? '' : `: ${countOf(counts, counts.failed)}`
}

function describeDone({ succeeded, total, isPartial }: ResourceCounts): string {
  return total < 2 || isPartial ? '' : `: ${succeeded} of ${total} resources were done`
}

function describeRunning(counts: ResourceCounts): string {
  const { running } = counts
  const verb = running === 1 ? 'runs' : 'run'
  return running === 0 ? '' : `: ${countOf(counts, running)} still ${verb}`
}

/** `6 of 12 resources`, or where there may be more, `at least 6 resources`. */
function countOf({ total, isPartial }: ResourceCounts, count: number): string {
  if (!isPartial) return `${count} of ${total} resources`
  return `at least ${count} resource${count === 1 ? '' : 's'}`
}

function describeWhereabouts({ ending, accepted, addition, request }: Outcome): string {
  if (mayStillRun(ending)) return 'It may still be running in Azure.'
  switch (ending.kind) {
    case 'succeeded':
      return addition?.finding === undefined ? '' : 'Nothing was changed.'
    case 'skipped':
      return ''
    case 'refused':
      // The answer to a token, which may be that of a service behind Azure Resource Manager.
      return accepted?.status === 401 ? '' : NOTHING_STARTED
    case 'not-sent':
    case 'unanswered':
      return NOTHING_STARTED
    case 'fail-if':
      // An accepted refusal, such as the 404 of a DELETE, has started nothing either.
      return wasTurnedDown(accepted) ? NOTHING_STARTED : OVER
    case 'condition-left':
      // Such as the execution that the start of a job has begun.
      return request.method === 'GET' || request.method === 'HEAD' ? OVER : ITSELF_OVER
    default:
      return OVER
  }
}

const NOTHING_STARTED = 'Nothing was started in Azure.'
const OVER = 'It is no longer running in Azure.'
const ITSELF_OVER = 'The operation itself is over in Azure; what it began may go on.'
