/**
 * The outcome of a request that no usable answer came to. Pure. A chunk of its own: most requests are answered.
 */
import type { Submission } from '../arm/submission.ts'
import type { ArmRequest } from '../http/message.ts'
import { isFromIntermediary } from '../http/sender.ts'
import { readError } from '../operation/error.ts'
import { omitUndefined } from '../values.ts'
import { conclude, describeTimeout, type RunFacts } from './conclude.ts'
import type { Ending, Outcome } from './outcome.ts'

type Unanswered = Extract<Submission, { kind: 'unanswered' }>

/** Outcome of a request that was never answered. */
export function concludeUnanswered(run: RunFacts, submission: Unanswered): Outcome {
  const { response } = submission
  const error = response === undefined ? undefined : readError(response)
  return conclude(
    run,
    omitUndefined({
      ending: judgeUnanswered(run.request, submission),
      reason: describeUnanswered(run, submission),
      response,
      error
    })
  )
}

function judgeUnanswered({ method }: ArmRequest, submission: Unanswered): Ending {
  const { why, response } = submission
  const isRead = method === 'GET' || method === 'HEAD'
  const mayStillRun = submission.mayStillRun && !isRead
  const neverLeft = response === undefined && !submission.mayStillRun
  switch (why) {
    case 'not-sent':
      return { kind: 'not-sent', by: 'fault' }
    case 'lost':
      return isRead ? { kind: 'not-read' } : { kind: 'unanswered', by: 'fault', mayStillRun }
    case 'out-of-time':
      return neverLeft
        ? { kind: 'not-sent', by: 'deadline' }
        : { kind: 'unanswered', by: 'deadline', mayStillRun }
    case 'interrupted':
      return neverLeft
        ? { kind: 'not-sent', by: 'cancellation' }
        : { kind: 'unanswered', by: 'cancellation', mayStillRun }
    default:
      return why satisfies never
  }
}

function describeUnanswered(run: RunFacts, submission: Unanswered): string {
  const { why, reason, response } = submission
  const isRead = run.request.method === 'GET' || run.request.method === 'HEAD'
  const effect = describeEffect(submission.mayStillRun && !isRead)
  switch (why) {
    case 'not-sent':
      return `The request could not be sent: ${reason}`
    case 'lost':
      return describeLoss(submission, isRead)
    case 'out-of-time':
      return `No usable answer within ${run.endsWithStep === true ? 'the timeout of ' : ''}${describeTimeout(run)}: ${reason}. ${effect}`
    case 'interrupted':
      return response === undefined && !submission.mayStillRun
        ? 'The workflow was canceled before the request was sent'
        : `The workflow was canceled before the request was answered. ${effect}`
    default:
      return why satisfies never
  }
}

function describeLoss({ reason, response, mayStillRun }: Unanswered, isRead: boolean): string {
  if (response !== undefined) {
    const answered = `${isFromIntermediary(response) ? 'The answer was' : 'Azure answered'} ${reason}`
    return isRead ? answered : `${answered}, which does not say whether the request took effect`
  }
  return isRead
    ? `The request was not answered: ${reason}`
    : `The answer to the request was lost: ${reason}. ${describeEffect(mayStillRun)}`
}

function describeEffect(mayStillRun: boolean): string {
  return mayStillRun ? 'It may have taken effect' : 'It took no effect'
}
