/**
 * One run under way: its spec, what it runs with, and its progress; with the facts, the resume point and the saved run
 * that follow from them. Decides nothing about the operation.
 */
import type { ArmClient, Tracing } from '../arm/client.ts'
import type { Cloud } from '../arm/clouds.ts'
import type { Clock } from '../clock.ts'
import type { ArmRequest, HttpResponse } from '../http/message.ts'
import type { AzureIds } from '../operation/handle.ts'
import { messageOf, omitUndefined } from '../values.ts'
import type { RunFacts } from './conclude.ts'
import type { RunEvent } from './events.ts'
import type { OperationHooks } from './hooks.ts'
import { type Outcome, statusOf, withWarning } from './outcome.ts'
import { keepProgress, type ProgressKeeper } from './progress-keeper.ts'
import { describeResumePoint, type ResumeContext } from './resume-point.ts'
import { type SavedRun, toSavedRun } from './saved-run.ts'
import { isRetried, type OperationSpec, requestOf } from './spec.ts'

/** Surroundings of a run: nothing of them is global. */
export interface RunContext {
  readonly client: ArmClient
  readonly tracing: Tracing
  readonly clock: Clock
  readonly cloud: Cloud
  /** Ids that a handle holds placeholders for. */
  readonly ids: AzureIds
  /** As `ResumeContext` has it. */
  readonly signIn: ResumeContext['signIn']
  /** `owner/repository@ref` of this action. */
  readonly action: string
  /** Aborts when the workflow is canceled. */
  readonly signal: AbortSignal
  /** Hooks of a kind of operation that is known better than the protocol knows it. */
  readonly hooks?: OperationHooks
  /** Told of everything that happens. What it throws is lost: telling must never change what happens. */
  readonly observe: (event: RunEvent) => void
  /** Writes an accepted operation down, so that it is found again however the run ends. */
  readonly checkpoint: (draft: Outcome) => Promise<void>
  /** Registers the secrets in the answer to a request, before anything of it is logged or set. Never throws. */
  readonly registerSecrets: (response: HttpResponse, request: ArmRequest) => void
  /** Keeps the run for the post step; undefined once there is nothing left to find out. */
  readonly save: (run: SavedRun | undefined) => void
}

/** Run under way. */
export interface LiveRun extends ProgressKeeper {
  readonly spec: OperationSpec
  readonly context: RunContext
  readonly request: ArmRequest
  /** End of the run's time, in milliseconds since the epoch. */
  readonly deadlineMs: number
}

/** Run that begins now. */
export function startRun(spec: OperationSpec, context: RunContext): LiveRun {
  const startedAtMs = context.clock.now()
  return {
    ...keepProgress(startedAtMs, context.observe),
    spec,
    context,
    request: requestOf(spec),
    deadlineMs: startedAtMs + spec.rules.timing.timeoutMs
  }
}

/** Facts that every outcome of the run has in common, as of now. */
export function factsOf({ spec, context, request, progress }: LiveRun): RunFacts {
  const { startedAtMs, changes, warnings, note, accepted, isCanceling } = progress()
  return omitUndefined({
    request,
    cloud: context.cloud,
    correlationId: context.tracing.correlationId,
    timeoutMs: spec.rules.timing.timeoutMs,
    endsWithStep: spec.rules.timing.endsWithStep,
    startedAtMs,
    endedAtMs: context.clock.now(),
    changes,
    warnings,
    note,
    accepted,
    isCanceling,
    isRetried: isRetried(spec, accepted) || undefined
  })
}

/** Surroundings that resuming the run takes. */
export function resumeContextOf({ context }: LiveRun): ResumeContext {
  const { cloud, ids, signIn, action, tracing } = context
  return { cloud, ids, signIn, action, correlationId: tracing.correlationId }
}

/** The outcome with the point from which what it leaves open can be resumed. Never throws: that it cannot is a warning. */
export function withResumePoint(run: LiveRun, outcome: Outcome): Outcome {
  const status = statusOf(outcome.ending)
  if (status === 'Failed' || status === 'Canceled') return outcome
  try {
    const operation = describeResumePoint(run.spec, run.progress(), resumeContextOf(run))
    return operation === undefined ? outcome : { ...outcome, operation }
  } catch (error) {
    return withWarning(outcome, `The step that resumes it could not be told: ${messageOf(error)}`)
  }
}

/** Writes an accepted operation down before its first poll. Never rejects. */
export async function announceCheckpoint(run: LiveRun, draft: Outcome): Promise<void> {
  if (draft.operation === undefined) {
    run.emit({ kind: 'not-resumable' })
    return
  }
  // A run that resumes was started by such a step already.
  if (run.spec.start.kind === 'request') run.emit({ kind: 'resumable', point: draft.operation })
  try {
    await run.context.checkpoint(draft)
  } catch (error) {
    tellDefect(run, 'The operation could not be written down', error)
  }
}

/** Keeps the run as far as it has come for the post step. Never throws. */
export function saveRun(run: LiveRun, stage: SavedRun['stage']): void {
  save(run, () => toSavedRun(run.spec, run.progress(), { stage, context: resumeContextOf(run) }))
}

/** Tells the post step that there is nothing left to find out. Never throws. */
export function forgetRun(run: LiveRun): void {
  save(run, () => undefined)
}

function save(run: LiveRun, describe: () => SavedRun | undefined): void {
  warnOfDefect(run, 'The state for the post step could not be saved', () =>
    run.context.save(describe())
  )
}

/**
 * Does what the run needs only in order to tell or to keep something. A defect in it is a warning: what happens in Azure
 * is followed all the same, and the verdict stands.
 */
export function warnOfDefect(run: LiveRun, what: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    tellDefect(run, what, error)
  }
}

function tellDefect({ emit }: LiveRun, what: string, error: unknown): void {
  emit({ kind: 'warned', text: `${what}: ${messageOf(error)}` })
}
