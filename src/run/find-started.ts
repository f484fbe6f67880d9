/**
 * Looks for what a request started whose answer the step did not live to see: by GETs of the resource alone, and for a
 * bounded time. Says whether it is proven to be this request's, because nothing else may be canceled. Loaded only with
 * the post step.
 */
import type { ArmClient } from '../arm/client.ts'
import { isKnownByStart } from '../arm/known-operations.ts'
import { isProvenOurs, matchResource, type ProbeTimes, readDeployer } from '../arm/verify.ts'
import type { Clock } from '../clock.ts'
import type { HttpResponse } from '../http/message.ts'
import { type OperationError, readError } from '../operation/error.ts'
import type { Rules } from '../operation/state.ts'
import { describeResponse } from '../operation/throttling.ts'
import { omitUndefined } from '../values.ts'
import { poll } from './polling.ts'
import type { SavedRun } from './saved-run.ts'

/** Surroundings of a search. */
export interface SearchContext {
  readonly client: ArmClient
  readonly clock: Clock
  readonly rules: Rules
  /** As `RequestTrace` has it. */
  readonly isIdShared?: boolean
  readonly signal: AbortSignal
  /** Writes one line of progress to the log. */
  readonly tell: (text: string) => void
}

/** Result of a search. */
export type Finding =
  | {
      readonly kind: 'found'
      readonly response: HttpResponse
      /** It bears this request's correlation ID: no other run's is canceled. */
      readonly isProven: boolean
    }
  /** `why` goes on from "The workflow was canceled before the request was answered". May quote the service. */
  | {
      readonly kind: 'not-found'
      readonly why: string
      /** Error that keeps it from being looked for at all. */
      readonly error?: OperationError
    }

const SEARCH_MS = 60_000
const PAUSE_MS = 3_000
const PROBE_TIMEOUT_MS = 30_000

/**
 * Finding for the saved request. A deployment that is to be canceled is looked for again and again, because it may
 * appear later; nothing but a deployment bears the ID that would prove whose it is.
 */
export async function findStarted(saved: SavedRun, context: SearchContext): Promise<Finding> {
  const { clock, signal, tell } = context
  const isSought = saved.cancelUrl !== undefined && isKnownByStart(saved.request.url)
  const untilMs = clock.now() + (isSought ? SEARCH_MS : PROBE_TIMEOUT_MS)
  let finding = await look(saved, context, untilMs)
  if (isSought && canStillAppear(finding)) {
    tell('What the request started is not to be seen; looking for it for up to 60 s to cancel it')
  }
  while (
    isSought &&
    canStillAppear(finding) &&
    clock.now() + PAUSE_MS < untilMs &&
    !signal.aborted
  ) {
    await clock.sleep(PAUSE_MS, signal)
    if (!signal.aborted) finding = await look(saved, context, untilMs)
  }
  return finding
}

function canStillAppear(finding: Finding): boolean {
  return finding.kind === 'not-found' && finding.error === undefined
}

async function look(
  { request, startedAtMs, correlationId }: SavedRun,
  { client, clock, rules, isIdShared = false, signal }: SearchContext,
  untilMs: number
): Promise<Finding> {
  const askedAtMs = clock.now()
  const timeoutMs = Math.min(PROBE_TIMEOUT_MS, untilMs - askedAtMs)
  const answer = await poll(client, request.url, { timeoutMs, signal })
  if (answer.kind === 'no-response') {
    const { message, finalError: error } = answer
    return omitUndefined({ kind: 'not-found', why: describeBlindness(message), error })
  }
  const { response } = answer
  const sent = { url: request.url, sentAtMs: startedAtMs, correlationId, isIdShared }
  const times: ProbeTimes = { askedAtMs, answeredAtMs: clock.now() }
  const { kind, isProven } = { isProven: false, ...matchResource(sent, response, rules, times) }
  if (kind === 'absent') return { kind: 'not-found', why: 'no trace of it was found in Azure' }
  if (kind === 'unreadable' && (response.status < 200 || response.status > 299)) {
    const why = describeBlindness(describeResponse(response))
    // The client has asked for another token already.
    const error = response.status === 401 ? readError(response) : undefined
    return omitUndefined({ kind: 'not-found', why, error })
  }
  if (isProvenOurs(sent, response, times)) return { kind: 'found', response, isProven: true }
  const isDeployment = isKnownByStart(request.url)
  const isAnothers = isDeployment && readDeployer(response).correlationId !== undefined
  const isLikely = kind === 'at-work' || kind === 'ours'
  return isLikely && !isAnothers && (isProven || !isDeployment)
    ? { kind: 'found', response, isProven: false }
    : {
        kind: 'not-found',
        why: 'what was found in its place is not proven to be started by it, so it was left alone'
      }
}

function describeBlindness(problem: string): string {
  return `what it started could not be looked for: ${problem}`
}
