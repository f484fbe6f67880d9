/**
 * The poller's view of a run: its GETs, its sleep with signs of life, and its events.
 */
import type { ArmClient } from '../arm/client.ts'
import { SignInError } from '../errors.ts'
import { NoAnswerError, NoTurnError, type SendOptions } from '../http/http.ts'
import type { PollerDependencies } from '../operation/poller.ts'
import type { PollAnswer } from '../operation/state.ts'
import { omitUndefined } from '../values.ts'
import { toOperationError } from './conclude.ts'
import { HEARTBEAT_MS } from './events.ts'
import { type LiveRun, warnOfDefect } from './live-run.ts'

/** Dependencies of the poller, for this run. */
export function pollerDependencies(run: LiveRun): PollerDependencies {
  const { clock, hooks } = run.context
  let dateMs = Number.NaN
  return {
    now: clock.now,
    sleep: (ms, signal) => sleepWithHeartbeat(run, ms, signal),
    get: async (url, timeoutMs, signal) => {
      const answer = await get(run, url, { timeoutMs, signal })
      dateMs = Date.parse((answer.kind === 'response' && answer.response.headers.date) || '')
      return answer
    },
    onUpdate: (operation) => {
      run.emit({ kind: 'moved', at: clock.now(), operation })
      const { identity, deployedAtMs, faults } = operation.facts
      if (operation.state !== 'running' || faults !== undefined) return
      const seenRunningAtMs = Number.isNaN(dateMs) ? undefined : dateMs
      const seen = omitUndefined({ identity, deployedAtMs, seenRunningAtMs })
      warnOfDefect(run, 'The progress could not be told', () => hooks?.polled(run.deadlineMs, seen))
    }
  }
}

async function get(run: LiveRun, url: string, options: SendOptions): Promise<PollAnswer> {
  const { client, clock } = run.context
  const startedMs = clock.now()
  let askedAtMs = startedMs
  const onTurn = () => {
    askedAtMs = clock.now()
  }
  const maxWaitMs = run.deadlineMs - startedMs
  const answer = await poll(client, url, { ...options, maxWaitMs, onTurn })
  if (answer.kind === 'response') {
    run.emit({ kind: 'polled', askedAtMs, answeredAtMs: clock.now() })
  }
  return { ...answer, waitedMs: askedAtMs - startedMs }
}

async function sleepWithHeartbeat(run: LiveRun, ms: number, signal: AbortSignal): Promise<void> {
  const { clock } = run.context
  const untilMs = clock.now() + ms
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = untilMs - clock.now()) {
    run.emit({ kind: 'waiting', at: clock.now(), nextPollAt: untilMs })
    await clock.sleep(Math.min(leftMs, HEARTBEAT_MS), signal)
  }
}

/** Answer to one poll. What keeps it from being answered makes it unreadable, and no more where that may pass. */
export async function poll(
  client: Pick<ArmClient, 'get'>,
  url: string,
  options: SendOptions
): Promise<PollAnswer> {
  try {
    return { kind: 'response', response: await client.get(url, options) }
  } catch (error) {
    if (error instanceof SignInError) {
      const finalError = error.isFinal ? toOperationError(error) : undefined
      return omitUndefined({ kind: 'no-response', message: error.message, finalError })
    }
    if (error instanceof NoAnswerError) {
      const isUnasked = error instanceof NoTurnError || undefined
      return omitUndefined({ kind: 'no-response', message: error.message, isUnasked })
    }
    throw error
  }
}
