/**
 * Secrets in any answer of a run, not only in the final one: each is registered before anything of it is told.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { type LoopbackServer, startLoopbackServer } from '../__fixtures__/loopback-server.ts'
import type { JsonValue } from '../src/http/message.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers'
const APP = `${GROUP}/Microsoft.App/containerApps/one`
const WEB = `${GROUP}/Microsoft.Resources/deployments/web`
const STATUS = `${WEB}/operationStatuses/1`
const SECRET = 'vK1tRq8Zm3Lw0PxYd7n'

const runner = setUpRunner({ 'api-version': '2025-04-01', timeout: '20s' })

let server: LoopbackServer | undefined

afterEach(async () => {
  await server?.[Symbol.asyncDispose]()
})

/** Answers by method and path; 201 is followed at the status URL. */
type Answers = Readonly<Record<string, readonly [status: number, body: JsonValue]>>

async function play(inputs: Readonly<Record<string, string>>, answers: Answers) {
  server = await startLoopbackServer(({ method, target }, response) => {
    const [status, body] = answers[`${method} ${target.split('?')[0]}`] ?? [404, {}]
    const origin = `http://${response.req.headers.host}`
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(status === 201 ? { 'azure-asyncoperation': `${origin}${STATUS}?api-version=1` } : {})
    })
    response.end(JSON.stringify(body))
  })
  const { stdout } = await runner.run({ 'resource-manager-endpoint': server.origin, ...inputs })
  const masks = [...stdout.matchAll(/^::add-mask::(.*)$/gm)].map(([, text = '']) => text)
  return { stdout, masks: masks.filter((mask) => mask !== 'simulator-token') }
}

describe('a secret', () => {
  it('in the operations of a deployment is masked before it is told', async () => {
    const message = `cannot connect with AccountName=a,AccountKey=${SECRET} to it`
    const failed = {
      operationId: 'A1',
      properties: {
        provisioningState: 'Failed',
        targetResource: {
          id: APP,
          resourceType: 'Microsoft.App/containerApps',
          resourceName: 'one'
        },
        statusMessage: { error: { code: 'BadConnection', message } }
      }
    }
    const error = { code: 'DeploymentFailed', message: 'At least one failed.' }
    const { stdout, masks } = await play(
      { method: 'PUT', url: WEB, body: '{}' },
      {
        [`PUT ${WEB}`]: [201, { id: WEB, properties: { provisioningState: 'Accepted' } }],
        [`GET ${STATUS}`]: [200, { status: 'Failed', error }],
        [`GET ${WEB}`]: [200, { id: WEB, properties: { provisioningState: 'Failed', error } }],
        [`GET ${WEB}/operations`]: [200, { value: [failed] }]
      }
    )
    expect(masks).toEqual([SECRET])
    expect(stdout).toContain('BadConnection')
    expect(stdout.indexOf('BadConnection')).toBeGreaterThan(stdout.indexOf(`::add-mask::${SECRET}`))
  })

  it('that was asked for is masked, and what is left is counted', async () => {
    const { stdout, masks } = await play(
      { method: 'POST', url: `${APP}/listSecrets` },
      {
        [`POST ${APP}/listSecrets`]: [
          200,
          { value: [{ name: 'db', value: SECRET }, { value: 'x' }] }
        ]
      }
    )
    expect(masks).toEqual([SECRET])
    expect(stdout.match(/masked, but for 1 text: shorter than 8 characters/g)).toHaveLength(1)
  })

  it('is not what a condition reads after a call that asks for one', async () => {
    const seen = {
      id: APP,
      properties: { provisioningState: 'Succeeded', host: 'one-blue-42', note: 'two-red-43' }
    }
    const { masks } = await play(
      {
        method: 'POST',
        url: `${APP}/regenerateKey`,
        'wait-until': "properties.host == 'one-blue-42'",
        'wait-until-url': APP
      },
      { [`POST ${APP}/regenerateKey`]: [200, { key1: SECRET }], [`GET ${APP}`]: [200, seen] }
    )
    expect(masks).toEqual([SECRET])
  })
})
