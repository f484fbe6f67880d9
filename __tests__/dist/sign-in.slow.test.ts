/**
 * The built action signs in with a client secret at a Microsoft Entra ID of our own, over TLS; and no secret is ever
 * seen again.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import {
  type ActionScenarioRun,
  accepted,
  expectRed,
  RESOURCE,
  readEverything,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const TENANT = '22222222-2222-4222-8222-222222222222'
const CLIENT_ID = '33333333-3333-4333-8333-333333333333'
// Marks that are written differently in a form, in a URL and in a regular expression.
const SECRET = 'hu~sh$&+/% [secret]?'

const PRINCIPAL = {
  token: '',
  'tenant-id': TENANT,
  'client-id': CLIENT_ID,
  'client-secret': SECRET
}
const ROUTES = [
  route('PUT', RESOURCE, accepted()),
  route('GET', STATUS, { body: { status: 'Running' } }, { body: { status: 'Succeeded' } }),
  route('GET', RESOURCE, { body: { id: RESOURCE } })
]

let entra: Entra
beforeAll(async () => {
  entra = await startEntra({ tenant: TENANT, clientId: CLIENT_ID, secret: SECRET })
})
afterAll(() => entra.close())

interface SignInScenario {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly acceptsToken?: (token: string) => boolean
}

function signIn({
  inputs = {},
  env = {},
  acceptsToken
}: SignInScenario): Promise<ActionScenarioRun> {
  return runActionScenario({
    routes: ROUTES,
    simulator: { tokens: acceptsToken ?? ((token) => entra.acceptsToken(token)) },
    inputs: { ...PRINCIPAL, 'authority-host': entra.origin, ...inputs },
    env: { NODE_EXTRA_CA_CERTS: entra.caFile, ...env }
  })
}

function expectNoSecret(played: ActionScenarioRun): void {
  const text = readEverything(played)
  for (const secret of [SECRET, encodeURIComponent(SECRET), 'hu~sh', ...entra.tokens]) {
    expect(text).not.toContain(secret)
  }
}

describe.concurrent('a client secret', () => {
  it.each([
    ['chosen by what is given', {}],
    ['by name', { credential: 'client-secret' }]
  ])('%s: one token for the whole operation', async (_what, inputs) => {
    const played = await signIn({ inputs })
    const { run, simulator } = played
    expect(run, run.stdout + run.stderr).toMatchObject({
      exitCode: 0,
      stderr: '',
      annotations: [],
      outputs: { status: 'Succeeded' }
    })
    expect(new Set(simulator.requests.map(({ headers }) => headers.authorization)).size).toBe(1)
    expect(run.stdout).toContain('Signed in with client secret, because ')
    const masks = run.commands.filter(({ command }) => command === 'add-mask')
    expect(masks.map(({ message }) => message)).toEqual(
      expect.arrayContaining([SECRET, expect.stringMatching(/^eyJ/)])
    )
    expectNoSecret(played)
  })

  it('in the environment of the step', async () => {
    const played = await signIn({
      inputs: { 'tenant-id': '', 'client-id': '', 'client-secret': '' },
      env: {
        AZURE_TENANT_ID: TENANT,
        AZURE_CLIENT_ID: CLIENT_ID,
        AZURE_CLIENT_SECRET: SECRET
      }
    })
    expect(played.run, played.run.stdout).toMatchObject({ exitCode: 0, annotations: [] })
    expect(played.run.stdout).toContain('Signed in with environment variables')
    expectNoSecret(played)
  })

  it('renews a token that Azure refuses while polling', async () => {
    const seen = new Set<string>()
    let uses = 0
    const played = await signIn({
      acceptsToken: (token) => {
        seen.add(token)
        uses += 1
        const [first] = seen
        return entra.acceptsToken(token) && (uses === 1 || token !== first)
      }
    })
    expect(played.run, played.run.stdout).toMatchObject({ exitCode: 0, annotations: [] })
    expect(seen.size).toBe(2)
    expect(played.calls).toEqual([
      `PUT ${RESOURCE}`,
      `GET ${STATUS}`,
      `GET ${STATUS}`,
      `GET ${STATUS}`,
      `GET ${RESOURCE}`
    ])
    expectNoSecret(played)
  })
})

interface RefusalRow {
  readonly what: string
  readonly scenario: () => SignInScenario
  readonly message: RegExp
}

const REFUSALS: readonly RefusalRow[] = [
  {
    what: 'a wrong secret',
    scenario: () => ({ inputs: { 'client-secret': `${SECRET}-old` } }),
    message:
      /^Signing in with client secret failed: Microsoft Entra ID answered AADSTS7000215: Invalid client secret/
  },
  {
    what: 'an application that is not there',
    scenario: () => ({ inputs: { 'client-id': TENANT } }),
    message:
      /^Signing in with client secret failed: Microsoft Entra ID answered AADSTS700016: Application /
  },
  {
    what: 'a tenant that is not there',
    scenario: () => ({ inputs: { 'tenant-id': CLIENT_ID } }),
    message:
      /^Signing in with client secret failed: Microsoft Entra ID answered AADSTS90002: Tenant /
  },
  {
    what: 'a certificate that is not trusted',
    scenario: () => ({ env: { NODE_EXTRA_CA_CERTS: '' } }),
    message:
      /^Signing in with client secret failed: Microsoft Entra ID \(localhost:\d+\) did not answer \([A-Z_]+: [^()]+\)\.$/
  },
  {
    what: 'no sign-in at all',
    scenario: () => ({
      inputs: { 'tenant-id': '', 'client-id': '', 'client-secret': '' },
      env: { PATH: '/nowhere' }
    }),
    message: /^No sign-in was found\. Tried GitHub OIDC: .*; environment variables: .*; Azure CLI: /
  }
]

describe.concurrent('a sign-in that is refused', () => {
  it.each(REFUSALS)('$what: said clearly, and nothing is sent', async ({ scenario, message }) => {
    const played = await signIn(scenario())
    const { run, simulator } = played
    expectRed(played, {
      status: 'Failed',
      'error-message': expect.stringMatching(message),
      'poll-count': '0'
    })
    expect(simulator.requests).toEqual([])
    expect(run.annotations).toHaveLength(1)
    expect(run.stdout).toContain(' was not sent')
    expect(run.summary).toContain(' was not sent')
    expect(run.outputs['error-message']).not.toMatch(/Trace ID|Correlation ID|\n/)
    expectNoSecret(played)
  })
})
