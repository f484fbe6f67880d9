/**
 * An error that is too large for an output, made smaller: its texts first, then all of it but the causes. A chunk of its
 * own, for hardly any run needs it.
 */
import { findCauses, noteLeftOut, type OperationError } from '../operation/error.ts'
import { bound } from '../report/sanitize.ts'
import { omitUndefined } from '../values.ts'

const MAX_CHARS = 4_000
const MIN_CHARS = 400

/** Error as the text of an output, and what is left of it in a few words. */
export interface ShortError {
  readonly what: string
  readonly text: string
}

/** The largest of the shorter forms that has room; empty where not even the root has. */
export function shortenError(
  error: OperationError,
  toText: (error: OperationError) => string,
  maxBytes: number
): ShortError {
  for (const [what, shorter] of listShorter(error)) {
    const text = toText(shorter)
    if (Buffer.byteLength(text) <= maxBytes) return { what, text }
  }
  return { what: 'nothing', text: '' }
}

function* listShorter(error: OperationError) {
  for (const maxChars of [MAX_CHARS, MIN_CHARS]) {
    yield [`texts of ${maxChars} characters`, shortenTree(error, maxChars)] as const
  }
  const causes = findCauses(error).map((cause) => cause.error)
  for (let count = Math.max(1, causes.length); count >= 1; count = Math.floor(count / 2)) {
    const details = causes.slice(0, count).map((cause) => shorten(cause, MIN_CHARS))
    const root = { ...shorten(error, MIN_CHARS), details }
    const what = `the root and ${count} of ${causes.length} causes`
    yield [what, noteLeftOut(root, causes.length - count)] as const
  }
}

function shortenTree(error: OperationError, maxChars: number): OperationError {
  const details = error.details.map((detail) => shortenTree(detail, maxChars))
  return { ...shorten(error, maxChars), details }
}

function shorten({ code, message, target }: OperationError, maxChars: number): OperationError {
  return omitUndefined({
    code,
    message: bound(message, maxChars),
    target: target === undefined ? undefined : bound(target, maxChars),
    details: [],
    additionalInfo: []
  })
}
