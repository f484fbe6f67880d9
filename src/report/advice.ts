/**
 * Advice on what to do next: for an error that is known from its own code, and where that is vague from its text; else
 * from how the run ended. Pure. What is quoted from the service stays untrusted text, and what goes into a command to
 * copy is taken only when it is a plain name.
 */
import { hasMarkOfAzure } from '../http/sender.ts'
import {
  type FoundCause,
  findCauseCode,
  findCauses,
  findErrorCode,
  isVagueCode,
  type OperationError,
  RECOMMENDATION
} from '../operation/error.ts'
import type { Outcome } from '../run/outcome.ts'
import { adviseOnCanceled, adviseOnLeft, adviseOnRead, adviseOnTimeout } from './end-advice.ts'
import { type Advice, RESUME } from './explanation.ts'
import type { KnownError } from './known-errors.ts'
import { SIGN_IN_ADVICE } from './sign-in-advice.ts'

const SIGN_IN_LINES: ReadonlyMap<string, string> = new Map(
  SIGN_IN_ADVICE.flatMap(([codes, line]) =>
    codes.split(' ').map((code) => [code.toLowerCase(), line] as const)
  )
)
const SIGN_IN_LINK = 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes'

/** What to do next, or undefined when there is nothing better to say than the error itself. */
export function adviseOn(
  outcome: Outcome,
  knownErrors: readonly KnownError[] = []
): Advice | undefined {
  const known = adviseOnEnding(outcome, knownErrors)
  const retry = outcome.ending.kind === 'refused' ? adviseOnRetry(outcome) : undefined
  if (retry === undefined) return known
  return known === undefined ? { text: retry } : { ...known, text: `${known.text} ${retry}` }
}

function adviseOnEnding(outcome: Outcome, knownErrors: readonly KnownError[]): Advice | undefined {
  const { ending, operation, error } = outcome
  switch (ending.kind) {
    case 'succeeded':
    case 'skipped':
      return undefined
    case 'not-sent':
      return (
        adviseOnSignIn(error) ?? { text: 'Nothing was sent: run it again once the cause is fixed.' }
      )
    case 'left':
      return { text: adviseOnLeft(outcome) }
    case 'unanswered':
      if (/^(?:GET|HEAD)$/.test(outcome.request.method)) return { text: adviseOnRead(ending.by) }
      return {
        text: ending.by === 'deadline' ? adviseOnTimeout(operation) : adviseOnUnknown(outcome)
      }
    case 'undecided':
      return { text: adviseOnUnknown(outcome) }
    case 'condition-left':
    case 'fail-if':
      return { text: adviseOnCondition(operation) }
    case 'condition-undecided':
      return {
        text: error === undefined ? adviseOnCondition(operation) : adviseOnUnknown(outcome)
      }
    case 'canceled':
      return (
        toAdvice(adviseOnCanceled(outcome)) ??
        adviseOnError(outcome, knownErrors) ??
        adviseOnStatus(outcome)
      )
    case 'refused':
    case 'failed':
    case 'not-read':
      return adviseOnError(outcome, knownErrors) ?? adviseOnStatus(outcome)
    default:
      return ending satisfies never
  }
}

/** Such a refusal may pass with time, and only its reader can tell: the line to repeat it is there to be copied. */
function adviseOnRetry({ response, error, isRetried }: Outcome): string | undefined {
  const status = response?.status
  if ((status !== 409 && status !== 429) || isRetried === true) return undefined
  const codes = error === undefined ? [] : [findCauseCode(error), findErrorCode(error)]
  const plain = codes.find((code) => /^[A-Za-z][\w.-]{0,255}$/.test(code))
  return `If it passes with time, this input repeats the request until it is accepted: "retry-on: ${plain ?? status}".`
}

function toAdvice(text: string | undefined): Advice | undefined {
  return text === undefined ? undefined : { text }
}

function adviseOnSignIn(error: OperationError | undefined): Advice | undefined {
  const text = error && SIGN_IN_LINES.get(error.code.toLowerCase())
  if (text === undefined) return undefined
  return /^AADSTS/i.test(error?.code ?? '') ? { text, link: SIGN_IN_LINK } : { text }
}

function adviseOnCondition(operation: Outcome['operation']): string {
  return operation === undefined
    ? 'The operation is done in Azure: look at its result before you run this again.'
    : `${RESUME} to go on waiting for the condition; the operation itself is done.`
}

/** A status that may not be read is a matter of rights or of the sign-in: the end is still there to be read. */
function adviseOnUnknown({ error, operation }: Outcome): string {
  const look = 'Look at the resource before you run this again: it might run twice.'
  const root = error && findCauses(error)[0]?.error
  const code = root?.code.toLowerCase() ?? ''
  const first =
    root !== undefined && code === 'authorizationfailed'
      ? adviseOnRights(root.message)
      : SIGN_IN_LINES.get(code)
  const before = first === undefined ? '' : `${first} `
  return operation === undefined
    ? before + look
    : `${before}${RESUME} to find out how it ends: it might run twice if you run it again.`
}

/** By the root cause's own code and text: those of a wrapper above it or of another failure are about something else. */
function adviseOnError({ error }: Outcome, knownErrors: readonly KnownError[]): Advice | undefined {
  const cause = error && findCauses(error)[0]
  if (cause === undefined) return undefined
  const known = findKnownError(cause.error, knownErrors)
  if (known !== undefined) {
    const { meaning, fix, link } = known
    return { meaning, text: fillIn(fix, cause), link }
  }
  const text = quoteRecommendation(cause.about)
  return text === undefined ? adviseOnSignIn(cause.error) : { text }
}

/** The known error that this one is, or undefined. */
export function findKnownError(
  { code, message }: Pick<OperationError, 'code' | 'message'>,
  knownErrors: readonly KnownError[]
): KnownError | undefined {
  const wanted = code.toLowerCase()
  const hasCode = ({ codes }: KnownError) => codes.toLowerCase().split(' ').includes(wanted)
  const fits = (known: KnownError) => known.text?.test(message) ?? known.codes !== ''
  const byCode =
    code === '' ? undefined : knownErrors.find((known) => hasCode(known) && fits(known))
  const byText = () => knownErrors.find((known) => known.codes === '' && fits(known))
  return (isVagueCode(code) ? byText() : undefined) ?? byCode
}

function fillIn(fix: string, cause: FoundCause): string {
  return fix.replace(
    /\{(\w{1,20})\|([^{}]{0,100})\}/g,
    (_whole, name: string, otherwise: string) => {
      return FACTS.get(name)?.(cause) ?? otherwise
    }
  )
}

/** Facts that a fix may name. */
const FACTS: ReadonlyMap<string, (cause: FoundCause) => string | undefined> = new Map([
  ['action', ({ error }) => prefix('the action ', readAction(error.message))],
  ['scope', ({ error }) => prefix('the scope ', readScope(error.message))],
  [
    'lock',
    ({ error }) => {
      const id = /\blocked: '([^']{1,1000})'/.exec(error.message)?.[1]
      return prefix(' on ', id?.split('/').slice(-2).join(' '), ' first')
    }
  ],
  ['namespace', ({ error }) => /\bnamespace '([A-Za-z0-9.]{1,100})'/.exec(error.message)?.[1]],
  ['newest', ({ error }) => describeNewest(error.message)]
])

function prefix(words: string, fact: string | undefined, more = ''): string | undefined {
  return fact === undefined ? undefined : `${words}${fact}${more}`
}

// "…does not have authorization to perform action 'A' over scope 'S'", "…action(s) 'A' on the linked scope(s) 'S'".
// A linked error names what is allowed first and what is missing last.
function readAction(message: string): string | undefined {
  return [...message.matchAll(/\baction(?:\(s\))? '([^']{1,500})'/g)].at(-1)?.[1]
}

function readScope(message: string): string | undefined {
  return [...message.matchAll(/\bscope(?:\(s\))? '([^']{1,1000})'/g)].at(-1)?.[1]
}

function adviseOnRights(message: string): string {
  const right = prefix('the action ', readAction(message)) ?? 'this right'
  const where = prefix('the scope ', readScope(message)) ?? 'this scope'
  return `Give the identity that signs in a role with ${right} at ${where}; a new role takes a few minutes to take effect.`
}

function describeNewest(message: string): string | undefined {
  const versions = message.match(/\b20\d\d-\d\d-\d\d\b(?!-)/g) ?? []
  const isList = /supported|following/i.test(message) && versions.length > 0
  return isList
    ? `an api-version that the message lists (newest: ${[...new Set(versions)].sort().at(-1)})`
    : undefined
}

/** Where the error names nothing that could be known, the status says at least what it is about. */
function adviseOnStatus({ response, error }: Outcome): Advice | undefined {
  const code = error === undefined ? '' : findCauseCode(error)
  if (!isVagueCode(code)) return undefined
  const status = response?.status
  if ((status === 401 || status === 403) && response !== undefined && !hasMarkOfAzure(response)) {
    return {
      text: 'Check the proxy or firewall on the way first: the answer bears no mark of Azure.'
    }
  }
  switch (status) {
    case 401:
      return { text: 'Check how the step signs in: Azure did not accept its token.' }
    case 403:
      return { text: 'Give the identity that signs in a role with this right at this scope.' }
    case 429:
      return {
        text: 'Azure is throttling: run fewer requests at once, or run it again after a few minutes.'
      }
    default:
      return code === ''
        ? { text: 'Look for the correlation ID in the activity log of the subscription.' }
        : undefined
  }
}

// Recovery Services says itself what to do.
function quoteRecommendation(errors: readonly OperationError[]): string | undefined {
  return errors
    .flatMap(({ additionalInfo }) => additionalInfo)
    .filter(({ type }) => type === RECOMMENDATION)
    .map(({ info }) => info.recommendedAction)
    .flatMap((action) => (Array.isArray(action) ? action : [action]))
    .find((action) => typeof action === 'string' && action.trim() !== '')
}
