/**
 * The progress of a deployment, resource by resource, as a value: the lists of its operations and of those of the
 * deployments inside it, the page to ask for next, and the news in an answer. Pure; sends nothing, and writes no line.
 * A list that cannot be read is no failure of anything.
 */
import { asObject, readField, readObject, readProvisioningState } from '../http/body.ts'
import type { HttpResponse, JsonObject } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { bearsAnotherIdentity, readDeploymentTimes } from '../operation/identity.ts'
import { resolvePollingUrl } from '../operation/polling-url.ts'
import type { Identity } from '../operation/state.ts'
import { interpretProvisioningState } from '../operation/status.ts'
import { formatDuration } from '../report/format.ts'
import { toLine } from '../report/sanitize.ts'
import type { PolledOperation } from '../run/hooks.ts'
import type { OutcomePart } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import { readOperationFailure } from './causes.ts'
import { type DeploymentOperation, MAX_NESTING, readOperationPage } from './operations.ts'
import { type DeploymentCall, isDeploymentId } from './recognize.ts'

/** A deployment whose operations are listed. */
export interface ListedDeployment {
  readonly id: string
  /** The names of the deployments above it, each with a mark after it; empty for the one that was asked for. */
  readonly trail: string
  readonly depth: number
  readonly operations: ReadonlyMap<string, DeploymentOperation>
  /** The page to ask for next; undefined is the first one. */
  readonly nextPage: string | undefined
  /** Its number among all requests; the least recent comes first. */
  readonly lastAsked: number
  /** It runs no more, so that one more whole list is the last. */
  readonly hasEnded: boolean
  /** The list that is under way began after its end. */
  readonly listsTheEnd: boolean
  readonly isComplete: boolean
  /** Requests in a row that brought nothing readable. */
  readonly failures: number
}

/** Progress of a deployment: the lists of its operations as far as they were read, and the counts that bound them. */
export interface DeploymentProgress {
  /** By ID in lower case; the first one is the root. */
  readonly deployments: ReadonlyMap<string, ListedDeployment>
  /** Requests so far. */
  readonly asked: number
  /** Requests for a stack in a row that brought nothing readable. */
  readonly failures: number
  /** Operations in all lists together. */
  readonly operations: number
  /** After a failure only the lists of what failed are of interest. */
  readonly failedOnly: boolean
  /** What is to be known of the deployment: a list is found by the name alone, which another run may take. */
  readonly identity: Identity
  /** Time until which the name was this run's for certain, by the service's clock, in milliseconds since the epoch. */
  readonly ownUntilMs?: number
  /** Another run has taken the name: nothing more is to be learned. */
  readonly isTaken: boolean
}

/** A change of an operation that is worth a line. */
export interface ProgressEvent {
  /** The trail of its deployment. */
  readonly trail: string
  readonly operation: DeploymentOperation
}

/** The progress after an answer, and the news in it. */
export interface Learned {
  readonly progress: DeploymentProgress
  readonly events: readonly ProgressEvent[]
}

/** The request to send next: for a page of one list, or for the stack that names its deployment. */
export interface ListRequest {
  /** Of the deployment; undefined for the stack. */
  readonly id: string | undefined
  readonly url: string
}

/** The request that the deployment was sent with, as the base of the URLs of its lists. */
export interface DeploymentSource {
  readonly call: DeploymentCall
  readonly url: string
  readonly apiVersion: string
}

/** A stack deploys with a deployment, which has an api-version of its own. */
const STACK_DEPLOYMENT_API_VERSION = '2021-04-01'
/** Operations that Azure puts on a page, about. */
const PAGE_SIZE = 200
const MAX_DUE_REQUESTS = 3
const PAGES_PER_REQUEST = 4
const MAX_DEPLOYMENTS = 60
const MAX_OPERATIONS = 5_000
/** Of a stack that is to name its deployment, and of the root's list once it has ended. */
const MAX_FAILURES_IN_A_ROW = 3
/** Of the list of a nested deployment: it may be in a subscription where nothing may be read. */
const MAX_NESTED_FAILURES = 2
const MAX_TOLD_FAILURE_CHARS = 300
/** An operation may be written down by another clock than its deployment, and a little after its end. */
const EARLY_ENTRY_MS = 1_000
const LATE_ENTRY_MS = 5_000

/** The progress before the first request. The deployment of a stack is not known yet: the stack names it. */
export function startDeploymentProgress(call: DeploymentCall): DeploymentProgress {
  const nothing: DeploymentProgress = {
    deployments: new Map(),
    asked: 0,
    failures: 0,
    operations: 0,
    failedOnly: false,
    identity: {},
    isTaken: false
  }
  return call.kind === 'deployment' ? addDeployment(nothing, call.id, '', 0) : nothing
}

/** The deployment itself, once it is known. */
export function findRoot({ deployments }: DeploymentProgress): ListedDeployment | undefined {
  const [root] = deployments.values()
  return root
}

/** The deployment with this ID, without regard to case; undefined when it is not among the listed ones. */
export function findDeployment(
  { deployments }: DeploymentProgress,
  id: string
): ListedDeployment | undefined {
  return deployments.get(id.toLowerCase())
}

/** False when there is nothing to be learned any more, or the lists cannot be read. */
export function canLearnMore(progress: DeploymentProgress): boolean {
  if (progress.isTaken) return false
  return findRoot(progress) === undefined
    ? progress.failures < MAX_FAILURES_IN_A_ROW
    : pickDeployment(progress) !== undefined
}

/** Number of requests that one poll is worth: one, and up to three where there are many lists and pages to read. */
export function countDueRequests(progress: DeploymentProgress): number {
  const pages = listOpen(progress).reduce(
    (count, { nextPage, operations }) =>
      count + 1 + Math.floor(operations.size / PAGE_SIZE) + (nextPage === undefined ? 0 : 2),
    0
  )
  return Math.min(MAX_DUE_REQUESTS, 1 + Math.floor(pages / PAGES_PER_REQUEST))
}

/** Answers in a row to the root's list that could not be read. */
export function countRootFailures(progress: DeploymentProgress): number {
  return findRoot(progress)?.failures ?? progress.failures
}

/** Number of resources that were seen, and whether the root's list was read to its end. */
export function countSeen(progress: DeploymentProgress) {
  const ids = [...progress.deployments.values()].flatMap(({ operations }) =>
    [...operations.values()].flatMap(({ target, isRead }) =>
      target === undefined || isRead || target.isDeployment ? [] : [target.id.toLowerCase()]
    )
  )
  const isFull = progress.operations >= MAX_OPERATIONS
  return {
    seen: new Set(ids).size,
    isWhole: !isFull && findRoot(progress)?.isComplete === true
  }
}

/** The next request, as long as the progress is open. */
export function chooseRequest(
  progress: DeploymentProgress,
  { call, url, apiVersion }: DeploymentSource
): ListRequest {
  const deployment = pickDeployment(progress)
  if (deployment === undefined) return { id: undefined, url }
  const { id, nextPage } = deployment
  const version = call.kind === 'stack' ? STACK_DEPLOYMENT_API_VERSION : apiVersion
  const first = `${new URL(url).origin}${encodePath(id)}/operations?api-version=${version}`
  return { id, url: nextPage ?? first }
}

/** The progress with a request under way. */
export function countRequest(
  progress: DeploymentProgress,
  { id }: ListRequest
): DeploymentProgress {
  const asked = progress.asked + 1
  const deployment = id === undefined ? undefined : findDeployment(progress, id)
  return deployment === undefined
    ? { ...progress, asked }
    : replaceDeployment({ ...progress, asked }, { ...deployment, lastAsked: asked })
}

/** Learns from the answer to a request; undefined when none came. */
export function learnFromAnswer(
  progress: DeploymentProgress,
  request: ListRequest,
  answer: HttpResponse | undefined,
  trust: Trust
): Learned {
  if (request.id !== undefined) return learnFromPage(progress, request, answer, trust)
  if (answer === undefined || !isRecord(answer)) {
    return { progress: { ...progress, failures: progress.failures + 1 }, events: [] }
  }
  return { progress: { ...learnFromStack(progress, answer), failures: 0 }, events: [] }
}

/** Learns from a stack which deployment is its. */
export function learnFromStack(
  progress: DeploymentProgress,
  answer: HttpResponse
): DeploymentProgress {
  const id = readField(readProperties(answer), 'deploymentId')
  const isNews = findRoot(progress) === undefined && typeof id === 'string' && isDeploymentId(id)
  return isNews && !bearsAnotherIdentity(progress.identity, answer)
    ? addDeployment(progress, id, '', 0)
    : progress
}

/** The progress of the deployment that is known by this; what changed after it was last seen at work is not its. */
export function identifyProgress(
  { ownUntilMs: _before, ...progress }: DeploymentProgress,
  { identity, deployedAtMs, seenRunningAtMs }: PolledOperation
): DeploymentProgress {
  const ownUntilMs = identity === undefined ? undefined : seenRunningAtMs
  const known = omitUndefined({ identity, deployedAtMs })
  return { ...progress, ...omitUndefined({ identity: known, ownUntilMs }) }
}

/** True for the record of a deployment or a stack, and not for the answer of a status URL. */
export function isRecord(answer: HttpResponse): boolean {
  return answer.status < 300 && readProperties(answer) !== undefined
}

function readProperties({ body }: HttpResponse): JsonObject | undefined {
  return asObject(readField(readObject(body), 'properties'))
}

/** Learns from the record of a deployment or a stack that has ended: whether it is still that of this run. */
export function learnFromRecord(
  progress: DeploymentProgress,
  record: HttpResponse
): DeploymentProgress {
  if (bearsAnotherIdentity(progress.identity, record)) {
    return { ...progress, deployments: new Map(), operations: 0, isTaken: true }
  }
  if (progress.identity.identity === undefined) return learnFromStack(progress, record)
  const { changedAtMs, startedAtMs } = readDeploymentTimes(readProperties(record))
  const deployedAtMs = progress.identity.deployedAtMs ?? startedAtMs
  const identity = omitUndefined({ ...progress.identity, deployedAtMs })
  const ownUntilMs =
    changedAtMs !== undefined && hasEnded(record) ? changedAtMs + LATE_ENTRY_MS : undefined
  return learnFromStack({ ...progress, ...omitUndefined({ identity, ownUntilMs }) }, record)
}

function hasEnded({ body }: HttpResponse): boolean {
  const state = readProvisioningState(body)
  const nothing = { success: [], failure: [] }
  return state.kind === 'word' && interpretProvisioningState(state.word, nothing) !== 'running'
}

/** Operations of this run, by the service's clock: a list may hold those of the run before or after it. */
function keepOwn(
  { identity, ownUntilMs = Number.POSITIVE_INFINITY }: DeploymentProgress,
  operations: readonly DeploymentOperation[]
): readonly DeploymentOperation[] {
  const fromMs = (identity.deployedAtMs ?? Number.NEGATIVE_INFINITY) - EARLY_ENTRY_MS
  return operations.filter(
    ({ changedAtMs = fromMs }) => changedAtMs >= fromMs && changedAtMs <= ownUntilMs
  )
}

function learnFromPage(
  progress: DeploymentProgress,
  { id = '', url }: ListRequest,
  answer: HttpResponse | undefined,
  trust: Trust
): Learned {
  const deployment = findDeployment(progress, id)
  if (deployment === undefined) return { progress, events: [] }
  const page = answer === undefined ? undefined : readOperationPage(answer)
  if (page === undefined) {
    const failures = deployment.failures + 1
    const restarted = { ...deployment, failures, nextPage: undefined }
    return { progress: replaceDeployment(progress, restarted), events: [] }
  }
  const maxNew = MAX_OPERATIONS - progress.operations
  const merged = mergeOperations(deployment, keepOwn(progress, page.operations), maxNew)
  const next = resolvePollingUrl(page.nextLink, url, trust)
  const nextPage = next === url ? undefined : next
  const isFirstPage = deployment.nextPage === undefined
  const listsTheEnd = isFirstPage ? deployment.hasEnded : deployment.listsTheEnd
  const changed = replaceDeployment(progress, {
    ...deployment,
    failures: 0,
    operations: merged.operations,
    nextPage,
    listsTheEnd,
    isComplete: deployment.isComplete || (nextPage === undefined && listsTheEnd)
  })
  const operations = progress.operations + merged.operations.size - deployment.operations.size
  return {
    progress: addNested({ ...changed, operations }, deployment, merged.changed),
    events: merged.events
  }
}

function mergeOperations(
  { operations: before, trail }: ListedDeployment,
  listed: readonly DeploymentOperation[],
  maxNew: number
) {
  const operations = new Map(before)
  const changed: DeploymentOperation[] = []
  const events: ProgressEvent[] = []
  for (const operation of listed) {
    const known = operations.get(operation.key)
    if (known === undefined && operations.size - before.size >= maxNew) continue
    if (known !== undefined && !isUpdate(operation, known)) continue
    operations.set(operation.key, operation)
    changed.push(operation)
    if (known?.state !== operation.state) events.push({ trail, operation })
  }
  return { operations, changed, events }
}

/** A page may be older than the one before it: where the times do not tell, what has ended stays so. */
function isUpdate(listed: DeploymentOperation, known: DeploymentOperation): boolean {
  const [listedAtMs, knownAtMs] = [listed.changedAtMs, known.changedAtMs]
  const aheadMs = listedAtMs === undefined || knownAtMs === undefined ? 0 : listedAtMs - knownAtMs
  return known.state === 'running' ? aheadMs >= 0 : aheadMs > 0
}

function addNested(
  progress: DeploymentProgress,
  { trail, depth }: ListedDeployment,
  operations: readonly DeploymentOperation[]
): DeploymentProgress {
  if (depth >= MAX_NESTING) return progress
  let known = progress
  for (const { target, state } of operations) {
    if (target?.isDeployment !== true) continue
    known = addDeployment(known, target.id, `${trail}${target.name} › `, depth + 1)
    const nested = findDeployment(known, target.id)
    if (nested === undefined || nested.hasEnded || state === 'running') continue
    known = replaceDeployment(known, { ...nested, hasEnded: true })
  }
  return known
}

/** The progress once the deployment has ended: a list from now on is final. `failedOnly` keeps to what failed. */
export function endProgress(
  progress: DeploymentProgress,
  { failedOnly }: { readonly failedOnly: boolean }
): DeploymentProgress {
  const root = findRoot(progress)
  const deployments = Array.from(progress.deployments, ([key, deployment]) => {
    const { hasEnded, listsTheEnd, nextPage } = deployment
    const ended = {
      ...deployment,
      failures: deployment === root ? 0 : deployment.failures,
      hasEnded: hasEnded || deployment === root,
      // A page left over from before the end would make the list half old.
      nextPage: listsTheEnd ? nextPage : undefined
    }
    return [key, ended] as const
  })
  return { ...progress, failedOnly, deployments: new Map(deployments) }
}

/** Counts as succeeded what was last seen at work in a deployment that has succeeded. */
export function concludeSucceeded(progress: DeploymentProgress): Learned {
  const events: ProgressEvent[] = []
  const deployments = Array.from(progress.deployments, ([key, deployment]) => {
    const { trail } = deployment
    const operations = Array.from(deployment.operations, ([operationKey, operation]) => {
      if (operation.state !== 'running') return [operationKey, operation] as const
      const { durationMs: _soFar, ...rest } = operation
      const ended: DeploymentOperation = { ...rest, state: 'succeeded' }
      events.push({ trail, operation: ended })
      return [operationKey, ended] as const
    })
    return [key, { ...deployment, operations: new Map(operations) }] as const
  })
  return { progress: { ...progress, deployments: new Map(deployments) }, events }
}

/** True where a list was not read to its end, or not again after its deployment had ended. */
export function isPartlyListed({ deployments }: DeploymentProgress): boolean {
  return [...deployments.values()].some(
    ({ nextPage, hasEnded, isComplete }) => nextPage !== undefined || (hasEnded && !isComplete)
  )
}

/** The resources with their times; in the order in which they began. */
export function listParts({
  deployments,
  identity: { deployedAtMs = Number.NEGATIVE_INFINITY }
}: DeploymentProgress): readonly OutcomePart[] {
  const parts = [...deployments.values()].flatMap(({ operations, trail }) =>
    [...operations.values()].flatMap((operation) => {
      const { changedAtMs, durationMs = 0, target, state, isRead } = operation
      if (changedAtMs === undefined || target === undefined || isRead) return []
      const { id, type } = target
      const name = `${trail}${target.name}`
      // While one runs, its time may be that of its start, and its duration as long as it has run.
      const isFromStart = state === 'running' && changedAtMs - durationMs < deployedAtMs
      const from = isFromStart ? changedAtMs : changedAtMs - durationMs
      return [{ name, id, type, from, to: changedAtMs, state }]
    })
  )
  return parts.toSorted((one, other) => one.from - other.from)
}

/**
 * An event as a verb and the resource it is about, or undefined when it is not worth a line. Untrusted text.
 * @param hide hides the secrets in a text, before it is cut
 */
export function describeProgressEvent(
  { trail, operation }: ProgressEvent,
  hide: (text: string) => string
): { readonly verb: string; readonly text: string } | undefined {
  const { target, state, isRead, durationMs } = operation
  if (target === undefined || (isRead && state !== 'failed')) return undefined
  const time =
    state === 'running' || durationMs === undefined ? '' : ` (${formatDuration(durationMs)})`
  // Why a deployment failed is told by the resource in it that did.
  const isCause = state === 'failed' && !target.isDeployment
  const failure = isCause ? readOperationFailure(operation) : undefined
  const why = failure === undefined ? '' : `: ${toLine(hide(failure), MAX_TOLD_FAILURE_CHARS)}`
  return {
    verb: state === 'running' ? 'started' : state,
    text: `${trail}${target.type} ${target.name}${time}${why}`
  }
}

function addDeployment(
  progress: DeploymentProgress,
  id: string,
  trail: string,
  depth: number
): DeploymentProgress {
  const isFull = progress.deployments.size >= MAX_DEPLOYMENTS
  if (isFull || findDeployment(progress, id) !== undefined) return progress
  return replaceDeployment(progress, {
    id,
    trail,
    depth,
    operations: new Map(),
    nextPage: undefined,
    lastAsked: 0,
    hasEnded: false,
    listsTheEnd: false,
    isComplete: false,
    failures: 0
  })
}

/** A deployment keeps its place in the order; a new one comes last. */
function replaceDeployment(
  progress: DeploymentProgress,
  deployment: ListedDeployment
): DeploymentProgress {
  const deployments = new Map(progress.deployments)
  return { ...progress, deployments: deployments.set(deployment.id.toLowerCase(), deployment) }
}

/** A list that is half read first, then the one that was asked for longest ago. */
function pickDeployment(progress: DeploymentProgress): ListedDeployment | undefined {
  const open = listOpen(progress)
  return (
    open.find(({ nextPage }) => nextPage !== undefined) ??
    open.toSorted((one, other) => one.lastAsked - other.lastAsked)[0]
  )
}

/** Deployments whose lists have more to tell. */
function listOpen(progress: DeploymentProgress): readonly ListedDeployment[] {
  const root = findRoot(progress)
  return [...progress.deployments.values()].filter(
    (deployment) =>
      !deployment.isComplete &&
      !isGivenUp(deployment, root) &&
      (!progress.failedOnly || deployment === root || hasFailed(progress, deployment))
  )
}

/** Only the root's list is asked for as long as the deployment runs, whatever it answers: it alone has every cause. */
function isGivenUp(
  { failures, hasEnded, ...deployment }: ListedDeployment,
  root: ListedDeployment | undefined
): boolean {
  if (deployment.id !== root?.id) return failures >= MAX_NESTED_FAILURES
  return hasEnded && failures >= MAX_FAILURES_IN_A_ROW
}

function hasFailed({ deployments }: DeploymentProgress, { id }: ListedDeployment): boolean {
  return [...deployments.values()].some(({ operations }) =>
    [...operations.values()].some(
      ({ target, state }) => state === 'failed' && target?.id.toLowerCase() === id.toLowerCase()
    )
  )
}

/** A resource ID may hold what a URL may not (a resource group may be called `größe`); what is escaped stays so. */
function encodePath(id: string): string {
  return encodeURI(id).replace(/%25(?=[0-9a-f]{2})/gi, '%')
}
