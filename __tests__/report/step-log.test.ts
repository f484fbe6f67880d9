/**
 * The log of a list, line by line, as the runner gets it.
 */
import { describe, expect, it } from 'vitest'
import { request, rules } from '../../__fixtures__/conversation.ts'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import {
  CANCELED,
  createReport,
  ended,
  FIFTY,
  HOSTILE_KEYS,
  LOOP_OF_48,
  NOT_AWAITED,
  type PlanFacts,
  POINT,
  planOf,
  refused,
  replayReport,
  SIGNED_IN,
  SUCCEEDED,
  THOUSAND,
  THREE,
  TIMED_OUT,
  TWO_LOOPS,
  toRequest,
  unsent
} from '../../__fixtures__/list-reports.ts'
import {
  createAnswer,
  createError,
  STARTED_AT,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import { answered, blinded, moved, waiting } from '../../__fixtures__/run.ts'
import { nameOperation } from '../../src/batch/plan.ts'
import type { NotSent } from '../../src/batch/schedule.ts'
import { begin } from '../../src/operation/begin.ts'
import type { ListLogEvent, ListReport, OperationRecord } from '../../src/report/list-report.ts'
import type { LogLine } from '../../src/report/log.ts'
import { describeListEvent, describeListWarning, flushHandles } from '../../src/report/step-log.ts'
import { describeListEnd } from '../../src/report/step-log-end.ts'
import {
  EMPTY_STEP_LOG,
  type PlannedEvent,
  type StepLogState,
  type StepLogStep
} from '../../src/report/step-log-lines.ts'
import type { RunEvent } from '../../src/run/events.ts'

/** Most lines of a group that a snapshot has. */
const MAX_SHOWN = 8

/** Lines as they are read; those of a group are indented, and only the first of them there. */
function show(lines: readonly LogLine[]): readonly string[] {
  let inGroup = -1
  return lines.flatMap((line) => {
    switch (line.kind) {
      case 'group-start':
        inGroup = 0
        return [`▸ ${line.title}`]
      case 'group-end': {
        const more = inGroup - MAX_SHOWN
        inGroup = -1
        return more > 0 ? [`    [${more} more]`] : []
      }
      case 'warning':
        return [`warning: ${line.text}`]
      default:
        if (inGroup < 0) return [line.text]
        inGroup += 1
        return inGroup > MAX_SHOWN ? [] : [`    ${line.text}`]
    }
  })
}

function tell(events: readonly ListLogEvent[], before = EMPTY_STEP_LOG): StepLogStep {
  const lines: LogLine[] = []
  const state = events.reduce<StepLogState>((each, event) => {
    const step = describeListEvent(each, event)
    lines.push(...step.lines)
    return step.state
  }, before)
  return { state, lines }
}

function replay(report: ListReport, facts: PlanFacts = {}): readonly LogLine[] {
  const { state, lines } = tell(replayReport(report, facts))
  return [...lines, ...describeListEnd(state, report).lines]
}

const textOf = (line: LogLine): string =>
  line.kind === 'group-start' ? line.title : line.kind === 'group-end' ? '' : line.text

/** Names `op_0`, `op_1`, … of so many operations. */
const listNames = (count: number) => Array.from({ length: count }, (_, index) => `op_${index}`)

/** Log of a list with so many operations that somebody has signed in for. */
function beginLog(count: number): StepLogState {
  const records = listNames(count).map((name): OperationRecord => ({ kind: 'waiting', name }))
  return tell([SIGNED_IN, planOf(createReport(records, 0))]).state
}

const at = (seconds: number) => STARTED_AT + seconds * 1_000
const told = (event: RunEvent, name = 'op_0'): ListLogEvent => ({ kind: 'told', name, event })
const started = (name: string, seconds = 0): ListLogEvent => ({
  kind: 'started',
  at: at(seconds),
  name
})
const requested = (name = 'op_0'): ListLogEvent =>
  told(
    {
      kind: 'requested',
      at: at(0),
      request: toRequest('PUT', 'Microsoft.Web/sites/shop'),
      correlationId: 'c'
    },
    name
  )
const notSent = (name: string, why: NotSent): ListLogEvent => {
  const record = unsent(name, why)
  if (record.kind !== 'not-sent') throw new Error('test bug')
  return { kind: 'not-sent', at: at(9), name, status: record.status, notSent: why }
}

/** Lines of these events in the log of a list with so many operations. */
const linesOf = (events: readonly ListLogEvent[], count = 3) =>
  show(tell(events, beginLog(count)).lines)

describe('the log of a list', () => {
  it.each([
    ['3 operations', THREE, { needs: { site: ['plan'], slot: ['site'] } }],
    ['50 operations', FIFTY, {}],
    ['1,000 operations', THOUSAND, {}],
    ['operations that succeeded', SUCCEEDED, {}],
    ['a canceled workflow', CANCELED, {}],
    ['a time that was over', TIMED_OUT, {}],
    ['operations that are not waited for', NOT_AWAITED, {}],
    [
      'a loop over what a response gives',
      LOOP_OF_48,
      { needs: { stop: ['list'], tag: ['stop'] }, unknown: ['stop'] }
    ],
    [
      'a loop over another',
      TWO_LOOPS,
      { needs: { site: ['plan'], swap: ['site'] }, follows: { swap: 'site' } }
    ]
  ] as const)('of %s reads well', (_what, report, facts) => {
    expect(show(replay(report, facts)).join('\n')).toMatchSnapshot()
  })

  it.each([CANCELED, TIMED_OUT, NOT_AWAITED])('calls nothing a failure that is none', (report) => {
    expect(show(replay(report)).join('\n')).not.toMatch(WORDS_OF_FAILURE)
  })

  it('has few lines of a thousand operations, beside their handles', () => {
    const lines = replay(THOUSAND).map(textOf)
    expect(lines.filter((line) => !/armop3|^$/.test(line)).length).toBeLessThan(300)
  })

  it('has few lines of five thousand that fail, each for a reason of its own', () => {
    const records = Array.from({ length: 5_000 }, (_, index) =>
      refused({ name: `op_${index}`, call: 'PUT A.B/c/d', from: index }, `Code${index}`, 'No.')
    )
    const lines = replay(createReport(records, 5_000)).map(textOf)
    expect(lines.length).toBeLessThan(800)
    expect(lines).toContain(
      'And 4,990 more causes, of op_10, op_11, op_12, op_13, op_14, op_15, op_16, op_17, op_18, op_19 and 4,980 more.'
    )
  })
})

describe('the plan', () => {
  const records = ['a', 'b', 'c'].map((name): OperationRecord => ({ kind: 'waiting', name }))
  const titleOf = (needs: Readonly<Record<string, readonly string[]>>) =>
    show(tell([SIGNED_IN, planOf(createReport(records, 0), { needs })]).lines).find((line) =>
      line.startsWith('▸')
    )

  it.each([
    ['one after the other', { b: ['a'], c: ['b'] }, '▸ Plan: 3 operations: a → b → c'],
    ['one before two', { b: ['a'], c: ['a'] }, '▸ Plan: 3 operations: a → b, c'],
    ['two before one', { c: ['a', 'b'] }, '▸ Plan: 3 operations: a, b → c'],
    ['no order at all', {}, '▸ Plan: 3 operations'],
    ['an order that arrows would tell wrongly', { c: ['a'] }, '▸ Plan: 3 operations']
  ] as const)('draws %s', (_what, needs, title) => {
    expect(titleOf(needs)).toBe(title)
  })

  it('comes after the sign-in', () => {
    const plan = planOf(createReport(records, 0))
    expect(tell([plan, started('a'), requested('a')]).lines).toEqual([])
    const lines = show(tell([plan, started('a'), SIGNED_IN]).lines)
    expect(lines[0]).toMatch(/^Signed in/)
    expect(lines).toContain('▸ Plan: 3 operations')
  })

  it('comes without one before anything that happens', () => {
    const plan = planOf(createReport(records, 0))
    expect(show(tell([plan, notSent('a', { kind: 'if' })]).lines)).toEqual([
      '▸ Plan: 3 operations',
      '    a  PUT ${site.id}/slots/a',
      '    b  PUT ${site.id}/slots/b',
      '    c  PUT ${site.id}/slots/c',
      '12:04:40  a      Skipped: its if is false'
    ])
  })

  it('is told at the end, where nothing happened', () => {
    const { state } = tell([planOf(createReport(records, 0))])
    const lines = show(describeListEnd(state, createReport(records, 0, 'cancellation')).lines)
    expect(lines[0]).toBe('▸ Plan: 3 operations')
    expect(lines).toContain(
      '  The workflow was canceled after 0 s: none of the 3 operations was started. Nothing was started in Azure.'
    )
  })

  it('has 200 rows, each with needs and if', () => {
    const many = listNames(300).map((name): OperationRecord => ({ kind: 'waiting', name }))
    const plan = planOf(createReport(many, 0), { needs: { op_1: ['op_0'] } })
    const lines = tell([SIGNED_IN, plan]).lines.map(textOf)
    expect(lines).toContain('op_1    PUT ${site.id}/slots/op_1  (needs op_0)')
    expect(lines).toContain('… (100 more)')
    expect(lines).toContain('Plan: 300 operations, at most 20 at once')
  })
})

describe('the sign-in', () => {
  it('has its trouble under the name of all', () => {
    const event = {
      kind: 'sign-in-retrying',
      at: at(0),
      reason: 'HTTP 503',
      delayMs: 1_000
    } as const
    const [line, ...others] = show(tell([event, event], beginLog(3)).lines)
    expect([line, others]).toEqual(['12:04:31  (all)  Sign-in: HTTP 503; trying again in 1 s', []])
  })

  it('says which federated credential is missing', () => {
    const claims = { issuer: 'https://i', subject: 's', audience: 'a', clientId: 'c' }
    const lines = linesOf([{ kind: 'id-token-refused', claims }])
    expect(lines.join('\n')).toContain('az ad app federated-credential create --id c')
  })
})

describe('up to 20 operations', () => {
  it('have a line for every change, with the name', () => {
    expect(
      linesOf([
        started('op_0'),
        requested(),
        told({ kind: 'retrying', at: at(1), reason: 'HTTP 503', delayMs: 5_000 }),
        told(answered(at(6), 202)),
        told(moved({ at: at(6), status: 'Running', percentComplete: 0 })),
        told({ kind: 'resumable', point: POINT }),
        told({ kind: 'resumable', point: POINT }),
        told(moved({ at: at(9), status: 'Running', percentComplete: 37 })),
        told(moved({ at: at(12), status: 'Running', percentComplete: 37 })),
        told({ kind: 'polled', askedAtMs: at(12), answeredAtMs: at(12) }),
        told(waiting(at(90))),
        told(blinded(at(91), 'HTTP 502')),
        told(blinded(at(92), 'HTTP 502')),
        told({ kind: 'progressed', at: at(93), verb: 'failed', text: 'web › disk' }),
        told({ kind: 'condition-read', at: at(94), seen: 'status is "x"' }),
        told({ kind: 'cancel-accepted' })
      ])
    ).toEqual([
      '12:04:32  op_0   HTTP 503; trying again in 5 s',
      '12:04:37  op_0   PUT Microsoft.Web/sites/shop: 202, Running 0%',
      '▸ How to resume op_0',
      '    To wait for it in another step, job or run:',
      '    ',
      ...POINT.step.split('\n').map((line) => `    ${line}`),
      '12:04:40  op_0   Running  37%',
      '12:06:02  op_0   The state could not be read: HTTP 502; asking again',
      '12:06:04  op_0   failed     web › disk',
      '12:06:05  op_0   Condition: status is "x"'
    ])
  })

  it('have the line of an answer, whatever comes next', () => {
    const answer = '12:04:32  op_0   PUT Microsoft.Web/sites/shop: 200'
    const first = [requested(), told(answered(at(1), 200))]
    const record = ended({ name: 'op_0', call: 'PUT Microsoft.Web/sites/shop', seconds: 1 })
    const operation = begin(request('GET'), createAnswer(200, {}), rules(), at(1))
    for (const [next, line] of [
      [told(blinded(at(1), 'HTTP 502')), 'The state could not be read: HTTP 502; asking again'],
      [{ kind: 'ended', at: at(1), record }, 'Succeeded after 1 s'],
      [told({ kind: 'condition-read', at: at(1), seen: 'x' }), 'Condition: x'],
      [told({ kind: 'moved', at: at(1), operation }), undefined]
    ] as const) {
      const more = line === undefined ? [] : [`12:04:32  op_0   ${line}`]
      expect(linesOf([...first, next])).toEqual([answer, ...more])
    }
  })

  const call = 'PUT Microsoft.Web/sites/shop'
  const accepted = [
    requested(),
    told(answered(at(1), 202)),
    told(moved({ at: at(1), status: 'Running' }))
  ]
  const first = `12:04:32  op_0   PUT Microsoft.Web/sites/shop: 202, Running`
  const succeeded = told(moved({ at: at(9), status: 'Succeeded' }))

  it('say once that one has succeeded', () => {
    const record = ended({ name: 'op_0', call })
    const end: ListLogEvent = { kind: 'ended', at: at(10), record }
    const part = told({ kind: 'progressed', at: at(9), verb: 'succeeded', text: 'disk' })
    expect(linesOf([...accepted, succeeded, part, end])).toEqual([
      first,
      '12:04:40  op_0   succeeded  disk',
      '12:04:41  op_0   Succeeded after 10 s'
    ])
  })

  it.each([
    [told({ kind: 'condition-read', at: at(12), seen: 'x' }), 'Condition: x'],
    [told({ kind: 'retrying', at: at(12), reason: 'HTTP 503', delayMs: 0 }), 'HTTP 503']
  ] as const)('say that one has succeeded before what comes after that: %j', (next, words) => {
    const again = told({ kind: 'condition-read', at: at(13), seen: 'y' })
    expect(linesOf([...accepted, succeeded, next, again])).toEqual([
      first,
      '12:04:40  op_0   Succeeded',
      `12:04:43  op_0   ${words}`,
      '12:04:44  op_0   Condition: y'
    ])
  })

  it('have a line of a percentage for each quarter, and every 30 seconds', () => {
    const percents = [
      [2, 3],
      [3, 24],
      [4, 25],
      [5, 49],
      [33, 50],
      [62, 51],
      [63, 52],
      [64, 53]
    ] as const
    const moves = percents.map(([seconds, percentComplete]) =>
      told(moved({ at: at(seconds), status: 'Running', percentComplete }))
    )
    const other = told(moved({ at: at(65), status: 'Updating', percentComplete: 54 }))
    expect(linesOf([...accepted, ...moves, other])).toEqual([
      first,
      '12:04:33  op_0   Running  3%',
      '12:04:35  op_0   Running  25%',
      '12:05:04  op_0   Running  50%',
      '12:05:34  op_0   Running  52%',
      '12:05:36  op_0   Updating  54%'
    ])
  })

  it('name the answer alone where the request is not known', () => {
    const moves = [told(answered(at(1), 202)), told(moved({ at: at(1), status: 'Running' }))]
    expect(linesOf(moves)).toEqual(['12:04:32  op_0   HTTP 202, Running'])
  })

  it('are warned of by name, once', () => {
    const warned = told({ kind: 'warned', text: 'Beware\n::error::x' })
    expect(
      linesOf([
        warned,
        warned,
        told({ kind: 'warned', text: 'Beware' }, 'op_1'),
        told({ kind: 'not-resumable' })
      ])
    ).toEqual([
      'warning: op_0: Beware : :error::x',
      'warning: op_1: Beware',
      'warning: op_0: This operation cannot be resumed elsewhere: its polling URLs are too long'
    ])
  })

  it.each([
    [
      true,
      ['12:04:31  op_0   There is nothing to follow: Azure named no URL that tells how it ends']
    ],
    [false, []]
  ])('say that there is nothing to follow, where it was accepted: %s', (isAccepted, lines) => {
    expect(linesOf([told({ kind: 'nothing-to-follow', isAccepted })])).toEqual(lines)
  })

  it('tell what is known of their kind in groups of their own', () => {
    const record = ended({
      name: 'op_0',
      call: 'PUT Microsoft.Web/sites/shop',
      warnings: ['Beware'],
      addition: {
        outputs: [],
        summary: [],
        finding: '1 to create',
        log: { title: 'Changes', lines: ['+ a'] },
        excerpt: { title: 'Log of b', text: 'done' }
      }
    })
    expect(linesOf([{ kind: 'ended', at: at(10), record }])).toEqual([
      '▸ op_0: Changes',
      '    + a',
      '▸ op_0: Log of b',
      '    done',
      'warning: op_0: Beware',
      '12:04:41  op_0   Succeeded after 10 s  1 to create'
    ])
  })

  it.each([
    [{ kind: 'if' }, 'Skipped: its if is false'],
    [{ kind: 'needs', name: 'a' }, 'Skipped: needs a'],
    [{ kind: 'fail-fast', name: 'a' }, 'Skipped: a did not succeed (fail-fast)'],
    [{ kind: 'deadline' }, 'Not started: the time was over'],
    [{ kind: 'cancellation' }, 'Not started: the workflow was canceled'],
    [{ kind: 'fault', message: '${a.b} is null\n' }, 'Failed, not sent: ${a.b} is null'],
    [{ kind: 'fault', message: '${a} is x. Nothing was sent.' }, 'Failed, not sent: ${a} is x.']
  ] as const)('say why one was not sent: %j', (why, words) => {
    expect(linesOf([notSent('op_1', why)])).toEqual([`12:04:40  op_1   ${words}`])
  })

  it('have a line for each that was not sent', () => {
    const lines = linesOf(listNames(3).map((name) => notSent(name, { kind: 'needs', name: 'a' })))
    expect(lines.length).toBe(3)
  })

  it('have names that keep their beginning and their end, in a column', () => {
    const name = `machine_${'x'.repeat(30)}_0417`
    const records = [name, 'b'].map((each): OperationRecord => ({ kind: 'waiting', name: each }))
    const { state } = tell([SIGNED_IN, planOf(createReport(records, 0))])
    const lines = tell([notSent(name, { kind: 'if' }), notSent('b', { kind: 'if' })], state).lines
    expect(show(lines)).toEqual([
      '12:04:40  machine_xxx…xxxxxxx_0417  Skipped: its if is false',
      '12:04:40  b                         Skipped: its if is false'
    ])
  })
})

describe('more than 20 operations', () => {
  it('have no line for a change', () => {
    expect(
      linesOf(
        [
          started('op_0'),
          requested(),
          told({ kind: 'retrying', at: at(1), reason: 'HTTP 503', delayMs: 5_000 }),
          told(answered(at(6), 202)),
          told(moved({ at: at(6), status: 'Running' })),
          told({ kind: 'progressed', at: at(7), text: 'x' }),
          told({ kind: 'condition-read', at: at(8), seen: 'x' })
        ],
        21
      )
    ).toEqual([])
  })

  it('have one line for all that were not sent for the same reason', () => {
    const skipped = listNames(8).map((name) => notSent(name, { kind: 'needs', name: 'a' }))
    expect(
      linesOf([...skipped, notSent('op_8', { kind: 'if' }), { kind: 'minute', at: at(60) }], 21)
    ).toEqual([
      '12:04:40  (all)  8 operations Skipped: needs a (op_0, op_1, op_2, op_3, op_4 and 3 more)',
      '12:04:40  op_8   Skipped: its if is false',
      '12:05:31  (all)  1 done, 8 not started, 12 waiting'
    ])
  })

  it('have a warning once, and the number of the others at the end', () => {
    const warnings = listNames(30).map((name) => told({ kind: 'warned', text: 'Beware' }, name))
    const { state, lines } = tell(warnings, beginLog(30))
    expect(show(lines)).toEqual(['warning: op_0: Beware'])
    const end = show(describeListEnd(state, createReport([], 0)).lines)
    expect(end).toContain('The same warning for 29 more: Beware')
  })

  it('have a warning once that the record of its operation has, too', () => {
    const record = ended({
      name: 'op_0',
      call: 'PUT Microsoft.Web/sites/shop',
      warnings: ['Beware', 'News']
    })
    const events = [
      told({ kind: 'warned', text: 'Beware' }),
      { kind: 'ended', at: at(10), record }
    ] as const
    const { state, lines } = tell(events, beginLog(30))
    const end = describeListEnd(state, createReport([], 0)).lines
    expect(show(lines).slice(0, 2)).toEqual(['warning: op_0: Beware', 'warning: op_0: News'])
    expect(show(end).join('\n')).not.toContain('The same warning')
  })

  it('have 50 warnings at most', () => {
    const warnings = listNames(80).map((name) => told({ kind: 'warned', text: name }, name))
    expect(linesOf(warnings, 80).length).toBe(50)
  })

  it('have no more lines of changes of previews than a person reads', () => {
    const addition = {
      outputs: [],
      summary: [],
      log: { title: 'Changes', lines: Array.from({ length: 400 }, () => '+ a') }
    }
    const ends = listNames(100).map((name): ListLogEvent => {
      const record = ended({ name, call: 'POST Microsoft.Web/sites/shop/whatIf', addition })
      return { kind: 'ended', at: at(10), record }
    })
    expect(tell(ends, beginLog(100)).lines.length).toBeLessThan(5_200)
  })
})

describe('more than 200 operations', () => {
  it('have a line only for what did not succeed', () => {
    const call = 'PUT Microsoft.Web/sites/shop'
    const records = [
      ended({ name: 'op_0', call }),
      ended({ name: 'op_1', call, status: 'InProgress' }),
      refused({ name: 'op_2', call }, 'Conflict', 'No.')
    ]
    const lines = linesOf(
      records.map((record) => ({ kind: 'ended', at: at(10), record })),
      201
    )
    expect(lines).toEqual(['12:04:41  op_2    Failed after 0.4 s  Conflict: No.'])
  })
})

describe('a loop', () => {
  const call = 'POST Microsoft.Compute/virtualMachines/vm/deallocate'
  const opened = (keys: readonly string[], name = 'stop'): ListLogEvent => ({
    kind: 'opened',
    at: at(1),
    name,
    operations: keys.map((key) => ({ key, name: nameOperation(name, key) }))
  })
  const listKeys = (count: number) => Array.from({ length: count }, (_, index) => `vm-${index}`)
  const shown = { method: 'POST', url: '/x', forEach: 'list.value' } as const
  const planned = (
    loop: NonNullable<PlannedEvent['items'][number]['loop']>,
    maxParallel = 1_000
  ): ListLogEvent => ({
    kind: 'planned',
    at: at(0),
    rules: { maxParallel, failFast: true },
    items: [
      { name: 'list', needs: [], shown: { method: 'GET', url: '/y' } },
      { name: 'stop', needs: ['list'], shown, loop }
    ]
  })
  const begin = (...given: Parameters<typeof planned>) => tell([SIGNED_IN, planned(...given)])
  const end = (name: string, seconds: number, isBad = false): ListLogEvent => ({
    kind: 'ended',
    at: at(seconds),
    record: isBad
      ? refused({ name, call, seconds }, 'Conflict', 'No.')
      : ended({ name, call, seconds })
  })

  it.each([
    ['of a response', {}, 'for each element of list.value; needs list'],
    ['of another loop', { follows: 'list' }, 'with each of list'],
    [
      'that is known',
      { operations: ['a', 'b'].map((key) => ({ key, name: `stop[${key}]` })) },
      'for each of 2: a, b; needs list'
    ],
    ['that is empty', { operations: [] }, 'for each of no elements; needs list']
  ] as const)('says in the plan what it goes over: a list %s', (_what, loop, words) => {
    expect(show(begin(loop).lines).at(-1)).toContain(`POST /x  (${words})`)
  })

  it.each([
    [1, {}, 1_000, '1 operation'],
    [48, {}, 1_000, '48 operations'],
    [48, {}, 20, '48 operations, at most 20 at once'],
    [48, { maxParallel: 5 }, 20, '48 operations, at most 5 at once'],
    [48, { maxParallel: 50 }, 20, '48 operations, at most 20 at once'],
    [1_000, {}, 5_000, '1,000 operations'],
    [0, {}, 5_000, '0 operations: the list is empty']
  ] as const)('says how many it has: %i', (count, loop, maxParallel, words) => {
    const { state } = begin(loop, maxParallel)
    const { lines } = tell([opened(listKeys(count))], state)
    expect(show(lines)).toEqual([expect.stringMatching(/^12:04:32 {2}stop +\S/)])
    expect(show(lines)[0]?.split('stop')[1]?.trim()).toBe(words)
  })

  it('says nothing more of one whose list the plan told', () => {
    const operations = [{ key: 'a', name: 'stop[a]' }]
    expect(tell([opened(['a'])], begin({ operations }).state).lines).toEqual([])
  })

  it('counts its operations from then on: in the heartbeat, and in what has a line', () => {
    const { state } = begin({})
    const minute = (minutes: number): ListLogEvent => ({ kind: 'minute', at: at(60 * minutes) })
    const change = told({ kind: 'progressed', at: at(70), text: 'x' }, 'stop[vm-0]')
    const events = [
      started('list'),
      minute(1),
      end('list', 61),
      opened(listKeys(30)),
      change,
      started('stop[vm-0]', 62),
      minute(2)
    ]
    expect(show(tell(events, state).lines)).toEqual([
      '12:05:31  (all)  1 running, 1 waiting; longest: list (1 m)',
      '12:05:32  list   Succeeded after 1 m 1 s',
      '12:04:32  stop         30 operations',
      '12:06:31  (all)        1 running, 1 done, 29 waiting; longest: stop[vm-0] (58 s)'
    ])
  })

  it('has a line when it is done, where there are many and any was sent', () => {
    const keys = listKeys(25)
    const names = keys.map((key) => nameOperation('stop', key))
    const { state } = tell([opened(keys)], begin({}).state)
    const starts = names.slice(0, 24).map((name) => started(name, 2))
    const ends = names.slice(0, 24).map((name, index) => end(name, 9, index === 3))
    const skipped = notSent('stop[vm-24]', { kind: 'fail-fast', name: 'stop[vm-3]' })
    expect(show(tell([...starts, ...ends, skipped], state).lines).slice(-2)).toEqual([
      '12:04:40  stop[vm-24]  Skipped: stop[vm-3] did not succeed (fail-fast)',
      '12:04:40  stop         23 of 25 succeeded, 1 not started, 1 failed, in 7 s'
    ])
    const none = names.map((name) => notSent(name, { kind: 'needs', name: 'list' }))
    expect(show(tell([...none, { kind: 'minute', at: at(60) }], state).lines)[0]).toBe(
      '12:04:40  (all)        25 operations Skipped: needs list (stop[vm-0], stop[vm-1], stop[vm-2], stop[vm-3], stop[vm-4] and 20 more)'
    )
    expect(show(tell(none, state).lines)).toEqual([])
  })

  it('has one line for each end of a few, and no more', () => {
    const { state } = tell([opened(['a'])], begin({}).state)
    const lines = show(tell([started('stop[a]'), end('stop[a]', 2)], state).lines)
    expect(lines).toEqual(['12:04:33  stop[a]  Succeeded after 2 s'])
  })

  it('that never opened has a line under its own name', () => {
    const skipped = notSent('stop', { kind: 'needs', name: 'list' })
    expect(show(tell([skipped], begin({}).state).lines)).toEqual([
      '12:04:40  stop   Skipped: needs list'
    ])
  })

  it('has few lines of five thousand operations, in a short time', () => {
    const keys = listKeys(4_998)
    const events = keys.flatMap((key) => {
      const name = nameOperation('stop', key)
      return [started(name), end(name, 9)]
    })
    const { state } = tell([opened(keys)], begin({}).state)
    const lines: LogLine[] = []
    expect(measureCpuMs(() => lines.push(...tell(events, state).lines))).toBeLessThan(4_000)
    expect(show(lines)).toEqual(['12:04:40  stop           4,998 of 4,998 succeeded, in 9 s'])
  })

  it.each(HOSTILE_KEYS)('has harmless lines for the key %j', (key) => {
    for (const count of [1, 30, 300]) {
      const keys = [key, ...listKeys(count)]
      const name = nameOperation('stop', key)
      const record = refused({ name, call }, 'Conflict', 'No.')
      const events: readonly ListLogEvent[] = [
        SIGNED_IN,
        planned({ operations: keys.map((each) => ({ key: each, name: `stop[${each}]` })) }),
        started(name),
        requested(name),
        told(answered(at(1), 202), name),
        told({ kind: 'resumable', point: POINT }, name),
        told({ kind: 'warned', text: 'x' }, name),
        { kind: 'minute', at: at(60) },
        { kind: 'ended', at: at(61), record },
        ...keys
          .slice(1)
          .map((each) => notSent(nameOperation('stop', each), { kind: 'needs', name }))
      ]
      const report = createReport([record, unsent('a', { kind: 'needs', name })], 70)
      const { state, lines } = tell(events)
      const all = [...lines, ...describeListEnd(state, report).lines].map(textOf)
      expect(all.length).toBeGreaterThan(10)
      for (const line of all) {
        expect(line).not.toMatch(/^\s*::|##\[|[\n\r\u2028\u202e\u200f]/)
        if (/^\d\d:/.test(line)) expect(line.slice(10).search(/ {2}/)).toBeLessThanOrEqual(24)
      }
    }
  })
})

describe('what has ended in an earlier step', () => {
  const call = 'PUT Microsoft.Web/sites/shop'
  const past = (name: string, isBad = false): ListLogEvent => {
    const record = isBad ? refused({ name, call }, 'Conflict', 'No.') : ended({ name, call })
    return { kind: 'ended', at: at(1), record: { ...record, isPast: true } }
  }

  const minute: ListLogEvent = { kind: 'minute', at: at(60) }

  it('has a line each, of a few, before anything else happens', () => {
    expect(linesOf([past('op_0'), past('op_1', true)])).toEqual([])
    expect(linesOf([past('op_0'), past('op_1', true), minute])).toEqual([
      '12:04:32  op_0   Succeeded in an earlier step',
      '12:04:32  op_1   Failed in an earlier step  Conflict: No.',
      '12:05:31  (all)  1 done, 1 failed, 1 waiting'
    ])
  })

  it('comes after the sign-in and the plan, and in any case before the end', () => {
    const records = [...listNames(1), 'b'].map(
      (name): OperationRecord => ({ kind: 'waiting', name })
    )
    const { state, lines } = tell([planOf(createReport(records, 0)), past('op_0'), SIGNED_IN])
    expect(show(lines).slice(-3)[0]).toBe('▸ Plan: 2 operations')
    expect(show(describeListEnd(state, createReport([], 0)).lines)[0]).toBe(
      '12:04:32  op_0   Succeeded in an earlier step'
    )
  })

  it('is counted in one line, of many', () => {
    const events = [...listNames(20).map((name) => past(name)), past('op_20', true)]
    expect(linesOf([...events, minute], 25)).toEqual([
      '12:04:32  (all)  21 operations ended in an earlier step: 20 succeeded, 1 failed',
      '12:05:31  (all)  20 done, 1 failed, 4 waiting'
    ])
  })

  it('is counted in one line, of a loop whose list is told later', () => {
    const names = Array.from({ length: 30 }, (_, index) => nameOperation('stop', `k${index}`))
    const operations = names.map((name) => ({ name, key: name.slice(5, -1) }))
    const shown = { method: 'POST', url: '/x' } as const
    const { state } = tell([
      SIGNED_IN,
      {
        kind: 'planned',
        at: at(0),
        rules: { maxParallel: 99, failFast: true },
        items: [{ name: 'stop', needs: [], shown, loop: {} }]
      }
    ])
    const pasts = names.slice(0, 25).map((name) => past(name))
    const opened = { kind: 'opened', at: at(2), name: 'stop', operations } as const
    const { lines } = tell([...pasts, minute, opened, { ...minute, at: at(120) }], state)
    expect(show(lines)).toEqual([
      '12:04:32  (all)  25 operations ended in an earlier step: 25 succeeded',
      '12:05:31  (all)  25 done',
      '12:04:33  stop       30 operations',
      '12:06:31  (all)      25 done, 5 waiting'
    ])
  })
})

describe('a step that resumes another', () => {
  it('warns of what cannot be sent, since something of it was not kept', () => {
    const message = 'it needs the body of list, which the state of the earlier step does not hold'
    expect(linesOf([notSent('op_1', { kind: 'lost', message })])).toEqual([
      `12:04:40  op_1   Skipped: ${message}`,
      `warning: op_1: ${message}`
    ])
  })

  it('says what it does not start, of which a warning was told at the start', () => {
    const records = [
      ended({ name: 'a', call: 'PUT A.B/c/d' }),
      ...['b', 'c'].map((name) => unsent(name, { kind: 'not-resumed' }))
    ]
    const lines = show(describeListEnd(beginLog(3), createReport(records, 9)).lines)
    expect(lines.filter((line) => line.startsWith('warning:'))).toEqual([])
    expect(lines).toEqual(
      expect.arrayContaining([
        'Result: Succeeded',
        '  1 of 3 operations succeeded after 9 s. 2 operations had not started in the step that is resumed, and the same requests beside resume start them. None of them is still running in Azure.',
        '  2 operations: had not started in the step that is resumed (b, c)'
      ])
    )
  })
})

describe('handles of more than 20 operations', () => {
  const accepted = (seconds: number, name: string): readonly ListLogEvent[] => [
    told(answered(at(seconds), 202), name),
    told({ kind: 'resumable', point: { ...POINT, handle: `handle-of-${name}` } }, name)
  ]

  it('gather for a second, and say once how to use them', () => {
    const { state, lines } = tell(
      [
        ...accepted(0, 'op_0'),
        ...accepted(0.5, 'op_1'),
        ...accepted(1, 'op_2'),
        ...accepted(2, 'op_3')
      ],
      beginLog(21)
    )
    expect(show(lines)).toEqual([
      '▸ Handles of 2 operations',
      '    To wait for it in another step, job or run:',
      '    ',
      ...POINT.step.split('\n').map((line) => `    ${line}`),
      '    ',
      '    [4 more]',
      '▸ Handle of op_2',
      '    op_2  handle-of-op_2'
    ])
    expect(state.handles.map(({ name }) => name)).toEqual(['op_3'])
  })

  it('come at most once a second', () => {
    const { state } = tell([...accepted(0, 'op_0'), ...accepted(1, 'op_1')], beginLog(21))
    expect(flushHandles(state, at(1.5)).lines).toEqual([])
    expect(flushHandles(state, at(2)).lines.map(textOf)).toEqual([
      'Handle of op_1',
      'op_1  handle-of-op_1',
      ''
    ])
    expect(flushHandles(flushHandles(state, at(2)).state, at(9)).lines).toEqual([])
  })

  it('are told of what may still run, and not of what has ended before', () => {
    const call = 'PUT Microsoft.Web/sites/shop'
    const ends = [
      ended({ name: 'op_0', call }),
      ended({ name: 'op_1', call, status: 'InProgress', operation: POINT })
    ].map((record): ListLogEvent => ({ kind: 'ended', at: at(0.5), record }))
    const { state } = tell([...accepted(0, 'op_0'), ...accepted(0, 'op_1'), ...ends], beginLog(21))
    expect(show(describeListEnd(state, createReport([], 0)).lines)[0]).toBe('▸ Handle of op_1')
  })

  it('come before the end in any case', () => {
    const { state } = tell(accepted(0, 'op_0'), beginLog(21))
    expect(show(describeListEnd(state, createReport([], 0)).lines)[0]).toBe('▸ Handle of op_0')
  })
})

describe('the heartbeat', () => {
  it('says how many are where, and which runs for the longest time', () => {
    const call = 'PUT Microsoft.Web/sites/shop'
    const ends = [
      ended({ name: 'op_0', call }),
      refused({ name: 'op_1', call }, 'Conflict', 'No.'),
      ended({ name: 'op_2', call, status: 'Unknown' }),
      ended({ name: 'op_3', call, status: 'TimedOut' })
    ]
    const lines = linesOf(
      [
        ...listNames(6).map((name, index) => started(name, index)),
        ...ends.map((record): ListLogEvent => ({ kind: 'ended', at: at(10), record })),
        notSent('op_6', { kind: 'needs', name: 'op_1' }),
        { kind: 'minute', at: at(60) }
      ],
      30
    )
    expect(lines.at(-1)).toBe(
      '12:05:31  (all)  2 running, 1 done, 1 failed, 1 unknown, 1 timed out, 1 not started, 23 waiting; longest: op_4 (56 s)'
    )
  })

  it.each([
    [1, '1 request slowed down by HTTP 429'],
    [2, '2 requests slowed down by HTTP 429']
  ])('says that Azure has too many requests: %i', (count, words) => {
    const retry = (reason: string) => told({ kind: 'retrying', at: at(1), reason, delayMs: 1 })
    const retries = Array.from({ length: count }, () => retry('HTTP 429 (TooManyRequests)'))
    const minute = (minutes: number): ListLogEvent => ({ kind: 'minute', at: at(60 * minutes) })
    const lines = linesOf([...retries, retry('HTTP 503'), minute(1), minute(2)], 30)
    expect(lines).toEqual([`12:05:31  (all)  30 waiting; ${words}`, '12:06:31  (all)  30 waiting'])
  })
})

describe('a warning about the list', () => {
  it('is written once', () => {
    const first = describeListWarning(beginLog(3), 'x\n::error::')
    expect(first.lines).toEqual([{ kind: 'warning', text: 'x : :error::' }])
    expect(describeListWarning(first.state, 'x\n::error::').lines).toEqual([])
  })
})

describe('the end', () => {
  it('tells the other failures of one operation, and what Azure said', () => {
    const error = createError(
      'DeploymentFailed',
      '',
      createError('A', 'a.'),
      createError('B', 'b.')
    )
    const record = ended({ name: 'web', call: 'PUT A.B/c/d', status: 'Failed', error })
    const quoted = { ...record, explanation: { ...record.explanation, quote: 'Oh no' } }
    const lines = show(describeListEnd(beginLog(3), createReport([quoted], 9)).lines)
    expect(lines).toContain('Root cause: A: a.')
    expect(lines).toContain('And 1 more: B.')
    expect(lines).toContain('What Azure said: Oh no')
  })

  it('tells of what was not sent for a fault, and names few of many', () => {
    const records = [
      unsent('a', { kind: 'fault', message: '${b.c} is null' }),
      ...listNames(30).map((name) => unsent(name, { kind: 'needs', name: 'a' })),
      ...listNames(30).map(
        (name): OperationRecord => ({
          kind: 'running',
          name,
          startedAt: at(0),
          request: toRequest('PUT', 'Microsoft.Web/sites/shop')
        })
      ),
      ...listNames(30).map((name, index) => unsent(name, { kind: 'needs', name: `x${index}` }))
    ]
    const lines = show(describeListEnd(beginLog(91), createReport(records, 9)).lines)
    expect(lines).toEqual(
      expect.arrayContaining([
        'Failed: a',
        'Root cause: InvalidReference: ${b.c} is null',
        '  Nothing was sent for it.',
        '  30 operations: needs a (op_0, op_1, op_2, op_3, op_4 and 25 more)',
        '  … and 10 more',
        '  … and 21 more'
      ])
    )
  })
})

describe('a hostile service', () => {
  it.each([3, 30, 300])('gives no command to the runner, in a list of %i', (count) => {
    const hostile = 'x\n::error::y\r\n##[error]z\u2028::add-mask::w\u001b[31m'
    const call = 'PUT Microsoft.Web/sites/shop'
    const error = createError(hostile, hostile, createError(hostile, `${hostile}2`))
    const overrides = {
      error,
      reason: hostile,
      lastStatus: hostile,
      correlationId: hostile,
      warnings: [hostile]
    }
    const request = { method: 'PUT' as const, url: `https://h.example/${hostile}` }
    const records = [
      ended({ name: 'op_0', call, status: 'Failed', ...overrides, request }),
      ended({ name: 'op_1', call, status: 'Failed', ...overrides }),
      ended({ name: 'op_2', call, status: 'Unknown', ...overrides, request }),
      unsent('op_3', { kind: 'fault', message: hostile })
    ]
    const events = [
      told({ kind: 'requested', at: at(0), request, correlationId: 'c' }),
      told(answered(at(0), 202)),
      told(moved({ at: at(0), status: hostile })),
      told({ kind: 'progressed', at: at(1), text: hostile }),
      told({ kind: 'condition-read', at: at(1), seen: hostile }),
      told({ kind: 'retrying', at: at(1), reason: hostile, delayMs: 1 }),
      told({ kind: 'warned', text: hostile }),
      ...records.map(
        (record): ListLogEvent =>
          record.kind === 'ended'
            ? { kind: 'ended', at: at(2), record }
            : notSent(record.name, { kind: 'fault', message: hostile })
      )
    ]
    const { state, lines } = tell(events, beginLog(count))
    const all = [...lines, ...describeListEnd(state, createReport(records, 9)).lines]
    expect(all.length).toBeGreaterThan(10)
    for (const line of all.map(textOf)) {
      expect(line).not.toMatch(/^\s*::|##\[|[\n\r\u2028]/)
      expect(line).not.toContain('\u001b')
    }
  })
})
