/**
 * Ways to sign in and to fail at it that differ in no more than who is asked and what a user reads: the whole action,
 * in this process, with servers on this machine. One of each kind goes through the bundle, in
 * __tests__/dist/credentials.slow.test.ts; and so does what the sign-in library remembers as long as its process lives: where
 * PowerShell is, and which kind of managed identity there is.
 */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setUpRunner } from '../../__fixtures__/in-process.ts'
import {
  asJob,
  CREDS,
  expectNothingLeaked,
  GET,
  type Given,
  IDS,
  issueToken,
  OWN_IDS,
  requestIdToken
} from '../../__fixtures__/sign-in-cases.ts'
import {
  AUDIENCE,
  CLIENT_ID,
  EXPIRED_SECRET,
  SECRET,
  type SignInServers,
  type SignInServersOptions,
  startSignInServers
} from '../../__fixtures__/sign-in-servers.ts'
import { createClientCertificate } from '../../simulator/certificate.ts'
import { parseFileCommands } from '../../simulator/file-commands.ts'
import { SUBSCRIPTION_ID } from '../../simulator/simulator.ts'
import { createTools } from '../../simulator/tools.ts'
import { parseWorkflowCommands, pickAnnotations } from '../../simulator/workflow-commands.ts'

const OTHER_ID = '99999999-9999-4999-8999-999999999999'

const runner = setUpRunner(GET)
const trusted = getCACertificates('default')

let servers: SignInServers
/** No sign-in gets past its Entra, so nothing ever comes to its resource manager. */
let refusing: SignInServers
beforeAll(async () => {
  servers = await startSignInServers()
  refusing = await startSignInServers()
  await writeFile(join(runner.folder, 'certificate.pem'), servers.certificatePem)
})
afterAll(async () => {
  setDefaultCACertificates(trusted)
  await Promise.all([servers.close(), refusing.close()])
})

async function openServers(options: SignInServersOptions = {}) {
  const other = await startSignInServers(options)
  return { servers: other, [Symbol.asyncDispose]: other.close }
}

async function run({ inputs = {}, environment, tools }: Given, side = servers) {
  setDefaultCACertificates([...trusted, readFileSync(side.entra.caFile, 'utf8')])
  const { folder, remove } = await createTools(tools?.(side) ?? {})
  const { stdout, exitCode } = await runner.run(
    { ...side.inputs, token: '', ...inputs },
    // A machine of GitHub's has no identity in Azure, and none is looked for.
    { RUNNER_ENVIRONMENT: 'github-hosted', PATH: folder, ...environment?.(side) }
  )
  await remove()
  return {
    stdout,
    exitCode,
    stderr: '',
    outputs: parseFileCommands(await runner.read('output')),
    summary: await runner.read('summary'),
    annotations: pickAnnotations(parseWorkflowCommands(stdout))
  }
}

const withCertificate = (name: string) => () => ({
  AZURE_CLIENT_CERTIFICATE_PATH: join(runner.folder, name)
})

describe('signs in with', () => {
  it.each<[string, Given, string]>([
    [
      'oidc',
      { inputs: { ...IDS, credential: 'oidc' }, environment: asJob },
      'GitHub OIDC, because credential is oidc'
    ],
    [
      'client-secret',
      { inputs: { ...IDS, 'client-secret': SECRET, credential: 'client-secret' } },
      'client secret, because credential is client-secret'
    ],
    [
      'auto: client-secret',
      { inputs: { ...IDS, 'client-secret': SECRET }, environment: asJob },
      'client secret, because client-secret is given'
    ],
    [
      'auto: a certificate in the environment',
      { environment: () => ({ ...OWN_IDS, ...withCertificate('certificate.pem')() }) },
      'environment variables, because AZURE_CLIENT_CERTIFICATE_PATH is set'
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
    ]
  ])('%s', async (_name, given, told) => {
    const result = await run(given)
    expect(result, result.stdout).toMatchObject({
      exitCode: undefined,
      outputs: { status: 'Succeeded' }
    })
    expect(result.stdout).toContain(`Signed in with ${told}\n`)
    expectNothingLeaked(result, servers)
  })

  it('workload-identity', async () => {
    const [file, path] = [await requestIdToken(servers), join(runner.folder, 'token')]
    await writeFile(path, file)
    const result = await run({
      inputs: { credential: 'workload-identity' },
      environment: () => ({ ...OWN_IDS, AZURE_FEDERATED_TOKEN_FILE: path })
    })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toContain('Signed in with workload identity, because ')
    expect(result.stdout).toContain(`::add-mask::${file}\n`)
    expectNothingLeaked(result, servers)
  })

  it('creds, whose subscription is that of the request', async () => {
    const creds = JSON.stringify({ ...CREDS, subscriptionId: SUBSCRIPTION_ID })
    const result = await run({ inputs: { creds, 'subscription-id': '' } })
    expect(result.outputs['resource-id']).toContain(SUBSCRIPTION_ID)
  })

  it('what azure/login takes too: AZURE_AUTHORITY_HOST counts as in the Azure SDKs', async () => {
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
    await run({ inputs: IDS, environment: asJob })
    expect(servers.github.issued.slice(before).map(({ audience }) => audience)).toEqual([AUDIENCE])
  })
})

interface Failure {
  readonly code: string
  readonly message: string | RegExp
  readonly advice: string
}

describe('fails, and says why, with', () => {
  it.each<[string, Given, Failure]>([
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
        message: new RegExp(
          `^Signing in with client secret failed: Microsoft Entra ID answered AADSTS700016: Application with identifier '${OTHER_ID}' was not found`
        ),
        advice: 'Check client-id and tenant-id'
      }
    ],
    [
      'a wrong tenant',
      { inputs: { ...IDS, 'tenant-id': OTHER_ID, 'client-secret': SECRET } },
      {
        code: 'AADSTS90002',
        message: new RegExp(
          `^Signing in with client secret failed: Microsoft Entra ID answered AADSTS90002: Tenant '${OTHER_ID}' not found\\.`
        ),
        advice: 'Check tenant-id and environment'
      }
    ],
    [
      'an audience that no federated credential has',
      { inputs: { ...IDS, audience: 'api://other' }, environment: asJob },
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
      'no certificate file',
      {
        inputs: { ...IDS, credential: 'client-certificate' },
        environment: withCertificate('absent.pem')
      },
      {
        code: 'SignInFailed',
        message: 'Signing in with client certificate failed: ENOENT: no such file or directory',
        advice: 'Check the sign-in inputs'
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
    ]
  ])('%s', async (_name, given, { code, message, advice }) => {
    const result = await run(given, refusing)
    expect(result, result.stdout).toMatchObject({
      exitCode: 1,
      outputs: { status: 'Failed', 'error-code': code, 'poll-count': '0' }
    })
    const told = result.outputs['error-message'] ?? ''
    if (typeof message === 'string') expect(told).toContain(message)
    else expect(told).toMatch(message)
    expect(told).not.toMatch(/Trace ID|Correlation ID|\n/)
    expect(result.annotations).toMatchObject([
      {
        level: 'error',
        title: `Failed: ${code}`,
        message: expect.stringContaining(`What to do: `)
      }
    ])
    for (const text of [result.stdout, result.summary]) {
      expect(text).toContain(' was not sent')
    }
    expect(result.stdout).toContain(advice)
    expect(result.summary).toContain(code)
    expect(refusing.arm.requests).toEqual([])
    expectNothingLeaked(result, refusing)
  })

  it('a certificate of somebody else', async () => {
    const { key, cert } = await createClientCertificate()
    await writeFile(join(runner.folder, 'other.pem'), `${key}\n${cert}`)
    const result = await run({
      inputs: { ...IDS, credential: 'client-certificate' },
      environment: withCertificate('other.pem')
    })
    expect(result.outputs['error-code']).toBe('AADSTS700027')
    expect(result.stdout).toContain('What to do: Upload the certificate')
    expectNothingLeaked(result, servers)
  })

  it('a proof that came too late', async () => {
    await using other = await openServers({ github: { lifetimeSeconds: 0 } })
    const result = await run({ inputs: IDS, environment: asJob }, other.servers)
    expect(result.outputs['error-code']).toBe('AADSTS700024')
  })

  it('GitHub that stays away until the time is up, by name', async () => {
    await using other = await openServers()
    other.servers.github.answerNext(...Array.from({ length: 9 }, () => ({ status: 503 })))
    const given = { inputs: { ...IDS, timeout: '2s' }, environment: asJob }
    const result = await run(given, other.servers)
    expect(result).toMatchObject({ exitCode: 1, outputs: { status: 'Failed' } })
    expect(Number(result.outputs['duration-seconds'])).toBeLessThan(5)
    expect(result.outputs['error-code']).toBe('SignInFailed')
    expect(result.outputs['error-message']).toMatch(
      /^No access token came in time: GitHub's ID-token endpoint \(127\.0\.0\.1:\d+\) answered HTTP 503/
    )
    expect(result.stdout).toContain('Nothing was started in Azure')
    // There is no operation that could have run out of time.
    expect(result.stdout).not.toMatch(/had not ended|Stopped/)
  })
})

describe('is asked again:', () => {
  it('GitHub', async () => {
    servers.github.answerNext({ status: 500 })
    const result = await run({ inputs: IDS, environment: asJob })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toMatch(
      /GitHub's ID-token endpoint \(127\.0\.0\.1:\d+\) answered HTTP 500; trying again in 1 s\n/
    )
  })

  it('Entra', async () => {
    servers.entra.answerNext({ status: 503 })
    const result = await run({ inputs: IDS, environment: asJob })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(result.stdout).toMatch(
      /Microsoft Entra ID \(localhost:\d+\) answered HTTP 503; trying again in 1 s\n/
    )
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
    const result = await run({ inputs: { ...IDS, url: path }, environment: asJob })
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    const issued = servers.entra.issued.slice(before)
    expect(issued).toHaveLength(2)
    expect(JSON.parse(issued[1]?.claims ?? '')).toMatchObject(JSON.parse(claims))
  })
})

describe('bad input is one clear error, and nothing is sent:', () => {
  it.each<[Readonly<Record<string, string>>, string]>([
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
    const { arm, entra, github } = servers
    const countRequests = () => arm.requests.length + entra.requests.length + github.requests.length
    const before = countRequests()
    const result = await run({ inputs, environment: asJob })
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toMatchObject([
      { level: 'error', message: expect.stringContaining(message) }
    ])
    expect(countRequests()).toBe(before)
    expectNothingLeaked(result, servers)
  })
})
