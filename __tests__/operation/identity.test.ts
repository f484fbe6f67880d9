/**
 * Whose run a deployment's record tells of: the correlation ID of the first answer, and the start where that ID is no
 * proof. A record of another run decides nothing and lends nothing, and its name alone is no proof.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  type ConversationRow,
  json,
  ORIGIN,
  operationStatus,
  put,
  type Reply,
  RUNNING,
  refusal,
  route,
  routeForever,
  SUCCEEDED,
  summarize,
  toUrl,
  VERSION
} from '../../__fixtures__/conversation.ts'
import { findKnownOperation } from '../../src/arm/known-operations.ts'
import type { JsonObject } from '../../src/http/message.ts'
import {
  bearsAnotherIdentity,
  bearsOwnIdentity,
  readIdentity
} from '../../src/operation/identity.ts'
import type { Identity } from '../../src/operation/state.ts'

const BICEP = 'https://github.com/Azure/bicep/issues/17105'
const ALZ = 'https://github.com/Azure/Enterprise-Scale-for-AVS/issues/89'
const RECORDING = 'azure-cli, recording test_resource_group_level_what_if'

const ID = '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
const WEB = `${ID}?${VERSION}`
const STATUS = `${ID}/operationStatuses/7?${VERSION}`
const OURS = 'aaaaaaaa-0000-4000-8000-000000000001'
const THEIRS = 'bbbbbbbb-0000-4000-8000-000000000002'

const record = (status: number, properties: JsonObject, headers = {}) =>
  json(status, { id: ID, name: 'web', properties }, headers)
const first = (properties: JsonObject, headers: Readonly<Record<string, string>> = POLLED) =>
  route(`PUT ${WEB}`, record(201, { provisioningState: 'Accepted', ...properties }, headers))
const POLLED = asyncOperation(STATUS)
const read = (...replies: Reply[]) => routeForever(`GET ${WEB}`, ...replies)
const done = (correlationId: string, more: JsonObject = {}) =>
  record(200, { provisioningState: 'Succeeded', correlationId, ...more })
const OUTPUTS = { outputs: { slot: { type: 'String', value: 'blue' } } }
const HISTORY =
  'https://learn.microsoft.com/azure/azure-resource-manager/templates/deployment-history-deletions'
const TAKEN = 'a later run'
const UNIQUE = 'Make names unique with ${{ github.run_id }}-${{ github.run_attempt }} in them'
const GONE = `Could not read the polling URL ${STATUS.split('?')[0]} (HTTP 404 DeploymentNotFound)`
const MISSING = routeForever(`GET ${STATUS}`, refusal(404, 'DeploymentNotFound'))
const NO_TRUST = 'The request was answered as done, with a polling URL that cannot be followed'

/** The record as it stands when the status URL, or the lack of one, leads to it. */
const ROWS: ConversationRow[] = [
  put({
    rule: 'a deployment that succeeded keeps its own end: the record of the next run lends it no result',
    source: BICEP,
    routes: [first({ correlationId: OURS }), route(`GET ${STATUS}`, SUCCEEDED), read(done(THEIRS))],
    gets: [STATUS, WEB],
    result: SUCCEEDED,
    warnings: [TAKEN]
  }),
  put({
    rule: 'nor does its failure',
    source: ALZ,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(record(200, { provisioningState: 'Failed', correlationId: THEIRS }))
    ],
    gets: [STATUS, WEB],
    result: SUCCEEDED,
    warnings: [TAKEN]
  }),
  put({
    rule: 'nor while it still runs',
    source: ALZ,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(record(200, { provisioningState: 'Running', correlationId: THEIRS }))
    ],
    gets: [STATUS, WEB],
    result: SUCCEEDED,
    warnings: [TAKEN]
  }),
  put({
    rule: 'the next run may come while our own record settles',
    source: BICEP,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(record(200, { provisioningState: 'Running', correlationId: OURS }), done(THEIRS))
    ],
    gets: [STATUS, `${WEB} x2`],
    result: record(200, { provisioningState: 'Running', correlationId: OURS }),
    warnings: [TAKEN]
  }),
  put({
    rule: 'and while our own record is waited for, because it had run before the end',
    source: BICEP,
    routes: [
      first({ correlationId: OURS, provisioningState: 'Running' }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(record(200, { provisioningState: 'Running', correlationId: OURS }), done(THEIRS))
    ],
    gets: [STATUS, `${WEB} x2`],
    warnings: [TAKEN]
  }),
  put({
    rule: 'the same ID in other letters is ours',
    source: RECORDING,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(done(OURS.toUpperCase(), OUTPUTS))
    ],
    gets: [STATUS, WEB],
    result: done(OURS.toUpperCase(), OUTPUTS),
    warnings: []
  }),
  put({
    rule: 'a first answer that names no ID compares nothing',
    source: RECORDING,
    routes: [first({}), route(`GET ${STATUS}`, SUCCEEDED), read(done(THEIRS, OUTPUTS))],
    gets: [STATUS, WEB],
    result: done(THEIRS, OUTPUTS),
    warnings: []
  }),
  put({
    rule: 'nor does a record that names none',
    source: RECORDING,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(record(200, { provisioningState: 'Succeeded', ...OUTPUTS }))
    ],
    gets: [STATUS, WEB],
    result: record(200, { provisioningState: 'Succeeded', ...OUTPUTS }),
    warnings: []
  }),
  put({
    rule: 'a deployment whose record may not be read has no outputs, and the warning says so',
    source: BICEP,
    routes: [
      first({ correlationId: OURS }),
      route(`GET ${STATUS}`, SUCCEEDED),
      read(refusal(403, 'AuthorizationFailed'))
    ],
    gets: [STATUS, `${WEB} +`],
    result: SUCCEEDED,
    warnings: ['could not be read (HTTP 403): the outputs of the template are not set']
  }),
  put({
    rule: 'a deployment that is gone is said to be gone',
    source: HISTORY,
    routes: [first({ correlationId: OURS }), MISSING, read(refusal(404, 'DeploymentNotFound'))],
    gets: [`${STATUS} +`, `${WEB} +`],
    state: 'unknown',
    reason: 'the deployment is gone from Azure (deleted, or cleared from the history',
    error: 'DeploymentNotFound',
    warnings: [GONE]
  }),
  put({
    rule: 'without a status URL that can be read, the record of another run tells nothing of ours',
    source: ALZ,
    routes: [first({ correlationId: OURS }), MISSING, read(done(THEIRS, OUTPUTS))],
    gets: [`${STATUS} +`, WEB],
    state: 'unknown',
    reason: 'a later run has taken the name',
    error: 'DeploymentNotFound',
    warnings: [GONE, UNIQUE]
  }),
  put({
    rule: 'not even that it runs',
    source: ALZ,
    routes: [
      first({ correlationId: OURS }),
      MISSING,
      read(record(200, { provisioningState: 'Running', correlationId: THEIRS }))
    ],
    gets: [`${STATUS} +`, WEB],
    state: 'unknown',
    reason: 'a later run has taken the name',
    error: 'DeploymentNotFound',
    warnings: [GONE, UNIQUE]
  }),
  put({
    rule: 'the record under our own ID is evidence, like a 201',
    source: RECORDING,
    routes: [
      route(
        `PUT ${WEB}`,
        record(200, { correlationId: OURS, provisioningState: 'Accepted' }, POLLED)
      ),
      MISSING,
      read(done(OURS, OUTPUTS))
    ],
    gets: [`${STATUS} +`, WEB],
    result: done(OURS, OUTPUTS),
    warnings: [GONE]
  }),
  put({
    rule: 'polled by the resource alone, the record of another run ends the wait',
    source: BICEP,
    routes: [first({ correlationId: OURS }, {}), read(done(THEIRS, OUTPUTS))],
    gets: [WEB],
    state: 'unknown',
    reason: 'a later run has taken the name',
    warnings: [UNIQUE]
  }),
  put({
    rule: 'a first answer that said "done" is not confirmed by another run',
    source: BICEP,
    routes: [
      route(
        `PUT ${WEB}`,
        record(200, { correlationId: OURS, provisioningState: 'Succeeded' }, POLLED)
      ),
      MISSING,
      read(record(200, { provisioningState: 'Failed', correlationId: THEIRS }))
    ],
    gets: [`${STATUS} +`, WEB],
    result: record(200, { correlationId: OURS, provisioningState: 'Succeeded' }, POLLED),
    warnings: [NO_TRUST]
  }),
  put({
    rule: 'with one ID for all runs the start tells them apart',
    source: ALZ,
    routes: [
      first({ correlationId: OURS, timestamp: '2026-01-01T10:00:02.5Z', duration: 'PT0.5S' }),
      route(`GET ${STATUS}`, RUNNING, SUCCEEDED),
      read(done(OURS, { timestamp: '2026-01-01T10:05:00Z', duration: 'PT1M', ...OUTPUTS }))
    ],
    gets: [`${STATUS} x2`, WEB],
    result: SUCCEEDED,
    warnings: [TAKEN]
  }),
  put({
    rule: 'a resource that is no deployment has no identity',
    source: BICEP,
    path: `/subscriptions/1/providers/Microsoft.Web/sites/web?${VERSION}`,
    routes: [
      route(
        `PUT /subscriptions/1/providers/Microsoft.Web/sites/web?${VERSION}`,
        record(201, { provisioningState: 'Accepted', correlationId: OURS }, POLLED)
      ),
      route(`GET ${STATUS}`, operationStatus('Succeeded')),
      route(`GET /subscriptions/1/providers/Microsoft.Web/sites/web?${VERSION}`, done(THEIRS))
    ],
    gets: [STATUS, `/subscriptions/1/providers/Microsoft.Web/sites/web?${VERSION}`],
    result: done(THEIRS),
    warnings: []
  })
].map((row) => ({ path: WEB, ...row }))

describe('a deployment whose name another run has taken', () => {
  it.each(ROWS)('$rule ($source)', (row) => {
    const { gets, state, result, error, reason, warnings = [] } = summarize(row)
    expect({ gets, state, error }).toEqual({ gets: row.gets, state: row.state, error: row.error })
    expect(result).toEqual(row.result)
    expect(reason ?? '').toContain(row.reason ?? '')
    expect(warnings).toEqual((row.warnings ?? []).map((part) => expect.stringContaining(part)))
  })
})

const STARTED = { timestamp: '2026-01-01T10:00:02.5Z', duration: 'PT0.5S' }
const STARTED_AT_MS = Date.UTC(2026, 0, 1, 10, 0, 2)

describe('the identity of what a PUT has started', () => {
  it.each<[string, string, JsonObject, Identity]>([
    ['a deployment', ID, { correlationId: OURS.toUpperCase() }, { identity: OURS }],
    [
      'a stack',
      ID.replace('deployments', 'deploymentStacks'),
      { correlationId: OURS },
      { identity: OURS }
    ],
    [
      'a deployment of the tenant, with its start',
      '/providers/Microsoft.Resources/deployments/web/',
      { correlationId: OURS, ...STARTED },
      { identity: OURS, deployedAtMs: STARTED_AT_MS }
    ],
    ['a start without a duration', ID, { timestamp: STARTED.timestamp }, {}],
    ['an ID that is no text', ID, { correlationId: 7 }, {}],
    ['something below a deployment', `${ID}/tags/a`, { correlationId: OURS }, {}],
    [
      'a storage account',
      `/subscriptions/1/providers/Microsoft.Storage/storageAccounts/web`,
      { correlationId: OURS },
      {}
    ]
  ])('is read for %s', (_what, path, properties, expected) => {
    const request = { method: 'PUT', url: `${toUrl(path)}?${VERSION}` } as const
    expect(readIdentity(request, json(201, { properties }))).toEqual(expected)
  })

  it('is read for no other method', () => {
    const answer = json(200, { properties: { correlationId: OURS } })
    for (const method of ['GET', 'DELETE', 'POST', 'PATCH'] as const) {
      expect(readIdentity({ method, url: ORIGIN + WEB }, answer)).toEqual({})
    }
  })

  it('is had by the deployments and stacks of the table of known operations', () => {
    for (const type of [
      'deployments',
      'deploymentStacks',
      'deploymentStacksWhatIfResults',
      'tags'
    ]) {
      const path = `/subscriptions/1/providers/Microsoft.Resources/${type}/web`
      const known = findKnownOperation(path, 'PUT')?.operation.kind
      const answer = json(200, { properties: { correlationId: OURS } })
      const { identity } = readIdentity({ method: 'PUT', url: ORIGIN + path }, answer)
      expect(identity !== undefined, type).toBe(known === 'deployment' || known === 'stack')
    }
  })
})

describe('a record', () => {
  const known: Identity = { identity: OURS, deployedAtMs: STARTED_AT_MS }
  it.each<[string, Identity, JsonObject, 'ours' | 'of another run' | 'of nobody known']>([
    ['with our ID', known, { correlationId: OURS.toUpperCase() }, 'ours'],
    [
      'with our ID and start, later',
      known,
      { correlationId: OURS, timestamp: '2026-01-01T10:10:02Z', duration: 'PT10M0.3S' },
      'ours'
    ],
    [
      'with our ID and another start',
      known,
      { correlationId: OURS, timestamp: '2026-01-01T10:10:02Z', duration: 'PT5M' },
      'of another run'
    ],
    [
      'with our ID, our start not known',
      { identity: OURS },
      { correlationId: OURS, ...STARTED },
      'ours'
    ],
    [
      'with our start and another ID',
      known,
      { correlationId: THEIRS, ...STARTED },
      'of another run'
    ],
    ['without an ID', known, STARTED, 'of nobody known'],
    ['when our ID is not known', {}, { correlationId: OURS }, 'of nobody known']
  ])('%s is %s', (_what, identity, properties, expected) => {
    const answer = json(200, { properties })
    expect(bearsOwnIdentity(identity, answer)).toBe(expected === 'ours')
    expect(bearsAnotherIdentity(identity, answer)).toBe(expected === 'of another run')
  })
})
