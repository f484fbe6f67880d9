/**
 * An outcome in plain words: what happened, and whether Azure still works on it. Pure.
 * The log, the summary and the annotation all say it with these words, so that they never disagree. Only an outcome
 * that Azure itself called a failure is called one.
 */
import { describeRefusal } from '../http/sender.ts'
import {
  mayStillRun,
  type Outcome,
  type OutcomeStatus,
  statusOf,
  wasTurnedDown
} from '../run/outcome.ts'
import { formatDuration } from './format.ts'

/** Words for an outcome. All of them are our own text. */
export interface Verdict {
  /** One or two words for a heading. */
  readonly title: string
  /** The one mark in the summary's heading. */
  readonly mark: string
  /** The event, in one sentence. */
  readonly sentence: string
  /** The state of the operation in Azure, in one sentence: may it still run? Empty when that goes without saying. */
  readonly whereabouts: string
}

const TITLES: Readonly<Record<OutcomeStatus, readonly [mark: string, title: string]>> = {
  Succeeded: ['✅', 'Succeeded'],
  Failed: ['❌', 'Failed'],
  Canceled: ['🚫', 'Canceled'],
  TimedOut: ['⏱️', 'Timed out waiting'],
  InProgress: ['⏳', 'In progress'],
  Unknown: ['❔', 'Outcome unknown'],
  Skipped: ['⏭️', 'Skipped']
}

/** The words for an outcome. */
export function describeVerdict(outcome: Outcome): Verdict {
  const [mark, title] = TITLES[statusOf(outcome.ending)]
  return {
    title,
    mark,
    sentence: describeEnding(outcome),
    whereabouts: describeWhereabouts(outcome)
  }
}

function describeEnding({ ending, accepted, startedAt, endedAt }: Outcome): string {
  const after = formatDuration(endedAt - startedAt)
  switch (ending.kind) {
    case 'succeeded':
      return `The operation succeeded after ${after}.`
    case 'failed':
    case 'not-read':
      return `The operation failed after ${after}.`
    case 'refused':
      return accepted === undefined ? '' : `${describeRefusal(accepted)}.`
    case 'canceled':
      return `The operation was canceled in Azure after ${after}.`
    case 'skipped':
      return 'Nothing was sent: this was a dry run. All that can be checked without Azure is right.'
    case 'not-sent':
      return ending.by === 'deadline'
        ? `Stopped trying after ${after}; the request was not sent.`
        : 'The request was not sent.'
    case 'left':
      return ending.by === 'deadline'
        ? describeTimedOut(after)
        : 'Azure accepted the request; this step did not wait for the operation to end.'
    case 'unanswered':
      return ending.by === 'deadline' ? describeTimedOut(after) : describeDoubt(after)
    case 'undecided':
      return describeDoubt(after)
    case 'condition-left':
      return ending.by === 'deadline'
        ? 'The operation succeeded, and the condition of wait-until was not met in time.'
        : 'The operation succeeded; this step did not wait until the condition of wait-until was met.'
    case 'condition-undecided':
      return `The operation succeeded, but ${ending.input} could not be evaluated.`
    case 'fail-if':
      return 'The operation succeeded in Azure, and fail-if is true for its result.'
    default:
      return ending satisfies never
  }
}

function describeTimedOut(after: string): string {
  return `Stopped waiting after ${after}; the operation had not ended by then.`
}

function describeDoubt(after: string): string {
  return `After ${after} the outcome is still unknown.`
}

function describeWhereabouts({ ending, accepted }: Outcome): string {
  if (mayStillRun(ending)) return 'It may still be running in Azure.'
  switch (ending.kind) {
    case 'succeeded':
    case 'skipped':
      return ''
    case 'refused':
      // The answer to a token, which may be that of a service behind Azure Resource Manager.
      return accepted?.status === 401 ? '' : NOTHING_STARTED
    case 'not-sent':
      return NOTHING_STARTED
    case 'fail-if':
      // An accepted refusal, such as the 404 of a DELETE, has started nothing either.
      return wasTurnedDown(accepted) ? NOTHING_STARTED : OVER
    default:
      return OVER
  }
}

const NOTHING_STARTED = 'Nothing was started in Azure.'
const OVER = 'It is no longer running in Azure.'
