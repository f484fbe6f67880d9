/**
 * The pattern of each recipe as data: how the service answers its request, and what is read after it. Shapes of the
 * tracking URLs are those of the public specifications.
 */
import { type ScriptedAnswer, type ScriptedRoute, SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import type { JsonObject, JsonValue } from '../src/http/message.ts'

/** Request that starts it. */
export interface Start {
  readonly method: string
  /** Without its query. */
  readonly path: string
  readonly apiVersion: string
}

/** What the other side answers. */
export type Pattern = (start: Start) => readonly ScriptedRoute[]

/** A way that a recipe can go. */
export interface RecipePlay {
  readonly name: string
  readonly pattern: Pattern
  /** Outputs that are promised, with their values. */
  readonly outputs?: Readonly<Record<string, string>>
  /** How it ends where that is not well: part of the reason. */
  readonly red?: string
}

const S = `/subscriptions/${SUBSCRIPTION_ID}`
const ID = '0f4dbd1c-25b0-44a5-9d2b-1d3a36b8f4a2'
const LOCATIONS = 'locations/westeurope'
const TIME = { startTime: '2026-11-26T03:00:00Z' }

/** Path of what a provider keeps about an operation, below the subscription. */
const at = (provider: string, place: string) =>
  `${S}/providers/Microsoft.${provider}/${place}/${ID}`
const GROUP_RESULTS = `${S}/operationresults/${ID}`
const COMPUTE = at('Compute', `${LOCATIONS}/operations`)

const EMPTY: ScriptedAnswer = { status: 200 }
const GONE: ScriptedAnswer = { status: 204 }
const result = (body: JsonValue): ScriptedAnswer => ({ status: 200, body })

const start = (
  { method, path }: Start,
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: JsonValue
): ScriptedRoute => ({
  method,
  path,
  answers: [{ status, headers, ...(body === undefined ? {} : { body }) }]
})

const get = (path: string, ...answers: readonly ScriptedAnswer[]): ScriptedRoute => ({
  method: 'GET',
  path,
  answers
})

/** A status body, running and then ended. */
const statusAt = (path: string, ended: JsonObject = {}, word = 'Succeeded') =>
  get(
    path,
    result({ id: path, name: ID, status: 'InProgress', ...TIME }),
    result({ id: path, name: ID, status: word, ...TIME, ...ended })
  )

/** 202 and only a `Location`, under the API version of the request or another one. */
const location =
  (path: string, end: ScriptedAnswer = EMPTY, apiVersion?: string): Pattern =>
  (request) => [
    start(request, 202, {
      location: `{origin}${path}?api-version=${apiVersion ?? request.apiVersion}`
    }),
    get(path, { status: 202 }, end)
  ]

/** 202 and only an `Azure-AsyncOperation`. */
const asyncOperation =
  (path: string, ended?: JsonObject, word?: string): Pattern =>
  (request) => [
    start(request, 202, { 'azure-asyncoperation': `{origin}${path}?api-version=1` }),
    statusAt(path, ended, word)
  ]

/** 202 and both headers. */
const both =
  (statusPath: string, locationPath: string, end: ScriptedAnswer = EMPTY): Pattern =>
  (request) => [
    start(request, 202, {
      'azure-asyncoperation': `{origin}${statusPath}?api-version=${request.apiVersion}`,
      location: `{origin}${locationPath}`,
      'retry-after': '0'
    }),
    statusAt(statusPath),
    get(locationPath, end)
  ]

const COMPUTE_BOTH = both(COMPUTE, `${COMPUTE}?monitor=true&api-version=2024-07-01`)

/** The resource at once, at work, with a status URL. */
const resource =
  (status: number, path: string | undefined, working: string, properties: JsonObject): Pattern =>
  (request) => {
    const show = (provisioningState: string, more: JsonObject = {}) => ({
      id: request.path,
      name: request.path.split('/').at(-1) ?? '',
      properties: { provisioningState, ...more }
    })
    const ended = result(show('Succeeded', properties))
    const headers =
      path === undefined ? {} : { 'azure-asyncoperation': `{origin}${path}?api-version=1` }
    return [
      start(request, status, headers, show(working)),
      ...(path === undefined
        ? [get(request.path, result(show(working)), ended)]
        : [statusAt(path), get(request.path, ended)])
    ]
  }

/** Answers in addition to those of a pattern. */
const and =
  (pattern: Pattern, ...more: readonly ((start: Start) => ScriptedRoute)[]): Pattern =>
  (request) => [...pattern(request), ...more.map((add) => add(request))]

const done: Pattern = (request) => [start(request, 204, {})]

const listOf = (suffix: string) => (request: Start) =>
  get(`${request.path}${suffix}`, result({ value: [] }))

const DEPLOYMENT_END = { outputs: { url: { type: 'String', value: 'https://shop.example' } } }
const deploymentOf = (provisioningState: string): JsonValue => ({
  properties: { provisioningState }
})

const canceling =
  (...words: readonly string[]): Pattern =>
  (request) => [
    start(request, 204, {}),
    get(request.path.replace(/\/cancel$/, ''), ...words.map((word) => result(deploymentOf(word))))
  ]

const WHAT_IF = {
  status: 'Succeeded',
  properties: {
    changes: [
      {
        resourceId: `${S}/resourceGroups/shop/providers/Microsoft.Web/serverfarms/plan`,
        changeType: 'Create',
        after: { name: 'plan', type: 'Microsoft.Web/serverfarms', location: 'westeurope' }
      }
    ]
  }
}
const BAD_TEMPLATE = {
  status: 'Failed',
  error: { code: 'InvalidTemplate', message: 'The template is not valid.' }
}
const whatIf =
  (end: JsonValue): Pattern =>
  (request) => [
    // Relative, as the specification's own example has it.
    start(request, 202, { location: `${GROUP_RESULTS}?api-version=2025-04-01` }),
    get(GROUP_RESULTS, { status: 202 }, result(end))
  ]

const STACK = `${S}/resourceGroups/shop/providers/Microsoft.Resources/deploymentStacksWhatIfResults/shop`
const STACK_STATUS = at('Resources', `${LOCATIONS}/deploymentStackOperationStatus`)
const stackWhatIf: Pattern = () => [
  {
    method: 'PUT',
    path: STACK,
    answers: [
      {
        status: 201,
        headers: {
          'azure-asyncoperation': `{origin}${STACK}/operationStatuses/${ID}?api-version=1`
        },
        body: { id: STACK, properties: { provisioningState: 'Accepted' } }
      }
    ]
  },
  statusAt(`${STACK}/operationStatuses/${ID}`),
  get(STACK, result({ id: STACK, properties: { provisioningState: 'Succeeded' } })),
  {
    method: 'POST',
    path: `${STACK}/whatIf`,
    answers: [
      {
        status: 202,
        headers: { location: `{origin}${GROUP_RESULTS}?api-version=1`, 'retry-after': '0' }
      }
    ]
  },
  get(
    GROUP_RESULTS,
    { status: 202 },
    result({
      id: STACK,
      properties: {
        provisioningState: 'Succeeded',
        changes: {
          resourceChanges: [
            {
              id: `${S}/resourceGroups/shop/providers/Microsoft.Web/serverfarms/plan`,
              type: 'Microsoft.Web/serverfarms',
              changeType: 'create',
              changeCertainty: 'definite',
              managementStatusChange: { before: 'unmanaged', after: 'managed' },
              denyStatusChange: { before: 'none', after: 'denyDelete' }
            }
          ]
        }
      }
    })
  )
]

const stack =
  (status: number): Pattern =>
  (request) => [
    ...resource(status, STACK_STATUS, 'Deploying', {
      outputs: { sku: { type: 'String', value: 'P1v3' } }
    })(request),
    get(`${request.path}/operations`, result({ value: [] }))
  ]

const IMAGE = `${S}/resourceGroups/images/providers/Microsoft.Compute/galleries/shop/images/runner/versions/1.4.0`
const STORAGE = at('Storage', `${LOCATIONS}/asyncoperations`)
const ACCOUNT = `${S}/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/shopimages`
const BLOBS = { blobs: 'https://shopimages.example/' }
const ACCOUNT_PROPERTIES = {
  provisioningState: 'Succeeded',
  primaryEndpoints: { blob: BLOBS.blobs }
}
/** URL that is a secret of an answer. */
export const SAS =
  'https://md-x.example/abcd?sv=2018-03-28&sr=b&sig=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA%3D'
const SLOT = `${S}/resourceGroups/shop/providers/Microsoft.Web/sites/shop/slots/staging`
const VERSION = { currentKubernetesVersion: '1.33.4' }
const EXPORT_ERROR = {
  code: 'ExportTemplateCompletedWithErrors',
  message: 'Export template operation completed with errors.'
}

const script = (message: string) =>
  location(COMPUTE, result({ value: [{ code: 'ProvisioningState/succeeded', message }] }))
const command = (exitCode: number) =>
  location(
    `${S}/resourceGroups/shop/providers/Microsoft.ContainerService/managedClusters/shop/commandResults/${ID}`,
    result({
      id: ID,
      properties: { provisioningState: 'Succeeded', exitCode, logs: 'rolled out' }
    })
  )

const RUN_OUTPUT = 'runOutputs/gallery'
const BUILDS = at('VirtualMachineImages', `${LOCATIONS}/operations`)
const BUILD_ERROR = { code: 'BuildFailed', message: 'The disk has no space left.' }
const build = (provisioningState: string): Pattern =>
  and(asyncOperation(BUILDS), ({ path }) => {
    const properties = { provisioningState, artifactId: '/galleries/shop/images/runner/versions/2' }
    return get(path.replace(/run$/, RUN_OUTPUT), result({ name: 'gallery', properties }))
  })

const JOB = 'e2ca2cf4-2eb9-4d4b-b16a-8e592d2a658b'
const backup =
  (...words: readonly string[]): Pattern =>
  (request) => {
    const item = request.path.replace(/\/backup$/, '')
    const vault = item.replace(/\/backupFabrics\/.*/, '')
    return [
      start(request, 202, {
        'azure-asyncoperation': `{origin}${item}/operationsStatus/${ID}?api-version=1`,
        location: `{origin}${item}/operationResults/${ID}?api-version=1`,
        'retry-after': '0'
      }),
      statusAt(`${item}/operationsStatus/${ID}`, {
        properties: { objectType: 'OperationStatusJobExtendedInfo', jobId: JOB }
      }),
      get(
        `${vault}/backupJobs/${JOB}`,
        ...words.map((status) => result({ name: JOB, properties: { status } }))
      )
    ]
  }

const EXECUTION = 'import-x7k2p9q'
const execution =
  (...words: readonly string[]): Pattern =>
  (request) => {
    const id = `${request.path.replace(/\/start$/, '')}/executions/${EXECUTION}`
    return [
      ...location(
        at('App', `${LOCATIONS}/containerappsjobOperationResults`),
        result({ name: EXECUTION, id })
      )(request),
      get(id, ...words.map((status) => result({ name: EXECUTION, id, properties: { status } })))
    ]
  }

const remediation = (failedDeployments: number) =>
  resource(201, undefined, 'Accepted', {
    deploymentStatus: {
      totalDeployments: 3,
      successfulDeployments: 3 - failedDeployments,
      failedDeployments
    }
  })

const EXPORTED = { template: { resources: [{}, {}] } }

const WORKSPACE = `${S}/resourceGroups/shop/providers/Microsoft.MachineLearningServices/workspaces/shop`
const NO_WORKSPACE: ScriptedAnswer = {
  status: 404,
  body: { error: { code: 'ResourceNotFound', message: 'Not there yet.' } }
}
/** As the workspace is read: not there, or its state and its friendly name. */
const workspace =
  (...readings: readonly (readonly [state: string, name: string] | undefined)[]): Pattern =>
  (request) => {
    const show = (provisioningState: string, friendlyName: string) =>
      result({
        id: request.path,
        properties: { provisioningState, friendlyName, mlFlowTrackingUri: 'azureml://shop' }
      })
    const answers = readings.map((seen) => (seen === undefined ? NO_WORKSPACE : show(...seen)))
    return [start(request, 202, {}), get(request.path, ...answers)]
  }

const COSMOS = at('DocumentDB', `${LOCATIONS}/operationsStatus`)
const CLUSTERS = at('ContainerService', `${LOCATIONS}/operations`)
const CLUSTER_RESULTS = at('ContainerService', `${LOCATIONS}/operationresults`)
const sqlDatabase = (kind: string) => at('Sql', `${LOCATIONS}/database${kind}`)

const well = (pattern: Pattern, outputs: RecipePlay['outputs'] = {}): RecipePlay => ({
  name: 'well',
  pattern,
  outputs
})
const also = (name: string, pattern: Pattern): RecipePlay => ({ name, pattern })
const bad = (name: string, pattern: Pattern, red: string): RecipePlay => ({ name, pattern, red })

const COUNTS =
  '{"Delete":0,"Detach":0,"Create":1,"Modify":0,"Deploy":0,"Unsupported":0,"NoChange":0,"Ignore":0}'
const PREVIEWED = { 'has-changes': 'true', 'change-counts': COUNTS }

/** The ways of each recipe, by its title. */
export const PLAYS: Readonly<Record<string, readonly RecipePlay[]>> = {
  'Start a virtual machine': [well(COMPUTE_BOTH)],
  'Deallocate a virtual machine': [well(location(COMPUTE)), also('204', location(COMPUTE, GONE))],
  'Run a script on a virtual machine': [
    well(script('[stdout]\nmigrated-to-the-end\n'), { log: '[stdout]\nmigrated-to-the-end\n' }),
    bad('exit 1', script('[stdout]\n[stderr]\nno such table\n'), 'migrated-to-the-end')
  ],
  'Bring the machines of a scale set up to date': [well(COMPUTE_BOTH)],
  'Publish an image version to a gallery': [
    well(resource(201, undefined, 'Creating', {}), { image: IMAGE }),
    also('status', resource(201, at('Compute', `${LOCATIONS}/capsOperations`), 'Creating', {}))
  ],
  'Build an image with Image Builder': [
    well(build('Succeeded'), { image: '/galleries/shop/images/runner/versions/2' }),
    bad(
      'the build failed',
      asyncOperation(BUILDS, { error: BUILD_ERROR }, 'Failed'),
      'no space left'
    ),
    bad('the distribution failed', build('Failed'), 'provisioning state Failed')
  ],
  'Create a storage account': [
    well(location(STORAGE, result({ id: ACCOUNT, properties: ACCOUNT_PROPERTIES })), BLOBS),
    also('there already', (request) => [
      start(request, 200, {}, { id: ACCOUNT, properties: ACCOUNT_PROPERTIES })
    ])
  ],
  'Fail a storage account over': [well(location(STORAGE))],
  'Export a snapshot': [
    well(location(at('Compute', `${LOCATIONS}/diskOperations`), result({ accessSAS: SAS })), {
      url: SAS
    })
  ],
  'Deploy a template': [
    well(
      and(
        (request) =>
          resource(
            201,
            `${request.path}/operationStatuses/${ID}`,
            'Accepted',
            DEPLOYMENT_END
          )(request),
        listOf('/operations')
      ),
      { url: 'https://shop.example' }
    )
  ],
  'Preview a template': [
    well(whatIf(WHAT_IF), PREVIEWED),
    bad('a template that is not valid', whatIf(BAD_TEMPLATE), 'The template is not valid.')
  ],
  'Cancel a deployment': [
    well(canceling('Running', 'Running', 'Canceled')),
    bad('it succeeded first', canceling('Running', 'Succeeded'), "!= 'Canceled'"),
    bad('it failed first', canceling('Running', 'Failed'), "!= 'Canceled'")
  ],
  'Create or update a deployment stack': [
    well(stack(201), { sku: 'P1v3' }),
    also('there already', stack(200))
  ],
  'Delete a deployment stack': [
    well(location(GROUP_RESULTS, EMPTY, '2018-08-01')),
    also('status', asyncOperation(STACK_STATUS)),
    also('not there', done)
  ],
  'Preview a deployment stack': [well(stackWhatIf, PREVIEWED)],
  'Delete a resource group': [
    well(location(GROUP_RESULTS)),
    also('204', location(GROUP_RESULTS, GONE)),
    also('not there', (request) => [
      start(request, 404, {}, { error: { code: 'ResourceGroupNotFound', message: 'Not found.' } })
    ])
  ],
  'Move resources to another group': [well(location(GROUP_RESULTS, GONE))],
  'Export the template of a resource group': [
    well(location(GROUP_RESULTS, result(EXPORTED)), { resources: '2' }),
    bad(
      'in parts',
      location(GROUP_RESULTS, result({ ...EXPORTED, error: EXPORT_ERROR })),
      'fail-if'
    )
  ],
  'Create or upgrade a cluster': [
    well(resource(201, CLUSTERS, 'Creating', VERSION), { version: '1.33.4' }),
    also('upgrade', resource(200, CLUSTERS, 'Upgrading', VERSION))
  ],
  'Start or stop a cluster': [
    well(location(CLUSTER_RESULTS, EMPTY, '2017-08-31')),
    also('runs already', done)
  ],
  'Abort what a cluster is doing': [
    well(both(at('ContainerService', `${LOCATIONS}/operationStatus`), CLUSTERS, GONE)),
    also('nothing to abort', done)
  ],
  'Run a command in a cluster': [
    well(command(0), { logs: 'rolled out' }),
    bad('exit 1', command(1), 'properties.exitCode is 1')
  ],
  'Upgrade the node image of a pool': [well(both(CLUSTERS, CLUSTER_RESULTS))],
  'Swap two slots': [
    well((request) => location(`${SLOT}/operationresults/${ID}`)(request)),
    also('another swap runs', (request) => {
      const [first, ...more] = location(`${SLOT}/operationresults/${ID}`)(request)
      const error = { code: 'Conflict', message: 'Another swap is in progress.' }
      const refused = { status: 409, headers: { 'retry-after': '0' }, body: { error } }
      return [{ ...request, answers: [refused, ...(first?.answers ?? [])] }, ...more]
    })
  ],
  'Fail a SQL database over': [
    well(both(sqlDatabase('AzureAsyncOperation'), sqlDatabase('OperationResults')))
  ],
  'Restart a PostgreSQL server': [
    well(
      both(
        at('DBforPostgreSQL', `${LOCATIONS}/azureAsyncOperation`),
        at('DBforPostgreSQL', `${LOCATIONS}/operationResults`)
      )
    )
  ],
  'Fail a Cosmos DB account over': [
    well(both(COSMOS, at('DocumentDB', `${LOCATIONS}/operationResults`))),
    also('as it was', done)
  ],
  'Create a Cosmos DB account': [
    well(resource(200, COSMOS, 'Creating', { documentEndpoint: 'https://shop.example:443/' }), {
      endpoint: 'https://shop.example:443/'
    })
  ],
  'Empty a Redis cache': [
    well(
      both(
        at('Cache', `${LOCATIONS}/asyncOperations`),
        at('Cache', `${LOCATIONS}/operationResults`)
      )
    )
  ],
  'Purge paths of Front Door': [well(asyncOperation(at('Cdn', 'operationresults')))],
  'Reset a VPN gateway': [
    well(asyncOperation(at('Network', `${LOCATIONS}/operations`))),
    also(
      'with Location',
      both(
        at('Network', `${LOCATIONS}/operations`),
        at('Network', `${LOCATIONS}/operationResults`),
        result({ name: 'hub', properties: { provisioningState: 'Succeeded' } })
      )
    )
  ],
  'Back up an API Management service': [
    well((request) =>
      location(
        `${request.path.replace(/\/backup$/, '')}/operationresults/${ID}`,
        result({ name: 'shop', properties: { provisioningState: 'Succeeded' } }),
        '2022-04-01-preview'
      )(request)
    )
  ],
  'Back up a virtual machine now': [
    well(backup('InProgress', 'InProgress', 'Completed'), { job: JOB }),
    bad('the job failed', backup('InProgress', 'Failed'), 'properties.status is "Failed"'),
    bad('with warnings', backup('CompletedWithWarnings'), '"CompletedWithWarnings"')
  ],
  'Run a Container Apps job to its end': [
    well(execution('Running', 'Running', 'Succeeded'), { execution: EXECUTION }),
    bad('it failed', execution('Running', 'Failed'), 'properties.status is "Failed"')
  ],
  'Import an image into a registry': [
    well(location(at('ContainerRegistry', `${LOCATIONS}/operationResults`)))
  ],
  'Remediate what a policy found': [
    well(remediation(0), { repaired: '3' }),
    bad('one deployment failed', remediation(1), 'failedDeployments is 1')
  ],
  'Create a subscription': [
    well(resource(201, undefined, 'Accepted', { subscriptionId: ID }), { subscription: ID })
  ],
  'Create a machine learning workspace': [
    well(workspace(undefined, ['Creating', 'Shop'], ['Succeeded', 'Shop']), {
      workspace: WORKSPACE,
      tracking: 'azureml://shop'
    }),
    also(
      'there before',
      workspace(
        ['Succeeded', 'Old'],
        ['Updating', 'Old'],
        ['Updating', 'Shop'],
        ['Succeeded', 'Shop']
      )
    ),
    bad('it failed', workspace(undefined, ['Creating', 'Shop'], ['Failed', 'Shop']), 'Failed'),
    bad(
      'it failed later',
      workspace(['Succeeded', 'Old'], ['Updating', 'Shop'], ['Failed', 'Shop']),
      'Failed'
    )
  ],
  'Purge a deleted key vault': [
    well(location(at('KeyVault', `${LOCATIONS}/operationResults`))),
    also('at once', (request) => [start(request, 200, {})])
  ]
}
