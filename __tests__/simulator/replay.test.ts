/** `npm run replay`: a conversation that somebody has written down, its format, and what is said of it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findDifferences, listRequests } from '../../simulator/judge-replay.ts'
import type { Exchange } from '../../simulator/play-recording.ts'
import { readRecording } from '../../simulator/recording.ts'
import { findWrittenSecrets, hideWrittenSecrets } from '../../simulator/written-secrets.ts'
import { runScript } from './tool.ts'

const GUIDE = readFileSync('docs/replay.md', 'utf8')
const EXAMPLE = /^```yaml\n(.*?)^```$/ms.exec(GUIDE)?.[1] ?? ''
const ID = '/subscriptions/1/resourceGroups/rg/providers/Microsoft.Cache/redis/cart'
const URL = 'https://management.azure.com/subscriptions/1/providers/Microsoft.Cache/operations/7'
const JWT = `eyJ${'a'.repeat(20)}.${'b'.repeat(20)}.${'c'.repeat(20)}`

it('plays the example of the guide from standard input, as it expects', async () => {
  const { code, stdout, stderr } = await runScript('replay', ['-'], { input: EXAMPLE })
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' })
  for (const text of [
    'A cache whose status URL breaks off once',
    '\n--- Exchanges, by the clock of the action ---\n    0.0 s  PUT https://management.azure.com/',
    '  (first)\n',
    '  (status-url)\n             no answer\n',
    '\n--- Verdict ---\nSucceeded: decided by status-url, after ',
    ' s and 24 requests; exit code 0\n',
    '\n--- Expected ---\nAs expected.\n'
  ]) {
    expect(stdout).toContain(text)
  }
})

it('tells a difference, what is missing, and no secret', async () => {
  const input = `request: |
  2026-11-26T19:11:08.1234567Z 19:11:08  POST ${ID}/restart?api-version=2024-03-01
  2026-11-26T19:11:08.1234567Z   Correlation ID  8bc5c93c-07b9-4881-a67e-3ff76d0c0e57
  2026-11-26T19:11:09.1234567Z 19:11:09  HTTP 202
  2026-11-26T19:11:09.1234567Z   Request ID      c76c7a66-cb8b-4c28-9b24-62319807229c
first: { headers: { Location: '${URL}?sig=0123456789abcdef0123' } }
polls:
  location: { status: 200, body: { properties: { note: 'Bearer ${JWT}' } } }
  /never: 404
expect: { status: Failed, request-id: c76c7a66-cb8b-4c28-9b24-62319807229c, requests: [first, location] }
`
  const { code, stdout, stderr } = await runScript('replay', ['--source', '-'], { input })
  expect(code, stdout + stderr).toBe(1)
  expect(stdout).toContain('\nNOT as expected:\n  status: expected Failed, was Succeeded\n')
  expect(stdout).not.toContain('  request-id:')
  expect(stdout).toMatch(/^standard input$/m)
  expect(stdout).toContain('Never asked for: /never\n')
  expect(stdout).not.toContain(JWT)
  expect(stdout).not.toMatch(/armop\d/)
  expect(stdout).not.toContain('0123456789abcdef0123')
  expect(stderr).toContain('line 6 holds what looks like a signature in a URL.')
  expect(stderr).toContain('line 8 holds what looks like a token.')
})

it.each([
  [['--help'], '', 0, 'Usage: npm run replay -- FILE'],
  [[], '', 2, 'A FILE is needed'],
  [['not-there.yml'], '', 2, 'There is no file not-there.yml in '],
  [['-'], 'request: GET /x', 2, '-: first is missing'],
  [['-'], `request: GET /x\nfirst: Bearer ${JWT}`, 2, "begins with HTTP, got 'Bearer ***'"],
  [['-'], `request: GET /x\nfirst: 200\n${JWT}: 1`, 2, "There is no '***' in a conversation"]
])('answers %j with %j on its input', async (args, input, code, text) => {
  const run = await runScript('replay', args, { input })
  expect(run.code).toBe(code)
  expect(run.stdout + run.stderr).toContain(text)
})

describe('the format', () => {
  const read = (text: string) => readRecording(text, 'name')

  it('is read with its defaults', () => {
    expect(read(`request: PUT ${ID}\nfirst: 200`)).toEqual({
      title: 'name',
      inputs: { method: 'PUT', url: ID, body: '{}' },
      calls: [
        {
          label: 'first',
          method: 'PUT',
          url: ID,
          answers: [{ status: 200, headers: {}, body: '' }]
        }
      ]
    })
  })

  it('takes the log as it stands', () => {
    const request = `Signed in with token, because token is given
▼ Request
  19:11:08  PUT ${ID}?api-version=1
    Correlation ID  8bc5c93c-07b9-4881-a67e-3ff76d0c0e57
    Portal          https://portal.azure.com/#@/resource${ID}
  19:11:09  HTTP 201
    Request ID      c76c7a66-cb8b-4c28-9b24-62319807229c
  19:11:09  Creating
▼ How to resume
  To wait for it in another step, job or run:
`
    const { inputs, calls } = read(JSON.stringify({ request }))
    expect(inputs).toMatchObject({ method: 'PUT', url: `${ID}?api-version=1` })
    expect(calls[0]?.answers).toEqual([
      {
        status: 201,
        headers: {
          'x-ms-correlation-request-id': '8bc5c93c-07b9-4881-a67e-3ff76d0c0e57',
          'x-ms-request-id': 'c76c7a66-cb8b-4c28-9b24-62319807229c'
        },
        body: ''
      }
    ])
  })

  it('may be JSON', () => {
    const file = { request: `DELETE ${ID}`, inputs: { wait: false, body: { a: 1 } }, first: [204] }
    expect(read(JSON.stringify(file)).inputs).toEqual({
      method: 'DELETE',
      url: ID,
      wait: 'false',
      body: '{"a":1}'
    })
  })

  it.each<[string, string, Record<string, unknown>]>([
    [
      'a text',
      'HTTP/1.1 409 Conflict\n  X-A: b:c\n\n  {"a": 1}',
      { status: 409, body: '{"a": 1}' }
    ],
    ['a text without headers', 'HTTP/2 202', { status: 202, headers: {}, body: '' }],
    [
      'lines of the log',
      '19:11:08  HTTP 201\n    Request ID      7',
      { status: 201, headers: { 'x-ms-request-id': '7' } }
    ]
  ])('takes %s for an answer', (_, answer, parts) => {
    const file = { request: `GET ${ID}`, first: answer }
    expect(read(JSON.stringify(file)).calls[0]?.answers[0]).toMatchObject(parts)
  })

  it('finds what the first answer names, and the resource of an action', () => {
    const file = {
      request: `POST ${ID}/restart?api-version=1`,
      first: { status: 202, headers: { 'Operation-Location': URL, Location: '/l?x=1' } },
      polls: { 'status-url': [202, 'no answer'], location: 200, [`POST ${ID}/stop`]: 200 },
      resource: { status: 200, repeat: 2 }
    }
    const { calls } = read(JSON.stringify(file))
    expect(calls.map(({ label, method, url }) => [label, method, url])).toEqual([
      ['first', 'POST', `${ID}/restart?api-version=1`],
      ['status-url', 'GET', URL],
      ['location', 'GET', '/l?x=1'],
      [`POST ${ID}/stop`, 'POST', `${ID}/stop`],
      ['resource', 'GET', `${ID}?api-version=1`]
    ])
    expect(calls.map(({ answers }) => answers.length)).toEqual([1, 2, 1, 1, 2])
  })

  it.each([
    ['a: [', 'This is no YAML'],
    ['[]', 'A conversation is a mapping'],
    ['{}', 'request must be METHOD URL'],
    ['request: FETCH /x', 'request must be METHOD URL'],
    ['request: GET /x\nanswers: 1', "There is no 'answers'"],
    ['request: GET /x', 'first is missing'],
    ['request: GET /x\nfirst: 99', 'first needs a status'],
    ['request: GET /x\nfirst: { headers: {} }', 'first needs a status'],
    ['request: GET /x\nfirst: { code: 200 }', 'first.code: an answer has status'],
    ['request: GET /x\nfirst: hello', 'An answer begins with HTTP'],
    ['request: GET /x\nfirst: null', 'first must be a status'],
    ['request: GET /x\nfirst: []', 'first has no answer'],
    ['request: GET /x\nfirst: [200, { status: 200, repeat: 0 }]', 'first[1].repeat must be'],
    ['request: GET /x\nfirst: { status: 200, headers: { a: … } }', 'first.headers.a has what'],
    ['request: GET /x\nfirst: 200\npolls: { status-url: 200 }', 'has no header that names it'],
    ['request: GET /x\nfirst: 200\npolls: { http://x: 200 }', 'a poll is status-url, location'],
    ['request: GET /x\nfirst: 200\ninputs: { token: x }', 'inputs.token: a conversation signs'],
    ['inputs: { resume: x }', 'A conversation needs answers']
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message)
  })
})

describe('the judgement', () => {
  const exchange = (label: string | undefined): Exchange => ({
    label,
    method: 'GET',
    host: 'h',
    path: '/x?y=1',
    at: 0,
    answer: undefined
  })
  const exchanges = ['first', 'status-url', 'status-url', undefined].map(exchange)

  it('folds neighbours', () => {
    expect(listRequests(exchanges)).toEqual(['first', 'status-url x2', 'GET /x'])
  })

  it.each<[Record<string, unknown>, string[]]>([
    [{ outputs: { status: 'Failed', changes: { a: 1 } }, exitCode: 1, log: ['lost'] }, []],
    [{ outputs: { status: 'Unknown' } }, ['status: expected Unknown, was Failed']],
    [{ outputs: { nothing: '' } }, []],
    [{ outputs: { nothing: 1 } }, ['nothing: expected 1, was empty']],
    [{ exitCode: 0 }, ['exit-code: expected 0, was 1']],
    [{ log: ['found'] }, ['log: nothing says found']],
    [{ requests: ['first', 'status-url +', 'GET /x +'] }, []],
    [{ requests: ['first'] }, ['requests: expected first; were first, status-url x2, GET /x']]
  ])('of %j is %j', (expected, differences) => {
    const run = {
      exitCode: 1,
      stdout: 'The answer was lost',
      outputs: { status: 'Failed', changes: '{ "a": 1 }' }
    }
    expect(findDifferences({ run, exchanges }, { outputs: {}, log: [], ...expected })).toEqual(
      differences
    )
  })
})

it.each([
  [`Authorization: Bearer ${'x'.repeat(30)}`, 'Authorization: ***'],
  [JWT, '***'],
  [
    `${URL}?api-version=1&t=638000000000000000&c=${'C'.repeat(40)}`,
    `${URL}?api-version=1&t=***&c=***`
  ],
  [`"AccountKey=${'k'.repeat(86)}==;EndpointSuffix"`, '"AccountKey=***;EndpointSuffix"']
])('hides %s', (text, hidden) => {
  expect(hideWrittenSecrets(text)).toBe(hidden)
  expect(findWrittenSecrets(`\n${text}`)[0]?.line).toBe(2)
})

it.each([
  ['a mark', `${URL}?sig=***`],
  ['an ID', '00000000-0000-0000-0000-000000000000'],
  ['a word', 'token: none'],
  ['the example', EXAMPLE]
])('leaves %s as it is', (_, text) => {
  expect(hideWrittenSecrets(text)).toBe(text)
  expect(findWrittenSecrets(text)).toEqual([])
})
