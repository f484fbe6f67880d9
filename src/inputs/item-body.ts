/**
 * The body of an operation when it is checked: read once, or once for each element where its tags name that, with
 * something in the place of what only responses will tell.
 */
import { isFilled, parseTemplate, type Template, textOf } from '../batch/references.ts'
import { InputError } from '../errors.ts'
import { type BodyInputs, isJsonType } from '../request/body.ts'
import type { RequestBody } from '../request/body-content.ts'
import type { ReadReference } from '../request/body-template.ts'
import type { ArgumentReading, ReadArgument } from '../request/yaml-body.ts'
import type { YamlDocument } from '../request/yaml-document.ts'
import { omitUndefined } from '../values.ts'
import { type CheckedElement, fillArgument } from './item-elements.ts'
import {
  type Find,
  findArgumentFault,
  findInSource,
  type ItemSurroundings
} from './item-references.ts'
import type { TellFill } from './item-stand-ins.ts'
import {
  FillError,
  fillBody,
  hasKnown,
  type KeptBody,
  keepBody,
  readItemBody,
  type WrittenItemBody
} from './list-body.ts'
import { type ListItem, TREE } from './list-fields.ts'
import type { Loop } from './list-loops.ts'
import { refers } from './list-prepare.ts'
import type { LoadBody } from './reader.ts'

/** Reader of a body, and what it has read. */
export interface BodyReader {
  readonly load: LoadBody
  readonly kept: () => KeptBody | undefined
}

/** Reader of the body of an operation, or of each of a loop. */
export interface BodyCheck extends BodyReader {
  /** True where it names the element before anything is sent: then there is one for each. */
  readonly isOpen: () => boolean
  readonly forElement: (element: CheckedElement, tell: TellFill) => BodyReader
}

/** Body that an operation is checked with. */
export interface CheckedBody {
  readonly item: ListItem
  readonly list: ItemSurroundings
  readonly loop: Loop | undefined
  readonly find: Find
}

/** Body that has been read for all elements of a loop, and how it is read for one. */
interface SharedBody extends CheckedBody {
  readonly readArgument: ReadArgument
  /** Undefined where there is one for each element, or none that can be used. */
  readonly whole: () => { readonly body: RequestBody; readonly kept: KeptBody } | undefined
}

/** Reader of the body of an operation, which has not read it yet. */
export function createBodyCheck(parts: CheckedBody): BodyCheck {
  const { item } = parts
  let isOpen = refers(item.fields.get('body-file'))
  let whole: ReturnType<SharedBody['whole']>
  const readArgument = createReadArgument(parts, () => {
    isOpen = true
  })
  const written = { tree: toTree(parts, item.label), readReference: createReadReference(parts) }
  const load: LoadBody = async (inputs) => {
    if (isOpen) return undefined
    try {
      const body = await readWritten(inputs, parts, { ...written, readArgument })
      if (isOpen) return undefined
      if (body !== undefined && isAsWritten(inputs, item)) whole = { body, kept: keepBody(body) }
      return body
    } catch (error) {
      // It is read again for each element, which tells what is wrong.
      if (isOpen && error instanceof InputError) return undefined
      throw error
    }
  }
  const shared = { ...parts, readArgument, whole: () => whole }
  return {
    load,
    kept: () => whole?.kept,
    isOpen: () => isOpen,
    forElement: (element, tell) => readForElement(shared, element, tell)
  }
}

function readForElement(
  { whole, readArgument, ...parts }: SharedBody,
  element: CheckedElement,
  tell: TellFill
): BodyReader {
  const { item, list } = parts
  const tree = toTree(parts, element.label)
  const fill = fillFor(element, readArgument, list.sender.context.hide)
  const written = { tree, readReference: readSilently, readArgument: fill }
  let kept: KeptBody | undefined
  const load: LoadBody = async (inputs) => {
    const shared = isAsWritten(inputs, item) ? whole() : undefined
    const body = shared?.body ?? (await readWritten(inputs, parts, written))
    kept = shared?.kept ?? (body && keepBody(body))
    if (kept === undefined || !hasKnown(kept, element.evaluate)) return body
    try {
      const filled = await fillBody(kept, element.evaluate, isJsonType(inputs.contentType))
      return omitUndefined({ ...filled, tree })
    } catch (error) {
      if (!(error instanceof FillError)) throw error
      tell('body', error.message)
      return body
    }
  }
  return { load, kept: () => kept }
}

/** False for something usable in the place of a body that is wrong. */
function isAsWritten({ body }: BodyInputs, { fields }: ListItem): boolean {
  const field = fields.get('body')
  return field === undefined || body === field.text
}

type WrittenReading = Pick<WrittenItemBody, 'readReference' | 'readArgument'> & {
  readonly tree: YamlDocument | undefined
}

function readWritten(
  inputs: BodyInputs,
  { item, list: { rules } }: CheckedBody,
  reading: WrittenReading
): Promise<RequestBody | undefined> {
  return isAsWritten(inputs, item)
    ? readItemBody(inputs, omitUndefined(reading), rules)
    : readItemBody(inputs, { readReference: (text) => text }, rules)
}

/** Reader of the arguments of tags, which are left open where they name the element. */
function createReadArgument(
  { loop, list: { sender } }: CheckedBody,
  open: () => void
): ReadArgument {
  return (tag, argument) => {
    const template = parseArgument(argument)
    if (typeof template === 'string') return { kind: 'fault', problem: template }
    if (!isFilled(template)) return { kind: 'text', text: textOf(template) }
    const { readExpression } = sender
    const problem = findArgumentFault(template, `the argument of ${tag}`, { loop, readExpression })
    if (problem !== undefined) return { kind: 'fault', problem }
    open()
    return { kind: 'open' }
  }
}

function toTree({ item, list }: CheckedBody, label: string): YamlDocument | undefined {
  const field = item.fields.get('body')
  if (field?.text !== TREE || field.node === undefined) return undefined
  const { document } = list.list
  const from = { input: 'body', place: document.from.place, item: label } as const
  return { ...document, root: field.node, from }
}

/** Reader of the texts of a body, which tells what is wrong in them. */
function createReadReference({ item, list, find }: CheckedBody): ReadReference {
  return (text, offset) => {
    const at = Math.max(offset, item.fields.get('body')?.at ?? 0)
    const parsed = parseTemplate(text)
    if (parsed.kind === 'fault') {
      const { problem, at: from } = parsed.fault
      const place = { at: findInSource(list.list.text, at, text.slice(from)), item: item.label }
      list.faults.add(place, { problem: `\${ in body ${problem}; a literal \${ is written $\${` })
      return text
    }
    if (!isFilled(parsed.template)) return textOf(parsed.template)
    find(parsed.template, { text, at, input: 'body' })
    return undefined
  }
}

/** What is wrong was told when the body was read for all elements. */
function readSilently(text: string): string | undefined {
  const parsed = parseTemplate(text)
  if (parsed.kind === 'fault') return text
  return isFilled(parsed.template) ? undefined : textOf(parsed.template)
}

const MAX_TOLD_CHARS = 80
const HOLDS_SECRET = 'a long argument of a tag cannot hold a secret, since messages name it'

/** @param read what is meant by an argument of all elements */
function fillFor(
  element: CheckedElement,
  read: ReadArgument,
  hide: (text: string) => string
): ReadArgument {
  return (tag, argument): ArgumentReading => {
    const reading = read(tag, argument)
    const template = parseArgument(argument)
    if (reading.kind !== 'open' || typeof template === 'string') return reading
    try {
      const text = fillArgument(template, element)
      // What names it is cut, and only a whole secret is known again.
      const isTold = text.length <= MAX_TOLD_CHARS || hide(text) === text
      return isTold ? { kind: 'text', text } : { kind: 'fault', problem: HOLDS_SECRET }
    } catch (error) {
      if (!(error instanceof FillError)) throw error
      return { kind: 'fault', problem: error.message }
    }
  }
}

/** Template of an argument, or what is wrong with it. */
function parseArgument(argument: string): Template | string {
  const parsed = parseTemplate(argument)
  if (parsed.kind === 'template') return parsed.template
  return `\${ in an argument ${parsed.fault.problem}; a literal \${ is written $\${`
}
