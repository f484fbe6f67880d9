/**
 * What a what-if shows of a property that changes: its name always, its value where that is no secret.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import { listChanges, renderChanges } from '../../src/deployment/render-changes.ts'
import { HIDDEN, hideSecretValues } from '../../src/deployment/secret-properties.ts'
import { readChanges } from '../../src/deployment/what-if.ts'
import type { JsonValue } from '../../src/http/message.ts'

const hide = (path: string, value: JsonValue, type = 'Microsoft.X/y', name = 'z') =>
  hideSecretValues(value, path, { type, name })

describe('hideSecretValues', () => {
  it.each<[string, JsonValue]>([
    ['properties.osProfile.adminPassword', 'hunter22'],
    ['properties.osProfile.customData', 'I2Nsb3Vk'],
    ['properties.userData', 'I2Nsb3Vk'],
    ['properties.protectedSettings.commandToExecute', 'bash x.sh hunter22'],
    ['properties.siteConfig.appSettings[3].value', 'hunter22'],
    ['properties.siteConfig.connectionStrings[0].connectionString', 'anything'],
    ['properties.configuration.secrets[0].value', 'hunter22'],
    ['properties.template.containers[0].env[0].value', `a;AccountKey=${'A'.repeat(44)}`],
    ['properties.containers[0].environmentVariables[0].secureValue', 'hunter22'],
    ['properties.accessKey', 12_345_678],
    ['properties.url', 'https://x.blob.core.windows.net/c?sv=1&sig=abcdefghij'],
    ['properties.connection', 'postgres://me:hunter22@db.example.com/x']
  ])('hides %s', (path, value) => {
    expect(hide(path, value)).toBe(HIDDEN)
  })

  it.each<[string, JsonValue]>([
    ['properties.osProfile.linuxConfiguration.disablePasswordAuthentication', true],
    ['properties.osProfile.adminUsername', 'bobby'],
    ['properties.encryption.keySource', 'Microsoft.Keyvault'],
    ['properties.allowSharedKeyAccess', false],
    ['properties.osProfile.linuxConfiguration.ssh.publicKeys[0].keyData', 'ssh-rsa AAAA me'],
    ['properties.siteConfig.appSettings[3].name', 'API_VALUE'],
    ['properties.configuration.secrets[0].keyVaultUrl', 'https://v.vault.azure.net/secrets/s'],
    ['properties.configuration.registries[0].passwordSecretRef', 'ghcr'],
    ['properties.partitionKey', '/customer'],
    ['tags.token', 'blue'],
    ['sku.name', 'Premium_ZRS'],
    ['properties.retention', 7],
    ['properties.secret', null]
  ])('shows %s', (path, value) => {
    expect(hide(path, value)).toEqual(value)
  })

  it('keeps the names within a value', () => {
    expect(hide('properties.osProfile', { adminUsername: 'a', adminPassword: 'b' })).toEqual({
      adminUsername: 'a',
      adminPassword: HIDDEN
    })
    expect(hide('properties.configuration.secrets', [{ name: 'ghcr', value: 'b' }])).toEqual([
      { name: 'ghcr', value: HIDDEN }
    ])
    const env = [
      { name: 'API_KEY', value: 'b' },
      { name: 'MODE', value: 'fast' }
    ]
    expect(hide('properties.env', env)).toEqual([{ name: 'API_KEY', value: HIDDEN }, env[1]])
  })

  it.each([
    ['Microsoft.Web/sites/config', 'app/appsettings', 'properties.MODE'],
    ['Microsoft.Web/sites/slots/config', 'app/blue/connectionstrings', 'properties.db.value'],
    ['Microsoft.KeyVault/vaults/secrets', 'v/s', 'properties.value'],
    ['Microsoft.ApiManagement/service/namedValues', 's/n', 'properties.value']
  ])('knows what is a secret by the resource: %s', (type, name, path) => {
    expect(hide(path, 'fast', type, name)).toBe(HIDDEN)
    expect(hide('properties.value', 'fast', 'Microsoft.Web/sites/config', 'app/web')).toBe('fast')
  })

  it('shows nothing of what is nested too deeply', () => {
    let deep: JsonValue = 'bottom'
    for (let level = 0; level < 20_000; level += 1) deep = [deep]
    expect(JSON.stringify(hide('a', deep))).not.toContain('bottom')
  })
})

describe('a what-if', () => {
  it('shows no secret in a remark either', () => {
    const key = `${'Ab1+'.repeat(21)}Cd==`
    const report = readChanges(
      createAnswer(200, {
        properties: {
          changes: [
            {
              resourceId: '/x',
              changeType: 'Unsupported',
              unsupportedReason: `"AccountKey=${key}"`
            }
          ],
          diagnostics: [{ level: 'Warning', code: 'X', message: `not ${key} but this` }]
        }
      }).body
    )
    if (report === undefined) throw new Error('test bug: no changes')
    const all = [...listChanges(report), renderChanges(report)].join('\n')
    expect(all).not.toContain('Ab1')
    expect(all).toContain('not *** but this')
  })
})
