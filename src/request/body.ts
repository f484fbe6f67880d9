/**
 * The request body, from `body` or `body-file`: JSON or YAML, or text that the author's Content-Type says is neither.
 * Strict JSON is sent as it stands and needs nothing more; the code that reads the other forms is loaded when there is
 * one. The workspace and the runner's temporary folder are the only places that are read.
 */
import { InputError, quoteText } from '../errors.ts'
import { parseJson } from '../values.ts'
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
import type { PrintRules } from './yaml-body.ts'
import type { YamlDocument } from './yaml-document.ts'

/** Inputs that hold a body; texts are as read, `''` when not given. */
export interface BodyInputs extends BodyContext {
  readonly body: string
  /** Relative to the workspace, or absolute. */
  readonly bodyFile: string
  /** Content-Type of the author's own; absent for JSON. */
  readonly contentType?: string | undefined
  /** Body of a listed operation that is no text, in the place of `body`. */
  readonly tree?: YamlDocument
  /** Rules of a list for its bodies. */
  readonly rules?: PrintRules
}

/** ARM's limit on a request (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling). */
export const MAX_BODY_BYTES = 4 * 1024 * 1024

/**
 * The body, or undefined when neither input is given.
 * @throws InputError naming `body` or `body-file`; a CompileError for a Bicep file that does not compile
 */
export async function readBody(inputs: BodyInputs): Promise<RequestBody | undefined> {
  const { body, bodyFile, tree } = inputs
  const inline = tree !== undefined || body.trim() !== ''
  if (inline && bodyFile !== '') {
    throw new InputError('body-file', {
      read: bodyFile,
      problem: 'is given together with body',
      allowed: 'one of the two'
    })
  }
  const isText = !isJsonType(inputs.contentType)
  if (tree !== undefined) return readTree(tree, inputs, isText)
  if (inline) {
    const from: TextOrigin = { input: 'body', place: '' }
    refuseAtFile(body, isText)
    return isText
      ? readReferences(toText(await unwrapBlock(body, from), from), inputs)
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

/** True for a Content-Type of JSON, and for none. */
export function isJsonType(contentType = ''): boolean {
  return /^\s*$|[/+]json\s*(?:;|$)/i.test(contentType)
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

/** A body that is written as a part of a list; under a Content-Type that is not JSON, what a tag gives is the text. */
async function readTree(
  tree: YamlDocument,
  inputs: BodyInputs,
  isText: boolean
): Promise<RequestBody> {
  const { documentToBody } = await import('./yaml-body.ts')
  const body = documentToBody(tree, inputs, inputs.rules ?? {})
  if (!isText) return { ...(await fitBody(body, tree.from)), tree }
  const text = parseJson(body.text)
  if (typeof text === 'string') return toText(text, tree.from)
  throw new InputError(tree.from.input, {
    problem: `is no text, and under the Content-Type ${quoteText(inputs.contentType ?? '')} a body is sent as it is`,
    allowed: 'the text itself, or the tag !text and the path of a file'
  })
}

/** A text that is sent as it is, with a hole where it refers to responses. */
function readReferences(body: RequestBody, { rules }: BodyInputs): RequestBody {
  const { text } = body
  if (rules?.readReference === undefined || !text.includes('${')) return body
  const meant = rules.readReference(text, 0)
  if (meant !== undefined) return { ...body, text: meant }
  return { ...body, parts: [{ kind: 'text', text, pointer: '' }] }
}

async function parseWithinLimit(
  source: string,
  from: TextOrigin,
  inputs: BodyInputs,
  name = ''
): Promise<RequestBody> {
  const text = withoutByteOrderMark(source)
  return fitBody(await toBody(text, from, inputs, /\.jsonc?$/i.test(name)), from)
}

/**
 * A body of JSON as it is sent: over the limit, without its blanks.
 * @throws InputError for one that is too long all the same, and for JSON that was encoded twice
 */
export async function fitBody(body: RequestBody, from: TextOrigin): Promise<RequestBody> {
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

/** @throws InputError for a body that is too long */
export function withinLimit(body: RequestBody, from: TextOrigin): RequestBody {
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
  inputs: BodyInputs,
  isJson: boolean
): Promise<RequestBody> {
  // What a file holds is never searched for references.
  const { readReference, ...rules } = inputs.rules ?? {}
  const isSearched = readReference !== undefined && from.input === 'body'
  const isStrict = isStrictJson(text)
  if (isStrict || isJson || looksLikeJson(text)) {
    const json = isStrict ? text : (await import('./json-text.ts')).toJsonText(text, from)
    const body = { text: json, sources: [], diagnostics: [] }
    if (!isSearched || !json.includes('${')) return body
    const { fillParts, splitJson, standIn } = await import('./body-template.ts')
    const parts = splitJson(json, readReference)
    if (parts !== undefined) return { ...body, text: fillParts(parts, standIn), parts }
    throw new InputError(from.input, { problem: 'is nested too deeply to be read' })
  }
  const { yamlToBody } = await import('./yaml-body.ts')
  return yamlToBody(text, from, inputs, isSearched ? { ...rules, readReference } : rules)
}
