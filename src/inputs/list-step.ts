/**
 * The inputs of a step with a list of operations as one frozen, typed value. Every fault of the list is found here,
 * before anything is sent, all at once. A chunk of its own: a step with one operation never loads it.
 */
import { findCycles } from '../batch/needs.ts'
import { type ListPlan, MAX_OPERATIONS } from '../batch/plan.ts'
import type { ScheduleRules } from '../batch/schedule.ts'
import type { OutputExpression } from '../condition/compile.ts'
import { loadCompiler } from '../condition/expression.ts'
import { type OutputDefinition, parseOutputs } from '../condition/output-definitions.ts'
import { addPaths, type ReadPaths } from '../condition/paths.ts'
import { type InputName, OUTPUT_NAMES } from '../contract.ts'
import { InputError } from '../errors.ts'
import { METHODS } from '../http/message.ts'
import { IncludedFiles } from '../request/included-files.ts'
import { createAliasBudget } from '../request/yaml-body.ts'
import type { OperationSpec } from '../run/spec.ts'
import { omitUndefined } from '../values.ts'
import type { ReadConnection } from './connection.ts'
import {
  createExpressionReader,
  createSuggestions,
  ELEMENT_NAMES,
  type ReadExpression,
  tellOwnNeed,
  tellUnknown,
  unwrapExpression
} from './list-expressions.ts'
import { createListFaults, type ListFaults } from './list-faults.ts'
import { type ListItem, readCount } from './list-fields.ts'
import { type CheckedItem, checkItem, type ItemCheck, type ReadItem } from './list-item.ts'
import { type Loop, readLoops } from './list-loops.ts'
import { keepOutputs } from './list-lost.ts'
import { matchPast } from './list-past.ts'
import type { ListSender } from './list-prepare.ts'
import { type ListText, readListText } from './list-text.ts'
import type { ReadOperation } from './operation.ts'
import { type InputContext, type ReadInput, readBoolean, readChoice, trimInputs } from './reader.ts'
import { readItems } from './requests-list.ts'
import { isHandle, readResumedState } from './resume-state.ts'
import { listResponses, planResumed, refuseBesideState } from './resumed-list.ts'
import type { CommonInputs } from './step.ts'
import { ANY_RESOURCE } from './wrong-inputs.ts'

/** Inputs of a step with a list of operations. */
export interface ListStepInputs extends CommonInputs {
  readonly kind: 'list'
  readonly list: ListPlan
}

/** Readers that every step has, handed over: what imports them from a chunk makes all steps load more. */
export interface StepReaders {
  readonly readConnection: ReadConnection
  readonly readOperation: ReadOperation
}

/**
 * Reads the inputs of a step with a list.
 * @param readRaw as written, white space and all
 * @throws InputError for the first input of the step that cannot be used; then one that holds every fault of the list
 */
export async function readListStep(
  readRaw: ReadInput,
  context: InputContext,
  { readConnection, readOperation }: StepReaders
): Promise<ListStepInputs> {
  const read = trimInputs(readRaw)
  if (isResumedAlone(read)) {
    return readResumedStep(readRaw, context, { readConnection, readOperation })
  }
  refuseOthers(read)
  const connectionReading = await readConnection(read, context)
  const dryRun = readBoolean(read, 'dry-run', false)
  const summary = readBoolean(read, 'summary', true)
  const maxParallel = readMaxParallel(read)
  const failFast = readBoolean(read, 'fail-fast', true)
  const { connection } = connectionReading
  const state = read('resume') === '' ? undefined : readResumedState(read, context)
  const sending = { readRaw, connection, context, readOperation }
  const { wait, rules, results } = await checkInherited(sending)
  if (state !== undefined && !wait) {
    const problem = 'is false together with resume, which waits for what was accepted'
    throw new InputError('wait', { problem })
  }
  const definitions = parseOutputs(read('outputs'), OUTPUT_NAMES)
  const compile = await loadCompiler()
  for (const { expression } of definitions) {
    compile({ input: 'outputs', text: unwrapExpression(expression), isCondition: false })
  }
  const parts = { sending, dryRun, definitions, compile }
  const { outputReads, warnings, diagnostics, ...reading } = await readList(parts)
  const resumed =
    state === undefined ? { items: reading.items } : await matchPast(reading.items, state, sending)
  const { items } = resumed
  const { outputs, warnings: lost } = keepOutputs({ ...resumed, outputs: reading.outputs })
  return Object.freeze({
    kind: 'list',
    connection,
    dryRun,
    summary,
    warnings: Object.freeze([...connectionReading.warnings, ...warnings, ...lost]),
    diagnostics: Object.freeze(diagnostics),
    list: Object.freeze({
      ...resumed,
      items: Object.freeze(items),
      rules: Object.freeze({ maxParallel: maxParallel ?? MAX_OPERATIONS, failFast }),
      timeoutMs: rules.timing.timeoutMs,
      wait,
      outputs,
      outputReads,
      results
    })
  })
}

/** True where there is no list, but the state of one. */
function isResumedAlone(read: ReadInput): boolean {
  const others = ['requests', 'requests-file', 'max-parallel'] as const
  return others.every((name) => read(name) === '') && readBoolean(read, 'fail-fast', true)
}

/** Reads the inputs of a step that resumes a list, without the list. */
async function readResumedStep(
  readRaw: ReadInput,
  context: InputContext,
  { readConnection, readOperation }: StepReaders
): Promise<ListStepInputs> {
  const read = trimInputs(readRaw)
  refuseBesideState(read)
  const { connection, warnings } = await readConnection(read, context)
  const summary = readBoolean(read, 'summary', true)
  const sending = { readRaw, connection, context, readOperation }
  const { rules, results } = await checkInherited(sending)
  const definitions = parseOutputs(read('outputs'), OUTPUT_NAMES)
  const compile = await loadCompiler()
  const resumed = planResumed(readResumedState(read, context), sending)
  const { items, operations, carried, notStarted } = resumed
  const names = new Set(items.map(({ name }) => name))
  const lists = new Set(items.flatMap(({ name, loop }) => (loop === undefined ? [] : [name])))
  const { outputs, outputReads, errors } = readOutputs(
    definitions,
    createExpressionReader(compile, names, lists)
  )
  if (errors[0] !== undefined) throw errors[0]
  const past = { operations, responses: listResponses(carried) }
  const list = { items, rules: ALL_AT_ONCE, wait: true, outputReads, results, past, carried }
  const kept = keepOutputs({ ...list, outputs })
  const all = [...warnings, ...kept.warnings, ...warnOfNotStarted(notStarted)]
  return Object.freeze({
    kind: 'list',
    connection,
    dryRun: false,
    summary,
    warnings: Object.freeze(all),
    diagnostics: [],
    list: Object.freeze({ ...list, timeoutMs: rules.timing.timeoutMs, outputs: kept.outputs })
  })
}

/** What Azure works on already is followed at once, all of it. */
const ALL_AT_ONCE: ScheduleRules = Object.freeze({
  maxParallel: MAX_OPERATIONS,
  failFast: false
})

function warnOfNotStarted(count: number): readonly string[] {
  if (count === 0) return []
  const what = count === 1 ? 'One operation' : `${count.toLocaleString('en-US')} operations`
  return [
    `${what} of the list in resume had not started: the same requests beside it ${count === 1 ? 'start it' : 'start them'}.`
  ]
}

/** Inputs that describe the one request of a step without a list. */
const ONE_REQUEST = ['url', 'body', 'body-file'] as const satisfies readonly InputName[]

function refuseOthers(read: ReadInput): void {
  const list = read('requests') === '' ? 'requests-file' : 'requests'
  if (read(list) === '') {
    const given = read('max-parallel') === '' ? 'fail-fast' : 'max-parallel'
    throw new InputError(given, {
      problem: 'is for a list of operations, and requests and requests-file are empty'
    })
  }
  if (list === 'requests' && read('requests-file') !== '') {
    throw new InputError('requests-file', {
      read: read('requests-file'),
      problem: 'is given together with requests',
      allowed: 'one of the two'
    })
  }
  const other = ONE_REQUEST.find((name) => read(name) !== '')
  if (other !== undefined) {
    throw new InputError(other, {
      problem: `is given together with ${list}, where each operation has its own`
    })
  }
  if (read('resume') === '') return
  if (readBoolean(read, 'dry-run', false)) {
    throw new InputError('dry-run', {
      problem: 'is true together with resume, which goes on with what was sent'
    })
  }
  if (!isHandle(read('resume'))) return
  const problem = `is the handle of one operation, and ${list} is given, too`
  throw new InputError('resume', { problem, allowed: STATES })
}

const STATES = 'the output operation of an earlier step with the same list; a handle stands alone'

function readMaxParallel(read: ReadInput): number | undefined {
  const text = read('max-parallel')
  if (text === '') return undefined
  const count = readCount(text)
  if (count !== undefined) return count
  throw new InputError('max-parallel', {
    read: text,
    problem: 'is not a whole number above 0',
    allowed: 'a number such as 10, or nothing to run all at once that can'
  })
}

/** Parts of what an operation is sent with that are there before its list is read. */
type Sending = Omit<ListSender, 'readExpression'>

/**
 * Reads what the operations have of the step, with a request to put it on: what is wrong in it is told once.
 * @param path of the request
 */
async function checkInherited(
  { readRaw, connection, context, readOperation }: Sending,
  path = ANY_RESOURCE
): Promise<OperationSpec> {
  const read = trimInputs(readRaw)
  readChoice(read, 'method', METHODS, 'GET')
  readBoolean(read, 'all-pages', false)
  const version = read('api-version') === '' ? '?api-version=1' : ''
  const request: Partial<Record<InputName, string>> = {
    method: 'PUT',
    url: `${path}${version}`,
    body: '{}',
    'all-pages': '',
    outputs: '',
    resume: ''
  }
  const readText: ReadInput = (name) => request[name] ?? readRaw(name)
  return (await readOperation(readText, connection, context)).spec
}

interface ListParts {
  readonly sending: Sending
  readonly dryRun: boolean
  readonly definitions: readonly OutputDefinition[]
  readonly compile: Awaited<ReturnType<typeof loadCompiler>>
}

interface ReadPlan extends Pick<ListPlan, 'outputs' | 'outputReads'> {
  readonly items: readonly ReadItem[]
  readonly warnings: readonly string[]
  readonly diagnostics: IncludedFiles['diagnostics']
}

async function readList(parts: ListParts): Promise<ReadPlan> {
  const { sending, dryRun, definitions, compile } = parts
  const { readRaw, context } = sending
  const list = parseList(readRaw, context)
  const faults = createListFaults(list.document)
  const files = new IncludedFiles('body', context)
  const rules = { files, aliases: createAliasBudget(), wholeFiles: new Map() }
  const items = holdFaults(() => readItems({ list, faults, context, rules }))
  // An id that is missing is missing for all.
  if (items.some(asksForSubscription)) await checkInherited(sending, '/{subscriptionId}')
  const names = new Set(items.map(({ name }) => name).filter((name) => name !== ''))
  const lists = new Set(items.flatMap(({ name, loop }) => (loop === undefined ? [] : [name])))
  const readExpression = createExpressionReader(compile, names, lists)
  const { hide } = context
  const loops = readLoops(items, { faults, readExpression, hide })
  const reading = { sender: { ...sending, readExpression }, list, faults, rules, dryRun }
  const inLoop = new Set([...names, ...ELEMENT_NAMES])
  const createReader = ({ followed }: Pick<Loop, 'followed'>) =>
    createExpressionReader(
      compile,
      inLoop,
      new Set([...lists].filter((name) => !followed.includes(name)))
    )
  const ofAll = createReader({ followed: [] })
  const checks: ItemCheck[] = []
  for (const item of items) {
    const loop = loops.get(item)
    const own = loop === undefined || loop.followed.length === 0 ? ofAll : createReader(loop)
    const sender = { ...sending, readExpression: loop === undefined ? readExpression : own }
    checks.push(await checkItem(item, { ...reading, sender }, loop))
  }
  const checked = checks.flatMap(({ checked: each }) => each ?? [])
  const needs = readNeeds(checks, { names, faults })
  const outputs = readOutputs(definitions, readExpression)
  const error = faults.toError(outputs.errors)
  if (error !== undefined) throw error
  return {
    ...planItems(checked, needs, outputs),
    warnings: joinWarnings(checked),
    diagnostics: files.diagnostics
  }
}

function asksForSubscription({ fields }: ListItem): boolean {
  const urls = ['url', 'wait-until-url', 'cancel-url'] as const
  return urls.some((name) => /\{subscriptionId\}/i.test(fields.get(name)?.text ?? ''))
}

function parseList(readRaw: ReadInput, context: InputContext): ListText {
  return holdFaults(() => readListText(readRaw, context))
}

/** Runs a reader whose fault is the only one that can be told of a list: nothing of it can be read then. */
function holdFaults<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(error.input, error.details, [error])
  }
}

/** Needs of each operation, written and implied, by its name. */
type Needs = ReadonlyMap<string, readonly string[]>

function readNeeds(
  checks: readonly ItemCheck[],
  { names, faults }: { readonly names: ReadonlySet<string>; readonly faults: ListFaults }
): Needs {
  const suggest = createSuggestions(names)
  const needs = checks.map(({ item, reads, loop }) => {
    const written = item.needs.filter(({ text, at }) => {
      if (names.has(text)) return true
      const problem = `needs ${tellUnknown(text, suggest(text))}${hintAtNeeds(text)}`
      faults.add({ at, item: item.label }, { problem })
      return false
    })
    const followed = loop?.followed ?? []
    const implied = [...reads.keys()].filter((name) => !followed.includes(name))
    const all = new Set([...written.map(({ text }) => text), ...implied])
    return { name: item.name, needs: [...all], follows: loop?.follows }
  })
  const places = new Map(checks.map(({ item: { name, at } }) => [name, at]))
  const waits = needs.map(({ follows, ...each }) =>
    follows === undefined ? each : { ...each, needs: [...new Set([...each.needs, follows])] }
  )
  for (const cycle of findCycles(waits)) {
    faults.add({ at: places.get(cycle[0] ?? '') ?? 0 }, { problem: describeCycle(cycle) })
  }
  return new Map(needs.map(({ name, needs: each }) => [name, each]))
}

/** Nothing waits for one element alone, but a loop that follows. */
function hintAtNeeds(text: string): string {
  if (/^\w+\[/.test(text)) return '; the name of a loop stands for all its operations'
  return text.includes(',') ? `; several names are written [${text}]` : ''
}

const MAX_SHOWN_CYCLE = 8

function describeCycle(cycle: readonly string[]): string {
  const [first = ''] = cycle
  if (cycle.length === 1) return tellOwnNeed(`"${first}"`)
  const links = cycle.map((name, index) => `"${name}" needs "${cycle[index + 1] ?? first}"`)
  const left = links.length - MAX_SHOWN_CYCLE
  const shown =
    left > 1 ? [...links.slice(0, MAX_SHOWN_CYCLE - 1), `${left} more`, links.at(-1)] : links
  return `${shown.join(', ')}: ${cycle.length === 2 ? 'neither' : 'none of them'} could start`
}

interface OutputReading {
  readonly outputs: readonly OutputExpression[]
  readonly outputReads: ListPlan['outputReads']
  readonly errors: readonly InputError[]
}

/** Outputs over the responses of the list. */
function readOutputs(
  definitions: readonly OutputDefinition[],
  readExpression: ReadExpression
): OutputReading {
  const outputs: OutputExpression[] = []
  const errors: InputError[] = []
  const reads = new Map<string, ReadPaths>()
  for (const { name, expression: text } of definitions) {
    const read = readExpression(unwrapExpression(text), 'output')
    if (read.kind === 'expression') {
      outputs.push({ name, expression: read.expression })
      addPaths(reads, read.expression)
    } else errors.push(new InputError('outputs', { place: `${name} `, ...read.problem }))
  }
  return { outputs: Object.freeze(outputs), outputReads: reads, errors }
}

function planItems(
  checked: readonly CheckedItem[],
  needs: Needs,
  { outputs, outputReads }: OutputReading
): Pick<ReadPlan, 'items' | 'outputs' | 'outputReads'> {
  const read = new Set([
    ...outputReads.keys(),
    ...checked.flatMap(({ reads }) => [...reads.keys()])
  ])
  const items = checked.map(({ item, reads, loop, shown, judge, createPrepare }): ReadItem => {
    const { name } = item
    const { digest } = item
    const own = omitUndefined({ needs: needs.get(name) ?? [], reads, shown, digest, loop })
    return Object.freeze({ name, ...own, judge, ...createPrepare(read.has(name)) })
  })
  return { items, outputs, outputReads }
}

/** Each warning once, with the first operation that it is about and the number of the others. */
function joinWarnings(checked: readonly CheckedItem[]): readonly string[] {
  const owners = new Map<string, string[]>()
  for (const [owner, warning] of checked.flatMap(({ warnings }) => warnings)) {
    const names = owners.get(warning)
    if (names === undefined) owners.set(warning, [owner])
    else names.push(owner)
  }
  return [...owners].map(([warning, [first, ...others]]) => {
    const more = others.length
    const rest = more === 0 ? '' : ` (and ${more} more ${more === 1 ? 'operation' : 'operations'})`
    return `${first}: ${warning}${rest}`
  })
}
