/**
 * The request body, from `body` or `body-file`: JSON as people write it, with comments and trailing commas.
 * What is sent is the author's own text without those: printing a parsed value would round numbers beyond 2^53 and
 * move keys. The workspace is the only place that is read.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { type JSONVisitor, printParseErrorCode, visit } from 'jsonc-parser'
import { InputError, quoteText } from '../errors.ts'

/** Where a body comes from; texts are as read, `''` when not given. */
export interface BodyInputs {
  readonly body: string
  /** Relative to the workspace, or absolute and inside it. */
  readonly bodyFile: string
  /** Absolute path. */
  readonly workspace: string
}

/** Names a text in messages. */
interface BodySource {
  readonly input: 'body' | 'body-file'
  /** `in "infra/body.json" `, or `''`. */
  readonly place: string
}

/** ARM's limit on a request (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
export const MAX_BODY_BYTES = 4 * 1024 * 1024

/**
 * The body's JSON text, or undefined when neither input is given.
 * @throws InputError naming `body` or `body-file`
 */
export function readBody({ body, bodyFile, workspace }: BodyInputs): string | undefined {
  const inline = body.trim() !== ''
  if (inline && bodyFile !== '') {
    throw new InputError('body-file', {
      read: bodyFile,
      problem: 'is given together with body',
      allowed: 'one of the two'
    })
  }
  if (inline) return parseBody(body, { input: 'body', place: '' })
  if (bodyFile === '') return undefined
  const text = readWorkspaceFile(bodyFile, workspace)
  return parseBody(text, { input: 'body-file', place: `in ${quoteText(bodyFile)} ` })
}

function parseBody(source: string, from: BodySource): string {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source
  const json = isStrictJson(text) ? text : stripToJson(text, from)
  const bytes = Buffer.byteLength(json)
  if (bytes > MAX_BODY_BYTES) {
    throw new InputError(from.input, {
      problem: `${from.place}has ${bytes} bytes, more than Azure Resource Manager takes`,
      allowed: `${MAX_BODY_BYTES} bytes`
    })
  }
  return json
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

interface JsonFault {
  /** A key of FAULTS. */
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly line: number
  readonly column: number
}

/** A stretch of the text to leave out. */
interface Cut {
  readonly offset: number
  readonly length: number
}

function stripToJson(text: string, from: BodySource): string {
  const { cuts, fault } = scanJson(text, from)
  if (fault !== undefined) throw describeFault(text, fault, from)
  let json = ''
  let end = 0
  for (const { offset, length } of cuts) {
    json += text.slice(end, offset)
    end = offset + length
  }
  return json + text.slice(end)
}

/** Finds comments and trailing commas, and the first fault if there is one. */
function scanJson(
  text: string,
  from: BodySource
): { readonly cuts: readonly Cut[]; readonly fault: JsonFault | undefined } {
  const cuts: Cut[] = []
  let fault: JsonFault | undefined
  let comma: number | undefined
  const forgetComma = (): void => {
    comma = undefined
  }
  const cutComma = (): void => {
    if (comma !== undefined) cuts.push({ offset: comma, length: 1 })
    comma = undefined
  }
  const visitor: JSONVisitor = {
    onObjectBegin: forgetComma,
    onArrayBegin: forgetComma,
    onObjectProperty: forgetComma,
    onLiteralValue: forgetComma,
    onObjectEnd: cutComma,
    onArrayEnd: cutComma,
    onSeparator: (character, offset) => {
      comma = character === ',' ? offset : undefined
    },
    onComment: (offset, length) => {
      cuts.push({ offset, length })
    },
    onError: (code, offset, length, line, column) => {
      fault ??= { name: printParseErrorCode(code), offset, length, line, column }
    }
  }
  try {
    visit(text, visitor, { allowTrailingComma: true })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError(from.input, { problem: `${from.place}is nested too deeply to be read` })
  }
  return { cuts: cuts.toSorted((one, other) => one.offset - other.offset), fault }
}

/** What jsonc-parser's error names mean to an author. */
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this is no JSON value'],
  ['PropertyNameExpected', 'a property name in double quotes is expected'],
  ['ValueExpected', 'a value is expected'],
  ['ColonExpected', 'a colon is expected'],
  ['CommaExpected', 'a comma is expected'],
  ['CloseBraceExpected', 'a comma or "}" is expected'],
  ['CloseBracketExpected', 'a comma or "]" is expected'],
  ['EndOfFileExpected', 'nothing more is expected'],
  ['UnexpectedEndOfComment', 'the comment has no end'],
  ['UnexpectedEndOfString', 'the string has no end on its line'],
  ['UnexpectedEndOfNumber', 'the number is cut short'],
  ['InvalidUnicode', 'a \\u escape takes four hexadecimal digits'],
  ['InvalidEscapeCharacter', 'the string holds an escape that JSON does not have'],
  ['InvalidCharacter', 'the string holds a control character']
])

function describeFault(text: string, fault: JsonFault, { input, place }: BodySource): InputError {
  const position = `line ${fault.line + 1}, column ${fault.column + 1}`
  const excerpt = excerptLine(text, fault)
  if (fault.name === 'InvalidSymbol' && text.slice(0, fault.offset).trim() === '') {
    return new InputError(input, {
      problem: `${place}is not JSON: it begins with ${quoteText(excerpt)} at ${position}`,
      allowed: 'JSON, such as { "location": "westeurope" }; comments and trailing commas are fine'
    })
  }
  const what = FAULTS.get(fault.name) ?? 'it cannot be read'
  const shown = excerpt === '' ? '' : `: ${quoteText(excerpt)}`
  return new InputError(input, {
    problem: `${place}is not valid JSON at ${position}: ${what}${shown}`
  })
}

const MAX_EXCERPT_CHARACTERS = 70

/** The faulty line as far as the fault, its end where it is long. String values are left out: one may be a password. */
function excerptLine(text: string, { offset, length }: JsonFault): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
  const [line = ''] = text.slice(start).split(/[\r\n]/, 1)
  const end = offset - start + length
  const colon = /^\s*:/.exec(line.slice(end))?.[0] ?? ''
  const shown = hideStringValues(line.slice(0, end) + colon).trimStart()
  return shown.length > MAX_EXCERPT_CHARACTERS ? `…${shown.slice(-MAX_EXCERPT_CHARACTERS)}` : shown
}

function hideStringValues(line: string): string {
  return line.replace(
    /(["'])(?:\\.|(?!\1)[^\\])*(\1?)(\s*:)?/g,
    (string, quote: string, closing: string, colon: string | undefined) =>
      colon !== undefined && closing !== '' ? string : `${quote}…${closing}`
  )
}

/**
 * The text of a file in the workspace. Symbolic links are resolved before the check, or one would lead outside.
 * @throws InputError naming `body-file`
 */
function readWorkspaceFile(path: string, workspace: string): string {
  const refuse = (problem: string, allowed = 'a file in the workspace'): never => {
    throw new InputError('body-file', { read: path, problem, allowed })
  }
  const target = resolve(workspace, path)
  if (!isInside(target, workspace)) refuse('is outside the workspace')
  try {
    const real = realpathSync(target)
    if (!isInside(real, realpathSync(workspace))) refuse('leads outside the workspace')
    const stats = statSync(real)
    if (stats.isDirectory()) refuse('is a directory')
    if (!stats.isFile()) refuse('is not a regular file')
    return decodeUtf8(readFileSync(real)) ?? refuse('is not UTF-8 text', 'a file saved as UTF-8')
  } catch (error) {
    if (error instanceof InputError) throw error
    const code = readErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR')
      refuse('does not exist; was the repository checked out?')
    return refuse(`cannot be read (${code})`)
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function readErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}

/** Undefined when the bytes are not UTF-8; a UTF-16 file, as Windows PowerShell's `>` writes, is not. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
