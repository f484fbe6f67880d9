/**
 * `npm run bench [-- --rounds 15]`: cold start, memory and waiting, each against a named reference. Needs a built dist/.
 * Figures of one machine at one time: nothing here fails a build.
 */
import { parseArgs } from 'node:util'
import { measureColdStart, toFigures } from './cold-start.ts'
import { measureMemory } from './memory.ts'
import { renderFigures } from './statistics.ts'
import { measureWaiting } from './waiting.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const coldStart = toFigures(await measureColdStart(Number(values.rounds)))
console.log(renderFigures([...coldStart, ...(await measureMemory()), ...measureWaiting()]))
