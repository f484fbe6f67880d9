/**
 * Composes what is told of an outcome part by part, so that a defect in one takes none of the others with it. Pure.
 */
import { type Outcome, withWarning } from '../run/outcome.ts'
import { messageOf } from '../values.ts'

/** Composes one part; undefined, and a warning, where that throws. */
type Compose = <T>(what: string, write: () => T) => T | undefined

/** Composes parts. Never throws: each part that cannot be composed is a warning of the outcome. */
export function composeParts<T extends object>(
  outcome: Outcome,
  write: (compose: Compose) => T
): T & { readonly outcome: Outcome } {
  const defects: string[] = []
  const parts = write((what, writePart) => {
    try {
      return writePart()
    } catch (defect) {
      defects.push(`${what} could not be told: ${messageOf(defect)}`)
      return undefined
    }
  })
  return { ...parts, outcome: defects.reduce(withWarning, outcome) }
}
