/**
 * The reason why a sign-in failed, in one line that may be shown: the sentence that matters in a library's message,
 * which is noisy and may quote what it was given. Pure.
 */
import { flattenText } from '../errors.ts'
import { messageOf, trimEnd } from '../values.ts'
import type { IdTokenClaims } from './jwt.ts'

/** Reason for a failed sign-in, as it may be shown: on one line, without a secret or a token. */
export interface Failure {
  /** Entra's code (`AADSTS7000215`), or undefined when Entra did not refuse. */
  readonly code: string | undefined
  /** Without a full stop at its end. */
  readonly reason: string
}

const MAX_REASON_CHARS = 500
const MAX_CLAIM_CHARS = 400

/** Events on the wire; better than the library's words, which may only say that something happened. */
export interface WireEvents {
  /** The last exchange that went wrong: who, and what. */
  readonly fault?: string | undefined
  /** Description in the last refusal. */
  readonly refusal?: string | undefined
}

/**
 * Reason for a failed sign-in: Entra's own words where it refused, else the fault on the wire, else the sentence that
 * matters in the library's message.
 * @param secrets never shown in the reason
 */
export function explainFailure(
  error: unknown,
  { fault, refusal }: WireEvents,
  secrets: Iterable<string>
): Failure {
  const text = refusal ?? pickToolWords(messageOf(error))
  const [code] = /AADSTS\d+/.exec(text) ?? []
  // MSAL lists what it was told and what not: "invalid_request: Error(s): Not Available - … - Description: No - …".
  const [, described = ''] = text.split('Description: ', 2)
  const [description = '', ...more] = described.split(' - Correlation ID:', 2)
  const words = more.length > 0 ? description : text.replace(/^(?:error:\s*)+/i, '')
  const [sentence = ''] = words.split(/\.\s|[\r\n]/, 1)
  const told =
    code === undefined
      ? (fault ?? sentence)
      : `Microsoft Entra ID answered ${cutEntraWords(text.slice(text.indexOf(code)))}`
  return { code, reason: toReason(hideSecrets(told, secrets)) }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colors begin with one.
const COLORS = /\u001b\[[\d;]*m/g

/** Words up to the ids that follow them, or to the end of the line. In steps, because one pattern takes its time. */
function cutEntraWords(text: string): string {
  const [line = ''] = text.split(/[\r\n]/, 1)
  const [words = ''] = line.split(/Trace ID:|Correlation ID:|Timestamp:/, 1)
  return words.trimEnd()
}

/** Output of a tool on one line, without colors and without the margin that PowerShell puts before each line. */
export function toToolLine(text: string): string {
  return text.replace(COLORS, '').replace(/[\s|]+/g, ' ')
}

/** The words of an error that a tool printed: `az` marks their line, PowerShell puts them below a picture of the code. */
function pickToolWords(text: string): string {
  const plain = text.replace(COLORS, '')
  if (/AADSTS\d/.test(plain)) return plain
  const [marked] = /^ERROR: .*/m.exec(plain) ?? []
  const framed = [...plain.matchAll(/^ +\| +([^\s~].*)$/gm)].map(([, words = '']) => words)
  return marked ?? (framed.length > 0 ? framed.join(' ') : plain)
}

/** The text without the secrets, as they are and as a form spells them, and without anything that looks like a token. */
export function hideSecrets(text: string, secrets: Iterable<string>): string {
  return [...secrets]
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .sort((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
    .replace(/\beyJ[\w.-]{8,}/g, '***')
}

/** Issuer, subject and audience of the ID token, as the sentence to add to a refusal of it. */
export function describeIdToken({ issuer, subject, audience }: IdTokenClaims): string {
  const quote = (claim: string | undefined) =>
    claim === undefined ? 'none' : `'${flattenText(claim, MAX_CLAIM_CHARS)}'`
  return `The ID token has issuer ${quote(issuer)}, subject ${quote(subject)} and audience ${quote(audience)}`
}

function toReason(text: string): string {
  return trimEnd(flattenText(text, MAX_REASON_CHARS), '. ') || 'no reason given'
}
