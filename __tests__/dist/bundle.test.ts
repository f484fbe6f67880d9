/** The built action is all there is: it runs without the packages that it was built from. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Entra, startEntra } from '../../simulator/entra.ts'
import { expectGreen, RESOURCE, runActionScenario } from './action.ts'

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
