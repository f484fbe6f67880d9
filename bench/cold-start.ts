/**
 * How long the action takes from nothing to its end, against the least that Node.js can do: one GET with `http`, in
 * CommonJS. A token, a client secret and GitHub OIDC, each with one request that is answered at once, by servers on
 * this machine. The variants take turns, and a ratio is taken within a round: absolute times move with the load of the
 * machine, ratios hardly do. A part of `npm run bench`; in more detail by itself:
 *
 *   node bench/cold-start.ts [--rounds 15] [--check]
 *
 * --check fails when a ratio is over its bar. Needs Node.js 24 and a built dist/.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import {
  CLIENT_ID,
  SECRET,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../__fixtures__/sign-in-servers.ts'
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { BARE_GET, type Figure, median } from './statistics.ts'

const GROUPS = `/subscriptions/${SUBSCRIPTION_ID}/resourcegroups`
const API_VERSION = 'api-version=2021-04-01'
const GROUP_BODY = '{"location":"westeurope"}'
const BARE_ENTRY = fileURLToPath(new URL('bare-get.cjs', import.meta.url))
const ACTION_ENTRY = fileURLToPath(new URL('../dist/index.js', import.meta.url))

interface Variant {
  readonly name: string
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
}

/** Milliseconds since the start of the process, or their ratio to those of the bare GET. */
interface Times {
  /** Until the resource manager gets the request. */
  readonly first: number
  /** Until the process has ended. */
  readonly end: number
}

interface Sample {
  readonly times: Times
  /** Over the bare GET of the same round. */
  readonly ratios: Times
}

/** Medians of one variant over all rounds. */
export interface ColdStart extends Sample {
  readonly name: string
}

/** Most that the end of a variant may be, as a ratio. */
const MAX_RATIOS: Readonly<Record<string, number>> = { token: 1.6, 'client secret + PUT': 3.4 }

/** Measures every variant, and the bare GET first, once in each of `rounds` rounds. */
export async function measureColdStart(rounds: number): Promise<readonly ColdStart[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'))
  const servers = await startSignInServers()
  try {
    const variants = createVariants(servers)
    const run = (variant: Variant) => runOnce(variant, servers, folder)
    // One round that does not count: files get into the cache of the machine.
    await runRound(variants, run)
    const measured: (readonly Sample[])[] = []
    for (let round = 0; round < rounds; round += 1) measured.push(await runRound(variants, run))
    return variants.map(({ name }, index) => ({
      name,
      ...summarize(measured.flatMap((samples) => samples[index] ?? []))
    }))
  } finally {
    await servers.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The figures that have a bar. */
export function toFigures(coldStarts: readonly ColdStart[]): readonly Figure[] {
  return coldStarts.flatMap(({ name, ratios }) => {
    const bar = MAX_RATIOS[name]
    const what = `cold start: ${name}, wall`
    return bar === undefined ? [] : [{ what, measured: ratios.end, bar, reference: BARE_GET }]
  })
}

/** The bare GET first: the others are measured against it. */
function createVariants(servers: SignInServers): readonly [Variant, ...Variant[]] {
  const get = { method: 'GET', url: `${GROUPS}?${API_VERSION}` }
  const put = { method: 'PUT', url: `${GROUPS}/bench?${API_VERSION}`, body: GROUP_BODY }
  const ids = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
  const { token } = servers.entra.issueToken('bench')
  const bareEnv = { BENCH_URL: servers.arm.origin + get.url, BENCH_TOKEN: token }
  const action = (name: string, inputs: Record<string, string>, env = {}): Variant => ({
    name,
    entry: ACTION_ENTRY,
    env: { ...servers.environment, ...env, ...toVariables({ ...servers.inputs, ...inputs }) }
  })
  return [
    { name: 'bare GET', entry: BARE_ENTRY, env: bareEnv },
    action('token', { ...get, token }),
    action('client secret', { ...get, ...ids, 'client-secret': SECRET }),
    action('client secret + PUT', { ...put, ...ids, 'client-secret': SECRET }),
    action('GitHub OIDC', { ...get, ...ids }, servers.github.environment)
  ]
}

function toVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  )
}

async function runRound(
  [bare, ...others]: readonly [Variant, ...Variant[]],
  run: (variant: Variant) => Promise<Times>
): Promise<readonly Sample[]> {
  const reference = await run(bare)
  const samples: Sample[] = [{ times: reference, ratios: { first: 1, end: 1 } }]
  for (const variant of others) {
    const times = await run(variant)
    const ratios = { first: times.first / reference.first, end: times.end / reference.end }
    samples.push({ times, ratios })
  }
  return samples
}

function summarize(samples: readonly Sample[]): Sample {
  const middle = (times: readonly Times[]): Times => ({
    first: median(times.map(({ first }) => first)),
    end: median(times.map(({ end }) => end))
  })
  return {
    times: middle(samples.map(({ times }) => times)),
    ratios: middle(samples.map(({ ratios }) => ratios))
  }
}

async function runOnce(variant: Variant, { arm }: SignInServers, folder: string): Promise<Times> {
  const before = arm.requests.length
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')]
  for (const file of [output, summary]) writeFileSync(file, '')
  const runner = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: folder }
  const machine = { PATH: process.env.PATH ?? '', HOME: folder, GITHUB_WORKSPACE: folder }
  const startedAt = readClock()
  const child = spawn(process.execPath, [variant.entry], {
    env: { ...machine, ...runner, ...variant.env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  const [code] = await once(child, 'close')
  const end = readClock() - startedAt
  const request = arm.requests[before]
  if (code !== 0 || request === undefined) {
    throw new Error(`${variant.name} failed: ${code}\n${stdout}`)
  }
  return { first: request.at - startedAt, end }
}

/** Milliseconds since the epoch, as the simulator counts them, and finer than whole ones. */
function readClock(): number {
  return performance.timeOrigin + performance.now()
}

function renderTable(coldStarts: readonly ColdStart[]): string {
  return [
    '| variant | request after, ms | end after, ms | request ÷ bare | end ÷ bare | bar |',
    '| --- | --- | --- | --- | --- | --- |',
    ...coldStarts.map(({ name, times, ratios }) => {
      const inMs = [times.first.toFixed(0), times.end.toFixed(0)]
      const beside = [ratios.first.toFixed(2), ratios.end.toFixed(2)]
      return `| ${[name, ...inMs, ...beside, MAX_RATIOS[name] ?? ''].join(' | ')} |`
    })
  ].join('\n')
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      check: { type: 'boolean', default: false }
    }
  })
  const coldStarts = await measureColdStart(Number(values.rounds))
  console.log(
    `Medians of ${values.rounds} rounds; ratios are to the bare GET of the same round.\n\n${renderTable(coldStarts)}`
  )
  const tooSlow = toFigures(coldStarts).filter(({ measured, bar }) => measured > bar)
  if (!values.check || tooSlow.length === 0) return
  console.error(`over the bar: ${tooSlow.map(({ what }) => what).join('; ')}`)
  process.exitCode = 1
}

if (import.meta.main) await main()
