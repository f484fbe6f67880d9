/** UUIDs of version 5 (RFC 9562 section 5.5), in the namespace of ARM's guid(). Expected: Python's uuid.uuid5. */
import { describe, expect, it } from 'vitest'
import { createGuid } from '../../src/request/guid.ts'

describe('createGuid', () => {
  it.each([
    [['hello'], '520f8434-fe3a-5d99-888d-450a827486a1'],
    [['a'], '3703365d-5a9f-59b4-bca7-b9681389e4c1'],
    [['ä😀'], '2baeeeaa-43ed-54e7-904f-005a2104ee45'],
    [['shop-reader'], '62aaacb1-965a-5a0a-8c6f-269a0fd7bd2d'],
    [['shop', 'reader'], '62aaacb1-965a-5a0a-8c6f-269a0fd7bd2d']
  ])('makes of %j %s', (texts, guid) => {
    expect(createGuid(...texts)).toBe(guid)
  })
})
