import { describe, expect, it } from 'vitest'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createHandle } from '../../__fixtures__/handles.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { createAnswer, createOutcome } from '../../__fixtures__/outcomes.ts'
import { createSharedTime, type SharedTime } from '../../__fixtures__/shared-time.ts'
import type { ListContext, StartedItem } from '../../src/batch/context.ts'
import { nameElements } from '../../src/batch/elements.ts'
import type { ListEvent } from '../../src/batch/events.ts'
import type { ListPlan, PlannedItem, Scope } from '../../src/batch/plan.ts'
import { runAll } from '../../src/batch/run-all.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import type { Outcome, OutcomeStatus } from '../../src/run/outcome.ts'
import type { OperationSpec } from '../../src/run/spec.ts'

const SECOND = 1_000
const URL = 'https://management.azure.com/a/b?api-version=2025-04-01'
const SPEC = toSpec(createInputs())

/** Operation of a list as a test writes it: what it needs, how long it takes, how it ends. */
interface Act extends Partial<Omit<PlannedItem, 'name' | 'shown'>> {
  readonly takesMs?: number
  readonly status?: OutcomeStatus
  readonly response?: Outcome['response']
  readonly runs?: (item: StartedItem, clock: SharedTime) => Promise<Outcome>
}

interface Show extends Partial<Omit<ListPlan, 'items'>>, Partial<Omit<ListContext, 'clock'>> {
  readonly acts: Readonly<Record<string, Act>>
  /** Milliseconds after the start. */
  readonly cancelsAt?: number
  readonly endsAt?: number
}

/** Runs a list whose operations take virtual time, and says what happened when. */
async function run({ acts, cancelsAt, endsAt = 3_600 * SECOND, ...given }: Show) {
  const clock = createSharedTime()
  const cancellation = new AbortController()
  const happened: string[] = []
  const started: Record<string, OperationSpec> = {}
  const note = (what: string) => happened.push(`${clock.elapsedMs() / SECOND} ${what}`)
  if (cancelsAt !== undefined) void clock.sleep(cancelsAt).then(() => cancellation.abort())
  const context: ListContext = {
    clock,
    signal: cancellation.signal,
    deadlineMs: clock.now() + endsAt,
    run: (item) => {
      note(`runs ${item.name}`)
      started[item.name] = item.spec
      const act = acts[item.name] ?? {}
      if (act.runs !== undefined) return act.runs(item, clock)
      item.onSend()
      return perform(act, item.signal, clock)
    },
    observe: (event) => {
      const line = tell(event)
      if (line !== undefined) note(line)
    },
    hide: (text) => text,
    keep: async (name, { ending }) => void note(`keeps ${name} ${ending.kind}`),
    ...given
  }
  const plan: ListPlan = {
    items: Object.entries(acts)
      .filter(([name]) => !isOperation(name))
      .map(([name, act]) => createItem(name, act)),
    rules: { maxParallel: 1_000, failFast: true },
    timeoutMs: endsAt,
    wait: true,
    outputs: [],
    outputReads: new Map(),
    results: SPEC.results,
    ...given
  }
  const end = await clock.runUntil(runAll(plan, context))
  const statuses = Object.fromEntries(
    [...end.schedule.states].map(([name, state]) => [name, state.kind === 'ended' && state.status])
  )
  return { end, happened, statuses, started }
}

/** Operations that are no item: those of loops, by their names. */
const isOperation = (name: string) => name.includes('[')

function createItem(name: string, act: Act): PlannedItem {
  return {
    name,
    needs: [],
    shown: { method: 'PUT', url: `/${name}` },
    reads: new Map(),
    digest: name,
    judge: () => ({ kind: 'true' }),
    prepare: async () => ({ kind: 'ready', spec: { ...SPEC, name }, warnings: [] }),
    ...act
  }
}

/** An operation that takes its time, or as long as the workflow lets it. */
async function perform(
  { takesMs = SECOND, status = 'Succeeded', response = createAnswer(200, {}) }: Act,
  signal: AbortSignal,
  { sleep }: Pick<SharedTime, 'sleep'>
): Promise<Outcome> {
  await sleep(takesMs, signal)
  if (signal.aborted) return createOutcome({ ending: { kind: 'left', by: 'cancellation' } })
  return createOutcome({ status, response })
}

/** An operation whose turn comes after five seconds. */
async function waitForTurn(
  { onSend, signal }: StartedItem,
  { sleep }: SharedTime
): Promise<Outcome> {
  await sleep(5 * SECOND, signal)
  if (signal.aborted) return createOutcome({ ending: { kind: 'not-sent', by: 'cancellation' } })
  onSend()
  return createOutcome({ status: 'Succeeded' })
}

function tell(event: ListEvent): string | undefined {
  switch (event.kind) {
    case 'opened':
      return `opens ${event.name}: ${event.operations.map(({ key }) => key).join(' ')}`
    case 'started':
      return `starts ${event.name}`
    case 'not-sent':
      return `does not send ${event.name}: ${event.status}, ${event.notSent.kind}`
    default:
      return undefined
  }
}

const sent = (at: number, name: string) => [`${at} starts ${name}`, `${at} runs ${name}`]

describe('runAll', () => {
  it('starts an operation as soon as what it needs is done, and no sooner', async () => {
    const { happened } = await run({
      acts: { plan: { takesMs: 3 * SECOND }, other: {}, site: { needs: ['plan'] } }
    })
    expect(happened).toEqual([
      '0 starts plan',
      '0 starts other',
      '0 runs plan',
      '0 runs other',
      '1 keeps other succeeded',
      '3 keeps plan succeeded',
      ...sent(3, 'site'),
      '4 keeps site succeeded'
    ])
  })

  it('starts no more at once than may run, in the order of the list', async () => {
    const acts = { a: { takesMs: 2 * SECOND }, b: {}, c: {}, d: {} }
    const { happened } = await run({ acts, rules: { maxParallel: 2, failFast: true } })
    expect(happened.filter((line) => line.includes('runs'))).toEqual([
      '0 runs a',
      '0 runs b',
      '1 runs c',
      '2 runs d'
    ])
  })

  it('lets go on what runs when one fails, and starts nothing more', async () => {
    const acts = { a: { status: 'Failed' }, b: { takesMs: 9 * SECOND }, c: {} } as const
    const { happened, statuses } = await run({ acts, rules: { maxParallel: 2, failFast: true } })
    expect(statuses).toEqual({ a: 'Failed', b: 'Succeeded', c: 'Skipped' })
    expect(happened).toContain('1 does not send c: Skipped, fail-fast')
    expect(happened).toContain('9 keeps b succeeded')
  })

  it('does not send what still waits for its turn when one fails', async () => {
    const acts = {
      a: { status: 'Failed' },
      b: {
        runs: async ({ onSend, signal }, { sleep }) => {
          onSend()
          return perform({ takesMs: 9 * SECOND }, signal, { sleep })
        }
      },
      c: { runs: waitForTurn }
    } satisfies Record<string, Act>
    const { happened, statuses } = await run({ acts })
    expect(statuses).toEqual({ a: 'Failed', b: 'Succeeded', c: 'Skipped' })
    expect(happened).toContain('1 does not send c: Skipped, fail-fast')
    const without = await run({ acts, rules: { maxParallel: 3, failFast: false } })
    expect(without.statuses).toEqual({ a: 'Failed', b: 'Succeeded', c: 'Succeeded' })
  })

  it('starts what does not need the one that failed where fail-fast is off', async () => {
    const acts = { a: { status: 'Failed' }, b: { needs: ['a'] }, c: {} } as const
    const { statuses } = await run({ acts, rules: { maxParallel: 1, failFast: false } })
    expect(statuses).toEqual({ a: 'Failed', b: 'Skipped', c: 'Succeeded' })
  })

  it('goes on after what its own condition leaves out', async () => {
    const judge = () => ({ kind: 'false' }) as const
    const acts = { a: { judge }, b: { needs: ['a'] } }
    const { statuses } = await run({ acts })
    expect(statuses).toEqual({ a: 'Skipped', b: 'Succeeded' })
  })

  it('ends an operation that cannot be prepared, without sending it', async () => {
    const fault = async () => ({ kind: 'fault', message: '${a.x} is null' }) as const
    const { end, happened } = await run({ acts: { a: { prepare: fault } } })
    expect(end.schedule.states.get('a')).toEqual({
      kind: 'ended',
      status: 'Failed',
      notSent: { kind: 'fault', message: '${a.x} is null' }
    })
    expect(happened).toEqual(['0 starts a', '0 does not send a: Failed, fault'])
  })

  it.each<[what: string, act: Act]>([
    [
      'a condition',
      {
        judge: () => {
          throw new Error('broken')
        }
      }
    ],
    ['a preparation', { prepare: () => Promise.reject(new Error('broken')) }],
    ['a run, before anything is sent', { runs: () => Promise.reject(new Error('broken')) }]
  ])('takes %s that throws for a fault of that operation alone', async (_what, act) => {
    const { statuses } = await run({
      acts: { a: act, b: {} },
      rules: { maxParallel: 9, failFast: false }
    })
    expect(statuses).toEqual({ a: 'Failed', b: 'Succeeded' })
  })

  it('takes what was not sent when the workflow was canceled for not started', async () => {
    const by = 'cancellation'
    const runs = async () => createOutcome({ ending: { kind: 'not-sent', by } })
    const { end, happened } = await run({ acts: { a: { runs } } })
    const notSent = { kind: by }
    expect(end.schedule.states.get('a')).toEqual({ kind: 'ended', status: 'Canceled', notSent })
    expect(happened).not.toContain('0 keeps a not-sent')
  })

  it('lets no teller change what happens', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    const { statuses } = await run({
      acts: { a: {}, b: {} },
      observe: broken,
      keep: async () => broken()
    })
    expect(statuses).toEqual({ a: 'Succeeded', b: 'Succeeded' })
  })

  describe('the deadline of the step', () => {
    it('ends what has not started, and leaves the rest to its own end', async () => {
      const acts = { a: { takesMs: 30 * SECOND }, b: {} }
      const { end, statuses, started, happened } = await run({
        acts,
        endsAt: 10 * SECOND,
        rules: { maxParallel: 1, failFast: true }
      })
      expect(statuses).toEqual({ a: 'Succeeded', b: 'TimedOut' })
      // By then what runs is asked for the last time, and there is none left to follow another one.
      expect(happened).toContain('9 does not send b: TimedOut, deadline')
      expect(started.a?.rules.timing).toMatchObject({
        timeoutMs: 10 * SECOND,
        endsWithStep: true
      })
      expect(end.endedBy).toBe('deadline')
    })

    it('leaves an operation whose own time is shorter its own', async () => {
      const { rules } = SPEC
      const spec = { ...SPEC, rules: { ...rules, timing: { timeoutMs: 3 * SECOND } } }
      const prepare = async () => ({ kind: 'ready', spec, warnings: [] }) as const
      const { started } = await run({ acts: { a: { prepare } }, endsAt: 10 * SECOND })
      expect(started.a?.rules.timing).toEqual({ timeoutMs: 3 * SECOND })
    })
  })

  describe('a cancellation', () => {
    it('ends what has not started, and is passed on to all that run', async () => {
      const acts = { a: { takesMs: 30 * SECOND }, b: { takesMs: 40 * SECOND }, c: { needs: ['a'] } }
      const { end, statuses } = await run({ acts, cancelsAt: 5 * SECOND })
      expect(statuses).toEqual({ a: 'InProgress', b: 'InProgress', c: 'Canceled' })
      expect(end.endedBy).toBe('cancellation')
    })

    it('keeps an operation from being sent that is being prepared', async () => {
      let letGo = () => {}
      const waits = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const prepare = async () => {
        await waits
        return { kind: 'ready', spec: SPEC, warnings: [] } as const
      }
      const signal = new AbortController()
      const clock = createSharedTime()
      void clock
        .sleep(SECOND)
        .then(() => signal.abort())
        .then(letGo)
      const ran: string[] = []
      const { schedule } = await clock.runUntil(
        runAll(
          {
            items: [createItem('a', { prepare })],
            rules: { maxParallel: 1, failFast: true },
            timeoutMs: 60 * SECOND,
            wait: true,
            outputs: [],
            outputReads: new Map(),
            results: SPEC.results
          },
          {
            clock,
            signal: signal.signal,
            deadlineMs: clock.now() + 60 * SECOND,
            run: async ({ name }) => {
              ran.push(name)
              return createOutcome()
            },
            observe: () => {},
            hide: (text) => text,
            keep: async () => {}
          }
        )
      )
      expect(ran).toEqual([])
      expect(schedule.states.get('a')).toMatchObject({ status: 'Canceled' })
    })

    it('before the start sends nothing', async () => {
      const { happened } = await run({ acts: { a: {} }, signal: AbortSignal.abort() })
      expect(happened).toEqual(['0 does not send a: Canceled, cancellation'])
    })
  })

  describe('a loop', () => {
    const LOOP = { followed: [], isJudgedWhole: false } as const
    const answer = (id: string) => createAnswer(200, { id })
    const look = (seen: Record<string, Scope>) => async (scope: Scope) => {
      seen[String(scope.item)] = structuredClone({ ...scope })
      return { kind: 'ready', spec: SPEC, warnings: [] } as const
    }
    const list = (...elements: readonly JsonValue[]) => ({
      ...LOOP,
      list: () => ({ kind: 'list', elements }) as const
    })

    it('sees its element, and what it needs as the whole that it is', async () => {
      const seen: Record<string, Scope> = {}
      const { end } = await run({
        acts: {
          plan: { response: answer('p') },
          site: {
            needs: ['plan'],
            reads: new Map([['plan', 'all']]),
            loop: list('w', 'n'),
            prepare: look(seen)
          },
          'site[w]': { response: answer('sw'), takesMs: 2 * SECOND },
          'site[n]': { response: answer('sn') },
          after: { needs: ['site'], reads: new Map([['site', 'all']]), prepare: look(seen) }
        },
        outputReads: new Map([['site', 'all']])
      })
      expect(seen).toEqual({
        w: { plan: { id: 'p' }, item: 'w', index: 0 },
        n: { plan: { id: 'p' }, item: 'n', index: 1 },
        undefined: { site: [{ id: 'sw' }, { id: 'sn' }] }
      })
      expect(end.scope).toEqual({ site: [{ id: 'sw' }, { id: 'sn' }] })
    })

    it('that follows others sees the one response with its element, of each of them', async () => {
      const seen: Record<string, Scope> = {}
      const both = new Map([
        ['region', 'all'],
        ['site', 'all']
      ] as const)
      const follow = (name: string, ...followed: readonly string[]) => ({
        ...LOOP,
        follows: name,
        followed
      })
      const { end } = await run({
        acts: {
          swap: { reads: both, loop: follow('site', 'site', 'region'), prepare: look(seen) },
          site: { loop: follow('region', 'region') },
          region: { loop: list('w', 'n') },
          'region[w]': { response: answer('rw') },
          'region[n]': { response: answer('rn') },
          'site[w]': { response: answer('sw') },
          'site[n]': { response: { ...answer(''), body: { kind: 'empty' } } }
        }
      })
      expect(seen).toEqual({
        w: { region: { id: 'rw' }, site: { id: 'sw' }, item: 'w', index: 0 },
        n: { region: { id: 'rn' }, site: null, item: 'n', index: 1 }
      })
      expect(end.scope).toEqual({})
    })

    it('looks at an if about the loop as a whole once, and at another for each element', async () => {
      const judged: string[] = []
      const judgeAs = (kind: 'true' | 'false') => (scope: Scope) => {
        judged.push(JSON.stringify(scope))
        return { kind }
      }
      const whole = { elements: nameElements(['a', 'b'], String), ...LOOP, isJudgedWhole: true }
      const { statuses } = await run({
        acts: {
          left: { loop: whole, judge: judgeAs('false') },
          each: { loop: list('a', 'b'), judge: judgeAs('true') }
        }
      })
      expect(judged).toEqual([
        '{"item":"a","index":0}',
        '{"item":"a","index":0}',
        '{"item":"b","index":1}'
      ])
      expect(statuses).toMatchObject({ left: 'Skipped', each: 'Succeeded' })
    })

    it('with more elements than a step may have operations sends nothing', async () => {
      const many = Array.from({ length: 4_999 }, (_, index) => index)
      const { happened } = await run({ acts: { a: {}, b: {}, all: { loop: list(...many) } } })
      expect(happened).toContain('0 does not send all: Failed, fault')
      expect(happened).not.toContain('0 starts all[0]')
    })

    it('is told when its elements are known, each once', async () => {
      const { happened } = await run({ acts: { a: { loop: list('x', 'x', { name: 'y' }, 7) } } })
      expect(happened[0]).toBe('0 opens a: x y 7')
    })
  })

  describe('what an earlier step has done', () => {
    it('is neither sent again nor lost, however late it is', async () => {
      const reading = decodeHandle(createHandle(URL), SPEC.rules.trust, {})
      if (reading.kind !== 'handle') throw new Error(reading.problem)
      const { handle } = reading
      const spec: OperationSpec = { ...SPEC, start: { kind: 'resume', handle } }
      const prepare = async () => ({ kind: 'ready', spec, warnings: [] }) as const
      const past = {
        operations: new Map([['a', { kind: 'accepted', prepare }]] as const),
        responses: new Map()
      }
      for (const given of [{ signal: AbortSignal.abort() }, { endsAt: 0 }]) {
        const { happened, started } = await run({ acts: { a: {}, b: {} }, past, ...given })
        expect(started.a?.start.kind).toBe('resume')
        expect(happened).not.toContain('0 runs b')
      }
    })

    it('goes on to its end when another fails', async () => {
      const prepare = async () => ({ kind: 'ready', spec: SPEC, warnings: [] }) as const
      const { statuses } = await run({
        acts: {
          a: { runs: ({ signal }, clock) => perform({ takesMs: 9 * SECOND }, signal, clock) },
          b: { status: 'Failed' }
        },
        past: {
          operations: new Map([['a', { kind: 'accepted', prepare }]] as const),
          responses: new Map()
        }
      })
      expect(statuses).toEqual({ a: 'Succeeded', b: 'Failed' })
    })

    it('is read by what has not started', async () => {
      const seen: Scope[] = []
      const prepare = async (scope: Scope) => {
        seen.push({ ...scope })
        return { kind: 'ready', spec: SPEC, warnings: [] } as const
      }
      const reads = new Map([['plan', 'all']] as const)
      await run({
        acts: { plan: {}, site: { needs: ['plan'], reads, prepare } },
        past: {
          operations: new Map([['plan', { kind: 'ended', outcome: createOutcome() }]] as const),
          responses: new Map([['plan', { id: 'p' }]])
        }
      })
      expect(seen).toEqual([{ plan: { id: 'p' } }])
    })
  })

  describe('the responses', () => {
    it('are there for as long as something refers to them', async () => {
      const seen: Record<string, Scope> = {}
      const look = (name: string) => async (scope: Scope) => {
        seen[name] = { ...scope }
        return { kind: 'ready', spec: SPEC, warnings: [] } as const
      }
      const answer = (id: string) => createAnswer(200, { id })
      const { end } = await run({
        acts: {
          plan: { response: answer('p') },
          unread: { response: answer('u') },
          site: {
            needs: ['plan'],
            reads: new Map([['plan', 'all']]),
            prepare: look('site'),
            response: answer('s')
          },
          slot: { needs: ['site'], reads: new Map([['site', 'all']]), prepare: look('slot') }
        },
        outputReads: new Map([['site', 'all']])
      })
      expect(seen).toEqual({ site: { plan: { id: 'p' } }, slot: { site: { id: 's' } } })
      expect(end.scope).toEqual({ site: { id: 's' } })
    })

    it('are null without a body', async () => {
      const response = { status: 204, headers: {}, body: { kind: 'empty' } } as const
      const { end } = await run({ acts: { a: { response } }, outputReads: new Map([['a', 'all']]) })
      expect(end.scope).toEqual({ a: null })
    })
  })

  it('is over at once without operations to send', async () => {
    const judge = () => ({ kind: 'false' }) as const
    const acts = Object.fromEntries(
      Array.from({ length: 3_000 }, (_each, at) => [`a${at}`, { judge }])
    )
    const { statuses } = await run({ acts })
    expect(new Set(Object.values(statuses))).toEqual(new Set(['Skipped']))
  })
})
