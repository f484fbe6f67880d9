/**
 * An answer, read once. Pure. What the rules of the protocol want to know of an answer is a field of this value, so
 * that no rule reads a header, a state or a time anew.
 */
import {
  readPercentComplete,
  readProvisioningState,
  readStatus,
  type StateField
} from '../http/body.ts'
import type { Body, HttpResponse } from '../http/message.ts'
import { readRetryAfter } from '../http/retry-after.ts'
import type { Trust } from '../http/trust.ts'
import { omitUndefined } from '../values.ts'
import { type OperationError, readError } from './error.ts'
import { type PollingHeaders, readPollingHeaders } from './polling-url.ts'
import { isRedirect } from './redirect.ts'
import type { PollAnswer } from './state.ts'
import { readRemainingReads } from './throttling.ts'

/** Answer to a request, as the rules see it. */
export interface Answer {
  readonly kind: 'answer'
  /** The answer as it came: the states of an operation carry it on. */
  readonly response: HttpResponse
  /** Time at which it came, in milliseconds since the epoch. */
  readonly atMs: number
  /** HTTP status. */
  readonly status: number
  /** True for a status within 2xx. */
  readonly isSuccess: boolean
  /** Empty for a redirect, whatever it came with. */
  readonly body: Body
  /** Polling headers, resolved against the URL that was asked and held to the trust. */
  readonly polling: PollingHeaders
  /** True when the header is there at all, an unusable one too. */
  readonly hasLocationHeader: boolean
  readonly hasRetryAfterHeader: boolean
  /** `status` of an operation resource. */
  readonly operationStatus: StateField
  readonly provisioningState: StateField
  readonly percentComplete: number | undefined
  readonly retryAfterMs: number | undefined
  readonly remainingReads: number | undefined
  /** Error tree, read when it is first asked for: most answers carry none. */
  readonly error: OperationError | undefined
}

/** A GET that was not answered. */
export interface NoAnswer {
  readonly kind: 'no-answer'
  readonly message: string
  /** Error that keeps every later GET from being answered too. */
  readonly finalError?: OperationError
  /** Time at which waiting for it ended, in milliseconds since the epoch. */
  readonly atMs: number
}

/** Result of one GET. */
export type Received = Answer | NoAnswer

/** Facts that an answer is read with. */
export interface ReadAnswerOptions {
  readonly trust: Trust
  /** Time at which the answer came, in milliseconds since the epoch. */
  readonly nowMs: number
}

/** Reads the answer to a request for `askedUrl`. */
export function readAnswer(
  response: HttpResponse,
  askedUrl: string,
  { trust, nowMs }: ReadAnswerOptions
): Answer {
  const { status, headers } = response
  const body: Body = isRedirect(status) ? { kind: 'empty' } : response.body
  let readOnce = (): OperationError | undefined => {
    const error = readError(response)
    readOnce = () => error
    return error
  }
  return {
    kind: 'answer',
    response,
    atMs: nowMs,
    status,
    isSuccess: status >= 200 && status < 300,
    body,
    polling: readPollingHeaders(response, askedUrl, trust),
    hasLocationHeader: headers.location !== undefined,
    hasRetryAfterHeader: headers['retry-after'] !== undefined,
    operationStatus: readStatus(body),
    provisioningState: readProvisioningState(body),
    percentComplete: readPercentComplete(body),
    retryAfterMs: readRetryAfter(response, nowMs),
    remainingReads: readRemainingReads(response),
    get error() {
      return readOnce()
    }
  }
}

/** Reads the result of a GET of `askedUrl`, answered or not. */
export function readPoll(
  answer: PollAnswer,
  askedUrl: string,
  options: ReadAnswerOptions
): Received {
  if (answer.kind === 'response') return readAnswer(answer.response, askedUrl, options)
  const { message, finalError } = answer
  return omitUndefined({ kind: 'no-answer', message, finalError, atMs: options.nowMs })
}
