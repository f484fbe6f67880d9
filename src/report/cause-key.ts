/**
 * What makes two causes one for a reader: the same code, and a message that says the same of different things. Pure.
 */
import { isVagueCode } from '../operation/error.ts'

/** As much of a cause as makes it one of its kind. */
interface KeyedCause {
  readonly code: string
  readonly message: string
  readonly policies: readonly string[]
}

/** Far more than a message takes to say what is wrong. */
const MAX_SAID_CHARS = 4_000
/** Shorter names may be a part of any word. */
const MIN_NAME_CHARS = 3

/**
 * Key that equal causes share. Under one code, messages that differ in names, ids and numbers only say the same.
 * @param names of what the message is about
 */
export function keyOfCause(
  { code, message, policies }: KeyedCause,
  names: readonly string[]
): string {
  const plain = names
    .filter((name) => name.length >= MIN_NAME_CHARS)
    .reduce((text, name) => text.replaceAll(name, ''), message)
    // How long a poll had left is another time for each operation that the same deadline ends.
    .replace(/\bwithin \d+(?:\.\d+)? s\b/g, '')
  const said = isVagueCode(code)
    ? plain
    : plain.replace(/'[^']*'|"[^"]*"|\/\S*|[\da-f-]{8,}|\d+/gi, '')
  return [code, said.slice(0, MAX_SAID_CHARS), ...policies].join('\n')
}

/** True for the ID of a resource. */
export function isResourceId(text: string): boolean {
  return /^\/(?:subscriptions|providers)\//i.test(text)
}

/** Name at the end of a resource ID; anything else as it is. */
export function lastSegmentOf(id: string): string {
  return isResourceId(id) ? (id.split('/').at(-1) ?? id) : id
}
