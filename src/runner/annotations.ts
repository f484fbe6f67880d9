/**
 * Annotations: what the runner shows beside a line of a file, or above the log.
 */
import { error, notice, warning } from '@actions/core'
import { flattenText } from '../errors.ts'
import type { Diagnostic } from '../request/diagnostic.ts'

/** GitHub shows ten errors and ten warnings of a step; one of either is kept for the verdict. */
const MAX_ANNOTATIONS = 9
const MAX_ANNOTATION_CHARACTERS = 1000

/** Shows a compiler's findings at their lines; the texts are escaped on their way out. */
export function annotateDiagnostics(diagnostics: readonly Diagnostic[]): void {
  const writers = { error, warning, info: notice } as const
  for (const [level, write] of Object.entries(writers)) {
    const found = diagnostics.filter((diagnostic) => diagnostic.level === level)
    for (const { file, line, column, code, message } of found.slice(0, MAX_ANNOTATIONS)) {
      const text = flattenText(message, MAX_ANNOTATION_CHARACTERS)
      write(text, { title: `Bicep ${code}`, file, startLine: line, startColumn: column })
    }
  }
}
