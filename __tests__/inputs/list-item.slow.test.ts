/**
 * An operation of a list whose aliases stand for more than any machine could hold: it is refused before they are filled in.
 */
import { expect, it } from 'vitest'
import { refuseList } from '../../__fixtures__/lists.ts'

const LEVELS = Array.from({ length: 8 }, (_, at) => `- &a${at + 1} [${`*a${at}, `.repeat(10)}]\n`)

it('ends soon with aliases of aliases', async () => {
  const requests = `- &a0 [x, x, x, x, x, x, x, x, x, x]
${LEVELS.join('')}- { name: a, method: PUT, url: "/x?api-version=1", body: { a: *a8 } }`
  const faults = await refuseList({ requests })
  expect(faults.at(-1)).toMatch(/aliases that stand for more than \d+ values/)
})
