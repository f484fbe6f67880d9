/**
 * What is known of an operation by its URL: one row for each kind and method.
 */
import { describe, expect, it } from 'vitest'
import { json } from '../../__fixtures__/conversation.ts'
import {
  findKnownOperation,
  isKnownByStart,
  type KnownOperation
} from '../../src/arm/known-operations.ts'
import { METHODS, type Method } from '../../src/http/message.ts'

const GROUP = '/subscriptions/1/resourceGroups/shop'
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`
const STACK = `${GROUP}/providers/Microsoft.Resources/deploymentStacks/web`
const WHAT_IF = `${GROUP}/providers/Microsoft.Resources/deploymentStacksWhatIfResults/web`
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`
const POOL = `${CLUSTER}/agentPools/one`
const IMAGE = `${GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/base`
const JOB = `${GROUP}/providers/Microsoft.App/jobs/nightly`
const STARTED = json(202, { name: 'nightly-x7' })

type Kind = KnownOperation['kind']
type Row = readonly [
  kind: Kind,
  method: Method,
  path: string,
  resource: string,
  known: {
    readonly action?: string
    readonly cancel?: string
    readonly page?: KnownOperation['page']
    readonly identity?: KnownOperation['identity']
    readonly hooks?: KnownOperation['hooks']
  }
]

const hooks = 'deployment'
const actionRow = (method: Method, resource: string, action: string): Row => [
  'managed-cluster',
  method,
  `${resource}/${action}`,
  resource,
  { action: action.toLowerCase(), cancel: `${resource}/abort` }
]

const ROWS: readonly Row[] = [
  [
    'deployment',
    'PUT',
    DEPLOYMENT,
    DEPLOYMENT,
    { cancel: `${DEPLOYMENT}/cancel`, page: 'deployment', identity: 'id-or-start', hooks }
  ],
  ...(['whatIf', 'validate'] as const).flatMap((action): Row[] => {
    const known = { action: action.toLowerCase(), page: 'scope', hooks } as const
    return [
      ['deployment-preview', 'POST', `${DEPLOYMENT}/${action}`, DEPLOYMENT, known],
      ['stack-preview', 'POST', `${STACK}/${action}`, STACK, known],
      ['stack-what-if', 'POST', `${WHAT_IF}/${action}`, WHAT_IF, known]
    ]
  }),
  ['stack', 'PUT', STACK, STACK, { hooks }],
  ['stack', 'DELETE', STACK, STACK, { hooks }],
  ['stack-what-if', 'PUT', WHAT_IF, WHAT_IF, { hooks }],
  ...(['PUT', 'PATCH', 'DELETE'] as const).flatMap((method): Row[] => [
    ['managed-cluster', method, CLUSTER, CLUSTER, { cancel: `${CLUSTER}/abort` }],
    ['managed-cluster', method, POOL, POOL, { cancel: `${POOL}/abort` }]
  ]),
  ...[
    'start',
    'stop',
    'upgradeNodeImageVersion',
    'rotateClusterCertificates',
    'rotateServiceAccountSigningKeys',
    'resetServicePrincipalProfile',
    'resetAADProfile'
  ].flatMap((action): Row[] => [
    actionRow('POST', CLUSTER, action),
    actionRow('POST', POOL, action)
  ]),
  ['image-build', 'POST', `${IMAGE}/run`, IMAGE, { action: 'run', cancel: `${IMAGE}/cancel` }],
  [
    'job-execution',
    'POST',
    `${JOB}/start`,
    JOB,
    { action: 'start', cancel: `${JOB}/executions/nightly-x7/stop` }
  ]
]

describe('findKnownOperation', () => {
  it.each(ROWS)('%s: %s %s', (kind, method, path, resource, { action = '', cancel, ...facts }) => {
    const found = findKnownOperation(path, method)
    expect(found).toMatchObject({ scope: GROUP, resource, action, operation: { kind, ...facts } })
    const { page, identity, hooks: hooked, cancel: toCancel } = found?.operation ?? {}
    expect({ page, identity, hooks: hooked }).toEqual({
      page: facts.page,
      identity: facts.identity,
      hooks: facts.hooks
    })
    expect(toCancel?.(resource, STARTED)).toBe(cancel)
    // A slash at the end and the case say nothing.
    expect(findKnownOperation(`${path.toUpperCase()}/`, method)?.operation.kind).toBe(kind)
  })

  it('knows a path by no method but those of its rows', () => {
    for (const path of new Set(ROWS.map(([, , each]) => each))) {
      const methods = ROWS.flatMap(([, method, each]) => (each === path ? [method] : []))
      const known = METHODS.filter((method) => findKnownOperation(path, method) !== undefined)
      expect(known.toSorted()).toEqual(methods.toSorted())
    }
  })

  it.each<[what: string, path: string]>([
    ['a list', `${GROUP}/providers/Microsoft.Resources/deployments`],
    ['what is below a deployment', `${DEPLOYMENT}/operations/7`],
    ['another action', `${DEPLOYMENT}/exportTemplate`],
    ['another action of a cluster', `${CLUSTER}/runCommand`],
    ['another provider', DEPLOYMENT.replace('Microsoft.Resources', 'MicrosoftXResources')],
    ['a type that begins alike', `${GROUP}/providers/Microsoft.Resources/deploymentScripts/web`],
    ['an image template itself', IMAGE],
    ['a job itself', JOB],
    ['the root', '/']
  ])('does not know %s', (_what, path) => {
    expect(findKnownOperation(path)).toBeUndefined()
  })

  it('knows the scope of the tenant as nothing', () => {
    expect(findKnownOperation('/providers/Microsoft.Resources/deployments/web')?.scope).toBe('')
  })
})

describe('isKnownByStart', () => {
  it.each([
    [DEPLOYMENT, true],
    [`${DEPLOYMENT}/`, true],
    [`${DEPLOYMENT}/whatIf`, false],
    [STACK, false],
    [CLUSTER, false]
  ])('%s: %s', (path, isKnown) => {
    expect(isKnownByStart(`https://management.azure.com${path}?api-version=1`)).toBe(isKnown)
  })
})
