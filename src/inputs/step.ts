/**
 * The action's inputs as one frozen, typed value. Every rule about an input lives here or in the room that owns it;
 * bad input is one InputError that names the input, before anything is sent.
 * Defaults are written here as well as in action.yml, because only the runner applies those.
 */
import { statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { error, getInput, notice, setSecret, warning } from '@actions/core'
import { type Cloud, readCloud, requireAuthority, requireScope } from '../arm/clouds.ts'
import { findResourceId } from '../arm/resource-id.ts'
import { isAmbiguousStatus, type RetryOn } from '../arm/retry-policy.ts'
import type { Creds } from '../auth/creds.ts'
import { type Environment, listEnvironmentSecrets } from '../auth/environment.ts'
import { listSignInSecrets, needsNoAuthority, readSignIn, type SignIn } from '../auth/sign-in.ts'
import type { Expressions } from '../condition/compile.ts'
import { parseMaskedOutputs, parseOutputs } from '../condition/output-definitions.ts'
import { INPUT_NAMES, type InputName, OUTPUT_NAMES } from '../contract.ts'
import { flattenText, InputError } from '../errors.ts'
import { type ArmRequest, METHODS, type Method } from '../http/message.ts'
import type { AzureIds, Conditions, Handle } from '../operation/handle.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { FINAL_STATE_VIA, type FinalStateVia } from '../operation/state.ts'
import type { BodyContext } from '../request/body-content.ts'
import type { BodySource } from '../request/body-source.ts'
import { CompileError, type Diagnostic } from '../request/diagnostic.ts'
import { parseHeaders } from '../request/headers.ts'
import { buildRequestUrl } from '../request/url.ts'
import { GUID } from '../values.ts'
import { DURATION_FORMS, parseDuration } from './duration.ts'

/** The text of an input, `''` when it is not given. */
export type ReadInput = (name: InputName) => string

/** What the inputs are read against; files are read from nowhere but the workspace. */
export interface InputContext extends BodyContext {
  /** Absolute path of the folder for the response file, when that has no name. */
  readonly tempFolder: string
  /** Tells this step's files from those of another step in the job. */
  readonly uniqueId: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Every rule has been applied: the value can be used as it is. */
export interface Inputs {
  readonly method: Method
  /** Absolute URL on the trusted endpoint, with subscription and api-version filled in, verbatim otherwise. */
  readonly url: string
  /** Names as written. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON text to send; absent for no body. */
  readonly body?: string
  /** The files that parts of the body came from. */
  readonly bodySources?: readonly BodySource[]
  /** What compilers said of those files that was no error. */
  readonly diagnostics?: readonly Diagnostic[]
  readonly cloud: Cloud
  readonly signIn: SignIn
  readonly wait: boolean
  readonly timeoutMs: number
  readonly pollIntervalMs?: number
  readonly maxPollIntervalMs?: number
  readonly finalStateVia: FinalStateVia
  readonly successStates: readonly string[]
  readonly failureStates: readonly string[]
  /** HTTP statuses of the first answer that count as success. */
  readonly acceptStatus: readonly number[]
  /** What else of the first answer is repeated until the deadline. */
  readonly retryOn: RetryOn
  /** Waits for this operation; method and url are its own, and nothing is sent but GETs. */
  readonly resume?: Handle
  /** As they are handed over with the operation. */
  readonly conditions: Conditions
  /** Conditions and outputs, compiled. */
  readonly expressions: Expressions
  /** Names of outputs whose values are registered as secrets first. */
  readonly maskedOutputs: readonly string[]
  /** What a handle holds placeholders for. */
  readonly ids: AzureIds
  readonly onTimeout: Ending
  readonly onCancel: Ending
  /** Absolute URL on the trusted endpoint: what to POST to cancel the operation. */
  readonly cancelUrl?: string
  /** Absolute path. */
  readonly responseFile: string
  readonly summary: boolean
  /** Never to be printed, set as an output or written to a summary. */
  readonly secrets: readonly string[]
  /** Inputs that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
}

/** What becomes of the operation in Azure when this step ends before it. */
export type Ending = 'leave' | 'cancel'

const DEFAULT_TIMEOUT_MS = 60 * 60_000
/** No job lasts longer than five days, and a timer of more than 2^31 ms fires at once. */
const MAX_DURATION_MS = 6 * 24 * 60 * 60_000

export interface ReadOptions extends Pick<InputContext, 'now' | 'uniqueId'> {
  /** Leave the body alone, for a run that sends none: it may take a compiler, and its files may be gone. */
  readonly withoutBody?: boolean
}

/**
 * Reads the inputs as the runner hands them over, having registered the secrets among them as masks.
 * @throws InputError
 */
export async function readActionInputs(
  { now, uniqueId, withoutBody = false }: ReadOptions,
  environment = process.env
): Promise<Inputs> {
  const read: ReadInput = (name) =>
    withoutBody && (name === 'body' || name === 'body-file')
      ? ''
      : getInput(name, { trimWhitespace: false })
  for (const secret of [...readSecrets(read), ...listEnvironmentSecrets(environment)]) {
    setSecret(secret)
  }
  refuseUnknownInputs(Object.keys(environment))
  try {
    const inputs = await parseInputs(read, {
      workspace: resolve(environment.GITHUB_WORKSPACE || '.'),
      tempFolder: resolve(environment.RUNNER_TEMP || tmpdir()),
      environment,
      mask: setSecret,
      uniqueId,
      now
    })
    annotate(inputs.diagnostics ?? [])
    return inputs
  } catch (fault) {
    if (fault instanceof CompileError) annotate(fault.diagnostics)
    throw fault
  }
}

/** GitHub shows ten errors and ten warnings of a step; one of either is kept for the verdict. */
const MAX_ANNOTATIONS = 9
const MAX_ANNOTATION_CHARACTERS = 1000

/** Shows a compiler's findings at their lines; the texts are escaped on their way out. */
function annotate(diagnostics: readonly Diagnostic[]): void {
  const writers = { error, warning, info: notice } as const
  for (const [level, write] of Object.entries(writers)) {
    const found = diagnostics.filter((diagnostic) => diagnostic.level === level)
    for (const { file, line, column, code, message } of found.slice(0, MAX_ANNOTATIONS)) {
      const text = flattenText(message, MAX_ANNOTATION_CHARACTERS)
      write(text, { title: `Bicep ${code}`, file, startLine: line, startColumn: column })
    }
  }
}

/** The runner hands over misspelt inputs too, with a warning at most; their defaults would silently apply. */
function refuseUnknownInputs(variables: readonly string[]): void {
  const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`))
  const unknown = variables.find((name) => name.startsWith('INPUT_') && !known.has(name))
  if (unknown === undefined) return
  throw new InputError(unknown.slice('INPUT_'.length).toLowerCase(), {
    problem: 'is not an input of this action',
    allowed: INPUT_NAMES.join(', ')
  })
}

/** The inputs that must be masked, whether or not the rest can be parsed. */
function readSecrets(read: ReadInput): readonly string[] {
  return listSignInSecrets((name) => read(name).trim())
}

/**
 * The inputs as a value. The body comes last: it may take a compiler.
 * @throws InputError for the first input that cannot be used
 */
export async function parseInputs(readRaw: ReadInput, context: InputContext): Promise<Inputs> {
  const read: ReadInput = (name) => readRaw(name).trim()
  const { signIn, creds, warnings } = readSignIn(read, context.now)
  const cloud = readSignInCloud(read, signIn, creds, context.environment)
  const ids = readIds(read, creds)
  const resume = await readResume(read, cloud, ids)
  const { method, url } = resume?.operation.facts.request ?? readRequest(read, cloud, ids)
  return Object.freeze({
    method,
    url,
    headers: parseHeaders(readRaw('headers')),
    cloud,
    signIn,
    ...readWaiting(read),
    ...readStates(read),
    ...readFirstAnswerRules(read),
    ...readHandedRules(read, resume),
    ...(resume === undefined ? {} : { resume }),
    ...(await readExpressions(read, { method, url }, cloud, ids, resume)),
    ...readEndings(read, url, cloud, ids),
    maskedOutputs: Object.freeze(parseMaskedOutputs(read('masked-outputs'))),
    ids,
    responseFile: readResponseFile(read, context),
    summary: readBoolean(read, 'summary', true),
    secrets: Object.freeze(readSecrets(read)),
    warnings: Object.freeze([
      ...warnings,
      ...findUnusedInputs(read, method),
      ...findUnsafeRetries(read, method),
      ...findUnusedConditions(read, resume)
    ]),
    ...(await readRequestBody(readRaw, method, context))
  })
}

function readMethod(read: ReadInput): Method {
  if (read('method') === '') {
    throw new InputError('method', { problem: 'is missing', allowed: METHODS.join(', ') })
  }
  return readChoice(read, 'method', METHODS, 'GET')
}

/** The cloud, with all that signing in to it needs. */
function readSignInCloud(
  read: ReadInput,
  signIn: SignIn,
  creds: Creds | undefined,
  { AZURE_AUTHORITY_HOST = '' }: Environment
): Cloud {
  const environment = read('environment')
  const endpoint = read('resource-manager-endpoint')
  const { resourceManagerEndpoint = '' } = creds ?? {}
  // azure/login takes the address of an Azure Stack from its creds, and from nowhere else.
  const isElsewhere = /^(?:azurestack|custom)$/i.test(environment) && endpoint === ''
  const cloud = readCloud({
    environment,
    endpoint: isElsewhere ? resourceManagerEndpoint : endpoint,
    audience: read('resource-manager-audience'),
    authorityHost: read('authority-host'),
    // Only what signs in by itself asks the authority.
    authorityHostVariable: signIn.kind === 'token' ? '' : AZURE_AUTHORITY_HOST
  })
  if (resourceManagerEndpoint !== '') refuseOtherCloud(resourceManagerEndpoint, cloud)
  if (needsNoAuthority(signIn)) requireScope(cloud)
  else if (signIn.kind !== 'token') requireAuthority(cloud)
  return cloud
}

function refuseOtherCloud(endpoint: string, cloud: Cloud): void {
  const { origin } = URL.canParse(endpoint) ? new URL(endpoint) : { origin: '' }
  if (origin === cloud.resourceManagerEndpoint) return
  throw new InputError('creds', {
    problem: `is for a cloud other than environment ${cloud.name}, by its resourceManagerEndpointUrl`,
    allowed: `creds of the cloud at ${cloud.resourceManagerEndpoint}`
  })
}

function readRequest(read: ReadInput, cloud: Cloud, { subscriptionId = '' }: AzureIds): ArmRequest {
  const method = readMethod(read)
  const url = buildRequestUrl({
    url: read('url'),
    apiVersion: read('api-version'),
    subscriptionId,
    endpoint: cloud.resourceManagerEndpoint,
    trust: cloud.trust
  })
  return { method, url }
}

function readIds(read: ReadInput, creds: Creds | undefined): AzureIds {
  const subscriptionId = readGuid(read, 'subscription-id') || (creds?.subscriptionId ?? '')
  const tenantId = read('tenant-id') || (creds?.tenantId ?? '')
  return Object.freeze({
    ...(subscriptionId === '' ? {} : { subscriptionId }),
    ...(tenantId === '' ? {} : { tenantId })
  })
}

/** Inputs that describe a request, and `resume` sends none. */
const REQUEST_INPUTS = [
  'method',
  'url',
  'api-version',
  'body',
  'body-file',
  'accept-status'
] as const satisfies readonly InputName[]

async function readResume(
  read: ReadInput,
  cloud: Cloud,
  ids: AzureIds
): Promise<Handle | undefined> {
  const text = read('resume')
  if (text === '') return undefined
  const other = REQUEST_INPUTS.find((name) => read(name) !== '')
  if (other !== undefined) {
    throw new InputError(other, {
      problem: 'is given together with resume, which sends no request'
    })
  }
  if (!readBoolean(read, 'wait', true)) {
    throw new InputError('wait', { problem: 'is false together with resume, which only waits' })
  }
  const { readHandle } = await import('../request/resume.ts')
  return readHandle(text, cloud.trust, ids)
}

/** A handle brings the rules that its operation was started with; what the resuming step says itself comes first. */
function readHandedRules(
  read: ReadInput,
  handle: Handle | undefined
): Partial<Pick<Inputs, 'finalStateVia' | 'successStates' | 'failureStates'>> {
  if (handle === undefined) return {}
  const { finalStateVia, extraStates } = handle
  return {
    ...(read('final-state-via') === '' || read('final-state-via').toLowerCase() === 'auto'
      ? { finalStateVia }
      : {}),
    ...(read('success-states') === '' ? { successStates: extraStates.success } : {}),
    ...(read('failure-states') === '' ? { failureStates: extraStates.failure } : {})
  }
}

async function readExpressions(
  read: ReadInput,
  request: ArmRequest,
  cloud: Cloud,
  { subscriptionId = '' }: AzureIds,
  handle: Handle | undefined
): Promise<Pick<Inputs, 'conditions' | 'expressions'>> {
  const conditions = readConditions(read, handle)
  const outputs = parseOutputs(read('outputs'), OUTPUT_NAMES)
  if (Object.keys(conditions).length + outputs.length === 0) {
    return { conditions, expressions: Object.freeze({ outputs: [] }) }
  }
  // With the library a chunk of its own: a step without an expression never loads it.
  const { compileExpressions } = await import('../condition/compile.ts')
  const expressions = await compileExpressions({
    conditions,
    outputs,
    place: {
      request,
      resourceId: findResourceId(request, undefined),
      subscriptionId,
      endpoint: cloud.resourceManagerEndpoint,
      trust: cloud.trust
    }
  })
  return { conditions, expressions }
}

function readConditions(read: ReadInput, handle: Handle | undefined): Conditions {
  const { waitUntil, waitUntilUrl, failIf } = {
    waitUntil: read('wait-until') || handle?.conditions.waitUntil,
    waitUntilUrl: read('wait-until-url') || handle?.conditions.waitUntilUrl,
    failIf: read('fail-if') || handle?.conditions.failIf
  }
  const isAwaited = handle?.operation.state === 'awaiting-condition'
  if (waitUntil === undefined && (waitUntilUrl !== undefined || isAwaited)) {
    const other = waitUntilUrl === undefined ? 'the handle in resume' : 'wait-until-url'
    throw new InputError('wait-until', { problem: `is missing, and ${other} needs it` })
  }
  return Object.freeze({
    ...(waitUntil === undefined ? {} : { waitUntil }),
    ...(waitUntilUrl === undefined ? {} : { waitUntilUrl }),
    ...(failIf === undefined ? {} : { failIf })
  })
}

function findUnusedConditions(read: ReadInput, handle: Handle | undefined): readonly string[] {
  return handle?.operation.state === 'awaiting-condition' && read('wait-until-url') !== ''
    ? ['Input wait-until-url is not used: the handle names the resource that is waited for.']
    : []
}

async function readRequestBody(
  read: ReadInput,
  method: Method,
  context: BodyContext
): Promise<Pick<Inputs, 'body' | 'bodySources' | 'diagnostics'>> {
  const inputs = { ...context, body: read('body'), bodyFile: read('body-file').trim() }
  if (inputs.body.trim() === '' && inputs.bodyFile === '') return {}
  if (method === 'GET' || method === 'HEAD') {
    throw new InputError(inputs.bodyFile === '' ? 'body' : 'body-file', {
      problem: `is given, and a ${method} request has no body`,
      allowed: 'a body with PUT, PATCH, POST or DELETE'
    })
  }
  // The parsers are chunks of their own: a request without a body never loads them.
  const { readBody } = await import('../request/body.ts')
  const body = await readBody(inputs)
  if (body === undefined) return {}
  const { text, sources, diagnostics } = body
  return {
    body: text,
    bodySources: Object.freeze(sources),
    diagnostics: Object.freeze(diagnostics)
  }
}

function readGuid(read: ReadInput, name: InputName): string {
  const text = read(name)
  if (text === '' || GUID.test(text)) return text
  const allowed = 'such as 00000000-0000-0000-0000-000000000000'
  throw new InputError(name, { read: text, problem: 'is not a GUID', allowed })
}

type Waiting = Pick<
  Inputs,
  'wait' | 'timeoutMs' | 'pollIntervalMs' | 'maxPollIntervalMs' | 'finalStateVia'
>

function readWaiting(read: ReadInput): Waiting {
  const pollIntervalMs = readDuration(read, 'poll-interval')
  const maxPollIntervalMs = readDuration(read, 'max-poll-interval', { positive: true })
  if (
    pollIntervalMs !== undefined &&
    maxPollIntervalMs !== undefined &&
    pollIntervalMs > maxPollIntervalMs
  ) {
    throw new InputError('poll-interval', {
      read: read('poll-interval'),
      problem: `is longer than max-poll-interval, ${read('max-poll-interval')}`
    })
  }
  return {
    wait: readBoolean(read, 'wait', true),
    timeoutMs: readDuration(read, 'timeout', { positive: true }) ?? DEFAULT_TIMEOUT_MS,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    ...(maxPollIntervalMs === undefined ? {} : { maxPollIntervalMs }),
    finalStateVia: readChoice(read, 'final-state-via', FINAL_STATE_VIA, 'auto')
  }
}

function readDuration(
  read: ReadInput,
  name: InputName,
  { positive = false }: { readonly positive?: boolean } = {}
): number | undefined {
  const text = read(name)
  if (text === '') return undefined
  const refuse = (problem: string): never => {
    throw new InputError(name, { read: text, problem, allowed: DURATION_FORMS })
  }
  const durationMs = parseDuration(text) ?? refuse('is not a duration')
  if (positive && durationMs === 0) refuse('is no time at all')
  if (durationMs > MAX_DURATION_MS) {
    refuse('is longer than 6 days, and no job of GitHub Actions lasts that long')
  }
  return durationMs
}

/** The contract's own words keep their meaning: a state is not to be turned into its opposite by an input. */
const CONTRACT_STATES = {
  'success-states': ['failed', 'canceled', 'cancelled'],
  'failure-states': ['succeeded', 'completed']
} as const

function readStates(read: ReadInput): Pick<Inputs, 'successStates' | 'failureStates'> {
  const successStates = readWords(read, 'success-states')
  const failureStates = readWords(read, 'failure-states')
  const success = new Set(successStates.map((word) => word.toLowerCase()))
  const both = failureStates.find((word) => success.has(word.toLowerCase()))
  if (both !== undefined) {
    throw new InputError('failure-states', {
      read: both,
      problem: 'is given as one of success-states too',
      allowed: 'each word in one of the two'
    })
  }
  return { successStates, failureStates }
}

function readWords(read: ReadInput, name: keyof typeof CONTRACT_STATES): readonly string[] {
  const words = readLines(read, name)
  const opposites: readonly string[] = CONTRACT_STATES[name]
  for (const word of words) {
    const refuse = (problem: string): never => {
      throw new InputError(name, { read: word, problem, allowed: 'one state word per line' })
    }
    if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,127}$/u.test(word)) refuse('is not a state word')
    if (opposites.includes(word.toLowerCase())) refuse('has a meaning that cannot be turned round')
  }
  return Object.freeze(words)
}

function readStatuses(read: ReadInput): readonly number[] {
  const statuses = readLines(read, 'accept-status').map((line) => {
    if (/^[1-5]\d\d$/.test(line)) return Number(line)
    throw new InputError('accept-status', {
      read: line,
      problem: 'is not an HTTP status',
      allowed: 'one number from 100 to 599 per line'
    })
  })
  return Object.freeze([...new Set(statuses)])
}

function readFirstAnswerRules(read: ReadInput): Pick<Inputs, 'acceptStatus' | 'retryOn'> {
  const acceptStatus = readStatuses(read)
  const retryOn = readRetryOn(read)
  const both = acceptStatus.find((status) => retryOn.statuses.includes(status))
  if (both === undefined) return { acceptStatus, retryOn }
  throw new InputError('retry-on', {
    read: String(both),
    problem: 'is given as accept-status too',
    allowed: 'each status in one of the two'
  })
}

/** Lines that are numbers are statuses, all others error codes. */
function readRetryOn(read: ReadInput): RetryOn {
  const lines = readLines(read, 'retry-on')
  const isStatus = (line: string) => /^\d+$/.test(line)
  for (const line of lines) {
    if (isStatus(line) ? /^[45]\d\d$/.test(line) : /^[A-Za-z][\w.-]{0,255}$/.test(line)) continue
    throw new InputError('retry-on', {
      read: line,
      problem: isStatus(line) ? 'is not the status of an error' : 'is not an error code',
      allowed: 'one error code, or one status from 400 to 599, per line'
    })
  }
  return Object.freeze({
    statuses: Object.freeze([...new Set(lines.filter(isStatus).map(Number))]),
    codes: Object.freeze(lines.filter((line) => !isStatus(line)))
  })
}

const ENDINGS = ['leave', 'cancel'] as const satisfies readonly Ending[]

function readEndings(
  read: ReadInput,
  url: string,
  cloud: Cloud,
  ids: AzureIds
): Pick<Inputs, 'onTimeout' | 'onCancel' | 'cancelUrl'> {
  const cancelUrl = readCancelUrl(read, url, cloud, ids)
  return {
    onTimeout: readChoice(read, 'on-timeout', ENDINGS, 'leave'),
    onCancel: readChoice(read, 'on-cancel', ENDINGS, 'leave'),
    ...(cancelUrl === undefined ? {} : { cancelUrl })
  }
}

/** By the rules of `url`; without an api-version of its own it takes that of the request. */
function readCancelUrl(
  read: ReadInput,
  url: string,
  cloud: Cloud,
  { subscriptionId = '' }: AzureIds
): string | undefined {
  const text = read('cancel-url')
  if (text === '') return undefined
  try {
    return buildRequestUrl({
      url: text,
      apiVersion: readApiVersion(text) === undefined ? (readApiVersion(url) ?? '') : '',
      subscriptionId,
      endpoint: cloud.resourceManagerEndpoint,
      trust: cloud.trust
    })
  } catch (error) {
    if (!(error instanceof InputError) || error.input !== 'url') throw error
    throw new InputError('cancel-url', error.details)
  }
}

function readResponseFile(read: ReadInput, context: InputContext): string {
  const path = read('response-file')
  if (path === '') return join(context.tempFolder, `arm-operation-${context.uniqueId}.json`)
  const target = resolve(context.workspace, path)
  const problem = /[\\/]$/.test(path) ? 'is a directory' : findFileProblem(target)
  if (problem === undefined) return target
  throw new InputError('response-file', {
    read: path,
    problem,
    allowed: 'the path of a file, relative to the workspace or absolute'
  })
}

/** Why no file can be written there; found out now, because after the operation it would be too late. */
function findFileProblem(path: string): string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? 'is a directory' : undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return `cannot be written (${code})`
  }
}

function readBoolean(read: ReadInput, name: InputName, otherwise: boolean): boolean {
  return readChoice(read, name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true'
}

/** One of `choices`, without regard to case; `otherwise` when the input is not given. */
function readChoice<Choice extends string>(
  read: ReadInput,
  name: InputName,
  choices: readonly Choice[],
  otherwise: Choice
): Choice {
  const text = read(name)
  if (text === '') return otherwise
  const choice = choices.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (choice !== undefined) return choice
  throw new InputError(name, {
    read: text,
    problem: 'is not one of the allowed values',
    allowed: choices.join(', ')
  })
}

function readLines(read: ReadInput, name: InputName): readonly string[] {
  return read(name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function findUnusedInputs(read: ReadInput, method: Method): readonly string[] {
  const warnings: string[] = []
  const asksToCancel = ['on-timeout', 'on-cancel'] as const
  if (read('cancel-url') !== '' && asksToCancel.every((name) => !/^cancel$/i.test(read(name)))) {
    warnings.push('Input cancel-url is not used: neither on-timeout nor on-cancel is cancel.')
  }
  const via = read('final-state-via').toLowerCase()
  if (via !== '' && via !== 'auto' && method !== 'POST' && method !== 'PATCH') {
    warnings.push(`Input final-state-via is not used: it is for POST and PATCH, not ${method}.`)
  }
  return warnings
}

/** After these nobody knows whether the request took effect, so only what is harmless to repeat is repeated. */
function findUnsafeRetries(read: ReadInput, method: Method): readonly string[] {
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return []
  const unsafe = readRetryOn(read).statuses.filter(isAmbiguousStatus)
  if (unsafe.length === 0) return []
  const list = unsafe.join(', ')
  return [
    `Input retry-on: ${list} does not say whether the ${method} took effect, so it is not simply sent again.`
  ]
}
