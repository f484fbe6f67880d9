/** `npm run simulator`: serves by itself, says how it is used, and stops when asked to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'

const SERVE = fileURLToPath(new URL('../../simulator/serve.ts', import.meta.url))

interface Served {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  text: string
}

function serve(...options: string[]): Served {
  const child = spawn(process.execPath, [SERVE, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const ended = new Promise<number | null>((finish) => {
    child.once('close', (code) => finish(code))
  })
  const served: Served = { child, ended, text: '' }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      served.text += text
    })
  }
  return served
}

it('serves with the speed it is told, prints the inputs, and stops on SIGINT', async () => {
  const served = serve('--speed', '100')
  await expect.poll(() => served.text, { timeout: 60_000 }).toContain('token: ')
  const origin = /resource-manager-endpoint: (\S+)/.exec(served.text)?.[1]
  for (const name of ['environment: custom', 'resource-manager-audience: ', 'authority-host: ']) {
    expect(served.text).toContain(name)
  }
  const path = '/subscriptions/1/resourceGroups/rg?api-version=2021-04-01'
  const headers = { authorization: 'Bearer x' }
  const body = '{"location":"westeurope"}'
  await fetch(origin + path, { method: 'PUT', headers, body })
  const accepted = await fetch(origin + path, { method: 'DELETE', headers })
  expect(accepted.headers.get('retry-after')).toBe('1')
  served.child.kill('SIGINT')
  expect(await served.ended).toBe(0)
})

it.each([
  [['--help'], 0, 'Usage: '],
  [['--port', 'x'], 1, "--port must be a number from 0 to 65535, got 'x'"],
  [['--speed', '0'], 1, "--speed must be a number above 0, got '0'"],
  [['--fast'], 1, '--fast']
])('answers %j', async (options, code, text) => {
  const served = serve(...options)
  expect(await served.ended).toBe(code)
  expect(served.text).toContain(text)
})
