/** `npm run simulator`: serves by itself, says how it is used, and stops when asked to. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ROUTES, SPOILING_HEADERS } from '../../simulator/routes.ts'
import { RealClock, startSimulator } from '../../simulator/simulator.ts'

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
  [['--port', 'x'], 2, "--port must be a number from 0 to 65535, got 'x'"],
  [['--speed', '0'], 2, "--speed must be a number above 0, got '0'"],
  [['--fast'], 2, 'There is no option --fast'],
  [['8080'], 2, "Nothing stands without a name, got '8080'"]
])('answers %j', async (options, code, text) => {
  const served = serve(...options)
  expect(await served.ended).toBe(code)
  expect(served.text).toContain(text)
})

describe('what it says of itself', () => {
  const lines = ROUTES.flatMap(({ methods, path }) =>
    methods.split(' ').map((method) => [method, path] as const)
  )

  it.each(lines)('answers %s %s', async (method, path) => {
    const filled = (
      path.startsWith('/') ? path : `/subscriptions/1/resourceGroups/rg/providers/${path}`
    )
      .replaceAll('{namespace}', 'Microsoft.Cache')
      .replaceAll('{type}', 'redis')
      .replace(/\{(\w+)\}/g, 'a$1')
    const simulator = await startSimulator({ clock: new RealClock(1_000) })
    try {
      const words = filled.slice(filled.lastIndexOf('/') + 1).split('|')
      for (const word of words) {
        const url = simulator.origin + filled.slice(0, filled.lastIndexOf('/') + 1) + word
        const response = await fetch(`${url}?api-version=2025-04-01`, {
          method,
          headers: { authorization: 'Bearer x' },
          ...(method === 'GET' || method === 'HEAD' ? {} : { body: '{}' })
        })
        const code = /"code":"(\w+)"/.exec(await response.text())?.[1]
        expect([word, code]).not.toEqual([word, 'InvalidResourceType'])
        expect([word, response.status]).not.toEqual([word, 405])
      }
      expect(simulator.unexpected).toEqual([])
    } finally {
      await simulator.close()
    }
  })

  it('tells of every header that spoils', () => {
    const told = SPOILING_HEADERS.map(([header]) => header.split(':')[0])
    const known = readFileSync('simulator/instructions.ts', 'utf8').match(
      /(?<=')x-ms-simulator-[a-z-]+(?=')/g
    )
    expect(told.toSorted()).toEqual([...new Set(known)].toSorted())
  })
})
