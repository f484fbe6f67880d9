/**
 * The schema of a list for editors takes every list that the action reads: random ones.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { refuseList } from '../../__fixtures__/lists.ts'
import { findSchemaFaults } from '../../__fixtures__/requests-schema.ts'
import { ITEM_INPUTS, WORDS } from '../../src/inputs/item-words.ts'

const URL = '/subscriptions/{subscriptionId}/resourceGroups/shop?api-version=1'

/** Lists of one shape or another: the reader refuses some of them. */
const words = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'one',
    'two',
    'get',
    'PUT',
    'Cancel',
    'true',
    '5m',
    '404',
    'a: b',
    "a == 'b'"
  ),
  fc.constantFrom<unknown>(null, true, false, 0, 1, 404, 1.5)
)
const values = fc.oneof(
  { weight: 4, arbitrary: words },
  fc.array(words, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('x-a', 'b', 'a:b', 'Accept'), words, { maxKeys: 2 })
)
const items = fc.record({
  name: fc.constantFrom('one', 'Two', 'a1', 'a_b'),
  method: fc.constantFrom('GET', 'put', 'Post', 'PATCH', 'DELETE'),
  url: fc.constantFrom(URL, '/subscriptions/a/b?api-version=1'),
  loop: fc.option(
    fc.record(
      { 'for-each': fc.oneof(fc.array(words, { maxLength: 3 }), words), 'max-parallel': words },
      { requiredKeys: ['for-each'] }
    )
  ),
  more: fc.dictionary(fc.constantFrom(...WORDS, ...ITEM_INPUTS), values, { maxKeys: 2 })
})
const lists = fc
  .array(items, { minLength: 1, maxLength: 2 })
  .map((all) => all.map(({ more, loop, ...item }) => ({ ...item, ...loop, ...more })))

it('takes what the action reads, whatever the list', async () => {
  let read = 0
  await fc.assert(
    fc.asyncProperty(lists, async (list) => {
      if ((await refuseList({ requests: JSON.stringify(list) })).length > 0) return
      read += 1
      expect(findSchemaFaults(list)).toEqual([])
    }),
    { numRuns: 2_000 }
  )
  expect(read).toBeGreaterThan(100)
})
