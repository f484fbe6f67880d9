/**
 * The body of an operation when it is checked: read once, or once for each element where its tags name that, with
 * something in the place of what only responses will tell.
 */
import { isFilled, parseTemplate, type Template } from '../batch/references.ts'
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
  readItemBody
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

/** Reader of the body of an operation, which has not read it yet. */
export function createBodyCheck(parts: CheckedBody): BodyCheck {
  const { item, list, loop } = parts
  const { rules, sender } = list
  const field = item.fields.get('body')
  const isOpenFile = refers(item.fields.get('body-file'))
  let [whole, kept, isOpen]: [RequestBody?, KeptBody?, boolean?] = []
  const readReference = createReadReference(parts)
  const readArgument: ReadArgument = (tag, argument) => {
    const template = parseArgument(argument)
    if (typeof template === 'string') return { kind: 'fault', problem: template }
    if (!isFilled(template)) return { kind: 'text', text: textOf(template) }
    const { readExpression } = sender
    const problem = findArgumentFault(template, `the argument of ${tag}`, { loop, readExpression })
    if (problem !== undefined) return { kind: 'fault', problem }
    isOpen = true
    return { kind: 'open' }
  }
  const load: LoadBody = async (inputs) => {
    if (isOpenFile) return undefined
    const reading = { tree: toTree(parts, item.label), readReference, readArgument }
    try {
      const body = await readAsWritten(inputs, reading)
      if (isOpen) return undefined
      whole = body
      kept = body && keepBody(body)
      return body
    } catch (error) {
      // It is read again for each element, which tells what is wrong.
      if (isOpen && error instanceof InputError) return undefined
      throw error
    }
  }
  const readAsWritten = (inputs: BodyInputs, { tree, ...reading }: WrittenReading) => {
    const isOwn = field === undefined || inputs.body === field.text
    return isOwn
      ? readItemBody(inputs, omitUndefined({ tree, ...reading }), rules)
      : readItemBody(inputs, { readReference: (text) => text }, rules)
  }
  const forElement = (element: CheckedElement, tell: TellFill): BodyReader => {
    let own: KeptBody | undefined
    const tree = toTree(parts, element.label)
    const loadOne: LoadBody = async (inputs) => {
      const reading = {
        tree,
        readReference: readSilently,
        readArgument: fillFor(element, readArgument)
      }
      const isShared = whole !== undefined && (field === undefined || inputs.body === field.text)
      const body = isShared ? whole : await readAsWritten(inputs, reading)
      own = isShared ? kept : body && keepBody(body)
      if (own === undefined || !hasKnown(own, element.evaluate)) return body
      try {
        const filled = await fillBody(own, element.evaluate, isJsonType(inputs.contentType))
        return omitUndefined({ ...filled, tree })
      } catch (error) {
        if (!(error instanceof FillError)) throw error
        tell('body', error.message)
        return body
      }
    }
    return { load: loadOne, kept: () => own }
  }
  return { load, kept: () => kept, isOpen: () => isOpenFile || isOpen === true, forElement }
}

interface WrittenReading {
  readonly tree: YamlDocument | undefined
  readonly readReference: ReadReference
  readonly readArgument: ReadArgument
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

/** @param read what is meant by an argument of all elements */
function fillFor(element: CheckedElement, read: ReadArgument): ReadArgument {
  return (tag, argument): ArgumentReading => {
    const reading = read(tag, argument)
    const template = parseArgument(argument)
    if (reading.kind !== 'open' || typeof template === 'string') return reading
    try {
      return { kind: 'text', text: fillArgument(template, element) }
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

function textOf(template: Template): string {
  return template.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}
