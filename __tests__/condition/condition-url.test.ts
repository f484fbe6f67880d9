/**
 * The URL that the condition of wait-until reads. It is read with the token, so it is held to the trust of every
 * other URL, no matter what the service's result says.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { AZURE, ORIGIN } from '../../__fixtures__/conversation.ts'
import { planConditionUrl } from '../../src/condition/condition-url.ts'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import type { JsonValue, Method } from '../../src/http/message.ts'

const SUBSCRIPTION = '11111111-1111-4111-8111-111111111111'
const JOB = `/subscriptions/${SUBSCRIPTION}/resourceGroups/shop/providers/Microsoft.App/jobs/nightly`
const VERSION = 'api-version=2025-01-01'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

function plan(text: string, overrides: { method?: Method; path?: string; id?: string } = {}) {
  const { method = 'POST', path = `${JOB}/start`, id = JOB } = overrides
  return planConditionUrl(
    {
      text,
      request: { method, url: `${ORIGIN}${path}?${VERSION}` },
      resourceId: id === '' ? undefined : id,
      subscriptionId: SUBSCRIPTION,
      endpoint: ORIGIN,
      trust: AZURE
    },
    compile
  )
}

describe('the resource of the request', () => {
  it.each<[Method, string, string]>([
    ['PUT', JOB, `${ORIGIN}${JOB}?${VERSION}`],
    ['PATCH', JOB, `${ORIGIN}${JOB}?${VERSION}`],
    ['GET', JOB, `${ORIGIN}${JOB}?${VERSION}`],
    ['POST', `${JOB}/start`, `${ORIGIN}${JOB}?${VERSION}`]
  ])('of %s', (method, path, url) => {
    expect(plan('', { method, path })(null)).toEqual({ kind: 'url', url })
  })

  // https://learn.microsoft.com/rest/api/resources/providers/register
  it.each(['register', 'unregister', 'Register/'])('of %s is the provider', (action) => {
    const id = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Storage`
    const url = `${ORIGIN}${id}?${VERSION}`
    expect(plan('', { path: `${id}/${action}`, id })(null)).toEqual({ kind: 'url', url })
  })

  it.each<[string, { method?: Method; path?: string; id?: string }, string]>([
    ['a DELETE', { method: 'DELETE', path: JOB }, 'a DELETE leaves none'],
    ['an action of nothing', { id: '' }, 'the URL names no resource besides its action'],
    [
      'an action of a provider',
      { id: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Storage` },
      'the URL names no resource besides its action'
    ]
  ])('is missing for %s: refused before anything is sent', (_what, overrides, why) => {
    expect(() => plan('', overrides)).toThrow(
      `Input wait-until: has no resource to read: ${why}. Allowed: with wait-until-url, which names one.`
    )
  })
})

describe('wait-until-url', () => {
  it.each<[string, JsonValue, string]>([
    ['/subscriptions/{subscriptionId}/x', null, `/subscriptions/${SUBSCRIPTION}/x?${VERSION}`],
    [`${JOB}?api-version=1&$expand=a`, null, `${JOB}?api-version=1&$expand=a`],
    ['{id}', { id: `${JOB}/executions/a-1` }, `${JOB}/executions/a-1?${VERSION}`],
    [`${JOB}/executions/{name}`, { name: 'a-1' }, `${JOB}/executions/a-1?${VERSION}`],
    [`${JOB}/x/{a.b}/{n}`, { a: { b: 'é ?#%' }, n: 7 }, `${JOB}/x/%C3%A9%20%3F%23%25/7?${VERSION}`],
    [`${JOB}/{name}?api-version=2`, { name: 'x;y' }, `${JOB}/x;y?api-version=2`]
  ])('%s over %j', (text, result, path) => {
    expect(plan(text)(result)).toEqual({ kind: 'url', url: ORIGIN + path })
  })

  it.each<[string, string]>([
    ['https://evil.example/x', 'is not on the resource manager endpoint'],
    ['//evil.example/x', 'names another host'],
    ['http://management.azure.com/x', 'does not use https'],
    ['x', 'is neither a path nor an absolute URL'],
    ['/x/../y', 'holds a "." or ".." segment'],
    ['/x/{a ==}', 'is not valid JMESPath'],
    ['/x/{', 'holds a placeholder that is not known'],
    ['https://{host}/x', 'is not on the resource manager endpoint']
  ])('is refused before anything is sent: %s', (text, problem) => {
    expect(() => plan(text)).toThrow(/^Input wait-until-url: /)
    expect(() => plan(text)).toThrow(problem)
  })

  it('asks for the subscription that it names', () => {
    const source = {
      text: '/subscriptions/{subscriptionId}',
      request: { method: 'GET', url: `${ORIGIN}/x?${VERSION}` },
      resourceId: undefined,
      subscriptionId: '',
      endpoint: ORIGIN,
      trust: AZURE
    } as const
    expect(() => planConditionUrl(source, compile)).toThrow(
      'Input subscription-id: is missing, and wait-until-url asks for it'
    )
  })

  it.each<[string, JsonValue, string]>([
    ['{id}', null, '{id} of wait-until-url is not text in the result of the operation'],
    ['{id}', {}, '{id} of wait-until-url is not text'],
    ['{id}', { id: '' }, '{id} of wait-until-url is not text'],
    ['{id}', { id: { a: 1 } }, '{id} of wait-until-url is not text'],
    ['{length(id)}', { id: null }, '{length(id)} of wait-until-url is not text']
  ])('has no URL: %s over %j', (text, result, reason) => {
    expect(plan(text)(result)).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining(reason)
    })
  })

  it.each([
    '//evil.example/x',
    'https://evil.example/x',
    'http://management.azure.com/x',
    '/x/../../y',
    '/a/./b',
    '\\\\evil.example\\x',
    'x'
  ])('goes nowhere else, no matter what the result says: %s', (id) => {
    expect(plan('{id}')({ id })).toMatchObject({ kind: 'none' })
  })

  it.each(['../../../x', '..', './x'])('stays where it is: %s', (name) => {
    expect(plan(`${JOB}/executions/{name}`)({ name })).toMatchObject({ kind: 'none' })
  })

  it('cannot be led to another host from within a path', () => {
    expect(plan(`${JOB}/{name}`)({ name: '//evil.example/x?a=b#c' })).toEqual({
      kind: 'url',
      url: `${ORIGIN}${JOB}/evil.example/x%3Fa=b%23c?${VERSION}`
    })
  })
})
