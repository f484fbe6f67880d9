/**
 * The named reference of many operations: the same requests in a bare loop over the package that the action sends them
 * with, each answer parsed. Knows of no fault, limit, token, secret or log.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpClient } from '@actions/http-client'

const { BENCH_REQUESTS = '', BENCH_TOKEN = '', BENCH_INTERVAL_MS = '1000' } = process.env
const options = { keepAlive: true, maxSockets: 64, allowRedirects: false, allowRetries: false }
const client = new HttpClient('bare', [], options)
const TERMINAL = /^(?:Succeeded|Failed|Canceled)$/

async function exchange(method, url, headers, body) {
  const own = { ...headers, accept: 'application/json', authorization: `Bearer ${BENCH_TOKEN}` }
  const content = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await client.request(method, url, body ?? null, { ...own, ...content })
  const text = await answer.readBody()
  const value = text === '' ? undefined : JSON.parse(text)
  return { status: answer.message.statusCode, headers: answer.message.headers, value }
}

async function follow({ method, url, headers, body }) {
  const first = await exchange(method, url, headers, JSON.stringify(body))
  const monitor = first.headers['azure-asyncoperation'] ?? first.headers['operation-location']
  const { location } = first.headers
  const polled = monitor ?? location ?? url
  for (;;) {
    await sleep(Number(BENCH_INTERVAL_MS))
    const answer = await exchange('GET', polled, headers)
    const state = answer.value?.status ?? answer.value?.properties?.provisioningState
    const isOver =
      monitor === undefined && location !== undefined ? answer.status !== 202 : TERMINAL.test(state)
    if (!isOver) continue
    if (state === 'Succeeded' && polled !== url) await exchange('GET', url, headers)
    return
  }
}

await Promise.all(JSON.parse(readFileSync(BENCH_REQUESTS, 'utf8')).map(follow))
client.dispose()
