/**
 * How much memory a step takes that does next to nothing, against one bare GET: the peak of each process, of one run.
 */
import { fileURLToPath } from 'node:url'
import { type RunActionOptions, runAction } from '../simulator/run-action.ts'
import { SUBSCRIPTION_ID, startSimulator } from '../simulator/simulator.ts'
import { BARE_GET, type Figure } from './statistics.ts'

const PATH = `/subscriptions/${SUBSCRIPTION_ID}/resourcegroups?api-version=2021-04-01`
const HOOK = fileURLToPath(new URL('memory-hook.mjs', import.meta.url))
const MAX_RATIO = 1.5

/** Measures the peak of the action, with a token and a GET, and of the reference. */
export async function measureMemory(): Promise<readonly Figure[]> {
  const simulator = await startSimulator()
  const url = simulator.origin + PATH
  const { inputs } = simulator
  try {
    const action = await measurePeak({ inputs: { ...inputs, method: 'GET', url } })
    const env = { BENCH_URL: url, BENCH_TOKEN: inputs.token ?? '' }
    const bare = await measurePeak({ entry: 'bench/bare-get.cjs', inputs: {}, env })
    const what = 'memory: token + GET, peak'
    return [{ what, measured: action / bare, bar: MAX_RATIO, reference: BARE_GET }]
  } finally {
    await simulator.close()
  }
}

async function measurePeak(options: RunActionOptions): Promise<number> {
  const env = { ...options.env, NODE_OPTIONS: `--import ${HOOK}` }
  const { exitCode, stdout, stderr } = await runAction({ ...options, env })
  const peak = /peak (\d+) KiB/.exec(stderr)?.[1]
  if (exitCode !== 0 || peak === undefined) {
    throw new Error(`the measured run failed:\n${stdout}${stderr}`)
  }
  return Number(peak)
}
