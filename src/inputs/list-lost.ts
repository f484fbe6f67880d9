/**
 * What the state of an earlier step does not hold of a value: what needs it says so, and is not sent.
 */
import { findMissing, type KeptValue, type Mark } from '../batch/kept-values.ts'
import {
  type Carried,
  type ListPlan,
  nameOperation,
  type PlannedItem,
  type Scope
} from '../batch/plan.ts'
import type { OutputExpression } from '../condition/compile.ts'
import { pathsOfItems, type ReadPaths } from '../condition/paths.ts'
import type { JsonValue } from '../http/message.ts'

/** Operations of an earlier step, as far as their responses go. */
export interface LostContext {
  readonly items: ReadonlyMap<string, Pick<PlannedItem, 'loop'>>
  readonly origins: Carried['origins']
}

/** What is read and not there, in words that read on from a name; undefined where all of it is there. */
export function findLost(
  reads: ReadonlyMap<string, ReadPaths>,
  { items, origins }: LostContext
): string | undefined {
  for (const [name, paths] of reads) {
    const { loop } = items.get(name) ?? {}
    const each = pathsOfItems(paths)
    const operationsOf = loop?.elements?.map(({ key }) => nameOperation(name, key)) ?? []
    const read = loop === undefined ? paths : each
    for (const operation of loop === undefined ? [name] : operationsOf) {
      const lost = read && describeLostOf(operation, origins, read)
      if (lost !== undefined) return lost
    }
  }
  return undefined
}

/** Of what has ended; all else has no response, or will have all of it. */
function describeLostOf(
  name: string,
  origins: Carried['origins'],
  reads: ReadPaths
): string | undefined {
  const { past, response } = origins.get(name) ?? {}
  return past?.kind === 'ended' ? describeLost(name, response, reads) : undefined
}

/** `plan.properties.key, which the state in resume does not hold (a secret)`; undefined where it is there. */
export function describeLost(
  name: string,
  kept: KeptValue | undefined,
  reads: ReadPaths
): string | undefined {
  const missing = findMissing(kept, reads)
  if (missing === undefined) return undefined
  const steps = missing.path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
  const place = `${name}${steps.join('')}`
  return `${place}, which the state in resume does not hold (${REASONS[missing.why]})`
}

const REASONS: Readonly<Record<Mark['why'] | 'unread', string>> = {
  secret: 'a secret',
  body: 'a whole body',
  size: 'it is too long',
  unread: 'nothing read it then'
}

/** Operations of an earlier step beside a list. */
export interface LostOfList extends LostContext {
  /** Names of the loops whose elements nothing but the state tells. */
  readonly keptLists: ReadonlySet<string>
}

/**
 * What is read and not there, in words that read on from a name; undefined where all of it is there.
 * @param reads by the names of the items, and of `item`
 * @param index of the element, for an operation of a loop
 */
export type FindLost = (
  reads: ReadonlyMap<string, ReadPaths>,
  index?: JsonValue
) => string | undefined

/** Finder for one item. What its operations all read is looked at once. */
export function createLostFinder({ name, loop }: PlannedItem, context: LostOfList): FindLost {
  const { followed = [] } = loop ?? {}
  const first = followed.at(-1) ?? name
  // One that is new, and follows a loop of the earlier step, has the elements of that.
  const elements = loop?.elements ?? context.items.get(first)?.loop?.elements
  const known = new Map<ReadonlyMap<string, ReadPaths>, string | undefined>()
  const findOfAll: FindLost = (reads) => {
    if (!known.has(reads)) {
      const whole = [...reads].filter(([each]) => !followed.includes(each))
      known.set(reads, findLost(new Map(whole), context))
    }
    return known.get(reads)
  }
  const findOfElement = (reads: ReadonlyMap<string, ReadPaths>, key: string) => {
    for (const each of followed) {
      const [paths, operation] = [reads.get(each), nameOperation(each, key)]
      const lost = paths && describeLostOf(operation, context.origins, paths)
      if (lost !== undefined) return lost
    }
    const paths = reads.get('item')
    const kept = context.origins.get(nameOperation(first, key))?.element?.value
    return paths && context.keptLists.has(first) ? describeLost('item', kept, paths) : undefined
  }
  return (reads, index) => {
    const key = typeof index === 'number' ? elements?.[index]?.key : undefined
    return findOfAll(reads) ?? (key === undefined ? undefined : findOfElement(reads, key))
  }
}

/** An item that looks first whether all that it reads is there. */
export function wrapLost(item: PlannedItem, find: FindLost): PlannedItem {
  const { reads, loop, judge, prepare } = item
  const own = loop?.elements === undefined ? reads : (loop.ownReads ?? reads)
  const all = new Map(own)
  if (loop?.itemReads !== undefined) all.set('item', loop.itemReads)
  const look = ({ index }: Scope) => {
    const lost = find(all, index)
    return lost === undefined ? undefined : ({ kind: 'lost', message: `needs ${lost}` } as const)
  }
  const { list } = loop ?? {}
  return {
    ...item,
    judge: (scope) => look(scope) ?? judge(scope),
    prepare: async (scope) => look(scope) ?? prepare(scope),
    ...(loop && {
      loop: { ...loop, ...(list && { list: (scope: Scope) => look(scope) ?? list(scope) }) }
    })
  }
}

/** Outputs whose values are there, and what is not, in one sentence each. */
export function keepOutputs(plan: Pick<ListPlan, 'items' | 'outputs' | 'past' | 'carried'>): {
  readonly outputs: readonly OutputExpression[]
  readonly warnings: readonly string[]
} {
  const { items, past, carried, outputs } = plan
  const warnings: string[] = []
  const kept = outputs.filter(({ name, expression }) => {
    if (past === undefined || carried === undefined) return true
    const { origins } = carried
    const named = new Map(items.map((item) => [item.name, item]))
    const context = { items: named, origins }
    const lost = findLost(expression.listPaths(), context)
    if (lost !== undefined) warnings.push(`The output ${name} is left out: it needs ${lost}.`)
    return lost === undefined
  })
  return { outputs: kept, warnings }
}
