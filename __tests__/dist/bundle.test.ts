/** The built action is all there is: it runs without the packages that it was built from. */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import {
  accepted,
  expectGreen,
  expectRed,
  RESOURCE,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const TENANT = '22222222-2222-4222-8222-222222222222'
const CLIENT_ID = '33333333-3333-4333-8333-333333333333'

let folder: string
let entry: string
let entra: Entra

beforeAll(async () => {
  entra = await startEntra({ tenant: TENANT, clientId: CLIENT_ID, secret: 'hush' })
  folder = await mkdtemp(join(tmpdir(), 'dist-alone-'))
  await cp('dist', join(folder, 'dist'), { recursive: true })
  entry = join(folder, 'dist', 'index.js')
})

afterAll(async () => {
  await entra.close()
  await rm(folder, { recursive: true, force: true })
})

describe.concurrent('alone in a folder without node_modules', () => {
  it('it sends a body and follows the operation', async () => {
    const played = await runActionScenario({
      entry,
      inputs: { body: '{ "location": "x", /* y */ }' }
    })
    expectGreen(played)
    expect(played.simulator.ledger.count('resource-create', RESOURCE)).toBe(1)
  })

  it('it loads what signs in', async () => {
    const played = await runActionScenario({
      entry,
      simulator: { tokens: entra.acceptsToken },
      inputs: {
        token: '',
        'tenant-id': TENANT,
        'client-id': CLIENT_ID,
        'client-secret': 'hush',
        'authority-host': entra.origin
      },
      env: { NODE_EXTRA_CA_CERTS: entra.caFile }
    })
    expectGreen(played)
    expect(entra.tokens).toHaveLength(1)
  })
})

/** Texts of the parts that tell how a run ended, in chunks of their own. */
const TOLD_BY = ['Look for the correlation ID in the activity log', 'todayMarker off']

/** Entry of a copy of the bundle without the chunks that tell how a run ended. */
async function copyWithoutTelling(): Promise<string> {
  const copy = join(folder, 'untold')
  await cp('dist', copy, { recursive: true })
  const names = (await readdir(copy)).filter((name) => name.endsWith('.js'))
  const texts = await Promise.all(names.map((name) => readFile(join(copy, name), 'utf8')))
  const chunks = names.filter((_, at) => TOLD_BY.some((text) => texts[at]?.includes(text)))
  expect(chunks.length).toBeGreaterThanOrEqual(TOLD_BY.length)
  expect(chunks).not.toContain('index.js')
  for (const chunk of chunks) await rm(join(copy, chunk))
  return join(copy, 'index.js')
}

describe('without the parts that tell how it ended', () => {
  it.each(['Succeeded', 'Failed'] as const)('the verdict is the same: %s', async (status) => {
    const error = { code: 'No', message: 'not today' }
    const played = await runActionScenario({
      entry: await copyWithoutTelling(),
      routes: [
        route('PUT', RESOURCE, accepted()),
        route('GET', STATUS, { body: status === 'Failed' ? { status, error } : { status } }),
        route('GET', RESOURCE, { body: { id: RESOURCE } })
      ]
    })
    const { run } = played
    expect(run.summary).toBe('')
    expect(run.stdout).toContain('The job summary could not be written')
    if (status === 'Failed') {
      expectRed(played, { status, 'error-code': 'No', error: expect.stringContaining('not today') })
      expect(run.stdout).toContain('The cause and the advice could not be told')
    } else {
      expect(run).toMatchObject({ exitCode: 0, outputs: { status } })
    }
  })
})
