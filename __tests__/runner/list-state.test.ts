/**
 * The output `operation` of a list: what a later step reads in it of each operation, as text or as a file.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endedRecord, listReport, runningRecord } from '../../__fixtures__/list-records.ts'
import { STARTED_AT } from '../../__fixtures__/outcomes.ts'
import { HIDING_NOTHING } from '../../__fixtures__/run.ts'
import type { NotSent } from '../../src/batch/schedule.ts'
import { readState } from '../../src/batch/state-text.ts'
import type { StatePast, StepState } from '../../src/batch/step-state.ts'
import type { OperationRecord } from '../../src/report/list-report.ts'
import type { Ending } from '../../src/run/outcome.ts'
import { createStateOutput } from '../../src/runner/list-state.ts'
import { createStepOutputs } from '../../src/runner/outputs.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'list-state-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** State in which each operation is an item of its own. */
function compose(pasts: ReadonlyMap<string, StatePast>): StepState {
  const item = { digest: 'd', method: 'PUT', url: '/x' } as const
  return { items: [...pasts].map(([name, past]) => ({ ...item, name, own: { past } })) }
}

function createState(isUnfit: (text: string) => boolean = () => false, isResumed = false) {
  const values: Record<string, string> = {}
  const warnings: string[] = []
  let time = 0
  const setOutput = (name: string, value: string) => {
    values[name] = value
  }
  const writer = { setOutput, warning: (text: string) => void warnings.push(text) }
  const sinks = {
    keeper: {
      compose: (pasts: ReadonlyMap<string, StatePast>) => {
        time += 20
        return compose(pasts)
      }
    },
    outputs: createStepOutputs(writer, HIDING_NOTHING),
    masks: { isUnfit },
    now: () => time,
    sleep: async () => {},
    isResumed
  }
  const pass = (ms: number) => {
    time += ms
  }
  const state = createStateOutput({ folder, uniqueId: 'one' }, sinks)
  return { state, values, warnings, pass }
}

function read(text: string): Readonly<Record<string, StatePast | undefined>> {
  const reading = readState(text)
  if (reading.kind === 'refused') throw new Error(reading.problem)
  return Object.fromEntries(reading.state.items.map(({ name, own }) => [name, own?.past]))
}

/** What becomes of one operation beside another that still runs. */
async function readOf(record: OperationRecord): Promise<StatePast | undefined> {
  const { state, values } = createState()
  await state.write(listReport([runningRecord('runs'), record]))
  return read(values.operation ?? '')[record.name]
}

const unsent = (notSent: NotSent): OperationRecord => ({
  kind: 'not-sent',
  name: 'a',
  status: 'Skipped',
  notSent
})
const NOT_STARTED = { kind: 'not-started' } as const
const request = {
  method: 'PUT',
  url: 'https://management.azure.com/a?api-version=1&key=x'
} as const
const running = { kind: 'running', name: 'a', startedAt: STARTED_AT, request } as const
const undecided = expect.objectContaining({
  ending: { kind: 'undecided' },
  url: 'https://management.azure.com/a'
})

describe('what a later step is told of an operation', () => {
  it.each<readonly [string, OperationRecord, unknown]>([
    ['that waits', { kind: 'waiting', name: 'a' }, NOT_STARTED],
    ['that was accepted', runningRecord('a'), { kind: 'accepted', handle: 'handle-of-ax' }],
    ['that is about to be sent', running, NOT_STARTED],
    [
      'that is sent and not answered',
      { ...running, mayBeSent: true },
      { kind: 'ended', end: undecided }
    ],
    [
      'that reads and is not answered',
      { ...running, request: { ...request, method: 'GET' }, mayBeSent: true },
      NOT_STARTED
    ],
    ['that its if leaves out', unsent({ kind: 'if' }), { kind: 'left-out' }],
    ['that has a fault', unsent({ kind: 'fault', message: 'm' }), { kind: 'fault', message: 'm' }],
    [
      'that met a defect',
      unsent({ kind: 'defect', message: 'm' }),
      { kind: 'fault', message: 'm' }
    ],
    ['that needs another', unsent({ kind: 'needs', name: 'b' }), NOT_STARTED],
    ['behind a failure', unsent({ kind: 'fail-fast', name: 'b' }), NOT_STARTED],
    ['that had no time', unsent({ kind: 'deadline' }), NOT_STARTED],
    ['that was canceled', unsent({ kind: 'cancellation' }), NOT_STARTED],
    ['that was not resumed', unsent({ kind: 'not-resumed' }), NOT_STARTED],
    ['that lost a value', unsent({ kind: 'lost', message: 'm' }), NOT_STARTED],
    [
      'that was left with a handle',
      endedRecord('a', { status: 'TimedOut', operation: { handle: 'left', step: '' } }),
      { kind: 'accepted', handle: 'left' }
    ]
  ])('%s', async (_what, record, past) => {
    expect(await readOf(record)).toEqual(past)
  })

  it.each<readonly [Ending, Ending | 'not-started']>([
    [{ kind: 'succeeded' }, { kind: 'succeeded' }],
    [{ kind: 'refused' }, { kind: 'refused' }],
    [{ kind: 'fail-if' }, { kind: 'fail-if' }],
    // Without a handle nobody will ever know.
    [{ kind: 'left', by: 'deadline' }, { kind: 'undecided' }],
    [{ kind: 'left', by: 'choice' }, { kind: 'undecided' }],
    [{ kind: 'undecided' }, { kind: 'undecided' }],
    [
      { kind: 'unanswered', by: 'cancellation', mayStillRun: true },
      { kind: 'unanswered', by: 'cancellation', mayStillRun: true }
    ],
    [{ kind: 'unanswered', by: 'cancellation', mayStillRun: false }, 'not-started'],
    [
      { kind: 'unanswered', by: 'fault', mayStillRun: false },
      { kind: 'unanswered', by: 'fault', mayStillRun: false }
    ],
    [{ kind: 'not-sent', by: 'deadline' }, 'not-started'],
    [
      { kind: 'not-sent', by: 'fault' },
      { kind: 'not-sent', by: 'fault' }
    ]
  ])('that ended as %o', async (ending, told) => {
    const past = await readOf(endedRecord('a', { ending }))
    if (told === 'not-started') expect(past).toEqual(NOT_STARTED)
    else expect(past).toMatchObject({ kind: 'ended', end: { ending: told } })
  })

  it('is enough to tell its end again, and no more', async () => {
    const long = 'x'.repeat(1_000)
    const error = { code: 'Conflict', message: long, details: [], additionalInfo: [] }
    const past = await readOf(endedRecord('a', { status: 'Failed', error }))
    expect(past).toEqual({
      kind: 'ended',
      end: {
        ending: expect.anything(),
        method: 'PUT',
        url: expect.stringMatching(/^https:\/\/management\.azure\.com\/[^?]*$/),
        startedAt: STARTED_AT,
        endedAt: expect.any(Number),
        resourceId: expect.any(String),
        error: { code: 'Conflict', message: long.slice(0, 300) },
        correlationId: expect.any(String)
      }
    })
  })
})

describe('the output operation of a list', () => {
  it('holds its state from the first that was sent to the last that ends', async () => {
    const { state, values } = createState()
    await state.write(listReport([{ kind: 'waiting', name: 'a' }]))
    expect(values).toEqual({})
    await state.write(listReport([runningRecord('a'), endedRecord('b')]))
    expect(Object.keys(read(values.operation ?? ''))).toEqual(['a', 'b'])
    expect(state.length()).toBe(values.operation?.length)
    await state.write(listReport([endedRecord('a'), endedRecord('b')]))
    expect(values).toEqual({ operation: '' })
    expect(state.file()).toBeUndefined()
  })

  it.each<readonly [string, NotSent, boolean]>([
    ['the time was over for', { kind: 'deadline' }, true],
    ['was canceled with the workflow', { kind: 'cancellation' }, true],
    ['a resume alone has left', { kind: 'not-resumed' }, true],
    ['its if leaves out', { kind: 'if' }, false],
    ['needs one that failed', { kind: 'needs', name: 'b' }, false],
    ['a failure holds back', { kind: 'fail-fast', name: 'b' }, false]
  ])('is there at the end for what %s: %o, %s', async (_what, notSent, isThere) => {
    const { state, values } = createState()
    await state.write(listReport([endedRecord('b'), unsent(notSent)]))
    expect((values.operation ?? '') !== '').toBe(isThere)
  })

  it('is written another way where the runner would find a secret in it', async () => {
    const unfit: string[] = []
    const { state, values } = createState((text) => unfit.push(text) < 4)
    await state.write(listReport([runningRecord('a')]))
    expect(unfit).toHaveLength(4)
    expect(unfit.slice(0, 3)).not.toContain(values.operation)
    expect(read(values.operation ?? '')).toHaveProperty('a')
  })

  it('is the path of a file where it is longer than a variable may be, and text again where it fits', async () => {
    const { state, values } = createState()
    const records = Array.from({ length: 60 }, (_, at) => ({
      ...runningRecord(`site_${at}`),
      point: { handle: mixUp(at), step: '' }
    }))
    await state.write(listReport(records.slice(0, 2)))
    expect(Object.keys(read(values.operation ?? ''))).toHaveLength(2)
    await state.write(listReport(records))
    await state.write(listReport(records))
    const path = values.operation ?? ''
    expect(path).toBe(join(folder, 'arm-operation-one.state'))
    expect(Object.keys(read(readFileSync(path, 'utf8')))).toHaveLength(60)
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
    expect(state.file()).toBe(path)
    await state.write(listReport(records.slice(0, 2)))
    expect(state.file()).toBeUndefined()
    await state.write(listReport([endedRecord('a')]))
    expect(values.operation).toBe('')
    expect(readdirSync(folder)).toEqual([])
  })

  it('is what it is at the end, also where that comes while it is written', async () => {
    const { state, values, warnings } = createState()
    const [before, end] = [['a', 'b'], ['b']].map((names) =>
      listReport(names.map((name) => runningRecord(name)))
    )
    await Promise.all([before, before, end].map((report) => report && state.write(report)))
    expect(Object.keys(read(values.operation ?? ''))).toEqual(['b'])
    expect(warnings).toEqual([])
  })

  it('rests ten times as long as the last one took', async () => {
    const { state, pass } = createState()
    expect(state.isRested()).toBe(true)
    await state.write(listReport([runningRecord('a')]))
    pass(199)
    expect(state.isRested()).toBe(false)
    pass(1)
    expect(state.isRested()).toBe(true)
  })

  it('is a warning where it cannot be written', async () => {
    const { state, warnings } = createState(() => {
      throw new Error('a defect')
    })
    await state.write(listReport([runningRecord('a')]))
    expect(warnings).toEqual(['The output operation could not be set: a defect'])
  })
})

/** Text that cannot be packed. */
function mixUp(seed: number): string {
  let state = seed + 1
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return (state % 36).toString(36)
  }
  return Array.from({ length: 3_000 }, next).join('')
}

describe('an operation that begins', () => {
  const waiting = (name: string): OperationRecord => ({ kind: 'waiting', name })
  const unseen = { kind: 'ended', end: expect.objectContaining({ ending: { kind: 'undecided' } }) }
  const begin = (name: string, before: readonly OperationRecord[], isResumed = false) => {
    const given = createState(undefined, isResumed)
    const report = () => listReport(before)
    return { ...given, mark: () => given.state.begin([name], report), report }
  }

  it('is never sent again by what a step leaves that is killed then', async () => {
    const { state, values, mark, report } = begin('b', [runningRecord('a'), waiting('b')])
    await state.write(report())
    expect(read(values.operation ?? '')).toMatchObject({ b: NOT_STARTED })
    await mark()
    expect(read(values.operation ?? '')).toMatchObject({ a: { kind: 'accepted' }, b: unseen })
    await state.write(report())
    expect(read(values.operation ?? '')).toMatchObject({ b: unseen })
  })

  it('is what its record says once that says more', async () => {
    const { state, values, mark, report } = begin('b', [runningRecord('a'), waiting('b')])
    await state.write(report())
    await mark()
    await state.write(listReport([runningRecord('a'), runningRecord('b')]))
    expect(read(values.operation ?? '')).toMatchObject({ b: { kind: 'accepted' } })
    await state.write(listReport([runningRecord('c'), unsent({ kind: 'deadline' })]))
    expect(read(values.operation ?? '')).toMatchObject({ a: NOT_STARTED })
  })

  it('needs no state where there is none', async () => {
    const { values, mark } = begin('b', [waiting('b')])
    await mark()
    expect(values).toEqual({})
  })

  it('gets one where another step has one already', async () => {
    const { values, mark } = begin('b', [endedRecord('a'), waiting('b')], true)
    await mark()
    expect(read(values.operation ?? '')).toMatchObject({ b: unseen })
  })

  it('is known although the state that was written did not know it yet', async () => {
    const { state, values, mark } = begin('bx', [runningRecord('a'), waiting('bx')])
    await state.write(listReport([runningRecord('a'), waiting('b')]))
    await mark()
    expect(read(values.operation ?? '')).toMatchObject({ bx: unseen })
  })

  it('is marked in the file of a long state, and in the next one', async () => {
    const many = Array.from({ length: 60 }, (_, at) => ({
      ...runningRecord(`r${at}`),
      point: { handle: mixUp(at), step: '' }
    }))
    const { state, values, mark, report } = begin('b', [...many, waiting('b')])
    const readFile = () => read(readFileSync(values.operation ?? '', 'utf8'))
    await state.write(report())
    await mark()
    expect(readFile()).toMatchObject({ b: unseen, r0: { kind: 'accepted' } })
    await state.write(report())
    expect(readFile()).toMatchObject({ b: unseen })
  })
})
