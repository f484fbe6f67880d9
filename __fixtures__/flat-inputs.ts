/**
 * The inputs of a step as one flat value: the form in which tests say what is different from the usual, and compare
 * what was read. Turned into what a step has, and back.
 */
import type { Cloud } from '../src/arm/clouds.ts'
import type { RetryOn } from '../src/arm/retry-policy.ts'
import type { SignIn } from '../src/auth/sign-in.ts'
import type { Expressions } from '../src/condition/compile.ts'
import type { Method } from '../src/http/message.ts'
import type { InputContext, ReadInput } from '../src/inputs/reader.ts'
import type { SignInInputs } from '../src/inputs/resume-sign-in.ts'
import { readStep, type StepInputs } from '../src/inputs/step.ts'
import type { AzureIds, Conditions, Handle } from '../src/operation/handle.ts'
import type { FinalStateVia, Rules } from '../src/operation/state.ts'
import type { BodySource } from '../src/request/body-source.ts'
import type { Diagnostic } from '../src/request/diagnostic.ts'
import {
  type EarlyEnd,
  type OperationSpec,
  type OperationStart,
  requestOf
} from '../src/run/spec.ts'
import { omitUndefined } from '../src/values.ts'

/** Every rule has been applied: the value can be used as it is. */
export interface Inputs {
  readonly method: Method
  /** Absolute URL on the trusted endpoint, with subscription and api-version filled in, verbatim otherwise. */
  readonly url: string
  /** Names as written. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON text to send; absent for no body. */
  readonly body?: string
  /** The files that parts of the body came from. */
  readonly bodySources?: readonly BodySource[]
  /** What compilers said of those files that was no error. */
  readonly diagnostics?: readonly Diagnostic[]
  readonly cloud: Cloud
  readonly signIn: SignIn
  readonly wait: boolean
  /** The pages of a list are joined. */
  readonly allPages?: true
  readonly timeoutMs: number
  readonly pollIntervalMs?: number
  readonly maxPollIntervalMs?: number
  readonly finalStateVia: FinalStateVia
  readonly successStates: readonly string[]
  readonly failureStates: readonly string[]
  /** HTTP statuses of the first answer that count as success. */
  readonly acceptStatus: Rules['acceptStatus']
  /** What else of the first answer is repeated until the deadline. */
  readonly retryOn: RetryOn
  /** Waits for this operation; method and url are its own, and nothing is sent but GETs. */
  readonly resume?: Handle
  /** As they are handed over with the operation. */
  readonly conditions: Conditions
  /** Conditions and outputs, compiled. */
  readonly expressions: Expressions
  /** Names of outputs whose values are registered as secrets first. */
  readonly maskedOutputs: readonly string[]
  /** What a handle holds placeholders for. */
  readonly ids: AzureIds
  /** Inputs that a step which resumes this one signs in with. */
  readonly resumeSignIn: SignInInputs
  readonly onTimeout: EarlyEnd
  readonly onCancel: EarlyEnd
  /** Absolute URL on the trusted endpoint: what to POST to cancel the operation. */
  readonly cancelUrl?: string
  /** Absolute path. */
  readonly responseFile: string
  /** The workspace and the temporary folder. */
  readonly ownFolders: readonly string[]
  readonly summary: boolean
  /** Inputs that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
}

/** Inputs of a step, read and made flat. */
export async function parseInputs(readRaw: ReadInput, context: InputContext): Promise<Inputs> {
  return toFlat(await readStep(readRaw, context))
}

/** Inputs of a step, made flat. */
export function toFlat({
  connection,
  operation,
  summary,
  warnings,
  diagnostics
}: StepInputs): Inputs {
  const { rules, allPages } = operation
  return Object.freeze({
    ...omitUndefined({ allPages }),
    ...requestOf(operation),
    ...flattenStart(operation.start, diagnostics),
    headers: operation.headers,
    ...connection,
    wait: operation.wait,
    ...rules.timing,
    finalStateVia: rules.finalStateVia,
    successStates: rules.extraStates.success,
    failureStates: rules.extraStates.failure,
    acceptStatus: rules.acceptStatus,
    conditions: operation.conditions,
    expressions: operation.expressions,
    ...operation.earlyEnd,
    ...operation.results,
    summary,
    warnings
  })
}

function flattenStart(
  start: StepInputs['operation']['start'],
  diagnostics: readonly Diagnostic[]
): Pick<Inputs, 'body' | 'bodySources' | 'diagnostics' | 'resume' | 'retryOn'> {
  if (start.kind === 'resume') return { resume: start.handle, retryOn: { statuses: [], codes: [] } }
  const { body, bodySources, retryOn } = start
  return body === undefined ? { retryOn } : { body, bodySources, diagnostics, retryOn }
}

/** Flat inputs as a step has them. */
export function toStepInputs(inputs: Inputs): StepInputs {
  const { cloud, signIn, ids, resumeSignIn, summary, warnings, diagnostics = [] } = inputs
  const connection = { cloud, signIn, ids, resumeSignIn }
  const given = { connection, summary, warnings, diagnostics }
  return { kind: 'one', operation: toSpec(inputs), dryRun: false, ...given }
}

/** Flat inputs as the spec of their operation. */
export function toSpec(inputs: Inputs): OperationSpec {
  const { headers, wait, conditions, expressions, maskedOutputs, responseFile, ownFolders } = inputs
  const { onTimeout, onCancel, cancelUrl, allPages } = inputs
  return {
    ...omitUndefined({ allPages }),
    name: '',
    start: toStart(inputs),
    headers,
    rules: toRules(inputs),
    wait,
    conditions,
    expressions,
    earlyEnd: omitUndefined({ onTimeout, onCancel, cancelUrl }),
    results: { maskedOutputs, responseFile, ownFolders }
  }
}

function toStart({ method, url, body, bodySources = [], retryOn, resume }: Inputs): OperationStart {
  if (resume !== undefined) return { kind: 'resume', handle: resume }
  return omitUndefined({ kind: 'request', request: { method, url }, body, bodySources, retryOn })
}

function toRules(inputs: Inputs): Rules {
  const { timeoutMs, pollIntervalMs, maxPollIntervalMs } = inputs
  return {
    finalStateVia: inputs.finalStateVia,
    extraStates: { success: inputs.successStates, failure: inputs.failureStates },
    acceptStatus: inputs.acceptStatus,
    trust: inputs.cloud.trust,
    timing: omitUndefined({ timeoutMs, pollIntervalMs, maxPollIntervalMs })
  }
}
