import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import { type Cloud, readCloud } from '../../src/arm/clouds.ts'
import type { RefusedIdToken, SignedIn } from '../../src/auth/contract.ts'
import type { IdentityLibrary } from '../../src/auth/identity-library.ts'
import type { RunTool } from '../../src/auth/run-tool.ts'
import { MACHINE_CREDENTIALS, type SignIn } from '../../src/auth/sign-in.ts'
import { createTokenProvider } from '../../src/auth/token-provider.ts'
import { systemClock } from '../../src/clock.ts'
import { createHttp, type Http, NoAnswerError } from '../../src/http/http.ts'
import type { HttpResponse, JsonValue } from '../../src/http/message.ts'

const TENANT = '22222222-2222-2222-2222-222222222222'
const CLIENT = '11111111-1111-1111-1111-111111111111'
const OTHER = '33333333-3333-3333-3333-333333333333'
const SECRET = 'not/so+secret='
const HOUR_MS = 3_600_000
const signal = new AbortController().signal

const AZURE = await readCloud({ environment: '', endpoint: '', audience: '', authorityHost: '' })

function createCustomCloud(authorityHost: string): Promise<Cloud> {
  const endpoint = 'http://127.0.0.1:1'
  return readCloud({
    environment: 'custom',
    endpoint,
    audience: 'https://arm.example',
    authorityHost
  })
}

const CUSTOM = await createCustomCloud('https://login.example')

const bySecret: Extract<SignIn, { kind: 'client-secret' }> = {
  kind: 'client-secret',
  tenantId: TENANT,
  clientId: CLIENT,
  clientSecret: SECRET,
  why: 'client-secret is given'
}
const given: Extract<SignIn, { kind: 'token' }> = {
  kind: 'token',
  token: 'given',
  why: 'token is given'
}

type Answer = string | Error | null
type Kind = keyof IdentityLibrary | 'AzureCliCredential'
interface Call {
  readonly kind: Kind
  readonly args: readonly unknown[]
  readonly scope: string
  readonly claims: string | undefined
  readonly enableCae: boolean
}

function unavailable(message: string): Error {
  return Object.assign(new Error(message), { name: 'CredentialUnavailableError' })
}

/** A stand-in for @azure/identity: each credential answers what its table says, and what was asked is kept. */
function createLibrary(answers: Partial<Record<Kind, Answer>>) {
  const calls: Call[] = []
  const credential = (kind: Kind) =>
    class {
      readonly args: readonly unknown[]
      constructor(...args: readonly unknown[]) {
        this.args = args
      }
      async getToken(
        scope: string,
        { claims, enableCae }: { readonly claims?: string; readonly enableCae: boolean }
      ) {
        calls.push({ kind, args: this.args, scope, claims, enableCae })
        const answer = answers[kind]
        if (answer === undefined) {
          throw unavailable(
            kind === 'AzurePowerShellCredential'
              ? 'Error: Unable to execute PowerShell. Ensure that it is installed.'
              : `${kind} is not there. To troubleshoot, read on.`
          )
        }
        if (answer instanceof Error) throw answer
        if (answer === null) return null
        const token = answer.includes('.') ? answer : `${answer}-${calls.length}`
        return { token, expiresOnTimestamp: HOUR_MS, refreshAfterTimestamp: undefined }
      }
    }
  const library: IdentityLibrary = {
    ClientSecretCredential: credential('ClientSecretCredential'),
    ClientCertificateCredential: credential('ClientCertificateCredential'),
    ClientAssertionCredential: credential('ClientAssertionCredential'),
    WorkloadIdentityCredential: credential('WorkloadIdentityCredential'),
    AzurePowerShellCredential: credential('AzurePowerShellCredential'),
    ManagedIdentityCredential: credential('ManagedIdentityCredential')
  }
  /** `az`: not installed where the table has nothing, and an error is what it prints to stderr. */
  const runTool: RunTool = async ({ parameters, timeoutMs }) => {
    const kind = 'AzureCliCredential'
    const scope = parameters.at(5) ?? ''
    calls.push({
      kind,
      args: [timeoutMs, ...parameters],
      scope,
      claims: undefined,
      enableCae: false
    })
    const answer = answers[kind]
    if (answer === undefined) return { kind: 'not-installed', stdout: '', stderr: '' }
    if (answer instanceof Error) return { kind: 'failed', stdout: '', stderr: answer.message }
    const isWhole = answer === null || answer.includes('.')
    const accessToken = isWhole ? answer : `${answer}-${calls.length}`
    const stdout = JSON.stringify({ accessToken, expires_on: HOUR_MS / 1000 })
    return { kind: 'succeeded', stdout, stderr: '' }
  }
  return { library, calls, runTool }
}

interface BenchOptions {
  readonly cloud?: Cloud
  readonly environment?: Record<string, string>
  readonly send?: Http['send']
  readonly deadlineMs?: number
  readonly onLoad?: () => void
}

const noSend: Http['send'] = (request) => Promise.reject(new Error(`test bug: ${request.url}`))

async function createBench(
  signIn: SignIn,
  answers: Partial<Record<Kind, Answer>>,
  {
    cloud = AZURE,
    environment = {},
    send = noSend,
    deadlineMs = HOUR_MS,
    onLoad
  }: BenchOptions = {}
) {
  const { library, calls, runTool } = createLibrary(answers)
  const masked: string[] = []
  const signedIn: string[] = []
  const acting: SignedIn['identity'][] = []
  const refused: RefusedIdToken[] = []
  const retries: string[] = []
  const time = new VirtualTime(0)
  const provider = await createTokenProvider(signIn, cloud, {
    now: time.now,
    sleep: time.sleep,
    send,
    environment,
    deadlineMs,
    mask: (secret) => masked.push(secret),
    onSignIn: ({ credential, why, identity }) => {
      signedIn.push(`${credential}: ${why}`)
      acting.push(identity)
    },
    onRetry: (reason, delayMs) => retries.push(`${reason}, ${delayMs}`),
    onIdTokenRefused: (idToken) => refused.push(idToken),
    loadIdentityLibrary: async () => {
      onLoad?.()
      return library
    },
    runTool
  })
  return { provider, calls, masked, signedIn, acting, refused, retries, time }
}

function json(status: number, value: JsonValue): HttpResponse {
  return { status, headers: {}, body: { kind: 'json', value, text: JSON.stringify(value) } }
}

describe('a given token', () => {
  it('is given out, and nothing is loaded', async () => {
    const bench = await createBench(given, {})
    expect(bench.provider.canRefresh).toBe(false)
    expect(await bench.provider.getToken({ signal })).toBe('given')
    expect(bench.calls).toEqual([])
    expect(bench.signedIn).toEqual(['token: token is given'])
    expect(bench.provider.describeFault()).toBeUndefined()
    bench.provider.close()
  })

  it.each([{ refusedToken: 'given' }, { claims: '{}' }])(
    'cannot be replaced for %o',
    async (request) => {
      const { provider } = await createBench(given, {})
      await expect(provider.getToken({ signal, ...request })).rejects.toThrow(
        'The token was refused, and a given token cannot be replaced.'
      )
    }
  )

  it('heeds the signal', async () => {
    const { provider } = await createBench(given, {})
    const request = { signal: AbortSignal.abort('enough') }
    await expect(provider.getToken(request)).rejects.toBe('enough')
  })

  it('needs no authority in a custom cloud', async () => {
    const cloud = await readCloud({
      environment: 'custom',
      endpoint: 'http://127.0.0.1:1',
      audience: '',
      authorityHost: ''
    })
    const { provider } = await createBench(given, {}, { cloud })
    expect(await provider.getToken({ signal })).toBe('given')
    await expect(createBench(bySecret, {}, { cloud })).rejects.toThrow(
      'Input resource-manager-audience'
    )
  })
})

describe('a client secret', () => {
  it.each([
    [
      AZURE,
      'https://login.microsoftonline.com',
      'https://management.core.windows.net//.default',
      false
    ],
    [CUSTOM, 'https://login.example', 'https://arm.example/.default', true]
  ])('is used with the authority of the cloud', async (cloud, authorityHost, scope, disabled) => {
    const { provider, calls, masked, signedIn } = await createBench(
      bySecret,
      { ClientSecretCredential: 'secret' },
      { cloud }
    )
    expect(provider.canRefresh).toBe(true)
    expect(await provider.getToken({ signal })).toBe('secret-1')
    expect(await provider.getToken({ signal })).toBe('secret-1')
    const options = expect.objectContaining({
      authorityHost,
      disableInstanceDiscovery: disabled,
      retryOptions: { maxRetries: 0 },
      redirectOptions: { maxRetries: 0 }
    })
    expect(calls).toEqual([
      {
        kind: 'ClientSecretCredential',
        args: [TENANT, CLIENT, SECRET, options],
        scope,
        claims: undefined,
        enableCae: true
      }
    ])
    expect(masked).toEqual([SECRET, 'secret-1'])
    expect(signedIn).toEqual(['client secret: client-secret is given'])
  })

  it('is used anew when the token was refused, with the claims that were asked for', async () => {
    const { provider, calls, masked, signedIn } = await createBench(bySecret, {
      ClientSecretCredential: 'secret'
    })
    await provider.getToken({ signal })
    expect(await provider.getToken({ signal, refusedToken: 'secret-1' })).toBe('secret-2')
    const request = { signal, refusedToken: 'secret-2', claims: '{"a":1}' }
    expect(await provider.getToken(request)).toBe('secret-3')
    expect(calls.map(({ claims }) => claims)).toEqual([undefined, undefined, '{"a":1}'])
    expect(masked).toEqual([SECRET, 'secret-1', 'secret-2', 'secret-3'])
    expect(signedIn).toHaveLength(1)
  })

  it.each<[string, Answer, string]>([
    ['no token', null, 'it gave no token'],
    ['unavailability', unavailable('Not here. Really.'), 'Not here'],
    ['an empty message', new Error(''), 'no reason given'],
    ['two lines', new Error('first line\nsecond line'), 'first line'],
    ['odd characters', new Error('Error: odd\u202e\u0007'), 'odd\\u{202e}\\u{7}'],
    ['secrets', new Error(`${SECRET} or ${encodeURIComponent(SECRET)}`), '*** or ***'],
    ['a token', new Error('got eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln back'), 'got *** back'],
    ['a long message', new Error('x'.repeat(1000)), `${'x'.repeat(500)}…`],
    [
      "MSAL's list",
      new Error(
        'invalid_request: Error(s): Not Available - Timestamp: Not Available - Description: Identity not found - Correlation ID: Not Available - Trace ID: Not Available'
      ),
      'Identity not found'
    ],
    [
      "Entra's answer",
      new Error(
        `7000215 - [2026-11-22 10:00:00Z]: AADSTS7000215: Invalid client secret provided. It is ${SECRET}. Trace ID: 1 Correlation ID: 2 Timestamp: 3 - Correlation ID: 4 - Trace ID: 1`
      ),
      'Microsoft Entra ID answered AADSTS7000215: Invalid client secret provided. It is ***'
    ],
    [
      'a megabyte of blanks',
      new Error(`AADSTS1: One.${' '.repeat(1_000_000)}Trace ID: 1`),
      'Microsoft Entra ID answered AADSTS1: One'
    ],
    [
      "Entra's lines",
      new Error('odd\r\nAADSTS1: One.\r\nTrace ID: 1'),
      'Microsoft Entra ID answered AADSTS1: One'
    ]
  ])('that fails with %s fails with one clean line', async (_what, answer, reason) => {
    const { provider } = await createBench(bySecret, { ClientSecretCredential: answer })
    const error = await provider.getToken({ signal }).catch((thrown: unknown) => thrown)
    const [code = 'SignInFailed'] = /AADSTS\d+/.exec(reason) ?? []
    expect(error).toMatchObject({
      name: 'SignInError',
      code,
      message: `Signing in with client secret failed: ${reason}.`
    })
    expect(error).not.toHaveProperty('cause')
  })

  it('fails with what was thrown when that is no error', async () => {
    const { library } = createLibrary({})
    const time = new VirtualTime(0)
    const provider = await createTokenProvider(bySecret, AZURE, {
      now: time.now,
      sleep: time.sleep,
      send: noSend,
      environment: {},
      deadlineMs: HOUR_MS,
      mask: () => {},
      loadIdentityLibrary: async () => ({
        ...library,
        ClientSecretCredential: class {
          getToken(): Promise<null> {
            return Promise.reject('a string')
          }
        }
      })
    })
    await expect(provider.getToken({ signal })).rejects.toThrow('client secret failed: a string.')
  })
})

/** Words of `az` where nobody is logged in. */
const SIGNED_OUT_AZ = "ERROR: Please run 'az login' to setup account."

describe('a sign-in that fails', () => {
  const byCli: SignIn = { kind: 'azure-cli', why: 'credential is azure-cli' }
  const byFile: SignIn = { kind: 'workload-identity', why: 'it is asked for' }
  const byMachine: SignIn = { kind: 'managed-identity', why: 'it is asked for' }
  const nothing: SignIn = { kind: 'auto' }
  const POD = { AZURE_FEDERATED_TOKEN_FILE: 'f', AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT }
  const expired = new Error('AADSTS700024: Client assertion is not within its valid time range.')

  // https://learn.microsoft.com/entra/identity-platform/reference-error-codes
  it.each<[string, SignIn, Partial<Record<Kind, Answer>>, boolean]>([
    ['a wrong secret', bySecret, { ClientSecretCredential: new Error('AADSTS7000215: No.') }, true],
    ['no consent', bySecret, { ClientSecretCredential: new Error('AADSTS65001: No.') }, true],
    [
      'a code for what passes',
      bySecret,
      { ClientSecretCredential: new Error('AADSTS90033: No.') },
      false
    ],
    [
      'nothing set up',
      nothing,
      {
        AzureCliCredential: new Error(SIGNED_OUT_AZ),
        AzurePowerShellCredential: unavailable(
          "Please run 'Connect-AzAccount' from PowerShell to authenticate."
        )
      },
      true
    ],
    ['no session', byCli, { AzureCliCredential: new Error(SIGNED_OUT_AZ) }, true],
    [
      'a session that is not in the cache',
      byCli,
      {
        AzureCliCredential: new Error(
          "User 'a' does not exist in MSAL token cache. Run `az login`."
        )
      },
      true
    ],
    ['a session that has expired', byCli, { AzureCliCredential: expired }, true],
    [
      'a tool without a network',
      byCli,
      { AzureCliCredential: new Error('ERROR: Max retries exceeded with url') },
      false
    ],
    ['a tool whose answer was cut', byCli, { AzureCliCredential: null }, false],
    ['an assertion that has a successor', byFile, { WorkloadIdentityCredential: expired }, false],
    ['no identity', byMachine, {}, true]
  ])('with %s', async (_what, signIn, answers, isFinal) => {
    const { provider } = await createBench(signIn, answers, { environment: POD })
    await expect(provider.getToken({ signal })).rejects.toMatchObject({ isFinal })
  })

  it('may pass when what once gave a token is not there, but not without its session', async () => {
    const again = async (signIn: SignIn, kind: Kind, then: Answer) => {
      const answers: Partial<Record<Kind, Answer>> = { [kind]: 'first' }
      const { provider } = await createBench(signIn, answers)
      const refusedToken = await provider.getToken({ signal })
      answers[kind] = then
      return provider.getToken({ signal, refusedToken })
    }
    await expect(
      again(byMachine, 'ManagedIdentityCredential', unavailable('No answer'))
    ).rejects.toMatchObject({ isFinal: false })
    await expect(
      again(byCli, 'AzureCliCredential', new Error(SIGNED_OUT_AZ))
    ).rejects.toMatchObject({ isFinal: true })
  })

  it.each([
    [503, false],
    [429, false],
    [403, true]
  ])('because GitHub answers %i', async (status, isFinal) => {
    const signIn: SignIn = { kind: 'oidc', tenantId: TENANT, clientId: CLIENT, why: 'asked' }
    const send: Http['send'] = async () => json(status, {})
    const { provider } = await createBench(signIn, {}, { environment: JOB, send })
    await expect(provider.getToken({ signal })).rejects.toMatchObject({ isFinal })
  })

  it('with a token that was given, for good', async () => {
    const { provider } = await createBench(given, {})
    const refused = provider.getToken({ signal, refusedToken: 'given' })
    await expect(refused).rejects.toMatchObject({ isFinal: true })
  })
})

const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://tokens.example/id?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token'
}

describe('GitHub OIDC', () => {
  const byOidc: SignIn = {
    kind: 'oidc',
    tenantId: TENANT,
    clientId: CLIENT,
    why: 'credential is oidc'
  }
  const claims = {
    iss: 'https://issuer.example',
    sub: "repo:o/r:ref:refs/heads/it's",
    aud: 'api://a'
  }
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const createIdToken = (count: number) =>
    `${encode({ alg: 'none' })}.${encode({ ...claims, count })}.sig`

  /** Answers each request for an ID token with another one. */
  function createGitHub() {
    const asked: { readonly url: string; readonly authorization: string | undefined }[] = []
    const send: Http['send'] = async ({ url, headers }) => {
      asked.push({ url, authorization: headers.authorization })
      return json(200, { value: createIdToken(asked.length) })
    }
    return { send, asked }
  }

  it('asks GitHub anew for every access token, and the library twice gets the same', async () => {
    const { send, asked } = createGitHub()
    const bench = await createBench(
      byOidc,
      { ClientAssertionCredential: 'oidc' },
      { environment: JOB, send }
    )
    expect(await bench.provider.getToken({ signal })).toBe('oidc-1')
    expect(await bench.provider.getToken({ signal, refusedToken: 'oidc-1' })).toBe('oidc-2')
    const url = `${JOB.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=${encodeURIComponent('api://AzureADTokenExchange')}`
    expect(asked).toEqual(Array(2).fill({ url, authorization: 'Bearer request-token' }))
    const assertions = await Promise.all(
      bench.calls.flatMap(({ args: [, , getAssertion] }) =>
        typeof getAssertion === 'function' ? [getAssertion(), getAssertion()] : []
      )
    )
    expect(assertions).toEqual([1, 1, 2, 2].map(createIdToken))
    expect(bench.masked).toEqual([
      'request-token',
      createIdToken(1),
      'oidc-1',
      createIdToken(2),
      'oidc-2'
    ])
    expect(bench.signedIn).toEqual(['GitHub OIDC: credential is oidc'])
  })

  it('asks before the library is loaded, which takes the whole process', async () => {
    const order: string[] = []
    const { send } = createGitHub()
    const { provider } = await createBench(
      byOidc,
      { ClientAssertionCredential: 'oidc' },
      {
        environment: JOB,
        send: (request, options) => {
          order.push('asked')
          return send(request, options)
        },
        onLoad: () => order.push('loaded')
      }
    )
    await provider.getToken({ signal })
    expect(order).toEqual(['asked', 'loaded'])
  })

  it('asks with the audience that is given', async () => {
    const { send, asked } = createGitHub()
    const signIn = { ...byOidc, audience: 'api://mine?a&b' }
    const { provider } = await createBench(
      signIn,
      { ClientAssertionCredential: 'oidc' },
      { environment: JOB, send }
    )
    await provider.getToken({ signal })
    expect(asked[0]?.url).toMatch(/&audience=api%3A%2F%2Fmine%3Fa%26b$/)
  })

  it.each([
    ['AADSTS700213', 1],
    ['AADSTS700016', 0]
  ])('tells what the ID token says when Entra refuses it with %s', async (code, times) => {
    const { send } = createGitHub()
    const { provider, refused } = await createBench(
      byOidc,
      { ClientAssertionCredential: new Error(`${code}: No. Trace ID: 1`) },
      { environment: JOB, send }
    )
    await expect(provider.getToken({ signal })).rejects.toMatchObject({
      code,
      message: `Signing in with GitHub OIDC failed: Microsoft Entra ID answered ${code}: No. The ID token has issuer 'https://issuer.example', subject 'repo:o/r:ref:refs/heads/it's' and audience 'api://a'.`
    })
    expect(refused).toHaveLength(times)
    for (const told of refused) {
      expect(told).toEqual({
        issuer: claims.iss,
        subject: claims.sub,
        audience: claims.aud,
        clientId: CLIENT
      })
    }
  })

  it('tells that it was GitHub who did not answer, after a minute of asking', async () => {
    const send: Http['send'] = async () => ({ status: 503, headers: {}, body: { kind: 'empty' } })
    const { provider, time, retries } = await createBench(byOidc, {}, { environment: JOB, send })
    await expect(provider.getToken({ signal })).rejects.toThrow(
      "Signing in with GitHub OIDC failed: GitHub's ID-token endpoint (tokens.example) answered HTTP 503, asked 7 times."
    )
    expect(time.sleeps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 40_000])
    expect(retries[0]).toBe("GitHub's ID-token endpoint (tokens.example) answered HTTP 503, 1000")
    expect(provider.describeFault()).toContain("GitHub's ID-token endpoint")
  })

  it.each<[HttpResponse, string]>([
    [json(200, {}), 'gave no ID token'],
    [json(200, { value: '' }), 'gave no ID token'],
    [json(200, { value: 1 }), 'gave no ID token'],
    [json(200, null), 'gave no ID token'],
    [json(403, { value: 'x' }), 'answered HTTP 403'],
    [
      { status: 200, headers: {}, body: { kind: 'malformed', text: '<html>' } },
      'answered HTTP 200 with a body that is not JSON'
    ]
  ])('fails when GitHub answers %j', async (answer, problem) => {
    const { provider } = await createBench(
      byOidc,
      {},
      { environment: JOB, send: async () => answer }
    )
    await expect(provider.getToken({ signal })).rejects.toThrow(
      `failed: GitHub's ID-token endpoint (tokens.example) ${problem}.`
    )
  })

  it.each<Record<string, string>>([
    {},
    { ...JOB, ACTIONS_ID_TOKEN_REQUEST_TOKEN: '' },
    { ...JOB, ACTIONS_ID_TOKEN_REQUEST_URL: 'nonsense' }
  ])('names the permission that is missing with %j', async (environment) => {
    const { provider } = await createBench(byOidc, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toMatchObject({
      code: 'IdTokenPermissionMissing',
      message:
        'Signing in with GitHub OIDC failed: ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN are not set, so this job has no permission id-token: write.'
    })
  })

  it('rejects with what the socket threw when that is no fault of the wire', async () => {
    const { provider } = await createBench(byOidc, {}, { environment: JOB })
    await expect(provider.getToken({ signal })).rejects.toThrow('test bug')
  })
})

describe('each credential that the machine may have', () => {
  const ids = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT }
  const certificate = { ...ids, AZURE_CLIENT_CERTIFICATE_PATH: '/a.pem' }
  const federated = { ...ids, AZURE_FEDERATED_TOKEN_FILE: '/token' }

  it.each<[SignIn['kind'], Record<string, string>, Kind, readonly unknown[]]>([
    [
      'client-certificate',
      certificate,
      'ClientCertificateCredential',
      [TENANT, CLIENT, { certificatePath: '/a.pem' }, { sendCertificateChain: false }]
    ],
    [
      'client-certificate',
      {
        ...certificate,
        AZURE_CLIENT_CERTIFICATE_PASSWORD: 'word',
        AZURE_CLIENT_SEND_CERTIFICATE_CHAIN: 'True'
      },
      'ClientCertificateCredential',
      [
        TENANT,
        CLIENT,
        { certificatePath: '/a.pem', certificatePassword: 'word' },
        { sendCertificateChain: true }
      ]
    ],
    ['workload-identity', federated, 'WorkloadIdentityCredential', [{}]],
    ['managed-identity', {}, 'ManagedIdentityCredential', [{ retryOptions: { maxRetries: 0 } }]],
    // What the library does in an AKS pod, but over our own client.
    ['managed-identity', federated, 'WorkloadIdentityCredential', [{}]],
    [
      'azure-cli',
      {},
      'AzureCliCredential',
      [
        60_000,
        ...'account get-access-token --output json --resource'.split(' '),
        'https://management.core.windows.net/'
      ]
    ],
    ['azure-powershell', {}, 'AzurePowerShellCredential', [{ processTimeoutInMs: 60_000 }]]
  ])('%s with %j', async (credential, environment, kind, args) => {
    const machine = MACHINE_CREDENTIALS.find((name) => name === credential)
    if (machine === undefined) throw new Error('test bug')
    const { provider, calls, signedIn } = await createBench(
      { kind: machine, why: 'it was asked for' },
      { [kind]: 'machine' },
      { environment }
    )
    expect(await provider.getToken({ signal })).toBe('machine-1')
    expect(calls).toMatchObject([{ kind, args }])
    expect(signedIn).toEqual([expect.stringMatching(/: it was asked for$/)])
  })

  it('hands on the ids that are given', async () => {
    for (const kind of MACHINE_CREDENTIALS) {
      const signIn = { kind, why: '', tenantId: TENANT, clientId: CLIENT }
      const environment = { AZURE_CLIENT_CERTIFICATE_PATH: '/a', AZURE_FEDERATED_TOKEN_FILE: '/b' }
      const { provider, calls } = await createBench(signIn, {}, { environment })
      await expect(provider.getToken({ signal })).rejects.toThrow(
        /is not there|could not be found|Unable to execute/
      )
      expect(JSON.stringify(calls)).toContain(
        kind === 'azure-cli' || kind === 'azure-powershell' ? TENANT : CLIENT
      )
    }
  })

  it.each<[string, Record<string, string>, string]>([
    ['client-certificate', ids, 'AZURE_CLIENT_CERTIFICATE_PATH not set'],
    [
      'client-certificate',
      { AZURE_CLIENT_CERTIFICATE_PATH: '/a.pem' },
      'AZURE_TENANT_ID, AZURE_CLIENT_ID not set'
    ],
    [
      'workload-identity',
      {},
      'AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID not set'
    ]
  ])('%s with %j says what is missing', async (credential, environment, problem) => {
    const kind = MACHINE_CREDENTIALS.find((name) => name === credential) ?? 'azure-cli'
    const { provider, calls } = await createBench({ kind, why: '' }, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow(`failed: ${problem}.`)
    expect(calls).toEqual([])
  })

  it.each([
    ['azure-cli', 'AzureCliFailed'],
    ['azure-powershell', 'AzurePowerShellFailed'],
    ['managed-identity', 'ManagedIdentityFailed']
  ] as const)('%s that fails has a code of its own', async (kind, code) => {
    const { provider } = await createBench({ kind, why: '' }, {})
    await expect(provider.getToken({ signal })).rejects.toMatchObject({ code })
  })

  // A process takes whole milliseconds for its timeout: https://nodejs.org/api/child_process.html.
  it.each([
    [20_000, 20_000],
    [20_000.4, 20_001],
    [-5, 1_000]
  ])('waits for a tool no longer than there is time: %d ms', async (deadlineMs, expected) => {
    const answers = { AzureCliCredential: 'az', AzurePowerShellCredential: 'pwsh' }
    const args: unknown[] = []
    for (const kind of ['azure-cli', 'azure-powershell'] as const) {
      const { provider, calls } = await createBench({ kind, why: '' }, answers, { deadlineMs })
      await provider.getToken({ signal })
      args.push(...calls.map((call) => call.args[0]))
    }
    expect(args).toEqual([expected, { processTimeoutInMs: expected }])
  })

  it('needs no authority for a tool', async () => {
    const cloud = await readCloud({
      environment: 'custom',
      endpoint: 'http://127.0.0.1:1',
      audience: 'https://arm.example',
      authorityHost: ''
    })
    const { provider } = await createBench(
      { kind: 'azure-cli', why: '' },
      { AzureCliCredential: 'az' },
      { cloud }
    )
    expect(await provider.getToken({ signal })).toBe('az-1')
  })
})

describe('az', () => {
  const byCli: SignIn = { kind: 'azure-cli', why: 'credential is azure-cli' }

  // Claims are for `az login`: https://learn.microsoft.com/cli/azure/reference-index#az-login.
  it('gives no token with claims, which is told', async () => {
    const bench = await createBench(byCli, { AzureCliCredential: 'az' })
    const refusedToken = await bench.provider.getToken({ signal })
    const told =
      "Signing in with Azure CLI failed: The Azure CLI doesn't support claims challenges: "
    await expect(
      bench.provider.getToken({ signal, refusedToken, claims: '{}' })
    ).rejects.toMatchObject({ message: expect.stringContaining(told), isFinal: true })
    expect(bench.retries).toEqual([expect.stringContaining(told)])
    expect(bench.calls).toHaveLength(1)
  })

  it('is handed no audience that a command line could read as more than a text', async () => {
    const cloud = await readCloud({
      environment: 'custom',
      endpoint: 'https://arm.example',
      audience: 'https://arm.example/&calc',
      authorityHost: ''
    })
    const { provider, calls } = await createBench(byCli, { AzureCliCredential: 'az' }, { cloud })
    await expect(provider.getToken({ signal })).rejects.toThrow('The audience holds a character')
    expect(calls).toEqual([])
  })

  // https://learn.microsoft.com/entra/identity-platform/reference-error-codes
  it.each(['AADSTS700024', 'AADSTS7000222', 'AADSTS50076', 'AADSTS53003'])(
    'that is refused with %s says so, and not az login',
    async (code) => {
      const words = `WARNING: w\nERROR: ${code}: Refused, because. Trace ID: 1\nInteractive authentication is needed. Please run:\naz login`
      const { provider } = await createBench(byCli, { AzureCliCredential: new Error(words) })
      await expect(provider.getToken({ signal })).rejects.toMatchObject({
        code,
        message: `Signing in with Azure CLI failed: Microsoft Entra ID answered ${code}: Refused, because.`,
        isFinal: true
      })
    }
  )
})

describe('who acts', () => {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${encode({ alg: 'none' })}.${encode({
    appid: OTHER,
    oid: 'object',
    tid: TENANT,
    iss: 'https://sts.windows.net/x/'
  })}.sig`
  const claimed = { application: OTHER, object: 'object', tenant: TENANT }
  const own = { application: CLIENT, object: undefined, tenant: TENANT }
  const host = 'login.microsoftonline.com'

  it.each<[string, SignIn, Partial<Record<Kind, Answer>>, object]>([
    ['a token says', { ...given, token }, {}, { ...claimed, host: 'sts.windows.net' }],
    [
      'the token of az says',
      { kind: 'azure-cli', why: '' },
      { AzureCliCredential: token },
      { ...claimed, host: 'sts.windows.net' }
    ],
    [
      'the token of a machine says',
      { kind: 'managed-identity', why: '' },
      { ManagedIdentityCredential: token },
      { ...claimed, host: 'sts.windows.net' }
    ],
    ['Entra says', bySecret, { ClientSecretCredential: token }, { ...claimed, host }],
    [
      'was named, where the token says nothing',
      bySecret,
      { ClientSecretCredential: 'opaque' },
      { ...own, host }
    ]
  ])('is told as %s', async (_who, signIn, answers, identity) => {
    const { provider, acting } = await createBench(signIn, answers)
    await provider.getToken({ signal })
    expect(acting).toEqual([identity])
  })
})

describe('auto', () => {
  const auto: SignIn = { kind: 'auto', tenantId: TENANT, clientId: CLIENT }
  const everywhere = {
    ...JOB,
    AZURE_TENANT_ID: TENANT,
    AZURE_CLIENT_ID: CLIENT,
    AZURE_CLIENT_SECRET: SECRET,
    AZURE_FEDERATED_TOKEN_FILE: '/token',
    IDENTITY_ENDPOINT: 'http://127.0.0.1'
  }
  const send: Http['send'] = async () => json(200, { value: 'a.b.c' })
  const ALL: readonly Kind[] = [
    'ClientAssertionCredential',
    'ClientSecretCredential',
    'WorkloadIdentityCredential',
    'AzureCliCredential',
    'AzurePowerShellCredential'
  ]

  it.each<[Partial<Record<Kind, Answer>>, string, number]>([
    [
      { ClientAssertionCredential: 'a', ClientSecretCredential: 'b' },
      'GitHub OIDC: client-id and tenant-id are given and the job has the permission id-token: write',
      1
    ],
    [
      { ClientSecretCredential: 'b', WorkloadIdentityCredential: 'c' },
      'environment variables: AZURE_CLIENT_SECRET is set',
      2
    ],
    [
      { WorkloadIdentityCredential: 'c', AzureCliCredential: 'd' },
      'workload identity: AZURE_FEDERATED_TOKEN_FILE is set',
      3
    ]
  ])('takes the first of %o, says why, and stays with it', async (answers, told, tried) => {
    const { provider, calls, signedIn } = await createBench(auto, answers, {
      environment: everywhere,
      send
    })
    const token = await provider.getToken({ signal })
    expect(signedIn).toEqual([told])
    expect(calls.map(({ kind }) => kind)).toEqual(ALL.slice(0, tried))

    await provider.getToken({ signal, refusedToken: token })
    expect(calls.slice(tried).map(({ kind }) => kind)).toEqual(ALL.slice(tried - 1, tried))
    expect(signedIn).toHaveLength(1)
  })

  it.each<[Partial<Record<Kind, Answer>>, string, number]>([
    [
      { AzureCliCredential: 'd', AzurePowerShellCredential: 'e' },
      'Azure CLI: the Azure CLI is signed in',
      1
    ],
    [
      { AzureCliCredential: new Error(SIGNED_OUT_AZ), AzurePowerShellCredential: 'e' },
      'Azure PowerShell: Azure PowerShell is signed in',
      2
    ]
  ])('takes a session where nobody is named, the first of %o', async (answers, told, tried) => {
    const { provider, calls, signedIn } = await createBench({ kind: 'auto' }, answers)
    await provider.getToken({ signal })
    expect(signedIn).toEqual([told])
    expect(calls).toHaveLength(tried)
  })

  it('comes to a managed identity last', async () => {
    const { AZURE_FEDERATED_TOKEN_FILE: _file, ...environment } = everywhere
    const { provider, calls, signedIn } = await createBench(
      { kind: 'auto' },
      { ManagedIdentityCredential: 'm' },
      { environment }
    )
    await provider.getToken({ signal })
    expect(signedIn).toEqual(['managed identity: IDENTITY_ENDPOINT is set'])
    expect(calls.map(({ kind }) => kind)).toEqual([
      'ClientSecretCredential',
      'AzureCliCredential',
      'AzurePowerShellCredential',
      'ManagedIdentityCredential'
    ])
  })

  const principal = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT }
  it.each<[SignIn, Record<string, string>, Kind[]]>([
    [{ kind: 'auto' }, {}, []],
    [{ kind: 'auto' }, JOB, []],
    [{ kind: 'auto', tenantId: TENANT }, JOB, []],
    [{ kind: 'auto' }, principal, []],
    [{ kind: 'auto' }, { ...principal, AZURE_CLIENT_SECRET: '' }, []],
    [{ kind: 'auto' }, { AZURE_CLIENT_SECRET: SECRET }, []],
    [{ kind: 'auto' }, { ...principal, AZURE_CLIENT_SECRET: SECRET }, ['ClientSecretCredential']],
    // A secret of another application than the one that is asked for.
    [{ kind: 'auto', tenantId: OTHER }, { ...principal, AZURE_CLIENT_SECRET: SECRET }, []],
    [
      { kind: 'auto' },
      { ...principal, AZURE_CLIENT_CERTIFICATE_PATH: '/a.pem' },
      ['ClientCertificateCredential']
    ],
    [{ kind: 'auto' }, { AZURE_FEDERATED_TOKEN_FILE: '/token' }, []],
    [
      { kind: 'auto' },
      { ...principal, AZURE_FEDERATED_TOKEN_FILE: '/token' },
      ['WorkloadIdentityCredential']
    ],
    [{ kind: 'auto' }, { IDENTITY_ENDPOINT: 'http://a' }, ['ManagedIdentityCredential']],
    [{ kind: 'auto' }, { MSI_ENDPOINT: 'http://a' }, ['ManagedIdentityCredential']],
    [
      { kind: 'auto' },
      { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://a' },
      ['ManagedIdentityCredential']
    ]
  ])('%j with %j tries the tools and %o', async (signIn, environment, beside) => {
    const { provider, calls } = await createBench(signIn, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow('No sign-in was found.')
    const tools = ['AzureCliCredential', 'AzurePowerShellCredential']
    expect(calls.map(({ kind }) => kind).filter((kind) => !tools.includes(kind))).toEqual(beside)
    expect(calls).toHaveLength(beside.length + 2)
  })

  // Who is named acts, and nobody who happens to be signed in on the machine.
  it.each<[SignIn, Record<string, string>, Kind[]]>([
    [auto, {}, []],
    [auto, { IDENTITY_ENDPOINT: 'http://a' }, []],
    [auto, { ...principal, AZURE_CLIENT_SECRET: SECRET }, ['ClientSecretCredential']],
    [auto, { ...principal, AZURE_FEDERATED_TOKEN_FILE: '/a' }, ['WorkloadIdentityCredential']],
    // Nobody knows whose these are.
    [auto, { AZURE_CLIENT_SECRET: SECRET }, []],
    [auto, { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_SECRET: SECRET }, []],
    [auto, { AZURE_CLIENT_CERTIFICATE_PATH: '/a.pem' }, []],
    [
      { kind: 'auto', clientId: CLIENT },
      { ...JOB, IDENTITY_ENDPOINT: 'http://a' },
      ['ManagedIdentityCredential']
    ],
    [{ kind: 'auto', clientId: OTHER }, { ...principal, AZURE_CLIENT_SECRET: SECRET }, []]
  ])('%j with %j tries %o and no tool', async (signIn, environment, tried) => {
    const { provider, calls } = await createBench(signIn, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow(
      'Azure CLI: not asked for, and client-id says who is to act; give credential: azure-cli to use it'
    )
    expect(calls.map(({ kind }) => kind)).toEqual(tried)
  })

  it.each<[string, Partial<Record<Kind, Answer>>, string]>([
    [
      'az has a session that has ended',
      {
        AzureCliCredential: new Error(
          'ERROR: AADSTS700082: The refresh token has expired. Trace ID: 1\nInteractive authentication is needed. Please run:\naz login'
        )
      },
      'Azure CLI failed: Microsoft Entra ID answered AADSTS700082: The refresh token has expired.'
    ],
    [
      'az has a session that it cannot use',
      {
        AzureCliCredential: new Error(
          "ERROR: User 'a' does not exist in MSAL token cache. Run `az login`."
        )
      },
      "Azure CLI failed: User 'a' does not exist in MSAL token cache."
    ],
    ['az is broken', { AzureCliCredential: new Error('') }, 'az failed and did not say why.'],
    ['az answers nothing', { AzureCliCredential: null }, 'az printed no token that can be read.'],
    [
      'Azure PowerShell has a session that has ended',
      {
        AzurePowerShellCredential: unavailable(
          'Error: \u001b[31;1mGet-AzAccessToken: \u001b[0m\n\u001b[31;1mLine |\n   2 |  Get-AzAccessToken\n     |  ~~~~~~~~~\n     | Your Azure credentials have not been set up or have expired, please run\n     | Connect-AzAccount to set up your Azure credentials. To troubleshoot, visit'
        )
      },
      'Azure PowerShell failed: Your Azure credentials have not been set up or have expired, please run Connect-AzAccount to set up your Azure credentials.'
    ]
  ])('goes no further where %s', async (_what, answers, told) => {
    const environment = { IDENTITY_ENDPOINT: 'http://a' }
    const bench = await createBench(
      { kind: 'auto' },
      { ManagedIdentityCredential: 'm', ...answers },
      { environment }
    )
    await expect(bench.provider.getToken({ signal })).rejects.toThrow(told)
    expect(bench.signedIn).toEqual([])
  })

  it.each([
    "Error: Import-Module:\n     | The specified module 'Az.Accounts' with version '2.2.0' was not loaded because no\n     | valid module file was found in any module directory.",
    "The 'Az.Account' module >= 2.2.0 is not installed. Install it.",
    "Error: Get-AzAccessToken: The term 'Get-AzAccessToken' is not recognized as a name of a cmdlet.",
    "Please run 'Connect-AzAccount' from PowerShell to authenticate."
  ])('passes a PowerShell over that says %j', async (words) => {
    const environment = { IDENTITY_ENDPOINT: 'http://a' }
    const answers = {
      AzurePowerShellCredential: unavailable(words),
      ManagedIdentityCredential: 'm'
    }
    const { provider } = await createBench({ kind: 'auto' }, answers, { environment })
    expect(await provider.getToken({ signal })).toMatch(/^m-/)
  })

  const asked: string[] = []
  it.each<[string, Http['send'], string]>([
    [
      'answers',
      async ({ url, headers }, { timeoutMs }) => {
        asked.push(`${url} ${Object.keys(headers).length} ${timeoutMs}`)
        return json(400, {})
      },
      'managed identity: this machine has a metadata service'
    ],
    [
      'does not answer',
      () => Promise.reject(new NoAnswerError('nobody', false)),
      'managed identity: no metadata service answers on this machine'
    ]
  ])('asks the metadata service of a self-hosted runner, which %s', async (_what, probe, told) => {
    const { provider, signedIn } = await createBench(
      { kind: 'auto' },
      { ManagedIdentityCredential: 'm' },
      { environment: { RUNNER_ENVIRONMENT: 'self-hosted' }, send: probe }
    )
    const outcome = await provider.getToken({ signal }).catch((error: Error) => error.message)
    expect([...signedIn, outcome].join()).toContain(told)
    expect(asked).toEqual(['http://169.254.169.254/metadata/identity/oauth2/token 0 1000'])
  })

  it('asks no metadata service on a runner of GitHub', async () => {
    const environment = { RUNNER_ENVIRONMENT: 'github-hosted' }
    const { provider } = await createBench({ kind: 'auto' }, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow('No sign-in was found.')
  })

  it('says what was tried when nothing is there', async () => {
    const { provider } = await createBench({ kind: 'auto' }, {})
    await expect(provider.getToken({ signal })).rejects.toMatchObject({
      code: 'NoSignInFound',
      message:
        'No sign-in was found. Tried GitHub OIDC: client-id and tenant-id not given;' +
        ' environment variables: AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH not set;' +
        ' workload identity: AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID not set;' +
        ' Azure CLI: Azure CLI could not be found;' +
        ' Azure PowerShell: Unable to execute PowerShell;' +
        ' managed identity: IDENTITY_ENDPOINT or MSI_ENDPOINT or AZURE_POD_IDENTITY_AUTHORITY_HOST not set.'
    })
  })

  it('points at the permission that is missing when all else was given', async () => {
    const { provider } = await createBench(auto, {})
    await expect(provider.getToken({ signal })).rejects.toMatchObject({
      code: 'IdTokenPermissionMissing'
    })
  })

  it('stops at credentials that are there and are refused', async () => {
    const { provider, calls } = await createBench(
      auto,
      {
        ClientAssertionCredential: new Error('AADSTS700016: No such app.'),
        AzureCliCredential: 'c'
      },
      { environment: everywhere, send }
    )
    await expect(provider.getToken({ signal })).rejects.toThrow(
      'Signing in with GitHub OIDC failed: Microsoft Entra ID answered AADSTS700016: No such app.'
    )
    expect(calls).toHaveLength(1)
  })

  it('masks the secrets of the environment, and never shows them', async () => {
    const environment = {
      ...everywhere,
      ACTIONS_ID_TOKEN_REQUEST_URL: '',
      AZURE_CLIENT_CERTIFICATE_PASSWORD: 'pass word'
    }
    const { provider, masked } = await createBench(
      { kind: 'auto' },
      { ClientSecretCredential: new Error(`${SECRET} and pass word are wrong`) },
      { environment }
    )
    expect(masked).toEqual(['request-token', 'pass word', SECRET])
    await expect(provider.getToken({ signal })).rejects.toThrow('*** and *** are wrong')
  })
})

describe('with the real library', () => {
  let entra: Entra
  const trusted = getCACertificates('default')
  const http = createHttp('test', Date.now)
  // Read once per process, by the library too: it would reject at once what has no scheme.
  const { HTTPS_PROXY } = process.env

  beforeAll(async () => {
    process.env.HTTPS_PROXY = 'proxy.example:3128'
    entra = await startEntra({ tenant: TENANT, clientId: CLIENT, secret: SECRET })
    setDefaultCACertificates([...trusted, readFileSync(entra.caFile, 'utf8')])
  })

  afterAll(async () => {
    if (HTTPS_PROXY === undefined) delete process.env.HTTPS_PROXY
    else process.env.HTTPS_PROXY = HTTPS_PROXY
    setDefaultCACertificates(trusted)
    http.close()
    await entra.close()
  })

  const retries: string[] = []

  async function createProvider(
    authorityHost: string,
    clientSecret = SECRET,
    sleep = systemClock.sleep
  ) {
    const cloud = await createCustomCloud(authorityHost)
    return createTokenProvider({ ...bySecret, clientSecret }, cloud, {
      now: systemClock.now,
      sleep,
      send: http.send,
      environment: {},
      deadlineMs: systemClock.now() + HOUR_MS,
      mask: () => {},
      onRetry: (reason) => retries.push(reason)
    })
  }

  it('signs in, keeps the token, and gets a new one when it must', async () => {
    const provider = await createProvider(entra.origin)
    const first = await provider.getToken({ signal })
    expect(await provider.getToken({ signal })).toBe(first)
    const second = await provider.getToken({ signal, refusedToken: first })
    expect(second).not.toBe(first)
    expect(entra.tokens).toEqual([first, second])
  })

  it('hands the claims of a challenge to Entra', async () => {
    const provider = await createProvider(entra.origin)
    const refusedToken = await provider.getToken({ signal })
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    await provider.getToken({ signal, refusedToken, claims })
    expect(JSON.parse(entra.issued.at(-1)?.claims ?? '')).toMatchObject({
      access_token: { nbf: { essential: true, value: '1' }, xms_cc: { values: ['cp1'] } }
    })
  })

  it('asks Entra again after 429, 500 and a broken connection', async () => {
    retries.length = 0
    const time = new VirtualTime()
    entra.answerNext(
      { status: 429, headers: { 'retry-after': '7' }, body: {} },
      { status: 500, body: '<html>' },
      { status: 200, fault: 'reset' }
    )
    const provider = await createProvider(entra.origin, SECRET, time.sleep)
    expect(entra.acceptsToken(await provider.getToken({ signal }))).toBe(true)
    expect(time.sleeps).toEqual([7_000, 2_000, 4_000])
    const who = `Microsoft Entra ID (${new URL(entra.origin).host})`
    expect(retries).toEqual([
      `${who} answered HTTP 429`,
      `${who} answered HTTP 500`,
      expect.stringContaining(`${who} did not answer (ECONNRESET`)
    ])
    expect(provider.describeFault()).toBeUndefined()
  })

  it('says in one line why Entra refused', async () => {
    const provider = await createProvider(entra.origin, 'wrong-secret')
    await expect(provider.getToken({ signal })).rejects.toThrow(
      `Signing in with client secret failed: Microsoft Entra ID answered AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${CLIENT}'.`
    )
  })

  it('does not ask twice where the certificate is not trusted', async () => {
    const other = await startEntra({ tenant: TENANT, clientId: CLIENT, secret: SECRET })
    const provider = await createProvider(other.origin)
    await expect(provider.getToken({ signal })).rejects.toThrow(
      `Microsoft Entra ID (${new URL(other.origin).host}) did not answer (DEPTH_ZERO_SELF_SIGNED_CERT`
    )
    await other.close()
  })

  it('gives up at once, and leaves no request behind', async () => {
    const connected = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    const silent = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('close', () => closed.resolve())
      connected.resolve()
    })
    const port = await listen(silent)
    const controller = new AbortController()
    const provider = await createProvider(`https://localhost:${port}`)
    const token = provider.getToken({ signal: controller.signal })
    await connected.promise
    controller.abort('enough')
    await expect(token).rejects.toBe('enough')
    await closed.promise
    silent.close()
  })
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('test bug: no port')
  return address.port
}
