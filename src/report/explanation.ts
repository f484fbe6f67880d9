/**
 * The explanation of an outcome as far as every run needs it: the words for its end, and its facts. What else there is
 * to say of a run that did not succeed is a chunk of its own (`explain.ts`). Pure.
 */
import type { ErrorNode } from '../operation/error.ts'
import { type Outcome, statusOf } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import type { Cause, Failures } from './cause.ts'
import { composeParts } from './compose-parts.ts'
import { type Fact, listFacts } from './facts.ts'
import { describeVerdict, type Verdict } from './verdict.ts'

/** Explanation of one outcome; its texts may quote the service, and are neutralised where they are written. */
export interface Explanation {
  readonly outcome: Outcome
  readonly verdict: Verdict
  /** Absent where there is nothing to say: always so for a success. */
  readonly cause?: Cause
  /** Everything that failed, equal causes together, the root cause's first. */
  readonly failures?: Failures
  /** The failures beside the root cause, in one sentence; absent where there is none. */
  readonly others?: string
  /** Body of a failure that names no reason, without its secrets. */
  readonly quote?: string
  readonly advice?: Advice
  readonly facts: readonly Fact[]
  /** Errors of the whole tree, root first; none of a success. */
  readonly tree: readonly ErrorNode[]
}

/** What to do next. */
export interface Advice {
  /** Meaning of the error, in one sentence. */
  readonly meaning?: string
  /** What to do, on one line; may quote the service. */
  readonly text: string
  /** Page that says more. */
  readonly link?: string
}

/** True for an outcome of which the brief explanation says all: a success, a dry run, or what nobody waits for. */
export function isBrief({ ending, error, reason }: Outcome): boolean {
  if (ending.kind === 'succeeded' || ending.kind === 'skipped') return true
  const isLeft = ending.kind === 'left' && ending.by === 'choice'
  return isLeft && error === undefined && reason === undefined
}

/** The brief explanation: no cause, and no errors. Never throws. */
export function explainBriefly(outcome: Outcome): Explanation {
  const { ending, operation } = outcome
  const parts = composeParts(outcome, (compose) => ({
    verdict: compose('The verdict', () => describeVerdict(outcome)) ?? nameVerdict(outcome),
    facts: compose('The facts', () => listFacts(outcome)) ?? []
  }))
  const advice = ending.kind === 'left' ? { text: adviseOnProgress(operation) } : undefined
  return omitUndefined({ ...parts, advice, tree: [] })
}

function nameVerdict({ ending }: Outcome): Verdict {
  const title = statusOf(ending)
  const headline = { before: title, name: '', after: '' }
  return { title, mark: '', headline, sentence: '', whereabouts: '' }
}

/** Where every advice to go on waiting begins. */
export const RESUME = 'Use the resume step in the log or the summary'

/** Advice on an operation that is not waited for. */
export function adviseOnProgress(operation: Outcome['operation']): string {
  return operation === undefined
    ? 'Look at the resource or in the portal to see how it ends.'
    : `${RESUME} to see how it ends.`
}
