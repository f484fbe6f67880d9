/**
 * The body of an operation of a list: read once, by the rules of `body` and `body-file`, and kept in parts until it is
 * sent, with holes where it refers to responses. What files bring in is kept once for the whole list.
 */
import {
  type Filled,
  fillTemplate,
  parseTemplate,
  type ReferenceValue,
  type Template
} from '../batch/references.ts'
import { InputError } from '../errors.ts'
import { isList, isObject } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'
import { type BodyInputs, fitBody, readBody, withinLimit } from '../request/body.ts'
import type { RequestBody } from '../request/body-content.ts'
import {
  type BodyParts,
  fillParts,
  findTwin,
  type Hole,
  joinShortParts,
  type ReadReference,
  standIn
} from '../request/body-template.ts'
import type { TextOrigin } from '../request/text-origin.ts'
import type { PrintRules, ReadArgument } from '../request/yaml-body.ts'
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
  readonly readArgument?: ReadArgument
}

/** Value of a reference by its text. */
export type Evaluate = (expression: string) => ReferenceValue
/** Value of a reference as far as it is known; undefined for one that only responses will tell. */
export type EvaluateKnown = (expression: string) => ReferenceValue | undefined

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
  { tree, ...references }: WrittenItemBody,
  { wholeFiles, ...rules }: BodyRules
): Promise<RequestBody | undefined> {
  if (inputs.bodyFile !== '' && inputs.body.trim() === '') {
    const key = `${inputs.contentType ?? ''}\n${inputs.bodyFile}`
    const reading = wholeFiles.get(key) ?? readBody({ ...inputs, rules })
    wholeFiles.set(key, reading)
    return reading
  }
  const written = { ...inputs, rules: { ...rules, ...references } }
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
 * Body to send; where not all of it is known yet, with something in the place of the holes that are left in `parts`.
 * @param isJson false under a Content-Type of another kind
 * @throws FillError for a reference that cannot be filled in, InputError for a body that is too long with it
 */
export async function fillBody(
  { parts, sources, tree, from }: KeptBody,
  evaluate: EvaluateKnown,
  isJson: boolean
): Promise<RequestBody> {
  const open: Hole[] = []
  const text = fillParts(parts, (hole) => {
    const json = fillHole(hole, evaluate)
    if (json === undefined) open.push(hole)
    return json ?? standIn(hole)
  })
  const body = omitUndefined({ text, sources, diagnostics: [], parts: open, tree })
  if (!isJson) return withinLimit(body, from)
  if (parts.some((part) => typeof part !== 'string' && part.kind === 'name')) refuseTwins(text)
  return fitBody(body, from)
}

function refuseTwins(text: string): void {
  const twin = findTwin(text)
  if (twin !== undefined)
    throw new FillError(`body: the name ${JSON.stringify(twin)} is given twice`)
}

function parseHole({ text, kind, pointer }: Hole): Template {
  const parsed = parseTemplate(pointer === '' && kind === 'value' ? text.trim() : text)
  if (parsed.kind === 'template') return parsed.template
  // It was parsed when the list was read.
  throw new FillError(`body: \${ ${parsed.fault.problem}`)
}

/** Undefined for a hole that is not wholly known. */
function fillHole(hole: Hole, evaluate: EvaluateKnown): string | undefined {
  const { text, kind, pointer } = hole
  const { filled, isKnown } = fillKnown(
    parseHole(hole),
    kind === 'value' ? 'value' : 'text',
    evaluate
  )
  if (filled.kind === 'fault') throw new FillError(filled.message)
  if (!isKnown) return undefined
  const { value } = filled
  if (kind === 'text') return String(value)
  if (kind === 'value' && pointer === '' && !isList(value) && !isObject(value)) {
    throw new FillError(`${text.trim()} is all of the body, and has to be an object or a list`)
  }
  return writeJsonText(value)
}

function fillKnown(
  template: Template,
  place: 'value' | 'text',
  evaluate: EvaluateKnown
): { readonly filled: Filled; readonly isKnown: boolean } {
  let isKnown = true
  const filled = fillTemplate(template, place, (expression) => {
    const reading = evaluate(expression)
    if (reading === undefined) isKnown = false
    return reading ?? { kind: 'value', value: '' }
  })
  return { filled, isKnown }
}

/** True for a body in which a reference is known already. */
export function hasKnown({ parts }: KeptBody, evaluate: EvaluateKnown): boolean {
  return parts.some((part) => typeof part !== 'string' && isKnownIn(parseHole(part), evaluate))
}

function isKnownIn(template: Template, evaluate: EvaluateKnown): boolean {
  return template.some(
    (part) => part.kind === 'reference' && evaluate(part.expression) !== undefined
  )
}

/** The body as it was written, with its references in place, but for those that are known. */
export function showBody({ parts }: KeptBody, evaluate: EvaluateKnown = () => undefined): string {
  return fillParts(parts, (hole) => {
    const json = fillHole(hole, evaluate)
    if (json !== undefined) return json
    const template = parseHole(hole)
    const text = isKnownIn(template, evaluate) ? showTemplate(template, evaluate) : hole.text
    return hole.kind === 'text' ? text : JSON.stringify(text)
  })
}

/**
 * A text with its references in place, but for those that are known.
 * @param write the value of the reference that stands at `place` in the template
 */
export function showTemplate(
  template: Template,
  evaluate: EvaluateKnown,
  write: (value: JsonValue, place: number) => string = (value) => String(value)
): string {
  const texts = template.map((part, place) => {
    if (part.kind === 'text') return part.text
    const reading = evaluate(part.expression)
    return reading?.kind === 'value' ? write(reading.value, place) : `\${${part.expression}}`
  })
  return texts.join('')
}
