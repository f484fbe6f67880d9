/**
 * Where the token may go, which text counts as a polling URL, and what makes a Location a self-reference.
 */
import { describe, expect, it } from 'vitest'
import {
  AZURE,
  CUSTOM,
  empty,
  ORIGIN,
  RESOURCE,
  RESOURCE_ID,
  SOURCES,
  toUrl,
  VERSION
} from '../../__fixtures__/conversation.ts'
import { isTrustedUrl, type Trust } from '../../src/http/trust.ts'
import {
  describePollingUrl,
  inheritApiVersion,
  isPathOf,
  isSamePath,
  isSelfReference,
  readApiVersion,
  readLastSegment,
  readPollingHeaders,
  resolvePollingUrl
} from '../../src/operation/polling-url.ts'

const BICEP_TRUST = 'https://github.com/Azure/bicep'
const PYTHON_WARNING = 'https://github.com/Azure/azure-sdk-for-python/pull/48804'
const PORT_443 = 'https://github.com/hashicorp/go-azure-sdk/pull/339'
const LOOPBACK: Trust = { origin: 'http://127.0.0.1:7071', subdomains: false }
const EXACT: Trust = { origin: ORIGIN, subdomains: false }

interface TrustRow {
  readonly rule: string
  readonly source: string
  readonly url: string
  readonly trust?: Trust
  readonly trusted: boolean
}

const TRUST_ROWS: TrustRow[] = [
  // The built-in cloud.
  { rule: 'D1 the endpoint itself', source: SOURCES.contract, url: `${ORIGIN}/x`, trusted: true },
  { rule: 'D1 Q5 port 443 written out', source: PORT_443, url: `${ORIGIN}:443/x`, trusted: true },
  {
    rule: 'D1 scheme and host in upper case',
    source: SOURCES.contract,
    url: 'HTTPS://MANAGEMENT.AZURE.COM/x',
    trusted: true
  },
  {
    rule: 'D1 a regional host of the built-in cloud',
    source: SOURCES.learn,
    url: 'https://westus.management.azure.com/x',
    trusted: true
  },
  {
    rule: 'D1 a regional host with port 443',
    source: PORT_443,
    url: 'https://westus.management.azure.com:443/x',
    trusted: true
  },
  {
    rule: 'D1 a regional host two labels deep',
    source: SOURCES.learn,
    url: 'https://a.westus.management.azure.com/x',
    trusted: true
  },
  {
    rule: 'D1 another host',
    source: SOURCES.contract,
    url: 'https://evil.invalid/x',
    trusted: false
  },
  {
    rule: 'D1 user info that looks like the host',
    source: BICEP_TRUST,
    url: 'https://management.azure.com@evil.invalid/x',
    trusted: false
  },
  {
    rule: 'D1 user name and password before the host',
    source: BICEP_TRUST,
    url: 'https://u:p@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 a user name before the host',
    source: BICEP_TRUST,
    url: 'https://u@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 a user name behind a blank that a parser drops',
    source: BICEP_TRUST,
    url: ' https://u@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 a password behind a blank that a parser drops',
    source: BICEP_TRUST,
    url: ' https://:p@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 empty user info before the host',
    source: BICEP_TRUST,
    url: 'https://@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 empty user name and password',
    source: BICEP_TRUST,
    url: 'https://:@management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 an @ in the path is no user info',
    source: SOURCES.contract,
    url: `${ORIGIN}/x/a@b?y=c@d`,
    trusted: true
  },
  {
    rule: 'D1 trailing dot',
    source: BICEP_TRUST,
    url: 'https://management.azure.com./x',
    trusted: false
  },
  {
    rule: 'D1 trailing dot on a regional host',
    source: BICEP_TRUST,
    url: 'https://westus.management.azure.com./x',
    trusted: false
  },
  { rule: 'D1 another port', source: BICEP_TRUST, url: `${ORIGIN}:8443/x`, trusted: false },
  {
    rule: 'D1 another port of a regional host',
    source: BICEP_TRUST,
    url: 'https://westus.management.azure.com:8443/x',
    trusted: false
  },
  {
    rule: 'D1 http',
    source: BICEP_TRUST,
    url: 'http://management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 http on port 443',
    source: BICEP_TRUST,
    url: 'http://management.azure.com:443/x',
    trusted: false
  },
  {
    rule: 'D1 http on a regional host',
    source: BICEP_TRUST,
    url: 'http://westus.management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 another scheme',
    source: BICEP_TRUST,
    url: 'ftp://management.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 a blob URL has the origin of the URL inside',
    source: 'https://url.spec.whatwg.org/#concept-url-origin',
    url: `blob:${ORIGIN}/x`,
    trusted: false
  },
  {
    rule: 'D1 a data URL',
    source: BICEP_TRUST,
    url: 'data:application/json,{}',
    trusted: false
  },
  {
    rule: 'D1 Cyrillic look-alike',
    source: BICEP_TRUST,
    url: 'https://management.\u0430zure.com/x',
    trusted: false
  },
  {
    rule: 'D1 Cyrillic look-alike as the regional label’s parent',
    source: BICEP_TRUST,
    url: 'https://westus.m\u0430nagement.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 look-alike in punycode',
    source: BICEP_TRUST,
    url: 'https://management.xn--zure-43d.com/x',
    trusted: false
  },
  {
    rule: 'D1 the host as a prefix of an evil one',
    source: BICEP_TRUST,
    url: 'https://management.azure.com.evil.invalid/x',
    trusted: false
  },
  {
    rule: 'D1 the host as a suffix of an evil label',
    source: BICEP_TRUST,
    url: 'https://evilmanagement.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 the parent domain',
    source: BICEP_TRUST,
    url: 'https://azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 a sibling of the endpoint',
    source: BICEP_TRUST,
    url: 'https://evil.azure.com/x',
    trusted: false
  },
  {
    rule: 'D1 another cloud’s endpoint',
    source: BICEP_TRUST,
    url: 'https://management.usgovcloudapi.net/x',
    trusted: false
  },
  { rule: 'D7 scheme-relative', source: BICEP_TRUST, url: '//evil.invalid/x', trusted: false },
  { rule: 'D7 backslashes', source: BICEP_TRUST, url: '\\\\evil.invalid\\x', trusted: false },
  { rule: 'D7 a path alone is no URL', source: SOURCES.contract, url: '/x', trusted: false },
  { rule: 'D1 no text', source: SOURCES.contract, url: '', trusted: false },
  { rule: 'D1 no host', source: SOURCES.contract, url: 'https://', trusted: false },
  // An endpoint that the workflow author names.
  {
    rule: 'D9 custom endpoint, exact origin',
    source: SOURCES.contract,
    url: 'https://arm.stack.example:8443/x',
    trust: CUSTOM,
    trusted: true
  },
  {
    rule: 'D9 custom endpoint, other port',
    source: BICEP_TRUST,
    url: 'https://arm.stack.example/x',
    trust: CUSTOM,
    trusted: false
  },
  {
    rule: 'D9 custom endpoint, subdomain',
    source: BICEP_TRUST,
    url: 'https://west.arm.stack.example:8443/x',
    trust: CUSTOM,
    trusted: false
  },
  {
    rule: 'D9 custom endpoint, http',
    source: BICEP_TRUST,
    url: 'http://arm.stack.example:8443/x',
    trust: CUSTOM,
    trusted: false
  },
  {
    rule: 'D9 custom endpoint, user info',
    source: BICEP_TRUST,
    url: 'https://u@arm.stack.example:8443/x',
    trust: CUSTOM,
    trusted: false
  },
  {
    rule: 'D9 custom endpoint, trailing dot',
    source: BICEP_TRUST,
    url: 'https://arm.stack.example.:8443/x',
    trust: CUSTOM,
    trusted: false
  },
  {
    rule: 'D9 a public endpoint named as custom trusts no region',
    source: BICEP_TRUST,
    url: 'https://westus.management.azure.com/x',
    trust: EXACT,
    trusted: false
  },
  ...["a'b", 'a*', 'a_b', 'a;b', 'a,b', 'a~b', 'a(b)', '-$a', '{a}'].map((name) => ({
    rule: 'D9 a region is letters, digits, hyphens and dots',
    source: 'https://www.rfc-editor.org/rfc/rfc1123#section-2.1',
    url: `https://${name}.management.azure.com/x`,
    trusted: false
  })),
  {
    rule: 'D9 loopback over http, exact origin',
    source: SOURCES.contract,
    url: 'http://127.0.0.1:7071/x',
    trust: LOOPBACK,
    trusted: true
  },
  {
    rule: 'D9 loopback, other port',
    source: BICEP_TRUST,
    url: 'http://127.0.0.1:7072/x',
    trust: LOOPBACK,
    trusted: false
  },
  {
    rule: 'D9 loopback under another name',
    source: BICEP_TRUST,
    url: 'http://localhost:7071/x',
    trust: LOOPBACK,
    trusted: false
  },
  {
    rule: 'D9 a blob URL over a loopback origin',
    source: 'https://url.spec.whatwg.org/#concept-url-origin',
    url: 'blob:http://127.0.0.1:7071/x',
    trust: LOOPBACK,
    trusted: false
  }
]

describe('trust', () => {
  it.each(TRUST_ROWS)('$rule: $url', ({ url, trust = AZURE, trusted, source }) => {
    expect(isTrustedUrl(url, trust), source).toBe(trusted)
  })
})

const LONG = `${ORIGIN}/x?${VERSION}&t=${'a'.repeat(4_096)}`
const LOG_ANALYTICS = 'https://github.com/Azure/azure-sdk-for-net/issues/40606'
const REVISION = 'https://github.com/hashicorp/terraform-provider-azurerm/issues/23322'

const RESOLVE_ROWS = [
  {
    rule: 'A1 an absolute URL, verbatim',
    source: SOURCES.contract,
    value: `${ORIGIN}/A/b%2fC?${VERSION}`,
    expected: `${ORIGIN}/A/b%2fC?${VERSION}`
  },
  {
    rule: 'A1 white space around it is trimmed',
    source: SOURCES.contract,
    value: ` ${ORIGIN}/x `,
    expected: `${ORIGIN}/x`
  },
  { rule: 'Q27 4 KB of URL, verbatim', source: SOURCES.learn, value: LONG, expected: LONG },
  {
    rule: 'Q27 signed query, not re-encoded',
    source: LOG_ANALYTICS,
    value: `${ORIGIN}/x?t=6385&c=MII%2B/=&s='~&h=_-`,
    expected: `${ORIGIN}/x?t=6385&c=MII%2B/=&s='~&h=_-`
  },
  {
    rule: 'Q8 a `;` in an id stays as it is',
    source: REVISION,
    value: `${ORIGIN}/apis/echo;rev=1/x%3Brev%3D2`,
    expected: `${ORIGIN}/apis/echo;rev=1/x%3Brev%3D2`
  },
  {
    rule: 'A1 dot segments stay as they are',
    source: SOURCES.contract,
    value: `${ORIGIN}/a/../b`,
    expected: `${ORIGIN}/a/../b`
  },
  {
    rule: 'A1 a path is read on the origin that was asked',
    source: SOURCES.testServer,
    value: '/foo?a=1',
    expected: `${ORIGIN}/foo?a=1`
  },
  {
    rule: 'A1 a fragment is never sent',
    source: SOURCES.contract,
    value: `${ORIGIN}/x?a=1#part`,
    expected: `${ORIGIN}/x?a=1`
  },
  { rule: 'A1 no value', source: SOURCES.contract, value: undefined, expected: undefined },
  { rule: 'A1 an empty value', source: SOURCES.contract, value: '  ', expected: undefined },
  {
    rule: 'H text that is no URL (the test server’s somethingBad…)',
    source: SOURCES.testServer,
    value: 'somethingBadWhichShouldNotBeUsed',
    expected: undefined
  },
  { rule: 'A1 a relative name', source: SOURCES.contract, value: 'x/y', expected: undefined },
  { rule: 'A1 a query alone', source: SOURCES.contract, value: '?asyncId=7', expected: undefined },
  { rule: 'D7 `//evil`', source: SOURCES.contract, value: '//evil.invalid/x', expected: undefined },
  { rule: 'D7 `/\\evil`', source: SOURCES.contract, value: '/\\evil.invalid', expected: undefined },
  {
    rule: 'D7 `\\\\evil`',
    source: SOURCES.contract,
    value: '\\\\evil.invalid',
    expected: undefined
  },
  {
    rule: 'D7 `///evil`',
    source: SOURCES.contract,
    value: '///evil.invalid/x',
    expected: undefined
  },
  {
    rule: 'D7 an @ at the start of a path stays on the origin',
    source: SOURCES.contract,
    value: '/@evil.invalid/x',
    expected: `${ORIGIN}/@evil.invalid/x`
  },
  {
    rule: 'D1 another host',
    source: PYTHON_WARNING,
    value: 'https://evil.invalid/x',
    expected: undefined
  },
  {
    rule: 'D7 a tab that a URL parser would drop',
    source: SOURCES.contract,
    value: '/\t/evil.invalid',
    expected: undefined
  },
  {
    rule: 'D a line break within',
    source: SOURCES.contract,
    value: `${ORIGIN}/x\r\nHost: evil.invalid`,
    expected: undefined
  },
  {
    rule: 'D a raw space within is encoded, as every URL parser does (Kusto, HDInsight)',
    source: 'https://url.spec.whatwg.org/#path-percent-encode-set',
    value: `${ORIGIN}/locations/West US/operationresults/7?a=b c`,
    expected: `${ORIGIN}/locations/West%20US/operationresults/7?a=b%20c`
  },
  {
    rule: 'D a raw space in a path',
    source: 'https://url.spec.whatwg.org/#path-percent-encode-set',
    value: '/locations/West US/7',
    expected: `${ORIGIN}/locations/West%20US/7`
  },
  {
    rule: 'D a raw space in the host makes no URL',
    source: 'https://url.spec.whatwg.org/#host-parsing',
    value: 'https://management azure.com/x',
    expected: undefined
  },
  {
    rule: 'D a raw space hides no user info',
    source: BICEP_TRUST,
    value: 'https://u @management.azure.com/x',
    expected: undefined
  },
  ...['\0', '\t', '\x1f'].map((character) => ({
    rule: `D ${JSON.stringify(character)} within`,
    source: SOURCES.contract,
    value: `${ORIGIN}/a${character}b`,
    expected: undefined
  })),
  {
    rule: 'D a delete character within',
    source: SOURCES.contract,
    value: `${ORIGIN}/a\x7fb`,
    expected: undefined
  },
  {
    rule: 'D more than any service sends',
    source: SOURCES.learn,
    value: `${ORIGIN}/${'a'.repeat(32_768)}`,
    expected: undefined
  }
]

describe('the URL in a value', () => {
  it.each(RESOLVE_ROWS)('$rule', ({ value, expected, source }) => {
    expect(resolvePollingUrl(value, toUrl(RESOURCE), AZURE), source).toBe(expected)
  })

  it('resolves a path on the custom origin that was asked', () => {
    expect(resolvePollingUrl('/x', `${CUSTOM.origin}/r?${VERSION}`, CUSTOM)).toBe(
      `${CUSTOM.origin}/x`
    )
  })
})

describe('polling headers', () => {
  it('are absent, usable or unusable, each by itself', () => {
    const answer = empty(202, {
      'azure-asyncoperation': 'https://evil.invalid/x',
      location: `${ORIGIN}/x?${VERSION}`
    })
    expect(readPollingHeaders(answer, toUrl(RESOURCE), AZURE)).toEqual({
      asyncOperation: {
        kind: 'unusable',
        fault: 'its host evil.invalid is not the trusted endpoint'
      },
      operationLocation: { kind: 'absent' },
      location: { kind: 'usable', url: `${ORIGIN}/x?${VERSION}`, relative: false }
    })
  })

  it.each([
    [
      'https://evil.invalid:8443/x?t=secret',
      'its host evil.invalid:8443 is not the trusted endpoint'
    ],
    ['//evil.invalid/x', 'its host evil.invalid is not the trusted endpoint'],
    ['\\\\evil.invalid\\x', 'its host evil.invalid is not the trusted endpoint'],
    ['https://management.azure.com@evil.invalid/x', 'it names a user of evil.invalid'],
    ['http://management.azure.com/x', 'it is not https'],
    ['ftp://management.azure.com/x', 'it is not https'],
    ['somethingBadWhichShouldNotBeUsed', 'it is not a URL'],
    ['x y', 'it is not a URL'],
    [`${ORIGIN}/a\tb`, 'it is not a URL']
  ])('say what is wrong with %s', (value, fault) => {
    const headers = readPollingHeaders(empty(202, { location: value }), toUrl(RESOURCE), AZURE)
    expect(headers.location).toEqual({ kind: 'unusable', fault })
  })

  it('count as absent when they are blank', () => {
    const answer = empty(202, { 'operation-location': ' ' })
    const headers = readPollingHeaders(answer, toUrl(RESOURCE), AZURE)
    expect(headers.operationLocation).toEqual({ kind: 'absent' })
  })

  it('say where a path was resolved', () => {
    const answer = empty(202, { location: ' /foo' })
    expect(readPollingHeaders(answer, toUrl(RESOURCE), AZURE).location).toEqual({
      kind: 'usable',
      url: `${ORIGIN}/foo?${VERSION}`,
      relative: true
    })
  })
})

describe('api-version', () => {
  it.each([
    {
      rule: 'B22 another version is never rewritten',
      url: `${ORIGIN}/x?api-version=2015-11-01-preview`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?api-version=2015-11-01-preview`
    },
    {
      rule: 'B22 nor is one in another case or place',
      url: `${ORIGIN}/x?t=1&Api-Version=2015-11-01`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?t=1&Api-Version=2015-11-01`
    },
    {
      rule: 'B22 nor is an empty one',
      url: `${ORIGIN}/x?api-version=`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?api-version=`
    },
    {
      rule: 'B22 a missing one is appended',
      url: `${ORIGIN}/x`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?${VERSION}`
    },
    {
      rule: 'B22 appended to a query as text, the query untouched',
      url: `${ORIGIN}/x;rev=1?t=a%2Bb'c`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x;rev=1?t=a%2Bb'c&${VERSION}`
    },
    {
      rule: 'B22 appended after a bare question mark',
      url: `${ORIGIN}/x?`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?${VERSION}`
    },
    {
      rule: 'B22 appended after a trailing ampersand',
      url: `${ORIGIN}/x?t=1&`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?t=1&${VERSION}`
    },
    {
      rule: 'B22 a name that only ends like it is another',
      url: `${ORIGIN}/x?my-api-version=1`,
      asked: toUrl(RESOURCE),
      expected: `${ORIGIN}/x?my-api-version=1&${VERSION}`
    },
    {
      rule: 'B22 none is invented',
      url: `${ORIGIN}/x`,
      asked: `${ORIGIN}/y`,
      expected: `${ORIGIN}/x`
    }
  ])('$rule', ({ url, asked, expected }) => {
    expect(inheritApiVersion(url, asked), LOG_ANALYTICS).toBe(expected)
  })

  it('is read as it stands', () => {
    expect(readApiVersion(`${ORIGIN}/x?a=1&API-VERSION=2025%2D04&b=2`)).toBe('2025%2D04')
    expect(readApiVersion(`${ORIGIN}/x`)).toBeUndefined()
  })
})

const ASYNC_ID = 'https://github.com/hashicorp/go-azure-sdk/issues/962'

describe('self-reference', () => {
  it.each([
    {
      rule: 'A1 the request’s own URL',
      source: SOURCES.hashicorp,
      location: toUrl(RESOURCE),
      expected: true
    },
    {
      rule: 'A1 in another case',
      source: SOURCES.hashicorp,
      location: toUrl(`${RESOURCE_ID.toUpperCase()}?${VERSION}`),
      expected: true
    },
    {
      rule: 'A1 with another api-version',
      source: SOURCES.hashicorp,
      location: toUrl(`${RESOURCE_ID}?API-version=2020-01-01`),
      expected: true
    },
    {
      rule: 'A1 without a query',
      source: SOURCES.hashicorp,
      location: toUrl(RESOURCE_ID),
      expected: true
    },
    {
      rule: 'A1 with a slash at its end',
      source: SOURCES.hashicorp,
      location: toUrl(`${RESOURCE_ID}/?${VERSION}`),
      expected: true
    },
    {
      rule: 'A1 Q5 with port 443 written out',
      source: PORT_443,
      location: `${ORIGIN}:443${RESOURCE}`,
      expected: true
    },
    {
      rule: 'A1 with a letter escaped that need not be',
      source: 'https://github.com/Azure/azure-resource-manager-rpc/issues/52',
      location: toUrl(RESOURCE.replace('cart', '%63art')),
      expected: true
    },
    {
      rule: 'A1 with a slash escaped it is another name',
      source: 'https://github.com/Azure/azure-resource-manager-rpc/issues/52',
      location: toUrl(RESOURCE.replace('/cart', '%2Fcart')),
      expected: false
    },
    {
      rule: 'A1 Q7 with an asyncId it is a monitor',
      source: ASYNC_ID,
      location: toUrl(`${RESOURCE}&asyncId=7`),
      expected: false
    },
    {
      rule: 'A1 another path is a monitor',
      source: SOURCES.hashicorp,
      location: toUrl(`${RESOURCE_ID}/operations/7?${VERSION}`),
      expected: false
    }
  ])('$rule', ({ location, expected, source }) => {
    expect(isSelfReference(location, toUrl(RESOURCE)), source).toBe(expected)
  })

  it('compares what the request asked for in addition to the version, in any order', () => {
    const asked = toUrl(`${RESOURCE}&a=1&b=2`)
    expect(isSelfReference(toUrl(`${RESOURCE_ID}?b=2&a=1`), asked)).toBe(true)
    expect(isSelfReference(toUrl(`${RESOURCE_ID}?b=2&a=7`), asked)).toBe(false)
    expect(isSelfReference(toUrl(RESOURCE), asked)).toBe(false)
  })

  it.each([
    ['/r/my thing', '/r/my%20thing', true],
    ['/R/My Thing/', '/r/my%20thing', true],
    ['/r/b\u00fcro', '/r/b%C3%BCro', true],
    ['/r/a;rev=1', '/r/a%3Brev%3D1', true],
    ['/r/100%', '/r/100%', true],
    ['/r/a/b', '/r/a%2Fb', false],
    ['/r/\ud800', '/r/x', false],
    ['', '/r/x', false]
  ])('compares the id %s with the path %s: %s', (id, path, expected) => {
    expect(isPathOf(id, toUrl(path))).toBe(expected)
  })

  it('knows the last segment of a path', () => {
    expect(readLastSegment('/a/My%20Thing/')).toBe('my thing')
    expect(readLastSegment('')).toBe('')
  })

  it('knows the same path under any query', () => {
    expect(isSamePath(toUrl(`${RESOURCE}&t=1`), toUrl(RESOURCE))).toBe(true)
    expect(isSamePath(toUrl('/a'), toUrl('/b'))).toBe(false)
  })
})

describe('what people see of a polling URL', () => {
  it('Q27 is its path, never its signed query', () => {
    expect(describePollingUrl(`${ORIGIN}/a/b?${VERSION}&t=secret`)).toBe('/a/b')
  })
})
