/**
 * `npm run test:faults -- --runs 10000 [--seed 1] [--path 12:3]`: the randomized proof at any size, and what came of it.
 */
import { parseArgs } from 'node:util'
import { proveMany, renderReport } from './proof.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    path: { type: 'string' }
  }
})
const startedAt = performance.now()
const report = await proveMany({
  runs: Number(values.runs),
  seed: values.seed === undefined ? Date.now() & 0x7fff_ffff : Number(values.seed),
  ...(values.path === undefined ? {} : { path: values.path })
})
const seconds = (performance.now() - startedAt) / 1_000
const { rss } = process.memoryUsage()
console.log(renderReport(report))
console.log(`Wall time ${seconds.toFixed(1)} s, memory ${Math.round(rss / 2 ** 20)} MiB`)
if (report.failure !== undefined) process.exitCode = 1
