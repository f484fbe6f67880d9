/**
 * Advice on an operation that was left before its end, or canceled: what to do now, in one line. Pure. All of it is our
 * own text.
 */
import type { Outcome } from '../run/outcome.ts'
import { adviseOnProgress, RESUME } from './explanation.ts'

const BEFORE = 'before you run this again'

/** Advice on an operation that was accepted and not followed to its end. */
export function adviseOnLeft(outcome: Outcome): string {
  const { ending, operation } = outcome
  const by = ending.kind === 'left' ? ending.by : 'deadline'
  switch (by) {
    case 'choice':
      return adviseOnProgress(operation)
    case 'deadline':
      return outcome.isCanceling === true ? adviseOnCanceling(outcome) : adviseOnTimeout(operation)
    case 'cancellation':
      return adviseOnCancellation(outcome)
    default:
      return by satisfies never
  }
}

/** Advice on an operation whose time was over. */
export function adviseOnTimeout(operation: Outcome['operation']): string {
  return operation === undefined
    ? `Look at the resource ${BEFORE}, or give it more time with the input timeout.`
    : `${RESUME} instead of running this again, or give it more time with the input timeout.`
}

/** Advice on a request that was not answered and only reads. */
export function adviseOnRead(by: 'deadline' | 'cancellation' | 'fault'): string {
  const again = 'Run it again: it changes nothing'
  return by === 'deadline' ? `${again}. The input timeout gives it more time.` : `${again}.`
}

function adviseOnCanceling({ operation }: Outcome): string {
  return operation === undefined
    ? `Azure was asked to cancel it: look at the resource ${BEFORE}.`
    : `Azure was asked to cancel it. ${RESUME} to see how it ends ${BEFORE}.`
}

/** The post step has no resume step of its own: the one that was canceled has told it. */
function adviseOnCancellation(outcome: Outcome): string {
  const { operation, isCanceling } = outcome
  if (isCanceling === true) {
    return operation === undefined
      ? adviseOnCanceling(outcome)
      : `Azure was asked to cancel it, and the post step of this action tells how that ends: wait for that ${BEFORE}.`
  }
  return operation === undefined
    ? `It goes on in Azure: wait for it ${BEFORE}, with the resume step that the canceled step has in its log and its summary, or look at the resource.`
    : `It goes on in Azure. ${RESUME} to wait for it ${BEFORE}.`
}

/** Advice on an operation that was canceled; undefined where its error is to say it. */
export function adviseOnCanceled({ error, isCanceling }: Outcome): string | undefined {
  if (isCanceling === true) {
    return 'It was canceled as this step was told to. What was done before that stays: run it again when it is wanted.'
  }
  return error === undefined
    ? 'The activity log of the subscription says who canceled it: look there for the correlation ID.'
    : undefined
}
