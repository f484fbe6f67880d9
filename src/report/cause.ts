/**
 * The causes of an error: what failed and why, equal ones together, with what a reader needs in addition to the
 * message. Pure; its text is untrusted.
 */

import type { JsonValue } from '../http/message.ts'
import {
  type FoundCause,
  findCauseCode,
  findCauses,
  isReason,
  isVagueCode,
  LEFT_OUT,
  type OperationError
} from '../operation/error.ts'
import { type Outcome, statusOf } from '../run/outcome.ts'
import { omitUndefined, trimEnd } from '../values.ts'
import { isResourceId, keyOfCause, lastSegmentOf } from './cause-key.ts'
import { excerptMessage } from './excerpt.ts'
import { dropIdentifiers, listPolicies } from './policies.ts'

/** The reason an operation, or a part of it, did not succeed. */
export interface Cause {
  /** The service's code, or empty when it named none. */
  readonly code: string
  /** The service's message, whole; our own reason when the service gave none. */
  readonly message: string
  /** As much of the message as one screen takes, its lines apart. */
  readonly excerpt: string
  /** ID of the resource that it is about. */
  readonly resource?: string
  /** Type of that resource. */
  readonly type?: string
  /** What else the service calls the object of the error: a field, or a name. */
  readonly target?: string
  /** The policy assignments that forbade it, and what they want. */
  readonly policies: readonly string[]
  /** Place in the template. */
  readonly place?: string
}

/** Failures with the same cause. */
export interface CauseGroup {
  /** Cause of the first of them. */
  readonly cause: Cause
  /** Number of failures. */
  readonly count: number
  /** What failed: IDs of resources, and names where the service gave no ID. Fewer than `count` where it gave none. */
  readonly objects: readonly string[]
}

/** Everything that failed. */
export interface Failures {
  /** At least one; those whose errors were left out are not among them. */
  readonly count: number
  /** Errors that were left out, because there are too many. */
  readonly leftOut: number
  /** The root cause's first. */
  readonly groups: readonly CauseGroup[]
}

const MAX_NAMED_GROUPS = 10
const MAX_NAMED_OBJECTS = 5
const MAX_NAME_CHARS = 80

/** The causes of an outcome, or undefined when there is nothing to say: always so for a success. */
export function describeFailures({ ending, error, reason }: Outcome): Failures | undefined {
  const status = statusOf(ending)
  if (status === 'Succeeded') return undefined
  if (error === undefined) {
    const message = reason ?? (status === 'Failed' ? 'Azure gave no error.' : '')
    return message === '' ? undefined : toFailures([groupOf(withExcerpt({ code: '', message }))], 0)
  }
  const groups = groupFailures(dropEchoes(findCauses(error)))
  if (groups.length > 0) return toFailures(groups, countLeftOut(error))
  const code = findCauseCode(error)
  const message = error.message || reason || 'The service gave no message.'
  const root = describeFound({ error, above: [], about: [error] })
  return toFailures([groupOf({ ...root, ...withExcerpt({ code, message }) })], 0)
}

/** The other failures in one sentence, or undefined where there is only one. */
export function tellOthers({ count, leftOut, groups }: Failures): string | undefined {
  const others = count - 1 + leftOut
  if (others <= 0) return undefined
  const named = groups
    .map((group, index) => (index === 0 ? withoutFirst(group) : group))
    .filter((group) => group.count > 0)
  const list = named.slice(0, MAX_NAMED_GROUPS).map(tellGroup)
  const rest = named.slice(MAX_NAMED_GROUPS).reduce((sum, group) => sum + group.count, 0)
  const hidden = rest + leftOut
  if (hidden > 0) list.push(list.length === 0 ? 'too many to be read' : `${hidden} others`)
  return `And ${others} more: ${list.join('; ')}.`
}

function tellGroup({ cause, count, objects }: CauseGroup): string {
  const words = trimEnd(cause.excerpt.slice(0, MAX_NAME_CHARS), ' .')
  const name = isVagueCode(cause.code) ? words : cause.code
  const names = objects.slice(0, MAX_NAMED_OBJECTS).map((object) => lastSegmentOf(object))
  const more = objects.length - names.length
  const list = [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const about = list === '' ? '' : ` (${list})`
  return `${count === 1 ? '' : `${count} × `}${name}${about}`
}

function withoutFirst({ cause, count, objects }: CauseGroup): CauseGroup {
  return { cause, count: count - 1, objects: objects.slice(1) }
}

function toFailures(groups: readonly CauseGroup[], leftOut: number): Failures {
  return { count: groups.reduce((sum, group) => sum + group.count, 0), leftOut, groups }
}

function groupOf(cause: Cause): CauseGroup {
  return { cause, count: 1, objects: listObject(cause) }
}

function withExcerpt({ code, message }: Pick<Cause, 'code' | 'message'>): Cause {
  return { code, message, excerpt: excerptMessage(dropIdentifiers(message)), policies: [] }
}

/** Without the wrappers that have nothing below them, where others say why the same thing failed. */
function dropEchoes(found: readonly FoundCause[]): readonly FoundCause[] {
  const reasons = found.filter(isReason)
  const known = new Set(
    reasons.flatMap(({ error, above }) =>
      [error, ...above].map(({ target }) => normalizeId(target))
    )
  )
  return found.filter((each) => {
    const id = normalizeId(each.error.target)
    return isReason(each) || reasons.length === 0 || (id !== '' && !known.has(id))
  })
}

function groupFailures(found: readonly FoundCause[]): readonly CauseGroup[] {
  const groups = new Map<string, FoundGroup>()
  for (const each of found) {
    const cause = describeFound(each)
    const key = keyOfCause(cause, [lastSegmentOf(cause.resource ?? cause.target ?? '')])
    const group = groups.get(key) ?? { cause, nameless: 0, objects: new Map() }
    const [object] = listObject(cause)
    // The errors of a deployment name a resource by its name or not at all, the list of its operations by its ID.
    if (object === undefined) group.nameless += 1
    else {
      const name = lastSegmentOf(object).toLowerCase()
      const known = [...group.objects.values()].find((other) => isSameObject(other, object))
      if (known === undefined) group.objects.set(`${name}\n${object}`, object)
    }
    groups.set(key, group)
  }
  return [...groups.values()].map(({ cause, nameless, objects }) => ({
    cause,
    count: Math.max(objects.size, nameless),
    objects: [...objects.values()]
  }))
}

interface FoundGroup {
  readonly cause: Cause
  readonly objects: Map<string, string>
  nameless: number
}

function isSameObject(one: string, other: string): boolean {
  if (one.toLowerCase() === other.toLowerCase()) return true
  const isNamed = !isResourceId(one) || !isResourceId(other)
  return isNamed && lastSegmentOf(one).toLowerCase() === lastSegmentOf(other).toLowerCase()
}

function describeFound({ error, above, about }: Omit<FoundCause, 'rank'>): Cause {
  const chain = [error, ...above.toReversed()]
  const resource = findResource(chain)
  const target = chain.map((node) => node.target).find((name) => name !== undefined)
  const message = error.message || chain.find((node) => node.message !== '')?.message || ''
  return omitUndefined({
    ...withExcerpt({
      code: chain.find(({ code }) => code !== '')?.code ?? '',
      message: message || 'The service gave no message.'
    }),
    resource,
    type: readType(resource),
    target: target === undefined || isResourceId(target) ? undefined : target,
    policies: listPolicies(about),
    place: findPlace(about)
  })
}

/** The nearest ID; that of the deployment itself says no more than the request does. */
function findResource(chain: readonly OperationError[]): string | undefined {
  const ids = chain.filter(
    ({ target = '' }, index) =>
      isResourceId(target) &&
      (index === 0 || index < chain.length - 1 || !/\/deployment(?:s|Stacks)\/[^/]+$/i.test(target))
  )
  return ids[0]?.target
}

/** Number of errors that are missing in the tree. */
export function countLeftOut(error: OperationError): number {
  const own = error.additionalInfo
    .filter(({ type }) => type === LEFT_OUT)
    .map(({ info }) => (typeof info.errors === 'number' ? info.errors : 0))
  return [...own, ...error.details.map(countLeftOut)].reduce((sum, errors) => sum + errors, 0)
}

function listObject({ resource, target }: Cause): readonly string[] {
  const object = resource ?? target
  return object === undefined ? [] : [object]
}

function normalizeId(target: string | undefined): string {
  return target !== undefined && isResourceId(target) ? target.toLowerCase() : ''
}

function readType(id: string | undefined): string | undefined {
  const [namespace = '', ...pairs] =
    id
      ?.split(/\/providers\//i)
      .slice(1)
      .at(-1)
      ?.split('/') ?? []
  const types = pairs.filter((_, index) => index % 2 === 0)
  return types.length === 0 ? undefined : [namespace, ...types].join('/')
}

function findPlace(errors: readonly OperationError[]): string | undefined {
  const violation = errors
    .flatMap(({ additionalInfo }) => additionalInfo)
    .find(({ type }) => type.toLowerCase() === 'templateviolation')
  if (violation === undefined) return undefined
  const { lineNumber, linePosition, path } = violation.info
  const line = typeof lineNumber === 'number' && lineNumber > 0 ? `line ${lineNumber}` : ''
  const column = line !== '' && typeof linePosition === 'number' ? `position ${linePosition}` : ''
  const place = [line, column, textOf(path)].filter((part) => part !== '').join(', ')
  return place === '' ? undefined : place
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.trim() : ''
}
