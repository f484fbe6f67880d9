/**
 * Sends the first request so that it takes effect at most once, and says what came of it.
 * A PUT whose answer was lost is looked for and adopted; a PATCH or POST whose answer was lost is never sent again.
 */
import { SignInError } from '../errors.ts'
import { readProvisioningState } from '../http/body.ts'
import { NoAnswerError } from '../http/http.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import { readErrorCode } from '../operation/error.ts'
import { isAbsent } from '../operation/poll-answer.ts'
import type { Rules } from '../operation/state.ts'
import { describeResponse } from '../operation/throttling.ts'
import { verifyWindowMs } from '../operation/waiting.ts'
import type { ArmClient } from './client.ts'
import { isKnownByStart } from './known-operations.ts'
import {
  decideOnFirstAnswer,
  type FirstAnswer,
  type FirstDecision,
  isAmbiguousStatus,
  type RetryOn,
  type SentAgain
} from './retry-policy.ts'
import {
  type Deployer,
  matchResource,
  type ProbeTimes,
  type RequestTrace,
  type ResourceProbe,
  readDeployer
} from './verify.ts'

export type Submission =
  | {
      readonly kind: 'answered'
      readonly response: HttpResponse
      /** Azure refused a deployment because of this one of the same name, which is not ours. */
      readonly deployer?: Deployer
    }
  /** The answer was lost, and the resource shows our request at work or done: this is what it answers now. */
  | {
      readonly kind: 'adopted'
      readonly response: HttpResponse
      readonly sent: RequestTrace
      /** When the look was taken that found it. */
      readonly times: ProbeTimes
      /** No answer was lost: Azure refused a second request that nobody here has sent. */
      readonly wasAnswered?: true
    }
  /** A DELETE that was sent again finds nothing, or something on its way out. */
  | { readonly kind: 'deleting'; readonly response: HttpResponse }
  | {
      readonly kind: 'no-answer'
      /** `lost`: it may have taken effect. `not-sent`: it did not. `out-of-time`: the deadline came first. */
      readonly why: 'lost' | 'not-sent' | 'out-of-time' | 'interrupted'
      readonly reason: string
      /** False when it is certain that the request took no effect. */
      readonly mayStillRun: boolean
      readonly response?: HttpResponse
    }

export interface SubmitDependencies {
  readonly client: Pick<ArmClient, 'send' | 'get'>
  readonly now: () => number
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** Told of every repetition and its reason. */
  readonly onRetry: (reason: string, delayMs: number) => void
  readonly correlationId: string
  /** What the workflow author wants repeated until the deadline; nothing when absent. */
  readonly retryOn?: RetryOn
  /** Makes the delay before a retry a little longer, for some more than for others; not at all when absent. */
  readonly spread?: (delayMs: number, attempt: number) => number
}

/** ARM waits 60 s for a provider, so anything shorter would lose answers that are on their way. */
const FIRST_REQUEST_TIMEOUT_MS = 120_000
const LOOK_TIMEOUT_MS = 60_000
const MAX_RESENDS = 2
type Retry = Extract<FirstDecision, { kind: 'retry' }>
/** `ResourceGroupBeingDeleted` and its kin, and not `InUseSubnetCannotBeDeleted`. */
const BEING_DELETED = /being_?deleted|deleting|deletion_?in_?progress/i

/**
 * Submits a request.
 * @param deadlineMs when everything ends, in milliseconds since the epoch
 */
export async function submitRequest(
  request: ArmRequest & { readonly body?: string },
  dependencies: SubmitDependencies,
  rules: Rules,
  deadlineMs: number,
  signal: AbortSignal
): Promise<Submission> {
  const run = new SubmissionRun(request, dependencies, rules, deadlineMs, signal)
  return run.submit()
}

/** The state of one submission: what was sent, how often, and whether it may have taken effect. */
class SubmissionRun {
  readonly #request: ArmRequest & { readonly body?: string }
  readonly #deps: SubmitDependencies
  readonly #rules: Rules
  readonly #deadlineMs: number
  readonly #signal: AbortSignal
  #sent: RequestTrace
  #sentAgain: SentAgain = { throttled: 0, failed: 0 }
  #resends = 0
  /** An earlier try may have taken effect. */
  #isAmbiguous = false
  #looked: ProbeTimes

  constructor(
    request: ArmRequest & { readonly body?: string },
    deps: SubmitDependencies,
    rules: Rules,
    deadlineMs: number,
    signal: AbortSignal
  ) {
    this.#request = request
    this.#deps = deps
    this.#rules = rules
    this.#deadlineMs = deadlineMs
    this.#signal = signal
    this.#sent = {
      url: request.url,
      sentAtMs: deps.now(),
      correlationId: deps.correlationId,
      ...(request.body === undefined ? {} : { body: request.body })
    }
    this.#looked = { askedAtMs: deps.now(), answeredAtMs: deps.now() }
  }

  async submit(): Promise<Submission> {
    for (;;) {
      const answer = await this.#sendOnce()
      if (this.#signal.aborted) return this.#giveUp('interrupted', answer)
      const decision = this.#decide(answer)
      switch (decision.kind) {
        case 'accept':
          return this.#accept(answer)
        case 'not-sent':
          return this.#giveUp(this.#isAmbiguous ? 'lost' : 'not-sent', answer)
        case 'lost':
          return this.#giveUp('lost', answer)
        case 'retry': {
          const ended = await this.#waitForRetry(answer, decision)
          if (ended !== undefined) return ended
          break
        }
        case 'verify': {
          this.#isAmbiguous = true
          const ended = await this.#verify(answer)
          if (ended !== undefined) return ended
          break
        }
        default:
          decision satisfies never
      }
      if (this.#signal.aborted) return this.#giveUp('interrupted', answer)
    }
  }

  #decide(answer: FirstAnswer): FirstDecision {
    const { now, retryOn } = this.#deps
    const isAccepted =
      answer.kind === 'response' && this.#rules.acceptStatus.includes(answer.response.status)
    if (isAccepted) return { kind: 'accept' }
    return decideOnFirstAnswer(this.#request.method, answer, this.#sentAgain, now(), retryOn)
  }

  /** Undefined: the wait is over, and the request may be sent again. */
  async #waitForRetry(answer: FirstAnswer, retry: Retry): Promise<Submission | undefined> {
    const { now, sleep, onRetry, spread } = this.#deps
    // The refusal that is to be repeated may be about our own first try.
    if (this.#isAmbiguous && retry.optedIn === true) {
      const found = await this.#accept(answer)
      const isOpen = found.kind === 'no-answer' && this.#request.method === 'DELETE'
      if (found.kind !== 'answered' && !isOpen) return found
    }
    this.#isAmbiguous ||= retry.ambiguous
    const { throttled, failed, optedIn = 0 } = this.#sentAgain
    const delayMs = spread?.(retry.delayMs, throttled + failed + optedIn) ?? retry.delayMs
    if (now() + delayMs >= this.#deadlineMs) return this.#giveUp('out-of-time', answer)
    this.#countRetry(answer, retry)
    onRetry(describeAnswer(answer), delayMs)
    await sleep(delayMs, this.#signal)
    return undefined
  }

  async #sendOnce(): Promise<FirstAnswer> {
    const { client, now } = this.#deps
    const isChange = this.#request.method !== 'GET' && this.#request.method !== 'HEAD'
    const timeoutMs = Math.min(FIRST_REQUEST_TIMEOUT_MS, this.#deadlineMs - now())
    if (timeoutMs <= 0) return { kind: 'no-answer', message: 'the time was up', sent: false }
    if (!this.#isAmbiguous) this.#sent = { ...this.#sent, sentAtMs: now() }
    try {
      const options = { timeoutMs, signal: this.#signal, fresh: isChange }
      return { kind: 'response', response: await client.send(this.#request, options) }
    } catch (error) {
      return this.#readFault(error)
    }
  }

  /** A sign-in that fails ends the run, but not once an earlier try may have taken effect. */
  #readFault(error: unknown): FirstAnswer {
    if (error instanceof NoAnswerError) {
      return { kind: 'no-answer', message: error.message, sent: error.sent }
    }
    if (this.#isAmbiguous && error instanceof SignInError) {
      return { kind: 'no-answer', message: error.message, sent: false }
    }
    throw error
  }

  #countRetry(answer: FirstAnswer, retry: Retry): void {
    const isThrottled = answer.kind === 'response' && answer.response.status === 429
    const isOptedIn = retry.optedIn === true
    const { throttled, failed, optedIn = 0 } = this.#sentAgain
    this.#sentAgain = {
      throttled: throttled + Number(isThrottled),
      failed: failed + Number(!isThrottled && !isOptedIn),
      optedIn: optedIn + Number(isOptedIn)
    }
  }

  async #accept(answer: FirstAnswer): Promise<Submission> {
    if (answer.kind !== 'response') return this.#giveUp('lost', answer)
    const { response } = answer
    const isRefusal = response.status >= 300
    if (this.#isAmbiguous && isRefusal && this.#request.method === 'DELETE') {
      return this.#judgeRefusedDelete(response)
    }
    // A 400 is about the request itself, so it was no other the first time.
    if (this.#isAmbiguous && isRefusal && response.status !== 400) {
      return this.#judgeRefusedRepeat(response)
    }
    return this.#isActiveDeployment(response)
      ? this.#judgeActiveDeployment(response)
      : { kind: 'answered', response }
  }

  #isActiveDeployment(response: HttpResponse): boolean {
    return (
      this.#request.method === 'PUT' &&
      isKnownByStart(this.#request.url) &&
      response.status === 409 &&
      readErrorCode(response)?.toLowerCase() === 'deploymentactive'
    )
  }

  /**
   * What is active may be our own deployment, when something on the way sent the request twice
   * (https://github.com/Azure/bicep-deploy/issues/328). No answer was lost, so that has to be proven.
   */
  async #judgeActiveDeployment(response: HttpResponse): Promise<Submission> {
    const look = await this.#look()
    switch (look.kind) {
      case 'at-work':
      case 'ours':
        return look.isProven
          ? { ...this.#adopt(look.response), wasAnswered: true }
          : { kind: 'answered', response, deployer: readDeployer(look.response) }
      case 'foreign':
        return { kind: 'answered', response, deployer: readDeployer(look.response) }
      case 'not-ours':
      case 'absent':
      case 'unreadable':
        return { kind: 'answered', response }
      default:
        return look satisfies never
    }
  }

  /** What refuses the second PUT may be the first one at work, which some providers hide until it is done. */
  async #judgeRefusedRepeat(response: HttpResponse): Promise<Submission> {
    const look = await this.#look()
    switch (look.kind) {
      case 'at-work':
      case 'ours':
        return this.#adopt(look.response)
      case 'foreign':
        return { kind: 'answered', response, deployer: readDeployer(look.response) }
      case 'not-ours':
        return { kind: 'answered', response }
      case 'absent':
      case 'unreadable':
        return this.#giveUp('lost', { kind: 'response', response })
      default:
        return look satisfies never
    }
  }

  /** What refuses the second DELETE may be the first one: the resource tells, if it can be read. */
  async #judgeRefusedDelete(response: HttpResponse): Promise<Submission> {
    if (this.#isDeleting(response)) return { kind: 'deleting', response }
    const look = await this.#look()
    switch (look.kind) {
      case 'absent':
        return { kind: 'deleting', response }
      case 'at-work': {
        const state = readProvisioningState(look.response.body)
        return state.kind === 'word' && BEING_DELETED.test(state.word)
          ? { kind: 'deleting', response }
          : this.#giveUp('lost', { kind: 'response', response })
      }
      case 'ours':
      case 'not-ours':
      case 'foreign':
        return { kind: 'answered', response }
      case 'unreadable':
        return this.#giveUp('lost', { kind: 'response', response })
      default:
        return look satisfies never
    }
  }

  #isDeleting(response: HttpResponse): boolean {
    if (isAbsent(response)) return true
    return response.status === 409 && BEING_DELETED.test(readErrorCode(response) ?? '')
  }

  /** Looks at the resource three times over the window. Undefined: nothing of ours is there, so it may be sent again. */
  async #verify(answer: FirstAnswer): Promise<Submission | undefined> {
    const { now, sleep, onRetry } = this.#deps
    const windowMs = verifyWindowMs(this.#rules.timing)
    const startMs = now()
    let isReadable = true
    onRetry(`${describeAnswer(answer)}; looking whether it took effect`, 0)
    for (const share of [0, 1 / 2, 1]) {
      const waitMs = Math.max(0, startMs + windowMs * share - now())
      if (now() + waitMs >= this.#deadlineMs) return this.#giveUp('out-of-time', answer)
      if (waitMs > 0) await sleep(waitMs, this.#signal)
      if (this.#signal.aborted) return this.#giveUp('interrupted', answer)
      const look = await this.#look()
      if (look.kind === 'at-work' || look.kind === 'ours') {
        return this.#adopt(look.response)
      }
      isReadable &&= look.kind !== 'unreadable'
    }
    if (!isReadable || this.#resends >= MAX_RESENDS) return this.#giveUp('lost', answer)
    if (now() >= this.#deadlineMs) return this.#giveUp('out-of-time', answer)
    this.#resends += 1
    onRetry('nothing of this request is there; sending it again', 0)
    return undefined
  }

  async #look(): Promise<ResourceProbe> {
    const { client, now } = this.#deps
    const askedAtMs = now()
    const timeoutMs = Math.min(LOOK_TIMEOUT_MS, this.#deadlineMs - askedAtMs)
    if (timeoutMs <= 0) return { kind: 'unreadable' }
    try {
      const response = await client.get(this.#request.url, { timeoutMs, signal: this.#signal })
      this.#looked = { askedAtMs, answeredAtMs: now() }
      return matchResource(this.#sent, response, this.#rules, this.#looked)
    } catch (error) {
      if (error instanceof NoAnswerError || error instanceof SignInError)
        return { kind: 'unreadable' }
      throw error
    }
  }

  #adopt(response: HttpResponse): Extract<Submission, { kind: 'adopted' }> {
    return { kind: 'adopted', response, sent: this.#sent, times: this.#looked }
  }

  #giveUp(
    why: 'lost' | 'not-sent' | 'out-of-time' | 'interrupted',
    answer: FirstAnswer
  ): Submission {
    const wasRefused =
      answer.kind === 'response'
        ? answer.response.status >= 400 && !isAmbiguousStatus(answer.response.status)
        : !answer.sent
    return {
      kind: 'no-answer',
      why,
      reason: describeAnswer(answer),
      mayStillRun: this.#isAmbiguous || !wasRefused,
      ...(answer.kind === 'response' ? { response: answer.response } : {})
    }
  }
}

function describeAnswer(answer: FirstAnswer): string {
  if (answer.kind === 'no-answer') return answer.message
  return describeResponse(answer.response)
}
