import { describe, expect, it } from 'vitest'
import { createGuid } from '../../src/request/guid.ts'
import { buildRequestUrl, type UrlInputs } from '../../src/request/url.ts'

const SUBSCRIPTION = '00000000-1111-2222-3333-444444444444'
const ENDPOINT = 'https://management.azure.com'
const LOOPBACK = 'http://127.0.0.1:8080'

function build(url: string, others: Partial<UrlInputs> = {}): string {
  return buildRequestUrl({
    url,
    apiVersion: '2025-04-01',
    subscriptionId: SUBSCRIPTION,
    endpoint: ENDPOINT,
    trust: { origin: ENDPOINT, subdomains: true },
    ...others
  })
}

const custom = { endpoint: LOOPBACK, trust: { origin: LOOPBACK, subdomains: false } }

describe('buildRequestUrl', () => {
  it.each([
    ['/a', `${ENDPOINT}/a?api-version=2025-04-01`],
    ['/a?x=1', `${ENDPOINT}/a?x=1&api-version=2025-04-01`],
    ['/a?', `${ENDPOINT}/a?api-version=2025-04-01`],
    ['/a?x=1&', `${ENDPOINT}/a?x=1&api-version=2025-04-01`],
    ['/a?x-api-version=1', `${ENDPOINT}/a?x-api-version=1&api-version=2025-04-01`],
    [`${ENDPOINT}/a`, `${ENDPOINT}/a?api-version=2025-04-01`],
    ['HTTPS://Management.Azure.com/a', 'HTTPS://Management.Azure.com/a?api-version=2025-04-01'],
    [`${ENDPOINT}:443/a`, `${ENDPOINT}:443/a?api-version=2025-04-01`],
    [
      'https://westus.management.azure.com/a',
      'https://westus.management.azure.com/a?api-version=2025-04-01'
    ],
    ['/{subscriptionId}/b', `${ENDPOINT}/${SUBSCRIPTION}/b?api-version=2025-04-01`],
    [
      '/{SUBSCRIPTIONID}/{subscriptionId}',
      `${ENDPOINT}/${SUBSCRIPTION}/${SUBSCRIPTION}?api-version=2025-04-01`
    ],
    // A block of several lines, one that YAML has folded, and a query as people write it.
    ['/a\n/b\r\n\t /c\n\n  ?x=1\n', `${ENDPOINT}/a/b/c?x=1&api-version=2025-04-01`],
    ['/a  /b /c ?x=1 \t&y=2', `${ENDPOINT}/a/b/c?x=1&y=2&api-version=2025-04-01`],
    ['/a/\nb', `${ENDPOINT}/a/b?api-version=2025-04-01`],
    ['/a\r/b', `${ENDPOINT}/a/b?api-version=2025-04-01`],
    [
      "/a?$filter=name eq 'b  c' or d eq /e&$top=1",
      `${ENDPOINT}/a?$filter=name%20eq%20'b%20%20c'%20or%20d%20eq%20/e&$top=1&api-version=2025-04-01`
    ]
  ])('turns %j into %s', (url, expected) => {
    expect(build(url)).toBe(expected)
  })

  it.each([
    '/a?api-version=2025-04-01',
    '/a?API-VERSION=2025-04-01&x=1',
    "/A;b=%7B%c3%A4/(c)/d,e?api-version=2025-04-01&t=a%2Fb+c&$filter=x%20eq%20'y'",
    // Names that Azure has: consumer groups, containers, and letters that are escaped.
    '/consumergroups/$Default?api-version=2025-04-01',
    '/containers/$web/blobs/$logs?api-version=2025-04-01',
    '/things/B%C3%9Cro%2f1%25?api-version=2025-04-01&$top=%31',
    "/undefined-ness/null/%24NAME?api-version=2025-04-01&$filter=name%20eq%20'undefined'&empty=",
    '/things/$NAME-1/a$NAME?api-version=2025-04-01&x=$Name',
    '/providers/@x/..y/z..?api-version=2025-04-01',
    '/größe?api-version=2025-04-01'
  ])('leaves %s as written', (url) => {
    expect(build(url)).toBe(ENDPOINT + url)
  })

  it.each(['2025-04-01', '2025-04-01-PREVIEW', '2016-05-01.1.0'])(
    'takes %s from either place',
    (apiVersion) => {
      const url = `${ENDPOINT}/a?api-version=${apiVersion}`
      expect(build('/a', { apiVersion })).toBe(url)
      expect(build(`/a?api-version=${apiVersion}`, { apiVersion: '' })).toBe(url)
      expect(build(`/a?api-version=${apiVersion}`, { apiVersion: apiVersion.toLowerCase() })).toBe(
        url
      )
    }
  )

  describe('{guid:text}', () => {
    const before = `/subscriptions/${SUBSCRIPTION}/roleassignments/`
    const name = createGuid(before, 'deployer: Reader')

    it.each([
      `/subscriptions/${SUBSCRIPTION}/roleAssignments/{guid:deployer: Reader}`,
      '/subscriptions/{subscriptionId}/ROLEASSIGNMENTS/{GUID:deployer: Reader}',
      'https://management.azure.com/subscriptions/{subscriptionId}\n/roleAssignments/{guid:deployer: Reader}'
    ])('is the same for the same scope, however it is written: %s', (url) => {
      expect(build(url)).toContain(`/${name}?api-version=`)
    })

    it('is another one for another text, another place, and each of two', () => {
      expect(build('/a/{guid:b}/{guid:b}')).toBe(
        `${ENDPOINT}/a/${createGuid('/a/', 'b')}/${createGuid(`/a/${createGuid('/a/', 'b')}/`, 'b')}?api-version=2025-04-01`
      )
      expect(createGuid('/a/', 'b')).toMatch(
        /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
      )
      expect(build('/a/{guid:B}')).not.toBe(build('/a/{guid:b}'))
    })

    it('takes the subscription into its text', () => {
      expect(build('/a/{guid:{subscriptionId}}')).toBe(build(`/a/{guid:${SUBSCRIPTION}}`))
    })
  })

  it('takes a loopback endpoint over http', () => {
    expect(build('/a', custom)).toBe(`${LOOPBACK}/a?api-version=2025-04-01`)
    expect(build(`${LOOPBACK}/a`, custom)).toBe(`${LOOPBACK}/a?api-version=2025-04-01`)
  })

  it.each([
    [
      '',
      'Input url: is missing. Allowed: a path that begins with "/", or a URL on https://management.azure.com.'
    ],
    ['subscriptions/x', '"subscriptions/x" is neither a path nor an absolute URL.'],
    ['management.azure.com/x', 'is neither a path nor an absolute URL.'],
    ['ftp://management.azure.com/x', 'is neither a path nor an absolute URL.'],
    ['https:/management.azure.com/x', 'is neither a path nor an absolute URL.'],
    ['https:management.azure.com/x', 'is neither a path nor an absolute URL.'],
    ['https:///management.azure.com/x', 'is neither a path nor an absolute URL.'],
    ['//evil.example/x', '"//evil.example/x" names another host.'],
    ['///evil.example/x', 'names another host.'],
    ['/\\evil.example/x', 'holds a backslash; write "/".'],
    ['\\\\evil.example/x', 'holds a backslash; write "/".'],
    ['http://management.azure.com/x', '"http://management.azure.com/x" does not use https.'],
    [
      'https://management.azure.com@evil.example/x',
      '"https://…@evil.example/x" holds a user name or password.'
    ],
    [
      'https://me:hidden@management.azure.com/x',
      '"https://…@management.azure.com/x" holds a user name or password.'
    ],
    ['https://@management.azure.com/x', 'holds a user name or password.'],
    [
      'https://evil.example/x?t=hidden',
      '"https://evil.example/x?…" is not on the resource manager endpoint'
    ],
    ['https://management.azure.com.evil.example/x', 'is not on the resource manager endpoint'],
    ['https://evilmanagement.azure.com/x', 'is not on the resource manager endpoint'],
    ['https://management.azure.com./x', 'is not on the resource manager endpoint'],
    ['https://management.azure.com:8443/x', 'is not on the resource manager endpoint'],
    ['https://m\u0430nagement.azure.com/x', 'is not on the resource manager endpoint'],
    ['https://[::1/x', 'is not on the resource manager endpoint'],
    ['/a b', 'holds a space or control character; write a space as %20.'],
    ['/a\u00a0b', 'holds a space or control character'],
    ['/a\u0000b', '"/a\\u{0}b" holds a space or control character'],
    ['/a?x=1&y z=2', 'holds a space or control character'],
    ['/a?x=1\t2', 'holds a space or control character'],
    ['/a/ b', 'holds a space or control character'],
    ['/a/b/', 'has an empty segment after "b"; was an expression in it empty?'],
    ['/a//b', 'has an empty segment after "a"; was an expression in it empty?'],
    ['/a/\n/b', 'has an empty segment after "a"'],
    ['/a/?x=1', 'has an empty segment after "a"'],
    ['/', 'has an empty segment at its start'],
    ['https://management.azure.com', 'has an empty segment at its start'],
    ['https://management.azure.com//a', 'has an empty segment at its start'],
    [
      '/a/$RESOURCE_GROUP/b',
      'holds "$RESOURCE_GROUP"; no shell fills that in here, write $' + '{{ env.NAME }}.'
    ],
    ['/a/$A', 'holds "$A"; no shell fills that in'],
    ['/a/$env:GROUP', 'holds "$env:GROUP"; no shell fills that in'],
    ['/a?x=$VALUE', 'holds "$VALUE"; no shell fills that in'],
    ['/a/undefined/b', 'holds "undefined"; was an expression in it empty?'],
    ['/a?x=undefined&y=1', 'holds "undefined"; was an expression in it empty?'],
    ['/a/100%', 'holds a "%" that begins no escape such as %20; write it as %25.'],
    ['/a?x=%zz', 'holds a "%" that begins no escape'],
    ['/a/%GROUP%', 'holds a "%" that begins no escape'],
    ['/a\u202eb', 'holds a space or control character'],
    ['/a#b', 'holds a fragment ("#"), which is never sent.'],
    [
      '/a/{resourceGroup}',
      '"/a/{resourceGroup}" holds a placeholder that is not known. Allowed: {subscriptionId}, {guid:text}.'
    ],
    ['/a}', 'holds a placeholder that is not known.'],
    ['/a/$' + '{GROUP}', 'holds a placeholder that is not known.'],
    ['/a/{guid:b', 'holds a placeholder that is not known.'],
    ['/a/{guid: }', 'holds "{guid: }", which is a UUID of nothing; was an expression in it empty?'],
    ['/a/{guid:undefined}', 'which is a UUID of nothing'],
    [
      '/a/../b',
      '"https://management.azure.com/a/../b" holds a "." or ".." segment; write the path in full.'
    ],
    ['/a/.', 'holds a "." or ".." segment'],
    ['/a/%2E%2e/b', 'holds a "." or ".." segment'],
    [
      '/a?api-version=1&api-version=1',
      'Input url: "https://management.azure.com/a?…" holds api-version twice.'
    ],
    ['/a?api-version=1&Api-Version=2', 'holds api-version twice.'],
    ['/a?api-version=', 'holds an empty api-version.'],
    ['/a?api-version', 'holds an empty api-version.']
  ])('refuses %j', (url, message) => {
    expect(() => build(url)).toThrow(message)
    expect(() => build(url)).toThrow(/^Input url: (?!.*hidden)/)
  })

  // A custom endpoint trusts its exact origin alone.
  it.each([
    'http://127.0.0.1:8081/a',
    'http://localhost:8080/a',
    'https://127.0.0.1:8080/a',
    'http://x.127.0.0.1:8080/a'
  ])('refuses %s with a custom endpoint', (url) => {
    expect(() => build(url, custom)).toThrow('is not on the resource manager endpoint')
  })

  it.each<[string, Partial<UrlInputs>, string]>([
    [
      '/a/{subscriptionId}',
      { subscriptionId: '' },
      'Input subscription-id: is missing, and the url asks for it'
    ],
    ['/a', { apiVersion: '' }, 'Input api-version: is missing, and the url holds none.'],
    ['/a', { apiVersion: '1&x=2' }, 'Input api-version: "1&x=2" is not an API version.'],
    ['/a?api-version=1', { apiVersion: '1 2' }, 'Input api-version: "1 2" is not an API version.'],
    [
      '/a?api-version=2024-01-01',
      {},
      'Input api-version: "2025-04-01" differs from the url\'s own api-version, "2024-01-01". Allowed: one of the two.'
    ]
  ])('refuses %s with %o', (url, others, message) => {
    expect(() => build(url, others)).toThrow(message)
  })
})
