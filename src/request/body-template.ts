/**
 * A body with places that are filled in later: its text in parts, between which the holes stand. Large parts are the
 * texts of the files that they came from, and shared by all bodies that include them. Pure; what a text with `${` in it
 * stands for, the caller says.
 */
import { type JSONPath, visit } from 'jsonc-parser'
import { toPointer } from './json-pointer.ts'

/** Place in a body that is filled in later. */
export interface Hole {
  /** As it was written. */
  readonly text: string
  /** A value or a name of JSON; or the whole of a body that is not JSON. */
  readonly kind: 'value' | 'name' | 'text'
  /** JSON pointer of what it decides about: the value, or the object that has the name. */
  readonly pointer: string
}

/** Text of a body, and the holes in it. */
export type BodyParts = readonly (string | Hole)[]

/**
 * Looks at a text of the body itself that holds `${`: gives the text that is meant, or undefined where it is filled in
 * later.
 * @param offset in the document that the body is a part of
 */
export type ReadReference = (text: string, offset: number) => string | undefined

/** Parts shorter than this are joined to one. */
const SHARED_CHARACTERS = 4096

/** The same parts, as few as may be without a copy of a long one. */
export function joinShortParts(parts: BodyParts): BodyParts {
  const joined: (string | Hole)[] = []
  let short: string[] = []
  const flush = () => {
    if (short.length > 0) joined.push(short.join(''))
    short = []
  }
  for (const part of parts) {
    if (typeof part === 'string' && part.length < SHARED_CHARACTERS) {
      short.push(part)
      continue
    }
    flush()
    joined.push(part)
  }
  flush()
  return joined
}

/** Text of a body whose holes are filled in. */
export function fillParts(parts: BodyParts, fill: (hole: Hole) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : fill(part))).join('')
}

/** Something that JSON takes in the place of a hole, for the checks that come before it is filled in. */
export function standIn({ kind, text, pointer }: Hole): string {
  if (kind === 'name') return JSON.stringify(text)
  return kind === 'text' ? text : pointer === '' ? '{}' : 'null'
}

/** The parts of a strict JSON text, whose strings may hold references; undefined for one that is nested too deeply. */
export function splitJson(json: string, readReference: ReadReference): BodyParts | undefined {
  const parts: (string | Hole)[] = []
  let end = 0
  const replace = (kind: 'value' | 'name', path: JSONPath, offset: number, length: number) => {
    const written = json.slice(offset, offset + length)
    if (!written.startsWith('"') || !written.includes('{')) return
    const text = String(JSON.parse(written))
    if (!text.includes('${')) return
    const meant = readReference(text, 0)
    const pointer = toPointer(path.map(String))
    parts.push(json.slice(end, offset))
    parts.push(meant === undefined ? { kind, text, pointer } : JSON.stringify(meant))
    end = offset + length
  }
  try {
    visit(json, {
      onObjectProperty: (_name, offset, length, _line, _character, path) =>
        replace('name', path(), offset, length),
      onLiteralValue: (_value, offset, length, _line, _character, path) =>
        replace('value', path(), offset, length)
    })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return [...parts, json.slice(end)]
}

/** Name that an object of a JSON text has twice; undefined where each has each name once. */
export function findTwin(json: string): string | undefined {
  const open: Set<string>[] = []
  let twin: string | undefined
  visit(json, {
    onObjectBegin: () => {
      open.push(new Set())
    },
    onObjectProperty: (name) => {
      if (open.at(-1)?.has(name)) twin ??= name
      open.at(-1)?.add(name)
    },
    onObjectEnd: () => {
      open.pop()
    }
  })
  return twin
}

/** A character that no text in strict JSON holds as it is, and the number of a hole. */
const MARK = /"\\u0000(\d+)\\u0000"/

/** The parts as one JSON text, for what can only be done with the whole; the holes are left in `holes`. */
export function markHoles(parts: BodyParts, holes: Hole[]): string {
  return fillParts(parts, (hole) => JSON.stringify(`\0${holes.push(hole) - 1}\0`))
}

/** The parts of a text that `markHoles` made, or of a piece of it. */
export function unmarkHoles(json: string, holes: readonly Hole[]): BodyParts {
  if (holes.length === 0) return [json]
  // Pieces and numbers come by turns.
  return json
    .split(MARK)
    .map((piece, index) => (index % 2 === 0 ? piece : (holes[Number(piece)] ?? piece)))
}
