/**
 * Environment variables that a body draws on, and those that it must not. Pure.
 */
import { type InputProblem, quoteText } from '../errors.ts'

/** Tag that a variable's name follows. */
export type VariableTag = '!env' | '!var' | '!json'

/** Value of a variable, or the reason why it cannot be used. */
export type FoundVariable =
  | { readonly kind: 'usable'; readonly value: string }
  | (InputProblem & { readonly kind: 'unusable' })

/** Looks a variable up that a tag names. */
export function findVariable(
  environment: Readonly<Record<string, string | undefined>>,
  tag: VariableTag,
  name: string
): FoundVariable {
  // Windows looks its variables up without regard to case.
  if (/^(?:INPUT|ACTIONS)_/i.test(name)) {
    const problem = `${tag} ${quoteText(name)} is refused: INPUT_* are this action's inputs, and ACTIONS_* tokens of the job`
    const allowed = `a variable that the step's env gives another name`
    return { kind: 'unusable', problem, allowed }
  }
  const value = environment[name]
  if (value !== undefined && value !== '') return { kind: 'usable', value }
  const problem = `the environment variable ${quoteText(name)} ${value === '' ? 'is empty' : 'is not set'}`
  const why = tag === '!env' ? '; an empty secret is often a secret that does not exist' : ''
  return {
    kind: 'unusable',
    problem,
    allowed: `a variable that the step's env gives a value${why}`
  }
}
