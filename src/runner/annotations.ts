/**
 * Annotations: what the runner shows at a line of a file, or above the log.
 */
import { error, info, notice, warning } from '@actions/core'
import { flattenText, type InputError } from '../errors.ts'
import type { Explanation } from '../report/explanation.ts'
import type { Hiding } from '../report/hide.ts'
import type { WrongInputsReport } from '../report/wrong-inputs.ts'
import { CompileError, type Diagnostic } from '../request/diagnostic.ts'
import { omitUndefined } from '../values.ts'

/** GitHub shows ten errors and ten warnings of a step; one of either is kept for the verdict. */
const MAX_ERRORS = 10
const MAX_ANNOTATIONS = MAX_ERRORS - 1
const MAX_ANNOTATION_CHARACTERS = 1000

/** Shows a compiler's findings at their lines, without the secrets in them; the texts are escaped on their way out. */
export function annotateDiagnostics(
  diagnostics: readonly Diagnostic[],
  { hide }: Pick<Hiding, 'hide'>,
  maxOfALevel = MAX_ANNOTATIONS
): void {
  const writers = { error, warning, info: notice } as const
  for (const [level, write] of Object.entries(writers)) {
    const found = diagnostics.filter((diagnostic) => diagnostic.level === level)
    for (const { file, line, column, title, message } of found.slice(0, maxOfALevel)) {
      const text = flattenText(hide(message), MAX_ANNOTATION_CHARACTERS)
      write(text, {
        title,
        file: hide(file),
        startLine: line,
        startColumn: column
      })
    }
  }
}

/**
 * Shows inputs that are wrong, one error each, and then what a compiler has found in their files, as far as GitHub
 * shows that many; what is not shown is in the log.
 */
export function annotateInputs(
  notices: WrongInputsReport['notices'],
  faults: readonly InputError[],
  hiding: Pick<Hiding, 'hide'>
): void {
  for (const [index, { title, message }] of notices.entries()) {
    if (index < MAX_ERRORS) error(message, { title })
    else info(message)
  }
  const found = faults.flatMap((fault) => (fault instanceof CompileError ? fault.diagnostics : []))
  annotateDiagnostics(found, hiding, Math.max(0, MAX_ERRORS - notices.length))
}

/** Shows what failed and why, at the place of its cause where that is known. */
export async function annotateFailure(explanation: Explanation): Promise<void> {
  const { describeFailure } = await import('../report/describe-failure.ts')
  const { title, message } = describeFailure(explanation)
  const { file, line: startLine, column: startColumn } = explanation.outcome.addition?.place ?? {}
  error(message, omitUndefined({ title, file, startLine, startColumn }))
}
