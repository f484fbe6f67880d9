/**
 * An outcome, explained in full: verdict, cause, advice, facts and errors, worked out once for all that tell it. Pure.
 * A chunk of its own, with all that only a run that did not succeed needs.
 */
import { flattenErrors } from '../operation/error.ts'
import type { Outcome } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { adviseOn } from './advice.ts'
import { describeFailures, tellOthers } from './cause.ts'
import { composeParts } from './compose-parts.ts'
import { type Explanation, explainBriefly } from './explanation.ts'
import type { KnownError } from './known-errors.ts'
import { type HideSecrets, quoteAnswer } from './quote.ts'

/** What an explanation may draw on. */
export interface ExplainOptions {
  /** Without it nothing is quoted of an answer. */
  readonly hideSecrets?: HideSecrets
  /** Without them there is no advice on the code of an error. */
  readonly knownErrors?: readonly KnownError[]
}

/**
 * The explanation of an outcome. Never throws: a part that cannot be composed is left out, and a warning.
 */
export function explain(
  outcome: Outcome,
  { hideSecrets, knownErrors }: ExplainOptions = {}
): Explanation {
  const { outcome: told, verdict, facts } = explainBriefly(outcome)
  const { ending, error } = outcome
  const hasTree = error !== undefined && ending.kind !== 'succeeded'
  return composeParts(told, (compose) => {
    const failures = compose('The cause', () => describeFailures(outcome))
    return omitUndefined({
      verdict,
      cause: failures?.groups[0]?.cause,
      failures,
      others: compose('The other failures', () => failures && tellOthers(failures)),
      quote: compose("Azure's answer", () =>
        hideSecrets === undefined ? undefined : quoteAnswer(outcome, hideSecrets)
      ),
      advice: compose('The advice', () => adviseOn(outcome, knownErrors)),
      facts,
      tree: (hasTree ? compose('The errors', () => flattenErrors(error)) : undefined) ?? []
    })
  })
}
