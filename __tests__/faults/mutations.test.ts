/**
 * Every mutation of the table can be made in the source as it stands. That each is noticed, `npm run test:mutations`
 * shows.
 */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { HABITS } from './habits.ts'
import { countFinds, MUTATIONS } from './mutations.ts'

it.each(MUTATIONS)('can be made: $name', ({ file, find, replace, tests, proof = [] }) => {
  expect(countFinds(readFileSync(file, 'utf8'), find)).toBe(1)
  expect(replace).not.toBe(find)
  expect(tests.length).toBeGreaterThan(0)
  expect(tests.filter((test) => !existsSync(test))).toEqual([])
  expect(proof.filter((habit) => HABITS[habit] === undefined)).toEqual([])
})

it('has a name of its own for each', () => {
  expect(new Set(MUTATIONS.map(({ name }) => name)).size).toBe(MUTATIONS.length)
})
