/**
 * The only loop over operations: starts what the schedule says, tells it how each ended, and keeps of their responses what
 * others still refer to. What an operation does, and where it is told, are the caller's. Nothing of one operation ever
 * changes what becomes of another, but for the order that the list itself asks for.
 */
import { omitUndefined } from '../values.ts'
import type { ListContext } from './context.ts'
import { createInbox } from './inbox.ts'
import { listOperations, toPastStates, toScheduled } from './listed-operations.ts'
import type { ListPlan, Scope } from './plan.ts'
import { keepResponses } from './responses.ts'
import { runItem } from './run-item.ts'
import { createRunning } from './running.ts'
import {
  type Advance,
  advance,
  closeSchedule,
  createSchedule,
  endItems,
  type ItemEnd,
  isOver,
  type Schedule
} from './schedule.ts'

/** End of a step before its operations. */
export type ListEndedBy = 'deadline' | 'cancellation'

/** End of a list: every operation has ended. */
export interface ListEnd {
  readonly schedule: Schedule
  /** The responses that the outputs of the step read. */
  readonly scope: Scope
  readonly endedBy?: ListEndedBy
}

/**
 * Longest time before the deadline in which nothing starts any more: what runs is asked for the last time then, and what
 * started could not be followed.
 */
const MAX_LEAD_MS = 2_000

/** Runs the operations of a list to their ends. Never rejects. */
export async function runAll(plan: ListPlan, context: ListContext): Promise<ListEnd> {
  const { clock, signal, deadlineMs } = context
  const lastStartMs = deadlineMs - Math.min(MAX_LEAD_MS, plan.timeoutMs / 10)
  const run = startList(plan, context, lastStartMs)
  const over = new AbortController()
  const cancel = () => run.close('cancellation')
  signal.addEventListener('abort', cancel, { once: true })
  void clock.sleep(lastStartMs - clock.now(), over.signal).then(() => {
    if (!over.signal.aborted) run.close('deadline')
  })
  if (signal.aborted) cancel()
  try {
    return await run.toEnd()
  } finally {
    over.abort()
    signal.removeEventListener('abort', cancel)
  }
}

interface ListRun {
  readonly toEnd: () => Promise<ListEnd>
  /** Lets nothing more start; a cancellation is passed on to all that run. */
  readonly close: (by: ListEndedBy) => void
}

function startList(plan: ListPlan, given: ListContext, lastStartMs: number): ListRun {
  const context = { ...given, observe: tellSafely(given.observe) }
  const { clock, observe } = context
  const responses = keepResponses(plan)
  const operations = listOperations(plan, responses, context)
  const running = createRunning()
  const inbox = createInbox<ItemEnd>()
  let schedule = createSchedule(plan.items.map(toScheduled), plan.rules, toPastStates(plan.past))
  let endedBy: ListEndedBy | undefined

  const release = (name: string) => {
    const operation = operations.find(name)
    if (operation !== undefined) responses.release(operation)
  }
  // What had ended in an earlier step reads nothing here.
  for (const [name, { kind }] of schedule.states)
    if (kind === 'ended' && !schedule.loops.has(name)) release(name)
  const end = (name: string) => {
    const state = schedule.states.get(name)
    release(name)
    if (state?.kind !== 'ended' || state.notSent === undefined) return
    const { status, notSent } = state
    observe({ kind: 'not-sent', at: clock.now(), name, status, notSent })
  }
  const start = (name: string) => {
    const operation = operations.find(name)
    if (operation === undefined) return
    observe({ kind: 'started', at: clock.now(), name })
    const started = running.start(name)
    // It was sent in an earlier step, and is followed whatever becomes of others.
    if (operation.resume !== undefined) started.onSend()
    void runItem(operation, started, { context, lastStartMs, responses }).then(inbox.post)
  }
  const settle = (step: Advance) => {
    schedule = step.schedule
    for (const name of step.ends) end(name)
    if (schedule.failed !== undefined) running.holdBack(schedule.failed)
    for (const name of step.starts) start(name)
  }
  return {
    toEnd: async () => {
      for (;;) {
        if (endedBy === undefined) settle(advance(schedule, operations))
        if (isOver(schedule)) break
        const ends = (await inbox.take()).map(running.end)
        schedule = endItems(schedule, ends)
        for (const { name } of ends) end(name)
      }
      return omitUndefined({ schedule, scope: responses.scope(), endedBy })
    },
    close: (by) => {
      if (isOver(schedule)) return
      endedBy ??= by
      settle(closeSchedule(schedule, by))
      if (by === 'cancellation') running.cancel()
      inbox.wake()
    }
  }
}

function tellSafely(observe: ListContext['observe']): ListContext['observe'] {
  return (event) => {
    try {
      observe(event)
    } catch {
      // There is nowhere left to say it.
    }
  }
}
