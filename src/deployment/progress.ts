/**
 * What a deployment is doing, resource by resource: lists its operations and those of the deployments inside it, one
 * page at a time, and tells what is new. A list that cannot be read is no failure of anything.
 */
import type { ArmClient } from '../arm/client.ts'
import { asObject, readField, readObject } from '../http/body.ts'
import type { SendOptions } from '../http/http.ts'
import type { HttpResponse } from '../http/message.ts'
import type { Trust } from '../http/trust.ts'
import { resolvePollingUrl } from '../operation/polling-url.ts'
import { formatDuration } from '../report/format.ts'
import { toLine } from '../report/sanitize.ts'
import type { OutcomePart } from '../run/outcome.ts'
import { readOperationFailure } from './causes.ts'
import { type DeploymentOperation, readOperationPage } from './operations.ts'
import { type DeploymentCall, isDeploymentId } from './recognize.ts'

/** A deployment whose operations are listed. */
export interface ListedDeployment {
  readonly id: string
  /** The names of the deployments above it, each with a mark after it; empty for the one that was asked for. */
  readonly trail: string
  readonly depth: number
  readonly operations: Map<string, DeploymentOperation>
  /** The page to ask for next; undefined is the first one. */
  nextPage: string | undefined
  /** Its number among all askings; the least recent comes first. */
  lastAsked: number
  /** It runs no more, so that one more whole list is the last. */
  hasEnded: boolean
  /** The list that is under way began after its end. */
  listsTheEnd: boolean
  isComplete: boolean
}

export interface ProgressSettings {
  readonly call: DeploymentCall
  /** The URL that the deployment was sent to. */
  readonly requestUrl: string
  readonly apiVersion: string
  readonly client: Pick<ArmClient, 'get'>
  readonly trust: Trust
  /** Writes a line: a word for what happened, and to what. The text may be untrusted. */
  readonly tell: (verb: string, text: string) => void
}

/** What a stack deploys with is a deployment, and the api-version of the stack is none of its own. */
const STACK_DEPLOYMENT_API_VERSION = '2021-04-01'
const MAX_DEPLOYMENTS = 60
const MAX_DEPTH = 8
const MAX_OPERATIONS = 5_000
const MAX_FAILURES_IN_A_ROW = 3
const MAX_CAUSE_CHARS = 300
const MAX_PARTS = 100

export class DeploymentProgress {
  readonly #settings: ProgressSettings
  readonly #deployments = new Map<string, ListedDeployment>()
  #asked = 0
  #failures = 0
  #operations = 0
  #failedOnly = false

  constructor(settings: ProgressSettings) {
    this.#settings = settings
    const { call } = settings
    if (call.kind === 'deployment') this.#add(call.id, '', 0)
  }

  /** The deployment itself, once it is known: that of a stack is named by the stack. */
  get root(): ListedDeployment | undefined {
    const [root] = this.#deployments.values()
    return root
  }

  find(id: string): ListedDeployment | undefined {
    return this.#deployments.get(id.toLowerCase())
  }

  /** False when there is nothing to be learned any more, or the lists cannot be read. */
  get isOpen(): boolean {
    if (this.#failures >= MAX_FAILURES_IN_A_ROW) return false
    return this.root === undefined || this.#pick() !== undefined
  }

  /** Sends one request: for a page of one list, or for the stack that names its deployment. Never rejects. */
  async askOnce(options: SendOptions): Promise<void> {
    const deployment = this.#pick()
    const { client, requestUrl } = this.#settings
    this.#asked += 1
    if (deployment !== undefined) deployment.lastAsked = this.#asked
    const url = deployment === undefined ? requestUrl : this.#urlOf(deployment)
    const answer = await client.get(url, options).catch(() => undefined)
    const isRead =
      answer !== undefined &&
      (deployment === undefined ? this.noteStack(answer) : this.#notePage(deployment, answer, url))
    this.#failures = isRead ? 0 : this.#failures + 1
  }

  /** Learns from a stack which deployment is its. True when the answer was a stack. */
  noteStack({ body, status }: HttpResponse): boolean {
    const properties = asObject(readField(readObject(body), 'properties'))
    const id = readField(properties, 'deploymentId')
    if (this.root === undefined && typeof id === 'string' && isDeploymentId(id))
      this.#add(id, '', 0)
    return status === 200 && properties !== undefined
  }

  /** The deployment has ended: what is listed from now on is final. With `failedOnly`, only where something failed. */
  end({ failedOnly }: { readonly failedOnly: boolean }): void {
    this.#failedOnly = failedOnly
    for (const deployment of this.#deployments.values()) {
      if (deployment === this.root) deployment.hasEnded = true
      // A page left over from before the end would make the list half old.
      if (!deployment.listsTheEnd) deployment.nextPage = undefined
    }
  }

  /** Tells as succeeded what was last seen at work in a deployment that has succeeded. */
  concludeSucceeded(): void {
    for (const { operations, trail } of this.#deployments.values()) {
      for (const [key, operation] of operations) {
        if (operation.state !== 'running') continue
        const { durationMs: _soFar, ...rest } = operation
        const ended: DeploymentOperation = { ...rest, state: 'succeeded' }
        operations.set(key, ended)
        this.#tell(trail, ended)
      }
    }
  }

  /** The resources with their times, for a chart; in the order in which they began. */
  listParts(): readonly OutcomePart[] {
    const parts = [...this.#deployments.values()].flatMap(({ operations, trail }) =>
      [...operations.values()].flatMap((operation) => {
        const { changedAtMs, durationMs = 0, target, state, isRead } = operation
        if (changedAtMs === undefined || target === undefined || isRead) return []
        const name = `${trail}${target.name}`
        return [{ name, from: changedAtMs - durationMs, to: changedAtMs, state }]
      })
    )
    return parts.toSorted((one, other) => one.from - other.from).slice(0, MAX_PARTS)
  }

  #add(id: string, trail: string, depth: number): void {
    if (this.#deployments.size >= MAX_DEPLOYMENTS || this.find(id) !== undefined) return
    this.#deployments.set(id.toLowerCase(), {
      id,
      trail,
      depth,
      operations: new Map(),
      nextPage: undefined,
      lastAsked: 0,
      hasEnded: false,
      listsTheEnd: false,
      isComplete: false
    })
  }

  /** A list that is half read first, then the one that was asked for longest ago. */
  #pick(): ListedDeployment | undefined {
    const open = [...this.#deployments.values()].filter(
      (deployment) =>
        !deployment.isComplete &&
        (!this.#failedOnly || deployment === this.root || this.#hasFailed(deployment))
    )
    return (
      open.find(({ nextPage }) => nextPage !== undefined) ??
      open.toSorted((one, other) => one.lastAsked - other.lastAsked)[0]
    )
  }

  #urlOf({ id, nextPage }: ListedDeployment): string {
    const { call, requestUrl, apiVersion } = this.#settings
    const version = call.kind === 'stack' ? STACK_DEPLOYMENT_API_VERSION : apiVersion
    const { origin } = new URL(requestUrl)
    return nextPage ?? `${origin}${encodePath(id)}/operations?api-version=${version}`
  }

  #notePage(deployment: ListedDeployment, answer: HttpResponse, url: string): boolean {
    const page = readOperationPage(answer)
    if (page === undefined) {
      deployment.nextPage = undefined
      return false
    }
    if (deployment.nextPage === undefined) deployment.listsTheEnd = deployment.hasEnded
    for (const operation of page.operations) this.#note(deployment, operation)
    const next = resolvePollingUrl(page.nextLink, url, this.#settings.trust)
    deployment.nextPage = next === url ? undefined : next
    if (deployment.nextPage === undefined && deployment.listsTheEnd) deployment.isComplete = true
    return true
  }

  #note(deployment: ListedDeployment, operation: DeploymentOperation): void {
    const { operations, trail, depth } = deployment
    const known = operations.get(operation.key)
    if (known === undefined && this.#operations >= MAX_OPERATIONS) return
    if (known === undefined) this.#operations += 1
    // A page may be older than the one before it: what has ended stays so.
    if (known !== undefined && known.state !== 'running') return
    operations.set(operation.key, operation)
    if (known?.state !== operation.state) this.#tell(trail, operation)
    const { target, state } = operation
    if (target?.isDeployment !== true || depth >= MAX_DEPTH) return
    this.#add(target.id, `${trail}${target.name} › `, depth + 1)
    const nested = this.find(target.id)
    if (nested !== undefined && state !== 'running') nested.hasEnded = true
  }

  #hasFailed({ id }: ListedDeployment): boolean {
    return [...this.#deployments.values()].some(({ operations }) =>
      [...operations.values()].some(
        ({ target, state }) => state === 'failed' && target?.id.toLowerCase() === id.toLowerCase()
      )
    )
  }

  #tell(trail: string, operation: DeploymentOperation): void {
    const { target, state, isRead, durationMs } = operation
    if (target === undefined || (isRead && state !== 'failed')) return
    const time =
      state === 'running' || durationMs === undefined ? '' : ` (${formatDuration(durationMs)})`
    // Why a deployment failed is told by the resource in it that did.
    const isCause = state === 'failed' && !target.isDeployment
    const failure = isCause ? readOperationFailure(operation) : undefined
    const why = failure === undefined ? '' : `: ${toLine(failure, MAX_CAUSE_CHARS)}`
    this.#settings.tell(
      state === 'running' ? 'started' : state,
      `${trail}${target.type} ${target.name}${time}${why}`
    )
  }
}

/** A resource ID may hold what a URL may not (a resource group may be called `größe`); what is escaped stays so. */
function encodePath(id: string): string {
  return encodeURI(id).replace(/%25(?=[0-9a-f]{2})/gi, '%')
}
