/**
 * The post step of a canceled workflow: finds out how the operation ended that the step had to leave, and cancels it
 * where that was asked for and not done yet. Works from the saved run alone, and is loaded only there. May never send
 * the request itself again.
 */
import type { ArmClient } from '../arm/client.ts'
import type { Cloud } from '../arm/clouds.ts'
import { isKnownByStart } from '../arm/known-operations.ts'
import { matchResource } from '../arm/verify.ts'
import type { Clock } from '../clock.ts'
import { type AzureIds, chooseHiddenIds } from '../operation/handle.ts'
import {
  begin,
  isTerminal,
  type Operation,
  type PendingOperation,
  type Rules
} from '../operation/operation.ts'
import type { PollerDependencies, PollingEnd } from '../operation/poller.ts'
import { decodeHandle } from '../operation/read-handle.ts'
import { omitUndefined } from '../values.ts'
import { cancelAndFollow, createCancelContext, followOn } from './cancel.ts'
import { concludePolling, concludeUndecided, type RunFacts } from './conclude.ts'
import type { RunEvent } from './events.ts'
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
}

/** GitHub ends a canceled job after 5 minutes, even while its post steps run. */
const POST_STEP_CANCEL_WINDOW_MS = 210_000
/** Time for looking at an operation that was left running. */
const POST_STEP_WATCH_WINDOW_MS = 10_000
const POST_STEP_PROBE_TIMEOUT_MS = 30_000

/** Saved run that a step's state holds, when there is still something to find out about it. */
export function readUnfinishedRun(text: string): SavedRun | undefined {
  const saved = parseSavedRun(text)
  if (saved === undefined) return undefined
  // Nothing but a PUT can be looked for by its URL.
  const canFind = saved.handle !== undefined || saved.request.method === 'PUT'
  return canFind ? saved : undefined
}

/** Outcome of the operation: how it ended, or where it stands when the time for the post step is over. */
export async function confirmEnd(saved: SavedRun, context: ConfirmContext): Promise<Outcome> {
  const confirmation = startConfirmation(saved, context)
  const found = readSavedOperation(saved, context) ?? (await findOperation(confirmation))
  if (found === undefined) {
    const reason =
      'The workflow was canceled before the request was answered, and no trace of it was found in Azure'
    return concludeUndecided(factsOfConfirmation(confirmation, undefined), reason)
  }
  const { operation } = found
  const end = isTerminal(operation)
    ? { kind: 'terminal' as const, operation }
    : await followToEnd(confirmation, operation, found.isOurs)
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
}

function startConfirmation(saved: SavedRun, context: ConfirmContext): Confirmation {
  return {
    ...keepProgress(saved.startedAtMs, context.observe),
    saved,
    context,
    rules: { ...saved.rules, trust: context.cloud.trust }
  }
}

/** Operation to confirm. */
interface FoundOperation {
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
  return operation.state === 'awaiting-condition'
    ? undefined
    : { operation, firstStatus: operation.facts.firstStatus, isOurs: true }
}

/** Operation that a PUT started whose answer the step did not live to see. */
async function findOperation(confirmation: Confirmation): Promise<FoundOperation | undefined> {
  const { saved, context, rules } = confirmation
  const { request, startedAtMs, correlationId } = saved
  const { client, clock, signal, isIdShared = false } = context
  if (request.method !== 'PUT') return undefined
  const askedAtMs = clock.now()
  const answer = await poll(client, request.url, { timeoutMs: POST_STEP_PROBE_TIMEOUT_MS, signal })
  if (answer.kind === 'no-response') return undefined
  const sent = { url: request.url, sentAtMs: startedAtMs, correlationId, isIdShared }
  const times = { askedAtMs, answeredAtMs: clock.now() }
  const probe = matchResource(sent, answer.response, rules, times)
  if (probe.kind !== 'at-work' && probe.kind !== 'ours') return undefined
  const isDeployment = isKnownByStart(request.url)
  if (isDeployment && !probe.isProven) return undefined
  return { operation: begin(request, probe.response, rules, clock.now()), isOurs: isDeployment }
}

async function followToEnd(
  confirmation: Confirmation,
  operation: PendingOperation,
  isOurs: boolean
): Promise<PollingEnd> {
  const { saved, context, rules, emit } = confirmation
  const { cancelUrl, isCanceling } = saved
  const poller = createConfirmationPoller(confirmation)
  const cancel = createCancelContext(context, { rules, poller, emit })
  if (cancelUrl !== undefined && !isCanceling && isOurs) {
    const plan = { kind: 'post', url: cancelUrl } as const
    const why = 'the workflow was canceled'
    const order = { operation, plan, why, windowMs: POST_STEP_CANCEL_WINDOW_MS }
    const { end, note } = await cancelAndFollow(order, cancel)
    emit({ kind: 'noted', note })
    return end
  }
  if (isCanceling) {
    emit({
      kind: 'noted',
      note: 'this step had canceled it, because the workflow was canceled'
    })
  }
  return followOn(
    operation,
    cancel,
    isCanceling ? POST_STEP_CANCEL_WINDOW_MS : POST_STEP_WATCH_WINDOW_MS
  )
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
  const { startedAtMs, changes, warnings, note } = progress()
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
    accepted
  })
}
