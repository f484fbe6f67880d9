/**
 * The inputs `outputs` and `masked-outputs`, the limits of an output, and the texts in one that are masked. Pure.
 * An output that overwrites another, or that no expression can name, is refused before anything is sent.
 */
import { InputError } from '../errors.ts'
import { listLeaves } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'

/** One line of `outputs`. */
export interface OutputDefinition {
  readonly name: string
  /** JMESPath over the final response. */
  readonly expression: string
}

/** An output of the author with its value. */
export interface OutputValue {
  readonly name: string
  /** A string as it is, anything else as JSON; empty for null. */
  readonly text: string
  readonly value: JsonValue
}

/** Names that GitHub's expressions can read after a dot. */
const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/
/** For names in the inputs alone, where a longer one is a mistake; the names of a template's outputs are not ours. */
const MAX_OUTPUT_NAME_CHARS = 100
/** Limit of one output, which leaves room for the others: GitHub drops the outputs of a job above 1 MiB. */
export const MAX_OUTPUT_BYTES = 900 * 1024
const LINE_FORM = 'one "name: JMESPath" per line'

/**
 * The definitions of `name: JMESPath` lines; blank lines are skipped.
 * @param reserved names that the action sets itself
 * @throws InputError for a line without a name or an expression, or a name that is not valid, taken or given twice
 */
export function parseOutputs(
  text: string,
  reserved: readonly string[]
): readonly OutputDefinition[] {
  const taken = new Map(reserved.map((name) => [name.toLowerCase(), 'is an output of the action']))
  return splitLines(text).map((line) => {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    const expression = line.slice(colon + 1).trim()
    if (colon < 0 || expression === '') {
      throw new InputError('outputs', {
        read: line,
        problem: colon < 0 ? 'has no colon' : 'has no expression after its colon',
        allowed: LINE_FORM
      })
    }
    checkOutputName('outputs', name)
    const problem = taken.get(name.toLowerCase())
    if (problem !== undefined) throw new InputError('outputs', { read: name, problem })
    // GitHub compares the names of outputs without regard to case.
    taken.set(name.toLowerCase(), 'is given twice')
    return { name, expression }
  })
}

/**
 * The names of `masked-outputs`, one per line.
 * @throws InputError for what cannot be the name of an output
 */
export function parseMaskedOutputs(text: string): readonly string[] {
  return splitLines(text).map((name) => checkOutputName('masked-outputs', name))
}

/** True for a name that GitHub takes as that of an output. */
export function isOutputName(name: string): boolean {
  return OUTPUT_NAME.test(name)
}

function checkOutputName(input: 'outputs' | 'masked-outputs', name: string): string {
  if (isOutputName(name) && name.length <= MAX_OUTPUT_NAME_CHARS) return name
  throw new InputError(input, {
    read: name,
    problem: 'is not the name of an output',
    allowed: 'letters, digits, "_" and "-", beginning with a letter or "_"'
  })
}

function splitLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

/** Every text in a value that must not be seen when the value is masked: the whole, and each of its parts. */
export function listMaskTexts({ text, value }: OutputValue): readonly string[] {
  const texts = listLeaves(value).filter((leaf) => typeof leaf === 'string')
  return [...new Set([text, ...texts])].filter((part) => part !== '')
}
