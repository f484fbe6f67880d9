/**
 * `npm run bench [-- --rounds 15]`: cold start, memory, waiting and patterns, each against a named reference. Needs a built dist/.
 * Figures of one machine at one time: nothing here fails a build.
 */
import { parseArgs } from 'node:util'
import { measureColdStart, toFigures } from './cold-start.ts'
import { measureMemory } from './memory.ts'
import { measurePatterns } from './patterns.ts'
import { renderFigures } from './statistics.ts'
import { measureWaiting } from './waiting.ts'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const coldStart = toFigures(await measureColdStart(Number(values.rounds)))
const computed = [...measureWaiting(), ...measurePatterns()]
console.log(renderFigures([...coldStart, ...(await measureMemory()), ...computed]))
