/**
 * The proxy variables: what the HTTP client is given to read, and what is an error because it would go past the proxy.
 */
import { describe, expect, it } from 'vitest'
import { normalizeProxyVariables } from '../../src/http/proxy.ts'
import { hasProxyVariables, listProxySecrets } from '../../src/http/proxy-secrets.ts'

describe('normalizeProxyVariables', () => {
  it.each<[Record<string, string>, Record<string, string>]>([
    [{}, {}],
    [{ HTTPS_PROXY: '', NO_PROXY: ' ' }, {}],
    [{ HTTPS_PROXY: ' http://proxy.example:3128 ' }, { HTTPS_PROXY: 'http://proxy.example:3128' }],
    [{ HTTPS_PROXY: 'https://u:p%25@[::1]:1/' }, { HTTPS_PROXY: 'https://u:p%25@[::1]:1/' }],
    // Read as a URL this has the scheme "proxy.example", and the client would use no proxy at all.
    [{ HTTPS_PROXY: 'proxy.example:3128' }, { HTTPS_PROXY: 'http://proxy.example:3128' }],
    [{ https_proxy: 'u:p@proxy:1' }, { https_proxy: 'http://u:p@proxy:1' }],
    [{ https_proxy: 'a:1', HTTPS_PROXY: 'http://a:b' }, { https_proxy: 'http://a:1' }],
    [{ HTTP_PROXY: 'http://a:b' }, {}],
    [{ NO_PROXY: '*' }, { NO_PROXY: '*' }],
    [
      { NO_PROXY: 'localhost, *.azure.com ,*b.example:1' },
      { NO_PROXY: 'localhost,.azure.com,b.example:1' }
    ],
    [{ no_proxy: 'a', NO_PROXY: '*.b' }, { no_proxy: 'a' }]
  ])('of %j are %j', (variables, expected) => {
    expect(normalizeProxyVariables(variables)).toEqual(expected)
  })

  it.each([
    'http://user:hush%zz@proxy.example:3128',
    'http://us%er@proxy.example:3128',
    'http://proxy.example:99999',
    'proxy.example:port',
    'http://',
    'socks5://proxy.example:1080',
    'http://proxy .example'
  ])('cannot be had of %s, which is not quoted', (text) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) {
      expect(() => normalizeProxyVariables({ [name]: text })).toThrow(
        new RegExp(`^Environment variable ${name}: is not the address of a proxy (?!.*hush)`)
      )
    }
  })
})

// Where there are none, nothing is normalized.
describe('hasProxyVariables', () => {
  it.each([
    [{}, false],
    [{ HTTPS_PROXY: '', no_proxy: undefined }, false],
    [{ HTTP_PROXY: 'http://a:1', PATH: '/bin' }, false],
    [{ https_proxy: 'a:1' }, true],
    [{ https_proxy: '', HTTPS_PROXY: 'http://' }, true],
    [{ no_proxy: '*.a' }, true],
    [{ NO_PROXY: '*.a' }, true]
  ])('of %j: %s', (variables, expected) => {
    expect(hasProxyVariables(variables)).toBe(expected)
  })
})

describe('listProxySecrets', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['http://proxy:3128', []],
    ['proxy:3128', []],
    ['http://user@proxy:3128', []],
    ['http://user:hush@proxy:3128', ['hush', 'hush']],
    ['user:hush@proxy:3128', ['hush', 'hush']],
    ['http://user:a%25b@c@proxy:3128', ['a%25b@c', 'a%b@c']],
    ['http://user:hush%zz@proxy:3128', ['hush%zz']]
  ])('in %s are %j', (text, secrets) => {
    expect(listProxySecrets({ HTTPS_PROXY: text })).toEqual(secrets)
    expect(listProxySecrets({ https_proxy: text })).toEqual(secrets)
  })
})
