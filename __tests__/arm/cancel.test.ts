/**
 * Which call cancels an operation, and what becomes of the call.
 */
import { describe, expect, it } from 'vitest'
import { empty, json, refusal, START_MS } from '../../__fixtures__/conversation.ts'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { planCancel, sendCancel } from '../../src/arm/cancel.ts'
import { SignInError } from '../../src/errors.ts'
import { NoAnswerError, NoTurnError } from '../../src/http/http.ts'
import type { HttpResponse, Method } from '../../src/http/message.ts'

const ORIGIN = 'https://management.azure.com'
const GROUP = '/subscriptions/1/resourceGroups/shop'
const DEPLOYMENTS = '/providers/Microsoft.Resources/deployments'
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/aks`
const IMAGE = `${GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/base`
const JOB = `${GROUP}/providers/Microsoft.App/jobs/nightly`

function plan(method: Method, path: string, accepted?: HttpResponse, cancelUrl?: string) {
  const request = { method, url: `${ORIGIN}${path}?api-version=2025-04-01&x=1` }
  const found = planCancel(request, accepted, cancelUrl)
  return found.kind === 'post' ? found.url.replace(ORIGIN, '') : found.why
}

const QUERY = '?api-version=2025-04-01'
const STARTED = json(202, { id: `${JOB}/executions/nightly-x7`, name: 'nightly-x7' })

describe('planCancel', () => {
  it.each<[Method, string, string]>([
    ['PUT', `${GROUP}${DEPLOYMENTS}/web`, `${GROUP}${DEPLOYMENTS}/web/cancel`],
    ['PUT', `/subscriptions/1${DEPLOYMENTS}/web/`, `/subscriptions/1${DEPLOYMENTS}/web/cancel`],
    ['PUT', `${DEPLOYMENTS}/web`, `${DEPLOYMENTS}/web/cancel`],
    ['PUT', CLUSTER, `${CLUSTER}/abort`],
    ['DELETE', CLUSTER, `${CLUSTER}/abort`],
    ['POST', `${CLUSTER}/start`, `${CLUSTER}/abort`],
    ['PUT', `${CLUSTER}/agentPools/one`, `${CLUSTER}/agentPools/one/abort`],
    [
      'POST',
      `${CLUSTER}/agentPools/one/upgradeNodeImageVersion`,
      `${CLUSTER}/agentPools/one/abort`
    ],
    ['POST', `${IMAGE}/run`, `${IMAGE}/cancel`],
    ['POST', `${IMAGE.toUpperCase()}/RUN`, `${IMAGE.toUpperCase()}/cancel`]
  ])('%s %s: POST %s', (method, path, cancel) => {
    expect(plan(method, path)).toBe(cancel + QUERY)
  })

  it('stops the execution of a job that the first answer names', () => {
    expect(plan('POST', `${JOB}/start`, STARTED)).toBe(`${JOB}/executions/nightly-x7/stop${QUERY}`)
  })

  it.each([undefined, empty(202), json(202, { name: '../../evil' }), json(202, { name: 7 })])(
    'cannot stop a job of which it knows no execution',
    (accepted) => {
      expect(plan('POST', `${JOB}/start`, accepted)).toMatch(/did not say exactly what it started/)
    }
  )

  it.each<[Method, string]>([
    ['POST', `${GROUP}${DEPLOYMENTS}/web/whatIf`],
    ['DELETE', `${GROUP}${DEPLOYMENTS}/web`],
    ['PUT', `${GROUP}/providers/Microsoft.Resources/deploymentStacks/web`],
    // An abort would end what else runs on the cluster.
    ['POST', `${CLUSTER}/runCommand`],
    ['POST', `${CLUSTER}/listClusterUserCredential`],
    ['PUT', IMAGE],
    ['PUT', `${GROUP}/providers/Microsoft.Cache/redis/cart`]
  ])('knows none for %s %s, and says how to name one', (method, path) => {
    expect(plan(method, path)).toMatch(/cancel-url/)
  })

  it("takes the author's own first", () => {
    expect(plan('PUT', CLUSTER, undefined, `${ORIGIN}/own?api-version=1`)).toBe(
      '/own?api-version=1'
    )
  })

  it('sends no version where the request has none', () => {
    const request = { method: 'PUT', url: `${ORIGIN}${CLUSTER}` } as const
    expect(planCancel(request, undefined, undefined)).toEqual({
      kind: 'post',
      url: `${ORIGIN}${CLUSTER}/abort`
    })
  })
})

type Fate =
  | HttpResponse
  | 'lost'
  | 'lost-at-once'
  | 'no turn'
  | 'no token'
  | 'never a token'
  | 'defect'

async function send(fates: readonly Fate[], boundMs = 30_000, isAborted = false) {
  const time = new VirtualTime(START_MS)
  const sentAtMs: number[] = []
  const controller = new AbortController()
  if (isAborted) controller.abort()
  const post = async (_url: string, options: { readonly timeoutMs: number }) => {
    const fate = fates[Math.min(sentAtMs.length, fates.length - 1)]
    sentAtMs.push(time.elapsedMs)
    expect(time.elapsedMs + options.timeoutMs).toBeLessThanOrEqual(boundMs)
    if (fate === 'lost') await time.pass(options.timeoutMs)
    if (fate === 'no turn') {
      await time.pass(boundMs - time.elapsedMs)
      throw new NoTurnError('its turn did not come in time', false)
    }
    if (fate === 'no token') throw new SignInError('no token')
    if (fate === 'never a token') throw new SignInError('wrong secret', 'AADSTS7000215', true)
    if (fate === 'defect') throw new TypeError('a defect')
    if (fate === undefined || typeof fate === 'string') throw new NoAnswerError('reset', true)
    return fate
  }
  const { now, sleep } = time
  const dependencies = { client: { post }, now, sleep }
  const answer = await sendCancel('/x', dependencies, START_MS + boundMs, controller.signal)
  return { answer, sentAtMs, time }
}

describe('sendCancel', () => {
  // https://learn.microsoft.com/rest/api/resources/deployments/cancel
  it.each([204, 202, 200])('is taken by HTTP %i', async (status) => {
    const { answer, sentAtMs } = await send([empty(status)])
    expect(answer).toEqual({ kind: 'accepted', response: empty(status) })
    expect(sentAtMs).toEqual([0])
  })

  it('is not sent again when the sign-in failed for good', async () => {
    const { answer, sentAtMs } = await send(['never a token'])
    expect(answer).toEqual({ kind: 'unanswered', reason: 'wrong secret' })
    expect(sentAtMs).toEqual([0])
  })

  it.each([400, 403, 404, 409])('is refused by HTTP %i, with the reason', async (status) => {
    const { answer, sentAtMs } = await send([refusal(status, 'DeploymentCannotBeCancelled')])
    expect(answer).toEqual({
      kind: 'refused',
      reason: `HTTP ${status} DeploymentCannotBeCancelled: DeploymentCannotBeCancelled it is`
    })
    expect(sentAtMs).toEqual([0])
  })

  it('is refused by a redirect, which is told as one', async () => {
    const { answer } = await send([refusal(302, 'Moved')])
    expect(answer).toEqual({ kind: 'refused', reason: 'HTTP 302 (a redirect)' })
  })

  it.each<Fate>([empty(429), empty(500), empty(503), empty(408), 'no token'])(
    'is sent again after %j: canceling twice is canceling once',
    async (fate) => {
      const { answer, sentAtMs } = await send([fate, fate, empty(204)])
      expect(answer.kind).toBe('accepted')
      expect(sentAtMs).toEqual([0, 500, 1_000])
    }
  )

  it('is given up in time', async () => {
    const { answer, time } = await send(['lost'], 3_000)
    expect(answer).toEqual({ kind: 'unanswered', reason: 'reset' })
    expect(time.elapsedMs).toBeLessThanOrEqual(3_500)
  })

  it('is told apart where it never had a turn among the requests of its step', async () => {
    const { answer, sentAtMs } = await send(['no turn'], 3_000)
    expect(answer).toEqual({ kind: 'not-sent' })
    expect(sentAtMs).toEqual([0])
  })

  it('may have been taken where only its repetition had no turn', async () => {
    const { answer } = await send(['lost-at-once', 'no turn'], 3_000)
    expect(answer).toEqual({ kind: 'unanswered', reason: 'reset' })
  })

  it('is not sent without time, or once the job is to end', async () => {
    for (const [boundMs, isAborted] of [
      [0, false],
      [9_000, true]
    ] as const) {
      const { answer, sentAtMs } = await send([empty(204)], boundMs, isAborted)
      expect(answer).toEqual({ kind: 'unanswered', reason: 'there was no time left to send it' })
      expect(sentAtMs).toEqual([])
    }
  })

  it('hides no defect', async () => {
    await expect(send(['defect'])).rejects.toThrow('a defect')
  })
})
