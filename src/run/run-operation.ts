/**
 * One request from its sending to its outcome: submit, begin, poll, conclude. Owns the deadline.
 */
import { type CancelPlan, planCancel } from '../arm/cancel.ts'
import type { ArmClient, Tracing } from '../arm/client.ts'
import { spreadDelay } from '../arm/retry-policy.ts'
import type { Submission } from '../arm/submission.ts'
import { submitRequest } from '../arm/submit.ts'
import {
  type Deployer,
  isSomebodyElses,
  type ProbeTimes,
  type RequestTrace
} from '../arm/verify.ts'
import type { Clock } from '../clock.ts'
import { SignInError } from '../errors.ts'
import { NoAnswerError, type SendOptions } from '../http/http.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { Inputs } from '../inputs/step.ts'
import type { AwaitingCondition, Handle } from '../operation/handle.ts'
import {
  begin,
  beginAbsence,
  isTerminal,
  type Operation,
  type Rules
} from '../operation/operation.ts'
import { type PollerDependencies, type PollingEnd, pollUntilDone } from '../operation/poller.ts'
import type { Facts, PollAnswer } from '../operation/state.ts'
import { formatTimestamp } from '../report/format.ts'
import type { Log } from '../report/log.ts'
import { type Cancellation, cancelAndFollow, cancelAtOnce } from './cancel.ts'
import {
  concludeAccepted,
  concludeBroken,
  concludeEarlierSuccess,
  concludePolling,
  concludeUnanswered,
  concludeUnsigned,
  describeTimeout,
  type RunFacts
} from './conclude.ts'
import type { OperationHooks } from './hooks.ts'
import type { Outcome, StatusChange } from './outcome.ts'
import type { HandOver } from './resume-point.ts'
import { type SavedRun, toSavedOperation } from './saved-run.ts'

export interface OperationDependencies {
  readonly client: ArmClient
  readonly clock: Clock
  readonly tracing: Tracing
  readonly log: Log
  readonly handOver: HandOver
  /** Writes down where an accepted operation can be waited for again, before its first poll. */
  readonly announce: (draft: Outcome) => Promise<void>
  /** Registers the secrets in an answer, before anything of it is logged or set. */
  readonly mask: (response: HttpResponse) => void
  /** Keeps what the post step has to know; undefined once there is nothing left to find out. */
  readonly save: (run: SavedRun | undefined) => void
  /** Knows this kind of operation better than the protocol does. */
  readonly hooks?: OperationHooks
}

/** What is asked after the end, for the report alone, may take so long beyond the deadline. */
const COMPLETION_MS = 500
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
  #accepted: HttpResponse | undefined
  /** The request whose answer was lost, and whose operation was found by looking. */
  #adopted: RequestTrace | undefined
  #lastPoll: ProbeTimes | undefined
  #operation: Operation | undefined
  #note: string | undefined
  #isCanceling = false
  #isSaved = false

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
      const { resume } = this.#inputs
      if (resume !== undefined) return await this.#resume(resume)
      // Nothing but a PUT can be looked for before it is answered.
      if (this.#request.method === 'PUT') this.#save('sending')
      const submission = await this.#submit()
      if (submission.kind === 'unanswered') {
        const outcome = concludeUnanswered(this.#facts(), submission)
        if (submission.why !== 'interrupted') this.#forget()
        return outcome
      }
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
      const outcome = concludeBroken(this.#facts(), reason, true)
      const { latest } = this.#deps.handOver
      return latest === undefined ? outcome : { ...outcome, operation: latest }
    }
  }

  #submit(): Promise<Submission> {
    const { client, clock, tracing, log } = this.#deps
    const { body } = this.#inputs
    const request = body === undefined ? this.#request : { ...this.#request, body }
    return submitRequest(request, {
      client,
      now: clock.now,
      sleep: clock.sleep,
      correlationId: tracing.correlationId,
      retryOn: this.#inputs.retryOn,
      spread: (delayMs, attempt) => spreadDelay(delayMs, tracing.correlationId, attempt),
      rules: this.#rules,
      deadlineMs: this.#deadlineMs,
      signal: this.#signal,
      observe: (event) => {
        if (event.kind === 'sending') this.#isSent = true
        else log.retrying({ at: event.at, reason: event.reason, delayMs: event.delayMs })
      }
    })
  }

  #begin(submission: Exclude<Submission, { kind: 'unanswered' }>): Operation {
    const { response } = submission
    const at = this.#deps.clock.now()
    this.#accepted = response
    const requestId = response.headers['x-ms-request-id']
    const answered = { status: response.status, at }
    this.#deps.log.answered(requestId === undefined ? answered : { ...answered, requestId })
    if (submission.kind === 'adopted') {
      this.#adopted = submission.sent
      this.#lastPoll = submission.times
      this.#warn(
        submission.wasAnswered === true
          ? 'Azure says that this deployment is active already, and it is the one that this step started: it is followed'
          : 'The answer to the request was lost; what it started was found and is followed'
      )
    }
    if (submission.kind === 'answered' && submission.deployer !== undefined) {
      this.#note = describeDeployer(submission.deployer)
    }
    const operation =
      submission.kind === 'deleting'
        ? beginAbsence(this.#request, response, this.#rules, at)
        : begin(this.#request, response, this.#rules, at)
    this.#noteChange(operation)
    return operation
  }

  /** Takes an operation up where an earlier run left it. Sends nothing but GETs. */
  async #resume({ operation, correlationId, requestId }: Handle): Promise<Outcome> {
    const { facts } = operation
    const ids = {
      ...(correlationId === undefined ? {} : { 'x-ms-correlation-request-id': correlationId }),
      ...(requestId === undefined ? {} : { 'x-ms-request-id': requestId })
    }
    this.#isSent = true
    this.#accepted = { status: facts.firstStatus, headers: ids, body: { kind: 'empty' } }
    if (operation.state !== 'awaiting-condition') {
      this.#noteChange(operation)
      return this.#follow(operation)
    }
    return this.#judge(concludeEarlierSuccess(this.#facts(), facts), operation, operation.url)
  }

  async #follow(operation: Operation): Promise<Outcome> {
    if (isTerminal(operation)) {
      this.#forget()
      const outcome = concludePolling(this.#facts(), { kind: 'terminal', operation })
      return this.#judge(await this.#complete(outcome), operation)
    }
    this.#deps.handOver.observe(operation)
    const accepted = this.#withResume(concludeAccepted(this.#facts(), operation), operation)
    await this.#deps.announce(accepted)
    if (!this.#inputs.wait) {
      this.#forget()
      return this.#doubtUnwatched(accepted, operation.facts)
    }
    this.#save('following')
    const polled = await pollUntilDone(operation, this.#pollerDependencies(), {
      rules: this.#rules,
      deadlineMs: this.#deadlineMs,
      signal: this.#signal
    })
    const end = this.#doubtAdopted(await this.#cancelWhenAsked(polled))
    if (end.kind === 'interrupted') this.#save('following')
    else this.#forget()
    const outcome = await this.#complete(concludePolling(this.#facts(), end))
    return this.#judge(outcome, end.operation)
  }

  /** Lets the room that knows this kind of operation add what it knows. */
  async #complete(outcome: Outcome): Promise<Outcome> {
    const { hooks } = this.#deps
    const deadlineMs = Math.max(this.#deadlineMs, outcome.endedAt + COMPLETION_MS)
    return hooks === undefined ? outcome : hooks.complete(outcome, deadlineMs)
  }

  #doubtUnwatched(accepted: Outcome, facts: Facts): Outcome {
    const answer = this.#accepted
    return answer !== undefined && this.#isDoubtful(answer)
      ? concludePolling(this.#facts(), this.#doubt(facts, answer))
      : accepted
  }

  #doubtAdopted(end: PollingEnd): PollingEnd {
    if (end.kind !== 'terminal' || end.operation.state === 'unknown') return end
    const { facts, response } = end.operation
    return this.#isDoubtful(response) ? this.#doubt(facts, response) : end
  }

  /** What was found at work in place of a lost answer may be somebody else's: then its end is not ours. */
  #isDoubtful(response: HttpResponse): boolean {
    return (
      this.#adopted !== undefined &&
      this.#lastPoll !== undefined &&
      isSomebodyElses(this.#adopted, response, this.#lastPoll)
    )
  }

  #doubt(facts: Facts, response: HttpResponse): PollingEnd {
    const reason =
      'The answer to the request was lost, and the operation found on the resource was not started by it'
    return { kind: 'terminal', operation: { state: 'unknown', facts, response, reason } }
  }

  /** Adds what the author asked of a success, and where anything that is left open can be resumed. */
  async #judge(
    outcome: Outcome,
    operation: Operation | AwaitingCondition,
    knownUrl?: string
  ): Promise<Outcome> {
    if (outcome.status !== 'Succeeded') return this.#withResume(outcome, operation)
    if (outcome.response !== undefined) this.#deps.mask(outcome.response)
    const { clock, handOver, announce, log, mask } = this.#deps
    const { expressions, wait } = this.#inputs
    if (expressions.waitUntil === undefined && expressions.failIf === undefined) return outcome
    const { applyConditions } = await import('./conditions.ts')
    const look = {
      ...this.#pollerDependencies(),
      onAnswer: mask,
      onReading: (seen: string) => log.conditionSeen({ at: clock.now(), seen })
    }
    const describeResume = (url: string) =>
      handOver.describe(
        { state: 'awaiting-condition', facts: operation.facts, url },
        this.#readIds()
      )
    return applyConditions(
      outcome,
      {
        expressions,
        look,
        timing: this.#rules.timing,
        deadlineMs: this.#deadlineMs,
        signal: this.#signal,
        wait,
        describeResume,
        announce
      },
      knownUrl
    )
  }

  #withResume(outcome: Outcome, state: Operation | AwaitingCondition): Outcome {
    if (outcome.status === 'Failed' || outcome.status === 'Canceled') return outcome
    const operation = this.#deps.handOver.describe(state, this.#readIds())
    return operation === undefined ? outcome : { ...outcome, operation }
  }

  /** The ids of the first answer; ours where it named none. */
  #readIds(): { readonly correlationId: string; readonly requestId?: string } {
    const headers = this.#accepted?.headers ?? {}
    const requestId = headers['x-ms-request-id']
    return {
      correlationId: headers['x-ms-correlation-request-id'] ?? this.#deps.tracing.correlationId,
      ...(requestId === undefined ? {} : { requestId })
    }
  }

  /** Cancels in Azure what this step ends before, where the inputs say so. */
  async #cancelWhenAsked(end: PollingEnd): Promise<PollingEnd> {
    const { onTimeout, onCancel, timeoutMs } = this.#inputs
    if (end.kind === 'timed-out' && onTimeout === 'cancel') {
      const why = `the timeout of ${describeTimeout(timeoutMs)} was over`
      const context = { ...this.#cancelContext(), poller: this.#pollerDependencies() }
      const canceled = await cancelAndFollow(
        end.operation,
        this.#planCancel(),
        why,
        context,
        this.#signal
      )
      this.#noteCancellation(canceled)
      return canceled.end
    }
    if (end.kind === 'interrupted' && onCancel === 'cancel') {
      const { isCanceling, note } = await cancelAtOnce(this.#planCancel(), this.#cancelContext())
      this.#isCanceling = isCanceling
      this.#note = note
    }
    return end
  }

  #noteCancellation({ end, note }: Cancellation): void {
    if (end.kind === 'terminal' && end.operation.state === 'succeeded') {
      this.#warn(note.charAt(0).toUpperCase() + note.slice(1))
    } else {
      this.#note = note
    }
  }

  #planCancel(): CancelPlan {
    return planCancel(this.#request, this.#accepted, this.#inputs.cancelUrl)
  }

  #cancelContext() {
    const { client, clock, log } = this.#deps
    const tell = (text: string) => log.progressed({ at: clock.now(), text })
    return { client, clock, rules: this.#rules, tell }
  }

  #forget(): void {
    if (this.#isSaved) this.#deps.save(undefined)
  }

  #save(stage: SavedRun['stage']): void {
    const operation = this.#operation === undefined ? undefined : toSavedOperation(this.#operation)
    const plan = this.#inputs.onCancel === 'cancel' ? this.#planCancel() : undefined
    this.#isSaved = true
    this.#deps.save({
      version: 1,
      stage,
      request: this.#request,
      startedAtMs: this.#startedAtMs,
      correlationId: this.#deps.tracing.correlationId,
      isCanceling: this.#isCanceling,
      ...(operation === undefined ? {} : { operation }),
      ...(plan?.kind === 'post' ? { cancelUrl: plan.url } : {})
    })
  }

  #pollerDependencies(): PollerDependencies {
    const { clock, hooks } = this.#deps
    return {
      now: clock.now,
      sleep: (ms, signal) => this.#sleepWithHeartbeat(ms, signal),
      get: (url, timeoutMs, signal) => this.#poll(url, { timeoutMs, signal }),
      onUpdate: (operation) => {
        this.#deps.handOver.observe(operation)
        this.#noteChange(operation)
        if (!isTerminal(operation)) hooks?.polled(this.#deadlineMs)
      }
    }
  }

  async #poll(url: string, options: SendOptions): Promise<PollAnswer> {
    const { client, clock } = this.#deps
    const askedAtMs = clock.now()
    const answer = await poll(client, url, options)
    if (answer.kind === 'response') this.#lastPoll = { askedAtMs, answeredAtMs: clock.now() }
    return answer
  }

  async #sleepWithHeartbeat(ms: number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps
    const untilMs = clock.now() + ms
    for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = untilMs - clock.now()) {
      log.heartbeat({ at: clock.now(), nextPollAt: untilMs })
      await clock.sleep(Math.min(leftMs, HEARTBEAT_MS), signal)
    }
  }

  #noteChange(operation: Operation): void {
    this.#operation = operation
    const { lastStatus, percentComplete } = operation.facts
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
      ...(this.#note === undefined ? {} : { note: this.#note }),
      ...(this.#accepted === undefined ? {} : { accepted: this.#accepted })
    }
  }
}

/** What keeps a poll from being answered, a sign-in that fails included, is an unreadable poll and no more. */
export async function poll(
  client: Pick<ArmClient, 'get'>,
  url: string,
  options: SendOptions
): Promise<PollAnswer> {
  try {
    return { kind: 'response', response: await client.get(url, options) }
  } catch (error) {
    if (error instanceof NoAnswerError || error instanceof SignInError) {
      return { kind: 'no-response', message: error.message }
    }
    throw error
  }
}

/** Who holds the name of the deployment, and since when. */
function describeDeployer({ correlationId, startedAtMs, principal }: Deployer): string {
  const since = startedAtMs === undefined ? '' : `, started ${formatTimestamp(startedAtMs)}`
  const who = principal === undefined ? '' : ` by ${principal}`
  const id = correlationId === undefined ? '' : ` with correlation ID ${correlationId}`
  return `a deployment of this name that is not this step's is still active${since}${who}${id}`
}

/** The rules that the inputs set for following an operation. */
export function readRules(inputs: Inputs): Rules {
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
