/**
 * What the post step has to know of a run that did not come to its end: saved as the step's state, which only the
 * runner and this action see. Pure. Holds no token, no secret and no body.
 */
import { asObject, readField } from '../http/body.ts'
import { type ArmRequest, type JsonValue, METHODS } from '../http/message.ts'
import type { Operation } from '../operation/operation.ts'
import type { RunningOperation } from '../operation/state.ts'

/** A run as far as it has come. */
export interface SavedRun {
  readonly version: 1
  /** `sending`: perhaps sent, not answered. `following`: accepted, and its end not known. */
  readonly stage: 'sending' | 'following'
  readonly request: ArmRequest
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  readonly correlationId: string
  readonly operation?: RunningOperation
  /** What to POST to cancel it; absent when it is to be left, or has no cancel. */
  readonly cancelUrl?: string
  /** Azure has taken the cancel call. */
  readonly isCanceling: boolean
}

/** The run as text for the state; empty once the step has told how it ended, so that nothing of it is left. */
export function formatSavedRun(run: SavedRun | undefined): string {
  return run === undefined ? '' : JSON.stringify(run)
}

/** The operation as it can be saved: without bodies; undefined when there is nothing to poll. */
export function toSavedOperation(operation: Operation): RunningOperation | undefined {
  if (operation.state !== 'running') return undefined
  const { provisionalAnswer: _body, ...rest } = operation
  return rest
}

/** The run that a state's text holds, or undefined when it is none of ours. */
export function parseSavedRun(text: string): SavedRun | undefined {
  const value = parseJson(text)
  const run = asObject(value)
  const request = asObject(readField(run, 'request'))
  const isRun =
    run?.version === 1 &&
    ['sending', 'following'].includes(String(run.stage)) &&
    METHODS.some((method) => method === request?.method) &&
    typeof request?.url === 'string' &&
    URL.canParse(request.url) &&
    typeof run.startedAtMs === 'number' &&
    typeof run.correlationId === 'string' &&
    typeof run.isCanceling === 'boolean' &&
    isOptional(run.cancelUrl, (url) => typeof url === 'string' && URL.canParse(url)) &&
    isOptional(run.operation, isRunning)
  return isRun ? toSavedRun(text) : undefined
}

function toSavedRun(text: string): SavedRun {
  return JSON.parse(text)
}

function isOptional(value: JsonValue | undefined, check: (value: JsonValue) => boolean): boolean {
  return value === undefined || check(value)
}

function isRunning(value: JsonValue): boolean {
  const operation = asObject(value)
  const facts = asObject(readField(operation, 'facts'))
  const wait = asObject(readField(operation, 'wait'))
  return (
    operation?.state === 'running' &&
    typeof operation.url === 'string' &&
    URL.canParse(operation.url) &&
    ['status-url', 'location-url', 'resource', 'absence'].includes(String(operation.via)) &&
    typeof operation.missedRounds === 'number' &&
    typeof operation.absences === 'number' &&
    typeof wait?.kind === 'string' &&
    typeof facts?.startedAtMs === 'number' &&
    typeof facts.pollCount === 'number' &&
    Array.isArray(facts.warnings) &&
    asObject(readField(facts, 'request')) !== undefined
  )
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
