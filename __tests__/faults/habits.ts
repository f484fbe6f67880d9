/**
 * Habits that real providers were seen with and that the contract does not foresee, as rows: each changes what the
 * honest provider answers, never what is true. A row also says what no client could know under it, because a client is
 * not judged on that: which faults would turn the habit into a lie, and where the end cannot be told at all.
 */
import type { Fault } from '../../simulator/faults.ts'
import { isJsonObject, type JsonObject } from '../../simulator/json.ts'
import type { Answer } from '../../simulator/message.ts'
import type { Pattern, Scenario, UrlKind } from './provider.ts'

/** Whether the habits are part of the proof, and the amended rows part of the differential table. */
export const ARE_HABITS_PROVEN = true

/** What a habit may go by when it answers. */
export interface View {
  readonly scenario: Scenario
  readonly pattern: Pattern
  readonly nowMs: number
  readonly truth: 'Succeeded' | 'Failed' | 'Canceled' | 'running' | 'nothing'
  /** Time since the operation began, and since it ended; negative before. */
  readonly sinceStartMs: number
  readonly sinceEndMs: number
  /** The client has got a first answer in 2xx. */
  readonly isAccepted: boolean
  /** Path and query that were asked, as they came. */
  readonly path: string
  /** How many requests the monitors had before. */
  readonly asked: number
  readonly resourcePath: string
  /** The resource in a state, or without one. */
  readonly resource: (state: string | undefined) => JsonObject
}

/** The paths of the resource, and of what is behind its Location. */
export interface Paths {
  readonly resource: string
  readonly result: string
}

type Change = (view: View, plain: Answer) => Answer

export interface Habit {
  /** Where it was seen, or is written down. */
  readonly source: string
  readonly methods: readonly Scenario['method'][]
  readonly suits: (pattern: Pattern, name: string) => boolean
  /** The scenario with what the habit needs to be true, and to be known. */
  readonly adapt?: (scenario: Scenario) => Scenario
  /** First answers in 2xx. */
  readonly first?: Change
  readonly status?: Change
  readonly location?: Change
  /** GETs of the resource. */
  readonly resource?: Change
  /** Polling URLs as they are written into the headers, and back. */
  readonly urls?: {
    readonly write: (url: string, kind: 'status' | 'location', paths: Paths) => string
    readonly read: (path: string, paths: Paths) => string
  }
  /** The resource is as it was before until the operation has succeeded. */
  readonly writesAtEnd?: boolean
  /** Faults that would leave the client nothing to see the truth by. */
  readonly forbids?: (fault: Fault, kind: UrlKind, isAccepted: boolean) => boolean
  /** The end of some scenarios cannot be told. */
  readonly isUnsure?: (scenario: Scenario, pattern: Pattern) => boolean
  /** A success is the monitor's word alone as long as the resource was not read after it. */
  readonly isToldByResource?: boolean
  /** How much later than the end it may be seen. */
  readonly lateMs?: (timeoutMs: number, waitMs: number) => number
}

const CHANGES = ['PUT', 'PATCH'] as const
const ALL = ['PUT', 'PATCH', 'POST', 'DELETE'] as const

const hasStatusUrl = ({ headers }: Pattern) => headers.some((name) => name !== 'location')
const hasLocation = ({ headers }: Pattern) => headers.includes('location')
const hasOnlyLocation = (pattern: Pattern) => hasLocation(pattern) && !hasStatusUrl(pattern)
const hasMonitor = ({ headers }: Pattern) => headers.length > 0
const isAtOnce = ({ headers, body }: Pattern) => headers.length === 0 && body === 'done'
const isShownAtWork = ({ status, body }: Pattern) => status !== 202 && body === 'running'

const graceMs = (timeoutMs: number) => Math.min(120_000, timeoutMs / 8)
/** A monitor that is never there is asked at least six times, up to half a minute apart. */
const lateByGrace = (timeoutMs: number, waitMs: number) =>
  graceMs(timeoutMs) + 8 * Math.max(30_000, waitMs)

const isRunningWord = (word: string) =>
  /^(accepted|inprogress|pending|queued|notstarted|started|running)$|ing$|inprogress$/i.test(word)

/** A word that no client can take for a result. */
const withRunningWord = (scenario: Scenario): Scenario =>
  isRunningWord(scenario.runningWord) ? scenario : { ...scenario, runningWord: 'Updating' }

const asResource = (scenario: Scenario): Scenario => ({ ...scenario, isDeployment: false })

const MISSING: Answer = refuse(404, 'NotFound')

function refuse(status: number, code: string): Answer {
  return { status, body: { error: { code, message: `${code} it is` } } }
}

function errorOf(word: string): JsonObject {
  return { code: `${word}ForAReason`, message: `it ${word}` }
}

function isOver({ truth }: View): boolean {
  return truth !== 'running' && truth !== 'nothing'
}

function lastSegment(path: string): string {
  return path.split('?')[0]?.split('/').at(-1) ?? ''
}

/** The body with another provisioning state; undefined takes it away. */
function withState(answer: Answer, change: (state: string) => string | undefined): Answer {
  const { body } = answer
  const properties = isJsonObject(body) ? body.properties : undefined
  if (!isJsonObject(body) || !isJsonObject(properties)) return answer
  const { provisioningState, ...others } = properties
  if (typeof provisioningState !== 'string') return answer
  const state = change(provisioningState)
  const own = state === undefined ? others : { ...others, provisioningState: state }
  return { ...answer, body: { ...body, properties: own } }
}

type Forbids = NonNullable<Habit['forbids']>

/** What was sent was also answered: a lost answer could not be told from a request that got lost. */
const forbidsLostAnswer: Forbids = ({ kind: fault }, kind) =>
  kind === 'target' && ['cut', 'stall', 'drip', 'answer'].includes(fault)

/** Faults that take nothing away from what an answer says. */
const PASSING: readonly Fault['kind'][] = ['drip', 'headers']
const forbidsOnResource: Forbids = (fault, kind, isAccepted) =>
  kind === 'resource' && isAccepted && !PASSING.includes(fault.kind)

/** A Location may end the operation by its HTTP status, and by any body of a 200. */
const forbidsFinalWord: Forbids = (fault, kind, isAccepted) =>
  kind === 'resource' &&
  isAccepted &&
  ((fault.kind === 'body' && fault.form === 'state-is-a-number') ||
    (fault.kind === 'answer' &&
      fault.answer.status < 500 &&
      ![401, 403, 408, 429].includes(fault.answer.status)))

/** Nothing but the resource tells, so what it shows is true. */
const forbidsFalseWitness: Forbids = (fault, kind, isAccepted) =>
  forbidsLostAnswer(fault, kind, isAccepted) ||
  (kind === 'resource' && ['lie', 'skew'].includes(fault.kind))

/** The same path, as another part of Azure would spell it. */
const respell = (path: string) => path.toUpperCase().replace('/REDIS/C', '/redis/%43')
const isRespelled = (path: string, resourcePath: string) => path.startsWith(respell(resourcePath))
/** The Location is the resource, spelled in another way. */
const LOCATION_IS_RESOURCE: NonNullable<Habit['urls']> = {
  write: (url, kind, { resource }) =>
    kind === 'location' ? `${new URL(url).origin}${respell(resource)}?api-version=2025-04-01` : url,
  read: (path, { resource }) =>
    isRespelled(path, resource) ? path.replace(respell(resource), resource) : path
}

const ASYNC_ID = '&asyncId=7'
const NOT_OURS = 'not-ours'
/** What no outcome may hold, because it is another run's. */
export const MARK_OF_OTHERS = NOT_OURS
/** What no log may hold, because it is no part of the word. */
export const MARK_OF_LONG_WORDS = 'upgradeDescription'

export const HABITS: Readonly<Record<string, Habit>> = {
  'an operation behind a Location': {
    source: 'https://github.com/pulumi/pulumi-azure-native/pull/4835',
    methods: ALL,
    suits: hasOnlyLocation,
    adapt: withRunningWord,
    location: (view) => showOperation(view)
  },
  'an error body behind 200': {
    source: 'https://github.com/Azure/azure-rest-api-specs/issues/22035',
    methods: ALL,
    suits: (pattern, name) =>
      isAtOnce(pattern) || hasOnlyLocation(pattern) || name.includes('state in the body'),
    adapt: (scenario) => ({ ...asResource(scenario), ending: 'Failed', failsBy: 'body' }),
    first: ({ pattern, truth }, plain) =>
      isAtOnce(pattern) && truth === 'Failed' ? { ...plain, body: onlyError('Failed') } : plain,
    location: ({ truth }, plain) =>
      truth === 'Failed' ? { status: 200, body: onlyError(truth) } : plain,
    resource: ({ truth, pattern, scenario }, plain) =>
      truth === 'Failed' && !hasMonitor(pattern) && scenario.method !== 'DELETE'
        ? { status: 200, body: onlyError(truth) }
        : plain
  },
  'an error beside a result': {
    source: 'https://learn.microsoft.com/azure/azure-monitor/logs/api/errors',
    methods: ['POST'],
    suits: (pattern) => isAtOnce(pattern) || hasOnlyLocation(pattern),
    adapt: (scenario) => ({ ...scenario, ending: 'Succeeded' }),
    first: ({ pattern }, plain) =>
      isAtOnce(pattern) ? { ...plain, body: partialResult() } : plain,
    location: ({ truth }, plain) =>
      truth === 'Succeeded' ? { status: 200, body: partialResult() } : plain
  },
  "a DELETE's own path as its Location": {
    source: 'https://github.com/Azure/azure-resource-manager-rpc/issues/52',
    methods: ['DELETE'],
    suits: (pattern, name) => name === '202 + Location' && hasLocation(pattern),
    urls: LOCATION_IS_RESOURCE,
    resource: answerOwnPath,
    forbids: forbidsFinalWord
  },
  'the resource as Location': {
    source: 'https://github.com/Azure/autorest.testserver/blob/main/legacy/routes/lros.js',
    methods: CHANGES,
    suits: hasLocation,
    adapt: (scenario) => ({ ...asResource(scenario), hidesNew: false }),
    urls: LOCATION_IS_RESOURCE,
    forbids: forbidsFinalWord
  },
  'a Location that differs by its query alone': {
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/23322',
    methods: ['PUT', 'PATCH', 'DELETE'],
    suits: hasOnlyLocation,
    adapt: asResource,
    urls: {
      write: (url, kind, { resource }) =>
        kind === 'location'
          ? `${new URL(url).origin}${resource}${new URL(url).search}${ASYNC_ID}`
          : url,
      read: (path, { result }) =>
        path.endsWith(ASYNC_ID)
          ? `${result}${path.slice(path.indexOf('?'), -ASYNC_ID.length)}`
          : path
    }
  },
  'a monitor of a DELETE that never ends': {
    source: 'https://github.com/pulumi/pulumi-azure-native/issues/4816',
    methods: ['DELETE'],
    suits: hasStatusUrl,
    adapt: (scenario) => ({ ...scenario, vanishes: false }),
    status: (view, plain) => {
      const { truth, sinceStartMs, scenario } = view
      if (truth === 'Failed' || truth === 'Canceled') return plain
      // It says so some time before the resource is gone.
      const share = Math.floor((120 * sinceStartMs) / Math.max(1, scenario.durationMs))
      const percentComplete = truth === 'Succeeded' ? 100 : Math.min(100, share)
      return { ...plain, status: 200, body: { status: 'InProgress', percentComplete } }
    },
    lateMs: (timeoutMs, waitMs) => Math.min(30_000, timeoutMs / 8) + 5 * waitMs
  },
  'a resource that is gone before its DELETE has ended': {
    source: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/29060',
    methods: ['DELETE'],
    suits: hasMonitor,
    adapt: (scenario) => ({ ...scenario, lateMonitor: 0, vanishes: false }),
    status: ({ truth }, plain) =>
      truth === 'running'
        ? { ...plain, status: 200, body: { status: 'InProgress', percentComplete: 60 } }
        : plain,
    resource: ({ truth, sinceStartMs, scenario }, plain) =>
      truth === 'running' && sinceStartMs > scenario.durationMs / 2
        ? refuse(404, 'ResourceNotFound')
        : plain,
    // By the contract a monitor that is gone and a resource that is gone are a success.
    forbids: (fault, kind, isAccepted) =>
      forbidsLostAnswer(fault, kind, isAccepted) ||
      (kind === 'target' && ['foreign-url', 'body'].includes(fault.kind)) ||
      ((kind === 'status' || kind === 'location') && ![...PASSING, 'lie'].includes(fault.kind))
  },
  "a status URL of somebody else's operation": {
    source: 'replay of recorded operations: an HDInsight application under its busy cluster',
    methods: CHANGES,
    suits: (pattern) => hasStatusUrl(pattern) && isShownAtWork(pattern),
    adapt: (scenario) => ({
      ...scenario,
      // Of the resources only a deployment rests in no state of this name.
      runningWord: scenario.isDeployment ? 'Running' : 'Updating',
      hidesNew: false
    }),
    status: () => ({ status: 200, body: { status: 'Succeeded' } }),
    isToldByResource: true,
    // The first answer shows it at work, and so does every look.
    forbids: (fault, kind, isAccepted) =>
      forbidsOnResource(fault, kind, isAccepted) || (kind === 'target' && fault.kind === 'body')
  },
  'a resource that rests in Ready': {
    source: 'replay of recorded operations: 12 resource types rest so',
    methods: CHANGES,
    suits: (pattern) => hasStatusUrl(pattern) && pattern.body !== 'stateless',
    adapt: (scenario) => ({
      ...asResource(scenario),
      statusIsResource: false,
      hidesNew: false,
      // A PUT that changes nothing has no monitor, and then the word is all there is.
      before: scenario.before === 'same' ? 'other' : scenario.before
    }),
    first: (_view, plain) => withState(plain, () => 'Ready'),
    resource: (_view, plain) => withState(plain, () => 'Ready'),
    forbids: forbidsLostAnswer
  },
  'spaces in polling URLs': {
    source: 'https://url.spec.whatwg.org/#url-parsing',
    methods: ALL,
    suits: hasMonitor,
    urls: {
      write: (url) => url.replace('/operation', '/locations/West US/operation'),
      read: (path) => path.replace('/locations/West%20US/operation', '/operation')
    }
  },
  'a failure behind an error status': {
    source: 'https://github.com/Azure/azure-sdk-for-go/tree/main/sdk/azcore/internal/pollers',
    methods: ALL,
    suits: hasMonitor,
    adapt: (scenario) => ({
      ...scenario,
      statusIsResource: false,
      ending: scenario.ending === 'Succeeded' ? 'Failed' : scenario.ending
    }),
    status: ({ truth, scenario }, plain) =>
      truth === 'Failed' || truth === 'Canceled'
        ? {
            status: [400, 404, 409, 500][scenario.durationMs % 4] ?? 400,
            body: { status: truth, error: errorOf(truth) }
          }
        : plain,
    location: ({ truth }, plain) =>
      truth === 'Canceled' ? { status: 409, body: { status: truth, error: errorOf(truth) } } : plain
  },
  'a success behind an error status, for a while': {
    source:
      'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md',
    methods: ALL,
    suits: hasStatusUrl,
    status: ({ asked }, plain) =>
      asked < 2 ? { status: asked === 0 ? 500 : 400, body: { status: 'Succeeded' } } : plain
  },
  'the state in `status` of a resource': {
    source:
      'https://github.com/hashicorp/go-azure-sdk/blob/main/sdk/client/resourcemanager/poller_provisioning_state.go',
    methods: ['PUT', 'PATCH', 'POST'],
    suits: (pattern, name) =>
      isAtOnce(pattern) || name === '201, state in the body' || name === '202 and nothing else',
    adapt: (scenario) => ({
      ...asResource(withRunningWord(scenario)),
      failsBy: 'body',
      // Nothing tells that a POST without a monitor has ended.
      ...(scenario.method === 'POST' ? { pattern: 'at once' } : {})
    }),
    first: (view, plain) => (plain.body === undefined ? plain : moveState(view, plain)),
    resource: moveState,
    // Where the first answer is also the last one, its body alone tells.
    forbids: (fault, kind) =>
      (kind === 'target' && fault.kind === 'body') ||
      (kind !== 'status' && fault.kind === 'lie' && !isRunningWord(fault.word))
  },
  'long status words': {
    source: 'https://learn.microsoft.com/azure/service-fabric/service-fabric-application-upgrade',
    methods: ALL,
    suits: hasStatusUrl,
    adapt: (scenario) => ({ ...scenario, statusIsResource: false }),
    status: ({ truth, asked }, plain) =>
      truth === 'running' ? { ...plain, body: { status: longWord(asked) } } : plain
  },
  'Completed as a provisioning state': {
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/20342',
    methods: CHANGES,
    suits: () => true,
    adapt: asResource,
    first: (_view, plain) => withState(plain, toCompleted),
    status: (_view, plain) => withState(plain, toCompleted),
    location: (_view, plain) => withState(plain, toCompleted),
    resource: (_view, plain) => withState(plain, toCompleted),
    forbids: forbidsLostAnswer,
    lateMs: (timeoutMs, waitMs) => graceMs(timeoutMs) + 2 * waitMs
  },
  'a deployment whose name another run takes over': {
    source: 'https://github.com/Azure/bicep/issues/17105',
    methods: ['PUT'],
    suits: (pattern, name) =>
      isShownAtWork(pattern) && (hasStatusUrl(pattern) || name.includes('state in the body')),
    adapt: (scenario) => ({
      ...scenario,
      isDeployment: true,
      keepsCorrelation: true,
      stampsTime: true,
      statusIsResource: false
    }),
    resource: showSuccessor,
    isUnsure: (_scenario, pattern) => !hasMonitor(pattern),
    // The first answer is what the deployment is known by.
    forbids: (fault, kind) => kind === 'target' && fault.kind === 'body'
  },
  'a status URL that is never there': {
    source: 'https://github.com/Azure/azure-sdk-for-python/issues/40909',
    methods: ALL,
    // Of one that says "done" at first that word stands, so it is true.
    suits: (pattern) =>
      hasStatusUrl(pattern) && !(pattern.status === 200 && pattern.body === 'done'),
    status: () => MISSING,
    isUnsure: ({ method, hidesNew }, pattern) =>
      !hasLocation(pattern) &&
      (method === 'POST' || (method !== 'DELETE' && (hidesNew || pattern.status === 202))),
    lateMs: lateByGrace
  },
  'a status URL that is never there, the resource as Location': {
    source: 'https://github.com/Azure/azure-sdk-for-go/issues/19330',
    methods: CHANGES,
    suits: (pattern) => hasStatusUrl(pattern) && pattern.status !== 200,
    adapt: (scenario) => ({ ...asResource(scenario), ...answersOnce }),
    urls: LOCATION_IS_RESOURCE,
    first: ({ resourcePath }, plain) => ({
      ...plain,
      headers: {
        ...plain.headers,
        location: `https://management.azure.com${respell(resourcePath)}?api-version=2025-04-01`
      }
    }),
    status: () => MISSING,
    isUnsure: () => true,
    lateMs: lateByGrace
  },
  'a status URL that is never there, and a resource that shows nothing before the end': {
    source: 'https://github.com/Azure/azure-powershell/issues/6461',
    methods: CHANGES,
    suits: (pattern) => hasStatusUrl(pattern) && pattern.status === 202 && pattern.body === 'empty',
    adapt: (scenario) => ({ ...asResource(scenario), ...answersOnce }),
    status: () => MISSING,
    writesAtEnd: true,
    // Without its monitor nothing is left but the resource, which shows nothing.
    forbids: (fault, kind, isAccepted) =>
      forbidsFalseWitness(fault, kind, isAccepted) || fault.kind === 'foreign-url',
    isUnsure: (_scenario, pattern) => !hasLocation(pattern),
    lateMs: lateByGrace
  },
  'a status URL that is never there, and a resource without a state': {
    source: 'replay of recorded operations: BatchAI',
    methods: CHANGES,
    suits: (_pattern, name) => name === '200 + Azure-AsyncOperation',
    adapt: (scenario) => ({
      ...asResource(scenario),
      ...answersOnce,
      before: scenario.before === 'absent' && scenario.method === 'PUT' ? 'absent' : 'other'
    }),
    first: (_view, plain) => withState(plain, () => undefined),
    status: () => MISSING,
    resource: (_view, plain) => withState(plain, () => undefined),
    writesAtEnd: true,
    // Without a monitor, no state is a success by the contract.
    forbids: (fault, kind, isAccepted) =>
      forbidsFalseWitness(fault, kind, isAccepted) ||
      (kind === 'target' && fault.kind === 'foreign-url'),
    isUnsure: () => true,
    lateMs: lateByGrace
  },
  'a status URL that shows the resource, and no state when done': {
    source: 'https://github.com/Azure/azure-sdk-for-python/issues/40909',
    methods: CHANGES,
    suits: hasStatusUrl,
    adapt: (scenario) => ({ ...asResource(scenario), statusIsResource: true }),
    status: ({ truth, resource, scenario }) => ({
      status: 200,
      body: resource(stateOf(truth, scenario.runningWord))
    }),
    resource: (_view, plain) =>
      withState(plain, (state) => (state === 'Succeeded' ? undefined : state))
  },
  'a status URL that is never there, and nothing in the resource': {
    source: 'https://github.com/Azure/azure-sdk-for-go/tree/main/sdk/azcore/internal/pollers',
    methods: CHANGES,
    suits: (pattern) => hasStatusUrl(pattern) && !hasLocation(pattern) && pattern.body !== 'done',
    adapt: (scenario) => ({ ...asResource(scenario), ...answersOnce }),
    status: () => MISSING,
    resource: ({ scenario }) =>
      [{ status: 200, body: {} }, { status: 200 }, { status: 204 }][scenario.durationMs % 3] ??
      MISSING,
    // Without a monitor, nothing is a success by the contract.
    forbids: (fault, kind, isAccepted) =>
      forbidsLostAnswer(fault, kind, isAccepted) ||
      (kind === 'target' && fault.kind === 'foreign-url'),
    isUnsure: () => true,
    lateMs: lateByGrace
  },
  'nothing behind a Location, and no resource after a failure': {
    source: 'https://github.com/pulumi/pulumi-azure-native/issues/1126',
    methods: ['PUT'],
    suits: hasOnlyLocation,
    adapt: (scenario) => ({
      ...asResource(scenario),
      before: 'absent',
      ending: scenario.ending === 'Canceled' ? 'Failed' : scenario.ending
    }),
    location: (view, plain) => (isOver(view) ? { status: 204 } : plain),
    resource: ({ truth }, plain) => (truth === 'Failed' ? refuse(404, 'ResourceNotFound') : plain),
    isToldByResource: true,
    forbids: forbidsOnResource,
    isUnsure: ({ ending }) => ending !== 'Succeeded',
    lateMs: lateByGrace
  },
  'a resource that may be written and not read': {
    source:
      'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md#provisioningstate-property',
    methods: ['PUT'],
    suits: (_pattern, name) => name === '201 without a state',
    adapt: (scenario) => ({
      ...asResource(scenario),
      ending: 'Succeeded',
      durationMs: 0,
      hidesNew: false
    }),
    resource: ({ scenario }) =>
      scenario.stampsTime ? refuse(403, 'AuthorizationFailed') : refuse(405, 'MethodNotAllowed')
  }
}

/** A second PUT is refused, and nothing is at work before ours: else what is seen could be anybody's. */
const answersOnce = { whenBusy: 'conflict', busyMs: 0, hidesNew: false } as const

const toCompleted = (state: string) => (state === 'Succeeded' ? 'Completed' : state)

function stateOf(truth: View['truth'], runningWord: string): string | undefined {
  if (truth === 'running') return runningWord
  return truth === 'Failed' || truth === 'Canceled' ? truth : undefined
}

function onlyError(word: string): JsonObject {
  return { error: errorOf(word), correlationId: 'c0ffee00-0000-4000-8000-00000000beef' }
}

function partialResult(): JsonObject {
  return { tables: [], error: { code: 'PartialError', message: 'some of it is missing' } }
}

/** The operation itself, by what the contract gives an operation resource. */
function showOperation({ truth, path, scenario, nowMs, sinceStartMs }: View): Answer {
  const word = truth === 'running' ? scenario.runningWord : truth
  const id = path.split('?')[0] ?? ''
  const startTime = new Date(nowMs - sinceStartMs).toISOString()
  const more: JsonObject =
    scenario.failsBy === 'body' ? { startTime, percentComplete: 5 } : { name: lastSegment(path) }
  const isBad = truth === 'Failed' || truth === 'Canceled'
  const error: JsonObject = isBad && scenario.failsBy === 'body' ? { error: errorOf(truth) } : {}
  return { status: 200, body: { id, status: word, properties: null, ...more, ...error } }
}

/** The path of a DELETE: its Location when it is spelled so, else the bare resource. */
function answerOwnPath(
  { path, resourcePath, truth, scenario, resource }: View,
  plain: Answer
): Answer {
  if (!isRespelled(path, resourcePath)) return plain
  const { vanishes, failsBy, hidesNew } = scenario
  switch (truth) {
    case 'running':
      return hidesNew
        ? { status: 202, headers: { location: `https://management.azure.com${path}` } }
        : { status: 200, body: resource(failsBy === 'http' ? 'Succeeded' : undefined) }
    case 'Succeeded':
      return vanishes ? plain : { status: 204 }
    case 'Failed':
      return failsBy === 'http' ? refuse(409, errorCodeOf(truth)) : plain
    default:
      return plain
  }
}

function errorCodeOf(word: string): string {
  return `${word}ForAReason`
}

/** A resource whose state is beside its properties. It bears an id only where that is no help. */
function moveState({ truth, scenario }: View, plain: Answer): Answer {
  const stateless = withState(plain, () => undefined).body
  if (plain.status >= 300 || !isJsonObject(stateless)) return plain
  const { id = null, ...own } = stateless
  const isOld = truth === 'nothing' && scenario.before === 'same-failed'
  const word = isOld ? 'Failed' : truth === 'nothing' ? 'Succeeded' : truth
  if (word === 'running') return { ...plain, body: { ...own, status: scenario.runningWord } }
  const isBad = word === 'Failed' || word === 'Canceled'
  return isBad
    ? { ...plain, body: { id, ...own, status: word, error: errorOf(word) } }
    : { ...plain, body: { ...own, status: word } }
}

function longWord(count: number): string {
  const description = { [MARK_OF_LONG_WORDS]: { step: count, text: 'x'.repeat(400) } }
  return `InProgress:${JSON.stringify(description)}`
}

/** How long after the end of ours the other run comes, and how long it is at work. */
const SUCCESSOR_AFTER_MS = 1_000
const SUCCESSOR_LASTS_MS = 20_000

/** The record of a deployment once another run has written it, which ends as ours did not. */
function showSuccessor(view: View, plain: Answer): Answer {
  const { sinceEndMs, isAccepted, truth, nowMs, resourcePath } = view
  if (!isOver(view) || !isAccepted || sinceEndMs < SUCCESSOR_AFTER_MS) return plain
  const isAtWork = sinceEndMs < SUCCESSOR_AFTER_MS + SUCCESSOR_LASTS_MS
  const isBad = truth === 'Succeeded'
  const ending: JsonObject = isBad
    ? { provisioningState: 'Failed', error: { code: NOT_OURS, message: NOT_OURS } }
    : { provisioningState: 'Succeeded', outputs: { own: { type: 'String', value: NOT_OURS } } }
  return {
    status: 200,
    body: {
      id: resourcePath,
      properties: {
        correlationId: '0ddba110-0000-4000-8000-000000000002',
        timestamp: new Date(nowMs).toISOString(),
        ...(isAtWork ? { provisioningState: 'Running' } : ending)
      }
    }
  }
}

/** Every habit that is part of the proof. */
export const PROVEN_HABITS: readonly string[] = ARE_HABITS_PROVEN ? Object.keys(HABITS) : []
