/**
 * Retry-After as services really send it.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { empty, START_MS } from '../../__fixtures__/conversation.ts'
import { readRetryAfter } from '../../src/http/retry-after.ts'

const RPC = 'ARM RPC contract, async-api-reference.md: an integer of seconds'
const RFC = 'RFC 9110, section 10.2.3: seconds or an HTTP date'
const TESTSERVER = 'Azure/autorest.testserver, legacy/routes/lros.js'
const AZCORE = 'Azure/azure-sdk-for-go, azcore, shared.RetryAfter'
const DATE = new Date(START_MS + 90_000).toUTCString()

interface Row {
  readonly headers: Readonly<Record<string, string>>
  readonly ms: number | undefined
  readonly source: string
}

const ROWS: readonly Row[] = [
  { headers: {}, ms: undefined, source: RPC },
  { headers: { 'retry-after': '10' }, ms: 10_000, source: RPC },
  { headers: { 'retry-after': ' 10 ' }, ms: 10_000, source: RFC },
  { headers: { 'retry-after': '0' }, ms: 0, source: TESTSERVER },
  { headers: { 'retry-after': '-1' }, ms: 0, source: AZCORE },
  { headers: { 'retry-after': '120' }, ms: 120_000, source: 'Date.parse reads the year 120' },
  { headers: { 'retry-after': '86400' }, ms: 86_400_000, source: RPC },
  {
    headers: { 'retry-after': '99999999999999999999' },
    ms: Number.MAX_SAFE_INTEGER * 1000,
    source: RFC
  },
  { headers: { 'retry-after': '/bar' }, ms: undefined, source: TESTSERVER },
  { headers: { 'retry-after': '' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': '120, 60' }, ms: undefined, source: 'parseInt would read 120' },
  { headers: { 'retry-after': '1.5' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': '1e3' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': '0x10' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': '+5' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': DATE }, ms: 90_000, source: RFC },
  { headers: { 'retry-after': 'Thursday, 01-Jan-26 00:01:30 GMT' }, ms: 90_000, source: RFC },
  { headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, ms: 0, source: RFC },
  { headers: { 'retry-after': 'Fri, 99 Foo 2026 25:61:61 GMT' }, ms: undefined, source: RFC },
  { headers: { 'retry-after': '2026-01-01T00:01:30Z' }, ms: undefined, source: RFC },
  { headers: { 'retry-after-ms': '250' }, ms: 250, source: AZCORE },
  { headers: { 'x-ms-retry-after-ms': '350' }, ms: 350, source: AZCORE },
  { headers: { 'retry-after-ms': '250', 'x-ms-retry-after-ms': '350' }, ms: 250, source: AZCORE },
  { headers: { 'retry-after-ms': '250', 'retry-after': '10' }, ms: 250, source: AZCORE },
  { headers: { 'x-ms-retry-after-ms': '0', 'retry-after': '10' }, ms: 0, source: AZCORE },
  { headers: { 'retry-after-ms': 'soon', 'retry-after': '10' }, ms: 10_000, source: AZCORE }
]

describe('readRetryAfter', () => {
  it.each(ROWS)('reads $headers as $ms ms ($source)', ({ headers, ms }) => {
    expect(readRetryAfter(empty(202, headers), START_MS)).toBe(ms)
  })

  it('reads any text as nothing or as a finite number of milliseconds that is not negative', () => {
    const headers = fc.record(
      {
        'retry-after': fc.oneof(fc.string(), fc.integer().map(String), fc.date().map(String)),
        'retry-after-ms': fc.oneof(fc.string(), fc.bigInt().map(String))
      },
      { requiredKeys: [] }
    )
    fc.assert(
      fc.property(headers, (given) => {
        const ms = readRetryAfter(empty(200, given), START_MS)
        return ms === undefined || (Number.isFinite(ms) && ms >= 0)
      })
    )
  })
})
