/**
 * What is connected to before there is anything to send: who is surely asked, and nobody else.
 */
import { once } from 'node:events'
import { connect as connectTo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readCloud } from '../src/arm/clouds.ts'
import type { SignIn } from '../src/auth/sign-in.ts'
import { systemClock } from '../src/clock.ts'
import { connect } from '../src/connect.ts'

const IDS = { tenantId: '22222222-2222-4222-8222-222222222222', clientId: 'b' }
const OWN = { AZURE_TENANT_ID: IDS.tenantId, AZURE_CLIENT_ID: IDS.clientId }
const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://127.0.0.1:1/id',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'r'
}
const SECRET: SignIn = { kind: 'client-secret', ...IDS, clientSecret: 'hush', why: '' }
const OIDC: SignIn = { kind: 'oidc', ...IDS, why: '' }
const AUTO: SignIn = { kind: 'auto', ...IDS }

/** A server that takes connections and says nothing. */
interface Listener {
  readonly server: Server
  readonly origin: string
  /** Ports, in order, that the connections have come from. */
  readonly from: (number | undefined)[]
}

let arm: Listener
let entra: Listener

async function listen(): Promise<Listener> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('test bug: no port')
  const from: (number | undefined)[] = []
  server.on('connection', (socket) => {
    from.push(socket.remotePort)
    socket.on('error', () => {})
  })
  return { server, origin: `https://127.0.0.1:${address.port}`, from }
}

/** How many have connected before a connection that begins now: on one machine, all that had begun. */
async function countConnections({ origin, from }: Listener): Promise<number> {
  const socket = connectTo(Number(new URL(origin).port), '127.0.0.1')
  await once(socket, 'connect')
  await vi.waitFor(() => expect(from).toContain(socket.localPort))
  const count = from.indexOf(socket.localPort)
  socket.destroy()
  return count
}

beforeEach(async () => {
  arm = await listen()
  entra = await listen()
})

afterEach(() => {
  vi.unstubAllEnvs()
  for (const { server } of [arm, entra]) server.close()
})

interface Connecting {
  readonly signIn?: SignIn
  readonly environment?: Readonly<Record<string, string>>
  /** Undefined: it is not known whether anything will be sent. */
  readonly firstUrl?: string | undefined
}

/** Who has been connected to. */
async function seeConnections({ signIn = SECRET, environment = {}, ...rest }: Connecting) {
  const cloud = await readCloud({
    environment: 'custom',
    endpoint: arm.origin,
    audience: 'https://audience',
    authorityHost: entra.origin
  })
  const firstUrl = 'firstUrl' in rest ? rest.firstUrl : `${arm.origin}/a?api-version=1`
  const connection = { signIn, cloud, ids: {}, resumeSignIn: [] }
  const context = {
    clock: systemClock,
    environment,
    deadlineMs: 0,
    mask: () => {},
    observe: () => {}
  }
  const open = await connect(
    connection,
    firstUrl === undefined ? context : { ...context, firstUrl }
  )
  const counts = { arm: await countConnections(arm), entra: await countConnections(entra) }
  open.close()
  return counts
}

describe('before there is anything to send', () => {
  it.each<[string, Connecting]>([
    ['a client secret', {}],
    ['GitHub OIDC', { signIn: OIDC, environment: JOB }],
    ['GitHub OIDC, found', { signIn: AUTO, environment: JOB }],
    [
      'a secret in the environment',
      { signIn: AUTO, environment: { ...OWN, AZURE_CLIENT_SECRET: 's' } }
    ]
  ])(
    'the authority and the resource manager are connected to, once each: %s',
    async (_what, given) => {
      expect(await seeConnections(given)).toEqual({ arm: 1, entra: 1 })
    }
  )

  it.each<[string, Connecting]>([
    ['a given token', { signIn: { kind: 'token', token: 't', why: '' } }],
    ['GitHub OIDC without the permission', { signIn: OIDC }],
    [
      'a certificate, which may not be readable',
      {
        signIn: { kind: 'client-certificate', ...IDS, why: '' },
        environment: { AZURE_CLIENT_CERTIFICATE_PATH: 'c.pem' }
      }
    ],
    [
      'a workload identity, whose file may not be there',
      {
        signIn: { kind: 'workload-identity', ...IDS, why: '' },
        environment: { AZURE_FEDERATED_TOKEN_FILE: 'f' }
      }
    ],
    ['a managed identity', { signIn: { kind: 'managed-identity', why: '' } }],
    ['a tool', { signIn: { kind: 'azure-cli', why: '' } }],
    ['whatever is there', { signIn: { kind: 'auto' } }],
    ['a tool before anything else', { signIn: { kind: 'auto' }, environment: { ...JOB } }]
  ])('only the resource manager is: %s', async (_what, given) => {
    expect(await seeConnections(given)).toEqual({ arm: 1, entra: 0 })
  })

  it.each<[string, () => Connecting]>([
    ['it is not known whether anything will be', () => ({ firstUrl: undefined })],
    ['the first request may not carry the token', () => ({ firstUrl: `${entra.origin}/a` })],
    ['it would go over http', () => ({ firstUrl: `${arm.origin.replace('https', 'http')}/a` })]
  ])('nobody is where %s', async (_what, given) => {
    expect(await seeConnections(given())).toEqual({ arm: 0, entra: 0 })
  })

  it('nobody is past a proxy', async () => {
    const proxy = await listen()
    vi.stubEnv('HTTPS_PROXY', proxy.origin.replace('https', 'http'))
    // The client goes past a proxy to this machine by its usual names.
    for (const one of [arm, entra])
      Object.assign(one, { origin: one.origin.replace('127.0.0.1', '0.0.0.0') })
    expect(await seeConnections({})).toEqual({ arm: 0, entra: 0 })
    expect(await countConnections(proxy)).toBe(0)
    proxy.server.close()
  })
})
