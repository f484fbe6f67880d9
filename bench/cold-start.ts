/**
 * How long a step takes that does next to nothing, and how much memory, beside one bare GET. Every round runs the
 * reference and the action one after the other against the same server, so that what else the machine does falls on
 * both; the figure is the median of the rounds' ratios.
 */
import { fileURLToPath } from 'node:url'
import { startEntra } from '../simulator/entra.ts'
import { type ActionRun, type RunActionOptions, runAction } from '../simulator/run-action.ts'
import { SUBSCRIPTION_ID, startSimulator } from '../simulator/simulator.ts'
import { type Figure, median } from './statistics.ts'

const PATH = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/bench?api-version=2025-04-01`
const TENANT = '22222222-2222-4222-8222-222222222222'
const CLIENT_ID = '33333333-3333-4333-8333-333333333333'
const REFERENCE = 'bare CommonJS GET, same run'
const MEMORY_HOOK = fileURLToPath(new URL('report-memory.mjs', import.meta.url))

/** Measures cold start and memory in `rounds` rounds. */
export async function measureColdStart(rounds: number): Promise<readonly Figure[]> {
  const entra = await startEntra({ tenant: TENANT, clientId: CLIENT_ID, secret: 'bench' })
  const simulator = await startSimulator()
  const url = simulator.origin + PATH
  const { token: _token, ...place } = simulator.inputs
  const signIn = {
    'client-id': CLIENT_ID,
    'tenant-id': TENANT,
    'client-secret': 'bench',
    'authority-host': entra.origin
  }
  const bare: RunActionOptions = {
    entry: 'bench/bare-get.cjs',
    inputs: {},
    env: { BENCH_URL: url }
  }
  const token: RunActionOptions = { inputs: { ...simulator.inputs, method: 'GET', url } }
  const secret: RunActionOptions = {
    inputs: { ...place, ...signIn, method: 'PUT', url, body: '{"location":"westeurope"}' },
    env: { NODE_EXTRA_CA_CERTS: entra.caFile }
  }
  try {
    // The group has to be there before it is read, and the first runs warm the disk cache.
    for (const options of [secret, token, bare]) await measure(options)
    const ratios = { token: [] as number[], secret: [] as number[] }
    for (let round = 0; round < rounds; round += 1) {
      const limit = (await measure(bare)).durationMs
      ratios.token.push((await measure(token)).durationMs / limit)
      ratios.secret.push((await measure(secret)).durationMs / limit)
    }
    const memory = (await measurePeak(token)) / (await measurePeak(bare))
    return [
      figure('cold start: token + GET, wall', median(ratios.token), 1.6),
      figure('cold start: secret + PUT, wall', median(ratios.secret), 3.4),
      figure('memory: token + GET, peak', memory, 1.5)
    ]
  } finally {
    await simulator.close()
    await entra.close()
  }
}

function figure(what: string, measured: number, bar: number): Figure {
  return { what, measured, bar, reference: REFERENCE }
}

async function measure(options: RunActionOptions): Promise<ActionRun> {
  const run = await runAction(options)
  if (run.exitCode !== 0) throw new Error(`the measured run failed:\n${run.stdout}${run.stderr}`)
  return run
}

async function measurePeak(options: RunActionOptions): Promise<number> {
  const env = { ...options.env, NODE_OPTIONS: `--import ${MEMORY_HOOK}` }
  const { stderr } = await measure({ ...options, env })
  const peak = /peak (\d+) KiB/.exec(stderr)?.[1]
  if (peak === undefined) throw new Error('the measured run told no peak')
  return Number(peak)
}
