/**
 * Reads a workflow with GitHub's own parser and plays it as GitHub would: jobs by their needs, the matrix filled,
 * every expression evaluated. It runs nothing itself: the steps of one action go to a callback, all others are only
 * evaluated. Stricter than GitHub on purpose: a name that does not exist is an error, not an empty string.
 */
import { data, Evaluator, Lexer, Parser } from '@actions/expressions'
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
  NoOperationTraceWriter,
  parseWorkflow
} from '@actions/workflow-parser'
import type {
  KeyValuePair,
  MappingToken,
  TemplateToken
} from '@actions/workflow-parser/templates/tokens/index'
import { parseDocument } from 'yaml'
import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { expandMatrix, isList, isObject } from './workflow-matrix.ts'

/** The contexts of an expression by name: `github`, `vars`, `matrix`, … */
export type Contexts = Readonly<Record<string, JsonObject>>

/** One step of the action under test, ready to run. */
export interface ActionCall {
  readonly job: string
  readonly matrix: JsonObject
  readonly inputs: Readonly<Record<string, string>>
  /** Variables of the step: of the workflow, the job and itself. */
  readonly env: Readonly<Record<string, string>>
}

/** The parsed workflow. Throws with every error that GitHub's parser finds. */
export function readWorkflow(name: string, content: string): MappingToken {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  const errors = context.errors.getErrors().map((error) => error.message)
  // The runner's parser refuses a tag that it does not know, and this one drops it.
  errors.push(...parseDocument(content).warnings.map(({ message }) => message))
  if (errors.length > 0 || value === undefined) throw new Error(errors.join('\n'))
  return value.assertMapping(name)
}

/** The value of a token, with its expressions evaluated. */
export function readValue(token: TemplateToken, contexts: Contexts): JsonValue {
  if (isBasicExpression(token)) return evaluate(token.expression, contexts)
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value
  if (isSequence(token)) return [...toArray(token)].map((item) => readValue(item, contexts))
  if (isMapping(token)) return readObject(token, contexts)
  throw new Error(`${token.typeName()} is not played`)
}

function readObject(token: TemplateToken | undefined, contexts: Contexts): JsonObject {
  if (token === undefined) return {}
  if (!isMapping(token)) throw new Error(`expected a mapping, not ${token.typeName()}`)
  return Object.fromEntries(
    [...toArray(token)].map((pair) => [pair.key.toString(), readValue(pair.value, contexts)])
  )
}

/** The items of a token: those of the parser have an iterator but do not declare themselves iterable. */
export function toArray<T>(source: { [Symbol.iterator](): Iterator<T> }): T[] {
  const items: T[] = []
  const iterator = source[Symbol.iterator]()
  for (let item = iterator.next(); item.done !== true; item = iterator.next())
    items.push(item.value)
  return items
}

/** How the steps before went; of a job those that it needs. */
export type Standing = 'success' | 'failure' | 'skipped'

const STATUS_FUNCTIONS: Readonly<Record<string, (standing: Standing) => boolean>> = {
  always: () => true,
  cancelled: () => false,
  failure: (standing) => standing === 'failure',
  success: (standing) => standing === 'success'
}
const STATUS_FUNCTION = new RegExp(`\\b(?:${Object.keys(STATUS_FUNCTIONS).join('|')})\\(\\)`)

/** The value of an expression, by GitHub's own evaluator. Throws on a name that does not exist. */
export function evaluate(
  expression: string,
  contexts: Contexts,
  standing: Standing = 'success'
): JsonValue {
  const functions = Object.entries(STATUS_FUNCTIONS).map(([name, call]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(call(standing))
  }))
  // This lexer undoubles the first quote of a text alone.
  const tokens = new Lexer(expression)
    .lex()
    .tokens.map((token) =>
      token.lexeme.startsWith("'")
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token
    )
  const parsed = new Parser(tokens, Object.keys(contexts), functions).parse()
  const byName = new Map(functions.map((each) => [each.name, each]))
  const result = new Evaluator(parsed, toDictionary(contexts, ''), byName).evaluate()
  const value: JsonValue = JSON.parse(JSON.stringify(result, data.replacer))
  if (value === null) throw new Error(`${expression} is null`)
  return value
}

class StrictDictionary extends data.Dictionary {
  readonly #path: string

  constructor(path: string, ...pairs: ConstructorParameters<typeof data.Dictionary>) {
    super(...pairs)
    this.#path = path
  }

  override get(key: string): data.ExpressionData {
    const value = super.get(key)
    if (value === undefined) throw new Error(`${this.#path}${key} does not exist`)
    return value
  }
}

function toDictionary(object: JsonObject, path: string): data.Dictionary {
  const pairs = Object.entries(object).map(([key, value]) => ({
    key,
    value: toData(value, `${path}${key}.`)
  }))
  return new StrictDictionary(path, ...pairs)
}

function toData(value: JsonValue, path: string): data.ExpressionData {
  if (typeof value === 'string') return new data.StringData(value)
  if (typeof value === 'number') return new data.NumberData(value)
  if (typeof value === 'boolean') return new data.BooleanData(value)
  if (isList(value)) return new data.Array(...value.map((item) => toData(item, path)))
  return isObject(value) ? toDictionary(value, path) : new data.Null()
}

/** How a workflow is played. */
export interface Play {
  /** `uses` of the action under test. */
  readonly action: string
  /** `github`, `vars`, `secrets`; the other contexts come from the workflow. */
  readonly contexts: Contexts
  /** Runs one step and returns every declared output, empty where it was not set. */
  readonly run: (call: ActionCall) => Promise<Readonly<Record<string, string>>>
  /** Outputs of other steps, by their ids. */
  readonly others?: Readonly<Record<string, JsonObject>>
}

/** Plays all jobs, each after those it needs, but for those whose `if` is false. Throws on a cycle or unknown need. */
export async function playWorkflow(workflow: MappingToken, play: Play): Promise<void> {
  const contexts = { ...play.contexts, env: readObject(workflow.find('env'), play.contexts) }
  const waiting = toArray(workflow.find('jobs')?.assertMapping('jobs') ?? [])
  const done: Record<string, JsonObject> = {}
  for (let pair = takeReady(waiting, done); pair; pair = takeReady(waiting, done)) {
    const id = pair.key.toString()
    const needed = readNeeds(pair).map((name) => [name, done[name] ?? {}] as const)
    const scope = { ...contexts, needs: Object.fromEntries(needed) }
    const job = pair.value.assertMapping(id)
    const standing = joinResults(needed.map(([, { result }]) => result))
    done[id] = isWanted(job, scope, standing)
      ? await playJob(id, job, scope, play)
      : { result: 'skipped', outputs: {} }
  }
  if (waiting.length > 0) throw new Error('jobs need each other or a job that does not exist')
}

function takeReady(
  waiting: KeyValuePair[],
  done: Readonly<Record<string, JsonObject>>
): KeyValuePair | undefined {
  const index = waiting.findIndex((job) => readNeeds(job).every((name) => name in done))
  return index < 0 ? undefined : waiting.splice(index, 1)[0]
}

function readNeeds(job: KeyValuePair): string[] {
  const needs = job.value.assertMapping('job').find('needs')
  return needs === undefined ? [] : [readValue(needs, {})].flat().map(String)
}

async function playJob(
  id: string,
  job: MappingToken,
  contexts: Contexts,
  play: Play
): Promise<JsonObject> {
  const { matrix } = readObject(job.find('strategy'), contexts)
  const rows = isObject(matrix) ? expandMatrix(matrix) : [{}]
  // All at once, as a matrix runs; of the job's outputs the last combination's count, as on GitHub.
  const results = await Promise.all(
    rows.map((row) => {
      const scope = { ...contexts, matrix: row }
      const env = { ...contexts.env, ...readObject(job.find('env'), scope) }
      return playSteps(id, job, { ...scope, env }, play)
    })
  )
  const { outputs = {} } = results.at(-1) ?? {}
  return { result: joinResults(results.map(({ result }) => result)), outputs }
}

function joinResults(results: readonly (JsonValue | undefined)[]): Standing {
  if (results.includes('failure')) return 'failure'
  return results.includes('skipped') ? 'skipped' : 'success'
}

async function playSteps(
  job: string,
  definition: MappingToken,
  contexts: Contexts,
  play: Play
): Promise<JsonObject> {
  const steps: Record<string, JsonObject> = {}
  let result: Standing = 'success'
  for (const token of toArray(definition.find('steps')?.assertSequence('steps') ?? [])) {
    const step = token.assertMapping('step')
    if (!isWanted(step, { ...contexts, steps }, result)) continue
    const env = { ...contexts.env, ...readObject(step.find('env'), { ...contexts, steps }) }
    const { uses, with: inputs = {}, id } = readObject(step, { ...contexts, steps, env })
    const other = typeof id === 'string' ? play.others?.[id] : undefined
    if (typeof id === 'string' && other !== undefined) steps[id] = { outputs: other }
    if (uses !== play.action) continue
    const matrix = contexts.matrix ?? {}
    const outputs = await play.run({ job, matrix, inputs: toStrings(inputs), env: toStrings(env) })
    if (FAILED.test(outputs.status ?? '')) result = 'failure'
    if (typeof id === 'string') steps[id] = { outputs: { ...outputs } }
  }
  const last = { ...contexts, steps }
  const environment = definition.find('environment')
  if (environment !== undefined) readValue(environment, last)
  return { result, outputs: readObject(definition.find('outputs'), last) }
}

/** Output `status` of a step of ours that is red. */
const FAILED = /^(?:Failed|Unknown|TimedOut|Canceled)$/

/** Whether the `if` of a job or step is true; where it names no status function, all has to be well before it. */
function isWanted(definition: MappingToken, contexts: Contexts, standing: Standing): boolean {
  const condition = definition.find('if')
  if (condition === undefined) return standing === 'success'
  const text = isBasicExpression(condition) ? condition.expression : condition.toString()
  if (!STATUS_FUNCTION.test(text) && standing !== 'success') return false
  const value = evaluate(text, contexts, standing)
  if (typeof value !== 'boolean') throw new Error('an `if` that is neither true nor false')
  return value
}

function toStrings(inputs: JsonValue): Record<string, string> {
  if (!isObject(inputs)) throw new Error('neither `with` nor `env` may be anything but a mapping')
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, String(value)]))
}
