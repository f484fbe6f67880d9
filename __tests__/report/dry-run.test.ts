/**
 * The request that a dry run shows: as it would be sent, but for its secrets, however large or odd it is.
 */
import { describe, expect, it } from 'vitest'
import { describeDryRun } from '../../src/report/dry-run.ts'

const URL = 'https://management.azure.com/subscriptions/1?api-version=2025-04-01'

/** Lines of a body as they are shown, in the log and in the summary. */
function show(body: string, hide = (text: string) => text, url = URL) {
  const request = { method: 'PUT', url } as const
  const { addition } = describeDryRun({ request, headers: {}, body }, 0, hide)
  const log = addition?.log?.lines ?? []
  return { log: log.slice(3), summary: addition?.summary[0]?.split('\n').slice(4, -1) ?? [] }
}

const print = (body: string) => show(body).log.join('\n')

/** A deployment whose template keeps two of its three parameters secret, one by a definition. */
function deployment(one: unknown, other: unknown) {
  const declared = {
    a: { type: 'SecureObject' },
    b: { type: 'int' },
    c: { $ref: '#/definitions/hidden' }
  }
  const template = { definitions: { hidden: { type: 'secureString' } }, parameters: declared }
  const parameters = { A: { value: one }, b: { value: 2 }, c: { value: other } }
  return { Properties: { template, parameters } }
}

function withParameter(declaration: object) {
  return { properties: { template: { parameters: { a: declaration } } } }
}

/** A parameter of an object type, of whose parts in lists and fields two are secret. */
function withTypes(secret: string) {
  const definitions = {
    user: {
      type: 'object',
      properties: { pin: { type: 'securestring' }, name: { type: 'string' } }
    },
    users: { type: 'array', items: { $ref: '#/definitions/user' } }
  }
  const declared = {
    a: { $ref: '#/definitions/users' },
    b: { additionalProperties: definitions.user }
  }
  const user = { pin: secret, name: 'n' }
  const parameters = { a: { value: [user] }, b: { value: { one: user } } }
  return { properties: { template: { definitions, parameters: declared }, parameters } }
}

function inTemplate(secret: string) {
  const resource = { type: 'Microsoft.KeyVault/vaults/secrets', name: 'a/b', tags: { token: 'c' } }
  return { resources: [{ ...resource, properties: { value: secret } }] }
}

describe('describeDryRun', () => {
  it('gives each value a line, and keeps digits, order and escapes', () => {
    const body = '{"b":1.50,"a":[12345678901234567890,{}, []],"b":"\\u00e4  x"}'
    const lines = [
      '{',
      '  "b": 1.50,',
      '  "a": [',
      '    12345678901234567890,',
      '    {},',
      '    []',
      '  ],',
      '  "b": "\\u00e4  x"',
      '}'
    ]
    expect(show(body)).toEqual({ log: lines, summary: lines })
  })

  it.each<[string, object, object]>([
    [
      'its name',
      { adminPassword: 'a', primaryKey: 1 },
      { adminPassword: '***', primaryKey: '***' }
    ],
    [
      'no name of something else',
      { publicKey: 'a', keyType: 'b' },
      { publicKey: 'a', keyType: 'b' }
    ],
    [
      'the name of its parameter',
      { password: { value: { a: 1 } } },
      { password: { value: '***' } }
    ],
    [
      'a name beside it',
      {
        env: [
          { name: 'API_KEY', value: 'a' },
          { name: 'PORT', value: 'b' }
        ]
      },
      {
        env: [
          { name: 'API_KEY', value: '***' },
          { name: 'PORT', value: 'b' }
        ]
      }
    ],
    ['a part of settings', { protectedSettings: { a: 1 } }, { protectedSettings: '***' }],
    ['its shape', { uri: 'https://a/b?sv=1&sig=abcdefgh' }, { uri: 'https://a/b?sv=1&sig=***' }],
    ['the template', deployment([1], 'x'), deployment('***', '***')],
    [
      'a template in a template',
      { resources: [deployment([1], 'x')] },
      { resources: [deployment('***', '***')] }
    ],
    [
      'its declaration, as a default',
      withParameter({ type: 'secureString', defaultValue: 'a' }),
      withParameter({ type: 'secureString', defaultValue: '***' })
    ],
    ['the declaration of its part', withTypes('a'), withTypes('***')],
    [
      'a list of secrets',
      { configuration: { secrets: [{ name: 'db', value: 'a' }] } },
      { configuration: { secrets: [{ name: 'db', value: '***' }] } }
    ],
    [
      'a list of passwords',
      { passwords: ['a'], keys: [{ value: 'b' }] },
      { passwords: ['***'], keys: [{ value: '***' }] }
    ],
    [
      'settings of an app',
      { siteConfig: { appSettings: [{ name: 'A', value: 'a' }] } },
      { siteConfig: { appSettings: [{ name: 'A', value: '***' }] } }
    ],
    ['the resource in a template', inTemplate('a'), inTemplate('***')],
    ['no tag of a resource', { tags: { token: 'a' } }, { tags: { token: 'a' } }]
  ])('hides a secret by %s', (_what, body, shown) => {
    expect(JSON.parse(print(JSON.stringify(body)))).toEqual(shown)
  })

  it.each<[string, object, object]>([
    [
      'Microsoft.KeyVault/vaults/v/secrets/s',
      { properties: { value: 'a' } },
      { properties: { value: '***' } }
    ],
    [
      'Microsoft.Web/sites/s/config/appsettings',
      { properties: { A: 'a' } },
      { properties: { A: '***' } }
    ],
    [
      'Microsoft.Web/sites/s/functions/f/keys/k',
      { properties: { name: 'k', value: 'a' } },
      { properties: { name: 'k', value: '***' } }
    ],
    ['Microsoft.Network/connections/c/sharedKey', { value: 'a' }, { value: '***' }],
    ['Microsoft.Web/sites/s', { properties: { value: 'a' } }, { properties: { value: 'a' } }]
  ])('hides what a PUT of %s is about', (path, body, shown) => {
    const url = `https://management.azure.com/subscriptions/1/providers/${path}?api-version=1`
    const { log } = show(JSON.stringify(body), undefined, url)
    expect(JSON.parse(log.join('\n'))).toEqual(shown)
  })

  it('hides a registered secret that is written with escapes', () => {
    const { log } = show('{"\\u0061b/c":"x\\u0061b\\/c"}', (text) => text.replaceAll('ab/c', '***'))
    expect(log).toEqual(['{', '  "***": "x***"', '}'])
  })

  it('hides all lines of a private key, and headers that sign in', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabcd\n-----END RSA PRIVATE KEY-----'
    expect(print(`a\n${key}\nb\n${key.slice(0, -40)}`)).toBe('a\n***\nb\n***')
    const request = { method: 'PUT', url: URL } as const
    const headers = {
      'x-one': 'Bearer abc',
      'x-two': 'Basic abc',
      'proxy-authorization': 'c',
      'x-three': 'basic'
    }
    const { addition } = describeDryRun({ request, headers, body: undefined }, 0, (text) => text)
    expect(addition?.log?.lines.slice(2)).toEqual([
      'x-one: ***',
      'x-two: ***',
      'proxy-authorization: ***',
      'x-three: basic'
    ])
  })

  it('hides what is registered before it cuts or escapes', () => {
    const secret = 'a::b'
    const { log, summary } = show(`{"x":"${'y'.repeat(3_990)}${secret}"}`, (text) =>
      text.replaceAll(secret, '***')
    )
    expect([...log, ...summary].join('\n')).not.toMatch(/a::|a: :/)
  })

  it.each(['just text\n  indented', '<a>\r\n  <b/>\r\n</a>', '{"a": 1} x', '{"a": 1,}'])(
    'shows what is not JSON as it is: %j',
    (body) => {
      expect(print(body)).toBe(body.replaceAll('\r', ''))
    }
  )

  it('hides the text of elements with the names of secrets', () => {
    const body =
      '<a:user kind="x">ann</a:user>\n<a:password\n kind="x">hunter2</a:password>\n<key/>\n<b'
    expect(print(body)).toBe(body.replace('hunter2', '***'))
  })

  it('shows a request without a body', () => {
    expect(show('').log).toEqual([])
  })

  it('makes every line harmless', () => {
    const { log, summary } = show('::error::x\n\u001b[31mred\u202e\n```\n##[group]y')
    expect(log).toEqual([': :error::x', 'red', '```', '# #[group]y'])
    expect(summary).toContain('```')
    const request = { method: 'PUT', url: URL } as const
    const { addition } = describeDryRun({ request, headers: {}, body: '```' }, 0, (text) => text)
    expect(addition?.summary[0]).toMatch(/^````text\n/)
  })

  it('hides a long text with very many secrets as one', () => {
    const text = Array.from({ length: 30_000 }, (_, index) => `pwd=abcd${index};`).join(' ')
    expect(show(JSON.stringify({ x: text })).log).toEqual(['{', '***', '}'])
  })

  it('is bounded, whatever the body', () => {
    const list = JSON.stringify(Array.from({ length: 100_000 }, (_, index) => index))
    const { log, summary } = show(list)
    expect([log.at(-1), log.length]).toEqual(['… (95005 more lines)', 4_998])
    expect(summary.at(-1)).toBe('… (99805 more lines)')
    const deep = `${'['.repeat(100_000)}1${']'.repeat(100_000)}`
    expect(print(deep).length).toBeLessThan(10_000)
    expect(print(`${'{"a":'.repeat(200)}1${'}'.repeat(200)}`)).toContain('…')
  })
})
