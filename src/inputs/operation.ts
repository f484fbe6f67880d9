/**
 * The inputs of one operation as a spec: a request to send, or a handle to go on from, and all that was decided about
 * following it. Reads through a function, so the text of a step and that of a listed operation are read alike.
 */

import type { RetryOn } from '../arm/retry-policy.ts'
import type { Expressions } from '../condition/compile.ts'
import { InputError } from '../errors.ts'
import { type ArmRequest, METHODS, type Method } from '../http/message.ts'
import type { Handle } from '../operation/handle.ts'
import type { Rules } from '../operation/state.ts'
import type { RequestBody } from '../request/body-content.ts'
import type { Diagnostic } from '../request/diagnostic.ts'
import type { OperationSpec, OperationStart } from '../run/spec.ts'
import { omitUndefined } from '../values.ts'
import type { ExpressionReading, ExpressionSubject } from './conditions.ts'
import type { Connection } from './connection.ts'
import type { EarlyEndReading } from './early-end.ts'
import type { FirstAnswerReading } from './first-answer.ts'
import { type InputContext, type ReadInput, readBoolean, readChoice, trimInputs } from './reader.ts'
import { findMissingBody, readRequestBody } from './request-body.ts'
import { readHeaders } from './request-headers.ts'
import { readRequestUrl } from './request-url.ts'
import { readResults } from './results.ts'
import { findUnusedFinalStateVia, readWaiting } from './waiting.ts'

/** Operation, and what is worth telling about its inputs. */
export interface OperationReading {
  readonly spec: OperationSpec
  /** Inputs that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
  /** Findings of compilers, of the files of the body, that are no errors. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reader of one operation. */
export type ReadOperation = typeof readOperation

/**
 * Reads one operation. The body comes last: it may take a compiler.
 * @param readRaw as written, white space and all
 * @throws InputError for the first input that cannot be used
 */
export async function readOperation(
  readRaw: ReadInput,
  connection: Connection,
  context: InputContext
): Promise<OperationReading> {
  const read = trimInputs(readRaw)
  const handle = read('resume') === '' ? undefined : await readHandle(read, connection)
  const request = handle?.operation.facts.request ?? readRequest(read, connection)
  const { method, url } = request
  const headers = await readHeaders(readRaw)
  const { wait, ...waiting } = readWaiting(read, handle)
  const allPages = readAllPages(read, method)
  const { acceptStatus, retryOn, ...firstAnswer } = await readFirstAnswer(read, method)
  const { conditions, expressions, ...written } = await readExpressions(read, {
    handle,
    request,
    connection
  })
  // What only a handle says of the request is never enough for a POST.
  const ownUrl = handle === undefined || read('url') !== '' ? url : undefined
  const { earlyEnd, ...early } = await readEarlyEnd(read, ownUrl, connection)
  const results = readResults(read, context)
  const parts = { request, headers, isSent: handle === undefined }
  const body = await readRequestBody(readRaw, parts, context)
  const { trust } = connection.cloud
  const isFirstAnswerEnough = isResultUnread(expressions)
  const rules = Object.freeze<Rules>({ ...waiting, acceptStatus, trust, isFirstAnswerEnough })
  const end = { conditions, expressions, earlyEnd, results }
  const start = createStart({ handle, request, retryOn, body })
  return {
    spec: Object.freeze(omitUndefined({ name: '', start, headers, rules, wait, allPages, ...end })),
    warnings: [
      ...early.warnings,
      ...findUnusedFinalStateVia(read, method),
      ...firstAnswer.warnings,
      ...findMissingBody(body, parts),
      ...written.warnings
    ],
    diagnostics: body?.diagnostics ?? []
  }
}

// What few operations have is read by chunks of their own.

const ORDINARY_ANSWER: FirstAnswerReading = Object.freeze({
  acceptStatus: Object.freeze([]),
  retryOn: Object.freeze({ statuses: Object.freeze([]), codes: Object.freeze([]) }),
  warnings: []
})
const LEFT: EarlyEndReading = Object.freeze({
  earlyEnd: Object.freeze({ onTimeout: 'leave', onCancel: 'leave' }),
  warnings: []
})

const NO_EXPRESSIONS: ExpressionReading = Object.freeze({
  conditions: Object.freeze({}),
  expressions: Object.freeze({ outputs: [] }),
  warnings: []
})

async function readExpressions(
  read: ReadInput,
  subject: ExpressionSubject
): Promise<ExpressionReading> {
  const names = ['wait-until', 'wait-until-url', 'fail-if', 'outputs'] as const
  // A handle may bring conditions of its own.
  const isGiven = subject.handle !== undefined || names.some((name) => read(name) !== '')
  if (!isGiven) return NO_EXPRESSIONS
  const { readExpressionInputs } = await import('./conditions.ts')
  return readExpressionInputs(read, subject)
}

async function readFirstAnswer(read: ReadInput, method: Method): Promise<FirstAnswerReading> {
  if (read('accept-status') === '' && read('retry-on') === '') return ORDINARY_ANSWER
  const { readFirstAnswerRules } = await import('./first-answer.ts')
  return readFirstAnswerRules(read, method)
}

async function readEarlyEnd(
  read: ReadInput,
  ownUrl: string | undefined,
  connection: Connection
): Promise<EarlyEndReading> {
  const isLeft = [read('on-timeout'), read('on-cancel')].every((end) => /^(?:leave)?$/i.test(end))
  if (isLeft && read('cancel-url') === '') return LEFT
  const { readEarlyEndRules } = await import('./early-end.ts')
  return readEarlyEndRules(read, ownUrl, connection)
}

/** True when no expression of the author is evaluated on the result. */
function isResultUnread({ waitUntil, failIf, outputs }: Expressions): boolean {
  return waitUntil === undefined && failIf === undefined && outputs.length === 0
}

interface StartParts {
  readonly handle: Handle | undefined
  readonly request: ArmRequest
  readonly retryOn: RetryOn
  readonly body: RequestBody | undefined
}

function createStart({ handle, request, retryOn, body }: StartParts): OperationStart {
  if (handle !== undefined) return Object.freeze({ kind: 'resume', handle })
  const bodySources = Object.freeze(body?.sources ?? [])
  const sent = omitUndefined({ request, body: body?.text })
  return Object.freeze({ kind: 'request', ...sent, bodySources, retryOn })
}

async function readHandle(read: ReadInput, connection: Connection): Promise<Handle> {
  // Only a step that resumes loads what reads a handle, which is untrusted until it is read.
  const { readResume } = await import('./resume.ts')
  return readResume(read, connection)
}

function readRequest(read: ReadInput, connection: Connection): ArmRequest {
  const method = readMethod(read)
  const url = readRequestUrl(read('url'), read('api-version'), connection)
  return Object.freeze({ method, url })
}

function readMethod(read: ReadInput): Method {
  if (read('method') === '' && read('url') === '') {
    // A `resume` that names an output of a step that did not run is empty, too.
    const allowed = 'method and url of a request, or resume with the handle of one'
    throw new InputError('method', { problem: 'is missing, and so are url and resume', allowed })
  }
  if (read('method') === '') {
    throw new InputError('method', { problem: 'is missing', allowed: METHODS.join(', ') })
  }
  return readChoice(read, 'method', METHODS, 'GET')
}

function readAllPages(read: ReadInput, method: Method): true | undefined {
  if (!readBoolean(read, 'all-pages', false)) return undefined
  if (method === 'GET') return true
  const problem = `is true, and the answer to a ${method} is no list that comes in pages`
  throw new InputError('all-pages', { problem, allowed: 'all-pages: true with GET' })
}
