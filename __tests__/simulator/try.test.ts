/** `npm run try`: the built action against a simulator, from a terminal. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { showRequests, showUrl } from '../../simulator/show-requests.ts'
import { showStep } from '../../simulator/show-step.ts'
import { RealClock, type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { readSpoiling, SPOIL_LINES } from '../../simulator/spoil.ts'
import { readTryOptions, SIMULATOR_VARIABLE } from '../../simulator/try-options.ts'
import { runScript } from './tool.ts'

const START =
  '/subscriptions/{subscriptionId}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/web-1/start'

it('shows log, outputs, summary, requests, effects and the step, and ends as the job does', async () => {
  const { code, stdout, stderr } = await runScript('try', [
    ...['post', START, '--api-version', '2024-07-01', '--poll-interval', '0.05'],
    ...['--speed', '1000', '--spoil', '503@2', '--input', 'outputs=state: status']
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const text of [
    '\nSigned in with token',
    '\n▼ Request\n',
    '\nstatus: Succeeded\n',
    '\nstate: Succeeded\n',
    '## ✅ Start of `web-1` succeeded',
    '\n  1  POST /subscriptions/',
    '/start?api-version=2024-07-01\n  2  GET ',
    '&s=…&h=…  ← 503\n  3  GET ',
    '\nvm-start /subscriptions/',
    '\n    method: POST\n'
  ]) {
    expect(stdout).toContain(text)
  }
  expect(stdout).toContain('\n      resume: armop…\n')
})

describe('with a simulator that runs', () => {
  let simulator: Simulator
  let folder = ''
  beforeAll(async () => {
    simulator = await startSimulator({ clock: new RealClock(1_000), retryAfterSeconds: 0 })
    folder = await mkdtemp(join(tmpdir(), 'try-'))
  })
  afterAll(() => simulator.close())

  it('plays a list out of the folder it is called in, and fails as the job does', async () => {
    const items = `- name: group
  method: DELETE
  url: /subscriptions/1/resourceGroups/none
  api-version: 2021-04-01
- name: machine
  method: POST
  url: ${START}
  api-version: 2024-07-01
`
    await writeFile(join(folder, 'requests.yml'), items)
    const args = ['--requests', 'requests.yml', '--response-file', 'answers.json']
    const env = { [SIMULATOR_VARIABLE]: simulator.origin }
    const { code, stdout } = await runScript('try', args, { folder, env })
    expect(code, stdout).toBe(1)
    expect(stdout).toContain(`Against the simulator on ${simulator.origin} (running).`)
    expect(stdout).toContain('\n    requests-file: requests.yml\n')
    expect(simulator.ledger.count('vm-start')).toBe(1)
    expect(await readFile(join(folder, 'answers.json'), 'utf8')).toContain('"machine"')
  })
})

it.each([
  [['--help'], 0, 'Usage: npm run try -- METHOD URL'],
  [['GET', '/x', '--simulator', 'http://127.0.0.1:1'], 2, 'No simulator answers on'],
  [['GET', '/x', '--api-verion', '1'], 2, 'did you mean --api-version?']
])('answers %j with the exit code %i', async (args, code, text) => {
  const run = await runScript('try', args)
  expect(run.code).toBe(code)
  expect(run.stdout + run.stderr).toContain(text)
})

describe('what is asked for', () => {
  const declared = ['method', 'url', 'headers', 'outputs', 'requests', 'requests-file', 'token']
  const read = (...args: string[]) =>
    readTryOptions(args, { declared, simulator: undefined, folder: tmpdir() })

  it.each<[string[], Record<string, string>]>([
    [['get', '/x'], { method: 'GET', url: '/x' }],
    [['--url', '/x', '--input', 'method=GET'], { method: 'GET', url: '/x' }],
    [
      ['GET', '/x', '--outputs', 'a: b', '--outputs=c: d'],
      { method: 'GET', url: '/x', outputs: 'a: b\nc: d' }
    ],
    [['--requests=- url: /x'], { requests: '- url: /x' }],
    [['--requests', '[]'], { requests: '[]' }]
  ])('reads %j', (args, inputs) => {
    expect(read(...args)).toEqual({
      inputs,
      simulator: undefined,
      speed: 10,
      spoilings: [],
      isSource: false
    })
  })

  it('reads where, how fast and what goes wrong', () => {
    expect(
      read('GET', '/x', '--simulator', 'http://localhost:1/', '--speed=2', '--spoil', 'html@2-')
    ).toMatchObject({
      simulator: 'http://localhost:1',
      speed: 2,
      spoilings: [{ name: 'html', from: 2, to: Number.POSITIVE_INFINITY }]
    })
  })

  it.each<[string[], string]>([
    [[], 'What is to be tried?'],
    [['--requests', 'not-there.yml'], 'There is no file not-there.yml in '],
    [['GET'], 'A method and a URL are needed'],
    [['/x', 'GET'], 'A method and a URL are needed'],
    [['GET', '/x', '/y'], "'/y' came after"],
    [['GET', '/x', '--input', 'method'], '--input takes NAME=VALUE'],
    [['GET', '/x', '--input', 'nope=1'], '--input takes NAME=VALUE'],
    [['GET', '/x', '--speed', '0'], '--speed must be'],
    [['GET', '/x', '--spoil', 'sleep'], "a fault that --help lists, got 'sleep'"],
    [['GET', '/x', '--token', 't'], 'token cannot be given'],
    [['GET', '/x', '--input', 'token=t'], 'token cannot be given'],
    [['GET', '/x', '--simulator', 'https://management.azure.com'], 'must be like http://127'],
    [['GET', '/x', '--simulator', 'http://127.0.0.1.example'], 'must be like http://127'],
    [['GET', '/x', '--spoil', '-x'], "use '--spoil=-XYZ'"],
    [['GET', '/x', '--url'], "'--url <value>' argument missing"]
  ])('refuses %j', (args, message) => {
    expect(() => read(...args)).toThrow(message)
  })
})

describe('what goes wrong', () => {
  it.each([
    ['reset', 1, 1],
    ['500@3', 3, 3],
    ['404-after@2-5', 2, 5],
    ['huge@2-', 2, Number.POSITIVE_INFINITY]
  ])('reads %s', (text, from, to) => {
    expect(readSpoiling(text)).toMatchObject({ name: text.split('@')[0], from, to })
  })

  it.each(['', '200', 'reset@0', 'reset@3-2', 'reset@-1', 'constructor', 'reset@1-2-3'])(
    'knows no %j',
    (text) => {
      expect(readSpoiling(text)).toBeUndefined()
    }
  )

  it('is all that is listed', () => {
    const names = SPOIL_LINES.flatMap(([names]) => names.replace(' …', '').split(', '))
    expect(names.length).toBeGreaterThan(12)
    for (const name of names) expect(readSpoiling(name), name).toBeDefined()
  })

  it('has a number where no connection was made', () => {
    const sent = [{ method: 'GET', path: '/x' }]
    const spoilings = ['refuse', 'reset@2'].flatMap((text) => readSpoiling(text) ?? [])
    expect(showRequests(sent, spoilings)).toBe(
      '  1  (no connection)  ← refuse\n  2  GET /x  ← reset'
    )
  })
})

it.each([
  ['/x', '/x'],
  ['/x?api-version=2024-07-01', '/x?api-version=2024-07-01'],
  ['/x?API-Version=1&sig=abc%3D&t', '/x?API-Version=1&sig=…&t'],
  ['https://h/x?api-version=a<b&s=1?2', 'https://h/x?api-version=…&s=…']
])('shows of the query of %s only what is no secret', (url, shown) => {
  expect(showUrl(url)).toBe(shown)
})

it('writes a step without what only a simulator understands', () => {
  const headers = 'x-ms-simulator-seconds: 3\nIf-Match: *'
  expect(showStep({ method: 'GET', wait: 'true', headers, body: 'a: 1\nb: 2' })).toBe(
    `# azure/login comes first
- uses: arm-operation/arm-operation@v0
  with:
    method: GET
    wait: "true"
    headers: "If-Match: *"
    body: |-
      a: 1
      b: 2`
  )
  expect(showStep({ method: 'GET', headers: 'x-ms-simulator-seconds: 3' })).not.toContain('headers')
})
