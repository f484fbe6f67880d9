/**
 * The request body, from `body` or `body-file`: JSON or YAML, or text that the author's Content-Type says is neither.
 * Strict JSON is sent as it stands and needs nothing more; the code that reads the other forms is loaded when there is
 * one. The workspace and the runner's temporary folder are the only places that are read.
 */
import { InputError, quoteText } from '../errors.ts'
import type { BodyContext, RequestBody } from './body-content.ts'
import { decodeText, FileError, type JobFolders, readJobFile } from './job-file.ts'
import {
  holdsJson,
  isStrictJson,
  looksLikeJson,
  nameText,
  type TextOrigin,
  withoutByteOrderMark
} from './text-origin.ts'

/** Inputs that hold a body; texts are as read, `''` when not given. */
export interface BodyInputs extends BodyContext {
  readonly body: string
  /** Relative to the workspace, or absolute. */
  readonly bodyFile: string
  /** Content-Type of the author's own; absent for JSON. */
  readonly contentType?: string | undefined
}

/** ARM's limit on a request (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
export const MAX_BODY_BYTES = 4 * 1024 * 1024

/**
 * The body, or undefined when neither input is given.
 * @throws InputError naming `body` or `body-file`; a CompileError for a Bicep file that does not compile
 */
export async function readBody(inputs: BodyInputs): Promise<RequestBody | undefined> {
  const { body, bodyFile } = inputs
  const inline = body.trim() !== ''
  if (inline && bodyFile !== '') {
    throw new InputError('body-file', {
      read: bodyFile,
      problem: 'is given together with body',
      allowed: 'one of the two'
    })
  }
  const isText = !/^\s*$|[/+]json\s*(?:;|$)/i.test(inputs.contentType ?? '')
  if (inline) {
    const from: TextOrigin = { input: 'body', place: '' }
    refuseAtFile(body, isText)
    return isText
      ? toText(await unwrapBlock(body, from), from)
      : await parseWithinLimit(body, from, inputs)
  }
  if (bodyFile === '') return undefined
  const { name, text } = readBodyFile(bodyFile, inputs, isText)
  const from: TextOrigin = { input: 'body-file', place: `in ${quoteText(bodyFile)} ` }
  if (isText) return toText(text, from)
  const parsed = await parseWithinLimit(text, from, inputs, name)
  const isJson = /\.jsonc?$/i.test(name) || looksLikeJson(text)
  const place = { pointer: '', file: name, filePointer: '' }
  const whole = isJson ? { ...place, text } : place
  return { ...parsed, sources: [whole, ...parsed.sources] }
}

/** What `az rest` and curl take for the name of a file; text of another kind may begin with the character. */
function refuseAtFile(body: string, isText: boolean): void {
  if (isText ? !/^@[\w./\\-]+$/.test(body.trim()) : !/^\s*@/.test(body)) return
  throw new InputError('body', {
    problem: 'begins with "@", which stands for a file in other tools',
    allowed: 'the path of the file, without "@", in body-file; text that begins with "@" in quotes'
  })
}

function readBodyFile(
  path: string,
  folders: JobFolders,
  isText: boolean
): { readonly name: string; readonly text: string } {
  try {
    const { name, bytes } = readJobFile(path, folders)
    if (isText) return { name, text: decodeText(bytes, true) }
    if (/\.bicep(?:param)?$/i.test(name)) {
      throw new FileError(
        'is a Bicep file, which is only a part of a body',
        `a body with "template: !file ${name}" in its properties`
      )
    }
    return { name, text: withoutByteOrderMark(decodeText(bytes)) }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new InputError('body-file', error.describe(path))
  }
}

async function parseWithinLimit(
  source: string,
  from: TextOrigin,
  context: BodyContext,
  name = ''
): Promise<RequestBody> {
  const text = withoutByteOrderMark(source)
  const body = await toBody(text, from, context, /\.jsonc?$/i.test(name))
  if (holdsJson(body.text)) {
    throw new InputError(from.input, {
      problem: `${nameText(from)}is one JSON string that holds JSON, and Azure would get a text`,
      allowed: 'the JSON itself: drop toJSON() around it'
    })
  }
  if (Buffer.byteLength(body.text) <= MAX_BODY_BYTES) return body
  const { dropBlanks } = await import('./json-blanks.ts')
  return withinLimit({ ...body, text: dropBlanks(body.text) }, from)
}

function toText(text: string, from: TextOrigin): RequestBody {
  return withinLimit({ text, sources: [], diagnostics: [] }, from)
}

/** A whole text that is a YAML block (`|`) is what the block says: YAML is how lines are written everywhere else. */
async function unwrapBlock(text: string, from: TextOrigin): Promise<string> {
  if (!/^\|[+-]?[ \t]*(?:\r?\n(?:[ \t].*)?)+$/.test(text)) return text
  const { readText } = await import('./yaml-document.ts')
  return readText(text, from) ?? text
}

function withinLimit(body: RequestBody, from: TextOrigin): RequestBody {
  const bytes = Buffer.byteLength(body.text)
  if (bytes > MAX_BODY_BYTES) {
    throw new InputError(from.input, {
      problem: `${nameText(from)}has ${bytes} bytes, more than Azure Resource Manager accepts`,
      allowed: `${MAX_BODY_BYTES} bytes`
    })
  }
  return body
}

async function toBody(
  text: string,
  from: TextOrigin,
  context: BodyContext,
  isJson: boolean
): Promise<RequestBody> {
  if (isStrictJson(text)) return { text, sources: [], diagnostics: [] }
  if (isJson || looksLikeJson(text)) {
    const { toJsonText } = await import('./json-text.ts')
    return { text: toJsonText(text, from), sources: [], diagnostics: [] }
  }
  const { yamlToBody } = await import('./yaml-body.ts')
  return yamlToBody(text, from, context)
}
