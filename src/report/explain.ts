/**
 * An outcome, explained: verdict, cause, advice, facts and errors, worked out once for all that tell it. Pure.
 */
import { type ErrorNode, flattenErrors } from '../operation/error.ts'
import { type Outcome, statusOf, withWarning } from '../run/outcome.ts'
import { messageOf, omitUndefined } from '../values.ts'
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
 * The explanation of an outcome. Never throws: a part that cannot be composed is left out, and a warning.
 * @param hideSecrets without it nothing is quoted of an answer
 */
export function explain(outcome: Outcome, hideSecrets?: HideSecrets): Explanation {
  const { ending, error } = outcome
  const defects: string[] = []
  const compose = <T>(what: string, write: () => T): T | undefined => {
    try {
      return write()
    } catch (defect) {
      defects.push(`${what} could not be told: ${messageOf(defect)}`)
      return undefined
    }
  }
  const hasTree = error !== undefined && ending.kind !== 'succeeded'
  const told = {
    verdict: compose('The verdict', () => describeVerdict(outcome)) ?? nameVerdict(outcome),
    cause: compose('The cause', () => describeCause(outcome)),
    quote: compose("Azure's answer", () =>
      hideSecrets === undefined ? undefined : quoteAnswer(outcome, hideSecrets)
    ),
    advice: compose('The advice', () => adviseOn(outcome)),
    facts: compose('The facts', () => listFacts(outcome)) ?? [],
    tree: (hasTree ? compose('The errors', () => flattenErrors(error)) : undefined) ?? []
  }
  return omitUndefined({ outcome: defects.reduce(withWarning, outcome), ...told })
}

function nameVerdict({ ending }: Outcome): Verdict {
  return { title: statusOf(ending), mark: '', sentence: '', whereabouts: '' }
}
