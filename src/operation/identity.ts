/**
 * Identity of a template deployment or a deployment stack: whose run a record of its name tells of. Pure. The name is
 * no proof: another run may take it as soon as ours has ended (https://github.com/Azure/bicep/issues/17105).
 */
import { asObject, readField, readObject, readTextField } from '../http/body.ts'
import type { ArmRequest, HttpResponse, JsonObject } from '../http/message.ts'
import { formatTimestamp, omitUndefined, SECOND_MS, trimEnd } from '../values.ts'
import { readIsoDuration } from './iso-duration.ts'
import type { Identity } from './state.ts'

/** Paths below the scope of the resources that have an identity, as parts of a pattern. */
export const DEPLOYMENT_PATH = 'microsoft.resources/deployments/[^/]+'
export const STACK_PATH = 'microsoft.resources/deploymentstacks/[^/]+'
const DEPLOYMENT = new RegExp(`/providers/${DEPLOYMENT_PATH}$`, 'i')
const IDENTIFIED = new RegExp(`/providers/(?:${DEPLOYMENT_PATH}|${STACK_PATH})$`, 'i')

/** Every answer about one deployment leads to the same start; another one of its name begins only after its end. */
const START_PRECISION_MS = SECOND_MS

/** Advice on names that several runs take. */
export const UNIQUE_NAMES =
  'Make names unique with ${{ github.run_id }}-${{ github.run_attempt }} in them, or set concurrency, so that runs do not overlap'

/** Times of a deployment by the service's clock, in milliseconds since the epoch. */
export interface DeploymentTimes {
  /** Last change. */
  readonly changedAtMs?: number
  /** Absent without a duration. */
  readonly startedAtMs?: number
}

/** True for the URL of a template deployment. */
export function isDeploymentUrl(url: string): boolean {
  return DEPLOYMENT.test(readPath(url))
}

/** True for the URL of a template deployment or a deployment stack. */
export function hasIdentity(url: string): boolean {
  return IDENTIFIED.test(readPath(url))
}

/** True for a request that deploys a template. */
export function isTemplate({ method, url }: ArmRequest): boolean {
  return method === 'PUT' && hasIdentity(url)
}

function readPath(url: string): string {
  return trimEnd(new URL(url).pathname, '/')
}

/** Identity of what `request` has started, as the first answer to it tells; empty for what has none. */
export function readIdentity(request: ArmRequest, answer: HttpResponse): Identity {
  if (!isTemplate(request)) return {}
  const properties = readProperties(answer)
  const identity = readCorrelationId(properties)
  return omitUndefined({ identity, deployedAtMs: readDeploymentTimes(properties).startedAtMs })
}

/** True for a record that is proven to be of another run: it lends nothing. */
export function bearsAnotherIdentity(known: Identity, record: HttpResponse): boolean {
  return compareIdentity(known, record) === false
}

/** True for a record that is proven to be of the run whose identity is known. */
export function bearsOwnIdentity(known: Identity, record: HttpResponse): boolean {
  return compareIdentity(known, record) === true
}

/** Words for another run that has taken the name, with its time. */
export function describeTaker(record: HttpResponse): string {
  const { startedAtMs, changedAtMs } = readDeploymentTimes(readProperties(record))
  const atMs = startedAtMs ?? changedAtMs
  const verb = startedAtMs === undefined ? 'last changed at' : 'started at'
  const when = atMs === undefined ? '' : ` (${verb} ${formatTimestamp(atMs)})`
  return `a later run${when}`
}

/** Undefined where one side names no ID. An author may give every run the same one, and then the start tells. */
function compareIdentity(known: Identity, record: HttpResponse): boolean | undefined {
  const properties = readProperties(record)
  const identity = readCorrelationId(properties)
  if (known.identity === undefined || identity === undefined) return undefined
  const { startedAtMs } = readDeploymentTimes(properties)
  const isAtOurStart =
    startedAtMs === undefined ||
    known.deployedAtMs === undefined ||
    Math.abs(startedAtMs - known.deployedAtMs) <= START_PRECISION_MS
  return identity === known.identity && isAtOurStart
}

/** Times that the properties of a deployment tell: `timestamp` is its last change, `duration` the time up to that. */
export function readDeploymentTimes(properties: JsonObject | undefined): DeploymentTimes {
  const changedAtMs = Date.parse(readTextField(properties, 'timestamp'))
  if (Number.isNaN(changedAtMs)) return {}
  const durationMs = readIsoDuration(readTextField(properties, 'duration'))
  return omitUndefined({
    changedAtMs,
    startedAtMs: durationMs === undefined ? undefined : changedAtMs - durationMs
  })
}

function readProperties({ body }: HttpResponse): JsonObject | undefined {
  return asObject(readField(readObject(body), 'properties'))
}

/** Correlation ID in the properties of a deployment, in lower case. */
export function readCorrelationId(properties: JsonObject | undefined): string | undefined {
  return readTextField(properties, 'correlationId').toLowerCase() || undefined
}
