/**
 * All expressions of one step, compiled and checked before anything is sent.
 */
import type { Conditions } from '../operation/handle.ts'
import { omitUndefined } from '../values.ts'
import { type ConditionUrl, type ConditionUrlSource, planConditionUrl } from './condition-url.ts'
import { type Compile, type Expression, loadCompiler } from './expression.ts'
import type { OutputDefinition } from './output-definitions.ts'

/** A condition on a resource, and the URL that the resource is read at. */
export interface WaitUntil {
  readonly expression: Expression
  readonly findUrl: ConditionUrl
}

/** Output of the author: its name, and the compiled expression that gives its value. */
export interface OutputExpression {
  readonly name: string
  readonly expression: Expression
}

/** Expressions that the inputs apply to the end and to its result. */
export interface Expressions {
  readonly waitUntil?: WaitUntil
  readonly failIf?: Expression
  readonly outputs: readonly OutputExpression[]
}

/** Inputs that hold expressions, not compiled yet. */
export interface ExpressionInputs {
  readonly conditions: Conditions
  readonly outputs: readonly OutputDefinition[]
  /** Parts of `wait-until-url` other than its own text. */
  readonly place: Omit<ConditionUrlSource, 'text'>
}

/**
 * Compiles the expressions that are given.
 * @throws InputError naming `wait-until`, `wait-until-url`, `fail-if` or `outputs`
 */
export async function compileExpressions(inputs: ExpressionInputs): Promise<Expressions> {
  const { waitUntil, failIf } = inputs.conditions
  const compile = await loadCompiler()
  return omitUndefined({
    waitUntil: waitUntil === undefined ? undefined : compileWaitUntil(waitUntil, inputs, compile),
    failIf:
      failIf === undefined
        ? undefined
        : compile({ input: 'fail-if', text: failIf, isCondition: true }),
    outputs: inputs.outputs.map(({ name, expression }) => ({
      name,
      expression: compile({ input: 'outputs', text: expression, isCondition: false })
    }))
  })
}

function compileWaitUntil(text: string, inputs: ExpressionInputs, compile: Compile): WaitUntil {
  return {
    expression: compile({ input: 'wait-until', text, isCondition: true }),
    findUrl: planConditionUrl(
      { ...inputs.place, text: inputs.conditions.waitUntilUrl ?? '' },
      compile
    )
  }
}
