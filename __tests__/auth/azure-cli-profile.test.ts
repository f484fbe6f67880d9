/**
 * The default subscription of the Azure CLI's session. The file as `az` writes it:
 * https://github.com/Azure/azure-cli/blob/dev/src/azure-cli-core/azure/cli/core/_profile.py.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CloudName } from '../../src/arm/clouds.ts'
import { findDefaultSubscription } from '../../src/auth/azure-cli-profile.ts'

const ONE = '00000000-0000-0000-0000-000000000001'
const OTHER = '00000000-0000-0000-0000-000000000002'
const TENANT = '00000000-0000-0000-0000-0000000000ff'

let home = ''

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'profile-test-'))
  mkdirSync(join(home, '.azure'))
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

function find(text: string, cloud: CloudName = 'AzureCloud'): string | undefined {
  writeFileSync(join(home, '.azure', 'azureProfile.json'), text)
  return findDefaultSubscription(cloud, { HOME: home })
}

function profile(...subscriptions: readonly object[]): string {
  return `\ufeff${JSON.stringify({ installationId: 'x', subscriptions })}`
}

function entry(id: string, more: object = {}) {
  return { id, tenantId: TENANT, isDefault: true, environmentName: 'AzureCloud', ...more }
}

describe('findDefaultSubscription', () => {
  it.each<[string, string, CloudName, string | undefined]>([
    ['the default one', profile(entry(OTHER, { isDefault: false }), entry(ONE)), 'AzureCloud', ONE],
    [
      'the default one of each cloud',
      profile(entry(OTHER, { environmentName: 'AzureUSGovernment' }), entry(ONE)),
      'AzureCloud',
      ONE
    ],
    [
      'one of a cloud that azure/login wrote in lower case',
      profile(entry(ONE, { environmentName: 'azurechinacloud' })),
      'AzureChinaCloud',
      ONE
    ],
    ['none of another cloud', profile(entry(ONE)), 'AzureChinaCloud', undefined],
    ['none of a public cloud for a custom one', profile(entry(ONE)), 'custom', undefined],
    [
      'that of an own cloud for a custom one',
      profile(entry(ONE, { environmentName: 'azurestack' })),
      'custom',
      ONE
    ],
    ['no tenant without a subscription', profile(entry(TENANT)), 'AzureCloud', undefined],
    ['no text that is not an ID', profile(entry('production')), 'AzureCloud', undefined],
    ['none of an empty session', profile(), 'AzureCloud', undefined],
    ['none of a file that is cut', profile(entry(ONE)).slice(0, 40), 'AzureCloud', undefined],
    ['none of another file', '[1, null]', 'AzureCloud', undefined],
    ['none of odd entries', '{"subscriptions":[1, null, []]}', 'AzureCloud', undefined]
  ])('finds %s', (_what, text, cloud, found) => {
    expect(find(text, cloud)).toBe(found)
  })

  it('looks where the Azure CLI keeps its files', () => {
    find(profile(entry(ONE)))
    const folder = join(home, '.azure')
    const look = (environment: Record<string, string>, platform?: NodeJS.Platform) =>
      findDefaultSubscription('AzureCloud', environment, platform)
    expect(look({ AZURE_CONFIG_DIR: folder, HOME: '/nowhere' })).toBe(ONE)
    expect(look({ AZURE_CONFIG_DIR: folder, USERPROFILE: '/nowhere' }, 'win32')).toBe(ONE)
    expect(look({ HOME: home, USERPROFILE: '/nowhere' }, 'darwin')).toBe(ONE)
    expect(look({ HOME: '/nowhere', USERPROFILE: home }, 'win32')).toBe(ONE)
    expect(look({ HOME: home }, 'win32')).toBeUndefined()
    expect(look({ USERPROFILE: home }, 'linux')).toBeUndefined()
    expect(look({ HOME: '/nowhere' })).toBeUndefined()
    expect(look({})).toBeUndefined()
  })

  it.skipIf(process.platform === 'win32').each<[string, (path: string) => void]>([
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
    ['a link to what never ends', (path) => symlinkSync('/dev/zero', path)],
    ['a folder', (path) => mkdirSync(path)],
    [
      'a file that is far too large',
      (path) => writeFileSync(path, ' '.repeat(9e6) + profile(entry(ONE)).slice(1))
    ]
  ])('does not read %s', (_what, make) => {
    const folder = mkdtempSync(join(home, 'odd-'))
    make(join(folder, 'azureProfile.json'))
    expect(findDefaultSubscription('AzureCloud', { AZURE_CONFIG_DIR: folder })).toBeUndefined()
  })
})
