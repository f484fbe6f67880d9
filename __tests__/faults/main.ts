/**
 * `npm run test:faults -- --runs 10000 [--seed 1]`: the randomized proof at any size, and what came of it: so many
 * operations, and a fifth as many lists of them. `--one` runs operations only, and `--many` that many lists; with either
 * `--path 12:3` plays a case again, and `--no-shrink` tells a case that failed as it is.
 * Of operations, `--habits all|none|NAME` says which habits every second run is about, and `--survey` counts what is
 * broken under each.
 */
import { parseArgs } from 'node:util'
import { omitUndefined } from '../../src/values.ts'
import { HABITS, PROVEN_HABITS } from './habits.ts'
import { proveLists, renderListReport } from './list-proof.ts'
import { proveMany, renderReport } from './proof.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    path: { type: 'string' },
    one: { type: 'boolean', default: false },
    many: { type: 'boolean', default: false },
    habits: { type: 'string', multiple: true },
    survey: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false }
  }
})
const OPERATIONS_FOR_A_LIST = 5
const { path } = values
const runs = Number(values.runs)
const seed = values.seed === undefined ? Date.now() & 0x7fff_ffff : Number(values.seed)
const isShrunk = !values['no-shrink']

const startedAt = performance.now()
if (!values.many) {
  const habits = chooseHabits(values.habits)
  const isSurvey = values.survey
  const report = await proveMany(omitUndefined({ runs, seed, path, habits, isSurvey, isShrunk }))
  conclude(renderReport(report), report.broken)
}
if (!values.one) {
  const lists = values.many ? runs : Math.ceil(runs / OPERATIONS_FOR_A_LIST)
  const report = await proveLists(omitUndefined({ runs: lists, seed, path, isShrunk }))
  conclude(renderListReport(report), report.broken)
}
const seconds = (performance.now() - startedAt) / 1_000
const { rss } = process.memoryUsage()
console.log(`Wall time ${seconds.toFixed(1)} s, memory ${Math.round(rss / 2 ** 20)} MiB`)

function conclude(text: string, broken: number): void {
  console.log(text)
  if (broken > 0) process.exitCode = 1
}

function chooseHabits(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return PROVEN_HABITS
  if (names.includes('all')) return Object.keys(HABITS)
  return names.filter((name) => name !== 'none')
}
