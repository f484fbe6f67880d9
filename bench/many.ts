/**
 * `npm run bench:many [-- --counts 1,10,100,1000 --seconds 60]`: many operations in one step against the simulator, beside
 * the same requests in a bare loop. Memory, CPU for each answer, sockets, requests, verdicts and the time that it takes;
 * each operation lasts for 20 polls, so no less than 20 s. Needs a built dist/. Figures of one machine at one time:
 * nothing here fails a build.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isJsonObject, type JsonObject, parseJson, readObject } from '../simulator/json.ts'
import { runAction } from '../simulator/run-action.ts'
import { createLoad, isFailing, type LoadItem } from './many-load.ts'
import { type Figure, renderFigures } from './statistics.ts'

const HOOK = fileURLToPath(new URL('many-hook.mjs', import.meta.url))
const SERVER = fileURLToPath(new URL('many-server.ts', import.meta.url))
const BOUND_MS = 900_000
const POLLS = 20
const LOOP = 'bare loop over @actions/http-client'

/** One process that was measured. */
interface Measured {
  readonly peakMiB: number
  readonly cpuMs: number
  /** Sockets that were open at once. */
  readonly sockets: number
  readonly requests: number
  readonly wallMs: number
}

/** Server of the load, in a process of its own. */
interface LoadServer {
  readonly origin: string
  readonly inputs: Readonly<Record<string, string>>
  /** Requests since the last time. */
  readonly countRequests: () => Promise<number>
  readonly close: () => void
}

async function startServer(): Promise<LoadServer> {
  const child = fork(SERVER)
  const started = await receive(child)
  const texts = Object.entries(readObject(started, 'inputs')).map(([name, value]) => [
    name,
    String(value)
  ])
  return {
    origin: String(started.origin),
    inputs: Object.fromEntries(texts),
    countRequests: async () => {
      child.send('count')
      return Number((await receive(child)).requests)
    },
    close: () => child.disconnect()
  }
}

async function receive(child: ChildProcess): Promise<JsonObject> {
  const [message]: unknown[] = await once(child, 'message')
  return parseObject(JSON.stringify(message))
}

function parseObject(text: string): JsonObject {
  const value = parseJson(text)
  if (!isJsonObject(value)) throw new Error(`no object: ${text}`)
  return value
}

type Run = Awaited<ReturnType<typeof runAction>>

async function measure(run: Run, server: LoadServer): Promise<Measured> {
  const told = /^measured (.*)$/m.exec(run.stderr)?.[1]
  if (told === undefined) throw new Error(`the measured run failed:\n${run.stdout}${run.stderr}`)
  const { peakMiB, cpuMs, sockets } = parseObject(told)
  const [requests, wallMs] = [await server.countRequests(), run.durationMs]
  return {
    peakMiB: Number(peakMiB),
    cpuMs: Number(cpuMs),
    sockets: Number(sockets),
    requests,
    wallMs
  }
}

const HOOKED = { env: { NODE_OPTIONS: `--import ${HOOK}` }, boundMs: BOUND_MS }

/** The step itself, and how many of its operations were told wrongly. */
async function runStep(items: readonly LoadItem[], seconds: number, server: LoadServer) {
  const inputs = {
    ...server.inputs,
    'requests-file': 'requests.json',
    'poll-interval': String(seconds / POLLS),
    'fail-fast': 'false',
    timeout: '14m'
  }
  const workspaceFiles = { 'requests.json': JSON.stringify(items) }
  const run = await runAction({ ...HOOKED, inputs, workspaceFiles })
  const measured = await measure(run, server)
  if (run.outputs.results === undefined) throw new Error(`the step failed:\n${run.stdout}`)
  const results = parseObject(run.outputs.results)
  const wrong = items.filter(({ name }, index) => {
    const { status = 'Succeeded' } = readObject(results, name)
    return status !== (isFailing(index) ? 'Failed' : 'Succeeded')
  })
  return { ...measured, wrong: wrong.length }
}

async function runLoop(
  items: readonly LoadItem[],
  seconds: number,
  server: LoadServer
): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-many-'))
  try {
    const path = join(folder, 'requests.json')
    await writeFile(path, JSON.stringify(items))
    const env = {
      ...HOOKED.env,
      BENCH_REQUESTS: path,
      BENCH_TOKEN: server.inputs.token ?? '',
      BENCH_INTERVAL_MS: String((seconds * 1_000) / POLLS)
    }
    return await measure(
      await runAction({ ...HOOKED, entry: 'bench/bare-many.mjs', inputs: {}, env }),
      server
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function measureCount(count: number, seconds: number, server: LoadServer) {
  const items = createLoad(count, server.origin, seconds)
  const step = await runStep(items, seconds, server)
  const again = createLoad(count, server.origin, seconds, `again${count}-`)
  return { count, step, loop: await runLoop(again, seconds, server) }
}

type Many = Awaited<ReturnType<typeof measureCount>>

function toFigures({ count, step, loop }: Many, one: Many): readonly Figure[] {
  const what = (text: string) => `${count}: ${text}`
  // What each process costs before its first answer is that of one operation.
  const cpu = (measured: Measured, first: Measured) =>
    (measured.cpuMs - first.cpuMs) / Math.max(1, measured.requests - first.requests)
  const figures: readonly Figure[] = [
    { what: what('verdicts that are wrong'), measured: step.wrong, bar: 0, reference: 'the load' },
    {
      what: what('memory, peak in MiB'),
      measured: step.peakMiB,
      bar: 250,
      reference: `${LOOP}: ${loop.peakMiB.toFixed(0)}`
    },
    { what: what('sockets at once'), measured: step.sockets, bar: 64, reference: LOOP },
    {
      what: what('requests for each operation'),
      measured: step.requests / count,
      bar: 25,
      reference: `${LOOP}: ${(loop.requests / count).toFixed(1)}`
    },
    {
      what: what('wall ÷ that of one operation'),
      measured: step.wallMs / one.step.wallMs,
      bar: 1.25,
      reference: `${LOOP}: ${(loop.wallMs / one.loop.wallMs).toFixed(2)}`
    }
  ]
  if (count < 100) return figures
  const ratio = cpu(step, one.step) / cpu(loop, one.loop)
  return [
    ...figures,
    { what: what('CPU for each answer'), measured: ratio, bar: 2.2, reference: `${LOOP}, same run` }
  ]
}

/** Measures each number of operations, whose time is 20 polls of this many seconds in all. */
export async function measureMany(
  counts: readonly number[] = [1, 10, 100, 1_000],
  seconds = 60
): Promise<readonly Figure[]> {
  const server = await startServer()
  const figures: Figure[] = []
  try {
    const one = await measureCount(1, seconds, server)
    for (const count of counts) {
      const many = count === 1 ? one : await measureCount(count, seconds, server)
      figures.push(...toFigures(many, one))
    }
    return figures
  } finally {
    server.close()
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      counts: { type: 'string', default: '1,10,100,1000' },
      seconds: { type: 'string', default: '60' }
    }
  })
  const counts = values.counts.split(',').map(Number)
  console.log(renderFigures(await measureMany(counts, Number(values.seconds))))
}
