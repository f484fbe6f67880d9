/**
 * Functions of JMESPath that the library has in a form that some texts and lists make very slow, anew: its `trim` looks
 * at every blank once for each blank before it, `sort` and `sort_by` make a list of both texts for every comparison, and
 * `replace` searches from the start for every place. Its checks of the arguments stay.
 */
import { isNode, type Library, type Node } from './jmespath.ts'

type Json = Parameters<Library['search']>[0]
type Given = readonly (Json | Node)[]

/** Puts the functions in the place of the library's own, for this process. */
export function replaceSlowFunctions({ TreeInterpreter }: Library): void {
  const functions: Readonly<Record<string, (given: Given) => Json>> = {
    trim: ([text, marks]) => trimStart(trimEnd(readText(text), marks), marks),
    trim_left: ([text, marks]) => trimStart(readText(text), marks),
    trim_right: ([text, marks]) => trimEnd(readText(text), marks),
    replace: ([text, old, by, count]) => {
      const limit = typeof count === 'number' ? count : undefined
      return replaceText(readText(text), readText(old), readText(by), limit)
    },
    sort: ([list]) => readList(list).toSorted(compare),
    sort_by: ([list, key]) => sortBy(readList(list), (item) => readKey(TreeInterpreter, key, item))
  }
  const table = TreeInterpreter.runtime._functionTable
  for (const [name, run] of Object.entries(functions)) {
    const entry = table[name]
    if (entry !== undefined) entry._func = run
  }
}

// The library has checked the types; what is no text or list here is one that the expression left out.
function readText(value: Json | Node | undefined): string {
  return typeof value === 'string' ? value : ''
}

function readList(value: Json | Node | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

function isMark(character: string, marks: Json | Node | undefined): boolean {
  return typeof marks === 'string' && marks !== ''
    ? marks.includes(character)
    : /[\s\u0085]/.test(character)
}

function trimStart(text: string, marks: Json | Node | undefined): string {
  let start = 0
  while (start < text.length && isMark(text.charAt(start), marks)) start += 1
  return text.slice(start)
}

function trimEnd(text: string, marks: Json | Node | undefined): string {
  let end = text.length
  while (end > 0 && isMark(text.charAt(end - 1), marks)) end -= 1
  return text.slice(0, end)
}

function replaceText(text: string, old: string, by: string, count: number | undefined): string {
  if (count !== undefined && (count < 0 || !Number.isInteger(count))) {
    throw new Error('invalid-value: expecting a non-negative integer.')
  }
  const parts = text.split(old)
  const places = Math.min(count ?? parts.length, parts.length - 1)
  const replaced = parts.slice(0, places + 1).join(by)
  return [replaced, ...parts.slice(places + 1)].join(old)
}

/** Order of texts by their code points, and of numbers. */
function compare(one: Json, other: Json): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other
  const [left, right] = [readText(one), readText(other)]
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  let at = 0
  while (at < length && left.charCodeAt(at) === right.charCodeAt(at)) at += 1
  return rank(left, at) - rank(right, at)
}

/** A half of a pair stands for a character behind all that need no pair. */
function rank(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  if (Number.isNaN(unit)) return -1
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}

function readKey(
  interpreter: Library['TreeInterpreter'],
  key: Json | Node | undefined,
  item: Json
) {
  if (typeof key !== 'object' || key === null || !isNode(key)) return null
  return interpreter.visit(key, item)
}

function sortBy(list: readonly Json[], readKeyOf: (item: Json) => unknown): Json {
  const keyed = list.map((item) => ({ item, key: readKeyOf(item) }))
  const type = typeof keyed[0]?.key
  const sorted = keyed.map(({ item, key }) => {
    if ((typeof key !== 'string' && typeof key !== 'number') || typeof key !== type) {
      throw new Error('Invalid type: sort_by() expects its keys to be texts only, or numbers only')
    }
    return { item, key }
  })
  return sorted.toSorted((one, other) => compare(one.key, other.key)).map(({ item }) => item)
}
