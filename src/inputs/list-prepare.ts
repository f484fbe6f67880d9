/**
 * An operation of a list when it starts: its references are filled in, and it is read by the same rules again. What it
 * needs for that is all that is kept of it until then.
 */
import type { PlannedItem, Prepared, Scope } from '../batch/plan.ts'
import { fillTemplate, isFilled } from '../batch/references.ts'
import type { InputName } from '../contract.ts'
import { hideUrlSecrets, InputError, type InputProblem } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { isJsonType } from '../request/body.ts'
import { joinLines } from '../request/url.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import type { Connection } from './connection.ts'
import { FILLED_INPUTS, ITEM_INPUTS, type ItemInput } from './item-words.ts'
import { type Evaluate, FillError, fillBody, type KeptBody } from './list-body.ts'
import { evaluateReference, type ReadExpression } from './list-expressions.ts'
import type { ItemField, ListItem } from './list-fields.ts'
import type { OperationReading, ReadOperation } from './operation.ts'
import type { InputContext, LoadBody, ReadInput } from './reader.ts'
import { findContentType } from './request-body.ts'

/** Surroundings of an operation when it starts. */
export interface ListSender {
  /** Inputs of the step, as written. */
  readonly readRaw: ReadInput
  readonly connection: Connection
  readonly context: InputContext
  readonly readExpression: ReadExpression
  readonly readOperation: ReadOperation
}

/** True for a text in which something is filled in. */
export function refers(field: ItemField | undefined): boolean {
  return (field?.pieces ?? []).some(({ template }) => isFilled(template))
}

/**
 * Text of a field with its references filled in.
 * @throws FillError
 */
export function fillField(
  input: ItemInput,
  { pieces = [] }: ItemField,
  evaluate: Evaluate
): string {
  const place = input === 'headers' || input === 'body-file' ? 'text' : 'url'
  const texts = pieces.map(({ template }) => {
    const filled = fillTemplate(template, place, evaluate)
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
export function createRead(
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

/** Operation as it is kept until its references are filled in. */
export interface KeptItem {
  readonly fields: ReadonlyMap<InputName, ItemField>
  readonly body: KeptBody | undefined
  /** Of each operation of a loop, where there is one for each. */
  readonly bodies: readonly (KeptBody | undefined)[]
  readonly toldWarnings: readonly string[]
}

/** The part of an operation that is kept. */
export function keepItem(
  { fields }: ListItem,
  kept: Pick<KeptItem, 'body' | 'bodies'>,
  toldWarnings: readonly string[]
): KeptItem {
  const texts = [...fields].map(([input, { node: _, ...field }]) => [input, field] as const)
  return { ...kept, fields: new Map(texts), toldWarnings }
}

/** Parts of a spec that only the list knows. */
export interface SpecRules {
  readonly name: string
  readonly isResultRead: boolean
}

/**
 * Preparation of an operation without references. Its body is kept in parts alone, of which the large ones are shared.
 */
export function prepareAsRead(
  spec: OperationSpec,
  body: KeptBody | undefined,
  rules: SpecRules
): PlannedItem['prepare'] {
  const finished = finishSpec(dropBody(spec), rules)
  return () => attempt(async () => [await giveBody(finished, body), []], NOT_SENT)
}

/** Preparation of an operation whose references are filled in. */
export function prepareFilled(
  item: KeptItem,
  sender: ListSender,
  rules: SpecRules
): PlannedItem['prepare'] {
  return (scope) =>
    attempt(async () => {
      const { spec, warnings } = await readFilled(item, sender, scope)
      const news = warnings.filter((warning) => !item.toldWarnings.includes(warning))
      return [finishSpec(spec, rules), news]
    }, NOT_SENT)
}

const NOT_SENT = ' Nothing was sent.'

/**
 * An operation, or the fault that keeps it from being one. Never rejects.
 * @param end of the sentence about a fault
 */
export async function attempt(
  prepare: () => Promise<readonly [spec: OperationSpec, warnings: readonly string[]]>,
  end = ''
): Promise<Prepared> {
  try {
    const [spec, warnings] = await prepare()
    return { kind: 'ready', spec, warnings }
  } catch (error) {
    const problem = error instanceof InputError ? describeInput(error) : messageOf(error)
    return { kind: 'fault', message: `${problem}${problem.endsWith('?') ? '' : '.'}${end}` }
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
  const { text } = await fillBody(
    body,
    () => ({ kind: 'value', value: null }),
    isJsonType(findContentType(spec.headers))
  )
  return Object.freeze({ ...spec, start: Object.freeze({ ...spec.start, body: text }) })
}

/** Spec of an operation of a list: something that asks for the response wants the final one, whatever the first answer is. */
export function finishSpec(spec: OperationSpec, { name, isResultRead }: SpecRules): OperationSpec {
  const rules = isResultRead
    ? Object.freeze({ ...spec.rules, isFirstAnswerEnough: false })
    : spec.rules
  return Object.freeze({ ...spec, name, rules })
}

/** Evaluates the references of an operation over what is known now. */
export function createEvaluate({ readExpression }: ListSender, scope: Scope): Evaluate {
  return (text) => {
    const read = readExpression(text, 'reference')
    if (read.kind === 'expression') return evaluateReference(read, scope)
    return { kind: 'error', message: read.problem.problem }
  }
}

/** Reads an operation whose references are filled in. */
async function readFilled(
  { fields, ...kept }: KeptItem,
  sender: ListSender,
  scope: Scope
): Promise<OperationReading> {
  const { readRaw, connection, context, readOperation } = sender
  const evaluate = createEvaluate(sender, scope)
  const filled = new Map<InputName, string>()
  for (const input of [...FILLED_INPUTS, 'body-file'] as const) {
    const field = fields.get(input)
    if (field?.pieces !== undefined) filled.set(input, fillField(input, field, evaluate))
  }
  const body = kept.body ?? kept.bodies[typeof scope.index === 'number' ? scope.index : -1]
  const loadBody: LoadBody = async ({ contentType }) =>
    body === undefined ? undefined : fillBody(body, evaluate, isJsonType(contentType))
  const read = createRead(fields, readRaw, filled)
  return readOperation(read, connection, { ...context, loadBody })
}
