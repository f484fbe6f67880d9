/**
 * The parts of a value that an expression reads. Reads a tree and evaluates nothing. Pure.
 */
import { isList, isObject } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import type { Node } from './jmespath.ts'
import { listRoots } from './roots.ts'

/** Parts of a value that are read: all of it, or these of its fields; `*` is each element of a list, `.*` any field. */
export type ReadPaths = 'all' | ReadonlyMap<string, ReadPaths>

/** Step of a path to each element of a list. */
export const EACH = '*'
/** Step of a path to any field. */
const ANY = '.*'

/** Both together. */
export function joinPaths(one: ReadPaths, other: ReadPaths | undefined): ReadPaths {
  if (other === undefined) return one
  if (one === 'all' || other === 'all') return 'all'
  const joined = new Map(one)
  for (const [name, paths] of other) joined.set(name, joinPaths(paths, joined.get(name)))
  return joined
}

/** Adds what an expression reads, by the names that it looks up. */
export function addPaths(
  paths: Map<string, ReadPaths>,
  { listPaths }: { readonly listPaths: () => ReadonlyMap<string, ReadPaths> }
): void {
  for (const [name, each] of listPaths()) paths.set(name, joinPaths(each, paths.get(name)))
}

/** What is read of each element of a list; undefined where nothing is. */
export function pathsOfItems(paths: ReadPaths): ReadPaths | undefined {
  return paths === 'all' ? paths : paths.get(EACH)
}

/** What is read of a field; undefined where nothing is. */
export function pathsOfField(paths: ReadPaths, name: string): ReadPaths | undefined {
  if (paths === 'all') return paths
  const any = paths.get(ANY)
  const own = paths.get(name)
  return own === undefined ? any : joinPaths(own, any)
}

/**
 * As much of a value as is read of it: an expression that reads no more has the same value over it. What is no object is
 * there all the same, and a list has its length and its places.
 */
export function pruneValue(value: JsonValue, paths: ReadPaths): JsonValue {
  if (paths === 'all') return value
  if (isList(value)) {
    const below = pathsOfItems(paths)
    return value.map((item) => (below === undefined ? null : pruneValue(item, below)))
  }
  if (!isObject(value)) return value
  const kept = Object.entries(value).flatMap(([name, item]) => {
    const below = pathsOfField(paths, name)
    return below === undefined ? [] : [[name, pruneValue(item, below)] as const]
  })
  return Object.fromEntries(kept)
}

/** What an expression reads of each name that it looks up: never less than that. */
export function listPaths(root: Node): ReadonlyMap<string, ReadPaths> {
  const whole = createPlace()
  readWhole(follow(root, { from: [whole] }, { whole, variables: new Map() }))
  return new Map(
    listRoots(root).map((name) => {
      const place = whole.isAll ? undefined : whole.below.get(name)
      return [name, place === undefined ? 'all' : toPaths(place)]
    })
  )
}

/** Place in the value that the expression is given, with what has been found to be read below it. */
interface Place {
  isAll: boolean
  readonly below: Map<string, Place>
}

/** Values that a part of an expression may have: places of the given value, and lists that were made of such. */
interface Followed {
  readonly from: readonly Place[]
  readonly items?: Followed
}

interface Surroundings {
  readonly whole: Place
  readonly variables: ReadonlyMap<string, Followed>
}

const NOTHING: Followed = { from: [] }

function createPlace(): Place {
  return { isAll: false, below: new Map() }
}

function toPaths({ isAll, below }: Place): ReadPaths {
  return isAll ? 'all' : new Map([...below].map(([name, place]) => [name, toPaths(place)]))
}

function stepTo(place: Place, name: string): Place {
  if (place.isAll) return place
  const below = place.below.get(name) ?? createPlace()
  place.below.set(name, below)
  return below
}

function takeField({ from }: Followed, name: string): Followed {
  return { from: from.map((place) => stepTo(place, name)) }
}

function takeItems(list: Followed): Followed {
  return join(takeField(list, EACH), list.items ?? NOTHING)
}

function join(one: Followed, other: Followed): Followed {
  const from = [...new Set([...one.from, ...other.from])]
  const { items = NOTHING } = one
  const both = other.items === undefined ? one.items : join(items, other.items)
  return both === undefined ? { from } : { from, items: both }
}

/** Notes that a value is read as a whole: so its truth counts, or it is given away. */
function readWhole({ from, items }: Followed): Followed {
  for (const place of from) {
    place.isAll = true
    place.below.clear()
  }
  if (items !== undefined) readWhole(items)
  return NOTHING
}

/** Value of a node over a value. */
function follow(node: Node, value: Followed, around: Surroundings): Followed {
  const visit = (child: Node, over = value) => follow(child, over, around)
  const visitWhole = (children: readonly Node[], over = value) => {
    for (const child of children) readWhole(visit(child, over))
    return NOTHING
  }
  switch (node.type) {
    case 'Field':
      return takeField(value, node.name)
    case 'Index':
      return takeItems(value)
    // Its elements are those of the list that it is taken of.
    case 'Slice':
    case 'Current':
    case 'Identity':
      return value
    case 'Root':
      return { from: [around.whole] }
    case 'Variable':
      return around.variables.get(node.name) ?? NOTHING
    case 'Literal':
      return NOTHING
    case 'Subexpression':
    case 'IndexExpression':
    case 'Pipe':
      return visit(node.right, visit(node.left))
    case 'Projection':
      return { from: [], items: visit(node.right, takeItems(visit(node.left))) }
    case 'ValueProjection':
      return { from: [], items: visit(node.right, takeField(visit(node.left), ANY)) }
    case 'FilterProjection': {
      const item = takeItems(visit(node.left))
      visitWhole([node.condition], item)
      return { from: [], items: visit(node.right, item) }
    }
    case 'Flatten': {
      const item = takeItems(visit(node.child))
      return { from: [], items: join(item, takeItems(item)) }
    }
    case 'AndExpression':
    case 'OrExpression': {
      const left = visit(node.left)
      readWhole(left)
      return join(left, visit(node.right))
    }
    case 'Ternary':
      visitWhole([node.condition])
      return join(visit(node.trueExpr), visit(node.falseExpr))
    case 'LetExpression': {
      const bound = node.bindings.map(
        ({ variable, reference }) => [variable, visit(reference)] as const
      )
      const variables = new Map([...around.variables, ...bound])
      return follow(node.expression, value, { ...around, variables })
    }
    case 'Binding':
      return visit(node.reference)
    case 'Comparator':
    case 'Arithmetic':
      return visitWhole([node.left, node.right])
    case 'NotExpression':
      return visitWhole([node.child])
    case 'Unary':
      return visitWhole([node.operand])
    case 'MultiSelectHash':
      return visitWhole(node.children.map(({ value: child }) => child))
    case 'MultiSelectList':
    case 'Function':
      return visitWhole(node.children)
    // What it is applied to is an argument, too, and read as a whole.
    case 'ExpressionReference':
      return visitWhole([node.child], NOTHING)
    default:
      return node satisfies never
  }
}
