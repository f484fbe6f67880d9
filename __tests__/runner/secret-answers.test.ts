/**
 * Answers that are secret by what was asked for: what is registered of real kinds of them, and what is not. The calls
 * and the fields are those of https://learn.microsoft.com/rest/api, the values are made up.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import type { Body, JsonValue, Method } from '../../src/http/message.ts'
import { findSecrets } from '../../src/runner/find-secrets.ts'
import { isHarmlessText, listPlainTexts } from '../../src/runner/harmless-texts.ts'
import { asksForSecrets, findAskedSecrets } from '../../src/runner/secret-answers.ts'

const GROUP = '/subscriptions/0f5f4e5c-0000-4000-8000-1234567890ab/resourceGroups/shop-rg'
const toUrl = (path: string) =>
  `https://management.azure.com${path.startsWith('/') ? path : `${GROUP}/providers/${path}`}?api-version=2025-01-01`

const toBody = (value: JsonValue): Body => ({ kind: 'json', value, text: JSON.stringify(value) })
const find = (method: Method, path: string, body: Body, plainTexts = '') =>
  findAskedSecrets(body, { method, url: toUrl(path) }, plainTexts)
const findAll = (method: Method, path: string, body: Body) => [
  ...find(method, path, body).secrets,
  ...findSecrets(body, toUrl(path)).secrets
]

/** Text that looks random and has the form of nothing. */
const random = (seed: number) => `vK${seed}tRq8Zm3Lw0Px${seed}Yd7n`
const KEY = `${'Xy3/'.repeat(21)}Qw==`
const [A, B, C] = [random(1), random(2), random(3)] as const
const SAS = `sv=2024-11-04&ss=b&srt=sco&sp=rl&se=2026-01-01T00:00:00Z&sig=${A}%3D`
const KUBECONFIG = Buffer.from(`apiVersion: v1\nkind: Config\nusers: [{token: ${A}}]`).toString(
  'base64'
)
const connection = (part: string) =>
  `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=all;${part}`

/** Kind of answer: the call, what it answers, and the texts in it that must be masked. */
type Kind = readonly [Method, path: string, answer: JsonValue, secrets: readonly string[]]

const KINDS: Readonly<Record<string, Kind>> = {
  'secrets of a container app': [
    'POST',
    'Microsoft.App/containerApps/a/listSecrets',
    { value: [{ name: 'database-url', value: A }] },
    [A]
  ],
  'secrets of a Dapr component': [
    'POST',
    'Microsoft.App/managedEnvironments/e/daprComponents/d/listSecrets',
    { value: [{ name: 'master-key-of-store', value: A }] },
    [A]
  ],
  'secrets of a job': [
    'POST',
    'Microsoft.App/jobs/j/listSecrets',
    { value: [{ name: 'smtp', value: A }] },
    [A]
  ],
  'token of a container app': [
    'POST',
    'Microsoft.App/containerApps/a/getAuthtoken',
    {
      name: 'a',
      location: 'West Europe',
      properties: { token: A, expires: '2026-01-01T00:00:00Z' }
    },
    [A]
  ],
  'keys of a functions host': [
    'POST',
    'Microsoft.Web/sites/f/host/default/listkeys',
    { masterKey: A, functionKeys: { default: B }, systemKeys: { durabletask_extension: C } },
    [A, B, C]
  ],
  'keys of a function': [
    'POST',
    'Microsoft.Web/sites/f/functions/h/listkeys',
    { default: A, ci: B },
    [A, B]
  ],
  'secrets of a function': [
    'POST',
    'Microsoft.Web/sites/f/slots/blue/functions/h/listsecrets',
    { key: A, trigger_url: `https://f.azurewebsites.net/api/h?code=${A}` },
    [A]
  ],
  'a function key that is set': [
    'PUT',
    'Microsoft.Web/sites/f/functions/h/keys/ci',
    { id: 'x', name: 'ci', properties: { name: 'ci', value: A } },
    [A]
  ],
  'a host key that is set': [
    'PUT',
    'Microsoft.Web/sites/f/host/default/functionKeys/ci',
    { id: 'x', name: 'ci', properties: { name: 'ci', value: A } },
    [A]
  ],
  'admin token of a functions host': ['GET', 'Microsoft.Web/sites/f/functions/admin/token', A, [A]],
  'keys through the proxy of a host': [
    'GET',
    'Microsoft.Web/sites/f/hostruntime/admin/functions/h/keys',
    { keys: [{ name: 'default', value: A }] },
    [A]
  ],
  'application settings': [
    'POST',
    'Microsoft.Web/sites/f/config/appsettings/list',
    {
      name: 'appsettings',
      properties: { STRIPE: A, REDIS: `x.redis.cache.windows.net:6380,password=${B},ssl=True` }
    },
    [A, B]
  ],
  'application settings that are set': [
    'PUT',
    'Microsoft.Web/sites/f/config/appsettings',
    { name: 'appsettings', properties: { STRIPE: A } },
    [A]
  ],
  'connection strings': [
    'POST',
    'Microsoft.Web/sites/f/config/connectionstrings/list',
    {
      name: 'connectionstrings',
      properties: { pg: { value: `postgres://u:${A}@h/db`, type: 'Custom' } }
    },
    [`postgres://u:${A}@h/db`, A]
  ],
  'publishing credentials': [
    'POST',
    'Microsoft.Web/sites/f/config/publishingcredentials/list',
    {
      properties: {
        publishingUserName: '$f',
        publishingPassword: A,
        scmUri: `https://$f:${A}@f.scm.azurewebsites.net`
      }
    },
    [A]
  ],
  'settings of a static site': [
    'POST',
    'Microsoft.Web/staticSites/s/listFunctionAppSettings',
    { properties: { MAIL: A } },
    [A]
  ],
  'secrets of a static site': [
    'POST',
    'Microsoft.Web/staticSites/s/listSecrets',
    { properties: { apiKey: A } },
    [A]
  ],
  'a named value': [
    'POST',
    'Microsoft.ApiManagement/service/s/namedValues/n/listValue',
    { value: A },
    [A]
  ],
  'keys of a subscription to an API': [
    'POST',
    'Microsoft.ApiManagement/service/s/subscriptions/i/listSecrets',
    { primaryKey: A, secondaryKey: B },
    [A, B]
  ],
  'token of a gateway': [
    'POST',
    'Microsoft.ApiManagement/service/s/gateways/g/generateToken',
    { value: `GatewayKey g&202601010000&${A}==` },
    [`GatewayKey g&202601010000&${A}==`]
  ],
  'token of a user of an API': [
    'POST',
    'Microsoft.ApiManagement/service/s/users/u/token',
    { value: `u&202601010000&${A}==` },
    [`u&202601010000&${A}==`]
  ],
  'secret of an identity provider': [
    'POST',
    'Microsoft.ApiManagement/service/s/identityProviders/aad/listSecrets',
    { clientSecret: A },
    [A]
  ],
  'key of a VPN connection': [
    'GET',
    'Microsoft.Network/connections/c/sharedkey',
    { value: 'correct-horse-battery' },
    ['correct-horse-battery']
  ],
  'key of a VPN connection that is set': [
    'PUT',
    'Microsoft.Network/connections/c/sharedkey',
    { value: A },
    [A]
  ],
  'key of a VPN link': [
    'POST',
    'Microsoft.Network/vpnGateways/g/vpnConnections/c/vpnLinkConnections/l/sharedKeys/default/listSharedKey',
    { properties: { sharedKey: A, sharedKeyLength: 32 } },
    [A]
  ],
  'links of a bastion': [
    'POST',
    'Microsoft.Network/bastionHosts/b/getShareableLinks',
    {
      value: [
        {
          vm: { id: `${GROUP}/x` },
          bsl: `https://bst-1.bastion.azure.com/api/shareable-url/${A}`,
          createdAt: '2025-01-01T00:00:00Z'
        }
      ]
    },
    [`https://bst-1.bastion.azure.com/api/shareable-url/${A}`]
  ],
  'profile of a VPN client': [
    'POST',
    'Microsoft.Network/virtualNetworkGateways/g/generatevpnclientpackage',
    `https://x.blob.core.windows.net/v/c.zip?${SAS}`,
    [`https://x.blob.core.windows.net/v/c.zip?${SAS}`, `${A}%3D`]
  ],
  'keys of a storage account': [
    'POST',
    'Microsoft.Storage/storageAccounts/s/listKeys',
    {
      keys: [
        {
          creationTime: '2025-01-01T00:00:00.0000000Z',
          keyName: 'key1',
          value: KEY,
          permissions: 'FULL'
        }
      ]
    },
    [KEY]
  ],
  'signature of a storage account': [
    'POST',
    'Microsoft.Storage/storageAccounts/s/ListAccountSas',
    { accountSasToken: SAS },
    [SAS, `${A}%3D`]
  ],
  'keys of Cosmos DB': [
    'POST',
    'Microsoft.DocumentDB/databaseAccounts/c/listKeys',
    { primaryMasterKey: A, secondaryMasterKey: B },
    [A, B]
  ],
  'connection strings of Cosmos DB': [
    'POST',
    'Microsoft.DocumentDB/databaseAccounts/c/listConnectionStrings',
    {
      connectionStrings: [
        {
          connectionString: `AccountEndpoint=https://c.documents.azure.com:443/;AccountKey=${A};`,
          description: 'Primary SQL Connection String'
        }
      ]
    },
    [A]
  ],
  'read-only keys of Cosmos DB': [
    'POST',
    'Microsoft.DocumentDB/databaseAccounts/c/readonlykeys',
    { primaryReadonlyMasterKey: A },
    [A]
  ],
  'keys of Service Bus': [
    'POST',
    'Microsoft.ServiceBus/namespaces/n/authorizationRules/RootManageSharedAccessKey/listKeys',
    {
      primaryConnectionString: connection(`SharedAccessKey=${A}`),
      primaryKey: A,
      keyName: 'RootManageSharedAccessKey'
    },
    [A, connection(`SharedAccessKey=${A}`)]
  ],
  'keys of Event Hubs, made anew': [
    'POST',
    'Microsoft.EventHub/namespaces/n/authorizationRules/r/regenerateKeys',
    { primaryKey: A, secondaryConnectionString: connection(`SharedAccessKey=${B}`) },
    [A, B]
  ],
  'keys of a cache': [
    'POST',
    'Microsoft.Cache/redis/r/listKeys',
    { primaryKey: A, secondaryKey: B },
    [A, B]
  ],
  'admin key of a search service, made anew': [
    'POST',
    'Microsoft.Search/searchServices/s/regenerateAdminKey/primary',
    { primaryKey: A, secondaryKey: B },
    [A, B]
  ],
  'query keys of a search service': [
    'POST',
    'Microsoft.Search/searchServices/s/listQueryKeys',
    { value: [{ name: 'default', key: A }] },
    [A]
  ],
  'keys of Cognitive Services': [
    'POST',
    'Microsoft.CognitiveServices/accounts/c/listKeys',
    { key1: A, key2: B },
    [A, B]
  ],
  'credentials of a registry': [
    'POST',
    'Microsoft.ContainerRegistry/registries/r/listCredentials',
    {
      username: 'shopregistry',
      passwords: [
        { name: 'password', value: A },
        { name: 'password2', value: B }
      ]
    },
    [A, B]
  ],
  'credentials of a token of a registry': [
    'POST',
    'Microsoft.ContainerRegistry/registries/r/generateCredentials',
    {
      username: 'ci-token-1',
      passwords: [{ creationTime: '2025-01-01T00:00:00Z', name: 'password1', value: A }]
    },
    [A]
  ],
  'kubeconfig of a cluster': [
    'POST',
    'Microsoft.ContainerService/managedClusters/k/listClusterAdminCredential',
    { kubeconfigs: [{ name: 'clusterAdmin', value: KUBECONFIG }] },
    [KUBECONFIG]
  ],
  'access profile of a cluster': [
    'POST',
    'Microsoft.ContainerService/managedClusters/k/accessProfiles/clusterUser/listCredential',
    { name: 'clusterUser', location: 'westeurope', properties: { kubeConfig: KUBECONFIG } },
    [KUBECONFIG]
  ],
  'credentials of an OpenShift cluster': [
    'POST',
    'Microsoft.RedHatOpenShift/openShiftClusters/o/listCredentials',
    { kubeadminUsername: 'kubeadmin', kubeadminPassword: A },
    [A]
  ],
  'keys of a batch account': [
    'POST',
    'Microsoft.Batch/batchAccounts/b/listKeys',
    { accountName: 'b', primary: A, secondary: B },
    [A, B]
  ],
  'keys of maps': [
    'POST',
    'Microsoft.Maps/accounts/m/listKeys',
    { primaryKey: A, primaryKeyLastUpdated: '2025-01-01T00:00:00Z' },
    [A]
  ],
  'keys of SignalR': [
    'POST',
    'Microsoft.SignalRService/signalR/s/listKeys',
    {
      primaryKey: A,
      primaryConnectionString: `Endpoint=https://s.service.signalr.net;AccessKey=${B};Version=1.0;`
    },
    [A, B]
  ],
  'keys of an automation account': [
    'POST',
    'Microsoft.Automation/automationAccounts/a/listKeys',
    { keys: [{ KeyName: 'Primary', Permissions: 'Full', Value: A }] },
    [A]
  ],
  'URI of an automation webhook': [
    'POST',
    'Microsoft.Automation/automationAccounts/a/webhooks/generateUri',
    `https://1.webhook.we.azure-automation.net/webhooks?token=${A}%3d`,
    [`${A}%3d`]
  ],
  'keys of a runtime of Data Factory': [
    'POST',
    'Microsoft.DataFactory/factories/f/integrationRuntimes/r/listAuthKeys',
    { authKey1: `IR@1@f@we@${A}=`, authKey2: `IR@1@f@we@${B}=` },
    [`IR@1@f@we@${A}=`, `IR@1@f@we@${B}=`]
  ],
  'callback URL of a logic app': [
    'POST',
    'Microsoft.Logic/workflows/w/triggers/manual/listCallbackUrl',
    {
      value: `https://prod-1.westeurope.logic.azure.com/workflows/w?sp=x&sig=${A}`,
      method: 'POST',
      basePath: 'https://prod-1.westeurope.logic.azure.com/workflows/w',
      queries: { sig: A }
    },
    [A, `https://prod-1.westeurope.logic.azure.com/workflows/w?sp=x&sig=${A}`]
  ],
  'keys of an IoT hub': [
    'POST',
    'Microsoft.Devices/IotHubs/i/listkeys',
    { value: [{ keyName: 'iothubowner', primaryKey: A, rights: 'RegistryWrite, ServiceConnect' }] },
    [A]
  ],
  'full URL of an event subscription': [
    'POST',
    '/subscriptions/0/providers/Microsoft.EventGrid/eventSubscriptions/e/getFullUrl',
    { endpointUrl: `https://hook.example.com/api/h?code=${A}==` },
    [`https://hook.example.com/api/h?code=${A}==`]
  ],
  'keys of Event Grid': [
    'POST',
    'Microsoft.EventGrid/topics/t/listKeys',
    { key1: A, key2: B },
    [A, B]
  ],
  'keys of a workspace for logs': [
    'POST',
    'Microsoft.OperationalInsights/workspaces/w/sharedKeys',
    { primarySharedKey: A, secondarySharedKey: B },
    [A, B]
  ],
  'token of an endpoint for machine learning': [
    'POST',
    'Microsoft.MachineLearningServices/workspaces/w/onlineEndpoints/e/token',
    { accessToken: A, tokenType: 'Bearer', expiryTimeUtc: 1 },
    [A]
  ],
  'registration of a host pool': [
    'POST',
    'Microsoft.DesktopVirtualization/hostPools/h/retrieveRegistrationToken',
    { expirationTime: '2026-01-01T00:00:00Z', token: A },
    [A]
  ],
  'gateway settings of HDInsight': [
    'POST',
    'Microsoft.HDInsight/clusters/h/getGatewaySettings',
    { 'restAuthCredential.isEnabled': 'true', 'restAuthCredential.password': A },
    [A]
  ],
  'credentials of a VMware cloud': [
    'POST',
    'Microsoft.AVS/privateClouds/p/listAdminCredentials',
    { nsxtUsername: 'admin', nsxtPassword: A, vcenterPassword: B },
    [A, B]
  ]
}

const PROFILE = `<publishData><publishProfile profileName="f - Web Deploy" publishMethod="MSDeploy" publishUrl="f.scm.azurewebsites.net:443" msdeploySite="shop-frontend-prod" userName="$f" userPWD="${A}" destinationAppUrl="https://f.azurewebsites.net" SQLServerDBConnectionString="Server=x;Pwd=${B}" /></publishData>`

describe('what is registered of an answer that is a secret', () => {
  it.each(Object.entries(KINDS))('%s', (_what, [method, path, answer, secrets]) => {
    const found = findAll(method, path, toBody(answer))
    expect(found).toEqual(expect.arrayContaining([...secrets]))
  })

  it('is told by what was asked for, whatever the fields are called', () => {
    expect(Object.keys(KINDS).length).toBeGreaterThanOrEqual(41)
    for (const [, [method, path]] of Object.entries(KINDS)) {
      const answer = { id: 'x', properties: { one: { of: [{ many: random(9) }] } } }
      expect(find(method, path, toBody(answer)).secrets, path).toEqual([random(9)])
    }
  })

  it.each(['text', 'malformed'] as const)('a publishing profile, as %s', (kind) => {
    const secrets = findAll('POST', 'Microsoft.Web/sites/f/publishxml', { kind, text: PROFILE })
    expect([...new Set(secrets)].sort()).toEqual([A, B, `Server=x;Pwd=${B}`].sort())
  })

  it('each line of a text', () => {
    const text = `${A}\r\n\n${B}\nshort`
    const found = find('POST', 'Microsoft.X/y/z/getToken', { kind: 'text', text })
    expect(found).toEqual({ secrets: [A, B], isComplete: true, leftOut: 1 })
  })
})

/** Texts that stand in such answers and that people, or the next job, need to read. */
const HARMLESS = [
  ...['Succeeded', 'Canceled', 'InProgress', 'Creating', 'Succeede', 'RegistryReadWrite'],
  ...[
    'westeurope',
    'West Europe',
    'East US 2',
    'eastus2euap',
    'UAE North',
    'usgovvirginia',
    'Germany West Central',
    'australiasoutheast',
    'New Zealand North',
    'southafricanorth',
    'Brazil South',
    'Jio India West'
  ],
  ...[
    'Microsoft.Storage',
    'Microsoft.Web/sites/config',
    'Microsoft.KeyVault',
    `${GROUP}/providers/Microsoft.X/y/z`,
    GROUP
  ],
  ...[
    'https://',
    'https://f.azurewebsites.net',
    'https://f.azurewebsites.net/',
    'sb://shop.servicebus.windows.net/',
    'x.redis.cache.windows.net:6380',
    'f.scm.azurewebsites.net',
    'example.com'
  ],
  ...[
    '2025-01-01T00:00:00.0000000Z',
    '2025-01-01T00:00:00Z',
    '2025-01-01',
    '2025-01-01T00:00:00+00:00'
  ],
  ...['production', 'Standard', 'authentication', 'PrimaryMasterKey', 'TransparentDataKey'],
  ...[
    '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)',
    'ssh-rsa AAAAB3NzaC1yc2EAAA me',
    '-----BEGIN CERTIFICATE-----\nMIIC',
    '-----BEGIN PUBLIC KEY-----\nMIIC'
  ],
  ...[
    'shop-rg',
    'shop-frontend',
    '0f5f4e5c-0000-4000-8000-1234567890ab',
    'deploy-42',
    'shop-inc/web-shop',
    'refs/heads/main-42',
    '7d1c9f0a7d1c9f0a7d1c9f0a7d1c9f0a7d1c9f0a'
  ],
  ...['key1', 'FULL', 'dotnet', '~4', '1', 'true', 'a b c', '10.0.0.4', '3.1', 'Custom']
]
const ENVIRONMENT = {
  INPUT_URL: `${GROUP}/providers/Microsoft.Web/sites/shop-frontend`,
  'INPUT_TENANT-ID': '0f5f4e5c-0000-4000-8000-1234567890ab',
  INPUT_OUTPUTS: 'slot: deploy-42',
  INPUT_BODY: `{"value": "${A}"}`,
  INPUT_TOKEN: B,
  GITHUB_REPOSITORY: 'shop-inc/web-shop',
  GITHUB_REF: 'refs/heads/main-42',
  GITHUB_SHA: '7d1c9f0a7d1c9f0a7d1c9f0a7d1c9f0a7d1c9f0a',
  GITHUB_TOKEN: C,
  PATH: random(9)
}

describe('what is left of an answer that is a secret', () => {
  it('is 60 texts that say nothing, each counted', () => {
    expect(HARMLESS).toHaveLength(60)
    const body = toBody({ properties: Object.fromEntries(HARMLESS.entries()) })
    const path = 'Microsoft.Web/sites/shop-frontend/config/appsettings/list'
    expect(find('POST', path, body, listPlainTexts(ENVIRONMENT))).toEqual({
      secrets: [],
      isComplete: true,
      leftOut: 60
    })
  })

  it('is what describes it', () => {
    const text = random(4)
    const names = ['name', 'id', 'type', 'location', 'kind', 'etag', 'description', 'keyName']
    const own = Object.fromEntries(names.map((name) => [name, text]))
    const body = { ...own, properties: { ...own, Tags: { a: text }, sku: { a: [text] } } }
    const found = find('POST', 'Microsoft.X/y/z/listKeys', toBody(body))
    expect(found).toEqual({ secrets: [], isComplete: true, leftOut: 0 })
    const outside = { location: 'x', note: text, value: [A] }
    expect(find('POST', 'Microsoft.X/y/z/listKeys', toBody(outside)).secrets).toEqual([A])
  })

  it('is an error', () => {
    for (const body of [
      { error: { code: 'Conflict', message: 'The app is being updated by another.' } },
      { code: 'Conflict', message: 'The app is being updated by another.' }
    ]) {
      expect(find('POST', 'Microsoft.X/y/z/listKeys', toBody(body)).secrets).toEqual([])
    }
  })

  it('is not what only the body of the request or another variable holds', () => {
    const body = toBody({ value: [A, B, C, random(9)] })
    const found = find('POST', 'Microsoft.X/y/z/listKeys', body, listPlainTexts(ENVIRONMENT))
    expect(new Set(found.secrets)).toEqual(new Set([A, B, C, random(9)]))
  })
})

describe('a plain word', () => {
  it.each([
    ['abcdefghijklmnopqrs', true],
    ['abcdefghijklmnopqrst', false],
    ['hunter22', false],
    ['eastward2', false],
    ['20250101', false]
  ])('%s: %s', (text, isHarmless) => {
    expect(isHarmlessText(text)).toBe(isHarmless)
  })
})

describe('a call that asks for no secret', () => {
  it.each<[Method, string]>([
    ['POST', 'Microsoft.Web/sites/f/listUsages'],
    ['GET', 'Microsoft.Web/sites'],
    ['GET', 'Microsoft.Web/sites/f/config/appsettings'],
    ['GET', 'Microsoft.Web/sites/f/config/web'],
    ['PUT', 'Microsoft.Web/sites/f/config/web'],
    ['POST', 'Microsoft.Web/sites/f/config/web/list'],
    ['GET', 'Microsoft.Web/sites/f/functions/h'],
    ['GET', 'Microsoft.KeyVault/vaults/v/keys/disk-encryption'],
    ['GET', 'Microsoft.KeyVault/vaults/v/keys'],
    ['GET', 'Microsoft.KeyVault/vaults/v/secrets'],
    ['GET', 'Microsoft.ContainerRegistry/registries/r/tokens'],
    ['PUT', 'Microsoft.ContainerRegistry/registries/r/tokens/ci'],
    ['GET', 'Microsoft.Compute/sshPublicKeys/k'],
    ['PUT', 'Microsoft.Storage/storageAccounts/listKeys'],
    ['GET', 'Microsoft.Storage/storageAccounts/listKeys'],
    ['DELETE', 'Microsoft.Web/sites/f/functions/h/keys/ci'],
    ['HEAD', 'Microsoft.Network/connections/c/sharedkey'],
    ['POST', 'Microsoft.Network/virtualNetworks/n/checkKeyword'],
    ['POST', 'Microsoft.Network/bastionHosts/b/getActiveSessions'],
    ['POST', 'Microsoft.Logic/integrationAccounts/i/listKeyVaultKeys'],
    ['POST', 'Microsoft.StorSimple/managers/m/listPublicEncryptionKey'],
    ['POST', 'Microsoft.ContainerRegistry/registries/r/importImage'],
    ['POST', 'Microsoft.Web/connections/c/confirmConsentCode'],
    ['POST', '/subscriptions/0/resourceGroups/keys/exportTemplate'],
    ['GET', '/subscriptions/0/resourceGroups/listKeys']
  ])('%s %s', (method, path) => {
    expect(asksForSecrets({ method, url: toUrl(path) })).toBe(false)
  })

  it('is one that has no URL', () => {
    expect(asksForSecrets({ method: 'POST', url: 'x' })).toBe(false)
  })
})

it('is bounded for what is deep, wide or long', () => {
  let deep: JsonValue = A
  for (let level = 0; level < 50_000; level += 1) deep = [deep]
  expect(
    find('POST', 'Microsoft.X/y/z/listKeys', { kind: 'json', value: deep, text: '' }).secrets
  ).toEqual([A])
  const wide = Array.from({ length: 3_000 }, (_, index) => `${random(1)}${index}`)
  expect(find('POST', 'Microsoft.X/y/z/listKeys', toBody(wide))).toMatchObject({
    isComplete: false
  })
  const texts = ['a.', 'a="', '<a b ', 'north', 'https://', '2025-', 'Microsoft.', 'a\n'].map(
    (part) => part.repeat(1_000_000 / part.length)
  )
  const cpuMs = measureCpuMs(() => {
    for (const text of texts) {
      find('POST', 'Microsoft.X/y/z/listKeys', toBody(text))
      find('POST', 'Microsoft.X/y/z/listKeys', { kind: 'text', text })
      find('POST', 'Microsoft.X/y/z/listKeys', { kind: 'text', text: `<${text}` })
    }
  })
  expect(cpuMs).toBeLessThan(8_000)
})
