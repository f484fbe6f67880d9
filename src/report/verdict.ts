/**
 * An outcome in plain words: what happened, and whether Azure still works on it. Pure.
 * The log, the summary and the annotation all say it with these words, so that they never disagree. Only an outcome
 * that Azure itself called a failure is called one.
 */
import type { Outcome, OutcomeStatus } from '../run/outcome.ts'
import { formatDuration } from './format.ts'

/** How an outcome is told. All of it is our own text. */
export interface Verdict {
  /** One or two words for a heading. */
  readonly title: string
  /** The one mark in the summary's heading. */
  readonly mark: string
  /** What happened, in one sentence. */
  readonly sentence: string
  /** Whether it may still be running in Azure, in one sentence; empty when that goes without saying. */
  readonly whereabouts: string
}

const TITLES: Readonly<Record<OutcomeStatus, readonly [mark: string, title: string]>> = {
  Succeeded: ['✅', 'Succeeded'],
  Failed: ['❌', 'Failed'],
  Canceled: ['🚫', 'Canceled'],
  TimedOut: ['⏱️', 'Timed out waiting'],
  InProgress: ['⏳', 'In progress'],
  Unknown: ['❔', 'Outcome unknown']
}

/** The words for an outcome. */
export function describeVerdict(outcome: Outcome): Verdict {
  const [mark, title] = TITLES[outcome.status]
  return { title, mark, sentence: describeEnd(outcome), whereabouts: describeWhereabouts(outcome) }
}

/** True when Azure turned the request itself down, so that no operation ever started. */
export function wasRefused({ status, accepted, mayStillRun }: Outcome): boolean {
  const first = accepted?.status ?? 0
  return status === 'Failed' && !mayStillRun && first >= 400 && first < 500
}

function describeEnd(outcome: Outcome): string {
  const after = formatDuration(outcome.endedAt - outcome.startedAt)
  if (outcome.decidedBy !== undefined) return describeDecision(outcome.status, outcome.decidedBy)
  switch (outcome.status) {
    case 'Succeeded':
      return `The operation succeeded after ${after}.`
    case 'Failed':
      if (outcome.neverSent === true) return 'The request was not sent.'
      return wasRefused(outcome)
        ? `Azure refused the request with HTTP ${outcome.accepted?.status}.`
        : `The operation failed after ${after}.`
    case 'Canceled':
      return `The operation was canceled in Azure after ${after}.`
    case 'TimedOut':
      return `Stopped waiting after ${after}; the operation had not ended by then.`
    case 'InProgress':
      return 'Azure accepted the request; this step did not wait for the operation to end.'
    case 'Unknown':
      return `After ${after} it could not be found out how the operation ended.`
    default:
      return outcome.status satisfies never
  }
}

/** Azure said that it succeeded; what is told is what the author asked beyond that. */
function describeDecision(status: OutcomeStatus, input: NonNullable<Outcome['decidedBy']>): string {
  switch (status) {
    case 'TimedOut':
      return `The operation succeeded, and the condition of ${input} was not met in time.`
    case 'InProgress':
      return `The operation succeeded; this step did not wait until the condition of ${input} was met.`
    case 'Unknown':
      return `The operation succeeded, and it could not be found out what ${input} says of it.`
    default:
      return `The operation succeeded in Azure, and ${input} is true for its result.`
  }
}

function describeWhereabouts(outcome: Outcome): string {
  if (outcome.mayStillRun) return 'It may still be running in Azure.'
  if (outcome.neverSent === true) return 'Nothing was started in Azure.'
  if (outcome.status === 'Succeeded') return ''
  return wasRefused(outcome)
    ? 'Nothing was started in Azure.'
    : 'It is not running in Azure any more.'
}
