/**
 * The `headers` input. Pure.
 * Values may be secret, so no message quotes one.
 */
import { InputError } from '../errors.ts'
import { trimEnd } from '../values.ts'

const HEADERS_INPUT = 'headers'
const FORM = 'one "Name: value" per line'

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['authorization', 'it is set from the sign-in inputs'],
  ['x-ms-authorization-auxiliary', 'it carries tokens, which come from the sign-in inputs alone'],
  ['cookie', 'Azure Resource Manager uses none'],
  ['host', 'it is set from the URL'],
  ['content-length', 'it is set from the body'],
  ['accept-encoding', 'answers are read uncompressed'],
  ...['connection', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'].map(
    (name) => [name, 'it belongs to the connection'] as const
  )
])

/**
 * The headers of `Name: value` lines, names as written. Blank lines are skipped.
 * @throws InputError for a line without a name, a forbidden or repeated name, or a value that HTTP cannot carry
 */
export function parseHeaders(text: string): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  const seen = new Set<string>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [name, value] = parseLine(line, index + 1)
    if (seen.has(name.toLowerCase())) {
      throw new InputError(HEADERS_INPUT, {
        read: name,
        problem: 'is given twice',
        allowed: 'each name once'
      })
    }
    seen.add(name.toLowerCase())
    headers.set(name, value)
  }
  // Entries become own properties under every name, `__proto__` too.
  return Object.freeze(Object.fromEntries(headers))
}

function parseLine(line: string, number: number): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon < 0) {
    throw new InputError(HEADERS_INPUT, {
      problem: `line ${number} has no colon, and a value cannot continue on another line`,
      allowed: FORM
    })
  }
  const name = line.slice(0, colon).trim()
  const value = trimEnd(line.slice(colon + 1), ' \t').replace(/^[ \t]+/, '')
  checkName(name, number)
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    throw new InputError(HEADERS_INPUT, {
      read: name,
      problem: 'has a value with a line break, a control character or a character outside ASCII',
      allowed: 'printable ASCII'
    })
  }
  return [name, value]
}

function checkName(name: string, number: number): void {
  if (!TOKEN.test(name)) {
    throw new InputError(HEADERS_INPUT, {
      read: name,
      problem: `on line ${number} is not a header name`,
      allowed: FORM
    })
  }
  const lowerCase = name.toLowerCase()
  const reason = lowerCase.startsWith('proxy-')
    ? 'it belongs to the connection'
    : FORBIDDEN.get(lowerCase)
  if (reason !== undefined) {
    throw new InputError(HEADERS_INPUT, { read: name, problem: `is not allowed here: ${reason}` })
  }
}
