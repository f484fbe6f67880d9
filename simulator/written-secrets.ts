/**
 * Secrets that somebody has written down with what they report: where they are, and the text without them. Guesses by
 * shape alone. Pure.
 */

const MARK = '***'
const SHAPES: readonly (readonly [what: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]*/g],
  ['a token', /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g],
  ['a token', /(?<=\bBearer\s)[\w.~+/-]{16,}=*/gi],
  ['a signature in a URL', /(?<=[?&](?:sig|s|h|c|t|code|token|access_token)=)[^\s&"'<>*]{16,}/gi],
  ['a key', /(?<=\b(?:AccountKey|SharedAccessKey|Password|Pwd|client_secret)=)[^\s;"'<>*]{4,}/gi],
  ['a key', /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g],
  [
    'a cookie or a credential',
    /(?<=\b(?:set-cookie|cookie|authorization)"?:[ \t]*)[^\s*][^\n]{3,}/gi
  ]
]

/** A secret that was found. */
export interface WrittenSecret {
  /** Counts from 1. */
  readonly line: number
  readonly what: string
}

/** Every secret that a text seems to hold, in order. */
export function findWrittenSecrets(text: string): readonly WrittenSecret[] {
  const found = SHAPES.flatMap(([what, shape]) =>
    [...text.matchAll(shape)].map(({ index }) => ({
      line: text.slice(0, index).split('\n').length,
      what
    }))
  )
  return found.sort((one, other) => one.line - other.line)
}

/** The text without what seems to be a secret. */
export function hideWrittenSecrets(text: string): string {
  return SHAPES.reduce((hidden, [, shape]) => hidden.replace(shape, MARK), text)
}
