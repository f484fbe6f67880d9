/**
 * Whether a look at a resource shows our own PUT, after its answer was lost.
 */
import { describe, expect, it } from 'vitest'
import {
  empty,
  json,
  malformed,
  refusal,
  resource,
  rules,
  START_MS,
  text
} from '../../__fixtures__/conversation.ts'
import {
  isProvenOurs,
  isSomebodyElses,
  matchResource,
  type ProbeTimes,
  type RequestTrace,
  type ResourceProbe,
  readDeployer
} from '../../src/arm/verify.ts'
import type { HttpResponse, JsonValue } from '../../src/http/message.ts'

const ADOPT = 'https://github.com/Azure/bicep-deploy/issues/328'
const DEPLOYMENT =
  'https://management.azure.com/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web?api-version=1'
const BODY = {
  location: 'westeurope',
  sku: { name: 'Standard' },
  zones: ['1', '2'],
  enabled: true,
  note: null
}
const SENT: RequestTrace = {
  url: 'https://management.azure.com/subscriptions/1/providers/Microsoft.Cache/redis/cart?api-version=1',
  body: JSON.stringify(BODY),
  sentAtMs: START_MS,
  correlationId: 'c0ffee00-0000-4000-8000-000000000001'
}
const NOW_MS = START_MS + 10_000
const TIMES: ProbeTimes = { askedAtMs: NOW_MS - 100, answeredAtMs: NOW_MS }

const at = (ms: number) => new Date(START_MS + ms).toISOString()
const dated = (ms: number) => ({ date: new Date(ms).toUTCString() })
/** At rest, with nothing of ours in it. */
const rest = (value: { readonly [key: string]: JsonValue } = {}, headers = {}) =>
  json(200, { id: '/x', properties: { provisioningState: 'Succeeded' }, ...value }, headers)

/** At work, with what a deployment says of itself. */
const atWork = (properties: { readonly [key: string]: JsonValue }) =>
  json(200, { id: '/x', properties: { provisioningState: 'Running', ...properties } })

interface Row {
  readonly what: string
  readonly answer: HttpResponse
  readonly look: ResourceProbe['kind']
  readonly sent?: Partial<RequestTrace>
  readonly isProven?: boolean
}

const ROWS: readonly Row[] = [
  { what: 'a state that is not terminal', answer: resource(200, 'Updating'), look: 'at-work' },
  { what: "the provider's own word", answer: resource(200, 'Ready'), look: 'at-work' },
  { what: 'not there', answer: refusal(404, 'ResourceNotFound'), look: 'absent' },
  { what: 'not there, without a word', answer: empty(404), look: 'absent' },
  { what: 'a 404 page', answer: malformed(404), look: 'unreadable' },
  {
    what: 'a 404 about the address',
    answer: refusal(404, 'SubscriptionNotFound'),
    look: 'unreadable'
  },
  ...[401, 403, 408, 409, 429, 500, 503, 504, 301].map(
    (status): Row => ({ what: `${status}`, answer: empty(status), look: 'unreadable' })
  ),
  { what: 'an empty 200', answer: empty(200), look: 'unreadable' },
  { what: 'a 204', answer: empty(204), look: 'unreadable' },
  { what: 'an object without anything in it', answer: json(200, {}), look: 'unreadable' },
  {
    what: 'an error in place of the resource',
    answer: json(200, { error: { code: 'Busy', message: 'later' } }),
    look: 'unreadable'
  },
  // https://github.com/hashicorp/go-azure-sdk: some resources name their state in `status`.
  {
    what: 'at work by its status',
    answer: json(200, { name: 'cart', status: 'Running' }),
    look: 'at-work'
  },
  {
    what: 'Failed by its status, with the error',
    answer: json(200, { ...BODY, status: 'Failed', error: { code: 'Old', message: 'no' } }),
    look: 'not-ours'
  },
  {
    what: 'a bad end in its status without an error, which may be a state to rest in',
    answer: json(200, { id: '/x', ...BODY, status: 'Canceled' }),
    look: 'unreadable'
  },
  {
    what: 'Completed, which is at rest',
    answer: json(200, { id: '/x', properties: { provisioningState: 'Completed' } }),
    look: 'not-ours'
  },
  { what: 'cut JSON', answer: malformed(200), look: 'unreadable' },
  { what: 'text', answer: text(200, 'hello'), look: 'unreadable' },
  { what: 'a list', answer: json(200, [1]), look: 'unreadable' },
  {
    what: 'a state that is no word',
    answer: json(200, { properties: { provisioningState: 3 } }),
    look: 'unreadable'
  },
  { what: 'at rest, nothing of ours', answer: rest(), look: 'not-ours' },
  { what: 'at rest without a state', answer: json(200, { id: '/x' }), look: 'not-ours' },
  { what: 'failed, nothing of ours', answer: resource(200, 'Failed'), look: 'not-ours' },
  {
    what: 'our correlation id, in capitals',
    answer: rest({ properties: { correlationId: SENT.correlationId.toUpperCase() } }),
    look: 'ours'
  },
  {
    what: "another's correlation id",
    answer: rest({ properties: { correlationId: 'other' } }),
    look: 'not-ours'
  },
  {
    what: 'failed, under our correlation id',
    answer: json(200, {
      properties: { provisioningState: 'Failed', correlationId: SENT.correlationId }
    }),
    look: 'ours'
  },
  {
    what: 'a timestamp after our send',
    answer: rest({ properties: { timestamp: at(1) } }),
    look: 'ours'
  },
  {
    what: 'a timestamp of our send',
    answer: rest({ properties: { timestamp: at(0) } }),
    look: 'ours'
  },
  {
    what: 'a timestamp before our send',
    answer: rest({ properties: { timestamp: at(-1) } }),
    look: 'not-ours'
  },
  {
    what: 'changed after our send',
    answer: rest({ systemData: { lastModifiedAt: at(5_000) } }),
    look: 'ours'
  },
  {
    what: 'changed before our send',
    answer: rest({ systemData: { lastModifiedAt: at(-5_000) } }),
    look: 'not-ours'
  },
  {
    what: 'a time that is none',
    answer: rest({ systemData: { lastModifiedAt: 'yesterday' } }),
    look: 'not-ours'
  },
  {
    what: 'a time that is a number',
    answer: rest({ properties: { timestamp: NOW_MS } }),
    look: 'not-ours'
  },
  {
    what: "the service's clock an hour behind: its time after our send",
    answer: rest({ properties: { timestamp: at(-3_600_000 + 2_000) } }, dated(NOW_MS - 3_600_000)),
    look: 'ours'
  },
  {
    what: "the service's clock an hour behind: its time before our send",
    answer: rest({ properties: { timestamp: at(-3_600_000 - 1_000) } }, dated(NOW_MS - 3_600_000)),
    look: 'not-ours'
  },
  {
    what: "the service's clock an hour ahead: its time before our send",
    answer: rest({ properties: { timestamp: at(3_600_000 - 1_000) } }, dated(NOW_MS + 3_600_000)),
    look: 'not-ours'
  },
  {
    what: 'a Date that is none',
    answer: rest({ properties: { timestamp: at(1) } }, { date: 'today' }),
    look: 'ours'
  },
  { what: 'all of our body', answer: rest({ ...BODY }), look: 'ours' },
  {
    what: 'all of our body, and more',
    answer: rest({ ...BODY, sku: { tier: 'T', name: 'Standard' }, tags: {} }),
    look: 'ours'
  },
  {
    what: 'all of our body, in other spelling',
    answer: rest({
      LOCATION: 'westeurope',
      Sku: { Name: 'Standard' },
      zones: ['1', '2'],
      enabled: true,
      note: null
    }),
    look: 'ours'
  },
  {
    what: 'our body but for one value',
    answer: rest({ ...BODY, sku: { name: 'Basic' } }),
    look: 'not-ours'
  },
  {
    what: 'our body but for one that is missing',
    answer: rest({ ...BODY, sku: {} }),
    look: 'not-ours'
  },
  {
    what: 'our body with a longer list',
    answer: rest({ ...BODY, zones: ['1', '2', '3'] }),
    look: 'not-ours'
  },
  {
    what: 'our body with another list',
    answer: rest({ ...BODY, zones: ['2', '1'] }),
    look: 'not-ours'
  },
  {
    what: 'our body with no list',
    answer: rest({ ...BODY, zones: '1,2' }),
    look: 'not-ours'
  },
  { what: 'no body of ours', answer: rest(), sent: { body: '{}' }, look: 'not-ours' },
  {
    what: 'a body of empty objects, which is found anywhere',
    answer: rest({ tags: {} }),
    sent: { body: '{"properties":{},"tags":{}}' },
    look: 'not-ours'
  },
  {
    what: 'a body that is no JSON',
    answer: rest(),
    sent: { body: '<policies />' },
    look: 'not-ours'
  },
  { what: 'a body that is a list', answer: rest(), sent: { body: '[]' }, look: 'not-ours' },
  {
    what: 'a deployment with all of our body, and no time to tell it by',
    answer: rest({ ...BODY }),
    sent: { url: DEPLOYMENT },
    look: 'unreadable'
  },
  {
    what: 'failed with all of our body: an earlier run may have left it so',
    answer: json(200, { ...BODY, properties: { provisioningState: 'Failed' } }),
    look: 'not-ours'
  },
  {
    what: 'failed with all of our body, after our send',
    answer: json(200, {
      ...BODY,
      properties: { provisioningState: 'Failed', timestamp: at(2_000) }
    }),
    look: 'ours'
  },
  {
    what: 'a time within the second to which a Date is cut: the step before may have written it',
    answer: rest({ systemData: { lastModifiedAt: at(500) } }, dated(NOW_MS)),
    look: 'unreadable'
  },
  {
    what: 'a deployment that is older than our send',
    answer: rest({ properties: { timestamp: at(-1) } }),
    sent: { url: DEPLOYMENT },
    look: 'not-ours'
  },
  {
    what: 'a deployment under our correlation id',
    answer: rest({ properties: { correlationId: SENT.correlationId } }),
    sent: { url: DEPLOYMENT },
    look: 'ours'
  },
  {
    what: 'a deployment at work that does not tell when it began',
    answer: resource(200, 'Running'),
    sent: { url: DEPLOYMENT },
    look: 'at-work',
    isProven: false
  },
  {
    what: 'a deployment at work that began before our send, changed since',
    answer: atWork({ timestamp: at(5_000), duration: 'PT6.0000001S' }),
    sent: { url: DEPLOYMENT },
    look: 'foreign'
  },
  {
    what: 'a deployment at work that began just after our send: a parallel one, perhaps',
    answer: atWork({ timestamp: at(5_000), duration: 'PT4.5S' }),
    sent: { url: DEPLOYMENT },
    look: 'at-work',
    isProven: false
  },
  {
    what: 'a deployment at work under our correlation id, no matter what its times say',
    answer: atWork({ timestamp: at(-9_000), correlationId: SENT.correlationId.toUpperCase() }),
    sent: { url: DEPLOYMENT },
    look: 'at-work',
    isProven: true
  },
  {
    what: 'a deployment at work from before our send, under an ID that its author gives to every run',
    answer: atWork({ timestamp: at(-9_000), correlationId: SENT.correlationId }),
    sent: { url: DEPLOYMENT, isIdShared: true },
    look: 'foreign'
  },
  {
    what: 'an ended deployment from before our send, under an ID that its author gives to every run',
    answer: rest({ properties: { timestamp: at(-9_000), correlationId: SENT.correlationId } }),
    sent: { url: DEPLOYMENT, isIdShared: true },
    look: 'not-ours'
  },
  {
    what: 'a deployment without a time, under an ID that its author gives to every run',
    answer: rest({ properties: { correlationId: SENT.correlationId } }),
    sent: { url: DEPLOYMENT, isIdShared: true },
    look: 'unreadable'
  },
  {
    what: 'a deployment at rest that began before our send and ended after it',
    answer: rest({ properties: { timestamp: at(5_000), duration: 'PT1M' } }),
    sent: { url: DEPLOYMENT },
    look: 'not-ours'
  },
  {
    what: 'a deployment at work that began well after our send',
    answer: atWork({ timestamp: at(9_000), duration: 'PT5S' }),
    sent: { url: DEPLOYMENT },
    look: 'at-work',
    isProven: true
  },
  {
    what: 'something below a deployment, with all of our body',
    answer: rest({ ...BODY }),
    sent: { url: DEPLOYMENT.replace('web?', 'web/tags/a?') },
    look: 'ours'
  }
]

describe(`matchResource (${ADOPT})`, () => {
  it.each(ROWS)('$what: $look', ({ answer, look, sent, isProven }) => {
    const judged = matchResource({ ...SENT, ...sent }, answer, rules(), TIMES)
    const isShown = look === 'at-work' || look === 'ours' || look === 'foreign'
    expect(judged).toMatchObject(isShown ? { kind: look, response: answer } : { kind: look })
    if (isProven !== undefined) expect(judged).toHaveProperty('isProven', isProven)
  })

  it.each<[string, HttpResponse, boolean, Partial<RequestTrace>?]>([
    ['written before our send', rest({ systemData: { lastModifiedAt: at(-5_000) } }), true],
    ['written after it', rest({ systemData: { lastModifiedAt: at(5_000) } }), false],
    ['another value', rest({ sku: { name: 'Basic' } }), true],
    ['other spelling', rest({ location: 'West Europe', SKU: { Name: 'standard' } }), false],
    ['no value of ours', rest(), false],
    ['more than ours', rest({ ...BODY, tags: { a: 'b' } }), false],
    [
      'our ID',
      rest({ location: 'north', properties: { correlationId: SENT.correlationId } }),
      false
    ],
    ['a deployment of other values', rest({ location: 'north' }), false, { url: DEPLOYMENT }],
    ['no resource', empty(204), false]
  ])("followed to its end, %s: somebody else's %#", (_what, answer, expected, sent = {}) => {
    expect(isSomebodyElses({ ...SENT, ...sent }, answer, TIMES)).toBe(expected)
  })

  it('knows nothing by its body when it sent none', () => {
    const { body: _body, ...bodyless } = SENT
    expect(matchResource(bodyless, rest({ ...BODY }), rules(), TIMES).kind).toBe('not-ours')
  })

  it('takes the words that the workflow author added as terminal', () => {
    const own = rules({ extraStates: { success: ['Ready'], failure: [] } })
    expect(matchResource(SENT, resource(200, 'Ready'), own, TIMES).kind).toBe('not-ours')
  })
})

describe('isProvenOurs', () => {
  const { correlationId } = SENT
  const sent = { ...SENT, url: DEPLOYMENT }

  // https://learn.microsoft.com/rest/api/resources/deployments/get
  it.each<[string, { readonly [key: string]: JsonValue }, boolean]>([
    ['our id', { correlationId: correlationId.toUpperCase() }, true],
    ['our id and a start after our request', { correlationId, timestamp: at(1_000) }, true],
    [
      'our id, fixed by the author, and an earlier start',
      { correlationId, timestamp: at(-1) },
      false
    ],
    ["another one's id", { correlationId: 'other', timestamp: at(9_000) }, false],
    ['a later start alone', { timestamp: at(9_000) }, false]
  ])('by %s: %s', (_what, properties, expected) => {
    expect(isProvenOurs(sent, atWork(properties), TIMES)).toBe(expected)
  })

  it('by nothing that is no resource', () => {
    expect(isProvenOurs(sent, text(200, correlationId), TIMES)).toBe(false)
  })
})

describe('readDeployer', () => {
  it.each([
    [
      'all that a deployment may tell',
      {
        properties: { correlationId: 'c1', timestamp: at(5_000), duration: 'PT5S' },
        systemData: { createdBy: 'first@contoso.com', lastModifiedBy: 'last@contoso.com' }
      },
      { correlationId: 'c1', startedAtMs: START_MS, principal: 'last@contoso.com' }
    ],
    [
      'who made it, when it was not changed',
      { systemData: { createdBy: 'first@contoso.com' } },
      { principal: 'first@contoso.com' }
    ],
    ['nothing', { properties: { correlationId: ' ', timestamp: 'today' } }, {}]
  ])('reads %s', (_what, value, deployer) => {
    expect(readDeployer(json(200, value))).toEqual(deployer)
  })
})
