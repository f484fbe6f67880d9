/**
 * `npm run test:faults -- --runs 10000 [--seed 1] [--path 12:3]`: the randomized proof at any size, and what came of it.
 * `--habits all|none|NAME` says which habits every second run is about, `--survey` counts what is broken under each,
 * `--no-shrink` tells a case that failed as it is.
 */
import { parseArgs } from 'node:util'
import { omitUndefined } from '../../src/values.ts'
import { HABITS } from './habits.ts'
import { PROVEN_HABITS, proveMany, renderReport } from './proof.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    habits: { type: 'string', multiple: true },
    survey: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false }
  }
})
const startedAt = performance.now()
const report = await proveMany(
  omitUndefined({
    runs: Number(values.runs),
    seed: values.seed === undefined ? Date.now() & 0x7fff_ffff : Number(values.seed),
    path: values.path,
    habits: chooseHabits(values.habits),
    isSurvey: values.survey,
    isShrunk: !values['no-shrink']
  })
)
const seconds = (performance.now() - startedAt) / 1_000
const { rss } = process.memoryUsage()
console.log(renderReport(report))
console.log(`Wall time ${seconds.toFixed(1)} s, memory ${Math.round(rss / 2 ** 20)} MiB`)
if (report.broken > 0) process.exitCode = 1

function chooseHabits(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return PROVEN_HABITS
  if (names.includes('all')) return Object.keys(HABITS)
  return names.filter((name) => name !== 'none')
}
