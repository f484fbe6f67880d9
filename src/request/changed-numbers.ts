/**
 * Numbers whose digits mean something, such as those of a version or of an id: one that would not come back as it is
 * written is found. Pure.
 */
import { visit } from 'jsonc-parser'
import { flattenText } from '../errors.ts'

const MAX_SHOWN_CHARS = 40

/** What is wrong with a number that would not come back as it is written; undefined for any other. */
export function findChange(source: string): string | undefined {
  const value = Number(source)
  const written = flattenText(source, MAX_SHOWN_CHARS)
  if (String(value) !== source) {
    return `${written} is a number and would become ${value}: quote it`
  }
  return Number.isInteger(value) && !Number.isSafeInteger(value)
    ? `${written} is a number of more than 15 digits, which is not read exactly: quote it`
    : undefined
}

/** What is wrong with the first such number of a JSON text. */
export function findChangeIn(json: string): string | undefined {
  let change: string | undefined
  visit(json, {
    onLiteralValue: (value: unknown, offset, length) => {
      if (typeof value === 'number') change ??= findChange(json.slice(offset, offset + length))
    }
  })
  return change
}
