/**
 * The findings of a compiler, or of our own, in a file of the workspace.
 */
import { InputError, type InputProblem } from '../errors.ts'

/** One finding, at a place in a file. The texts are a program's: made harmless before they are shown. */
export interface Diagnostic {
  /** Relative to the workspace with `/`, or absolute when it lies outside. */
  readonly file: string
  /** From 1, as the column. */
  readonly line: number
  readonly column: number
  /** `BCP057`, `no-unused-params`. */
  readonly code: string
  /** Heading of it: `Bicep BCP057`. */
  readonly title: string
  readonly message: string
  readonly level: 'error' | 'warning' | 'info'
}

/** Error of an input whose file does not compile, with the findings of the compiler. */
export class CompileError extends InputError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(input: string, problem: InputProblem, diagnostics: readonly Diagnostic[]) {
    super(input, problem)
    this.diagnostics = diagnostics
  }
}

/** The same error in other words, with the findings of a compiler if there are any. */
export function describeAnew(
  error: InputError,
  details: InputProblem,
  input = error.input
): InputError {
  return error instanceof CompileError
    ? new CompileError(input, details, error.diagnostics)
    : new InputError(input, details)
}
