/**
 * What a condition tells of the values it has read: words and numbers, and never what may be a secret.
 */
import { describe, expect, it } from 'vitest'
import { tellValue } from '../../src/condition/tell-value.ts'
import type { JsonValue } from '../../src/http/message.ts'

const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl'
const ID = `/subscriptions/0/resourceGroups/${'g'.repeat(80)}/providers/Microsoft.X/y/z`

describe('tellValue', () => {
  it.each<[JsonValue, string, string]>([
    ['Installing', 'properties.phase', '"Installing"'],
    ['', 'a', '""'],
    [12.5, 'a', '12.5'],
    [false, 'properties.disablePasswordAuthentication', 'false'],
    [null, 'properties.token', 'null'],
    ['Microsoft.Storage', 'properties.encryption.keySource', '"Microsoft.Storage"'],
    ['AKSUbuntu-2204gen2containerd-202401.09.0', 'v', '"AKSUbuntu-2204gen2containerd-202401.09.0"'],
    ['b6e5a1f0-0d3c-4c1e-9a37-2f6f6f0c8a11', 'id', '"b6e5a1f0-0d3c-4c1e-9a37-2f6f6f0c8a11"'],
    [ID, 'id', `"${ID}"`],
    [['a', 1], 'list', '["a",1]'],
    [{ a: { b: 'c' } }, 'object', '{"a":{"b":"c"}}']
  ])('shows %j', (value, path, told) => {
    expect(tellValue(value, path)).toBe(told)
  })

  it.each<[JsonValue, string, string]>([
    ['hunter2', 'properties.adminPassword', 'a text of 7 characters'],
    ['hunter2', 'properties.keys[0].primaryKey', 'a text of 7 characters'],
    ['hunter2', 'properties."client-secret"', 'a text of 7 characters'],
    [`at ${JWT}`, 'note', `a text of ${JWT.length + 3} characters`],
    ['Server=x;Password=hunter2', 'note', 'a text of 25 characters'],
    ['q83vEjRWeJASNFZ4kBI0VniQEjRWeJAS', 'x', 'a text of 32 characters'],
    ['lorem ipsum '.repeat(10), 'note', 'a text of 120 characters'],
    [['q83vEjRWeJASNFZ4kBI0VniQEjRWeJAS'], 'x', 'a list of 1'],
    [['hunter2', 'b'], 'properties.token', 'a list of 2'],
    [{ a: [{ sharedKey: 'x' }] }, '', 'a JSON object'],
    [{ a: 'lorem ipsum '.repeat(20) }, '', 'a JSON object']
  ])('describes %j', (value, path, told) => {
    expect(tellValue(value, path)).toBe(told)
  })
})
