/**
 * The body of an operation of a list: read once, by the rules of `body` and `body-file`, and kept in parts until it is
 * sent, with holes where it refers to responses. What files bring in is kept once for the whole list.
 */
import { fillTemplate, parseTemplate, type ReferenceValue } from '../batch/references.ts'
import { InputError } from '../errors.ts'
import { isList, isObject } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import { type BodyInputs, fitBody, readBody, withinLimit } from '../request/body.ts'
import type { RequestBody } from '../request/body-content.ts'
import {
  type BodyParts,
  fillParts,
  findTwin,
  type Hole,
  joinShortParts,
  type ReadReference
} from '../request/body-template.ts'
import type { TextOrigin } from '../request/text-origin.ts'
import type { PrintRules } from '../request/yaml-body.ts'
import type { YamlDocument } from '../request/yaml-document.ts'
import { omitUndefined } from '../values.ts'

/** Body as it is kept. */
export interface KeptBody extends Pick<RequestBody, 'sources'> {
  readonly parts: BodyParts
  readonly from: TextOrigin
  /** It was written as a tree, of which nothing is kept. */
  readonly tree?: 'gone'
}

/** Rules of a list for its bodies, and the files that are whole bodies, each read once. */
export interface BodyRules extends PrintRules {
  readonly wholeFiles: Map<string, Promise<RequestBody | undefined>>
}

/** Body of an operation as it was written. */
export interface WrittenItemBody {
  /** Tree under the name of the operation; absent for a text. */
  readonly tree?: YamlDocument
  readonly readReference: ReadReference
}

/** Value of a reference by its text. */
export type Evaluate = (expression: string) => ReferenceValue

/** Error of a reference that cannot be filled in; reads on from the name of the operation. */
export class FillError extends Error {
  override readonly name = 'FillError'
}

/**
 * Reads a body for the first time.
 * @throws InputError
 */
export async function readItemBody(
  inputs: BodyInputs,
  { tree, readReference }: WrittenItemBody,
  { wholeFiles, ...rules }: BodyRules
): Promise<RequestBody | undefined> {
  if (inputs.bodyFile !== '' && inputs.body.trim() === '') {
    const key = `${inputs.contentType ?? ''}\n${inputs.bodyFile}`
    const reading = wholeFiles.get(key) ?? readBody({ ...inputs, rules })
    wholeFiles.set(key, reading)
    return reading
  }
  const written = { ...inputs, rules: { ...rules, readReference } }
  const body = await readBody(tree === undefined ? written : { ...written, tree })
  const [hole] = body?.parts?.filter((part) => typeof part !== 'string') ?? []
  // One reference may be all of a body, but a body is more than a text.
  if (hole?.kind !== 'value' || hole.pointer !== '' || isOneReference(hole.text)) return body
  throw new InputError('body', {
    problem: 'is one piece of text',
    allowed: 'a mapping such as "location: westeurope", or one reference to an object'
  })
}

function isOneReference(text: string): boolean {
  const parsed = parseTemplate(text.trim())
  return parsed.kind === 'template' && parsed.template.length === 1
}

/** Body to keep of one that has been read. */
export function keepBody({ text, parts, sources, tree }: RequestBody): KeptBody {
  const from = { input: 'body', place: '' } as const
  const kept = { parts: joinShortParts(parts ?? [text]), sources, from }
  return tree === undefined ? kept : { ...kept, tree: 'gone' }
}

/** True for a body that refers to responses. */
export function hasHoles({ parts }: KeptBody): boolean {
  return parts.some((part) => typeof part !== 'string')
}

/**
 * Body to send.
 * @param isJson false under a Content-Type of another kind
 * @throws FillError for a reference that cannot be filled in, InputError for a body that is too long with it
 */
export async function fillBody(
  { parts, sources, tree, from }: KeptBody,
  evaluate: Evaluate,
  isJson: boolean
): Promise<RequestBody> {
  const text = fillParts(parts, (hole) => fillHole(hole, evaluate))
  const body = omitUndefined({ text, sources, diagnostics: [], tree })
  if (!isJson) return withinLimit(body, from)
  if (parts.some((part) => typeof part !== 'string' && part.kind === 'name')) refuseTwins(text)
  return fitBody(body, from)
}

function refuseTwins(text: string): void {
  const twin = findTwin(text)
  if (twin !== undefined)
    throw new FillError(`body: the name ${JSON.stringify(twin)} is given twice`)
}

function fillHole({ text, kind, pointer }: Hole, evaluate: Evaluate): string {
  const parsed = parseTemplate(pointer === '' && kind === 'value' ? text.trim() : text)
  // It was parsed when the list was read.
  if (parsed.kind === 'fault') throw new FillError(`body: \${ ${parsed.fault.problem}`)
  const filled = fillTemplate(parsed.template, kind === 'value' ? 'value' : 'text', evaluate)
  if (filled.kind === 'fault') throw new FillError(filled.message)
  const { value } = filled
  if (kind === 'text') return String(value)
  if (kind === 'value' && pointer === '' && !isList(value) && !isObject(value)) {
    throw new FillError(`${text.trim()} is all of the body, and has to be an object or a list`)
  }
  return writeJsonText(value)
}

/** The body as it was written, with its references in place. */
export function showBody({ parts }: KeptBody): string {
  return fillParts(parts, ({ text, kind }) => (kind === 'text' ? text : JSON.stringify(text)))
}
