/**
 * The explanation of an outcome as a run tells it, with all the errors that are known.
 */
import { explain as explainWith } from '../src/report/explain.ts'
import type { Explanation } from '../src/report/explanation.ts'
import { KNOWN_ERRORS } from '../src/report/known-errors.ts'
import type { HideSecrets } from '../src/report/quote.ts'
import type { Outcome } from '../src/run/outcome.ts'
import { omitUndefined } from '../src/values.ts'

/** @param hideSecrets without it nothing is quoted of an answer */
export function explain(outcome: Outcome, hideSecrets?: HideSecrets): Explanation {
  return explainWith(outcome, omitUndefined({ hideSecrets, knownErrors: KNOWN_ERRORS }))
}
