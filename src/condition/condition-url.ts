/**
 * The URL at which the condition of `wait-until` is read: the resource of the request, or the author's own
 * `wait-until-url`, which may take parts of its path from the operation's result (`{name}`). Pure.
 */
import { InputError } from '../errors.ts'
import type { ArmRequest, JsonValue } from '../http/message.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { buildRequestUrl, joinLines } from '../request/url.ts'
import { trimEnd } from '../values.ts'
import type { Compile, Expression } from './expression.ts'

/** The URL for a result, or why there is none. */
export type ConditionUrl = (
  result: JsonValue
) =>
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'none'; readonly reason: string }

/** Parts that the URL is made of. */
export interface ConditionUrlSource {
  /** The input `wait-until-url`; empty for the resource of the request. */
  readonly text: string
  readonly request: ArmRequest
  /** The resource that the request is about, if it has one. */
  readonly resourceId: string | undefined
  readonly subscriptionId: string
  readonly endpoint: string
  readonly trust: Trust
}

const CONDITION_INPUT = 'wait-until-url'
/** https://learn.microsoft.com/rest/api/resources/providers/register */
const REGISTERING = /\/(?:un)?register\/?(?:[?#]|$)/i
const PLACEHOLDER = /\{([^{}]*)\}/g

/**
 * Source of the URL for each result, checked now as far as that can be done without one.
 * @throws InputError when there is nothing to GET, or for a URL that could not be sent
 */
export function planConditionUrl(source: ConditionUrlSource, compile: Compile): ConditionUrl {
  const { text, trust } = source
  if (text === '') {
    const url = findResourceUrl(source)
    return () => ({ kind: 'url', url })
  }
  const withId = text.replace(/\{subscriptionId\}/gi, () => requireSubscription(source))
  const expressions = new Map(
    Array.from(withId.matchAll(PLACEHOLDER), ([placeholder, expression = '']) => {
      const written = { input: CONDITION_INPUT, text: expression, isCondition: false }
      return [placeholder, compile(written)] as const
    })
  )
  // Checked with a stand-in for every part that only the result will tell.
  const fill = (values: (placeholder: string) => string) =>
    buildUrl(source, withId.replace(PLACEHOLDER, values))
  fill((placeholder) => (withId.startsWith(placeholder) ? '/x' : 'x'))
  return (result) => {
    const filled = fillFromResult(expressions, withId, result)
    if (filled.kind === 'none') return filled
    try {
      const url = fill((placeholder) => filled.values.get(placeholder) ?? '')
      if (isTrustedUrl(url, trust)) return { kind: 'url', url }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
    }
    return {
      kind: 'none',
      reason: `the result of the operation does not turn ${CONDITION_INPUT} ${text} into a valid URL`
    }
  }
}

function requireSubscription({ subscriptionId }: ConditionUrlSource): string {
  if (subscriptionId !== '') return subscriptionId
  throw new InputError('subscription-id', {
    problem: `is missing, and ${CONDITION_INPUT} asks for it with {subscriptionId}`
  })
}

function buildUrl(source: ConditionUrlSource, url: string): string {
  const { request, endpoint, trust, subscriptionId } = source
  const apiVersion =
    readApiVersion(joinLines(url)) === undefined ? (readApiVersion(request.url) ?? '') : ''
  try {
    return buildRequestUrl({ url, apiVersion, subscriptionId, endpoint, trust })
  } catch (error) {
    // The rules are those of the input url; the name is not.
    throw error instanceof InputError ? new InputError(CONDITION_INPUT, error.details) : error
  }
}

function findResourceUrl({ request, resourceId, endpoint }: ConditionUrlSource): string {
  const { method, url } = request
  const refuse = (why: string): never => {
    throw new InputError('wait-until', {
      problem: `has no resource to read: ${why}`,
      allowed: `with ${CONDITION_INPUT}, which names one`
    })
  }
  if (method === 'DELETE') return refuse('a DELETE leaves none')
  if (method !== 'POST') return url
  // `/providers/{namespace}/checkNameAvailability` is an action of no resource; registering is one of the provider.
  const isOfProvider = /\/providers\/[^/]+$/i.test(resourceId ?? '') && !REGISTERING.test(url)
  if (resourceId === undefined || isOfProvider)
    return refuse('the URL names no resource besides its action')
  return `${endpoint}${resourceId}?api-version=${readApiVersion(url) ?? ''}`
}

type Filled =
  | { readonly kind: 'values'; readonly values: ReadonlyMap<string, string> }
  | { readonly kind: 'none'; readonly reason: string }

function fillFromResult(
  expressions: ReadonlyMap<string, Expression>,
  text: string,
  result: JsonValue
): Filled {
  const values = new Map<string, string>()
  for (const [placeholder, expression] of expressions) {
    const evaluation = expression.evaluate(result)
    if (evaluation.kind === 'error' && evaluation.isTooCostly) {
      const reason = `${placeholder} of ${CONDITION_INPUT} is too costly: ${evaluation.message}`
      return { kind: 'none', reason }
    }
    const value = evaluation.kind === 'value' ? evaluation.value : undefined
    if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
      const reason = `${placeholder} of ${CONDITION_INPUT} is not text in the result of the operation`
      return { kind: 'none', reason }
    }
    values.set(placeholder, encodePathPart(String(value), text.startsWith(placeholder)))
  }
  return { kind: 'values', values }
}

/** A part of a path stays one: it cannot begin a query, a fragment or another host. */
function encodePathPart(value: string, isWholePath: boolean): string {
  const path = isWholePath ? value : value.replace(/^\/+/, '')
  return encodeURI(trimEnd(path, '/').toWellFormed()).replace(/[?#]/g, encodeURIComponent)
}
