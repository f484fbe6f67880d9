import { afterEach, describe, expect, it, vi } from 'vitest'
import { readActionInputs } from '../../src/runner/read-inputs.ts'

const GUID = '00000000-1111-2222-3333-444444444444'
const OTHER_GUID = '55555555-6666-7777-8888-999999999999'

afterEach(() => vi.unstubAllEnvs())

/** Secrets that are masked while these inputs are read, in their order. */
async function readMasked(inputs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const given = { METHOD: 'GET', URL: '/a?api-version=1', ...inputs }
  const environment = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [`INPUT_${name}`, value])
  )
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const masked: string[] = []
  const mask = (secret: string) => masked.push(secret)
  await readActionInputs({ now: 0, uniqueId: 'id', mask, environment })
  return masked
}

describe('readActionInputs masks the secrets of the sign-in, and nothing else', () => {
  it.each<[Record<string, string>, readonly string[]]>([
    [{ TOKEN: 'opaque' }, ['opaque']],
    [{ TOKEN: '\n opaque \n' }, ['opaque']],
    [{ 'CLIENT-SECRET': 'hidden', 'CLIENT-ID': GUID, 'TENANT-ID': GUID }, ['hidden']],
    [{ CREDENTIAL: 'Managed-Identity' }, []],
    [{}, []],
    [
      {
        CREDS: JSON.stringify({
          clientId: OTHER_GUID,
          clientSecret: 'hidden',
          tenantId: GUID,
          subscriptionId: OTHER_GUID
        })
      },
      [OTHER_GUID, 'hidden', GUID]
    ]
  ])('%o', async (inputs, masked) => {
    expect(await readMasked(inputs)).toEqual(masked)
  })
})
