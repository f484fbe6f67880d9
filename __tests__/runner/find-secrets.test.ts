/**
 * What is masked of an answer without being asked for: credentials, by their names or their shapes; and what is not,
 * because a person needs to read it.
 */
import { describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { findSecrets } from '../../src/runner/find-secrets.ts'

const find = (value: JsonValue, known = '') =>
  findSecrets({ kind: 'json', value, text: JSON.stringify(value) }, known).secrets

const KEY = `${'Ab1+'.repeat(21)}Cd==`
const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl'
const SAS = 'https://x.blob.core.windows.net/c/b?sv=2024&sig=a%2Bb%2Fcdefgh%3D&se=1'

describe('findSecrets', () => {
  it.each<[string, JsonValue, readonly string[]]>([
    // Microsoft.Compute/snapshots/beginGetAccess
    ['accessSAS', { accessSAS: SAS }, [SAS, 'a%2Bb%2Fcdefgh%3D', 'a+b/cdefgh=']],
    // Microsoft.Storage/storageAccounts/listKeys
    [
      'listKeys of Storage',
      { keys: [{ keyName: 'key1', permissions: 'FULL', value: 'short-but-secret' }] },
      ['short-but-secret']
    ],
    // Microsoft.DocumentDB/databaseAccounts/listKeys, Microsoft.CognitiveServices/accounts/listKeys
    [
      'keys by name',
      { primaryMasterKey: 'primary-one', key1: 'first-one', secondaryReadonlyKey: 'second-one' },
      ['primary-one', 'first-one', 'second-one']
    ],
    // Microsoft.AppConfiguration/configurationStores/listKeys
    [
      'listKeys of App Configuration',
      {
        value: [
          { id: 'a', name: 'Primary', value: 'the-secret', connectionString: 'Endpoint=x;Id=y' }
        ]
      },
      ['the-secret', 'Endpoint=x;Id=y']
    ],
    // Microsoft.ContainerRegistry/registries/listCredentials
    [
      'passwords of a registry',
      { username: 'shop-registry', passwords: [{ name: 'password', value: 'pass-word-1' }] },
      ['pass-word-1']
    ],
    // Microsoft.ContainerService/managedClusters/listClusterAdminCredential
    [
      'a kubeconfig',
      { kubeconfigs: [{ name: 'clusterAdmin', value: 'YXBpVmVyc2lvbjogdjE=' }] },
      ['YXBpVmVyc2lvbjogdjE=']
    ],
    // Microsoft.ServiceBus/namespaces/authorizationRules/listKeys
    [
      'a connection string',
      {
        primaryConnectionString: 'Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=abcdefgh='
      },
      ['Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=abcdefgh=', 'abcdefgh=']
    ],
    ['a connection string elsewhere', { text: 'a;AccountKey=abcdefgh;b' }, ['abcdefgh']],
    [
      'a connection part after a blank',
      { x: `cannot connect with AccountKey=${KEY} to it` },
      [KEY]
    ],
    ['a connection part in quotes', { x: `value 'AccountKey=${KEY}' is bad` }, [KEY]],
    ['a connection part that is quoted', { x: 'a;Pwd="ab;c d,ef"; b' }, ['ab;c d,ef']],
    [
      'a connection part after a comma',
      { x: 'h:6380,password=Sup3rS3cret,ssl=True' },
      ['Sup3rS3cret,ssl=True', 'Sup3rS3cret']
    ],
    [
      'a password in a URL',
      { x: 'see postgres://me:p%40ssword9@h/d' },
      ['p%40ssword9', 'p@ssword9']
    ],
    ['a key within a sentence', { x: `the key ${KEY} is not valid` }, [KEY]],
    [
      'the code of a webhook',
      { x: 'https://f/api/h?code=abcdefghij1234567890== failed' },
      ['abcdefghij1234567890==']
    ],
    ['a token by its shape', { note: `Bearer ${JWT}!` }, [JWT]],
    ['a key by its shape', { x: KEY }, [KEY]],
    [
      'a private key',
      { x: '-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----' },
      ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----']
    ],
    ['an application setting', { properties: { STORAGE_KEY: 'set-by-hand' } }, ['set-by-hand']],
    [
      'names in any case and depth',
      { A: [{ B: { AdminPassword: 'deep-one', client_secret: 'deep-two' } }] },
      ['deep-one', 'deep-two']
    ],
    ['one secret once', { key1: 'twice-there', key2: 'twice-there' }, ['twice-there']]
  ])('finds %s', (_what, value, secrets) => {
    expect([...find(value)].sort()).toEqual([...secrets].sort())
  })

  it.each<[string, JsonValue]>([
    ['a state', { key: 'Succeeded', token: 'InProgress', secret: 'Completed' }],
    ['what is short', { password: 'abc', key: 'key1' }],
    ['what is no text', { key: 12345678, token: true, secret: null, keys: { a: 'plain-text' } }],
    [
      'names about secrets',
      { keyName: 'key-number-1', secretUri: 'https://x/y', tokenType: 'bearer-token' }
    ],
    ['where a key comes from', { keySource: 'Microsoft.Storage', key: 'Microsoft.KeyVault' }],
    ['a public key', { sshPublicKey: 'ssh-rsa-AAAA', publicKey: 'AAAABBBB' }],
    [
      'other keys',
      { partitionKey: '/customer', sortKey: 'ascending', continuationToken: 'next-page' }
    ],
    ['tags', { tags: { token: 'a-harmless-tag', x: JWT }, a: { Tags: { key: 'another-tag' } } }],
    ['a part of a state word', { secret: 'Succeede', apiKey: 'nprogres' }],
    [
      'a scheme or a host',
      { secret: 'https://', key: 'x.vault.azure.net', token: 'https://a.de/' }
    ],
    ['a namespace', { secret: 'Microsoft.', key: 'Microsoft.Web/sites' }],
    ['a code that is a word', { x: 'https://x/?code=AuthorizationFailedForGood' }],
    ['a resource ID', { key: '/subscriptions/1/resourceGroups/g' }],
    ['plain values', { value: [{ name: 'shop-plan', value: 'a plain value' }] }],
    ['an ordinary query', { nextLink: 'https://management.azure.com/x?api-version=1&signed=no' }]
  ])('leaves %s to be read', (_what, value) => {
    expect(find(value)).toEqual([])
  })

  it('leaves what the request says itself', () => {
    const url = 'https://management.azure.com/subscriptions/1111-2222/x'
    expect(find({ key: '1111-2222', token: 'else-where' }, url)).toEqual(['else-where'])
  })

  it('reads text and half JSON by their shapes', () => {
    for (const kind of ['text', 'malformed'] as const) {
      expect(findSecrets({ kind, text: `x ${JWT}\n${SAS}` }, '').secrets).toContain(JWT)
    }
    expect(findSecrets({ kind: 'empty' }, '')).toEqual({ secrets: [], isComplete: true })
    expect(findSecrets(undefined, '').secrets).toEqual([])
  })

  it('reads a text of many megabytes in parts, and misses none at their borders', () => {
    const secrets = Array.from({ length: 9 }, (_, index) => `hunter${index}hunter${index}`)
    const text = secrets.map((secret) => `${'x'.repeat(979_990)} Password=${secret};`).join('')
    const body = {
      kind: 'json',
      value: { a: `${text}${'x'.repeat(9_000_000)}` },
      text: ''
    } as const
    const found = findSecrets(body, '')
    expect(found.isComplete).toBe(true)
    expect(found.secrets).toEqual(expect.arrayContaining(secrets))
  })

  it('survives what is deep, long or broken, and says when it could not see all', () => {
    let deep: JsonValue = { secret: 'at-the-bottom' }
    for (let level = 0; level < 50_000; level += 1) deep = [deep]
    expect(findSecrets({ kind: 'json', value: deep, text: '' }, '')).toEqual({
      secrets: ['at-the-bottom'],
      isComplete: true
    })
    const many = Array.from({ length: 2_000 }, (_, index) => ({ key: `secret-number-${index}` }))
    expect(findSecrets({ kind: 'json', value: many, text: '' }, '')).toMatchObject({
      isComplete: false
    })
    expect(find({ x: 'https://x/?sig=%E0%A4%A' })).toEqual(['%E0%A4%A'])
    const cpuMs = measureCpuMs(() => {
      const parts = [
        ...['eyJ', 'eyJ-', 'eyJaaaaaaaaaaa.', '&sig=', 'Password=', 'Password="', "Pwd='x"],
        ...['Pwd ', ' ', '://', '://a:', '://a:bbbb', 'A', '-----BEGIN ', '-----BEGIN PRIVATE KEY']
      ]
      for (const part of parts) find({ x: part.repeat(1_000_000 / part.length) })
      find({ x: `Password=${' '.repeat(1_000_000)}` })
    })
    expect(cpuMs).toBeLessThan(6_000)
  })
})
