/**
 * Variables that look like inputs of this action and are none: the runner hands over a misspelt input too, whose
 * default would silently apply, and `INPUT_…` is also how workflows keep their own inputs out of scripts. A chunk of
 * its own: a step without such a variable never loads it. Pure.
 */
import type { InputName } from '../contract.ts'
import { InputError } from '../errors.ts'

const MAX_EDITS = 2
/** A name of three letters that differs in two is another one. */
const LETTERS_PER_EDIT = 3
const MAX_NAMES = 10

/** Input whose name is misspelt. */
export interface MisspeltInput {
  readonly variable: string
  /** Name of the input that was meant. */
  readonly meant: InputName
  readonly fault: InputError
}

/** What such variables are taken for. */
export interface UnknownInputs {
  readonly misspelt: readonly MisspeltInput[]
  /** One sentence about those that are like no input. */
  readonly warnings: readonly string[]
}

/**
 * Judges variables whose names begin with `INPUT_` and are no input's.
 * @param inputs the names of all inputs
 */
export function judgeUnknownInputs(
  variables: readonly string[],
  inputs: readonly InputName[]
): UnknownInputs {
  const judged = variables.map((variable) => {
    const name = variable.slice('INPUT_'.length).toLowerCase()
    return { variable, name, meant: findNearest(name.replaceAll('_', '-'), inputs) }
  })
  const misspelt = judged.flatMap(({ variable, name, meant }) => {
    if (meant === undefined) return []
    const problem = `is not an input of this action; did you mean ${meant}?`
    return [{ variable, meant, fault: new InputError(name, { problem }) }]
  })
  const others = judged.filter(({ meant }) => meant === undefined)
  return { misspelt, warnings: warnOf(others.map(({ variable }) => variable)) }
}

function warnOf(variables: readonly string[]): readonly string[] {
  if (variables.length === 0) return []
  const more = variables.length - MAX_NAMES
  const names = [...variables.slice(0, MAX_NAMES), ...(more > 0 ? [`${more} more`] : [])].join(', ')
  return [`Not inputs of this action, and not used: ${names}.`]
}

/** Name that is nearest to a misspelt one; undefined where none is near. */
export function findNearest<const Name extends string>(
  misspelt: string,
  names: Iterable<Name>
): Name | undefined {
  let nearest: { readonly name: Name; readonly edits: number } | undefined
  for (const name of names) {
    const edits = countEdits(misspelt, name)
    const isNear = edits <= Math.min(MAX_EDITS, name.length / LETTERS_PER_EDIT)
    if (isNear && edits < (nearest?.edits ?? Number.POSITIVE_INFINITY)) nearest = { name, edits }
  }
  return nearest?.name
}

/** Letters to put in, take out, change or swap with the next one; more than can matter where the lengths say so. */
function countEdits(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MAX_EDITS) return MAX_EDITS + 1
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= one.length; row += 1) {
    rows[row] = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
  }
  return at(one.length, other.length)
}
