/**
 * What each event of a run changes in what is known of it: one row for each kind.
 */
import { describe, expect, it } from 'vitest'
import {
  asyncOperation,
  empty,
  operationStatus,
  request,
  resource,
  rules,
  START_MS,
  STATUS,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { begin } from '../../src/operation/begin.ts'
import { next } from '../../src/operation/next.ts'
import type { Operation, PendingOperation } from '../../src/operation/state.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { apply, findResumable, type Progress, startProgress } from '../../src/run/progress.ts'

const AT = START_MS + 1_000
const ACCEPTED = empty(202, asyncOperation(STATUS))
const RUNNING = move(start(), 'Running')
const FAILED = move(RUNNING, 'Failed')
const SENT = { url: toUrl('/x'), sentAtMs: START_MS, correlationId: 'c' }
const TIMES = { askedAtMs: START_MS, answeredAtMs: AT }

function start(): PendingOperation {
  return toPending(begin(request('PUT'), ACCEPTED, rules(), START_MS))
}

function move(operation: Operation, word: string): Operation {
  const response = operationStatus(word)
  return next(toPending(operation), { kind: 'response', response }, rules(), AT)
}

function toPending(operation: Operation): PendingOperation {
  if ('wait' in operation) return operation
  throw new Error('test bug: it is over')
}

function progressAfter(...events: readonly RunEvent[]): Progress {
  return events.reduce(apply, startProgress(START_MS))
}

const UNCHANGED = startProgress(START_MS)

interface Row {
  readonly what: string
  readonly events: readonly RunEvent[]
  readonly changed: Partial<Progress>
}

const ROWS: readonly Row[] = [
  { what: 'nothing', events: [], changed: {} },
  {
    what: 'a request that is announced',
    events: [{ kind: 'requested', at: AT, request: request('PUT'), correlationId: 'c' }],
    changed: {}
  },
  {
    what: 'a request that leaves',
    events: [{ kind: 'sending', at: AT }],
    changed: { mayBeSent: true, sentAtMs: AT }
  },
  {
    what: 'an operation that an earlier run has sent',
    events: [
      {
        kind: 'resumed',
        at: AT,
        request: request('PUT'),
        acceptedAt: START_MS,
        correlationId: 'c',
        firstAnswer: empty(202)
      }
    ],
    changed: { mayBeSent: true, accepted: empty(202) }
  },
  {
    what: 'a repetition',
    events: [{ kind: 'retrying', at: AT, reason: 'HTTP 503', delayMs: 1 }],
    changed: {}
  },
  {
    what: 'the first answer',
    events: [{ kind: 'answered', at: AT, response: ACCEPTED }],
    changed: { accepted: ACCEPTED }
  },
  {
    what: 'an operation that was found',
    events: [{ kind: 'adopted', sent: SENT, times: TIMES }],
    changed: { adopted: SENT, lastPoll: TIMES }
  },
  { what: 'a poll', events: [{ kind: 'polled', ...TIMES }], changed: { lastPoll: TIMES } },
  {
    what: 'a state',
    events: [{ kind: 'moved', at: AT, operation: RUNNING }],
    changed: {
      operation: RUNNING,
      monitored: toPendingRunning(RUNNING),
      changes: [{ at: AT, status: 'Running' }]
    }
  },
  {
    what: 'the same state again',
    events: [
      { kind: 'moved', at: AT, operation: RUNNING },
      { kind: 'moved', at: AT + 1, operation: RUNNING }
    ],
    changed: {
      operation: RUNNING,
      monitored: toPendingRunning(RUNNING),
      changes: [{ at: AT, status: 'Running' }]
    }
  },
  {
    what: 'the end, which leaves the last state of the monitor',
    events: [
      { kind: 'moved', at: AT, operation: RUNNING },
      { kind: 'moved', at: AT + 1, operation: FAILED }
    ],
    changed: {
      operation: FAILED,
      monitored: toPendingRunning(RUNNING),
      changes: [
        { at: AT, status: 'Running' },
        { at: AT + 1, status: 'Failed' }
      ]
    }
  },
  {
    what: 'a resume point',
    events: [{ kind: 'resumable', point: { handle: 'armop1.a.b', step: '- uses: a' } }],
    changed: {}
  },
  { what: 'no resume point', events: [{ kind: 'not-resumable' }], changed: {} },
  {
    what: 'nothing to follow',
    events: [{ kind: 'nothing-to-follow', isAccepted: true }],
    changed: {}
  },
  { what: 'a wait', events: [{ kind: 'waiting', at: AT, nextPollAt: AT }], changed: {} },
  {
    what: 'a condition',
    events: [{ kind: 'condition-awaited', facts: RUNNING.facts, url: toUrl('/y') }],
    changed: {
      awaited: { state: 'awaiting-condition', facts: RUNNING.facts, url: toUrl('/y') }
    }
  },
  {
    what: 'a reading of the condition',
    events: [{ kind: 'condition-read', at: AT, seen: 'a is 1' }],
    changed: {}
  },
  { what: 'progress', events: [{ kind: 'progressed', at: AT, text: 'a started' }], changed: {} },
  { what: 'a cancel call', events: [{ kind: 'cancel-accepted' }], changed: { isCanceling: true } },
  {
    what: 'two notes, of which the last counts',
    events: [
      { kind: 'noted', note: 'one' },
      { kind: 'noted', note: 'two' }
    ],
    changed: { note: 'two' }
  },
  {
    what: 'warnings, which add up',
    events: [
      { kind: 'warned', text: 'one' },
      { kind: 'warned', text: 'two' }
    ],
    changed: { warnings: ['one', 'two'] }
  }
]

function toPendingRunning(operation: Operation) {
  if (operation.state !== 'running') throw new Error('test bug: it does not run')
  return operation
}

describe('apply', () => {
  it.each(ROWS)('$what', ({ events, changed }) => {
    expect(progressAfter(...events)).toEqual({ ...UNCHANGED, ...changed })
  })

  it('leaves the progress before as it was', () => {
    const before = progressAfter({ kind: 'moved', at: AT, operation: RUNNING })
    const copy = structuredClone(before)
    apply(before, { kind: 'moved', at: AT + 1, operation: FAILED })
    apply(before, { kind: 'warned', text: 'one' })
    expect(before).toEqual(copy)
  })
})

describe('findResumable', () => {
  const moved = (operation: Operation): RunEvent => ({ kind: 'moved', at: AT, operation })
  const awaiting: RunEvent = {
    kind: 'condition-awaited',
    facts: RUNNING.facts,
    url: toUrl('/y')
  }

  it.each<[string, readonly RunEvent[], string | undefined]>([
    ['before the first answer', [], undefined],
    ['while it runs', [moved(RUNNING)], 'running'],
    ['once it has failed', [moved(RUNNING), moved(FAILED)], undefined],
    ['while a condition is waited for', [moved(RUNNING), awaiting], 'awaiting-condition'],
    [
      'when it was over with the first answer',
      [moved(begin(request('PUT'), resource(200, 'Succeeded'), rules(), AT))],
      undefined
    ]
  ])('%s', (_what, events, state) => {
    expect(findResumable(progressAfter(...events))?.state).toBe(state)
  })
})
