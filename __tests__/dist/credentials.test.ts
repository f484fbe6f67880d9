/**
 * Every credential through the built action, as the runner runs it: what it signs in with, what a user reads when it
 * does not, and that no secret is printed before it is masked. The servers are on this machine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  CLIENT_ID,
  EXPIRED_SECRET,
  SECRET,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../../__fixtures__/sign-in-servers.ts'
import { createClientCertificate } from '../../simulator/certificate.ts'
import { type ActionRun, runAction } from '../../simulator/run-action.ts'
import { SUBSCRIPTION_ID } from '../../simulator/simulator.ts'
import { createTools, type ToolOptions } from '../../simulator/tools.ts'

const OTHER_ID = '99999999-9999-4999-8999-999999999999'
const IDS = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
const OWN_IDS = { AZURE_CLIENT_ID: CLIENT_ID, AZURE_TENANT_ID: TENANT_ID }
const GET = {
  method: 'GET',
  url: '/subscriptions/{subscriptionId}/resourcegroups',
  'api-version': '2021-04-01'
}
const CREDS = { clientId: CLIENT_ID, clientSecret: SECRET, tenantId: TENANT_ID }

let servers: SignInServers
/** Nobody gets past its Entra, so nothing ever comes to its resource manager. */
let refusing: SignInServers
beforeAll(async () => {
  servers = await startSignInServers()
  refusing = await startSignInServers()
})
afterAll(() => Promise.all([servers.close(), refusing.close()]))

type Variables = Readonly<Record<string, string>>

/** One run of the action: what is given to it, and by what. */
interface Given {
  readonly inputs?: Variables
  readonly environment?: (servers: SignInServers) => Variables
  readonly files?: (servers: SignInServers) => Variables
  readonly tools?: (servers: SignInServers) => ToolOptions
}

async function run(
  { inputs = {}, environment, files, tools }: Given,
  side: SignInServers = servers
): Promise<ActionRun> {
  const { folder, remove } = await createTools(tools?.(side) ?? {})
  const result = await runAction({
    inputs: { ...side.inputs, ...GET, ...inputs },
    env: { ...side.environment, PATH: folder, ...environment?.(side) },
    workspaceFiles: files?.(side) ?? {}
  })
  await remove()
  return result
}

const certificateFile = { AZURE_CLIENT_CERTIFICATE_PATH: 'certificate.pem' }
const certificate = ({ certificatePem }: SignInServers) => ({ 'certificate.pem': certificatePem })
const job = ({ github }: SignInServers) => github.environment
const issueToken = ({ entra }: SignInServers) => entra.issueToken('tool')

/** An ID token of this job, as a file: what Kubernetes would put there. */
async function createTokenFile({ github }: SignInServers): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
    github.environment
  const response = await fetch(`${url}&audience=${encodeURIComponent(AUDIENCE)}`, {
    headers: { authorization: `Bearer ${token}` }
  })
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null || !('value' in answer)) {
    throw new Error('test bug: no ID token')
  }
  return String(answer.value)
}

describe.concurrent('signs in with', () => {
  it.each<[string, Given, string]>([
    [
      'oidc',
      { inputs: { ...IDS, credential: 'oidc' }, environment: job },
      'GitHub OIDC, because credential is oidc'
    ],
    [
      'auto: GitHub OIDC',
      { inputs: IDS, environment: job },
      'GitHub OIDC, because client-id and tenant-id are given and the job has the permission id-token: write'
    ],
    [
      'client-secret',
      { inputs: { ...IDS, 'client-secret': SECRET, credential: 'client-secret' } },
      'client secret, because credential is client-secret'
    ],
    [
      'auto: client-secret',
      { inputs: { ...IDS, 'client-secret': SECRET }, environment: job },
      'client secret, because client-secret is given'
    ],
    [
      'auto: creds',
      { inputs: { creds: JSON.stringify(CREDS) }, environment: job },
      'client secret, because creds is given'
    ],
    [
      'client-certificate',
      {
        inputs: { ...IDS, credential: 'client-certificate' },
        environment: () => certificateFile,
        files: certificate
      },
      'client certificate, because credential is client-certificate'
    ],
    [
      'auto: a secret in the environment',
      { environment: () => ({ ...OWN_IDS, AZURE_CLIENT_SECRET: SECRET }) },
      'environment variables, because AZURE_CLIENT_SECRET is set'
    ],
    [
      'auto: a certificate in the environment',
      { environment: () => ({ ...OWN_IDS, ...certificateFile }), files: certificate },
      'environment variables, because AZURE_CLIENT_CERTIFICATE_PATH is set'
    ],
    [
      'managed-identity: the metadata service',
      {
        inputs: { credential: 'managed-identity' },
        environment: ({ identity }) => identity.metadataEnvironment
      },
      'managed identity, because credential is managed-identity'
    ],
    [
      'auto: managed identity of an App Service',
      { environment: ({ identity }) => identity.appServiceEnvironment },
      'managed identity, because IDENTITY_ENDPOINT is set'
    ],
    [
      'azure-cli',
      { inputs: { credential: 'azure-cli' }, tools: (side) => ({ az: issueToken(side) }) },
      'Azure CLI, because credential is azure-cli'
    ],
    [
      "auto: azure/login's session",
      { tools: (side) => ({ az: issueToken(side), pwsh: 'signed-out' }) },
      'Azure CLI, because the Azure CLI is signed in'
    ],
    [
      'azure-powershell',
      { inputs: { credential: 'azure-powershell' }, tools: (side) => ({ pwsh: issueToken(side) }) },
      'Azure PowerShell, because credential is azure-powershell'
    ],
    [
      "auto: azure/login's session in Azure PowerShell",
      { tools: (side) => ({ az: 'signed-out', pwsh: issueToken(side) }) },
      'Azure PowerShell, because Azure PowerShell is signed in'
    ]
  ])('%s', async (_name, given, told) => {
    const result = await run(given)
    expect(result, result.stdout + result.stderr).toMatchObject({
      exitCode: 0,
      stderr: '',
      outputs: { status: 'Succeeded' }
    })
    expect(result.stdout).toContain(`Signed in with ${told}\n`)
    expectNothingLeaked(result)
  })

  it('token', async () => {
    const { token } = issueToken(servers)
    const result = await run({ inputs: { token, credential: 'token' } })
    expect(result.outputs.status).toBe('Succeeded')
    expect(result.stdout).toContain('Signed in with token, because credential is token\n')
    expectNothingLeaked(result)
  })

  it.each(['workload-identity', 'auto'])('%s: workload identity', async (credential) => {
    const file = await createTokenFile(servers)
    const result = await run({
      inputs: { credential },
      environment: () => ({ ...OWN_IDS, AZURE_FEDERATED_TOKEN_FILE: 'token' }),
      files: () => ({ token: file })
    })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toContain('Signed in with workload identity, because ')
    expect(result.stdout).toContain(`::add-mask::${file}\n`)
    expectNothingLeaked(result)
  })

  it('hands creds the subscription of the request', async () => {
    const creds = JSON.stringify({ ...CREDS, subscriptionId: SUBSCRIPTION_ID })
    const result = await run({ inputs: { creds, 'subscription-id': '' } })
    expect(result.outputs['resource-id']).toContain(SUBSCRIPTION_ID)
  })

  it('asks az for the resource and the tenant that are meant', async () => {
    const tools = await createTools({ az: issueToken(servers) })
    const inputs = { ...servers.inputs, ...GET, credential: 'azure-cli', 'tenant-id': TENANT_ID }
    await runAction({ inputs, env: { ...servers.environment, PATH: tools.folder } })
    expect(await tools.readCalls()).toEqual([
      `account get-access-token --output json --resource ${servers.arm.origin} --tenant ${TENANT_ID}`
    ])
    await tools.remove()
  })

  it('gives up nothing of azure/login: AZURE_AUTHORITY_HOST counts as in the Azure SDKs', async () => {
    const { origin } = servers.entra
    const result = await run({
      inputs: { ...IDS, 'client-secret': SECRET, 'authority-host': '' },
      environment: () => ({ AZURE_AUTHORITY_HOST: `${origin}/` })
    })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
  })
})

describe('GitHub', () => {
  it("is asked once for one access token, and never leaves the cloud's own audience", async () => {
    const before = servers.github.issued.length
    await run({ inputs: IDS, environment: job })
    expect(servers.github.issued.slice(before).map(({ audience }) => audience)).toEqual([AUDIENCE])
  })
})

describe.concurrent('fails, and says why, with', () => {
  it.each<[string, Given, { code: string; message: string; advice: string }]>([
    [
      'a wrong secret',
      { inputs: { ...IDS, 'client-secret': 'wrong-secret' } },
      {
        code: 'AADSTS7000215',
        message: `Signing in with client secret failed: Microsoft Entra ID answered AADSTS7000215: Invalid client secret provided.`,
        advice: 'Give the value of the client secret, not its ID'
      }
    ],
    [
      'an expired secret',
      { inputs: { ...IDS, 'client-secret': EXPIRED_SECRET } },
      {
        code: 'AADSTS7000222',
        message: 'Microsoft Entra ID answered AADSTS7000222: ',
        advice: 'The client secret has expired'
      }
    ],
    [
      'a wrong client',
      { inputs: { ...IDS, 'client-id': OTHER_ID, 'client-secret': SECRET } },
      {
        code: 'AADSTS700016',
        message: `Microsoft Entra ID answered AADSTS700016: Application with identifier '${OTHER_ID}' was not found`,
        advice: 'Check client-id and tenant-id'
      }
    ],
    [
      'a wrong tenant',
      { inputs: { ...IDS, 'tenant-id': OTHER_ID, 'client-secret': SECRET } },
      {
        code: 'AADSTS90002',
        message: `Microsoft Entra ID answered AADSTS90002: Tenant '${OTHER_ID}' not found.`,
        advice: 'Check tenant-id and environment'
      }
    ],
    [
      'an audience that no federated credential has',
      { inputs: { ...IDS, audience: 'api://other' }, environment: job },
      {
        code: 'AADSTS700212',
        message:
          "subject 'repo:octo-org/octo-repo:ref:refs/heads/main' and audience 'api://other'.",
        advice: 'Add a federated credential with exactly this issuer, subject and audience'
      }
    ],
    [
      'no permission to ask for an ID token',
      { inputs: { ...IDS, credential: 'oidc' } },
      {
        code: 'IdTokenPermissionMissing',
        message:
          'Signing in with GitHub OIDC failed: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set',
        advice: 'Give the job the permission id-token: write'
      }
    ],
    [
      'nothing to sign in with',
      {},
      {
        code: 'NoSignInFound',
        message: 'No sign-in was found. Tried GitHub OIDC: client-id and tenant-id not given; ',
        advice: 'Give client-id and tenant-id and the permission id-token: write; or'
      }
    ],
    [
      'no certificate file',
      {
        inputs: { ...IDS, credential: 'client-certificate' },
        environment: () => certificateFile
      },
      {
        code: 'SignInFailed',
        message: 'Signing in with client certificate failed: ENOENT: no such file or directory',
        advice: 'Check the sign-in inputs'
      }
    ],
    [
      'a managed identity that is not there',
      {
        inputs: { credential: 'managed-identity', 'client-id': OTHER_ID },
        environment: ({ identity }) => identity.metadataEnvironment
      },
      {
        code: 'ManagedIdentityFailed',
        message: 'Signing in with managed identity failed: Identity not found.',
        advice: 'a user-assigned one is named by client-id'
      }
    ],
    [
      'an Azure CLI that is signed out',
      { inputs: { credential: 'azure-cli' }, tools: () => ({ az: 'signed-out' }) },
      {
        code: 'AzureCliFailed',
        message: "Signing in with Azure CLI failed: Please run 'az login'",
        advice: 'Run azure/login in an earlier step'
      }
    ],
    [
      'no Azure CLI',
      { inputs: { credential: 'azure-cli' } },
      {
        code: 'AzureCliFailed',
        message: 'Signing in with Azure CLI failed: Azure CLI could not be found.',
        advice: 'Run azure/login in an earlier step'
      }
    ],
    [
      'an Azure PowerShell that is signed out',
      { inputs: { credential: 'azure-powershell' }, tools: () => ({ pwsh: 'signed-out' }) },
      {
        code: 'AzurePowerShellFailed',
        message: "Signing in with Azure PowerShell failed: Please run 'Connect-AzAccount'",
        advice: 'with enable-AzPSSession: true'
      }
    ]
  ])('%s', async (_name, given, { code, message, advice }) => {
    const result = await run(given, refusing)
    expect(result, result.stdout + result.stderr).toMatchObject({
      exitCode: 1,
      stderr: '',
      outputs: { status: 'Failed', 'error-code': code }
    })
    expect(result.outputs['error-message']).toContain(message)
    expect(result.annotations.filter(({ level }) => level === 'error')).toMatchObject([
      { title: `Failed: ${code}`, message: expect.stringContaining(`What to do: `) }
    ])
    expect(result.stdout).toContain(advice)
    expect(result.summary).toContain(code)
    expect(refusing.arm.requests).toEqual([])
    expectNothingLeaked(result, refusing)
  })

  it('a subject that no federated credential has: with the one to create', async () => {
    const other = await startSignInServers({
      github: { subject: 'repo:octo-org@123/octo-repo@456:environment:production' },
      trustedSubject: 'repo:octo-org/octo-repo:environment:production'
    })
    const result = await runAction({
      inputs: { ...other.inputs, ...GET, ...IDS },
      env: { ...other.environment, ...other.github.environment }
    })
    await other.close()
    expect(result.outputs['error-code']).toBe('AADSTS700213')
    expect(result.outputs['error-message']).toContain(
      "The ID token has issuer 'https://token.actions.githubusercontent.com', subject 'repo:octo-org@123/octo-repo@456:environment:production' and audience 'api://AzureADTokenExchange'."
    )
    const [, text = ''] = /credential\.json:\n(\{.*?\n\})\n/s.exec(result.stdout) ?? []
    expect(JSON.parse(text)).toEqual({
      name: 'github-repo-octo-org-123-octo-repo-456-environment-production',
      issuer: 'https://token.actions.githubusercontent.com',
      subject: 'repo:octo-org@123/octo-repo@456:environment:production',
      audiences: ['api://AzureADTokenExchange']
    })
    expect(result.stdout).toContain(
      `az ad app federated-credential create --id ${CLIENT_ID} --parameters credential.json\n`
    )
  })

  it('a certificate of somebody else', async () => {
    const { key, cert } = await createClientCertificate()
    const result = await run({
      inputs: { ...IDS, credential: 'client-certificate' },
      environment: () => certificateFile,
      files: () => ({ 'certificate.pem': `${key}\n${cert}` })
    })
    expect(result.outputs['error-code']).toBe('AADSTS700027')
    expect(result.stdout).toContain('What to do: Upload the certificate')
    expectNothingLeaked(result)
  })

  it('a proof that came too late', async () => {
    const other = await startSignInServers({ github: { lifetimeSeconds: 0 } })
    const result = await runAction({
      inputs: { ...other.inputs, ...GET, ...IDS },
      env: { ...other.environment, ...other.github.environment }
    })
    await other.close()
    expect(result.outputs['error-code']).toBe('AADSTS700024')
  })
})

describe('is asked again:', () => {
  it('GitHub', async () => {
    servers.github.answerNext({ status: 500 })
    const result = await run({ inputs: IDS, environment: job })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toMatch(
      /GitHub's ID-token endpoint \(127\.0\.0\.1:\d+\) answered HTTP 500; trying again in 1 s\n/
    )
  })

  it('Entra', async () => {
    servers.entra.answerNext({ status: 503 })
    const result = await run({ inputs: IDS, environment: job })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toMatch(
      /Microsoft Entra ID \(localhost:\d+\) answered HTTP 503; trying again in 1 s\n/
    )
  })
})

describe.concurrent('is named when it stays away:', () => {
  it.each([
    ['GitHub', "GitHub's ID-token endpoint (127.0.0.1:"],
    ['Entra', 'Microsoft Entra ID (localhost:']
  ])('%s, until the time is up', async (who, named) => {
    const other = await startSignInServers()
    const away = Array.from({ length: 9 }, () => ({ status: 503 }))
    if (who === 'GitHub') other.github.answerNext(...away)
    else other.entra.answerNext(...away)
    const result = await runAction({
      inputs: { ...other.inputs, ...GET, ...IDS, timeout: '2s' },
      env: { ...other.environment, ...other.github.environment }
    })
    await other.close()
    expect(result).toMatchObject({ exitCode: 1, outputs: { status: 'TimedOut' } })
    expect(result.durationMs).toBeLessThan(5_000)
    expect(result.stdout).toContain(`no access token in time (${named}`)
    expect(result.stdout).toContain('answered HTTP 503')
    expect(result.stdout).toContain('It took no effect')
  })
})

describe('a token that is refused', () => {
  it('is renewed once, with the claims that the answer asks for', async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`
    const path = `/subscriptions/${SUBSCRIPTION_ID}/providers/Contoso.Claims/things`
    const body = { error: { code: 'InvalidAuthenticationToken', message: 'Revoked.' } }
    servers.arm.script([
      {
        method: 'GET',
        path,
        answers: [{ status: 401, headers: { 'www-authenticate': challenge }, body }, { body: {} }]
      }
    ])
    const before = servers.entra.issued.length
    const result = await run({ inputs: { ...IDS, url: path }, environment: job })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    const issued = servers.entra.issued.slice(before)
    expect(issued).toHaveLength(2)
    expect(JSON.parse(issued[1]?.claims ?? '')).toMatchObject(JSON.parse(claims))
  })
})

describe('bad input is one clear error, and nothing is sent:', () => {
  it.each<[Variables, string]>([
    [{ creds: 'no JSON' }, 'Input creds: is not a JSON object.'],
    [{ creds: JSON.stringify({ ...CREDS, tenantId: '' }) }, 'Input creds: has no tenantId.'],
    [{ ...IDS, 'client-id': 'my-app' }, 'Input client-id: "my-app" is not a GUID.'],
    [
      { 'client-id': CLIENT_ID, 'client-secret': SECRET },
      'Input tenant-id: is missing; client-secret needs client-id and tenant-id.'
    ],
    [
      { ...IDS, 'client-secret': SECRET, credential: 'oidc' },
      'Input client-secret: is given, and credential is oidc.'
    ],
    [{ credential: 'device-code' }, 'Input credential: "device-code" is not one of'],
    [{ environment: 'AzureMoon' }, 'Input environment: "AzureMoon" is not a known cloud.'],
    [{ environment: 'azuregermancloud' }, 'is the German cloud that closed on 2021-10-29']
  ])('%j', async (inputs, message) => {
    const asked = () =>
      servers.arm.requests.length + servers.entra.requests.length + servers.github.requests.length
    const before = asked()
    const result = await run({ inputs, environment: job })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toMatchObject([
      { level: 'error', message: expect.stringContaining(message) }
    ])
    expect(asked()).toBe(before)
    expectNothingLeaked(result)
  })
})

/** What the run was given or got that nobody may read, wherever it went. */
function listSecrets(side: SignInServers): readonly string[] {
  return [
    SECRET,
    EXPIRED_SECRET,
    'wrong-secret',
    side.github.environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN,
    ...side.github.issued.map(({ jwt }) => jwt),
    ...side.entra.tokens
  ]
}

function expectNothingLeaked(result: ActionRun, side = servers): void {
  const lines = result.stdout.split('\n')
  const masks = lines.filter((line) => line.startsWith('::add-mask::'))
  const masked = new Set(masks.map((line) => line.slice('::add-mask::'.length)))
  const rest = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
  const shown = [rest, result.stderr, result.summary, JSON.stringify(result.outputs)].join('\n')
  for (const secret of listSecrets(side)) {
    expect(shown).not.toContain(secret)
    expect(shown).not.toContain(encodeURIComponent(secret))
  }
  // The runner hides what was registered; a mask that comes first leaves no gap.
  const first = lines.findIndex((line) => !line.startsWith('::add-mask::'))
  for (const secret of [SECRET, EXPIRED_SECRET, 'wrong-secret']) {
    if (masked.has(secret)) expect(lines.slice(0, first)).toContain(`::add-mask::${secret}`)
  }
}
