/**
 * What the client puts on a request, and where it sends it.
 */
import { describe, expect, it } from 'vitest'
import { AZURE, CUSTOM, empty, json, ORIGIN } from '../../__fixtures__/conversation.ts'
import {
  type ArmClient,
  type ArmClientSettings,
  chooseTracing,
  createArmClient,
  type TokenSource
} from '../../src/arm/client.ts'
import { SignInError } from '../../src/errors.ts'
import {
  type Http,
  type HttpRequest,
  NoAnswerError,
  type SendOptions
} from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'

const URL_A = `${ORIGIN}/subscriptions/1?api-version=1`
const TRACING = { clientRequestId: 'client-1', correlationId: 'correlation-1' }
const OPTIONS: SendOptions = { timeoutMs: 1_000, signal: new AbortController().signal }

interface Fake {
  readonly client: ArmClient
  readonly requests: HttpRequest[]
  readonly sendOptions: SendOptions[]
  /** Of each token that was asked for, which one had been refused. */
  readonly refreshes: (string | undefined)[]
  readonly claims: (string | undefined)[]
}

/** A client whose service answers these, one after the other, and whose tokens are counted. */
function fake(
  overrides: Partial<ArmClientSettings> & {
    readonly answers?: readonly HttpResponse[]
    readonly canRefresh?: boolean
  } = {}
): Fake {
  const { answers = [empty(200)], canRefresh = true, ...settings } = overrides
  const requests: HttpRequest[] = []
  const sendOptions: SendOptions[] = []
  const refreshes: (string | undefined)[] = []
  const claims: (string | undefined)[] = []
  const http: Http = {
    send: async (request, options) => {
      requests.push(request)
      sendOptions.push(options)
      const answer = answers[requests.length - 1]
      if (answer === undefined) throw new Error('test bug: nobody expected this request')
      return answer
    },
    close: () => undefined
  }
  const tokens: TokenSource = {
    canRefresh,
    getToken: async (wanted) => {
      refreshes.push(wanted.refusedToken)
      claims.push(wanted.claims)
      return `token-${refreshes.length}`
    }
  }
  const client = createArmClient({
    http,
    tokens,
    trust: AZURE,
    tracing: TRACING,
    headers: {},
    requestUrl: URL_A,
    ...settings
  })
  return { client, requests, sendOptions, refreshes, claims }
}

describe('headers', () => {
  const BASE = {
    accept: 'application/json',
    'accept-language': 'en-US',
    'x-ms-client-request-id': 'client-1',
    'x-ms-correlation-request-id': 'correlation-1',
    'x-ms-return-client-request-id': 'true',
    authorization: 'Bearer token-1'
  }
  const OWN = {
    'X-Own': 'mine',
    'Accept-Language': 'de-DE',
    'X-MS-Client-Request-Id': 'client-mine',
    'x-ms-correlation-request-id': 'correlation-mine',
    'If-Match': '*',
    'Content-Type': 'application/merge-patch+json'
  }
  const OWN_REPEATED = {
    ...BASE,
    'x-own': 'mine',
    'accept-language': 'de-DE',
    'x-ms-client-request-id': 'client-mine',
    'x-ms-correlation-request-id': 'correlation-mine'
  }

  it('of the first request, with a body', async () => {
    const { client, requests } = fake()
    await client.send({ method: 'PUT', url: URL_A, body: '{}' }, OPTIONS)
    const headers = { ...BASE, 'content-type': 'application/json' }
    expect(requests).toEqual([{ method: 'PUT', url: URL_A, headers, body: '{}' }])
  })

  it('of the first request, without a body', async () => {
    const { client, requests } = fake()
    await client.send({ method: 'DELETE', url: URL_A }, OPTIONS)
    expect(requests).toEqual([{ method: 'DELETE', url: URL_A, headers: BASE }])
  })

  it("of the user's own, which win in any spelling", async () => {
    const { client, requests } = fake({ headers: OWN })
    await client.send({ method: 'PATCH', url: URL_A, body: '{}' }, OPTIONS)
    expect(requests[0]?.headers).toEqual({
      ...BASE,
      'x-own': 'mine',
      'accept-language': 'de-DE',
      'x-ms-client-request-id': 'client-mine',
      'x-ms-correlation-request-id': 'correlation-mine',
      'if-match': '*',
      'content-type': 'application/merge-patch+json'
    })
  })

  // https://github.com/Azure/terraform-provider-azapi/issues/1218: a gateway authorizes each request by a header.
  it('of polls and of the call that cancels: the own ones again', async () => {
    const { client, requests } = fake({ headers: OWN, answers: [empty(202), empty(202)] })
    await client.get(URL_A, OPTIONS)
    await client.post(URL_A, OPTIONS)
    expect(requests).toEqual([
      { method: 'GET', url: URL_A, headers: OWN_REPEATED },
      {
        method: 'POST',
        url: URL_A,
        headers: { ...OWN_REPEATED, authorization: 'Bearer token-2' }
      }
    ])
  })

  it.each([
    'If-None-Match',
    'if-modified-since',
    'Content-Language',
    'Prefer',
    'Idempotency-Key',
    'Repeatability-Request-ID',
    'X-HTTP-Method-Override',
    'X-Method-Override',
    'x-ms-policy-external-evaluations'
  ])('of polls: not %s, which means the first request alone', async (name) => {
    const { client, requests } = fake({ headers: { [name]: 'x' } })
    await client.get(URL_A, OPTIONS)
    expect(requests[0]?.headers).toEqual(BASE)
  })

  it.each(['Preference', 'X-Content-Kind', 'x-if-any', 'Accept'])(
    'of polls: %s too, which only looks like those',
    async (name) => {
      const { client, requests } = fake({ headers: { [name]: 'x' } })
      await client.get(URL_A, OPTIONS)
      expect(requests[0]?.headers).toEqual({ ...BASE, [name.toLowerCase()]: 'x' })
    }
  )

  it.each([
    { requestUrl: URL_A, url: 'https://westus.management.azure.com/a' },
    { requestUrl: 'https://westus.management.azure.com/a', url: URL_A }
  ])('of a poll on another origin: the ids and the language alone ($url)', async (urls) => {
    const { requestUrl, url } = urls
    const { client, requests } = fake({ headers: OWN, requestUrl })
    await client.get(url, OPTIONS)
    const headers = { ...OWN_REPEATED, 'x-ms-correlation-request-id': 'correlation-1' }
    const { 'x-own': _own, ...expected } = headers
    expect(requests).toEqual([{ method: 'GET', url, headers: expected }])
  })

  it('of a poll on the regional origin that the request was sent to: the own ones', async () => {
    const url = 'https://westus.management.azure.com/a'
    const { client, requests } = fake({ headers: OWN, requestUrl: url })
    await client.get(`${url}/status`, OPTIONS)
    expect(requests[0]?.headers).toEqual(OWN_REPEATED)
  })

  it('never let a header take the place of the token', async () => {
    const { client, requests } = fake({ headers: { Authorization: 'Bearer mine' } })
    await client.send({ method: 'GET', url: URL_A }, OPTIONS)
    expect(requests[0]?.headers.authorization).toBe('Bearer token-1')
  })
})

describe('chooseTracing', () => {
  it('takes the ids that the user names, in any spelling', () => {
    const headers = { 'X-Ms-Client-Request-Id': 'a', 'X-MS-CORRELATION-REQUEST-ID': 'b' }
    expect(chooseTracing(headers, 'own')).toEqual({
      clientRequestId: 'a',
      correlationId: 'b',
      isIdShared: true
    })
  })

  it('else one of its own', () => {
    expect(chooseTracing({}, 'own')).toEqual({
      clientRequestId: 'own',
      correlationId: 'own',
      isIdShared: false
    })
  })
})

describe('the token', () => {
  it('is asked for anew for every request', async () => {
    const { client, requests, refreshes } = fake({ answers: [empty(202), empty(200)] })
    await client.send({ method: 'POST', url: URL_A }, OPTIONS)
    await client.get(URL_A, OPTIONS)
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2'
    ])
    expect(refreshes).toEqual([undefined, undefined])
  })

  /** As Azure Resource Manager refuses a token. */
  const CHALLENGE =
    'Bearer authorization_uri="https://login.example/", error="invalid_token", error_description="expired"'

  it('that was refused is renewed once, and the request sent again', async () => {
    const answers = [empty(401, { 'www-authenticate': CHALLENGE }), json(202, { ok: true })]
    const { client, requests, refreshes } = fake({ answers })
    const answer = await client.send({ method: 'POST', url: URL_A, body: '{}' }, OPTIONS)
    expect(answer).toBe(answers[1])
    expect(refreshes).toEqual([undefined, 'token-1'])
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2'
    ])
    expect(requests[1]).toMatchObject({ method: 'POST', url: URL_A, body: '{}' })
  })

  // https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2: who refuses a credential with 401 must send a challenge.
  // Without one, or with one for another scheme, it may be a provider's word on something else, after the effect.
  describe.each([
    { name: 'no challenge', headers: {} },
    { name: 'a challenge for another scheme', headers: { 'www-authenticate': 'Basic realm="r"' } }
  ])('after a 401 with $name', ({ headers }) => {
    it.each(['POST', 'PATCH'] as const)(
      'is not renewed for a %s: it is sent once',
      async (method) => {
        const answers = [empty(401, headers)]
        const { client, requests, refreshes } = fake({ answers })
        expect(await client.send({ method, url: URL_A, body: '{}' }, OPTIONS)).toBe(answers[0])
        expect(requests).toHaveLength(1)
        expect(refreshes).toEqual([undefined])
      }
    )

    it.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)('is renewed for a %s', async (method) => {
      const { client, requests } = fake({ answers: [empty(401, headers), empty(200)] })
      expect((await client.send({ method, url: URL_A }, OPTIONS)).status).toBe(200)
      expect(requests).toHaveLength(2)
    })

    it('is not renewed for the call that cancels, which is a POST', async () => {
      const { client, requests } = fake({ answers: [empty(401, headers)] })
      expect((await client.post(URL_A, OPTIONS)).status).toBe(401)
      expect(requests).toHaveLength(1)
    })
  })

  // Continuous access evaluation: https://learn.microsoft.com/entra/identity-platform/claims-challenge.
  it('that was revoked is renewed with the claims that the service asks for', async () => {
    const asked = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    const challenge = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(asked).toString('base64')}"`
    const answers = [empty(401, { 'www-authenticate': challenge }), empty(200)]
    const { client, claims } = fake({ answers })
    expect((await client.get(URL_A, OPTIONS)).status).toBe(200)
    expect(claims).toEqual([undefined, asked])
  })

  it('that was refused twice is an answer', async () => {
    const { client, requests } = fake({ answers: [empty(401), empty(401)] })
    expect((await client.get(URL_A, OPTIONS)).status).toBe(401)
    expect(requests).toHaveLength(2)
  })

  it('that was handed in cannot be renewed: the 401 is the answer', async () => {
    const { client, requests, refreshes } = fake({ answers: [empty(401)], canRefresh: false })
    expect((await client.get(URL_A, OPTIONS)).status).toBe(401)
    expect(requests).toHaveLength(1)
    expect(refreshes).toEqual([undefined])
  })

  it.each([403, 429, 503])('is not renewed for a %i', async (status) => {
    const { client, requests } = fake({ answers: [empty(status)] })
    expect((await client.get(URL_A, OPTIONS)).status).toBe(status)
    expect(requests).toHaveLength(1)
  })

  it('that cannot be had is an error of the sign-in', async () => {
    const refused: TokenSource = {
      canRefresh: true,
      getToken: async () => {
        throw new SignInError('no')
      }
    }
    const { client, requests } = fake({ tokens: refused })
    await expect(client.get(URL_A, OPTIONS)).rejects.toThrow(SignInError)
    expect(requests).toEqual([])
  })

  // https://learn.microsoft.com/entra/identity-platform/claims-challenge: not every source can answer one.
  it('that was refused, where there is no other: the 401 answers the request, and ends no poll', async () => {
    const failing: TokenSource = {
      canRefresh: true,
      getToken: async ({ refusedToken }) => {
        if (refusedToken === undefined) return 'first'
        throw new SignInError('no', 'AzureCliFailed', true)
      }
    }
    const { client, requests } = fake({ tokens: failing, answers: [empty(401), empty(401)] })
    const answer = await client.send({ method: 'PUT', url: URL_A, body: '{}' }, OPTIONS)
    expect(answer.status).toBe(401)
    expect(requests).toHaveLength(1)
    await expect(client.get(URL_A, OPTIONS)).rejects.toThrow(SignInError)
  })

  it('that was refused, where no other comes in time: not said to be unsent', async () => {
    const slow: TokenSource = {
      canRefresh: true,
      getToken: async (wanted) =>
        wanted.refusedToken === undefined ? 'first' : never.getToken(wanted)
    }
    const challenged = empty(401, { 'www-authenticate': 'Bearer' })
    const { client } = fake({ tokens: slow, answers: [challenged] })
    const sending = client.send({ method: 'POST', url: URL_A }, { ...OPTIONS, timeoutMs: 20 })
    await expect(sending).resolves.toEqual(challenged)
  })

  const never: TokenSource = {
    canRefresh: true,
    getToken: ({ signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
  }

  it.each([
    { fault: undefined, message: 'No access token came in time.' },
    {
      fault: 'Microsoft Entra ID (login.example) has not answered',
      message: 'No access token came in time: Microsoft Entra ID (login.example) has not answered.'
    }
  ])(
    'that does not come in time is an error of the sign-in: $message',
    async ({ fault, message }) => {
      const { client, requests } = fake({ tokens: { ...never, describeFault: () => fault } })
      const sending = client.send({ method: 'POST', url: URL_A }, { ...OPTIONS, timeoutMs: 20 })
      await expect(sending).rejects.toMatchObject({
        name: 'SignInError',
        code: 'SignInFailed',
        isFinal: false,
        message
      })
      expect(requests).toEqual([])
    }
  )

  it('that is no longer wanted: nothing was sent', async () => {
    const controller = new AbortController()
    const { client, requests } = fake({ tokens: never })
    const sending = client.get(URL_A, { timeoutMs: 60_000, signal: controller.signal })
    controller.abort()
    await expect(sending).rejects.toMatchObject({ name: 'NoAnswerError', sent: false })
    expect(requests).toEqual([])
  })
})

/** A service that refuses the first token and then never answers. */
function hang() {
  const signals: AbortSignal[] = []
  const http: Http = {
    send: (_request, { signal }) => {
      signals.push(signal)
      if (signals.length === 1) return Promise.resolve(empty(401))
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    },
    close: () => undefined
  }
  return { client: fake({ http }).client, signals }
}

describe('the time', () => {
  it('given to a request holds for the token and the second try too', async () => {
    const { client, signals } = hang()
    const sent = client.send(
      { method: 'PUT', url: URL_A },
      { ...OPTIONS, timeoutMs: 10, fresh: true }
    )
    await expect(sent).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(signals).toHaveLength(2)
    expect(signals[1]).toBe(signals[0])
  })

  it('and what else was asked for go with each request', async () => {
    const { client, sendOptions } = fake({ answers: [empty(401), empty(200)] })
    await client.send({ method: 'PUT', url: URL_A }, { ...OPTIONS, timeoutMs: 10, fresh: true })
    expect(sendOptions).toMatchObject([
      { timeoutMs: 10, fresh: true },
      { timeoutMs: 10, fresh: true }
    ])
  })

  it('ends when the caller says so', async () => {
    const { client, signals } = hang()
    const controller = new AbortController()
    const sent = client.get(URL_A, { timeoutMs: 60_000, signal: controller.signal })
    await expect.poll(() => signals).toHaveLength(2)
    controller.abort(new Error('the job ends'))
    await expect(sent).rejects.toThrow('the job ends')
  })
})

describe('a URL', () => {
  it.each([
    { url: 'https://management.azure.com.evil.example/subscriptions/1', trust: AZURE },
    { url: 'https://user@management.azure.com/subscriptions/1', trust: AZURE },
    { url: 'https://management.azure.com:8443/subscriptions/1', trust: AZURE },
    { url: 'http://management.azure.com/subscriptions/1', trust: AZURE },
    { url: 'https://evil.example/?https://management.azure.com/', trust: AZURE },
    { url: '//evil.example/subscriptions/1', trust: AZURE },
    { url: 'https://sub.arm.stack.example:8443/', trust: CUSTOM }
  ])('$url is foreign: no token is asked for, and nothing is sent', async ({ url, trust }) => {
    const { client, requests, refreshes } = fake({ trust })
    await expect(client.get(url, OPTIONS)).rejects.toThrow(NoAnswerError)
    await expect(client.send({ method: 'PUT', url }, OPTIONS)).rejects.toMatchObject({
      sent: false
    })
    expect(requests).toEqual([])
    expect(refreshes).toEqual([])
  })

  it.each([
    { url: 'https://westus.management.azure.com/subscriptions/1', trust: AZURE },
    { url: 'https://management.azure.com:443/subscriptions/1', trust: AZURE },
    { url: 'https://arm.stack.example:8443/subscriptions/1', trust: CUSTOM }
  ])('$url is trusted, and sent as it stands', async ({ url, trust }) => {
    const { client, requests } = fake({ trust })
    await client.get(url, OPTIONS)
    expect(requests.map((request) => request.url)).toEqual([url])
  })
})
