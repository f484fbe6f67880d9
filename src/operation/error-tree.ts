/**
 * The tree of an ARM error: what it is made of, and which of its errors say why. Pure; how it is read out of an answer
 * is in error.ts, through which other rooms come here.
 */
import type { JsonObject } from '../http/message.ts'

/** One node of an ARM error, in the same form for every shape that services use. All text is untrusted. */
export interface OperationError {
  readonly code: string
  readonly message: string
  readonly target?: string
  readonly details: readonly OperationError[]
  /** `additionalInfo` entries (PolicyViolation, TemplateViolation, ActivityId …). */
  readonly additionalInfo: readonly { readonly type: string; readonly info: JsonObject }[]
}

/** A node and how far below the root it stands. */
export interface ErrorNode {
  readonly depth: number
  readonly error: OperationError
}

/** Error that says why one of the things that failed did so. */
export interface FoundCause {
  readonly error: OperationError
  /** The errors above it, root first. */
  readonly above: readonly OperationError[]
  /** The errors that are about this failure alone: itself, those below it, those above it that hold no other. */
  readonly about: readonly OperationError[]
  readonly rank: CauseRank
}

/** How much an error says of why. */
type CauseRank = (typeof RANKS)[keyof typeof RANKS]

const RANKS = {
  nothing: 0,
  /** A sentence that stands above every error of its kind, or a code and no words. */
  empty: 1,
  /** More often an effect than a cause. */
  consequence: 2,
  words: 3,
  /** Words under a code that says something. */
  codeAndWords: 4
} as const

/** Codes that only say that something inside went wrong. */
const WRAPPER_CODE =
  /^(?:DeploymentFailed|ResourceDeploymentFailure|ResourceOperationFailure|InvalidTemplateDeployment|PreflightValidationCheckFailed|MultipleErrorsOccurred|ValidationForResourceFailed|DeploymentStack\w{0,60})$/i
/** Names of HTTP statuses: the words beside them are all there is. */
const PLAIN_CODE =
  /^(?:Conflict|BadRequest|Unauthorized|Forbidden|NotFound|InternalServerError|\d{3}|)$/i
const WRAPPER_SENTENCE =
  /^(?:The resource (?:write )?operation (?:completed with|failed to complete successfully, because it reached) terminal provisioning state|At least one resource deployment operation failed|The deployment of \S{1,200} failed\.$)/
const CONSEQUENCE_CODE = /time-?d?out|timedout|cancell?ed|preempted/i

/**
 * The causes in the tree, one for each thing that failed: the best first, and of equal ones the first in the tree.
 * Below a wrapper (`DeploymentFailed`, `Conflict` …) it is the deepest error with words of its own; one with a code
 * that says something stands for those below it that have none. A time-out or a cancellation comes after other errors.
 */
export function findCauses(error: OperationError): readonly FoundCause[] {
  return collectCauses(error, []).toSorted((one, other) => other.rank - one.rank)
}

/** The error that says why: the first of the causes, or the root where there is none. */
export function findRootCause(error: OperationError): OperationError {
  return findCauses(error)[0]?.error ?? error
}

/** True for a code that says nothing of its own: the name of an HTTP status, that of a wrapper, or none. */
export function isVagueCode(code: string): boolean {
  return PLAIN_CODE.test(code) || WRAPPER_CODE.test(code)
}

/** True for a cause that says more than that something went wrong. */
export function isReason({ rank }: FoundCause): boolean {
  return rank > RANKS.empty
}

/** The code of the root cause, else the nearest one above it, else the first in the tree; empty when there is none. */
export function findCauseCode(error: OperationError): string {
  const [cause] = findCauses(error)
  const chain = cause === undefined ? [] : [cause.error, ...cause.above.toReversed()]
  return chain.find(({ code }) => code !== '')?.code ?? findErrorCode(error)
}

/** The root's code, or the root cause's when the root has none, or the first in the tree; empty when there is none. */
export function findErrorCode(error: OperationError): string {
  if (error.code !== '') return error.code
  const code = findRootCause(error).code
  return code !== '' ? code : (walk(error).find((node) => node.error.code !== '')?.error.code ?? '')
}

/** The whole tree in reading order, without the leaves that only repeat what stands above them. */
export function flattenErrors(error: OperationError): readonly ErrorNode[] {
  return walk(error)
    .filter(({ error: own, above }) => !repeats(own, above))
    .map(({ depth, error: own }) => ({ depth, error: own }))
}

interface WalkedNode extends ErrorNode {
  readonly above: readonly OperationError[]
}

/** The whole tree in reading order, each node with those above it. */
export function walk(
  error: OperationError,
  above: readonly OperationError[] = []
): readonly WalkedNode[] {
  const below = [...above, error]
  return [
    { depth: above.length, error, above },
    ...error.details.flatMap((detail) => walk(detail, below))
  ]
}

function collectCauses(error: OperationError, above: readonly OperationError[]): FoundCause[] {
  const below = [...above, error]
  const inner = error.details
    .filter((detail) => !repeats(detail, below))
    .flatMap((detail) => collectCauses(detail, below))
  const best = Math.max(RANKS.nothing, ...inner.map(({ rank }) => rank))
  const rank = rankCause(error)
  const standsForAll = rank === RANKS.codeAndWords || best <= RANKS.empty
  if (rank > best && standsForAll) {
    return [{ error, above, about: walk(error).map((node) => node.error), rank }]
  }
  const [only, ...others] = inner
  return only !== undefined && others.length === 0
    ? [{ ...only, about: [...only.about, error] }]
    : inner
}

function rankCause({ code, message }: OperationError): CauseRank {
  if (WRAPPER_CODE.test(code)) return message === '' ? RANKS.nothing : RANKS.empty
  const isPlain = PLAIN_CODE.test(code)
  if (message === '') return isPlain ? RANKS.nothing : RANKS.empty
  if (CONSEQUENCE_CODE.test(code)) return RANKS.consequence
  if (!isPlain) return RANKS.codeAndWords
  return WRAPPER_SENTENCE.test(message) ? RANKS.empty : RANKS.words
}

/** True for a leaf with nothing but the words of its parent, and no code that none above it has. */
function repeats(error: OperationError, above: readonly OperationError[]): boolean {
  const { code, message, details, additionalInfo } = error
  if (above.length === 0 || details.length > 0 || additionalInfo.length > 0) return false
  const isOldCode = code === '' || above.some((node) => node.code === code)
  return isOldCode && (message === '' || above.at(-1)?.message === message)
}
