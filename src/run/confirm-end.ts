/**
 * The post step of a canceled workflow: finds out how the operation ended that the step had to leave, and cancels it
 * where that was asked for and not done yet. Works from the saved run alone, and is loaded only there. May never send
 * the request itself again.
 */
import type { ArmClient } from '../arm/client.ts'
import type { Cloud } from '../arm/clouds.ts'
import type { Clock } from '../clock.ts'
import { beginFound } from '../operation/begin-found.ts'
import { type AzureIds, chooseHiddenIds } from '../operation/handle.ts'
import type { PollerDependencies, PollingEnd } from '../operation/poller.ts'
import { describePollingUrl } from '../operation/polling-url.ts'
import { decodeHandle } from '../operation/read-handle.ts'
import type { Operation, Rules } from '../operation/state.ts'
import { isTerminal } from '../operation/terminal.ts'
import { omitUndefined } from '../values.ts'
import { describeUnproven } from './adopted.ts'
import { cancelAndFollow, createCancelContext, followOn, noteCancellation } from './cancel.ts'
import { concludePolling, concludeUndecided, type RunFacts } from './conclude.ts'
import type { RunEvent } from './events.ts'
import { type Finding, findStarted } from './find-started.ts'
import type { Outcome } from './outcome.ts'
import { poll } from './polling.ts'
import { keepProgress, type ProgressKeeper } from './progress-keeper.ts'
import { parseSavedRun, type SavedRun } from './saved-run.ts'

/** Surroundings of the post step. */
export interface ConfirmContext {
  readonly client: ArmClient
  readonly clock: Clock
  readonly cloud: Cloud
  readonly ids: AzureIds
  /** As `RequestTrace` has it. */
  readonly isIdShared?: boolean
  readonly observe: (event: RunEvent) => void
  readonly signal: AbortSignal
  /** Start of the post step in milliseconds since the epoch, where it has more than this one to confirm. */
  readonly sinceMs?: number
}

/** Time for what a post step cancels: GitHub ends a canceled job after 5 minutes, even while its post steps run. */
export const POST_STEP_CANCEL_WINDOW_MS = 210_000
/** Time for looking at an operation that was left running. */
const POST_STEP_WATCH_WINDOW_MS = 10_000

/** Saved run that a step's state holds, when there is still something to find out about it. */
export function readUnfinishedRun(text: string): SavedRun | undefined {
  const saved = parseSavedRun(text)
  if (saved === undefined) return undefined
  return canFind(saved) ? saved : undefined
}

/** True where there is something to look for: nothing but a PUT can be looked for by its URL. */
export function canFind({ handle, request }: SavedRun): boolean {
  return handle !== undefined || request.method === 'PUT'
}

/** Outcome of the operation: how it ended, or where it stands when the time for the post step is over. */
export async function confirmEnd(saved: SavedRun, context: ConfirmContext): Promise<Outcome> {
  const confirmation = startConfirmation(saved, context)
  const { method, url } = saved.request
  const text = `The workflow was canceled: checking how ${method} ${describePollingUrl(url)} ends`
  confirmation.emit({ kind: 'progressed', at: context.clock.now(), text })
  const found = readSavedOperation(saved, context) ?? (await findOperation(confirmation))
  if (found.kind === 'not-found') {
    const { why, error } = found
    const reason = `The workflow was canceled before the request was answered, and ${why}`
    return concludeUndecided(factsOfConfirmation(confirmation, undefined), reason, error)
  }
  const end = await followToEnd(confirmation, found)
  // The time for looking was over, not the operation's.
  const seen: PollingEnd =
    end.kind === 'timed-out' ? { kind: 'interrupted', operation: end.operation } : end
  return concludePolling(factsOfConfirmation(confirmation, found.firstStatus), seen)
}

/** Confirmation under way. */
interface Confirmation extends ProgressKeeper {
  readonly saved: SavedRun
  readonly context: ConfirmContext
  readonly rules: Rules
  /** Start of the post step, in milliseconds since the epoch. */
  readonly startedMs: number
}

function startConfirmation(saved: SavedRun, context: ConfirmContext): Confirmation {
  return {
    ...keepProgress(saved.startedAtMs, context.observe),
    saved,
    context,
    rules: { ...saved.rules, trust: context.cloud.trust },
    startedMs: context.sinceMs ?? context.clock.now()
  }
}

/** Operation to confirm. */
interface FoundOperation {
  readonly kind: 'operation'
  readonly operation: Operation
  /** HTTP status of the first answer, where one came. */
  readonly firstStatus?: number
  /** It was accepted, or is proven, as this run's: no other run's is canceled. */
  readonly isOurs: boolean
}

/** Operation that was accepted, as the saved handle tells it. */
function readSavedOperation(
  { handle, request }: SavedRun,
  { cloud, ids }: ConfirmContext
): FoundOperation | undefined {
  if (handle === undefined) return undefined
  const reading = decodeHandle(handle, cloud.trust, chooseHiddenIds(request, ids))
  if (reading.kind !== 'handle') return undefined
  const { operation } = reading.handle
  return operation.state === 'awaiting-condition' || operation.state === 'over'
    ? undefined
    : { kind: 'operation', operation, firstStatus: operation.facts.firstStatus, isOurs: true }
}

/** Operation that a PUT started whose answer the step did not live to see. */
async function findOperation(
  confirmation: Confirmation
): Promise<FoundOperation | Extract<Finding, { kind: 'not-found' }>> {
  const { saved, context, rules, emit } = confirmation
  const { request } = saved
  if (request.method !== 'PUT') return { kind: 'not-found', why: 'it cannot be looked for' }
  const { clock } = context
  const tell = (text: string) => emit({ kind: 'progressed', at: clock.now(), text })
  const finding = await findStarted(saved, { ...context, rules, tell })
  if (finding.kind === 'not-found') return finding
  const operation = beginFound(request, finding.response, rules, clock.now())
  return { kind: 'operation', operation, isOurs: finding.isProven }
}

async function followToEnd(
  confirmation: Confirmation,
  { operation, isOurs }: FoundOperation
): Promise<PollingEnd> {
  const { saved, context, rules, startedMs, emit } = confirmation
  const { cancelUrl, isCanceling } = saved
  const mustCancel = cancelUrl !== undefined && !isCanceling
  if (isTerminal(operation)) {
    const end: PollingEnd = { kind: 'terminal', operation }
    if (mustCancel)
      noteCancellation(emit, {
        end,
        note: 'it had ended before it was canceled',
        isAccepted: false
      })
    return end
  }
  const cancel = createCancelContext(context, {
    rules,
    poller: createConfirmationPoller(confirmation),
    emit
  })
  // Looking for it has taken of the same time.
  const windowMs = POST_STEP_CANCEL_WINDOW_MS - (context.clock.now() - startedMs)
  if (mustCancel && isOurs) {
    const plan = { kind: 'post', url: cancelUrl } as const
    const why = 'the workflow was canceled'
    const sendMs = context.sinceMs === undefined ? undefined : windowMs / 2
    const order = omitUndefined({ operation, plan, why, windowMs, sendMs })
    const canceled = await cancelAndFollow(order, cancel)
    noteCancellation(emit, canceled)
    return canceled.end
  }
  if (mustCancel) emit({ kind: 'noted', note: describeUnproven(cancelUrl) })
  if (isCanceling) {
    emit({ kind: 'cancel-accepted' })
    emit({
      kind: 'noted',
      note: 'this step had canceled it, because the workflow was canceled'
    })
  }
  const watchMs = Math.min(windowMs, POST_STEP_WATCH_WINDOW_MS)
  return followOn(operation, cancel, isCanceling ? windowMs : watchMs)
}

function createConfirmationPoller({ context, emit }: Confirmation): PollerDependencies {
  const { client, clock } = context
  return {
    now: clock.now,
    sleep: clock.sleep,
    get: (url, timeoutMs, signal) => poll(client, url, { timeoutMs, signal }),
    onUpdate: (operation) => emit({ kind: 'moved', at: clock.now(), operation })
  }
}

function factsOfConfirmation(
  { saved, context, progress }: Confirmation,
  firstStatus: number | undefined
): RunFacts {
  const { request, correlationId, rules } = saved
  const { startedAtMs, changes, warnings, note, isCanceling } = progress()
  const accepted =
    firstStatus === undefined
      ? undefined
      : ({ status: firstStatus, headers: {}, body: { kind: 'empty' } } as const)
  return omitUndefined({
    request,
    correlationId,
    startedAtMs,
    cloud: context.cloud,
    timeoutMs: rules.timing.timeoutMs,
    endedAtMs: context.clock.now(),
    changes,
    warnings,
    note,
    accepted,
    isCanceling
  })
}
