/**
 * Cancels an operation in Azure because this step ends before it, and sees how it ends then. Never says canceled of
 * what Azure has not called so: one that succeeded all the same is told as that.
 */
import { type CancelAnswer, type CancelPlan, sendCancel } from '../arm/cancel.ts'
import type { ArmClient } from '../arm/client.ts'
import type { Clock } from '../clock.ts'
import type { ArmRequest } from '../http/message.ts'
import { begin } from '../operation/begin.ts'
import { type PollerDependencies, type PollingEnd, pollUntilDone } from '../operation/poller.ts'
import type { PendingOperation, Rules } from '../operation/state.ts'
import { isTerminal } from '../operation/terminal.ts'
import type { ProgressKeeper } from './progress-keeper.ts'

/** Surroundings of a cancel request: those of the run that it is for. */
export interface CancelContext {
  readonly client: ArmClient
  readonly clock: Clock
  readonly rules: Rules
  readonly poller: PollerDependencies
  /** Writes one line of progress to the log; the text may be untrusted. */
  readonly tell: (text: string) => void
  readonly signal: AbortSignal
}

/** Context for canceling in one run, whose events tell the progress. */
export function createCancelContext(
  { client, clock, signal }: Pick<CancelContext, 'client' | 'clock' | 'signal'>,
  { rules, poller, emit }: Pick<CancelContext, 'rules' | 'poller'> & Pick<ProgressKeeper, 'emit'>
): CancelContext {
  const tell = (text: string) => emit({ kind: 'progressed', at: clock.now(), text })
  return { client, clock, rules, poller, tell, signal }
}

/** Operation to cancel, and how. */
export interface CancelOrder {
  readonly operation: PendingOperation
  readonly plan: CancelPlan
  /** Reason for canceling, as part of a sentence. */
  readonly why: string
  /** Time that the operation is followed for after Azure accepted the call. */
  readonly windowMs?: number
  /** Time for the call itself, where that is one of many; `windowMs` begins with it then. */
  readonly sendMs?: number
}

const CANCEL_WINDOW_MS = 120_000
/** A call that was refused most often came too late: what the operation ended as shows at once. */
const REFUSED_WINDOW_MS = 10_000
const SEND_WINDOW_MS = 30_000
/** On SIGINT the runner kills after 10 s in all; outputs and the summary are still to be written. */
const SIGNAL_SEND_MS = 3_000
/** Order to cancel because the workflow was canceled. */
export const ON_SIGNAL = { why: 'the workflow was canceled', sendMs: SIGNAL_SEND_MS } as const

/** Among many operations there may be no time for all of their cancel requests. */
const LEFT_TO_POST =
  'there was no time left to send its cancel request: the post step of this action sends it'

/** Result of canceling: how the operation stands now, and the part of a sentence that tells what was done. */
export interface Cancellation {
  readonly end: PollingEnd
  readonly note: string
  /** Azure accepted the call that cancels it. */
  readonly isAccepted: boolean
}

/** Cancels an operation whose time is over, and follows it to its end for a bounded time. */
export async function cancelAndFollow(
  { operation, plan, why, windowMs = CANCEL_WINDOW_MS, sendMs }: CancelOrder,
  context: CancelContext
): Promise<Cancellation> {
  const late: PollingEnd = { kind: 'timed-out', operation }
  if (plan.kind === 'none')
    return { end: late, note: `it was not canceled: ${plan.why}`, isAccepted: false }
  const { clock, tell, signal } = context
  tell(describeCall(plan.url, why))
  const startMs = clock.now()
  const leftNow = () => (sendMs === undefined ? windowMs : windowMs - (clock.now() - startMs))
  const deadlineMs = startMs + (sendMs ?? SEND_WINDOW_MS)
  const answer = await sendCancel(plan.url, toDependencies(context), deadlineMs, signal)
  tell(describeCancelAnswer(answer))
  if (answer.kind === 'accepted') await followCancelCall(plan.url, answer, context, leftNow())
  const leftMs = answer.kind === 'accepted' ? leftNow() : REFUSED_WINDOW_MS
  const end = await followOn(operation, context, leftMs)
  const isAccepted = answer.kind === 'accepted'
  return { end, note: describeCancellation(end, answer, why, leftMs), isAccepted }
}

/** Notes the result of canceling; that of a success as a warning, because a success has no reason to add it to. */
export function noteCancellation(
  emit: ProgressKeeper['emit'],
  { end, note, isAccepted }: Cancellation
): void {
  if (isAccepted) emit({ kind: 'cancel-accepted' })
  const isSuccess = end.kind === 'terminal' && end.operation.state === 'succeeded'
  emit(
    isSuccess
      ? { kind: 'warned', text: note.charAt(0).toUpperCase() + note.slice(1) }
      : { kind: 'noted', note }
  )
}

/** Sends the cancel request within the time that the runner leaves a step it cancels; follows nothing. */
export async function cancelAtOnce(
  plan: CancelPlan,
  context: Pick<CancelContext, 'client' | 'clock' | 'tell'>
): Promise<Omit<Cancellation, 'end'>> {
  const { client, clock, tell } = context
  const { signal } = new AbortController()
  return cancelOnce({ plan, ...ON_SIGNAL }, { client, clock, tell, signal }, LEFT_TO_POST)
}

/**
 * Sends a cancel request and follows nothing.
 * @param whenUnsent what is told where its turn did not come, in the place of just that
 */
export async function cancelOnce(
  { plan, why, sendMs = SEND_WINDOW_MS }: Pick<CancelOrder, 'plan' | 'why' | 'sendMs'>,
  context: Pick<CancelContext, 'client' | 'clock' | 'tell' | 'signal'>,
  whenUnsent?: string
): Promise<Omit<Cancellation, 'end'>> {
  if (plan.kind === 'none') {
    return { isAccepted: false, note: `it was not canceled: ${plan.why}` }
  }
  context.tell(describeCall(plan.url, why))
  const deadlineMs = context.clock.now() + sendMs
  const answer = await sendCancel(plan.url, toDependencies(context), deadlineMs, context.signal)
  const isUnsent = answer.kind === 'not-sent' && whenUnsent !== undefined
  const note = isUnsent ? whenUnsent : describeCancelAnswer(answer)
  context.tell(note)
  return { isAccepted: answer.kind === 'accepted', note }
}

function toDependencies({ client, clock }: Pick<CancelContext, 'client' | 'clock'>) {
  const { now, sleep } = clock
  return { client, now, sleep }
}

/** An abort is an operation of its own: what it cancels ends with it at the earliest. */
async function followCancelCall(
  url: string,
  { response }: Extract<CancelAnswer, { kind: 'accepted' }>,
  { clock, poller, rules, tell, signal }: CancelContext,
  windowMs: number
): Promise<void> {
  const request: ArmRequest = { method: 'POST', url }
  const started = begin(request, response, rules, clock.now())
  if (isTerminal(started)) return
  const deadlineMs = clock.now() + windowMs / 2
  const quiet = { ...poller, onUpdate: () => undefined }
  const limits = { rules: withTimeout(rules, windowMs / 2), deadlineMs, signal }
  const end = await pollUntilDone(started, quiet, limits)
  const isBad = end.kind === 'terminal' && end.operation.state !== 'succeeded'
  if (isBad) tell('The cancel request did not succeed; checking how the operation ends')
}

/** Follows an operation for a bounded time, beginning with a poll at once. */
export function followOn(
  operation: PendingOperation,
  { clock, poller, rules, signal }: CancelContext,
  windowMs: number
): Promise<PollingEnd> {
  const nowMs = clock.now()
  const bounded = withTimeout(rules, windowMs)
  // The wait between polls grows with the age of what is waited for: the end of the cancellation.
  const timing = { ...bounded.timing, sinceMs: nowMs }
  return pollUntilDone({ ...operation, wait: { kind: 'none' } }, poller, {
    rules: { ...bounded, timing },
    deadlineMs: nowMs + windowMs,
    signal
  })
}

function withTimeout(rules: Rules, timeoutMs: number): Rules {
  return { ...rules, timing: { ...rules.timing, timeoutMs } }
}

function describeCall(url: string, why: string): string {
  return `Canceling, because ${why}: POST ${new URL(url).pathname}`
}

function describeCancelAnswer(answer: CancelAnswer): string {
  switch (answer.kind) {
    case 'accepted':
      return `Azure accepted the cancel request (HTTP ${answer.response.status})`
    case 'refused':
      return `Azure refused the cancel request: ${answer.reason}`
    case 'unanswered':
      return `the cancel request was not answered: ${answer.reason}`
    case 'not-sent':
      return 'the cancel request was not sent: its turn did not come in time'
    default:
      return answer satisfies never
  }
}

function describeCancellation(
  end: PollingEnd,
  answer: CancelAnswer,
  why: string,
  windowMs: number
): string {
  if (end.kind !== 'terminal') {
    const since =
      end.kind === 'timed-out'
        ? `, and it had not ended ${Math.round(windowMs / 1_000)} s later`
        : ''
    return `${describeCancelAnswer(answer)}${since}`
  }
  if (answer.kind !== 'accepted') return `${describeCancelAnswer(answer)}; it had already ended`
  switch (end.operation.state) {
    case 'canceled':
      return `this step canceled it, because ${why}`
    case 'succeeded':
      return `this step canceled it, because ${why}, but it succeeded before that took effect`
    case 'failed':
    case 'unknown':
      return `this step had canceled it, because ${why}`
    default:
      return end.operation satisfies never
  }
}
