/**
 * Annotations: what the runner shows at a line of a file, or above the log.
 */
import { error, notice, warning } from '@actions/core'
import { flattenText } from '../errors.ts'
import type { Explanation } from '../report/explanation.ts'
import type { Hiding } from '../report/hide.ts'
import type { Diagnostic } from '../request/diagnostic.ts'
import { omitUndefined } from '../values.ts'

/** GitHub shows ten errors and ten warnings of a step; one of either is kept for the verdict. */
const MAX_ANNOTATIONS = 9
const MAX_ANNOTATION_CHARACTERS = 1000

/** Shows a compiler's findings at their lines, without the secrets in them; the texts are escaped on their way out. */
export function annotateDiagnostics(
  diagnostics: readonly Diagnostic[],
  { hide }: Pick<Hiding, 'hide'>
): void {
  const writers = { error, warning, info: notice } as const
  for (const [level, write] of Object.entries(writers)) {
    const found = diagnostics.filter((diagnostic) => diagnostic.level === level)
    for (const { file, line, column, code, message } of found.slice(0, MAX_ANNOTATIONS)) {
      const text = flattenText(hide(message), MAX_ANNOTATION_CHARACTERS)
      write(text, {
        title: `Bicep ${code}`,
        file: hide(file),
        startLine: line,
        startColumn: column
      })
    }
  }
}

/** Shows what failed and why, at the place of its cause where that is known. */
export async function annotateFailure(explanation: Explanation): Promise<void> {
  const { describeFailure } = await import('../report/describe-failure.ts')
  const { title, message } = describeFailure(explanation)
  const { file, line: startLine, column: startColumn } = explanation.outcome.addition?.place ?? {}
  error(message, omitUndefined({ title, file, startLine, startColumn }))
}
