/**
 * A run that did not come to its end, as the post step needs it: where the operation can be taken up again (the same
 * handle as anywhere else), how far the run had come, how to cancel, and the rules to follow it by. It is saved as the
 * step's state, which only the runner and this action see. Pure. Holds no token, no secret and no body.
 */
import { planCancel } from '../arm/cancel.ts'
import { chooseTracing } from '../arm/client.ts'
import { type ArmRequest, METHODS } from '../http/message.ts'
import { FINAL_STATE_VIA, type Rules } from '../operation/state.ts'
import { omitUndefined, parseJson } from '../values.ts'
import type { Progress } from './progress.ts'
import { describeHandle, type ResumeContext } from './resume-point.ts'
import { type OperationSpec, requestOf } from './spec.ts'

/** Run as far as it has come. */
export interface SavedRun {
  readonly version: 2
  /** `sending`: perhaps sent, not answered. `following`: accepted, and its end not known. */
  readonly stage: 'sending' | 'following'
  readonly request: ArmRequest
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  readonly correlationId: string
  /** The author chose the correlation ID: other runs may bear it too. */
  readonly isIdShared?: boolean
  /** Absent while there is nothing to poll. */
  readonly handle?: string
  /** Absolute URL to POST to cancel it; absent when the operation is left alone, or has no cancel. */
  readonly cancelUrl?: string
  /** Azure has accepted the cancel request. */
  readonly isCanceling: boolean
  readonly rules: SavedRules
}

/** Run of a list, under its name there. */
export interface NamedRun {
  readonly name: string
  readonly run: SavedRun
}

/** Rules of a run but for the trust, which is the cloud's and not the state's to say. */
export type SavedRules = Omit<Rules, 'trust'>

/** Run as it is saved now. */
export function toSavedRun(
  spec: OperationSpec,
  progress: Progress,
  { stage, context }: { readonly stage: SavedRun['stage']; readonly context: ResumeContext }
): SavedRun {
  const { earlyEnd, rules } = spec
  const { trust: _trust, ...savedRules } = rules
  const request = requestOf(spec)
  const plan =
    earlyEnd.onCancel === 'cancel'
      ? planCancel(request, progress.accepted, earlyEnd.cancelUrl)
      : undefined
  return omitUndefined({
    version: 2,
    stage,
    request,
    startedAtMs: progress.startedAtMs,
    correlationId: context.correlationId,
    isIdShared: chooseTracing(spec.headers, '').isIdShared || undefined,
    handle: describeHandle(spec, progress, context),
    cancelUrl: plan?.kind === 'post' ? plan.url : undefined,
    isCanceling: progress.isCanceling,
    rules: savedRules
  })
}

/** Text for the state; empty once the step has told how the run ended, so that nothing of it is left. */
export function formatSavedRun(run: SavedRun | undefined): string {
  return run === undefined ? '' : JSON.stringify(run)
}

/** Saved run that a state's text holds, or undefined when it is none of ours. Checks every field of it. */
export function parseSavedRun(text: string): SavedRun | undefined {
  const value = parseJson(text)
  return isSavedRun(value) ? value : undefined
}

type Fields = Readonly<Record<string, unknown>>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSavedRun(value: unknown): value is SavedRun {
  return (
    isFields(value) &&
    value.version === 2 &&
    (value.stage === 'sending' || value.stage === 'following') &&
    isRequest(value.request) &&
    isTime(value.startedAtMs) &&
    typeof value.correlationId === 'string' &&
    isOptional(value.isIdShared, (flag) => typeof flag === 'boolean') &&
    isOptional(value.handle, (handle) => typeof handle === 'string') &&
    isOptional(value.cancelUrl, isUrl) &&
    typeof value.isCanceling === 'boolean' &&
    isRules(value.rules)
  )
}

function isRequest(value: unknown): boolean {
  return isFields(value) && METHODS.some((method) => method === value.method) && isUrl(value.url)
}

function isRules(value: unknown): boolean {
  return (
    isFields(value) &&
    FINAL_STATE_VIA.some((via) => via === value.finalStateVia) &&
    isFields(value.extraStates) &&
    isListOf(value.extraStates.success, 'string') &&
    isListOf(value.extraStates.failure, 'string') &&
    isListOf(value.acceptStatus, 'number', 'string') &&
    isOptional(value.isFirstAnswerEnough, (flag) => typeof flag === 'boolean') &&
    isTiming(value.timing)
  )
}

function isTiming(value: unknown): boolean {
  return (
    isFields(value) &&
    isTime(value.timeoutMs) &&
    isOptional(value.pollIntervalMs, isTime) &&
    isOptional(value.maxPollIntervalMs, isTime)
  )
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value)
}

function isListOf(value: unknown, ...types: readonly ('string' | 'number')[]): boolean {
  const isOne = (each: unknown) => types.some((type) => typeof each === type)
  return Array.isArray(value) && value.every(isOne)
}

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
  return value === undefined || check(value)
}
