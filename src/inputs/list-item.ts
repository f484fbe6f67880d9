/**
 * One operation of a list: checked by the rules of a single one before anything is sent, with something in the place of
 * what only responses will tell, and read by them again when that is known.
 */
import type { PlannedItem, Prepared, Scope, ShownItem } from '../batch/plan.ts'
import { fillTemplate, isFilled, parseTemplate, type Template } from '../batch/references.ts'
import type { InputName } from '../contract.ts'
import { hideUrlSecrets, InputError, type InputProblem } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { isJsonType } from '../request/body.ts'
import { joinLines } from '../request/url.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf, omitUndefined } from '../values.ts'
import type { Connection } from './connection.ts'
import {
  type BodyRules,
  type Evaluate,
  FillError,
  fillBody,
  hasHoles,
  type KeptBody,
  keepBody,
  readItemBody,
  showBody
} from './list-body.ts'
import {
  evaluateReference,
  judgeCondition,
  type ListExpression,
  type ReadExpression,
  unwrapExpression
} from './list-expressions.ts'
import { type ListFaults, MAX_TOLD_FAULTS } from './list-faults.ts'
import {
  FILLED_INPUTS,
  ITEM_INPUTS,
  type ItemField,
  type ItemInput,
  type ListItem,
  TREE
} from './list-fields.ts'
import type { ListText } from './list-text.ts'
import type { OperationReading, ReadOperation } from './operation.ts'
import type { InputContext, LoadBody, ReadInput } from './reader.ts'
import { findWrongInputs } from './wrong-inputs.ts'

/** Surroundings of an operation when it starts. */
export interface ListSender {
  /** Inputs of the step, as written. */
  readonly readRaw: ReadInput
  readonly connection: Connection
  readonly context: InputContext
  readonly readExpression: ReadExpression
  readonly readOperation: ReadOperation
}

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
  /** Names of the operations that its condition and its references read, each once. */
  readonly reads: readonly string[]
  readonly warnings: readonly string[]
  readonly shown: ShownItem
  readonly judge: PlannedItem['judge']
  /** @param isResultRead true where something reads its response */
  readonly createPrepare: (isResultRead: boolean) => PlannedItem['prepare']
}

/** Operation that was looked at. */
export interface ItemCheck extends Pick<CheckedItem, 'item' | 'reads'> {
  /** Undefined where it has a fault, which is then among the faults. */
  readonly checked: CheckedItem | undefined
}

/** Checks an operation. */
export async function checkItem(item: ListItem, list: ListReading): Promise<ItemCheck> {
  const { connection, context, readOperation } = list.sender
  const before = list.faults.count()
  const reads = new Set<string>()
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
  const looked = { item, reads: [...reads] }
  const isFaulty = reading === undefined || list.faults.count() > before
  if (isFaulty) return { ...looked, checked: undefined }
  const body = checking.kept()
  return { ...looked, checked: createCheckedItem({ ...looked, list, reading, body, condition }) }
}

/** True for a text in which something is filled in. */
function refers(field: ItemField | undefined): boolean {
  return (field?.pieces ?? []).some(({ template }) => isFilled(template))
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
  reads: Set<string>
): Find {
  return (template, { text, at: from, input }) => {
    for (const part of template) {
      if (part.kind === 'text') continue
      const read = readExpression(part.expression, 'reference')
      if (read.kind === 'expression') {
        for (const name of read.reads) reads.add(name)
        continue
      }
      const at = findInSource(list.text, from, text.slice(part.at))
      addExpressionFault(faults, { at, label, field: input }, read)
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

function addExpressionFault(
  faults: ListFaults,
  { at, label, field }: { readonly at: number; readonly label: string; readonly field: string },
  { subject, problem }: Exclude<ReturnType<ReadExpression>, ListExpression>
): void {
  if (subject === 'field') faults.add({ at, item: label, field }, problem)
  else if (subject === 'none') faults.add({ at, item: label }, problem)
  else faults.add({ at }, { ...problem, problem: `${label} ${problem.problem}` })
}

type Condition = ListExpression | 'true' | 'false' | undefined

function readCondition(
  { condition, label }: ListItem,
  { faults, sender: { readExpression } }: ListReading,
  reads: Set<string>
): Condition {
  if (condition === undefined) return undefined
  const text = unwrapExpression(condition.text)
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 'true' : 'false'
  const place = { at: condition.at, label, field: 'if' }
  if (text.includes('${')) {
    const problem = 'holds "${": a condition is one expression, in which names stand as they are'
    faults.add({ at: condition.at, item: label, field: 'if' }, { problem })
    return undefined
  }
  const read = readExpression(text, 'if')
  if (read.kind === 'fault') {
    addExpressionFault(faults, place, read)
    return undefined
  }
  for (const name of read.reads) reads.add(name)
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
  if (item.faulty.has('url')) filled.set('url', `${RESOURCE}?api-version=${version}`)
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

const RESOURCE =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/x/providers/X.X/x/x'

/** At the beginning of a URL a reference is the id of a resource, or the URL of something. */
function standInFor(
  input: ItemInput,
  { pieces: [piece] = [] }: ItemField,
  { item, list }: { readonly item: ListItem; readonly list: ListReading }
): string {
  const template = piece?.template ?? []
  if (input === 'headers' || template[0]?.kind !== 'reference') return 'x'
  if (input !== 'url' || template.length > 1) return RESOURCE
  const version = item.fields.get('api-version')?.text || list.sender.readRaw('api-version').trim()
  const method = item.fields.get('method')?.text || list.sender.readRaw('method').trim()
  const path = /^post$/i.test(method.trim()) ? `${RESOURCE}/x` : RESOURCE
  return version === '' ? `${path}?api-version=1` : path
}

/**
 * Text of a field with its references filled in.
 * @throws FillError
 */
function fillField(input: ItemInput, { pieces = [] }: ItemField, evaluate: Evaluate): string {
  const texts = pieces.map(({ template }) => {
    const filled = fillTemplate(template, input === 'headers' ? 'text' : 'url', evaluate)
    if (filled.kind === 'fault') throw new FillError(filled.message)
    const text = String(filled.value)
    if (input === 'headers' && /[\r\n]/.test(text)) {
      throw new FillError(`the header ${text.split(':', 1)[0]} would hold a line break`)
    }
    return text
  })
  return texts.join('\n')
}

/** Inputs of the step that an operation has none of. */
const OWN_ALONE: ReadonlySet<InputName> = new Set(['url', 'body', 'body-file'])
const INHERITED: ReadonlySet<InputName> = new Set(
  ITEM_INPUTS.filter((name) => !OWN_ALONE.has(name))
)
/** Inputs of the step that say how any operation is followed and what is kept of it. */
const SHARED: ReadonlySet<InputName> = new Set(['wait', 'masked-outputs', 'response-file'])

/** Reader of the inputs of an operation: its own fields, and behind them the inputs of the step. */
function createRead(
  fields: ReadonlyMap<InputName, ItemField>,
  readRaw: ReadInput,
  filled: ReadonlyMap<InputName, string>
): ReadInput {
  const read: ReadInput = (name) => {
    const own = filled.get(name) ?? fields.get(name)?.text
    if (own !== undefined) return own
    if (SHARED.has(name)) return readRaw(name)
    return INHERITED.has(name) && isMeantFor(name, read) ? readRaw(name) : ''
  }
  return read
}

/** False for an input of the step that has no meaning for this one of its operations. */
function isMeantFor(name: InputName, read: ReadInput): boolean {
  switch (name) {
    case 'api-version':
      return readApiVersion(joinLines(read('url'))) === undefined
    case 'all-pages':
      return /^\s*get\s*$/i.test(read('method'))
    case 'final-state-via':
      return /^\s*(?:post|patch)\s*$/i.test(read('method'))
    default:
      return true
  }
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
  readonly reads: readonly string[]
}

function createCheckedItem(checked: Checked): CheckedItem {
  const { item, list, reading, body, condition, reads } = checked
  const { name, fields } = item
  const filled = FILLED_INPUTS.filter((input) => fields.get(input)?.pieces !== undefined)
  const refersAnywhere =
    filled.some((input) => refers(fields.get(input))) || (body !== undefined && hasHoles(body))
  return {
    item,
    reads,
    warnings: reading.warnings,
    shown: showItem(checked),
    judge: createJudge(condition),
    createPrepare: (isResultRead) => {
      const rules = { name, isResultRead }
      return refersAnywhere
        ? prepareFilled(keepItem(item, body, reading.warnings), list.sender, rules)
        : prepareAsRead(dropBody(reading.spec), body, rules)
    }
  }
}

// Whatever is made here lives as long as the step, and holds nothing of the list's tree.

function createJudge(condition: Condition): PlannedItem['judge'] {
  return (scope) =>
    typeof condition === 'object' ? judgeCondition(condition, scope) : { kind: condition ?? 'true' }
}

/** Operation as it is kept until its references are filled in. */
interface KeptItem {
  readonly fields: ReadonlyMap<InputName, ItemField>
  readonly body: KeptBody | undefined
  readonly toldWarnings: readonly string[]
}

function keepItem(
  { fields }: ListItem,
  body: KeptBody | undefined,
  toldWarnings: readonly string[]
): KeptItem {
  const kept = [...fields].map(([input, { node: _, ...field }]) => [input, field] as const)
  return { fields: new Map(kept), body, toldWarnings }
}

function showItem({ item, list, reading, body }: Checked): ShownItem {
  const { start } = reading.spec
  if (start.kind !== 'request') throw new Error('an operation of a list sends a request')
  const { method } = start.request
  const field = item.fields.get('url')
  const url = field !== undefined && refers(field) ? joinLines(field.text) : start.request.url
  const condition = item.condition?.text
  // Without a dry run nobody reads it, and it may be large.
  const shownBody = list.dryRun && body !== undefined ? showBody(body) : undefined
  return omitUndefined({ method, url, condition, body: shownBody })
}

interface SpecRules {
  readonly name: string
  readonly isResultRead: boolean
}

/** The body is kept in its parts alone, of which the large ones are shared. */
function prepareAsRead(
  spec: OperationSpec,
  body: KeptBody | undefined,
  rules: SpecRules
): PlannedItem['prepare'] {
  const finished = finishSpec(spec, rules)
  return () => attempt(async () => [await giveBody(finished, body), []])
}

function prepareFilled(
  item: KeptItem,
  sender: ListSender,
  rules: SpecRules
): PlannedItem['prepare'] {
  return (scope) =>
    attempt(async () => {
      const { spec, warnings } = await readFilled(item, sender, scope)
      const news = warnings.filter((warning) => !item.toldWarnings.includes(warning))
      return [finishSpec(spec, rules), news]
    })
}

/** Never rejects. */
async function attempt(
  prepare: () => Promise<readonly [spec: OperationSpec, warnings: readonly string[]]>
): Promise<Prepared> {
  try {
    const [spec, warnings] = await prepare()
    return { kind: 'ready', spec, warnings }
  } catch (error) {
    const problem = error instanceof InputError ? describeInput(error) : messageOf(error)
    const end = problem.endsWith('?') ? '' : '.'
    return { kind: 'fault', message: `${problem}${end} Nothing was sent.` }
  }
}

/** Nothing is cut here: that is done where secrets have been taken out. */
function describeInput({ input, details }: InputError): string {
  const { read, readUrl, problem, allowed }: InputProblem = details
  const text = readUrl === undefined ? read : hideUrlSecrets(readUrl)
  const advice = allowed === undefined ? '' : `; allowed: ${allowed}`
  return `${input} ${text === undefined ? '' : `"${text}" `}${problem}${advice}`
}

function dropBody(spec: OperationSpec): OperationSpec {
  if (spec.start.kind !== 'request') return spec
  const { body: _, ...start } = spec.start
  return { ...spec, start }
}

async function giveBody(spec: OperationSpec, body: KeptBody | undefined): Promise<OperationSpec> {
  if (body === undefined || spec.start.kind !== 'request') return spec
  const { text } = await fillBody(body, () => ({ kind: 'value', value: null }), isJsonBody(spec))
  return Object.freeze({ ...spec, start: Object.freeze({ ...spec.start, body: text }) })
}

function isJsonBody({ headers }: OperationSpec): boolean {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'content-type')
  return isJsonType(name === undefined ? undefined : headers[name])
}

/** Something that asks for the response wants the final one, whatever the first answer is. */
function finishSpec(spec: OperationSpec, { name, isResultRead }: SpecRules): OperationSpec {
  const rules = isResultRead
    ? Object.freeze({ ...spec.rules, isFirstAnswerEnough: false })
    : spec.rules
  return Object.freeze({ ...spec, name, rules })
}

/** Reads an operation whose references are filled in. */
async function readFilled(
  { fields, body }: KeptItem,
  { readRaw, connection, context, readExpression, readOperation }: ListSender,
  scope: Scope
): Promise<OperationReading> {
  const evaluate: Evaluate = (text) => {
    const read = readExpression(text, 'reference')
    if (read.kind === 'expression') return evaluateReference(read, scope)
    return { kind: 'error', message: read.problem.problem }
  }
  const filled = new Map<InputName, string>()
  for (const input of FILLED_INPUTS) {
    const field = fields.get(input)
    if (field?.pieces !== undefined) filled.set(input, fillField(input, field, evaluate))
  }
  const loadBody: LoadBody = async ({ contentType }) =>
    body === undefined ? undefined : fillBody(body, evaluate, isJsonType(contentType))
  const read = createRead(fields, readRaw, filled)
  return readOperation(read, connection, { ...context, loadBody })
}
