/**
 * What the demo runs: the three examples of Microsoft's page "Track asynchronous Azure operations"
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations), a list of operations in one
 * step, and a deployment that fails.
 */
import type { SideEffect } from './ledger.ts'

export interface DemoExample {
  readonly title: string
  readonly inputs: Readonly<Record<string, string>>
  /** The `status` output that it must end with. */
  readonly status: 'Succeeded' | 'Failed'
  /** The side effect that must have happened exactly once, and to what. */
  readonly effect: SideEffect
  readonly id: string
}

const GROUP = '/subscriptions/{subscriptionId}/resourceGroups/demo'
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-1`
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/demostorage1`
const SITE = `${GROUP}/providers/Microsoft.Web/sites/shop`
const FAILING = `${GROUP}/providers/Microsoft.Resources/deployments/network`

const DEPLOYMENT_BODY = {
  properties: {
    mode: 'Incremental',
    parameters: { name: { value: 'shop' } },
    template: {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: {
        name: { type: 'string' },
        location: { type: 'string', defaultValue: '[resourceGroup().location]' }
      },
      resources: [
        {
          type: 'Microsoft.Web/serverfarms',
          apiVersion: '2024-04-01',
          name: "[concat('plan-', parameters('name'))]",
          location: "[parameters('location')]",
          sku: { name: 'B1' }
        },
        {
          type: 'Microsoft.Web/sites',
          apiVersion: '2024-04-01',
          name: "[concat('app-', parameters('name'))]",
          location: "[parameters('location')]",
          dependsOn: [
            "[resourceId('Microsoft.Web/serverfarms', concat('plan-', parameters('name')))]"
          ],
          properties: { httpsOnly: true }
        }
      ],
      outputs: {
        siteUrl: {
          type: 'string',
          value: "[format('https://app-{0}.azurewebsites.net', parameters('name'))]"
        }
      }
    }
  }
}

const ACCOUNT_BODY = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_LRS' } }

// The site takes its place from the response of the plan, the slot from that of the site, and both swap places.
const RELEASE = `
- name: plan
  url: ${GROUP}/providers/Microsoft.Web/serverfarms/shop
  body: { location: westeurope, sku: { name: P1v3 } }
- name: site
  url: ${SITE}
  body: { location: '\${plan.location}', properties: { serverFarmId: '\${plan.id}' } }
- name: slot
  url: \${site.id}/slots/staging
  body: { location: '\${site.location}', properties: { serverFarmId: '\${plan.id}' } }
- name: swap
  method: POST
  url: \${slot.id}/slotsswap
  body: { targetSlot: production, preserveVnet: true }
`

// A module in a template: the cause lies two deployments and two layers of JSON in a string deep.
const FAILING_BODY = {
  properties: {
    mode: 'Incremental',
    template: {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      resources: [
        {
          type: 'Microsoft.Network/networkSecurityGroups',
          apiVersion: '2024-05-01',
          name: 'nsg',
          location: 'westeurope'
        },
        {
          type: 'Microsoft.Resources/deployments',
          apiVersion: '2025-04-01',
          name: 'address',
          properties: {
            mode: 'Incremental',
            template: {
              contentVersion: '1.0.0.0',
              resources: [
                {
                  type: 'Microsoft.Network/publicIPAddresses',
                  apiVersion: '2024-05-01',
                  name: 'front-door',
                  location: 'brazilsouth',
                  metadata: { simulator: { seconds: 20, error: 'policy' } }
                }
              ]
            }
          }
        }
      ]
    }
  }
}

export const DEMO_EXAMPLES: readonly DemoExample[] = [
  {
    title: 'Start a virtual machine: 202 with Azure-AsyncOperation',
    inputs: { method: 'POST', url: `${VM}/start`, 'api-version': '2024-07-01' },
    status: 'Succeeded',
    effect: 'vm-start',
    id: VM
  },
  {
    title: 'Deploy resources: 201 with Azure-AsyncOperation',
    inputs: {
      method: 'PUT',
      url: DEPLOYMENT,
      'api-version': '2025-04-01',
      body: JSON.stringify(DEPLOYMENT_BODY, null, 2)
    },
    status: 'Succeeded',
    effect: 'deployment',
    id: DEPLOYMENT
  },
  {
    title: 'Create a storage account: 202 with Location and Retry-After',
    inputs: {
      method: 'PUT',
      url: ACCOUNT,
      'api-version': '2024-01-01',
      body: JSON.stringify(ACCOUNT_BODY, null, 2)
    },
    status: 'Succeeded',
    effect: 'resource-create',
    id: ACCOUNT
  },
  {
    title: 'Many operations in one step: each starts when what it needs is there',
    inputs: {
      method: 'PUT',
      'api-version': '2024-04-01',
      requests: RELEASE,
      outputs: 'host: site.properties.defaultHostName'
    },
    status: 'Succeeded',
    effect: 'resource-action',
    id: `${SITE}/slots/staging`
  },
  {
    title: 'A deployment that a policy refuses, two deployments deep',
    inputs: {
      method: 'PUT',
      url: FAILING,
      'api-version': '2025-04-01',
      body: JSON.stringify(FAILING_BODY, null, 2)
    },
    status: 'Failed',
    effect: 'deployment',
    id: FAILING
  }
]
