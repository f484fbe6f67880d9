/**
 * One operation of a list: its references are filled in, it is run, it is told, and what others refer to is kept.
 */
import { toEvaluable } from '../condition/expression.ts'
import { type Outcome, statusOf } from '../run/outcome.ts'
import type { OperationSpec } from '../run/spec.ts'
import { messageOf } from '../values.ts'
import type { ListContext, StartedItem } from './context.ts'
import type { Prepared } from './plan.ts'
import type { ListedOperation, Responses } from './responses.ts'
import type { ItemEnd } from './schedule.ts'

interface ItemContext {
  readonly context: ListContext
  /** Nothing is sent from then on. */
  readonly lastStartMs: number
  readonly responses: Responses
}

/** Runs one operation to its end. Never rejects. */
export async function runItem(
  operation: ListedOperation,
  { signal, onSend }: Pick<StartedItem, 'signal' | 'onSend'>,
  { context, lastStartMs, responses }: ItemContext
): Promise<ItemEnd> {
  const { name } = operation
  const { clock, deadlineMs } = context
  const prepared = await prepareSafely(operation, responses)
  responses.release(operation)
  if (prepared.kind === 'fault') return { name, status: 'Failed', notSent: prepared }
  if (prepared.kind === 'lost') return { name, status: 'Skipped', notSent: prepared }
  const { spec, warnings } = prepared
  const nowMs = clock.now()
  // What an earlier step has sent was sent, however late this one is.
  if (spec.start.kind === 'request') {
    if (signal.aborted) return { name, status: 'Canceled', notSent: { kind: 'cancellation' } }
    if (nowMs >= lastStartMs) return { name, status: 'TimedOut', notSent: { kind: 'deadline' } }
  }
  const timely = { ...endWithStep(spec, Math.max(0, deadlineMs - nowMs)), name }
  const ran = await runSafely({ name, spec: timely, signal, warnings, onSend }, context)
  if (ran.kind === 'defect') return { name, status: 'Failed', notSent: ran }
  const { outcome } = ran
  const unsent = findUnsent(name, outcome)
  if (unsent !== undefined) return unsent
  responses.keep(operation, toEvaluable(outcome.response?.body))
  await keepSafely(name, outcome, context)
  return { name, status: statusOf(outcome.ending) }
}

/** What waited for its turn when the workflow was canceled had not started, as what waited for others had not. */
function findUnsent(name: string, { ending }: Outcome): ItemEnd | undefined {
  return ending.kind === 'not-sent' && ending.by === 'cancellation'
    ? { name, status: 'Canceled', notSent: { kind: 'cancellation' } }
    : undefined
}

type Ran =
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'defect'; readonly message: string }

async function runSafely(item: StartedItem, { run }: ListContext): Promise<Ran> {
  try {
    return { kind: 'outcome', outcome: await run(item) }
  } catch (error) {
    return { kind: 'defect', message: messageOf(error) }
  }
}

async function prepareSafely(operation: ListedOperation, responses: Responses): Promise<Prepared> {
  try {
    const { resume = operation.item.prepare } = operation
    return await resume(responses.scopeOf(operation))
  } catch (error) {
    return { kind: 'fault', message: messageOf(error) }
  }
}

async function keepSafely(
  name: string,
  outcome: Outcome,
  { keep }: Pick<ListContext, 'keep'>
): Promise<void> {
  try {
    await keep(name, outcome)
  } catch {
    // The verdict stands, and there is nowhere left to say it.
  }
}

/** The time of an operation counts from its start, and never goes beyond the step's. */
function endWithStep(spec: OperationSpec, leftMs: number): OperationSpec {
  const { rules } = spec
  const { timing } = rules
  if (timing.timeoutMs <= leftMs) return spec
  return {
    ...spec,
    rules: { ...rules, timing: { ...timing, timeoutMs: leftMs, endsWithStep: true } }
  }
}
