/**
 * One operation of a list: checked by the rules of a single one before anything is sent, with something in the place of
 * what only responses will tell, and read by them again when that is known.
 */
import type { PlannedItem, PlannedLoop, ShownItem } from '../batch/plan.ts'
import { isFilled, parseTemplate, type Template } from '../batch/references.ts'
import { addPaths, type ReadPaths } from '../condition/paths.ts'
import { InputError } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { joinLines } from '../request/url.ts'
import { omitUndefined } from '../values.ts'
import { FILLED_INPUTS, type ItemInput } from './item-words.ts'
import {
  type BodyRules,
  type Evaluate,
  hasHoles,
  type KeptBody,
  keepBody,
  readItemBody,
  showBody
} from './list-body.ts'
import {
  addExpressionFault,
  ELEMENT_NAMES,
  judgeCondition,
  type ListExpression,
  unwrapExpression
} from './list-expressions.ts'
import { type ListFaults, MAX_TOLD_FAULTS } from './list-faults.ts'
import { type ItemField, type ListItem, TREE } from './list-fields.ts'
import type { Loop } from './list-loops.ts'
import {
  createRead,
  fillField,
  keepItem,
  type ListSender,
  prepareAsRead,
  prepareFilled,
  refers
} from './list-prepare.ts'
import type { ListText } from './list-text.ts'
import type { OperationReading } from './operation.ts'
import type { LoadBody, ReadInput } from './reader.ts'
import { ANY_RESOURCE, findWrongInputs } from './wrong-inputs.ts'

/** Surroundings of the operations of a list when they are checked. */
export interface ListReading {
  readonly sender: ListSender
  readonly list: ListText
  readonly faults: ListFaults
  readonly rules: BodyRules
  /** True: bodies are shown, too. */
  readonly dryRun: boolean
}

/** Operation that has been checked. */
export interface CheckedItem {
  readonly item: ListItem
  /** What its condition, its references and the list of its loop read, by the names of the operations. */
  readonly reads: PlannedItem['reads']
  readonly loop?: PlannedLoop
  readonly warnings: readonly string[]
  readonly shown: ShownItem
  readonly judge: PlannedItem['judge']
  /** @param isResultRead true where something reads its response */
  readonly createPrepare: (isResultRead: boolean) => PlannedItem['prepare']
}

/** Operation that was looked at. */
export interface ItemCheck extends Pick<CheckedItem, 'item' | 'reads' | 'loop'> {
  /** Undefined where it has a fault, which is then among the faults. */
  readonly checked: CheckedItem | undefined
}

/**
 * Checks an operation.
 * @param loop that it is of, whose expressions are read with its element in them
 */
export async function checkItem(
  item: ListItem,
  list: ListReading,
  loop?: Loop
): Promise<ItemCheck> {
  const { connection, context, readOperation } = list.sender
  const before = list.faults.count()
  const reads = new Map<string, ReadPaths>()
  const find = createFinder(item, list, reads)
  for (const input of FILLED_INPUTS) {
    const field = item.fields.get(input)
    for (const { template, text, at } of field?.pieces ?? []) find(template, { text, at, input })
  }
  const condition = readCondition(item, list, reads)
  const checking = createBodyCheck(item, list, find)
  const read = (readText: ReadInput) =>
    readOperation(readText, connection, { ...context, loadBody: checking.load })
  const readText = createRead(item.fields, list.sender.readRaw, fillForCheck(item, list))
  const reading = await readAll(item, list, { readText, read })
  const looked = omitUndefined({ item, ...planLoop(loop, condition, reads) })
  const isFaulty = reading === undefined || list.faults.count() > before
  if (isFaulty) return { ...looked, checked: undefined }
  const body = checking.kept()
  return { ...looked, checked: createCheckedItem({ ...looked, list, reading, body, condition }) }
}

/** What a loop is run by, and what it reads of other operations. */
function planLoop(
  loop: Loop | undefined,
  condition: Condition,
  found: PlannedItem['reads']
): Pick<ItemCheck, 'reads'> & { readonly loop: PlannedLoop | undefined } {
  if (loop === undefined) return { reads: found, loop }
  const { reads: listReads, ...own } = loop
  const reads = new Map(listReads)
  addPaths(reads, { listPaths: () => found })
  const itemReads = reads.get('item')
  for (const name of ELEMENT_NAMES) reads.delete(name)
  const judged = typeof condition === 'object' ? condition.reads : []
  const isOfElement = (name: string) => ELEMENT_NAMES.has(name) || own.followed.includes(name)
  const isJudgedWhole = !judged.some(isOfElement)
  return { reads, loop: omitUndefined({ ...own, isJudgedWhole, itemReads }) }
}

interface FoundText {
  /** In which the references stand. */
  readonly text: string
  /** Of that text, or of one that it is a part of. */
  readonly at: number
  readonly input: ItemInput
}

/** Checks the references of a text. */
type Find = (template: Template, found: FoundText) => void

function createFinder(
  { label }: ListItem,
  { list, faults, sender: { readExpression } }: ListReading,
  reads: Map<string, ReadPaths>
): Find {
  return (template, { text, at: from, input }) => {
    for (const part of template) {
      if (part.kind === 'text') continue
      const read = readExpression(part.expression, 'reference')
      if (read.kind === 'expression') {
        addPaths(reads, read.expression)
        continue
      }
      const at = findInSource(list.text, from, text.slice(part.at))
      const isOfGitHub = text.startsWith('${{', part.at)
      addExpressionFault(faults, { at, label, field: input, isOfGitHub }, read)
    }
  }
}

const MAX_SEARCHED_CHARS = 100_000
const MAX_NEEDLE_CHARS = 40

/** Position of a reference in the list: behind the begin of its text, which indentation and quotes may move. */
function findInSource(source: string, from: number, reference: string): number {
  const [line = ''] = reference.split(/[\r\n]/, 1)
  const needle = line.slice(0, MAX_NEEDLE_CHARS)
  const at = source.slice(from, from + MAX_SEARCHED_CHARS).indexOf(needle)
  return at < 0 ? from : from + at
}

type Condition = ListExpression | 'true' | 'false' | undefined

function readCondition(
  { condition, label }: ListItem,
  { faults, sender: { readExpression } }: ListReading,
  reads: Map<string, ReadPaths>
): Condition {
  if (condition === undefined) return undefined
  const text = unwrapExpression(condition.text)
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 'true' : 'false'
  if (text.includes('${')) {
    const problem = 'holds "${": a condition is one expression, in which names stand as they are'
    faults.add({ at: condition.at, item: label, field: 'if' }, { problem })
    return undefined
  }
  const read = readExpression(text, 'if')
  if (read.kind === 'fault') {
    const isOfGitHub = condition.text.includes('${{')
    addExpressionFault(faults, { at: condition.at, label, field: 'if', isOfGitHub }, read)
    return undefined
  }
  addPaths(reads, read.expression)
  return read
}

/** Reader of the body for the check, and what it has read. */
interface BodyCheck {
  readonly load: LoadBody
  readonly kept: () => KeptBody | undefined
}

function createBodyCheck(
  item: ListItem,
  { list, faults, rules }: ListReading,
  find: Find
): BodyCheck {
  const field = item.fields.get('body')
  const { label } = item
  const { document } = list
  const tree =
    field?.text === TREE && field.node !== undefined
      ? ({
          ...document,
          root: field.node,
          from: { input: 'body', place: document.from.place, item: label }
        } as const)
      : undefined
  const readReference = (text: string, offset: number): string | undefined => {
    const at = Math.max(offset, field?.at ?? 0)
    const parsed = parseTemplate(text)
    if (parsed.kind === 'fault') {
      const { problem } = parsed.fault
      const place = { at: findInSource(list.text, at, text.slice(parsed.fault.at)), item: label }
      faults.add(place, { problem: `\${ in body ${problem}; a literal \${ is written $\${` })
      return text
    }
    if (!isFilled(parsed.template)) return textOf(parsed.template)
    find(parsed.template, { text, at, input: 'body' })
    return undefined
  }
  let kept: KeptBody | undefined
  const load: LoadBody = async (inputs) => {
    const isOwn = field === undefined || inputs.body === field.text
    const body = isOwn
      ? await readItemBody(inputs, omitUndefined({ tree, readReference }), rules)
      : await readItemBody(inputs, { readReference: (text) => text }, rules)
    kept = body === undefined ? undefined : keepBody(body)
    return body
  }
  return { load, kept: () => kept }
}

function textOf(template: Template): string {
  return template.map((part) => (part.kind === 'text' ? part.text : '')).join('')
}

/** Texts of an operation's fields with something in the place of each reference that every rule takes. */
function fillForCheck(item: ListItem, list: ListReading): ReadonlyMap<ItemInput, string> {
  const filled = new Map<ItemInput, string>()
  const version = item.fields.get('api-version')?.text ?? '1'
  if (item.faulty.has('url')) filled.set('url', `${ANY_RESOURCE}?api-version=${version}`)
  for (const input of FILLED_INPUTS) {
    const field = item.fields.get(input)
    if (field?.pieces === undefined) continue
    let isFirst = true
    const evaluate: Evaluate = () => {
      const value = isFirst ? standInFor(input, field, { item, list }) : 'x'
      isFirst = false
      return { kind: 'value', value }
    }
    filled.set(input, fillField(input, field, evaluate))
  }
  return filled
}

/** At the beginning of a URL a reference is the id of a resource, or the URL of something. */
function standInFor(
  input: ItemInput,
  { pieces: [piece] = [] }: ItemField,
  { item, list }: { readonly item: ListItem; readonly list: ListReading }
): string {
  const template = piece?.template ?? []
  if (input === 'headers' || template[0]?.kind !== 'reference') return 'x'
  if (input !== 'url' || template.length > 1) return ANY_RESOURCE
  const version = findApiVersion(item, list)
  const method = item.fields.get('method')?.text || list.sender.readRaw('method').trim()
  const path = /^post$/i.test(method.trim()) ? `${ANY_RESOURCE}/x` : ANY_RESOURCE
  return version === '' ? `${path}?api-version=1` : path
}

/** The api-version beside the URL; empty where there is none. */
function findApiVersion({ fields }: ListItem, { sender }: ListReading): string {
  return fields.get('api-version')?.text || sender.readRaw('api-version').trim()
}

/** A URL with references, with an api-version if it has none of its own. */
function addApiVersion(url: string, version: string): string {
  if (version === '' || readApiVersion(url) !== undefined) return url
  return `${url}${url.includes('?') ? '&' : '?'}api-version=${version}`
}

function fillSubscription(url: string, { sender }: ListReading): string {
  const { subscriptionId } = sender.connection.ids
  return subscriptionId === undefined ? url : url.replace(/\{subscriptionId\}/gi, subscriptionId)
}

interface Attempt {
  readonly readText: ReadInput
  readonly read: (readText: ReadInput) => Promise<OperationReading>
}

/** Reads an operation; what is wrong with it is added to the faults, all of it unless there are very many. */
async function readAll(
  { at, label, fields, faulty }: ListItem,
  { faults, sender: { context } }: ListReading,
  { readText, read }: Attempt
): Promise<OperationReading | undefined> {
  try {
    return await read(readText)
  } catch (fault) {
    if (!(fault instanceof InputError)) throw fault
    const { environment } = context
    const isTold = faults.count() < MAX_TOLD_FAULTS
    const found = isTold
      ? await findWrongInputs(fault, { readText, environment, misspelt: [], readAll: read })
      : fault
    const ownFields: ReadonlyMap<string, ItemField> = fields
    const toldFields: ReadonlySet<string> = faulty
    for (const error of found.faults.length === 0 ? [fault] : found.faults) {
      if (toldFields.has(error.input)) continue
      faults.addError({ at: ownFields.get(error.input)?.at ?? at, item: label }, error)
    }
    return undefined
  }
}

interface Checked {
  readonly item: ListItem
  readonly list: ListReading
  readonly reading: OperationReading
  readonly body: KeptBody | undefined
  readonly condition: Condition
  readonly reads: PlannedItem['reads']
  readonly loop?: PlannedLoop
}

function createCheckedItem(checked: Checked): CheckedItem {
  const { item, list, reading, body, condition, reads, loop } = checked
  const { name, fields } = item
  const filled = FILLED_INPUTS.filter((input) => fields.get(input)?.pieces !== undefined)
  const refersAnywhere =
    filled.some((input) => refers(fields.get(input))) || (body !== undefined && hasHoles(body))
  return {
    ...omitUndefined({ item, reads, loop }),
    warnings: reading.warnings,
    shown: showItem(checked),
    judge: createJudge(condition),
    createPrepare: (isResultRead) => {
      const rules = { name, isResultRead }
      return refersAnywhere
        ? prepareFilled(keepItem(item, body, reading.warnings), list.sender, rules)
        : prepareAsRead(reading.spec, body, rules)
    }
  }
}

// What it is made of is no part of it: it lives as long as the step, and holds nothing of the list's tree.

function createJudge(condition: Condition): PlannedItem['judge'] {
  return (scope) =>
    typeof condition === 'object' ? judgeCondition(condition, scope) : { kind: condition ?? 'true' }
}

/**
 * An operation as its author wrote it. A dry run shows what would be sent: with the subscription, the host and the
 * api-version, as far as a reference does not stand in their place.
 */
function showItem({ item, list, reading, body }: Checked): ShownItem {
  const { start } = reading.spec
  if (start.kind !== 'request') throw new Error('an operation of a list sends a request')
  const { method } = start.request
  const field = item.fields.get('url')
  const text = joinLines(field?.text ?? '')
  const url = list.dryRun
    ? refers(field)
      ? addApiVersion(fillSubscription(text, list), findApiVersion(item, list))
      : start.request.url
    : text
  const condition = item.condition?.text
  // Without a dry run nobody reads it, and it may be large.
  const shownBody = list.dryRun && body !== undefined ? showBody(body) : undefined
  return omitUndefined({ method, url, condition, body: shownBody })
}
