/**
 * The telling of a list: in every place once, and never an exception in what is told.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endedRecord, listReport, runningRecord } from '../../__fixtures__/list-records.ts'
import { loopOf } from '../../__fixtures__/list-reports.ts'
import type { OperationRecord } from '../../src/report/list-report.ts'
import type { Results } from '../../src/run/results.ts'
import { createListLog } from '../../src/runner/list-log.ts'
import { createMasks } from '../../src/runner/masks.ts'
import { createStepOutputs } from '../../src/runner/outputs.ts'
import { createResponses } from '../../src/runner/responses-file.ts'
import {
  type ListEdge,
  type ListTelling,
  tellList,
  tellListCheckpoint
} from '../../src/runner/tell-list.ts'

let folder = ''
const at = (path: string) => join(folder, path)
// Its writer looks for the file once and no more.
const SUMMARY = join(mkdtempSync(join(tmpdir(), 'tell-list-')), 'summary')

beforeEach(() => {
  written.length = 0
  folder = mkdtempSync(join(tmpdir(), 'tell-list-'))
  rmSync(SUMMARY, { recursive: true, force: true })
  writeFileSync(SUMMARY, '')
  vi.stubEnv('GITHUB_STEP_SUMMARY', SUMMARY)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
  process.exitCode = undefined
})

/** Edge of a step without a runner, and what is told over it. */
function openEdge() {
  const lines: string[] = []
  const values: Record<string, string> = {}
  const secrets: string[] = []
  const write = (line: string) => void lines.push(line)
  const warning = (text: string) => void lines.push(`warning: ${text}`)
  const masks = createMasks({
    setSecret: (secret) => void secrets.push(secret),
    warn: warning,
    environment: {}
  })
  const setOutput = (name: string, value: string) => {
    values[name] = value
  }
  const outputs = createStepOutputs({ setOutput, warning }, masks)
  const writer = { info: write, warning, startGroup: write, endGroup: () => {} }
  const edge: ListEdge = {
    environment: { GITHUB_STEP_SUMMARY: SUMMARY },
    log: createListLog(writer, masks),
    masks,
    outputs,
    signal: new AbortController().signal,
    close: () => {}
  }
  return { edge, lines, values, secrets }
}

const NO_VALUES: Results = { values: [], warnings: [], errors: [] }

/** Records of which the state was written. */
const written: (readonly OperationRecord[])[] = []

function prepareTelling(
  values: Results = NO_VALUES,
  maskedOutputs: readonly string[] = []
): ListTelling {
  return {
    values,
    results: { maskedOutputs, responseFile: at('all.json'), ownFolders: [folder] },
    responses: createResponses(folder),
    state: {
      write: async ({ records }) => void written.push(records),
      length: () => 0,
      file: () => undefined
    },
    summary: true
  }
}

const skipped: OperationRecord = {
  kind: 'not-sent',
  name: 'swap',
  status: 'Skipped',
  notSent: { kind: 'if' }
}

describe('tellList', () => {
  it('writes the responses of a loop as a list, null where there is none', async () => {
    const { edge, values } = openEdge()
    const telling = prepareTelling()
    telling.responses.add('site[b]', { kind: 'json', value: { id: 1 }, text: '{"id":1}' })
    const { loop, records } = loopOf('site', ['a', 'b'], (name) => endedRecord(name))
    const never = { kind: 'waiting', name: 'stop' } as const
    const loops = [{ name: 'none', operations: [] }, loop, { name: 'stop' }]
    await tellList(listReport([...records, never], { loops }), telling, edge)
    expect(JSON.parse(readFileSync(at('all.json'), 'utf8'))).toEqual({
      none: [],
      site: [null, { id: 1 }],
      stop: null
    })
    expect(Object.keys(JSON.parse(values.results ?? ''))).toEqual(['none', 'site', 'stop'])
  })

  it('tells a list that is green: log, outputs, responses, summary', async () => {
    const { edge, lines, values } = openEdge()
    const telling = prepareTelling()
    telling.responses.add('plan', { kind: 'json', value: { id: 1 }, text: '{"id":1}' })
    await tellList(listReport([endedRecord('plan'), skipped]), telling, edge)
    expect(process.exitCode).toBeUndefined()
    expect(values).toMatchObject({ status: 'Succeeded', 'response-file': at('all.json') })
    expect(JSON.parse(readFileSync(at('all.json'), 'utf8'))).toEqual({
      plan: { id: 1 },
      swap: null
    })
    expect(readFileSync(SUMMARY, 'utf8')).toContain('1 operation succeeded')
    expect(lines.join('\n')).toContain('Result: Succeeded')
    // What was kept for the responses is gone.
    expect(readdirSync(folder).toSorted()).toEqual(['all.json'])
  })

  it.each<readonly [string, readonly OperationRecord[]]>([
    ['one that failed', [endedRecord('a'), endedRecord('b', { status: 'Failed' })]],
    ['one that was left', [endedRecord('a', { status: 'TimedOut' })]],
    ['one that was not sent in time', [{ ...skipped, status: 'TimedOut' }]],
    ['one that still runs', [runningRecord('a')]]
  ])('turns the job red with %s', async (_what, records) => {
    const { edge } = openEdge()
    await tellList(listReport(records), prepareTelling(), edge)
    expect(process.exitCode).toBe(1)
  })

  it("registers the secrets among the author's outputs before any is set", async () => {
    const { edge, values, secrets, lines } = openEdge()
    const own = [
      { name: 'kept', value: 'chosen-by-author', text: 'chosen-by-author' },
      { name: 'adminPassword', value: 'hunter2-hunter2', text: 'hunter2-hunter2' },
      { name: 'host', value: 'a.example', text: 'a.example' }
    ]
    const results = { values: own, warnings: ['The output x is empty'], errors: [] }
    await tellList(
      listReport([endedRecord('a')]),
      prepareTelling(results, ['KEPT', 'missing']),
      edge
    )
    expect(secrets).toEqual(['chosen-by-author', 'hunter2-hunter2'])
    expect(values).toMatchObject({ kept: 'chosen-by-author', host: 'a.example' })
    expect(lines).toEqual(
      expect.arrayContaining([
        'warning: The output x is empty',
        'warning: Input masked-outputs names missing, but there is no output with that name'
      ])
    )
  })

  it('is red with an output that takes too much', async () => {
    const { edge } = openEdge()
    const results = { ...NO_VALUES, errors: ['Input outputs: x is too costly'] }
    await tellList(listReport([endedRecord('a')]), prepareTelling(results), edge)
    expect(process.exitCode).toBe(1)
  })

  it('tells all the rest where one place cannot be written to', async () => {
    const { edge, values, lines } = openEdge()
    rmSync(SUMMARY)
    mkdirSync(SUMMARY)
    const telling = prepareTelling()
    const results = { ...telling.results, responseFile: folder }
    const record = endedRecord('a', { status: 'Failed' })
    const rules = { ...telling, results }
    await tellList(listReport([record]), rules, edge)
    expect(values.status).toBe('Failed')
    expect(values).not.toHaveProperty('response-file')
    expect(lines.join('\n')).toMatch(/warning: The response-file could not be written: it is not/)
    expect(lines.join('\n')).toMatch(/warning: The job summary could not be written/)
  })
})

describe('tellListCheckpoint', () => {
  it('writes down what can be resumed, and the summary as of now; the end takes their place', async () => {
    const { edge } = openEdge()
    const telling = prepareTelling()
    const records = [[runningRecord('plan')], [endedRecord('plan')]] as const
    await tellListCheckpoint(listReport(records[0]), telling, edge)
    const first = readFileSync(SUMMARY, 'utf8')
    expect(first).not.toBe('')
    await tellList(listReport(records[1]), telling, edge)
    expect(written).toEqual(records)
    expect(readFileSync(SUMMARY, 'utf8')).not.toContain(first.trim())
    expect(existsSync(at('all.json'))).toBe(true)
  })
})
