/**
 * Every kind of credential through the built action, as the runner runs it: what it signs in with, what a user reads
 * when it does not, and that no secret is printed before it is masked. What only differs in its text is in
 * __tests__/auth/sign-in-run.test.ts. The servers are on this machine.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  asJob,
  CREDS,
  expectNothingLeaked,
  GET,
  type Given,
  IDS,
  issueToken,
  OWN_IDS,
  requestIdToken,
  WRONG_SECRET
} from '../../__fixtures__/sign-in-cases.ts'
import {
  CLIENT_ID,
  SECRET,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../../__fixtures__/sign-in-servers.ts'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import { SUBSCRIPTION_ID } from '../../simulator/simulator.ts'
import { createTools } from '../../simulator/tools.ts'
import { runBundle } from './action.ts'

const OTHER_ID = '99999999-9999-4999-8999-999999999999'

let servers: SignInServers
/** No sign-in gets past its Entra, so nothing ever comes to its resource manager. */
let refusing: SignInServers
beforeAll(async () => {
  servers = await startSignInServers()
  refusing = await startSignInServers()
})
afterAll(() => Promise.all([servers.close(), refusing.close()]))

type Files = Readonly<Record<string, string>>

interface GivenWithFiles extends Given {
  readonly files?: (servers: SignInServers) => Files
}

async function run(
  { inputs = {}, environment, files, tools }: GivenWithFiles,
  side: SignInServers = servers
): Promise<ActionRun> {
  const { folder, remove } = await createTools(tools?.(side) ?? {})
  const result = await runBundle({
    inputs: { ...side.inputs, ...GET, ...inputs },
    env: { ...side.environment, PATH: folder, ...environment?.(side) },
    workspaceFiles: files?.(side) ?? {}
  })
  await remove()
  return result
}

describe.concurrent('signs in with', () => {
  it.each<[string, GivenWithFiles, string]>([
    [
      'auto: GitHub OIDC',
      { inputs: IDS, environment: asJob },
      'GitHub OIDC, because client-id and tenant-id are given and the job has the permission id-token: write'
    ],
    [
      'auto: creds',
      { inputs: { creds: JSON.stringify(CREDS) }, environment: asJob },
      'client secret, because creds is given'
    ],
    [
      'client-certificate',
      {
        inputs: { ...IDS, credential: 'client-certificate' },
        environment: () => ({ AZURE_CLIENT_CERTIFICATE_PATH: 'certificate.pem' }),
        files: ({ certificatePem }) => ({ 'certificate.pem': certificatePem })
      },
      'client certificate, because credential is client-certificate'
    ],
    [
      'auto: a secret in the environment',
      { environment: () => ({ ...OWN_IDS, AZURE_CLIENT_SECRET: SECRET }) },
      'environment variables, because AZURE_CLIENT_SECRET is set'
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
      'azure-powershell',
      { inputs: { credential: 'azure-powershell' }, tools: (side) => ({ pwsh: issueToken(side) }) },
      'Azure PowerShell, because credential is azure-powershell'
    ],
    [
      "auto: azure/login's session",
      { tools: (side) => ({ az: issueToken(side), pwsh: 'signed-out' }) },
      'Azure CLI, because the Azure CLI is signed in'
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
    expectNothingLeaked(result, servers)
  })

  it('token', async () => {
    const { token } = issueToken(servers)
    const result = await run({ inputs: { token, credential: 'token' } })
    expect(result.outputs.status).toBe('Succeeded')
    expect(result.stdout).toContain('Signed in with token, because credential is token\n')
    expectNothingLeaked(result, servers)
  })

  it('auto: workload identity', async () => {
    const file = await requestIdToken(servers)
    const result = await run({
      environment: () => ({ ...OWN_IDS, AZURE_FEDERATED_TOKEN_FILE: 'token' }),
      files: () => ({ token: file })
    })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toContain('Signed in with workload identity, because ')
    expect(result.stdout).toContain(`::add-mask::${file}\n`)
    expectNothingLeaked(result, servers)
  })
})

describe.concurrent('fails, and says why, with', () => {
  it.each<[string, Given, { code: string; message: string; advice: string }]>([
    [
      'a wrong secret',
      { inputs: { ...IDS, 'client-secret': WRONG_SECRET } },
      {
        code: 'AADSTS7000215',
        message: `Signing in with client secret failed: Microsoft Entra ID answered AADSTS7000215: Invalid client secret provided.`,
        advice: 'Give the value of the client secret, not its ID'
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
      'a session of az that is refused, beside an identity of the machine',
      {
        environment: ({ identity }) => identity.metadataEnvironment,
        tools: () => ({ az: { refused: 'AADSTS700082: The refresh token has expired.' } })
      },
      {
        code: 'AADSTS700082',
        message:
          'Signing in with Azure CLI failed: Microsoft Entra ID answered AADSTS700082: The refresh token has expired.',
        advice: 'run azure/login in an earlier step of this job, or give client-id and tenant-id'
      }
    ],
    [
      'a named application without the permission, beside a session and a secret of nobody known',
      {
        inputs: IDS,
        environment: () => ({ AZURE_CLIENT_SECRET: SECRET }),
        tools: (side) => ({ az: issueToken(side), pwsh: issueToken(side) })
      },
      {
        code: 'IdTokenPermissionMissing',
        message: 'Azure CLI: not asked for, and client-id says who is to act',
        advice: 'Give the job the permission id-token: write'
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
    const result = await run({ inputs: IDS, environment: asJob }, other)
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

  it('an Entra that stays away until the time is up: in time, and by name', async () => {
    const other = await startSignInServers()
    other.entra.answerNext(...Array.from({ length: 9 }, () => ({ status: 503 })))
    const result = await run({ inputs: { ...IDS, timeout: '6s' }, environment: asJob }, other)
    await other.close()
    expect(result).toMatchObject({ exitCode: 1, outputs: { status: 'Failed' } })
    expect(readWorkMs(result)).toBeLessThan(6_000 + slowed(1_000, result))
    expect(result.stdout).toContain('No access token came in time: Microsoft Entra ID (localhost:')
    expect(result.stdout).toContain('answered HTTP 503')
    expect(result.stdout).toContain('Nothing was started in Azure.')
  })
})

it('names who acts, but for what it may not show', async () => {
  const { stdout } = await run({ inputs: IDS, environment: asJob })
  const { host } = new URL(servers.entra.origin)
  expect(stdout).toContain(`  Application     ${CLIENT_ID}\n`)
  expect(stdout).toContain(`  Tenant          ${TENANT_ID}\n  Host            ${host}\n`)
})

it('gives a tool the time that is left, however little', async () => {
  const given = { inputs: { credential: 'azure-cli', timeout: '20s' } }
  const result = await run({ ...given, tools: (side) => ({ az: issueToken(side) }) })
  expect(result.outputs.status, result.stdout).toBe('Succeeded')
})

it('calls no request unsent that Azure refused, where az cannot answer its challenge', async () => {
  const challenge = `Bearer error="insufficient_claims", claims="${Buffer.from('{"access_token":{}}').toString('base64')}"`
  const path = '/subscriptions/{subscriptionId}/providers/Contoso.Revoked/things'
  const body = { error: { code: 'InvalidAuthenticationToken', message: 'It was revoked.' } }
  servers.arm.script([
    {
      method: 'GET',
      path: path.replace('{subscriptionId}', SUBSCRIPTION_ID),
      answers: [{ status: 401, headers: { 'www-authenticate': challenge }, body }]
    }
  ])
  const result = await run({
    inputs: { credential: 'azure-cli', url: path },
    tools: (side) => ({ az: issueToken(side) })
  })
  expect(result.outputs).toMatchObject({ status: 'Failed', 'error-message': 'It was revoked.' })
  expect(result.stdout).toContain("The Azure CLI doesn't support claims challenges")
  expect(result.stdout + result.summary).not.toMatch(/not sent|nothing was (?:sent|started)/i)
})

it('asks az for the resource and the tenant that are meant', async () => {
  const tools = await createTools({ az: issueToken(servers) })
  const inputs = { ...servers.inputs, ...GET, credential: 'azure-cli', 'tenant-id': TENANT_ID }
  await runBundle({ inputs, env: { ...servers.environment, PATH: tools.folder } })
  expect(await tools.readCalls()).toEqual([
    `account get-access-token --output json --resource ${servers.arm.origin} --tenant ${TENANT_ID}`
  ])
  await tools.remove()
})
