/**
 * Knowledge of an operation by its URL and method alone, beyond the protocol: one row for each. Pure.
 * Every other room asks this table; none has a pattern of its own for what is a deployment, a cluster or a job.
 */
import { readField, readObject } from '../http/body.ts'
import type { HttpResponse, Method } from '../http/message.ts'
import { DEPLOYMENT_PATH, STACK_PATH } from '../operation/identity.ts'
import { trimEnd } from '../values.ts'

/** Kind of operation that is known by its URL and method, with what follows from that. */
export interface KnownOperation {
  readonly kind:
    | 'deployment'
    | 'deployment-preview'
    | 'stack'
    | 'stack-preview'
    | 'stack-what-if'
    | 'managed-cluster'
    | 'image-build'
    | 'job-execution'
  readonly methods: readonly Method[]
  /** Path of the resource and its action. Groups: `scope`, `resource` and, of a POST, `action`. */
  readonly path: RegExp
  /** Path of the call that cancels it; undefined when the answer, the first one or the result, does not tell enough. */
  readonly cancel?: (resource: string, answer: HttpResponse | undefined) => string | undefined
  /** What it starts goes on after its success, and is what the cancel call ends. */
  readonly outlivesSuccess?: true
  /** Portal page: one of its own, or that of the scope, where no resource is left; the resource's when absent. */
  readonly page?: 'deployment' | 'scope'
  /**
   * Proof of whose it is: its correlation ID and its start alone, because the same body again is a new operation. When
   * absent, its last change and the values of the body tell as well.
   */
  readonly identity?: 'id-or-start'
  /** Hooks that may know more of its run. */
  readonly hooks?: 'deployment'
}

/** Path of a known operation, in its parts. */
export interface KnownPath {
  readonly operation: KnownOperation
  /** Path that the resource belongs to; `''` for the tenant. */
  readonly scope: string
  readonly resource: string
  /** Lower case; `''` for the resource itself. */
  readonly action: string
}

const PREVIEWS = 'whatif|validate'
/** Actions that `abort` ends on a cluster; it would end another operation while one of these is not what runs. */
const CLUSTER_ACTIONS =
  'start|stop|upgradeNodeImageVersion|rotateClusterCertificates|rotateServiceAccountSigningKeys|resetServicePrincipalProfile|resetAADProfile'
const CLUSTER = 'microsoft.containerservice/managedclusters/[^/]+(?:/agentpools/[^/]+)?'

// Deployments: https://learn.microsoft.com/rest/api/resources/deployments/cancel
// Clusters: https://learn.microsoft.com/rest/api/aks/managed-clusters/abort-latest-operation
// Image templates: https://learn.microsoft.com/rest/api/imagebuilder/virtual-machine-image-templates/cancel
// Jobs: https://learn.microsoft.com/rest/api/containerapps/jobs/stop-execution
const KNOWN: readonly KnownOperation[] = [
  {
    kind: 'deployment',
    methods: ['PUT'],
    path: toPattern(DEPLOYMENT_PATH),
    cancel: (deployment) => `${deployment}/cancel`,
    page: 'deployment',
    identity: 'id-or-start',
    hooks: 'deployment'
  },
  {
    kind: 'deployment-preview',
    methods: ['POST'],
    path: toPattern(DEPLOYMENT_PATH, PREVIEWS),
    page: 'scope',
    hooks: 'deployment'
  },
  {
    kind: 'stack',
    methods: ['PUT', 'DELETE'],
    path: toPattern(STACK_PATH),
    hooks: 'deployment'
  },
  {
    kind: 'stack-preview',
    methods: ['POST'],
    path: toPattern(STACK_PATH, PREVIEWS),
    page: 'scope',
    hooks: 'deployment'
  },
  {
    kind: 'stack-what-if',
    methods: ['PUT'],
    path: toPattern('microsoft.resources/deploymentstackswhatifresults/[^/]+'),
    hooks: 'deployment'
  },
  {
    kind: 'stack-what-if',
    methods: ['POST'],
    path: toPattern('microsoft.resources/deploymentstackswhatifresults/[^/]+', PREVIEWS),
    page: 'scope',
    hooks: 'deployment'
  },
  {
    kind: 'managed-cluster',
    methods: ['PUT', 'PATCH', 'DELETE'],
    path: toPattern(CLUSTER),
    cancel: (cluster) => `${cluster}/abort`
  },
  {
    kind: 'managed-cluster',
    methods: ['POST'],
    path: toPattern(CLUSTER, CLUSTER_ACTIONS),
    cancel: (cluster) => `${cluster}/abort`
  },
  {
    kind: 'image-build',
    methods: ['POST'],
    path: toPattern('microsoft.virtualmachineimages/imagetemplates/[^/]+', 'run'),
    cancel: (template) => `${template}/cancel`
  },
  {
    kind: 'job-execution',
    methods: ['POST'],
    path: toPattern('microsoft.app/jobs/[^/]+', 'start'),
    cancel: (job, answer) => {
      const execution = readExecution(answer)
      return execution === undefined ? undefined : `${job}/executions/${execution}/stop`
    },
    outlivesSuccess: true
  }
]

function toPattern(type: string, actions?: string): RegExp {
  const action = actions === undefined ? '' : `/(?<action>${actions})`
  const resource = `(?<scope>.*)/providers/${type.replaceAll('.', '\\.')}`
  return new RegExp(`^(?<resource>${resource})${action}$`, 'i')
}

/** Only a plain name becomes part of a URL. */
function readExecution(answer: HttpResponse | undefined): string | undefined {
  const name = answer === undefined ? undefined : readField(readObject(answer.body), 'name')
  return typeof name === 'string' && /^[A-Za-z0-9-]{1,128}$/.test(name) ? name : undefined
}

/**
 * The row for the path of a URL, or for a resource ID.
 * @param method any when absent: what a resource is does not hang on what is done to it
 */
export function findKnownOperation(path: string, method?: Method): KnownPath | undefined {
  const trimmed = trimEnd(path, '/')
  for (const operation of KNOWN) {
    const groups = operation.path.exec(trimmed)?.groups
    if (groups === undefined || (method !== undefined && !operation.methods.includes(method))) {
      continue
    }
    const { scope = '', resource = '', action = '' } = groups
    return { operation, scope, resource, action: action.toLowerCase() }
  }
  return undefined
}

/** True for the URL of a resource whose correlation ID and start alone tell whose it is. */
export function isKnownByStart(url: string): boolean {
  return findKnownOperation(new URL(url).pathname)?.operation.identity === 'id-or-start'
}
