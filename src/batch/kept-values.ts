/**
 * Values of responses and elements as the state of a step holds them: as much as is still read, and marks where
 * something of that is left out. Pure.
 */
import { EACH, pathsOfField, pathsOfItems, pruneValue, type ReadPaths } from '../condition/paths.ts'
import { isList, isObject } from '../http/body.ts'
import { isTooDeep } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'

/** Reason why something is left out: it is a secret, a whole body, or too long. */
export const MARK_REASONS = ['secret', 'body', 'size'] as const

/** Place in a value that was left out, with null in its place. */
export interface Mark {
  /** Fields and indexes that lead to it. */
  readonly path: readonly string[]
  readonly why: (typeof MARK_REASONS)[number]
}

/** Part of a value. */
export interface KeptValue {
  readonly value: JsonValue
  /** What it was kept for: it holds what these paths read, but for the marks. */
  readonly paths: ReadPaths
  readonly marks: readonly Mark[]
}

/** Rules for keeping a value. */
export interface KeepRules {
  /** A text without the secrets that are registered. */
  readonly hide: (text: string) => string
  /** True: all of it may be kept, where all of it is read. */
  readonly isWholeKept?: boolean
}

/** Longest value that is kept, as JSON. */
export const MAX_VALUE_CHARS = 8_000

/** A value of which nothing has been left out. */
export function keepAll(value: JsonValue): KeptValue {
  return { value, paths: 'all', marks: [] }
}

/** As much of what is kept as is needed, without the secrets. */
export function keepNeeded(kept: KeptValue, needed: ReadPaths, rules: KeepRules): KeptValue {
  const isWhole = kept.paths === 'all' && kept.marks.length === 0
  const isScalar = isWhole && !isObject(kept.value) && !isList(kept.value)
  const paths = isScalar ? 'all' : intersectPaths(kept.paths, needed)
  const leaveOut = (why: Mark['why']) => ({ value: null, paths, marks: [{ path: [], why }] })
  if (paths === 'all' && !isScalar && isWhole && rules.isWholeKept !== true) return leaveOut('body')
  const marks = kept.marks.filter(({ path }) => touches(paths, path))
  const pruned = pruneValue(kept.value, paths)
  if (!isShort(pruned)) return leaveOut('size')
  const found: Mark[] = []
  const value = leaveOutSecrets(pruned, [], { hide: rules.hide, found })
  return { value, paths, marks: [...marks, ...found] }
}

/** What an expression reads of a value, and the state does not hold; undefined where it holds all of it. */
export function findMissing(
  kept: KeptValue | undefined,
  reads: ReadPaths
): (Pick<Mark, 'path'> & { readonly why: Mark['why'] | 'unread' }) | undefined {
  if (kept === undefined) return { path: [], why: 'unread' }
  const mark = kept.marks.find(({ path }) => touches(reads, path))
  if (mark !== undefined) return mark
  return covers(kept.paths, reads) ? undefined : { path: [], why: 'unread' }
}

function isShort(value: JsonValue): boolean {
  return !isTooDeep(value) && JSON.stringify(value).length <= MAX_VALUE_CHARS
}

interface SecretSearch {
  readonly hide: KeepRules['hide']
  readonly found: Mark[]
}

function leaveOutSecrets(
  value: JsonValue,
  path: readonly string[],
  search: SecretSearch
): JsonValue {
  const { hide, found } = search
  const holdsSecret = (text: string) => hide(text) !== text
  if (isList(value)) {
    return value.map((item, index) => leaveOutSecrets(item, [...path, String(index)], search))
  }
  const isSecret = isObject(value)
    ? // Its name would be in the path of the mark.
      Object.keys(value).some(holdsSecret)
    : value !== null && holdsSecret(String(value))
  if (isSecret) {
    found.push({ path, why: 'secret' })
    return null
  }
  if (!isObject(value)) return value
  const entries = Object.entries(value).map(
    ([name, item]) => [name, leaveOutSecrets(item, [...path, name], search)] as const
  )
  return Object.fromEntries(entries)
}

/** True where something is read of the place, of what lies in it, or of what it lies in as a whole. */
function touches(reads: ReadPaths, path: readonly string[]): boolean {
  let left: ReadPaths | undefined = reads
  for (const step of path) {
    if (left === undefined || left === 'all') break
    left = readsBelow(left, step)
  }
  return left !== undefined
}

/** What is read of a field, or of the element in this place. */
function readsBelow(reads: ReadPaths, step: string): ReadPaths | undefined {
  const item = /^\d+$/.test(step) ? pathsOfItems(reads) : undefined
  const field = pathsOfField(reads, step)
  // Which of the two it is the value alone would tell: whatever reads either of them counts.
  return item === undefined || field === 'all' ? field : field === undefined ? item : 'all'
}

function intersectPaths(one: ReadPaths, other: ReadPaths): ReadPaths {
  if (one === 'all') return other
  if (other === 'all') return one
  const names = new Set([...one.keys(), ...other.keys()])
  const both = [...names].flatMap((name) => {
    const [first, second] = [one, other].map((paths) => below(paths, name))
    return first === undefined || second === undefined
      ? []
      : [[name, intersectPaths(first, second)] as const]
  })
  return new Map(both)
}

function covers(kept: ReadPaths, reads: ReadPaths): boolean {
  if (kept === 'all') return true
  if (reads === 'all') return false
  return [...reads].every(([name, paths]) => {
    const there = below(kept, name)
    return there !== undefined && covers(there, paths)
  })
}

function below(paths: ReadPaths, name: string): ReadPaths | undefined {
  return name === EACH ? pathsOfItems(paths) : pathsOfField(paths, name)
}
