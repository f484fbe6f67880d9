/**
 * Starts the simulator in the background of a job, on any platform, and gives its address and process as the outputs
 * `origin` and `pid`. The runner ends it with the job, after the post steps.
 */
import { spawn } from 'node:child_process'
import { appendFileSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A hundred simulated seconds pass in one, Retry-After included. */
const SPEED = 100
const START_MS = 30_000
const LOOK_EVERY_MS = 100

const { GITHUB_OUTPUT = '', RUNNER_TEMP = tmpdir() } = process.env

/** The first address that the simulator prints. */
async function waitForOrigin(log: string): Promise<string> {
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += LOOK_EVERY_MS) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(readFileSync(log, 'utf8')) ?? []
    if (origin !== undefined) return origin
    await sleep(LOOK_EVERY_MS)
  }
  throw new Error(`the simulator did not start:\n${readFileSync(log, 'utf8')}`)
}

const log = join(RUNNER_TEMP, `simulator-${process.pid}.log`)
const file = openSync(log, 'w')
const child = spawn(process.execPath, ['simulator/serve.ts', '--speed', String(SPEED)], {
  detached: true,
  windowsHide: true,
  stdio: ['ignore', file, file]
})
child.unref()
const origin = await waitForOrigin(log)
const outputs = `origin=${origin}\npid=${child.pid}\n`
console.log(outputs)
if (GITHUB_OUTPUT !== '') appendFileSync(GITHUB_OUTPUT, outputs)
