// How long the action takes from nothing to its end, beside the least that Node.js can do: one GET with `http`, in
// CommonJS. A token, a client secret and GitHub OIDC, each with one request that is answered at once, by
// servers on this machine. The variants take turns, and a ratio is taken within a round: absolute times move with the
// load of the machine, ratios hardly do.
//
//   node bench/cold-start.mjs [--rounds 15] [--check]
//
// --check fails when a ratio is over its bar. Needs Node.js 24 and a built dist/.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import {
  CLIENT_ID,
  SECRET,
  startSignInServers,
  TENANT_ID
} from '../__fixtures__/sign-in-servers.ts'
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'

const DEFAULT_ROUNDS = 15
/** Wall over the bare GET. */
const MAX_RATIOS = { token: 1.6, 'client secret + PUT': 3.4 }

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
    check: { type: 'boolean', default: false }
  }
})

const folder = mkdtempSync(join(tmpdir(), 'cold-start-'))
const servers = await startSignInServers()
try {
  const variants = createVariants()
  // One round that does not count: files get into the cache of the machine.
  await runRound(variants)
  const rounds = []
  for (let round = 0; round < Number(options.rounds); round += 1) {
    rounds.push(await runRound(variants))
  }
  report(Object.keys(variants), rounds)
} finally {
  await servers.close()
  rmSync(folder, { recursive: true, force: true })
}

function createVariants() {
  const groups = `/subscriptions/${SUBSCRIPTION_ID}/resourcegroups`
  const path = `${groups}?api-version=2021-04-01`
  const { token } = servers.entra.issueToken('bench')
  const bare = join(folder, 'bare.cjs')
  const headers = JSON.stringify({ authorization: `Bearer ${token}` })
  writeFileSync(
    bare,
    `require('http').get('${servers.arm.origin}${path}', { headers: ${headers} }, (answer) => answer.resume())`
  )
  const get = { method: 'GET', url: path }
  const group = `${groups}/bench?api-version=2021-04-01`
  const put = { method: 'PUT', url: group, body: '{"location":"westeurope"}' }
  const ids = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
  const action = (inputs, env = {}) => ({
    entry: join('dist', 'index.js'),
    env: { ...servers.environment, ...env, ...toVariables({ ...servers.inputs, ...inputs }) }
  })
  return {
    'bare GET': { entry: bare, env: {} },
    token: action({ ...get, token }),
    'client secret': action({ ...get, ...ids, 'client-secret': SECRET }),
    'client secret + PUT': action({ ...put, ...ids, 'client-secret': SECRET }),
    'GitHub OIDC': action({ ...get, ...ids }, servers.github.environment)
  }
}

function toVariables(inputs) {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  )
}

async function runRound(variants) {
  const times = {}
  for (const [name, variant] of Object.entries(variants)) times[name] = await runOnce(name, variant)
  return times
}

/** Milliseconds from the start of the process to the request that the resource manager gets, and to its end. */
async function runOnce(name, { entry, env }) {
  const before = servers.arm.requests.length
  const [output, summary] = ['output', 'summary'].map((file) => join(folder, file))
  for (const file of [output, summary]) writeFileSync(file, '')
  const runner = { GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary, RUNNER_TEMP: folder }
  const startedAt = performance.timeOrigin + performance.now()
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, HOME: folder, GITHUB_WORKSPACE: folder, ...runner, ...env },
    stdio: ['ignore', 'pipe', 'inherit']
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  const wallMs = performance.timeOrigin + performance.now() - startedAt
  const [request] = servers.arm.requests.slice(before)
  if (code !== 0 || request === undefined) throw new Error(`${name} failed: ${code}\n${stdout}`)
  return { firstMs: request.at - startedAt, wallMs }
}

function report(names, rounds) {
  console.log(`Medians of ${rounds.length} rounds; ratios are to the bare GET of the same round.\n`)
  console.log('| variant | request after, ms | end after, ms | request ÷ bare | end ÷ bare | bar |')
  console.log('| --- | --- | --- | --- | --- | --- |')
  const tooSlow = []
  for (const name of names) {
    const pick = (field) => median(rounds.map((round) => round[name][field]))
    const ratio = (field) =>
      median(rounds.map((round) => round[name][field] / round['bare GET'][field]))
    const bar = MAX_RATIOS[name]
    if (bar !== undefined && ratio('wallMs') > bar) tooSlow.push(name)
    const cells = [
      name,
      pick('firstMs').toFixed(0),
      pick('wallMs').toFixed(0),
      ratio('firstMs').toFixed(2),
      ratio('wallMs').toFixed(2),
      bar ?? ''
    ]
    console.log(`| ${cells.join(' | ')} |`)
  }
  if (!options.check || tooSlow.length === 0) return
  console.error(`over the bar: ${tooSlow.join(', ')}`)
  process.exitCode = 1
}

function median(values) {
  const sorted = [...values].sort((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
