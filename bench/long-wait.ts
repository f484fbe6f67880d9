/**
 * Six hours of polls, one each second, over real connections and on a clock that jumps; each answer names another
 * polling URL of 4 KB. What a run keeps of each poll shows in the heap.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createInputs } from '../__fixtures__/inputs.ts'
import { CORRELATION_ID, HIDING_NOTHING, startRun } from '../__fixtures__/run.ts'
import { chooseTracing, createArmClient } from '../src/arm/client.ts'
import { readCloud } from '../src/arm/clouds.ts'
import { createHttp } from '../src/http/http.ts'
import { createLog } from '../src/runner/log.ts'
import type { Figure } from './statistics.ts'

const POLLS = 21_600
/** Until everything has been compiled and cached that ever is. */
const WARM_UP_POLLS = 2_000
const URL_BYTES = 4_000
const MIB = 1_048_576
const MAX_GROWTH_MIB = 2

/** Measures the heap at the begin and at the end of the wait. */
export async function measureLongWait(): Promise<readonly Figure[]> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const readHeap = () => {
    collect()
    return process.memoryUsage().heapUsed / MIB
  }
  let polls = 0
  let firstMiB = 0
  let lastMiB = 0
  const server = createServer((request, response) => {
    request.resume()
    if (request.method === 'GET') polls += 1
    if (polls === WARM_UP_POLLS) firstMiB = readHeap()
    if (polls === POLLS) lastMiB = readHeap()
    const isOver = polls > POLLS
    const next = `http://${request.headers.host}/poll?api-version=1&n=${polls}&`.padEnd(
      URL_BYTES,
      'x'
    )
    const headers = isOver ? {} : { location: next, 'retry-after': '1' }
    response.writeHead(isOver ? 204 : 202, headers).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  let nowMs = 0
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms
    }
  }
  const http = createHttp('bench/1', clock.now)
  const url = `${origin}/subscriptions/00000000-0000-4000-8000-000000000000/resourceGroups/a/providers/Contoso.A/b/c/restart?api-version=1`
  const tracing = chooseTracing({}, CORRELATION_ID)
  const tokens = { canRefresh: false, getToken: async () => 'token' }
  const trust = { origin, subdomains: false }
  const client = createArmClient({ http, tokens, trust, tracing, headers: {}, requestUrl: url })
  const silent = { info: () => {}, warning: () => {}, startGroup: () => {}, endGroup: () => {} }
  try {
    const cloud = await readCloud({
      environment: 'custom',
      endpoint: origin,
      audience: '',
      authorityHost: ''
    })
    const inputs = createInputs({ method: 'POST', url, cloud, timeoutMs: 2 * POLLS * 1_000 })
    const { write: observe } = createLog(silent, HIDING_NOTHING)
    await startRun({ inputs, client, clock, observe })
  } finally {
    http.close()
    server.closeAllConnections()
    server.close()
  }
  if (polls <= POLLS) throw new Error(`the wait ended after ${polls} polls`)
  return [
    {
      what: `heap after ${POLLS} polls, MiB more`,
      measured: lastMiB - firstMiB,
      bar: MAX_GROWTH_MIB,
      reference: `after ${WARM_UP_POLLS} polls: ${firstMiB.toFixed(1)} MiB`
    }
  ]
}
