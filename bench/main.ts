/**
 * `npm run bench [-- --rounds 15]`: cold start, memory and waiting, each beside a named reference. Needs a built dist/.
 * Figures of one machine at one time: nothing here fails a build.
 */
import { parseArgs } from 'node:util'
import { measureColdStart } from './cold-start.ts'
import { renderFigures } from './statistics.ts'
import { measureWaiting } from './waiting.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
console.log(
  renderFigures([...(await measureColdStart(Number(values.rounds))), ...measureWaiting()])
)
