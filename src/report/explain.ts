/**
 * An outcome, explained: verdict, cause, advice, facts and errors, worked out once for all that tell it. Pure.
 */
import { type ErrorNode, flattenErrors } from '../operation/error.ts'
import type { Outcome } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { adviseOn } from './advice.ts'
import { type Cause, describeCause } from './cause.ts'
import { type Fact, listFacts } from './facts.ts'
import { type HideSecrets, quoteAnswer } from './quote.ts'
import { describeVerdict, type Verdict } from './verdict.ts'

/** Explanation of one outcome; its texts may quote the service, and are neutralised where they are written. */
export interface Explanation {
  readonly outcome: Outcome
  readonly verdict: Verdict
  /** Absent where there is nothing to say: always so for a success. */
  readonly cause?: Cause
  /** Body of a failure that names no reason, without its secrets. */
  readonly quote?: string
  /** One line on what to do next. */
  readonly advice?: string
  readonly facts: readonly Fact[]
  /** Errors of the whole tree, root first; none of a success. */
  readonly tree: readonly ErrorNode[]
}

/**
 * The explanation of an outcome.
 * @param hideSecrets without it nothing is quoted of an answer
 */
export function explain(outcome: Outcome, hideSecrets?: HideSecrets): Explanation {
  const { ending, error } = outcome
  return omitUndefined({
    outcome,
    verdict: describeVerdict(outcome),
    cause: describeCause(outcome),
    quote: hideSecrets === undefined ? undefined : quoteAnswer(outcome, hideSecrets),
    advice: adviseOn(outcome),
    facts: listFacts(outcome),
    tree: error === undefined || ending.kind === 'succeeded' ? [] : flattenErrors(error)
  })
}
