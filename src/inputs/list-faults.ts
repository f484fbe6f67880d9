/**
 * Everything that is wrong in a list of operations, each with line, column and operation, as one error.
 */
import { InputError, type InputProblem } from '../errors.ts'
import { describeAnew } from '../request/diagnostic.ts'
import { describePosition } from '../request/text-origin.ts'
import type { YamlDocument } from '../request/yaml-document.ts'

/** Place of a fault in the text of a list. */
export interface FaultPlace {
  /** Position in the text, counted from 0. */
  readonly at: number
  /** Operation as messages name it; absent where the sentence names it itself. */
  readonly item?: string
  /** Field that the sentence begins with. */
  readonly field?: string
}

/** Faults of a list, as they are found. */
export interface ListFaults {
  readonly add: (place: FaultPlace, problem: InputProblem) => void
  /** Adds what a reader of inputs refused; the sentence then begins with the input that it names. */
  readonly addError: (place: Omit<FaultPlace, 'field'>, error: InputError) => void
  readonly count: () => number
  /** All of them as one error; undefined where there is none. */
  readonly toError: (others: readonly InputError[]) => InputError | undefined
}

/** More than anyone looks through. */
export const MAX_TOLD_FAULTS = 50

interface Found {
  readonly at: number
  readonly error: InputError
}

/** Faults of a list, none yet. */
export function createListFaults(document: Pick<YamlDocument, 'from' | 'lines'>): ListFaults {
  const { input } = document.from
  const found: Found[] = []
  const placeProblem = (place: FaultPlace, problem: InputProblem): InputProblem => ({
    ...problem,
    place: describePlace(document, place),
    field: place.field ?? ''
  })
  const add = (place: FaultPlace, problem: InputProblem) =>
    void found.push({ at: place.at, error: new InputError(input, placeProblem(place, problem)) })
  const addError = (place: Omit<FaultPlace, 'field'>, error: InputError) => {
    // What has a field has its place, too.
    const details =
      error.details.field === undefined
        ? placeProblem({ ...place, field: error.input }, error.details)
        : error.details
    found.push({ at: place.at, error: describeAnew(error, details, input) })
  }
  return {
    add,
    addError,
    count: () => found.length,
    toError: (others) => join(input, found, others)
  }
}

function describePlace(
  { from, lines }: Pick<YamlDocument, 'from' | 'lines'>,
  { at, item, field }: FaultPlace
): string {
  const { line, col } = lines.linePos(at)
  const position = describePosition({ line: Math.max(1, line), column: Math.max(1, col) })
  const owner = item === undefined ? '' : `, ${item}`
  return `${from.place}${position}${owner}: ${field === undefined ? '' : `${field} `}`
}

function join(
  input: string,
  found: readonly Found[],
  others: readonly InputError[]
): InputError | undefined {
  const errors = found.toSorted((one, other) => one.at - other.at).map(({ error }) => error)
  const all = [...errors, ...others]
  const [first] = all
  if (first === undefined) return undefined
  const count = all.length - MAX_TOLD_FAULTS
  const problem = `has ${count} more ${count === 1 ? 'fault' : 'faults'}, not listed here`
  const rest = count > 0 ? [new InputError(input, { problem, field: '', count })] : []
  const told = [...all.slice(0, MAX_TOLD_FAULTS), ...rest]
  return new InputError(first.input, first.details, told)
}
