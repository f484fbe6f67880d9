/**
 * The inputs in JMESPath: conditions on the end of an operation, and outputs made of its result. They are compiled
 * here, so that an expression that cannot be used is found before anything is sent.
 */
import { findResourceId } from '../arm/resource-id.ts'
import type { Expressions } from '../condition/compile.ts'
import { parseOutputs } from '../condition/output-definitions.ts'
import { OUTPUT_NAMES } from '../contract.ts'
import { InputError } from '../errors.ts'
import type { ArmRequest } from '../http/message.ts'
import type { Conditions, Handle } from '../operation/handle.ts'
import { omitUndefined } from '../values.ts'
import type { Connection } from './connection.ts'
import type { ReadInput } from './reader.ts'

/** Conditions and outputs of the author, and what is worth telling about them, in one sentence each. */
export interface ExpressionReading {
  /** As they are handed on with the operation. */
  readonly conditions: Conditions
  readonly expressions: Expressions
  readonly warnings: readonly string[]
}

/** Operation that the expressions are about. */
export interface ExpressionSubject {
  readonly handle: Handle | undefined
  readonly request: ArmRequest
  readonly connection: Connection
}

/**
 * Reads and compiles the expressions.
 * @throws InputError
 */
export async function readExpressionInputs(
  read: ReadInput,
  { handle, request, connection }: ExpressionSubject
): Promise<ExpressionReading> {
  const conditions = readConditions(read, handle)
  const expressions = await readExpressions(read, conditions, request, connection)
  return { conditions, expressions, warnings: findUnusedConditionUrl(read, handle) }
}

/** Conditions that the author sets; those that a handle brings apply where the step sets none itself. */
function readConditions(read: ReadInput, handle: Handle | undefined): Conditions {
  const waitUntil = read('wait-until') || handle?.conditions.waitUntil
  const waitUntilUrl = read('wait-until-url') || handle?.conditions.waitUntilUrl
  const failIf = read('fail-if') || handle?.conditions.failIf
  const isAwaited = handle?.operation.state === 'awaiting-condition'
  if (waitUntil === undefined && (waitUntilUrl !== undefined || isAwaited)) {
    const other = waitUntilUrl === undefined ? 'the handle in resume' : 'wait-until-url'
    throw new InputError('wait-until', { problem: `is missing, and ${other} needs it` })
  }
  return Object.freeze(omitUndefined({ waitUntil, waitUntilUrl, failIf }))
}

/** Compiles the conditions, and the expressions of `outputs`. */
async function readExpressions(
  read: ReadInput,
  conditions: Conditions,
  request: ArmRequest,
  { cloud, ids }: Connection
): Promise<Expressions> {
  const outputs = parseOutputs(read('outputs'), OUTPUT_NAMES)
  if (Object.keys(conditions).length + outputs.length === 0) return Object.freeze({ outputs: [] })
  // With the library a chunk of its own: a step without an expression never loads it.
  const { compileExpressions } = await import('../condition/compile.ts')
  return compileExpressions({
    conditions,
    outputs,
    place: {
      request,
      resourceId: findResourceId(request, undefined),
      subscriptionId: ids.subscriptionId ?? '',
      endpoint: cloud.resourceManagerEndpoint,
      trust: cloud.trust
    }
  })
}

/** Warning of a `wait-until-url` that has no effect. */
function findUnusedConditionUrl(read: ReadInput, handle: Handle | undefined): readonly string[] {
  return handle?.operation.state === 'awaiting-condition' && read('wait-until-url') !== ''
    ? ['Input wait-until-url is not used: the handle already names the resource to wait for.']
    : []
}
