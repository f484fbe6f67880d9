/**
 * The forms that the text of an input may have, each with its one rule. Reads through a function, so that an input of
 * the step and a field of a listed operation are read alike; knows no input by its name.
 */

import type { InputName } from '../contract.ts'
import { InputError } from '../errors.ts'
import type { BodyInputs } from '../request/body.ts'
import type { BodyContext, RequestBody } from '../request/body-content.ts'
import { GUID } from '../values.ts'
import { DURATION_FORMS, parseDuration } from './duration.ts'

/** Text of an input, `''` when it is not given. */
export type ReadInput = (name: InputName) => string

/** Reader of a body; undefined where there is none. */
export type LoadBody = (inputs: BodyInputs) => Promise<RequestBody | undefined>

/** Surroundings that the inputs are read against. */
export interface InputContext extends BodyContext {
  /** Reads the body, in the place of what reads that of a step. */
  readonly loadBody?: LoadBody
  /** A text without what is registered as a secret. */
  readonly hide: (text: string) => string
  /** Tells this step's files from those of another step in the job. */
  readonly uniqueId: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** No job lasts longer than five days, and a timer of more than 2^31 ms fires at once. */
const MAX_DURATION_MS = 6 * 24 * 60 * 60_000

/** Same inputs without the white space around them, and with the line breaks of one system. */
export function trimInputs(read: ReadInput): ReadInput {
  return (name) => read(name).trim().replaceAll('\r\n', '\n')
}

/** GUID as written, `''` when the input is not given. */
export function readGuid(read: ReadInput, name: InputName): string {
  const text = read(name)
  if (text === '' || GUID.test(text)) return text
  const allowed = 'a text such as 00000000-0000-0000-0000-000000000000'
  throw new InputError(name, { read: text, problem: 'is not a GUID', allowed })
}

/** Duration in milliseconds, undefined when the input is not given. */
export function readDuration(
  read: ReadInput,
  name: InputName,
  { positive = false }: { readonly positive?: boolean } = {}
): number | undefined {
  const text = read(name)
  if (text === '') return undefined
  const refuse = (problem: string): never => {
    throw new InputError(name, { read: text, problem, allowed: DURATION_FORMS })
  }
  const durationMs = parseDuration(text) ?? refuse('is not a duration')
  if (positive && durationMs === 0) refuse('must be longer than 0')
  if (durationMs > MAX_DURATION_MS) {
    refuse('is longer than 6 days, and no GitHub Actions job lasts that long')
  }
  return durationMs
}

/** True or false, without regard to case; `otherwise` when the input is not given. */
export function readBoolean(read: ReadInput, name: InputName, otherwise: boolean): boolean {
  return readChoice(read, name, ['true', 'false'], otherwise ? 'true' : 'false') === 'true'
}

/** One of `choices`, without regard to case; `otherwise` when the input is not given. */
export function readChoice<Choice extends string>(
  read: ReadInput,
  name: InputName,
  choices: readonly Choice[],
  otherwise: Choice
): Choice {
  const text = read(name)
  if (text === '') return otherwise
  const choice = choices.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (choice !== undefined) return choice
  throw new InputError(name, {
    read: text,
    problem: 'is not one of the allowed values',
    allowed: choices.join(', ')
  })
}

/** Lines that are not blank, without the white space around each. */
export function readLines(read: ReadInput, name: InputName): readonly string[] {
  return read(name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
