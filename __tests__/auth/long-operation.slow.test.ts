/**
 * An operation that outlives every token: six hours, ID tokens of five minutes, access tokens of sixty, over real
 * sockets with a clock that only jumps. What azure/login cannot do (https://github.com/Azure/login/issues/180).
 */
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Inputs } from '../../__fixtures__/flat-inputs.ts'
import { readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { startRun } from '../../__fixtures__/run.ts'
import {
  CLIENT_ID,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../../__fixtures__/sign-in-servers.ts'
import { type RequestRecord, SUBSCRIPTION_ID, VirtualClock } from '../../simulator/simulator.ts'
import { chooseTracing, createArmClient } from '../../src/arm/client.ts'
import { createTokenProvider } from '../../src/auth/token-provider.ts'
import type { Clock } from '../../src/clock.ts'
import { createHttp } from '../../src/http/http.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const HOURS = 6
const POLL_SECONDS = 15
const POLLS = (HOURS * 3_600) / POLL_SECONDS
const PATH = `/subscriptions/${SUBSCRIPTION_ID}/providers/Contoso.Slow/things/one`
const STATUS = `/subscriptions/${SUBSCRIPTION_ID}/providers/Contoso.Slow/operations/one`

let clock: VirtualClock
let servers: SignInServers
const trusted = getCACertificates('default')

beforeEach(async () => {
  clock = new VirtualClock()
  // The sign-in library has no clock to be given: it reads Date.
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() })
  servers = await startSignInServers({ clock, entra: { expiresInSeconds: 3_600 } })
  setDefaultCACertificates([...trusted, readFileSync(servers.entra.caFile, 'utf8')])
  servers.arm.script([
    {
      method: 'POST',
      path: PATH,
      answers: [{ status: 202, headers: { 'Azure-AsyncOperation': `{origin}${STATUS}` } }]
    },
    {
      method: 'GET',
      path: STATUS,
      answers: [
        ...Array.from({ length: POLLS - 1 }, () => ({ body: { status: 'Running' } })),
        { body: { status: 'Succeeded' } }
      ]
    }
  ])
})

afterEach(async () => {
  vi.useRealTimers()
  setDefaultCACertificates(trusted)
  await servers.close()
})

const readOperationInputs = (): Promise<Inputs> => {
  const given = {
    ...servers.inputs,
    token: '',
    method: 'POST',
    url: `${PATH}?api-version=1`,
    'client-id': CLIENT_ID,
    'tenant-id': TENANT_ID,
    timeout: '7h',
    'poll-interval': `${POLL_SECONDS}s`
  }
  return readInputs(given, { now: clock.now() })
}

/** Runs it. Time stands still while a sign-in is under way, and `onSleep` may do something before it moves on. */
async function runToItsEnd(onSleep: (slept: number) => void = () => {}): Promise<Outcome> {
  const inputs = await readOperationInputs()
  let signedIn = Promise.withResolvers<void>()
  signedIn.resolve()
  let sleeps = 0
  const advance = (ms: number) => {
    clock.advance(ms)
    vi.setSystemTime(clock.now())
  }
  const time: Clock = {
    now: () => clock.now(),
    sleep: async (ms) => {
      await signedIn.promise
      sleeps += 1
      onSleep(sleeps)
      advance(ms)
    }
  }
  const http = createHttp('test', time.now)
  const tokens = await createTokenProvider(inputs.signIn, inputs.cloud, {
    now: time.now,
    sleep: async (ms) => advance(ms),
    send: http.send,
    environment: servers.github.environment,
    deadlineMs: clock.now() + inputs.timeoutMs,
    mask: (secret) => {
      if (servers.entra.tokens.includes(secret)) signedIn.resolve()
    },
    loadIdentityLibrary: async () => {
      signedIn = Promise.withResolvers<void>()
      return await import('@azure/identity')
    }
  })
  const tracing = chooseTracing({}, 'trace')
  const { trust } = inputs.cloud
  const client = createArmClient({
    http,
    tokens,
    trust,
    tracing,
    headers: {},
    requestUrl: trust.origin
  })
  try {
    return await startRun({ inputs, client, clock: time, tracing })
  } finally {
    tokens.close()
    http.close()
  }
}

/** Time for which the token of a request was still good, in minutes. */
function readMinutesLeft({ headers, at }: RequestRecord): number {
  const token = headers.authorization?.replace('Bearer ', '')
  const issued = servers.entra.issued.find((one) => one.token === token)
  if (issued === undefined) throw new Error('test bug: a token of nobody')
  return (issued.expiresAt - at) / 60_000
}

describe('an operation of six hours', () => {
  it('asks for seven tokens, and never polls with one that has ended', async () => {
    const outcome = await runToItsEnd()
    expect(viewOutcome(outcome)).toMatchObject({ status: 'Succeeded', pollCount: POLLS })
    expect(outcome.endedAt - outcome.startedAt).toBe(HOURS * 3_600_000)
    expect(servers.arm.requests).toHaveLength(POLLS + 1)
    expect(Math.min(...servers.arm.requests.map(readMinutesLeft))).toBeGreaterThan(4)

    const { issued } = servers.entra
    expect(issued.map(({ proof }) => proof)).toEqual(Array(7).fill('federated'))
    const minutes = issued.map(({ at }) => Math.round((at - outcome.startedAt) / 60_000))
    expect(minutes).toEqual([0, 55, 110, 165, 220, 275, 330])
    // A new ID token each time: one that was kept would have ended 50 minutes before.
    expect(servers.github.issued.map(({ at }) => at)).toEqual(issued.map(({ at }) => at))
    expect(new Set(servers.github.issued.map(({ jwt }) => jwt)).size).toBe(7)
  })

  it('asks once more for a token that was revoked, and loses no poll', async () => {
    const outcome = await runToItsEnd((slept) => {
      const current = servers.entra.tokens.at(-1)
      if (slept === 100 && current !== undefined) servers.entra.revoke(current)
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      pollCount: POLLS,
      warnings: []
    })
    expect(servers.arm.requests).toHaveLength(POLLS + 2)
    const minutes = servers.entra.issued.map(({ at }) =>
      Math.round((at - outcome.startedAt) / 60_000)
    )
    expect(minutes).toEqual([0, 25, 80, 135, 190, 245, 300, 355])
  })

  it('lets no poll wait, or fail, while GitHub and Entra have a bad moment', async () => {
    const outcome = await runToItsEnd((slept) => {
      // The token is renewed after 55 minutes, 220 polls.
      if (slept !== 219) return
      servers.github.answerNext({ status: 503 }, { status: 500 })
      servers.entra.answerNext({ status: 429, headers: { 'retry-after': '30' } })
    })
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      pollCount: POLLS,
      warnings: []
    })
    expect(servers.arm.requests).toHaveLength(POLLS + 1)
    expect(Math.min(...servers.arm.requests.map(readMinutesLeft))).toBeGreaterThan(4)
    expect(servers.entra.issued).toHaveLength(7)
  })
})
