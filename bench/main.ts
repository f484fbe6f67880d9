/**
 * `npm run bench [-- --only SECTION … --rounds 15 --check --json FILE]`: everything that is measured, each section beside
 * a named reference, as Markdown tables. Needs a built dist/, bash and tar. Figures of one machine at one time: without
 * --check nothing here fails. `many` takes ten minutes and is measured only when it is named.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureColdStart } from './cold-start.ts'
import { measureLongWait } from './long-wait.ts'
import { measureMany } from './many.ts'
import { measurePatterns } from './patterns.ts'
import { measureRoundTrips } from './round-trips.ts'
import { measureSize } from './size.ts'
import { type Figure, judge, renderFigures } from './statistics.ts'
import { measureBigBodies, measureYaml } from './texts.ts'
import { measureWaiting } from './waiting.ts'

interface Section {
  readonly title: string
  readonly measure: (rounds: number) => Promise<readonly Figure[]> | readonly Figure[]
  /** Only where it is named. */
  readonly isLong?: true
}

const SECTIONS: Readonly<Record<string, Section>> = {
  'cold-start': { title: 'Cold start, as ratios', measure: measureColdStart },
  'round-trips': { title: 'With a network between, as ratios', measure: measureRoundTrips },
  size: { title: 'Size', measure: measureSize },
  memory: { title: 'Memory of a long wait', measure: measureLongWait },
  waiting: { title: 'Waiting, without Retry-After', measure: measureWaiting },
  hostile: { title: 'Hostile text, as ratios', measure: measurePatterns },
  bodies: { title: 'Big bodies, as ratios', measure: measureBigBodies },
  yaml: { title: 'YAML, as ratios', measure: measureYaml },
  many: { title: 'Many operations in one step', measure: () => measureMany(), isLong: true }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '15' },
    check: { type: 'boolean', default: false },
    json: { type: 'string' }
  }
})
const names = values.only ?? Object.keys(SECTIONS).filter((name) => SECTIONS[name]?.isLong !== true)
const results: Record<string, readonly Figure[]> = {}
console.log(`Node.js ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`)
for (const name of names) {
  const section = SECTIONS[name]
  if (section === undefined) {
    throw new Error(`no section ${name}; there are ${Object.keys(SECTIONS).join(', ')}`)
  }
  const figures = await section.measure(Number(values.rounds))
  results[name] = figures
  console.log(`## ${section.title}\n\n${renderFigures(figures)}\n`)
}
if (values.json !== undefined) {
  const machine = { node: process.version, cpus: cpus().map(({ model }) => model) }
  writeFileSync(values.json, `${JSON.stringify({ machine, results }, undefined, 2)}\n`)
}
const over = Object.values(results)
  .flat()
  .filter((figure) => judge(figure) === 'over')
if (values.check && over.length > 0) {
  const told = over.map(({ what, measured, bar }) => `${what}: ${measured.toFixed(2)}, bar ${bar}`)
  console.error(`over the bar:\n${told.join('\n')}`)
  process.exitCode = 1
}
