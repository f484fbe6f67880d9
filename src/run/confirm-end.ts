/**
 * The post step of a canceled workflow: finds out how the operation ended that the step had to leave, and cancels it
 * where that was asked for and not done yet. Loaded only there. Sends the request itself never again.
 */
import type { ArmClient } from '../arm/client.ts'
import { isKnownByStart } from '../arm/known-operations.ts'
import { matchResource } from '../arm/verify.ts'
import type { Clock } from '../clock.ts'
import type { Inputs } from '../inputs/step.ts'
import { begin, isTerminal, type Operation, type PendingOperation } from '../operation/operation.ts'
import type { PollingEnd } from '../operation/poller.ts'
import type { Log } from '../report/log.ts'
import { type CancelContext, cancelAndFollow, followOn } from './cancel.ts'
import { concludeBroken, concludePolling, type RunFacts } from './conclude.ts'
import type { Outcome, StatusChange } from './outcome.ts'
import { poll, readRules } from './run-operation.ts'
import { parseSavedRun, type SavedRun } from './saved-run.ts'

export interface PostDependencies {
  readonly client: ArmClient
  readonly clock: Clock
  readonly log: Log
}

/** GitHub ends a canceled job after 5 minutes, whatever its post steps do. */
const CANCEL_WINDOW_MS = 210_000
/** What was left running is only looked at. */
const LOOK_WINDOW_MS = 10_000
const LOOK_TIMEOUT_MS = 30_000

/** The run that a step's state holds, when there is still something to find out about it. */
export function readUnfinishedRun(text: string): SavedRun | undefined {
  const saved = parseSavedRun(text)
  if (saved === undefined) return undefined
  // Nothing but a PUT can be looked for by its URL.
  const canFind = saved.operation !== undefined || saved.request.method === 'PUT'
  return canFind ? saved : undefined
}

/** How the operation ended, or where it stands when the time for the post step is over. */
export async function confirmEnd(
  saved: SavedRun,
  inputs: Inputs,
  dependencies: PostDependencies,
  signal: AbortSignal
): Promise<Outcome> {
  const confirmation = new Confirmation(saved, inputs, dependencies, signal)
  return confirmation.run()
}

class Confirmation {
  readonly #saved: SavedRun
  readonly #inputs: Inputs
  readonly #deps: PostDependencies
  readonly #signal: AbortSignal
  readonly #changes: StatusChange[] = []
  /** It is proven, or was accepted, as ours: nobody else's is canceled. */
  #isOurs: boolean
  #note: string | undefined

  constructor(saved: SavedRun, inputs: Inputs, deps: PostDependencies, signal: AbortSignal) {
    this.#saved = saved
    this.#isOurs = saved.operation !== undefined
    this.#inputs = inputs
    this.#deps = deps
    this.#signal = signal
  }

  async run(): Promise<Outcome> {
    const { operation = await this.#find() } = this.#saved
    if (operation === undefined) {
      const reason =
        'The workflow was canceled before the request was answered, and nothing of it was found in Azure'
      return concludeBroken(this.#facts(), reason, true)
    }
    const end = isTerminal(operation)
      ? { kind: 'terminal' as const, operation }
      : await this.#follow(operation)
    // The time for looking was over, not the operation's.
    const seen: PollingEnd =
      end.kind === 'timed-out' ? { kind: 'interrupted', operation: end.operation } : end
    return concludePolling(this.#facts(), seen)
  }

  async #follow(operation: PendingOperation): Promise<PollingEnd> {
    const { cancelUrl, isCanceling } = this.#saved
    const isToCancel = this.#inputs.onCancel === 'cancel' && cancelUrl !== undefined
    if (isToCancel && !isCanceling && this.#isOurs) {
      const { end, note } = await cancelAndFollow(
        operation,
        { kind: 'post', url: cancelUrl },
        'the workflow was canceled',
        this.#context(),
        this.#signal,
        CANCEL_WINDOW_MS
      )
      this.#note = note
      return end
    }
    if (isCanceling) this.#note = 'this step had canceled it, because the workflow was canceled'
    const windowMs = isCanceling ? CANCEL_WINDOW_MS : LOOK_WINDOW_MS
    return followOn(operation, this.#context(), this.#signal, windowMs)
  }

  /** What a PUT started whose answer the step did not live to see. */
  async #find(): Promise<Operation | undefined> {
    const { request, startedAtMs, correlationId } = this.#saved
    const { client, clock } = this.#deps
    const options = { timeoutMs: LOOK_TIMEOUT_MS, signal: this.#signal }
    const askedAtMs = clock.now()
    const answer = await poll(client, request.url, options)
    if (answer.kind === 'no-response') return undefined
    const rules = readRules(this.#inputs)
    const sent = { url: request.url, sentAtMs: startedAtMs, correlationId }
    const look = matchResource(sent, answer.response, rules, {
      askedAtMs,
      answeredAtMs: clock.now()
    })
    if (look.kind !== 'at-work' && look.kind !== 'ours') return undefined
    const isProvable = isKnownByStart(request.url)
    if (isProvable && !look.isProven) return undefined
    this.#isOurs = isProvable
    return begin(request, look.response, rules, clock.now())
  }

  #context(): CancelContext {
    const { client, clock, log } = this.#deps
    const tell = (text: string) => log.progressed({ at: clock.now(), text })
    return {
      client,
      clock,
      rules: readRules(this.#inputs),
      tell,
      poller: {
        now: clock.now,
        sleep: clock.sleep,
        get: (url, timeoutMs, signal) => poll(client, url, { timeoutMs, signal }),
        onUpdate: ({ facts }) => this.#noteChange(facts.lastStatus)
      }
    }
  }

  #noteChange(status: string | undefined): void {
    if (status === undefined || this.#changes.at(-1)?.status === status) return
    const change = { at: this.#deps.clock.now(), status }
    this.#changes.push(change)
    this.#deps.log.statusChanged(change)
  }

  #facts(): RunFacts {
    const { request, correlationId, startedAtMs, operation } = this.#saved
    const firstStatus = operation?.facts.firstStatus
    return {
      request,
      correlationId,
      startedAtMs,
      cloud: this.#inputs.cloud,
      timeoutMs: this.#inputs.timeoutMs,
      endedAtMs: this.#deps.clock.now(),
      changes: this.#changes,
      warnings: [],
      ...(this.#note === undefined ? {} : { note: this.#note }),
      ...(firstStatus === undefined
        ? {}
        : { accepted: { status: firstStatus, headers: {}, body: { kind: 'empty' } } })
    }
  }
}
