/**
 * Sources that can tell how an operation ended, in order of strength. Pure.
 * The next is asked when a stronger one cannot be read. What none of them can tell is `unknown`, never `failed`, and
 * the end names the one that decided.
 */
import type { Method } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import { clearFaults, warn } from './facts.ts'
import { isTemplate } from './identity.ts'
import { describePollingUrl, isSamePath, isSelfReference } from './polling-url.ts'
import type {
  Facts,
  Operation,
  PollingVia,
  RunningOperation,
  Testimony,
  UnknownOperation,
  Witness
} from './state.ts'
import { describeTestimonies } from './testimony.ts'

const CHANGE: readonly Witness[] = ['status-url', 'location', 'resource', 'proof']

/**
 * Witnesses by method, strongest first. The resource of a PUT or PATCH counts only as evidence that can tell before
 * from after, and else as proof; a POST has no resource to ask. A GET changes nothing, so nothing but its own monitor
 * tells of it.
 */
const WITNESSES: Readonly<Record<Method, readonly Witness[]>> = {
  PUT: CHANGE,
  PATCH: CHANGE,
  DELETE: ['status-url', 'location', 'absence'],
  POST: ['status-url', 'location'],
  GET: ['status-url'],
  HEAD: ['status-url']
}

const WITNESS_OF: Readonly<Record<PollingVia, Witness>> = {
  'status-url': 'status-url',
  'location-url': 'location',
  resource: 'resource',
  absence: 'absence'
}

/** The witness that an operation is being followed by. */
export function witnessOf({ via }: RunningOperation): Witness {
  return WITNESS_OF[via]
}

/** The operation after its witness was given up: the next that there is, or unknown where there is none. */
export function askNextWitness(operation: RunningOperation): Operation {
  const { facts, url } = operation
  const order = WITNESSES[facts.request.method]
  const later = order.slice(order.indexOf(witnessOf(operation)) + 1)
  const isOnResource = operation.via === 'resource' || operation.via === 'absence'
  const next = isOnResource ? undefined : later.map((each) => call(each, operation)).find(Boolean)
  if (next === undefined)
    return endUnknown(operation, 'the status of the operation could not be read')
  const testified = addTestimony(operation)
  const problem = `${describePollingUrl(url)} (${facts.lastFault?.message ?? 'no answer'})`
  return {
    state: 'running',
    ...next,
    wait: { kind: 'none' },
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    facts: { ...warn(testified, `Could not read the polling URL ${problem}`), fellBack: true }
  }
}

/** Where a witness is asked; undefined when there is none of its kind. What cannot be read proves nothing either. */
function call(
  witness: Witness,
  { facts, url }: RunningOperation
): Pick<RunningOperation, 'via' | 'url'> | undefined {
  const { locationUrl, request } = facts
  switch (witness) {
    case 'location':
      return locationUrl === undefined || locationUrl === url || namesResource(locationUrl, facts)
        ? undefined
        : { via: 'location-url', url: locationUrl }
    case 'resource':
    case 'absence':
      return { via: witness, url: request.url }
    case 'status-url':
    case 'first-answer':
    case 'proof':
      return undefined
    default:
      return witness satisfies never
  }
}

/** A Location that is the request's own path, or the ID in the body of a 201, only says where the resource is. */
function namesResource(locationUrl: string, { request, createdId }: Facts): boolean {
  if (isSelfReference(locationUrl, request.url)) return true
  return createdId !== undefined && isSamePath(locationUrl, new URL(createdId, request.url).href)
}

/** Facts with what the witness that is given up said last, and a clean record for the next one. */
function addTestimony(operation: RunningOperation): Facts {
  const { facts } = operation
  return { ...clearFaults(facts), testimonies: listTestimonies(operation) }
}

function listTestimonies(operation: RunningOperation): readonly Testimony[] {
  return [...(operation.facts.testimonies ?? []), testify(operation)]
}

function testify(operation: RunningOperation): Testimony {
  const { facts, url, everReadable } = operation
  const report = facts.lastFault ?? { message: 'no answer' }
  const wasNeverThere = !everReadable && report.status === 404
  return { witness: witnessOf(operation), url, report, wasNeverThere }
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-history-deletions */
const GONE = 'deleted, or cleared from the history, which keeps 800 of a scope'

/** Ends as unknown, with what each witness said: the error is that of the strongest. */
export function endUnknown(operation: RunningOperation, reason: string): UnknownOperation {
  const { facts } = operation
  const heard = facts.faults === undefined ? (facts.testimonies ?? []) : listTestimonies(operation)
  const said = describeTestimonies(heard)
  const isGone =
    isTemplate(facts.request) &&
    heard.some(({ witness, report }) => witness === 'resource' && report.status === 404)
  const why = isGone ? `the deployment is gone from Azure (${GONE}), and ${reason}` : reason
  return omitUndefined({
    state: 'unknown',
    facts,
    url: heard[0]?.url ?? operation.url,
    reason: said === '' ? why : `${why}: ${said}`,
    error: heard.find(({ report }) => report.error !== undefined)?.report.error
  })
}
