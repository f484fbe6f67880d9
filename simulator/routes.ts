/**
 * What the simulator answers and how it is spoiled, as rows for people. What answers is in router.ts.
 */
import { NAMED_ERRORS } from './errors.ts'
import {
  BODY_BYTES_HEADER,
  ERROR_HEADER,
  HABIT_HEADER,
  LOST_ANSWER_HEADER,
  LOST_ANSWERS,
  MISSING_POLLS_HEADER,
  NEXT_RUN_HEADER,
  SECONDS_HEADER,
  URL_BYTES_HEADER
} from './instructions.ts'
import { HABITS } from './world.ts'

/**
 * Requests that something answers. A path without a slash before it stands after `…/providers/` in any scope; several last
 * words are several requests.
 */
export interface Route {
  readonly methods: string
  readonly path: string
  readonly what: string
}

const DEPLOYMENTS = 'Microsoft.Resources/deployments/{name}'
const STACKS = 'Microsoft.Resources/deploymentStacks/{name}'
const STACK_PREVIEWS = 'Microsoft.Resources/deploymentStacksWhatIfResults/{name}'

/** The routes, the special ones first: the first that fits answers. */
export const ROUTES: readonly Route[] = [
  {
    methods: 'GET',
    path: '/subscriptions/{id}/resourceGroups',
    what: 'the resource groups'
  },
  {
    methods: 'PUT GET HEAD DELETE',
    path: '/subscriptions/{id}/resourceGroups/{name}',
    what: 'a resource group; its deletion takes 30 s and is followed at a Location'
  },
  {
    methods: 'PUT GET HEAD DELETE',
    path: DEPLOYMENTS,
    what: 'a template deployment, in any scope: its template is evaluated, its resources are made'
  },
  { methods: 'GET', path: `${DEPLOYMENTS}/operations`, what: 'what it has done, in pages' },
  {
    methods: 'POST',
    path: `${DEPLOYMENTS}/cancel|validate|whatIf`,
    what: 'ends it, checks it, foretells it'
  },
  { methods: 'PUT GET DELETE', path: STACKS, what: 'a deployment stack' },
  { methods: 'POST', path: `${STACKS}/validate`, what: 'checks it' },
  { methods: 'PUT GET DELETE', path: STACK_PREVIEWS, what: 'what a stack would do' },
  { methods: 'POST', path: `${STACK_PREVIEWS}/whatIf`, what: 'works it out' },
  {
    methods: 'POST',
    path: 'Microsoft.Compute/virtualMachines/{name}/start|restart|powerOff|deallocate',
    what: 'a virtual machine, which is there when it is first asked for: 202 with Azure-AsyncOperation'
  },
  {
    methods: 'GET',
    path: 'Microsoft.Compute/virtualMachines/{name}/instanceView',
    what: 'its power state'
  },
  {
    methods: 'PUT GET',
    path: 'Microsoft.Storage/storageAccounts/{name}',
    what: 'a storage account: 202 with Location and Retry-After'
  },
  {
    methods: 'POST',
    path: 'Microsoft.Storage/storageAccounts/{name}/listKeys|regenerateKey',
    what: 'its keys'
  },
  {
    methods: 'PUT GET',
    path: 'Microsoft.ManagedIdentity/userAssignedIdentities/{name}',
    what: 'an identity with its IDs'
  },
  {
    methods: 'PUT GET',
    path: 'Microsoft.Web/sites/{name}/slots/{slot}',
    what: 'a web app (without /slots), or a slot of it'
  },
  {
    methods: 'POST',
    path: 'Microsoft.Web/sites/{name}/slots/{slot}/slotsswap',
    what: 'swaps it with another; body: targetSlot'
  },
  {
    methods: 'POST',
    path: 'Microsoft.App/jobs/{name}/start',
    what: 'starts a job; its execution is there to read'
  },
  {
    methods: 'GET',
    path: 'Microsoft.App/jobs/{name}/executions/{execution}',
    what: 'an execution'
  },
  {
    methods: 'POST',
    path: 'Microsoft.ContainerService/managedClusters/{name}/runCommand',
    what: "runs a command: `exit 3` in it is the result's exitCode"
  },
  {
    methods: 'DELETE',
    path: 'Microsoft.KeyVault/vaults/{name}',
    what: 'a key vault, which can be purged then'
  },
  {
    methods: 'POST',
    path: '/subscriptions/{id}/providers/Microsoft.KeyVault/locations/{place}/deletedVaults/{name}/purge',
    what: 'purges it'
  },
  {
    methods: 'POST',
    path: 'Microsoft.DataFactory/factories/{name}/triggers/{trigger}/start|stop',
    what: 'a trigger, at once'
  },
  {
    methods: 'GET',
    path: '{namespace}/{type}',
    what: 'any list of resources, in pages'
  },
  {
    methods: 'PUT PATCH GET HEAD DELETE',
    path: '{namespace}/{type}/{name}',
    what: 'any resource of any type, by the habit that is usual for the method'
  },
  {
    methods: 'POST',
    path: '{namespace}/{type}/{name}/{action}',
    what: 'any action on one'
  }
]

/** Request headers that spoil what answers, or change it. */
export const SPOILING_HEADERS: readonly (readonly [header: string, what: string])[] = [
  [`${SECONDS_HEADER}: 300`, 'how long it takes in Azure'],
  [
    `${ERROR_HEADER}: quota`,
    `it fails at its end: ${NAMED_ERRORS.join(', ')}, or JSON with code and message`
  ],
  [`${HABIT_HEADER}: location`, `how its end is told: ${HABITS.join(', ')}`],
  [`${LOST_ANSWER_HEADER}: reset`, `it starts, and the answer is lost: ${LOST_ANSWERS.join(', ')}`],
  [`${MISSING_POLLS_HEADER}: 2`, 'how many of its first polls are answered with 404'],
  [
    `${NEXT_RUN_HEADER}: succeeds`,
    'another run takes the name of the deployment as soon as it is over: succeeds, or an error'
  ],
  [`${BODY_BYTES_HEADER}: 100000`, 'how many bytes of filling its answers have'],
  [`${URL_BYTES_HEADER}: 2000`, 'how many bytes its polling URLs have more']
]
