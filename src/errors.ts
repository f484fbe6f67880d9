/**
 * The errors that end a run before an outcome exists, and the way in which they quote what a person wrote.
 * Ground: imports nothing. A message here never holds a secret and never more than one line.
 */

const MAX_QUOTED_CHARACTERS = 80
/** What is wrong with a URL stands mostly behind the subscription. */
const MAX_URL_CHARACTERS = 300

/** The problem with one input. `problem` reads on from `read` when that is given, and stands alone otherwise. */
export interface InputProblem {
  /** Words that stand before everything else: where in a long input the problem is. */
  readonly place?: string
  readonly problem: string
  /** The text that was read; quoted and shortened. Leave it out for anything that may be a secret. */
  readonly read?: string
  /** The URL that was read, in the place of `read`; shown without the parts that may be secret. */
  readonly readUrl?: string
  readonly allowed?: string
  /** Field of a listed operation that the problem is about. */
  readonly field?: string
  /** Faults that this one stands for; one where it is absent. */
  readonly count?: number
}

/** An input, or an environment variable, that cannot be used. Thrown before anything is sent. */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly code = 'InvalidInput'
  /** The input's name as action.yml writes it, or that of the variable. */
  readonly input: string
  /** Parts of the message, for the same problem under another input's name. */
  readonly details: InputProblem
  /** Errors of every input that is wrong, this one among them; empty where no other was looked at. */
  readonly faults: readonly InputError[]
  /** Handle in `resume`, where it came whole: Azure may be at work on its operation. */
  readonly handle: string | undefined

  constructor(
    input: string,
    details: InputProblem,
    faults: readonly InputError[] = [],
    handle?: string
  ) {
    super(describeProblem(input, details))
    this.input = input
    this.details = details
    this.faults = faults
    this.handle = handle
  }
}

/**
 * The message of a problem with an input.
 * @param hide takes the secrets out of what was read, before that is cut
 */
export function describeProblem(
  input: string,
  { place = '', problem, read, readUrl, allowed }: InputProblem,
  hide = (text: string) => text
): string {
  const quoted = quoteRead(read === undefined ? undefined : hide(read), readUrl && hide(readUrl))
  const advice = allowed === undefined ? '' : ` Allowed: ${endSentence(allowed)}`
  // An environment variable is not an input; its name is in capitals, but for those that come in both.
  const kind = /^(?:[A-Z_]+|https_proxy)$/.test(input) ? 'Environment variable' : 'Input'
  return `${kind} ${input}: ${place}${quoted}${endSentence(problem)}${advice}`
}

function quoteRead(read: string | undefined, url: string | undefined): string {
  if (url !== undefined) return `"${flattenText(hideUrlSecrets(url), MAX_URL_CHARACTERS)}" `
  return read === undefined ? '' : `${quoteText(read)} `
}

function endSentence(text: string): string {
  return text.endsWith('?') ? text : `${text}.`
}

/** A sign-in that gave no token: wrong or missing credentials, or a sign-in service that did not answer. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
  /** Entra's own (`AADSTS700213`), or one of ours; advice is found by it. */
  readonly code: string
  /** True where asking again gives the same; false for what may pass, such as a service that does not answer. */
  readonly isFinal: boolean

  constructor(message: string, code = 'SignInFailed', isFinal = false) {
    super(message)
    this.code = code
    this.isFinal = isFinal
  }
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

/** The URL without the parts that may be secret: user name, password, query and fragment. */
export function hideUrlSecrets(url: string): string {
  return url.replace(/(^|[\\/?#])[^\\/?#]*@/, '$1…@').replace(/([?#]).+$/s, '$1…')
}
