// The runs that the pictures show: the inputs, what is there before, and what happens meanwhile.
const GROUP = '/subscriptions/{subscriptionId}/resourceGroups/shop'
const PROVIDERS = `${GROUP}/providers`
const DEPLOYMENT = `${PROVIDERS}/Microsoft.Resources/deployments/shop`
const STACK = `${PROVIDERS}/Microsoft.Resources/deploymentStacks/shop`
const MACHINE = `${PROVIDERS}/Microsoft.Compute/virtualMachines/web-1`
const DEPLOYMENT_VERSION = '2025-04-01'
const STACK_VERSION = '2024-03-01'
const MACHINE_VERSION = '2024-07-01'
const SCHEMA = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'

const fill = (path) => path.replace('{subscriptionId}', '11111111-1111-4111-8111-111111111111')

/** A resource of a template; `seconds` and `error` say what becomes of it. */
function resource(type, name, { seconds, error, ...rest } = {}) {
  const metadata = { simulator: { ...(seconds && { seconds }), ...(error && { error }) } }
  return {
    type: `Microsoft.${type}`,
    apiVersion: '2024-05-01',
    name,
    location: 'westeurope',
    ...rest,
    metadata
  }
}

/** A deployment inside a deployment. */
function nested(name, ...resources) {
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: DEPLOYMENT_VERSION,
    name,
    properties: { mode: 'Incremental', template: toTemplate(resources) }
  }
}

function toTemplate(resources) {
  return { $schema: SCHEMA, contentVersion: '1.0.0.0', resources }
}

function deploy(resources, mode = 'Incremental') {
  const properties = { mode, template: toTemplate(resources) }
  return {
    method: 'PUT',
    url: DEPLOYMENT,
    'api-version': DEPLOYMENT_VERSION,
    body: JSON.stringify({ properties })
  }
}

const SHOP = [
  resource('Network/virtualNetworks', 'vnet-shop', { seconds: 24 }),
  resource('OperationalInsights/workspaces', 'logs-shop', { seconds: 38 }),
  resource('KeyVault/vaults', 'keys-shop', { seconds: 45 }),
  resource('Web/serverfarms', 'plan-shop', { seconds: 62 }),
  resource('Sql/servers', 'sql-shop', { seconds: 95, dependsOn: ['vnet-shop'] }),
  resource('Web/sites', 'app-shop', { seconds: 71, dependsOn: ['plan-shop', 'sql-shop'] })
]

const POLICY = [
  resource('Network/networkSecurityGroups', 'nsg', { seconds: 45 }),
  nested(
    'network',
    nested(
      'address',
      resource('Network/publicIPAddresses', 'door', { seconds: 130, error: 'policy' })
    )
  )
]

const SIX_OF_TWELVE = [
  ...['a', 'b', 'c', 'd', 'e'].map((letter, index) =>
    resource('Network/networkSecurityGroups', `nsg-${letter}`, {
      seconds: 40 + index,
      error: 'policy'
    })
  ),
  nested(
    'network',
    nested('address', resource('Compute/virtualMachines', 'door', { seconds: 240, error: 'sku' }))
  ),
  resource('Web/serverfarms', 'plan-shop', { seconds: 122 }),
  resource('Web/sites', 'app-shop', { seconds: 90, dependsOn: ['plan-shop'] }),
  resource('Storage/storageAccounts', 'stshop', { seconds: 31 }),
  resource('KeyVault/vaults', 'keys-shop', { seconds: 45 }),
  resource('OperationalInsights/workspaces', 'logs-shop', { seconds: 62 }),
  resource('Network/virtualNetworks', 'vnet-shop', { seconds: 24 })
]

const SLOW = [
  ...SHOP,
  resource('ContainerService/managedClusters', 'aks-shop', { seconds: 2_400 }),
  resource('Network/virtualNetworkGateways', 'gw-shop', {
    seconds: 2_400,
    dependsOn: ['vnet-shop']
  })
]

const BEFORE = [
  resource('Web/serverfarms', 'plan-shop', { seconds: 1, sku: { name: 'B1' } }),
  resource('Web/sites', 'app-shop', { seconds: 1, tags: { team: 'web' } }),
  resource('Web/sites', 'old-shop', { seconds: 1 }),
  resource('Storage/storageAccounts', 'stshop', { seconds: 1, kind: 'StorageV2' })
]

const AFTER = [
  resource('Web/serverfarms', 'plan-shop', { sku: { name: 'P1v3' } }),
  resource('Web/sites', 'app-shop', { tags: { team: 'shop', tier: 'gold' } }),
  resource('KeyVault/vaults', 'keys-shop', { sku: { name: 'standard' } }),
  resource('Storage/storageAccounts', 'stshop', { kind: 'StorageV2' })
]

const LOCKED = {
  code: 'ScopeLocked',
  message:
    "The scope '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop/providers/Microsoft.Storage/storageAccounts/stshop' cannot perform delete operation because following scope(s) are locked: '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/shop'. Please remove the lock and try again."
}

function scriptFailingDeletion() {
  const error = {
    code: 'DeploymentStackDeleteResourcesFailed',
    message:
      'One or more resources could not be deleted. Please see the FailedResources property for specific error information.'
  }
  const [id, status] = [fill(STACK), '/locations/westeurope/deploymentStackOperationStatus/1']
  const stored = fill(`${PROVIDERS}/Microsoft.Storage/storageAccounts/stshop`)
  const failedResources = [{ id: stored, error: LOCKED }]
  const statusUrl = `${id.split('/resourceGroups')[0]}/providers/Microsoft.Resources${status}`
  const headers = { 'Azure-AsyncOperation': `{origin}${statusUrl}?api-version=${STACK_VERSION}` }
  const running = { body: { name: '1', status: 'deletingResources' } }
  const failed = { body: { name: '1', status: 'failed', error } }
  const properties = { provisioningState: 'failed', error, failedResources }
  return [
    { method: 'DELETE', path: id, answers: [{ status: 202, headers }] },
    { method: 'GET', path: statusUrl, answers: [running, running, running, running, failed] },
    { method: 'GET', path: id, answers: [{ body: { id, name: 'shop', properties } }] }
  ]
}

const WEB = `${PROVIDERS}/Microsoft.Web`
/** A release of which the slot is refused; the headers say how long each takes, and how it ends. */
const RELEASE = `
- name: logs
  url: ${PROVIDERS}/Microsoft.OperationalInsights/workspaces/logs-shop
  api-version: 2023-09-01
  headers: { x-ms-simulator-seconds: 95 }
  body: { location: westeurope }
- name: plan
  url: ${WEB}/serverfarms/plan-shop
  headers: { x-ms-simulator-seconds: 38 }
  body: { location: westeurope, sku: { name: P1v3 } }
- name: site
  url: ${WEB}/sites/app-shop
  headers: { x-ms-simulator-seconds: 24 }
  body: { location: '\${plan.location}', properties: { serverFarmId: '\${plan.id}' } }
- name: slot
  url: \${site.id}/slots/staging
  headers: { x-ms-simulator-seconds: 45, x-ms-simulator-error: quota }
  body: { location: '\${site.location}', properties: { serverFarmId: '\${plan.id}' } }
- name: swap
  method: POST
  url: \${slot.id}/slotsswap
  body: { targetSlot: production, preserveVnet: true }
`

/** A loop over regions, one that follows it, and what needs all of them. */
const REGIONS = `
- name: plan
  for-each: [westeurope, northeurope, uksouth]
  url: ${WEB}/serverfarms/plan-\${item}
  headers: { x-ms-simulator-seconds: 90 }
  body: { location: '\${item}', sku: { name: P1v3 } }
- name: site
  for-each: plan
  url: ${WEB}/sites/shop-\${item}
  headers: { x-ms-simulator-seconds: 240 }
  body: { location: '\${item}', properties: { serverFarmId: '\${plan.id}' } }
- name: front
  url: ${PROVIDERS}/Microsoft.Network/trafficManagerProfiles/shop
  api-version: 2022-04-01
  headers: { x-ms-simulator-seconds: 30 }
  body: { location: global, properties: { sites: '\${site[].id}' } }
`

/** Stops one of many machines; two of them are busy. */
function stopMachine(_, index) {
  const number = String(index + 1).padStart(2, '0')
  const message = `Operation 'deallocate' is not allowed on VM 'vm-${number}' since the VM is being updated.`
  const error = JSON.stringify({ code: 'OperationNotAllowed', message })
  return {
    name: `stop_${number}`,
    url: `${PROVIDERS}/Microsoft.Compute/virtualMachines/vm-${number}/deallocate`,
    headers: {
      'x-ms-simulator-seconds': String(31 + ((index * 7) % 25)),
      ...((index === 11 || index === 30) && { 'x-ms-simulator-error': error })
    }
  }
}

const runOnce = (inputs) => async (stage) => [await stage.run({ inputs })]

/** Each scene plays on a stage of its own, and tells what came of its steps; the pictures show the last ones. */
export const SCENES = [
  {
    name: 'succeeded',
    title: 'A deployment that succeeds',
    text: 'Six resources, some of which wait for others.',
    play: runOnce(deploy(SHOP))
  },
  {
    name: 'policy',
    title: 'A policy, two deployments deep',
    text: 'A module in a module has an address that a policy does not allow.',
    isDark: true,
    play: runOnce(deploy(POLICY))
  },
  {
    name: 'six-of-twelve',
    title: 'Six of twelve resources fail',
    text: 'Five for one reason, and one for another.',
    play: runOnce(deploy(SIX_OF_TWELVE))
  },
  {
    name: 'timed-out',
    title: 'A timeout',
    text: 'The deployment goes on in Azure; the summary has the step that waits for it again.',
    isDark: true,
    play: runOnce({ ...deploy(SLOW), timeout: '10m' })
  },
  {
    name: 'unknown',
    title: 'An answer that got lost',
    text: 'The connection breaks before the answer to a `POST` arrives. Sending it again might do the work twice, so the outcome is `Unknown`.',
    play: async ({ simulator, run }) => {
      const path = fill(`${MACHINE}/redeploy`)
      simulator.script([{ method: 'POST', path, answers: [{ fault: 'reset', status: 202 }] }])
      const url = `${MACHINE}/redeploy`
      return [await run({ inputs: { method: 'POST', url, 'api-version': MACHINE_VERSION } })]
    }
  },
  {
    name: 'canceled',
    title: 'A workflow that is canceled',
    text: 'With `on-cancel: cancel`. The step cancels the deployment in Azure, and the post step says how it ended.',
    play: async ({ run }) => {
      const inputs = { ...deploy(SLOW), 'on-cancel': 'cancel' }
      const signalAfter = { signal: 'SIGINT', output: /succeeded .*keys-shop/ }
      const step = await run({ inputs, signalAfter })
      const states = Object.entries(step.state).map(([name, value]) => [`STATE_${name}`, value])
      return [step, await run({ inputs, env: Object.fromEntries(states) })]
    }
  },
  {
    name: 'what-if',
    title: 'A what-if',
    text: 'What a deployment in the mode `Complete` would change.',
    play: async ({ run }) => {
      await run({ inputs: deploy(BEFORE) })
      const preview = { ...deploy(AFTER, 'Complete'), method: 'POST', url: `${DEPLOYMENT}/whatIf` }
      return [await run({ inputs: preview })]
    }
  },
  {
    name: 'stack',
    title: 'A deployment stack that cannot be deleted',
    text: 'A lock keeps one of its resources.',
    play: async ({ simulator, run }) => {
      simulator.script(scriptFailingDeletion())
      const url = `${STACK}?unmanageAction.Resources=delete`
      return [await run({ inputs: { method: 'DELETE', url, 'api-version': STACK_VERSION } })]
    }
  },
  {
    name: 'resumed',
    title: 'A resumed operation',
    text: 'One step starts a virtual machine with `wait: false`; another one, perhaps in another job, waits for it.',
    play: async ({ run }) => {
      const start = { method: 'POST', url: `${MACHINE}/start`, 'api-version': MACHINE_VERSION }
      const { outputs } = await run({ inputs: { ...start, wait: 'false' } })
      return [await run({ inputs: { resume: outputs.operation } })]
    }
  },
  {
    name: 'list',
    title: 'A list of operations',
    text: 'Each starts when what it needs is there. The slot is refused, so it is not swapped; the logs are finished all the same.',
    play: runOnce({ method: 'PUT', 'api-version': '2024-04-01', requests: RELEASE })
  },
  {
    name: 'list-of-50',
    title: 'Fifty operations at once',
    text: 'Fifty machines are stopped with `fail-fast: false`, and two of them are busy. With more than 20 operations the log has a line for each end, and the table of the summary is folded.',
    play: runOnce({
      method: 'POST',
      'api-version': MACHINE_VERSION,
      'fail-fast': 'false',
      requests: JSON.stringify(Array.from({ length: 50 }, stopMachine))
    })
  },
  {
    name: 'list-cut',
    title: 'A list with loops that is cut, and goes on',
    text: 'Three regions: each site starts when the plan of its region is there. The time of the first step is too short. The second step has its output `operation` and the same list: it waits for what runs, and starts what had not started.',
    steps: ['The step that is cut', 'The step that goes on'],
    play: async ({ run }) => {
      const list = { method: 'PUT', 'api-version': '2024-04-01', requests: REGIONS }
      const step = await run({ inputs: { ...list, timeout: '3m' } })
      return [step, await run({ inputs: { ...list, resume: step.outputs.operation } })]
    }
  },
  {
    name: 'wrong-input',
    title: 'Wrong inputs',
    text: 'Nothing is sent.',
    play: runOnce({ method: 'PUSH', url: `${GROUP}/`, timeout: '45 minutes' })
  }
]

const SIZES = [1, 30, 300]

/** Scenes that are only looked at: few resources, and many. */
export const REHEARSALS = SIZES.flatMap((count) =>
  [false, true].map((isBad) => ({
    name: `${count}-${isBad ? 'failed' : 'succeeded'}`,
    play: runOnce(
      deploy(
        Array.from({ length: count }, (_, index) =>
          resource('Network/networkSecurityGroups', `nsg-of-a-long-name-${index}`, {
            seconds: 20 + ((index * 37) % 100),
            ...(isBad && index % 5 === 0 && { error: 'policy' })
          })
        )
      )
    )
  }))
)
