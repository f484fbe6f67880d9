/**
 * The outputs of a step: what is set, what is left out, and that nothing here ever rejects.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome,
  DEPLOYMENT_ID,
  OUTCOMES,
  POLICY_ANSWER
} from '../../__fixtures__/outcomes.ts'
import { HIDING_NOTHING } from '../../__fixtures__/run.ts'
import { OUTPUT_NAMES } from '../../src/contract.ts'
import type { Body } from '../../src/http/message.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'
import { writeCheckpoint } from '../../src/runner/checkpoints.ts'
import {
  createStepOutputs,
  type OutputOptions,
  type OutputWriter,
  writeOutputs
} from '../../src/runner/outputs.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outputs-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

/** Writes the outputs of an outcome into values and warnings. */
async function write(
  outcome: Outcome,
  overrides: Partial<OutputWriter> = {},
  options: Partial<OutputOptions> & { readonly checkpoint?: Outcome } = {}
) {
  const values: Record<string, string> = {}
  const warnings: string[] = []
  const writer: OutputWriter = {
    setOutput: (name, value) => {
      values[name] = value
    },
    warning: (text) => warnings.push(text),
    ...overrides
  }
  const path = join(folder, 'new', 'folder', 'response.json')
  const responseFile = { path, ownFolders: [folder] }
  const { checkpoint, ...given } = options
  const outputs = createStepOutputs(writer, HIDING_NOTHING)
  if (checkpoint !== undefined) writeCheckpoint(checkpoint, outputs, HIDING_NOTHING)
  await writeOutputs(
    explain(outcome),
    { responseFile, values: [], resource: outcome, ...given },
    outputs
  )
  return { values, warnings, responseFile: path }
}

const withBody = (body: Body): Outcome =>
  createOutcome({ response: { status: 200, headers: {}, body } })

describe('writeOutputs', () => {
  it('sets everything about a success', async () => {
    const { values, warnings, responseFile } = await write(createOutcome())
    expect(values).toEqual({
      status: 'Succeeded',
      'status-code': '200',
      response: `{"id":"${DEPLOYMENT_ID}"}`,
      'response-file': responseFile,
      'resource-id': DEPLOYMENT_ID,
      'correlation-id': '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
      'request-id': 'b2c41f00-1111-4222-8333-444455556666',
      headers: '{}',
      'portal-url': `https://portal.azure.com/#resource${DEPLOYMENT_ID}`,
      'duration-seconds': '94',
      'poll-count': '3'
    })
    expect(warnings).toEqual([])
    expect(await readFile(responseFile, 'utf8')).toBe(values.response)
  })

  it('tells the headers of the final response, and none that opens anything', async () => {
    const response = createAnswer(
      200,
      {},
      {
        etag: 'W/"1"',
        'x-ms-workflow-run-id': '0858',
        location: 'https://management.azure.com/x?api-version=1&sig=SigValue77',
        'azure-asyncoperation': 'https://user@management.azure.com/x?OpaqueTicket77#Fragment77',
        link: '<https://management.azure.com/y?t=Ticket77>; rel="next"',
        'content-location': '/x?Ticket77',
        'set-cookie': 'ARRAffinity=Cookie77',
        'www-authenticate': 'Bearer claims="Claims77"',
        'authentication-info': 'Info77',
        'x-functions-key': 'Key77',
        'x-note': 'AccountKey=Account77'
      }
    )
    const { values } = await write(createOutcome({ response }))
    expect(JSON.parse(values.headers ?? '')).toEqual({
      etag: 'W/"1"',
      'x-ms-workflow-run-id': '0858',
      location: 'https://management.azure.com/x?api-version=1',
      'azure-asyncoperation': 'https://user@management.azure.com/x?…',
      link: '<https://management.azure.com/y?…>; rel="next"',
      'content-location': '/x?…'
    })
  })

  it('tells the headers of the first answer when there is no other', async () => {
    const { response: _none, ...outcome } = createOutcome({
      ending: { kind: 'left', by: 'choice' },
      accepted: createAnswer(202, {}, { 'x-ms-workflow-run-id': '0858' })
    })
    expect((await write(outcome)).values.headers).toBe('{"x-ms-workflow-run-id":"0858"}')
  })

  it('sets everything about a failure, every name of it declared', async () => {
    const { values } = await write({ ...createFailedOutcome(), decidedBy: 'status-url' })
    // Only what is still open can be resumed, only a preview has changes, and only a list has results.
    const others = ['operation', 'has-changes', 'change-counts', 'changes-markdown', 'results']
    const names = OUTPUT_NAMES.filter((name) => !others.includes(name))
    expect(Object.keys(values).sort()).toEqual(names.toSorted())
    expect(values['error-code']).toBe('RequestDisallowedByPolicy')
    expect(values['error-message']).toBe(
      "Resource 'shopstore' was disallowed by policy. Reasons: 'Use HTTPS only.'."
    )
    expect(JSON.parse(values.error ?? '')).toMatchObject({
      code: 'DeploymentFailed',
      target: DEPLOYMENT_ID,
      details: [
        { code: 'Conflict', details: [{ details: [{ code: 'RequestDisallowedByPolicy' }] }] }
      ]
    })
    expect(values.response).toBe(POLICY_ANSWER.body.kind === 'json' ? POLICY_ANSWER.body.text : '')
  })

  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), outcome] as const))(
    'sets the status of %s',
    async (status, outcome) => {
      expect((await write(outcome)).values.status).toBe(status)
    }
  )

  it('names our reason when the service gave no error', async () => {
    const { values } = await write(
      createOutcome({ status: 'Unknown', reason: 'Azure answered 403.' })
    )
    expect(values['error-message']).toBe('Azure answered 403.')
    expect(values).not.toHaveProperty('error-code')
    expect(values).not.toHaveProperty('error')
  })

  it('takes the status code of the first answer when there is no other, and writes no file then', async () => {
    const { response: _response, ...rest } = createOutcome({ status: 'InProgress' })
    const { values } = await write(rest)
    expect(values['status-code']).toBe('201')
    expect(values).not.toHaveProperty('response')
    expect(values).not.toHaveProperty('response-file')
  })

  it('sets no error for one that counts as success', async () => {
    const { values } = await write(createFailedOutcome({ status: 'Succeeded' }))
    expect(Object.keys(values).filter((name) => name.startsWith('error'))).toEqual([])
  })

  it('sets nothing it does not know', async () => {
    const { request, startedAt } = createOutcome()
    const { values } = await write({
      ending: { kind: 'undecided' },
      request,
      changes: [],
      warnings: [],
      startedAt,
      endedAt: startedAt - 5,
      pollCount: 0
    })
    expect(values).toEqual({ status: 'Unknown', 'duration-seconds': '0', 'poll-count': '0' })
  })

  it('rounds the duration to a tenth of a second', async () => {
    const { startedAt } = createOutcome()
    expect(
      (await write(createOutcome({ endedAt: startedAt + 1_260 }))).values['duration-seconds']
    ).toBe('1.3')
  })

  it.each<[name: string, Body, string]>([
    ['text, as it was sent', { kind: 'text', text: 'a\r\nb' }, 'a\r\nb'],
    ['a malformed body', { kind: 'malformed', text: '{"a":' }, '{"a":'],
    [
      'JSON, byte for byte',
      { kind: 'json', value: { a: 1 }, text: '{ "a" : 1.0 }' },
      '{ "a" : 1.0 }'
    ],
    ['an empty body', { kind: 'empty' }, '']
  ])('writes %s', async (_name, body, text) => {
    const { values, responseFile } = await write(withBody(body))
    expect(values.response ?? '').toBe(text)
    expect(values['response-file']).toBe(responseFile)
    expect(await readFile(responseFile, 'utf8')).toBe(text)
  })

  it.each([
    [900 * 1024, true],
    [900 * 1024 + 1, false]
  ])('a body of %i bytes: the output is set: %s', async (size, isSet) => {
    const text = `${'é'.repeat(1_000)}${'a'.repeat(size - 2_000)}`
    const { values, warnings, responseFile } = await write(withBody({ kind: 'text', text }))
    expect('response' in values).toBe(isSet)
    expect(warnings).toHaveLength(isSet ? 0 : 1)
    expect(await readFile(responseFile, 'utf8')).toBe(text)
  })
})

describe('an operation that can be resumed', () => {
  const operation = { handle: 'armop1.a.b', step: '- uses: octo-org/arm@v1' }

  it('is an output while it is open, and an empty one once it is over', async () => {
    const open = await write(createOutcome({ status: 'TimedOut', operation }))
    expect(open.values.operation).toBe(operation.handle)
    expect((await write(createOutcome())).values).not.toHaveProperty('operation')
    const checkpoint = createOutcome({ status: 'InProgress', operation })
    const over = await write(createOutcome(), {}, { checkpoint })
    expect(over.values.operation).toBe('')
    const handedOn = await write(createOutcome({ knownEnd: 'armop3.c.d' }), {}, { checkpoint })
    expect(handedOn.values.operation).toBe('armop3.c.d')
  })

  it('is written at a checkpoint, and a fault in that is a warning', () => {
    const written: string[] = []
    const writer = {
      setOutput: (name: string, value: string) => void written.push(`output ${name}=${value}`),
      warning: (text: string) => void written.push(text)
    }
    const draft = createOutcome({ status: 'InProgress', operation })
    writeCheckpoint(draft, createStepOutputs(writer, HIDING_NOTHING), HIDING_NOTHING)
    expect(written).toEqual(['output operation=armop1.a.b'])
    written.length = 0
    const setOutput = () => {
      throw new Error('disk full')
    }
    writeCheckpoint(
      draft,
      createStepOutputs({ ...writer, setOutput }, HIDING_NOTHING),
      HIDING_NOTHING
    )
    expect(written).toEqual(['The output operation could not be set: disk full'])
  })

  it('that is over and cannot be emptied costs no other output and no response file', async () => {
    const setOutput = () => {
      throw new Error('no file for outputs')
    }
    const { warnings, responseFile } = await write(
      createOutcome(),
      { setOutput },
      {
        checkpoint: createOutcome({ status: 'InProgress', operation }),
        values: [{ name: 'mine', text: 'a', value: 'a' }]
      }
    )
    expect(warnings).toContain('The output operation could not be set: no file for outputs')
    expect(warnings).toContain('The output mine could not be set: no file for outputs')
    expect(await readFile(responseFile, 'utf8')).toBe(`{"id":"${DEPLOYMENT_ID}"}`)
  })
})

describe("the author's outputs", () => {
  it('are set as they are, but for what is too large', async () => {
    const large = 'x'.repeat(900 * 1024 + 1)
    const { values, warnings } = await write(
      createOutcome(),
      {},
      {
        values: [
          { name: 'mine', text: 'a\nb', value: 'a\nb' },
          { name: 'large', text: large, value: large }
        ]
      }
    )
    expect(values.mine).toBe('a\nb')
    expect(values).not.toHaveProperty('large')
    expect(warnings).toEqual([
      'The output large is left out: it has 921601 bytes. Read response-file.'
    ])
  })

  it('that are empty leave the output of a template of the same name as it is', async () => {
    const addition = { outputs: [{ name: 'vmId', value: 'vm-1' }], summary: [] }
    const empty = { name: 'vmId', value: null, text: '' }
    const { values } = await write(createOutcome({ addition }), {}, { values: [empty] })
    expect(values.vmId).toBe('vm-1')
  })
})

describe('hostile text', () => {
  it('is one harmless line in error-message and the ids, and shows no query', async () => {
    const hostile = 'x\n::error::y https://h.example/p?t=secret&s=secret'
    const { values } = await write(
      createOutcome({
        status: 'Failed',
        error: createError('X', hostile),
        resourceId: hostile,
        requestId: hostile,
        correlationId: hostile
      })
    )
    for (const name of ['error-message', 'resource-id', 'request-id', 'correlation-id', 'error']) {
      expect(values[name]).not.toMatch(/\n|secret/)
    }
    expect(values['error-message']).toBe('x : :error::y https://h.example/p?…')
  })

  it('cannot make the error too large', async () => {
    const huge = 'm'.repeat(32_000)
    const leaf = { ...createError('Deep', huge), target: huge }
    const error = createError(
      'DeploymentFailed',
      huge,
      ...Array(50).fill(createError('A', huge)),
      createError('B', 'b', leaf)
    )
    const { values, warnings } = await write(createOutcome({ status: 'Failed', error }))
    expect(Buffer.byteLength(values.error ?? '')).toBeLessThan(100 * 1024)
    const told = JSON.parse(values.error ?? '')
    expect(told).toMatchObject({ code: 'DeploymentFailed', details: { length: 51 } })
    expect(told.details[50]).toMatchObject({ code: 'B', details: [{ code: 'Deep' }] })
    expect(warnings).toEqual([expect.stringContaining('shortened to texts of 400 characters')])
  })

  it('keeps as many causes in the error as there is room for, and says so', async () => {
    const causes = Array.from({ length: 600 }, (_, index) => createError('A', `${index} a`))
    const details = causes.map((cause) => createError('Conflict', 'c'.repeat(400), cause))
    const error = createError('DeploymentFailed', 'd', ...details)
    const { values, warnings } = await write(createOutcome({ status: 'Failed', error }))
    expect(Buffer.byteLength(values.error ?? '')).toBeLessThan(100 * 1024)
    const told = JSON.parse(values.error ?? '')
    expect(told.details).toHaveLength(600)
    expect(warnings).toEqual([expect.stringContaining('the root and 600 of 600 causes')])
    const many = createError('F', 'f', ...Array.from({ length: 3_000 }, () => causes[0] ?? error))
    const cut = JSON.parse(
      (await write(createOutcome({ status: 'Failed', error: many }))).values.error ?? ''
    )
    expect(cut.details.length).toBeGreaterThan(500)
    expect(cut.additionalInfo).toEqual([
      { type: 'LeftOut', info: { errors: 3_000 - cut.details.length } }
    ])
  })
})

describe('a problem with an output', () => {
  it('becomes a warning, and the others are set', async () => {
    const set: string[] = []
    const { warnings } = await write(createOutcome(), {
      setOutput: (name) => {
        if (name === 'resource-id') throw new Error('disk\nfull')
        set.push(name)
      }
    })
    expect(warnings).toEqual(['The output resource-id could not be set: disk full'])
    expect(set).toContain('poll-count')
    expect(set).toContain('response-file')
  })

  it('is told when it is no Error', async () => {
    const { warnings } = await write(withBody({ kind: 'empty' }), {
      setOutput: () => {
        throw 'odd'
      }
    })
    expect(warnings).toContain('The output status could not be set: odd')
  })

  it('with the file becomes a warning too', async () => {
    await writeFile(join(folder, 'new'), 'a file where a folder should be')
    const { values, warnings } = await write(createOutcome())
    expect(values).not.toHaveProperty('response-file')
    expect(values.response).toContain(DEPLOYMENT_ID)
    expect(warnings).toEqual([expect.stringMatching(/^The response-file could not be written: E/)])
  })
})

describe('the toolkit', () => {
  it('writes to the file that the runner names', async () => {
    const file = join(folder, 'output')
    await writeFile(file, '')
    await chmod(file, 0o600)
    const before = process.env.GITHUB_OUTPUT
    process.env.GITHUB_OUTPUT = file
    try {
      const explanation = explain(createOutcome({ response: createAnswer(200, {}) }))
      const options = {
        responseFile: { path: join(folder, 'r'), ownFolders: [folder] },
        values: [],
        resource: {}
      }
      await writeOutputs(explanation, options, createStepOutputs(core, HIDING_NOTHING))
    } finally {
      if (before === undefined) delete process.env.GITHUB_OUTPUT
      else process.env.GITHUB_OUTPUT = before
    }
    expect(await readFile(file, 'utf8')).toMatch(/^status<<(\S+)\nSucceeded\n\1$/m)
  })
})
