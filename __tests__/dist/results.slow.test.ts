/**
 * What a run of the built action leaves behind: outputs, response file, job summary and annotation; and that no text
 * of the service becomes more than text in them.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import type { JsonValue, ScriptedAnswer } from '../../simulator/simulator.ts'
import {
  type ActionScenarioRun,
  accepted,
  DEPLOYMENT,
  expectGreen,
  expectRed,
  RESOURCE,
  route,
  runActionScenario,
  STATUS
} from './action.ts'

const DECLARED_OUTPUTS = (readOwnManifest().outputs ?? []).map(({ id }) => id)

/** Plays a PUT that is over with its first answer. */
function playOnce(answer: ScriptedAnswer, inputs: Readonly<Record<string, string>> = {}) {
  return runActionScenario({ routes: [route('PUT', RESOURCE, answer)], inputs })
}

const asText = (body: string): ScriptedAnswer => ({
  body,
  headers: { 'content-type': 'application/json' }
})

describe.concurrent('the outputs', () => {
  it('of a success', async () => {
    const played = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, { ...accepted(), status: 201, body: { id: RESOURCE } }),
        route('GET', STATUS, { body: { status: 'Succeeded' } }),
        route('GET', RESOURCE, asText(`{ "id": "${RESOURCE}", "size": 1.0 }`))
      ]
    })
    expectGreen(played)
    const { run } = played
    expect(run.outputs).toEqual({
      status: 'Succeeded',
      'decided-by': 'status-url',
      'status-code': '200',
      response: `{ "id": "${RESOURCE}", "size": 1.0 }`,
      'response-file': expect.stringContaining(run.temp),
      'resource-id': RESOURCE,
      operation: '',
      'correlation-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'duration-seconds': expect.stringMatching(/^\d(\.\d)?$/),
      'poll-count': '2',
      headers: expect.any(String)
    })
    expect(JSON.parse(run.outputs.headers ?? '')).toMatchObject({
      'content-type': 'application/json',
      'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'x-ms-correlation-request-id': run.outputs['correlation-id']
    })
    // The post step is told that there is nothing left to find out.
    expect(run.state).toEqual({ phase: 'post', run: '' })
  })

  it('of a failure: the whole tree, the root cause, one annotation', async () => {
    const cause = {
      code: 'RequestDisallowedByPolicy',
      target: 'store',
      message: "Resource 'store' was disallowed by policy.",
      additionalInfo: [
        { type: 'PolicyViolation', info: { policyAssignmentDisplayName: 'Use HTTPS' } }
      ]
    }
    const error = {
      code: 'DeploymentFailed',
      message: 'At least one resource deployment operation failed.',
      details: [{ code: 'Conflict', message: JSON.stringify({ error: cause }) }]
    }
    const played = await runActionScenario({
      inputs: { url: DEPLOYMENT, body: '{}' },
      routes: [
        route('PUT', DEPLOYMENT, {
          status: 201,
          headers: { 'azure-asyncoperation': `{origin}${DEPLOYMENT}/operationStatuses/7` }
        }),
        route('GET', `${DEPLOYMENT}/operationStatuses/7`, { body: { status: 'Failed', error } })
      ]
    })
    expectRed(played, {
      status: 'Failed',
      'status-code': '200',
      'resource-id': DEPLOYMENT,
      'error-code': 'RequestDisallowedByPolicy',
      'error-message': cause.message
    })
    const { run } = played
    expect(JSON.parse(run.outputs.error ?? '')).toMatchObject({
      code: 'DeploymentFailed',
      details: [{ code: 'Conflict', details: [cause] }]
    })
    expect(run.annotations).toEqual([
      {
        level: 'error',
        title: 'Failed: RequestDisallowedByPolicy',
        message: expect.stringMatching(
          /^RequestDisallowedByPolicy: Resource 'store' was disallowed/
        )
      }
    ])
    expect(DECLARED_OUTPUTS).toEqual(expect.arrayContaining(Object.keys(run.outputs)))
    expect(run.stdout).toContain('Root cause: RequestDisallowedByPolicy: ')
    expect(run.stdout).toContain('Use HTTPS')
    expect(run.summary).toContain('**Root cause** `RequestDisallowedByPolicy`')
    expect(JSON.parse(await readFile(run.outputs['response-file'] ?? '', 'utf8'))).toEqual({
      status: 'Failed',
      error
    })
  })
})

describe.concurrent('the response file', () => {
  const body = '{"ä": "\\u2028",\r\n "n": 12345678901234567890}'

  it.each([
    ['in the temporary folder', '', ({ run }: ActionScenarioRun) => run.temp],
    [
      'in a new folder of the workspace',
      'out/new/answer.json',
      ({ run }: ActionScenarioRun) => join(run.workspace, 'out/new')
    ]
  ])('%s', async (_what, file, findFolder) => {
    const played = await playOnce(asText(body), { 'response-file': file })
    expectGreen(played)
    const path = played.run.outputs['response-file'] ?? ''
    expect(join(path, '..')).toBe(findFolder(played))
    expect(await readFile(path, 'utf8')).toBe(body)
    expect(played.run.outputs.response).toBe(body)
  })

  it('that cannot be written costs a warning, and not the verdict', async () => {
    const { run } = await runActionScenario({
      routes: [route('PUT', RESOURCE, asText(body))],
      inputs: { 'response-file': 'out/answer.json' },
      workspaceFiles: { out: 'a file where a folder should be' }
    })
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded', response: body } })
    expect(run.outputs).not.toHaveProperty('response-file')
    expect(run.annotations).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(/^The response-file could not be written: /)
      }
    ])
  })

  it('holds what is too large for an output', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(1_000_000) })
    const { run } = await playOnce(asText(large))
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(run.outputs).not.toHaveProperty('response')
    expect(run.annotations).toEqual([
      { level: 'warning', message: expect.stringMatching(/^The output response is left out/) }
    ])
    expect(await readFile(run.outputs['response-file'] ?? '', 'utf8')).toBe(large)
  })
})

describe.concurrent('the job summary', () => {
  const SUCCEEDED = /^## ✅ PUT of `cart` succeeded after \d(?:\.\d)? s\n\nEnded /

  it.each([
    ['false', ''],
    ['true', expect.stringMatching(SUCCEEDED)],
    ['', expect.stringMatching(SUCCEEDED)]
  ])('with summary: %s', async (summary, expected) => {
    const { run } = await playOnce({ body: { id: RESOURCE } }, { summary })
    expect(run).toMatchObject({ exitCode: 0, summary: expected })
  })

  it('that cannot be written costs a warning, and not the verdict', async () => {
    const { run } = await runActionScenario({
      routes: [route('PUT', RESOURCE, { body: {} })],
      env: { GITHUB_STEP_SUMMARY: '/nowhere/summary' }
    })
    expect(run).toMatchObject({ exitCode: 0, outputs: { status: 'Succeeded' } })
    expect(run.annotations).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(/^The job summary could not be written: /)
      }
    ])
  })

  it('stays under 1 MiB for a megabyte of error, and so does everything else', async () => {
    const text = '<b>|`*_[x](y) ä\u{1f600}\n'
    const details = Array.from({ length: 300 }, (_, index) => ({
      code: `Code${index}`,
      message: text.repeat(300),
      target: text.repeat(10)
    }))
    const error = { code: 'DeploymentFailed', message: text.repeat(10_000), details }
    const body = { error }
    expect(JSON.stringify(body).length).toBeGreaterThan(1_000_000)
    const played = await playOnce({ status: 400, body })
    expectRed(played, { status: 'Failed', 'error-code': 'Code0' })
    const { run } = played
    expect(Buffer.byteLength(run.summary)).toBeLessThan(1_048_576)
    expect(run.summary).toContain('## ❌ ')
    expect(Buffer.byteLength(Object.values(run.outputs).join(''))).toBeLessThan(1_048_576)
    expect(Buffer.byteLength(run.stdout)).toBeLessThan(200_000)
  })
})

const HOSTILE =
  '%0A::set-output name=x::y\n::error title=T::gotcha\r\n::add-mask::a\u2028::stop-commands::z ##[error]no <script>alert(1)</script> [a](javascript:x) |\n# Heading'

/** Markdown without what is shown as it stands: fenced blocks and code spans. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^```text\n.*?^```$/gms, '').replace(/`[^`\n]*`/g, '')
}

describe.concurrent('text of the service', () => {
  it.each<[where: string, answer: ScriptedAnswer]>([
    [
      'an error',
      { status: 400, body: { error: { code: HOSTILE, message: HOSTILE, target: HOSTILE } } }
    ],
    ['a status', { ...accepted(), status: 202 }],
    ['a body', { body: HOSTILE, headers: { 'content-type': 'text/plain' } }],
    ['an id', { body: { id: `/subscriptions/1/${HOSTILE}/cart` } }],
    [
      'headers',
      {
        status: 400,
        headers: {
          'x-ms-request-id': '::error::gotcha <b>|',
          'x-ms-correlation-request-id': '::add-mask::a',
          'x-ms-failure-cause': '::error::x <img>'
        }
      }
    ]
  ])('in %s stays text', async (_where, answer) => {
    const status: JsonValue = { status: HOSTILE, error: { code: 'X', message: HOSTILE } }
    const { run } = await runActionScenario({
      routes: [
        route('PUT', RESOURCE, answer),
        route('GET', STATUS, { body: status }, { body: { ...status, status: 'Failed' } })
      ]
    })
    const names = run.commands.map(({ command }) => command)
    const own = ['add-mask', 'group', 'endgroup', 'error']
    expect(names.filter((name) => !own.includes(name))).toEqual([])
    expect(names.filter((name) => name === 'add-mask')).toHaveLength(1)
    expect(names.filter((name) => name === 'error')).toHaveLength(run.exitCode ?? 0)
    expect(run.stdout).not.toContain('##[')
    expect(withoutCode(run.summary)).not.toMatch(/<script|<img|<b>|\]\(javascript|^# Heading/m)
    expect(DECLARED_OUTPUTS).toEqual(expect.arrayContaining(Object.keys(run.outputs)))
  })
})
