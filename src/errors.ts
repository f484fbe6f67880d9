/**
 * The errors that end a run before an outcome exists, and how they quote what a person wrote.
 * Ground: imports nothing. A message here never holds a secret and never more than one line.
 */

const MAX_QUOTED_CHARACTERS = 80

/** What is wrong with one input. `problem` reads on from `read` when that is given, and stands alone otherwise. */
export interface InputProblem {
  readonly problem: string
  /** What was read; quoted and shortened. Leave it out for anything that may be a secret. */
  readonly read?: string
  readonly allowed?: string
}

/** An input that cannot be used. Thrown before anything is sent. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code = 'InvalidInput'
  /** The input's name as action.yml writes it. */
  readonly input: string
  /** What was found wrong, for one who knows the input by another name. */
  readonly found: InputProblem

  constructor(input: string, found: InputProblem) {
    const { problem, read, allowed } = found
    const quoted = read === undefined ? '' : `${quoteText(read)} `
    const advice = allowed === undefined ? '' : ` Allowed: ${allowed}.`
    super(`Input ${input}: ${quoted}${problem}.${advice}`)
    this.input = input
    this.found = found
  }
}

/** No token could be had: wrong or missing credentials, or a sign-in service that did not answer. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
  readonly code = 'SignInFailed'
}

/** The text in double quotes on one line: control and invisible characters as `\u{…}`, cut to 80 characters. */
export function quoteText(text: string): string {
  return `"${flattenText(text, MAX_QUOTED_CHARACTERS)}"`
}

/** The text on one line, without control or invisible characters, cut to `maxCharacters`. */
export function flattenText(text: string, maxCharacters: number): string {
  // A character may take two code units, so twice as many are enough; a body can be megabytes long.
  const characters = [...text.slice(0, 2 * maxCharacters + 2)]
  const cut = characters.slice(0, maxCharacters).join('')
  const flat = cut.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`
  )
  return characters.length > maxCharacters ? `${flat}…` : flat
}

/** The URL without what may be secret in it: user name, password, query and fragment. */
export function hideUrlSecrets(url: string): string {
  return url.replace(/[^\\/?#]*@/, '…@').replace(/([?#]).+$/s, '$1…')
}
