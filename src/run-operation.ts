/**
 * One request from its sending to its outcome: submit, begin, poll, conclude. Owns the deadline.
 */
import type { ArmClient, Tracing } from './arm/client.ts'
import { NoAnswerError } from './arm/http.ts'
import { spreadDelay } from './arm/retry-policy.ts'
import { type Submission, submitRequest } from './arm/submit.ts'
import { isSomebodyElses, type LookTimes, type SentRequest } from './arm/verify.ts'
import type { Clock } from './clock.ts'
import {
  concludeAccepted,
  concludeBroken,
  concludePolling,
  concludeUnanswered,
  concludeUnsigned,
  type RunFacts
} from './conclusion.ts'
import { SignInError } from './errors.ts'
import type { Inputs } from './inputs.ts'
import type { ArmRequest, ArmResponse } from './operation/message.ts'
import {
  begin,
  beginAbsence,
  isTerminal,
  type Operation,
  type Rules
} from './operation/operation.ts'
import { type PollerDependencies, type PollingEnd, pollUntilDone } from './operation/poller.ts'
import type { PollAnswer } from './operation/state.ts'
import type { Outcome, StatusChange } from './outcome.ts'
import type { Log } from './report/log.ts'

export interface OperationDependencies {
  readonly client: ArmClient
  readonly clock: Clock
  readonly tracing: Tracing
  readonly log: Log
}

/** A sign of life is due at least so often while nothing changes. */
const HEARTBEAT_MS = 60_000

/**
 * Runs the operation that the inputs describe. Rejects only where nothing can have been sent.
 * @param signal aborts when the workflow is canceled
 */
export async function runOperation(
  inputs: Inputs,
  dependencies: OperationDependencies,
  signal: AbortSignal
): Promise<Outcome> {
  const run = new OperationRun(inputs, dependencies, signal)
  return run.run()
}

class OperationRun {
  readonly #inputs: Inputs
  readonly #deps: OperationDependencies
  readonly #signal: AbortSignal
  readonly #request: ArmRequest
  readonly #rules: Rules
  readonly #startedAtMs: number
  readonly #deadlineMs: number
  readonly #changes: StatusChange[] = []
  readonly #warnings: string[] = []
  /** The request may have left. */
  #isSent = false
  #accepted: ArmResponse | undefined
  /** The request whose answer was lost, and whose operation was found by looking. */
  #adopted: SentRequest | undefined
  #lastPoll: LookTimes | undefined

  constructor(inputs: Inputs, deps: OperationDependencies, signal: AbortSignal) {
    this.#inputs = inputs
    this.#deps = deps
    this.#signal = signal
    this.#request = { method: inputs.method, url: inputs.url }
    this.#rules = readRules(inputs)
    this.#startedAtMs = deps.clock.now()
    this.#deadlineMs = this.#startedAtMs + inputs.timeoutMs
  }

  async run(): Promise<Outcome> {
    try {
      const submission = await this.#submit()
      if (submission.kind === 'no-answer') return concludeUnanswered(this.#facts(), submission)
      return await this.#follow(this.#begin(submission))
    } catch (error) {
      // Without a token nothing was sent, or what was sent was refused.
      if (error instanceof SignInError) {
        return concludeUnsigned(this.#facts(), error.code, error.message)
      }
      if (!this.#isSent) throw error
      const message = error instanceof Error ? error.message : String(error)
      // What may be at work is never called failed because of a defect of ours.
      const reason = `The cause is this action and not Azure: ${message}`
      return concludeBroken(this.#facts(), reason, true)
    }
  }

  #submit(): Promise<Submission> {
    const { client, clock, tracing, log } = this.#deps
    const { body } = this.#inputs
    const request = body === undefined ? this.#request : { ...this.#request, body }
    return submitRequest(
      request,
      {
        client: { ...client, send: (...args) => this.#send(...args) },
        now: clock.now,
        sleep: clock.sleep,
        correlationId: tracing.correlationId,
        retryOn: this.#inputs.retryOn,
        spread: (delayMs, attempt) => spreadDelay(delayMs, tracing.correlationId, attempt),
        onRetry: (reason, delayMs) => log.retrying({ at: clock.now(), reason, delayMs })
      },
      this.#rules,
      this.#deadlineMs,
      this.#signal
    )
  }

  #send(...args: Parameters<ArmClient['send']>): Promise<ArmResponse> {
    this.#isSent = true
    return this.#deps.client.send(...args)
  }

  #begin(submission: Exclude<Submission, { kind: 'no-answer' }>): Operation {
    const { response } = submission
    const at = this.#deps.clock.now()
    this.#accepted = response
    const requestId = response.headers['x-ms-request-id']
    const answered = { status: response.status, at }
    this.#deps.log.answered(requestId === undefined ? answered : { ...answered, requestId })
    if (submission.kind === 'adopted') {
      this.#adopted = submission.sent
      this.#warn('The answer to the request was lost; what it started was found and is followed')
    }
    const operation =
      submission.kind === 'deleting'
        ? beginAbsence(this.#request, response, this.#rules, at)
        : begin(this.#request, response, this.#rules, at)
    this.#noteChange(operation)
    return operation
  }

  async #follow(operation: Operation): Promise<Outcome> {
    if (!this.#inputs.wait && !isTerminal(operation)) {
      return concludeAccepted(this.#facts(), operation)
    }
    const end = await pollUntilDone(
      operation,
      this.#pollerDependencies(),
      this.#rules,
      this.#deadlineMs,
      this.#signal
    )
    return concludePolling(this.#facts(), this.#doubtAdopted(end))
  }

  /** What was found at work in place of a lost answer may have been somebody else's: its end is not ours then. */
  #doubtAdopted(end: PollingEnd): PollingEnd {
    if (end.kind !== 'terminal' || end.operation.state === 'unknown') return end
    const { facts, response } = end.operation
    const isDoubtful =
      this.#adopted !== undefined &&
      this.#lastPoll !== undefined &&
      isSomebodyElses(this.#adopted, response, this.#lastPoll)
    if (!isDoubtful) return end
    const reason =
      'The answer to the request was lost, and the operation found on the resource was not started by it'
    return { kind: 'terminal', operation: { state: 'unknown', facts, response, reason } }
  }

  #pollerDependencies(): PollerDependencies {
    const { clock } = this.#deps
    return {
      now: clock.now,
      sleep: (ms, signal) => this.#sleepWithHeartbeat(ms, signal),
      get: (url, timeoutMs, signal) => this.#poll(url, timeoutMs, signal),
      onUpdate: (operation) => this.#noteChange(operation)
    }
  }

  /** What keeps a poll from being answered, a sign-in that fails included, is an unreadable poll and no more. */
  async #poll(url: string, timeoutMs: number, signal: AbortSignal): Promise<PollAnswer> {
    const { client, clock } = this.#deps
    const askedAtMs = clock.now()
    try {
      const response = await client.get(url, { timeoutMs, signal })
      this.#lastPoll = { askedAtMs, answeredAtMs: clock.now() }
      return { kind: 'response', response }
    } catch (error) {
      if (error instanceof NoAnswerError || error instanceof SignInError) {
        return { kind: 'no-response', message: error.message }
      }
      throw error
    }
  }

  async #sleepWithHeartbeat(ms: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps
    const untilMs = clock.now() + ms
    for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = untilMs - clock.now()) {
      log.heartbeat({ at: clock.now(), nextPollAt: untilMs })
      await clock.sleep(Math.min(leftMs, HEARTBEAT_MS), signal)
    }
  }

  #noteChange({ facts }: Operation): void {
    const { lastStatus, percentComplete } = facts
    if (lastStatus === undefined) return
    const last = this.#changes.at(-1)
    if (last?.status === lastStatus && last.percentComplete === percentComplete) return
    const change: StatusChange = {
      at: this.#deps.clock.now(),
      status: lastStatus,
      ...(percentComplete === undefined ? {} : { percentComplete })
    }
    this.#changes.push(change)
    this.#deps.log.statusChanged(change)
  }

  #warn(text: string): void {
    this.#warnings.push(text)
    this.#deps.log.warning(text)
  }

  #facts(): RunFacts {
    return {
      request: this.#request,
      cloud: this.#inputs.cloud,
      correlationId: this.#deps.tracing.correlationId,
      timeoutMs: this.#inputs.timeoutMs,
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#deps.clock.now(),
      changes: this.#changes,
      warnings: this.#warnings,
      ...(this.#accepted === undefined ? {} : { accepted: this.#accepted })
    }
  }
}

function readRules(inputs: Inputs): Rules {
  const { pollIntervalMs, maxPollIntervalMs, timeoutMs } = inputs
  return {
    finalStateVia: inputs.finalStateVia,
    extraStates: { success: inputs.successStates, failure: inputs.failureStates },
    acceptStatus: inputs.acceptStatus,
    trust: inputs.cloud.trust,
    timing: {
      timeoutMs,
      ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
      ...(maxPollIntervalMs === undefined ? {} : { maxPollIntervalMs })
    }
  }
}
