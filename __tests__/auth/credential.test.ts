import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import { type Cloud, readCloud } from '../../src/arm/clouds.ts'
import {
  type CredentialDependencies,
  createTokenProvider,
  type IdentityLibrary,
  readTokenExpiry,
  type SignIn
} from '../../src/auth/credential.ts'

const TENANT = '22222222-2222-2222-2222-222222222222'
const CLIENT = '11111111-1111-1111-1111-111111111111'
const SECRET = 'not/so+secret='
const HOUR_MS = 3_600_000
const signal = new AbortController().signal

const AZURE = readCloud({ environment: '', endpoint: '', audience: '', authorityHost: '' })

function createCustomCloud(authorityHost: string): Cloud {
  const endpoint = 'http://127.0.0.1:1'
  return readCloud({
    environment: 'custom',
    endpoint,
    audience: 'https://arm.example',
    authorityHost
  })
}

const bySecret: Extract<SignIn, { kind: 'client-secret' }> = {
  kind: 'client-secret',
  tenantId: TENANT,
  clientId: CLIENT,
  clientSecret: SECRET
}

type Answer = string | Error | null
type Kind = keyof IdentityLibrary
interface Call {
  readonly kind: Kind
  readonly args: readonly unknown[]
  readonly scope: string
  readonly claims: string | undefined
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
      async getToken(scope: string, { claims }: { readonly claims?: string }) {
        calls.push({ kind, args: this.args, scope, claims })
        const answer = answers[kind]
        if (answer === undefined)
          throw unavailable(`${kind} is not there. To troubleshoot, read on.`)
        if (answer instanceof Error) throw answer
        if (answer === null) return null
        const token = `${answer}-${calls.length}`
        return { token, expiresOnTimestamp: HOUR_MS, refreshAfterTimestamp: undefined }
      }
    }
  const library: IdentityLibrary = {
    ClientSecretCredential: credential('ClientSecretCredential'),
    EnvironmentCredential: credential('EnvironmentCredential'),
    WorkloadIdentityCredential: credential('WorkloadIdentityCredential'),
    AzureCliCredential: credential('AzureCliCredential'),
    AzurePowerShellCredential: credential('AzurePowerShellCredential'),
    ManagedIdentityCredential: credential('ManagedIdentityCredential')
  }
  return { library, calls }
}

function createBench(
  signIn: SignIn,
  answers: Partial<Record<Kind, Answer>>,
  { cloud = AZURE, environment = {} }: { cloud?: Cloud; environment?: Record<string, string> } = {}
) {
  const { library, calls } = createLibrary(answers)
  const masked: string[] = []
  const signedIn: string[] = []
  const provider = createTokenProvider(signIn, cloud, {
    now: () => 0,
    environment,
    mask: (secret) => masked.push(secret),
    onSignIn: (credential) => signedIn.push(credential),
    loadIdentityLibrary: async () => library
  })
  return { provider, calls, masked, signedIn }
}

describe('a given token', () => {
  const bench = createBench({ kind: 'token', token: 'given' }, {})

  it('is given out, and nothing is loaded', async () => {
    expect(bench.provider.canRefresh).toBe(false)
    expect(await bench.provider.getToken({ signal })).toBe('given')
    expect(bench.calls).toEqual([])
  })

  it.each([{ forceRefresh: true }, { claims: '{}' }])(
    'cannot be replaced for %o',
    async (request) => {
      await expect(bench.provider.getToken({ signal, ...request })).rejects.toThrow(
        'The token was refused, and a given token cannot be replaced.'
      )
    }
  )

  it('heeds the signal', async () => {
    const request = { signal: AbortSignal.abort('enough') }
    await expect(bench.provider.getToken(request)).rejects.toBe('enough')
  })

  it('needs no authority in a custom cloud', async () => {
    const cloud = readCloud({
      environment: 'custom',
      endpoint: 'http://127.0.0.1:1',
      audience: '',
      authorityHost: ''
    })
    const { provider } = createBench({ kind: 'token', token: 'given' }, {}, { cloud })
    expect(await provider.getToken({ signal })).toBe('given')
    expect(() => createBench(bySecret, {}, { cloud })).toThrow('Input resource-manager-audience')
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
    [
      createCustomCloud('https://login.example'),
      'https://login.example',
      'https://arm.example/.default',
      true
    ]
  ])('is used with the authority of the cloud', async (cloud, authorityHost, scope, disabled) => {
    const { provider, calls, masked, signedIn } = createBench(
      bySecret,
      { ClientSecretCredential: 'secret' },
      { cloud }
    )
    expect(provider.canRefresh).toBe(true)
    expect(await provider.getToken({ signal })).toBe('secret-1')
    expect(await provider.getToken({ signal })).toBe('secret-1')
    const options = expect.objectContaining({ authorityHost, disableInstanceDiscovery: disabled })
    expect(calls).toEqual([
      {
        kind: 'ClientSecretCredential',
        args: [TENANT, CLIENT, SECRET, options],
        scope,
        claims: undefined
      }
    ])
    expect(masked).toEqual([SECRET, 'secret-1'])
    expect(signedIn).toEqual(['client-secret'])
  })

  it('is used anew when the token was refused, with the claims that were asked for', async () => {
    const { provider, calls, masked, signedIn } = createBench(bySecret, {
      ClientSecretCredential: 'secret'
    })
    await provider.getToken({ signal })
    expect(await provider.getToken({ signal, forceRefresh: true })).toBe('secret-2')
    expect(await provider.getToken({ signal, claims: '{"a":1}' })).toBe('secret-3')
    expect(calls.map(({ claims }) => claims)).toEqual([undefined, undefined, '{"a":1}'])
    expect(masked).toEqual([SECRET, 'secret-1', 'secret-2', 'secret-3'])
    expect(signedIn).toEqual(['client-secret'])
  })

  it.each<[string, Answer, string]>([
    ['no token', null, 'it gave no token'],
    ['unavailability', unavailable('Not here. Really.'), 'Not here'],
    ['an empty message', new Error(''), 'no reason given'],
    ['two lines', new Error('first line\nsecond line'), 'first line'],
    ['odd characters', new Error('Error: odd\u202e\u0007'), 'odd\\u{202e}\\u{7}'],
    ['secrets', new Error(`${SECRET} or ${encodeURIComponent(SECRET)}`), '*** or ***'],
    ['a token', new Error('got eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln back'), 'got *** back'],
    ['a long message', new Error('x'.repeat(1000)), `${'x'.repeat(400)}…`],
    [
      "Entra's answer",
      new Error(
        `7000215 - [2026-11-22 10:00:00Z]: AADSTS7000215: Invalid client secret provided. It is ${SECRET}. Trace ID: 1 Correlation ID: 2 Timestamp: 3 - Correlation ID: 4 - Trace ID: 1`
      ),
      'AADSTS7000215: Invalid client secret provided. It is ***'
    ],
    ["Entra's lines", new Error('odd\r\nAADSTS1: One.\r\nTrace ID: 1'), 'AADSTS1: One']
  ])('that fails with %s fails with one clean line', async (_what, answer, reason) => {
    const { provider } = createBench(bySecret, { ClientSecretCredential: answer })
    const error = await provider.getToken({ signal }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'SignInError',
      message: `Signing in failed. client-secret: ${reason}.`
    })
    expect(error).not.toHaveProperty('cause')
  })

  it('fails with what was thrown when that is no error', async () => {
    const { library } = createLibrary({})
    const provider = createTokenProvider(bySecret, AZURE, {
      now: () => 0,
      environment: {},
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
    await expect(provider.getToken({ signal })).rejects.toThrow('client-secret: a string.')
  })
})

describe('auto', () => {
  const principal = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT }
  const everywhere = {
    ...principal,
    AZURE_CLIENT_SECRET: SECRET,
    AZURE_FEDERATED_TOKEN_FILE: '/token',
    IDENTITY_ENDPOINT: 'http://127.0.0.1'
  }
  const ALL = [
    'EnvironmentCredential',
    'WorkloadIdentityCredential',
    'AzureCliCredential',
    'AzurePowerShellCredential',
    'ManagedIdentityCredential'
  ]

  it.each<[Partial<Record<Kind, Answer>>, string, number]>([
    [{ EnvironmentCredential: 'a', WorkloadIdentityCredential: 'b' }, 'environment variables', 1],
    [{ WorkloadIdentityCredential: 'b', AzureCliCredential: 'c' }, 'workload identity', 2],
    [{ AzureCliCredential: 'c', AzurePowerShellCredential: 'd' }, 'Azure CLI', 3],
    [{ AzureCliCredential: null, AzurePowerShellCredential: 'd' }, 'Azure PowerShell', 4],
    [{ ManagedIdentityCredential: 'e' }, 'managed identity', 5]
  ])('takes the first of %o', async (answers, name, tried) => {
    const { provider, calls, signedIn } = createBench({ kind: 'auto' }, answers, {
      environment: everywhere
    })
    await provider.getToken({ signal })
    expect(signedIn).toEqual([name])
    expect(calls.map(({ kind }) => kind)).toEqual(ALL.slice(0, tried))

    await provider.getToken({ signal, forceRefresh: true })
    expect(calls.slice(tried).map(({ kind }) => kind)).toEqual(ALL.slice(tried - 1, tried))
    expect(signedIn).toEqual([name])
  })

  it.each<[Record<string, string>, string[]]>([
    [{}, []],
    [principal, []],
    [{ ...principal, AZURE_CLIENT_SECRET: '' }, []],
    [{ AZURE_CLIENT_SECRET: SECRET }, []],
    [{ ...principal, AZURE_CLIENT_SECRET: SECRET }, ['EnvironmentCredential']],
    [{ ...principal, AZURE_CLIENT_CERTIFICATE_PATH: '/a.pem' }, ['EnvironmentCredential']],
    [{ AZURE_FEDERATED_TOKEN_FILE: '/token' }, []],
    [{ ...principal, AZURE_FEDERATED_TOKEN_FILE: '/token' }, ['WorkloadIdentityCredential']],
    [{ IDENTITY_ENDPOINT: 'http://a' }, ['ManagedIdentityCredential']],
    [{ MSI_ENDPOINT: 'http://a' }, ['ManagedIdentityCredential']],
    [{ AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://a' }, ['ManagedIdentityCredential']]
  ])('with %o tries the tools and %o', async (environment, beside) => {
    const { provider, calls } = createBench({ kind: 'auto' }, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow('No sign-in was found.')
    const tools = ['AzureCliCredential', 'AzurePowerShellCredential']
    const tried = ALL.filter((kind) => tools.includes(kind) || beside.includes(kind))
    expect(calls.map(({ kind }) => kind)).toEqual(tried)
  })

  it('hands the ids on where there are several identities', async () => {
    const signIn = { kind: 'auto', tenantId: TENANT, clientId: CLIENT } as const
    const environment = { AZURE_FEDERATED_TOKEN_FILE: '/token', IDENTITY_ENDPOINT: 'http://a' }
    const { provider, calls } = createBench(signIn, {}, { environment })
    await expect(provider.getToken({ signal })).rejects.toThrow('No sign-in was found.')
    const ids = calls.map(({ kind, args: [options] }) => {
      const { tenantId, clientId } = Object(options)
      return [kind, tenantId, clientId]
    })
    expect(ids).toEqual([
      ['WorkloadIdentityCredential', TENANT, CLIENT],
      ['AzureCliCredential', TENANT, undefined],
      ['AzurePowerShellCredential', TENANT, undefined],
      ['ManagedIdentityCredential', undefined, CLIENT]
    ])
  })

  it('says what was tried when nothing is there, and how to sign in', async () => {
    const { provider } = createBench({ kind: 'auto' }, {})
    await expect(provider.getToken({ signal })).rejects.toThrow(
      'No sign-in was found. Tried' +
        ' environment variables: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH not set;' +
        ' workload identity: AZURE_FEDERATED_TOKEN_FILE, AZURE_TENANT_ID, AZURE_CLIENT_ID not set;' +
        ' Azure CLI: AzureCliCredential is not there;' +
        ' Azure PowerShell: AzurePowerShellCredential is not there;' +
        ' managed identity: IDENTITY_ENDPOINT or MSI_ENDPOINT or AZURE_POD_IDENTITY_AUTHORITY_HOST not set.' +
        ' Give client-id, tenant-id and client-secret, or a token, or run azure/login in an earlier step.'
    )
  })

  it('stops at credentials that are there and are refused', async () => {
    const { provider, calls } = createBench(
      { kind: 'auto' },
      { EnvironmentCredential: new Error('AADSTS700016: No such app.'), AzureCliCredential: 'c' },
      { environment: everywhere }
    )
    await expect(provider.getToken({ signal })).rejects.toThrow(
      'Signing in failed. environment variables: AADSTS700016: No such app.'
    )
    expect(calls).toHaveLength(1)
  })

  it('masks the secrets of the environment, and never shows them', async () => {
    const environment = { ...everywhere, AZURE_CLIENT_CERTIFICATE_PASSWORD: 'pass word' }
    const { provider, masked } = createBench(
      { kind: 'auto' },
      { EnvironmentCredential: new Error(`${SECRET} and pass word are wrong`) },
      { environment }
    )
    expect(masked).toEqual([SECRET, 'pass word'])
    await expect(provider.getToken({ signal })).rejects.toThrow('*** and *** are wrong')
  })
})

describe('with the real library', () => {
  let entra: Entra
  const trusted = getCACertificates('default')

  beforeAll(async () => {
    entra = await startEntra({ tenant: TENANT, clientId: CLIENT, secret: SECRET })
    setDefaultCACertificates([...trusted, readFileSync(entra.caFile, 'utf8')])
  })

  afterAll(async () => {
    setDefaultCACertificates(trusted)
    await entra.close()
  })

  function createProvider(authorityHost: string, clientSecret = SECRET) {
    const dependencies: CredentialDependencies = {
      now: Date.now,
      environment: {},
      mask: () => {}
    }
    return createTokenProvider(
      { ...bySecret, clientSecret },
      createCustomCloud(authorityHost),
      dependencies
    )
  }

  it('signs in, keeps the token, and gets a new one when it must', async () => {
    const provider = createProvider(entra.origin)
    const first = await provider.getToken({ signal })
    expect(await provider.getToken({ signal })).toBe(first)
    const second = await provider.getToken({ signal, forceRefresh: true })
    expect(second).not.toBe(first)
    expect(entra.tokens).toEqual([first, second])
  })

  it('says in one line why Entra refused', async () => {
    const provider = createProvider(entra.origin, 'wrong-secret')
    await expect(provider.getToken({ signal })).rejects.toThrow(
      `Signing in failed. client-secret: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${CLIENT}'.`
    )
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
    const token = createProvider(`https://localhost:${port}`).getToken({
      signal: controller.signal
    })
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

describe('an exchange with the sign-in service', () => {
  interface Exchange {
    readonly policy: {
      sendRequest(request: object, next: () => Promise<unknown>): Promise<unknown>
    }
  }

  /** Runs one exchange through the policy that the credential is given, then fails as the library does. */
  async function failAfter(
    next: () => Promise<unknown>
  ): Promise<{ message: string; request: object }> {
    const { library } = createLibrary({})
    const request = { url: 'https://login.example/token' }
    const provider = createTokenProvider(bySecret, AZURE, {
      now: () => 0,
      environment: {},
      mask: () => {},
      loadIdentityLibrary: async () => ({
        ...library,
        ClientSecretCredential: class {
          readonly exchange: Exchange
          constructor(_tenant: string, _client: string, _secret: string, options: object) {
            this.exchange = Object(options).additionalPolicies[0]
          }
          async getToken(): Promise<null> {
            await this.exchange.policy.sendRequest(request, next).catch(() => undefined)
            throw new Error('network_error: See the documentation for details')
          }
        }
      })
    })
    const message = await provider.getToken({ signal }).catch((error: Error) => error.message)
    return { message, request }
  }

  const withCode = (fields: object) => Object.assign(new Error('odd'), fields)

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'fails with a code',
      () => Promise.reject(withCode({ code: 'ECONNREFUSED' })),
      'login.example cannot be reached (ECONNREFUSED)'
    ],
    [
      'is answered by a page',
      () => Promise.reject(withCode({ code: 'PARSE_ERROR', statusCode: 503 })),
      'login.example answered 503, and not in JSON'
    ],
    [
      'takes too long',
      () => Promise.reject(withCode({ name: 'AbortError' })),
      'login.example did not answer'
    ],
    ['throws no error', () => Promise.reject('odd'), 'login.example did not answer'],
    ['is refused', () => Promise.resolve({ status: 429 }), 'login.example answered 429'],
    [
      'goes well',
      () => Promise.resolve({ status: 200 }),
      'network_error: See the documentation for details'
    ]
  ])('that %s is told', async (_what, next, reason) => {
    const { message, request } = await failAfter(next)
    expect(message).toBe(`Signing in failed. client-secret: ${reason}.`)
    expect(request).toMatchObject({ timeout: 30_000, abortSignal: expect.any(AbortSignal) })
  })
})

describe('readTokenExpiry', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = (claims: unknown) => `${encode({ alg: 'none' })}.${encode(claims)}.c2ln`

  it.each<[string, string, number | undefined]>([
    ['a token with an end', jwt({ exp: 1_700_000_000 }), 1_700_000_000_000],
    ['a token without an end', jwt({ aud: 'a' }), undefined],
    ['an end that is no number', jwt({ exp: 'soon' }), undefined],
    ['claims that are no object', jwt(5), undefined],
    ['claims that are null', jwt(null), undefined],
    ['claims that are no JSON', 'a.b.c', undefined],
    ['an opaque token', 'opaque', undefined],
    ['too few parts', `a.${encode({ exp: 1 })}`, undefined],
    ['too many parts', `${jwt({ exp: 1 })}.d`, undefined]
  ])('reads %s', (_what, token, expiry) => {
    expect(readTokenExpiry(token)).toBe(expiry)
  })
})
