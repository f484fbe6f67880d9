/**
 * An operation of a list that an earlier step has sent: read with its handle in the place of its request, by the rules
 * of a step with `resume`. Its own URL says what the handle must be about, and what else the list says of it holds.
 */
import type { Prepared, Scope } from '../batch/plan.ts'
import { addPaths, type ReadPaths } from '../condition/paths.ts'
import type { InputName } from '../contract.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { FILLED_INPUTS, type FilledInput } from './item-words.ts'
import { FillError } from './list-body.ts'
import { ELEMENT_NAMES } from './list-expressions.ts'
import type { ItemField } from './list-fields.ts'
import type { FindLost } from './list-lost.ts'
import {
  attempt,
  createEvaluate,
  createRead,
  fillField,
  finishSpec,
  type KeptItem,
  type ListSender,
  type SpecRules
} from './list-prepare.ts'
import type { ReadInput } from './reader.ts'

/**
 * Takes up an operation by its handle. Never rejects.
 * @param scope the responses that are known, and of an operation of a loop its element
 * @param findLost what of them is not known any more, where something reads it
 */
export type ResumeOperation = (
  handle: string,
  scope: Scope,
  findLost?: FindLost
) => Promise<Prepared>

/** Operation as it is kept for a step that takes it up. */
export interface ResumedItem extends Pick<KeptItem, 'fields' | 'toldWarnings'> {
  /** Its element stands in the list itself, and not in what the earlier step handed on. */
  readonly isElementKnown: boolean
}

/** What takes up an operation. */
export function createResume(
  { fields: all, toldWarnings, isElementKnown }: ResumedItem,
  sender: ListSender,
  rules: SpecRules
): ResumeOperation {
  // A body may be large.
  const fields = new Map([...all].filter(([input]) => input !== 'body'))
  const isOwn = (input: FilledInput) => isOwnWord(fields.get(input), sender, isElementKnown)
  const [isUrlOwn, isCancelUrlOwn] = [isOwn('url'), isOwn('cancel-url')]
  const { readRaw, connection, context, readOperation } = sender
  const reads = new Map(FILLED_INPUTS.map((input) => [input, readsOf(fields.get(input), sender)]))
  return (handle, scope, findLost) =>
    attempt(async () => {
      const filled = new Map<InputName, string>([['resume', handle]])
      for (const input of NOT_RESUMED) filled.set(input, '')
      const find = (input: FilledInput) => findLost?.(reads.get(input) ?? new Map(), scope.index)
      const lost = fillAgain(fields, { sender, scope, find }, filled)
      if (lost.includes('url')) filled.set('api-version', '')
      const written = createRead(fields, readRaw, filled)
      const left = isUrlOwn && isCancelUrlOwn ? undefined : leaveUnnamed(written, isCancelUrlOwn)
      const loadBody = async () => undefined
      const read = left?.read ?? written
      const { spec, warnings } = await readOperation(read, connection, { ...context, loadBody })
      const news = warnings.filter((warning) => !toldWarnings.includes(warning))
      return [finishSpec(spec, rules), [...(left?.warnings ?? []), ...news]]
    })
}

/** True for a text that names nothing but what the list itself says: what was handed on may be forged. */
function isOwnWord(
  field: ItemField | undefined,
  { readExpression }: ListSender,
  isElementKnown: boolean
): boolean {
  return (field?.pieces ?? []).every(({ template }) =>
    template.every((part) => {
      if (part.kind === 'text') return true
      const read = readExpression(part.expression, 'reference')
      if (read.kind === 'fault') return false
      return read.reads.every((name) => isElementKnown && ELEMENT_NAMES.has(name))
    })
  )
}

/** Of the request itself, which was sent before; whether anything is waited for, the step knows. */
const NOT_RESUMED = [
  'method',
  'body',
  'body-file',
  'accept-status',
  'retry-on',
  'all-pages',
  'wait'
] as const satisfies readonly InputName[]

/** Fills in what can be filled in; what needs a response that is not known any more is not said. */
function fillAgain(
  fields: KeptItem['fields'],
  { sender, scope, find }: Refilling,
  filled: Map<InputName, string>
): readonly InputName[] {
  const evaluate = createEvaluate(sender, scope)
  return FILLED_INPUTS.filter((input) => {
    const field = fields.get(input)
    if (field?.pieces === undefined) return false
    try {
      // What is written for the case that there is none says what else, and would be another request.
      const lost = find(input)
      if (lost !== undefined) throw new FillError(`needs ${lost}`)
      filled.set(input, fillField(input, field, evaluate))
      return false
    } catch (error) {
      if (!(error instanceof FillError)) throw error
      filled.set(input, '')
      return true
    }
  })
}

interface Refilling {
  readonly sender: ListSender
  readonly scope: Scope
  /** What a field needs and is not known any more. */
  readonly find: (input: FilledInput) => string | undefined
}

/** What the references of a field read. */
function readsOf(
  field: ItemField | undefined,
  { readExpression }: ListSender
): ReadonlyMap<string, ReadPaths> {
  const reads = new Map<string, ReadPaths>()
  for (const part of (field?.pieces ?? []).flatMap(({ template }) => template)) {
    const read = part.kind === 'text' ? undefined : readExpression(part.expression, 'reference')
    if (read?.kind === 'expression') addPaths(reads, read.expression)
  }
  return reads
}

/** What ends an operation early needs the author's own word on what it is: without that, it goes on. */
function leaveUnnamed(
  read: ReadInput,
  isCancelUrlOwn: boolean
): { readonly read: ReadInput; readonly warnings: readonly string[] } {
  const isNamed = isCancelUrlOwn && readApiVersion(read('cancel-url')) !== undefined
  if (isNamed) return { read, warnings: [] }
  const ends = ['on-timeout', 'on-cancel'] as const
  const canceled = ends.filter((end) => /^\s*cancel\s*$/i.test(read(end)))
  const left: readonly InputName[] = [...ends, 'cancel-url']
  return {
    read: (name) => (left.includes(name) ? '' : read(name)),
    warnings: canceled.map(tellLeft)
  }
}

function tellLeft(end: InputName): string {
  return `Input ${end}: cancel is left out: its URL refers to a response, and what the state in resume says of it is not enough to cancel by.`
}
