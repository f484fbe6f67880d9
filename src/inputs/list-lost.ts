/**
 * What the state of an earlier step does not hold of a value: what needs it says so, and is not sent.
 */
import { findMissing, type KeptValue, type Mark } from '../batch/kept-values.ts'
import {
  type Carried,
  type ListPlan,
  nameOperation,
  type PastOperation,
  type PlannedItem,
  type Scope
} from '../batch/plan.ts'
import type { OutputExpression } from '../condition/compile.ts'
import { pathsOfItems, type ReadPaths } from '../condition/paths.ts'

/** Operations of an earlier step, as far as their responses go. */
export interface LostContext {
  readonly items: ReadonlyMap<string, Pick<PlannedItem, 'loop'>>
  readonly operations: ReadonlyMap<string, Pick<PastOperation, 'kind'>>
  readonly origins: Carried['origins']
}

/** What is read and not there, in words that read on from a name; undefined where all of it is there. */
export function findLost(
  reads: ReadonlyMap<string, ReadPaths>,
  { items, operations, origins }: LostContext
): string | undefined {
  for (const [name, paths] of reads) {
    const { loop } = items.get(name) ?? {}
    const each = pathsOfItems(paths)
    const operationsOf = loop?.elements?.map(({ key }) => nameOperation(name, key)) ?? []
    const read = loop === undefined ? paths : each
    for (const operation of loop === undefined ? [name] : operationsOf) {
      const isPast = operations.get(operation)?.kind === 'ended'
      const kept = origins.get(operation)?.response
      const lost = isPast && read ? describeLost(operation, kept, read) : undefined
      if (lost !== undefined) return lost
    }
  }
  return undefined
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

/** An item that looks first whether all that it reads is there. */
export function wrapLost(item: PlannedItem, context: LostContext): PlannedItem {
  const { name, reads, loop, judge, prepare } = item
  const isOpened = loop?.elements !== undefined
  const own = isOpened ? (loop.ownReads ?? reads) : reads
  const followed = new Map([...own].filter(([each]) => loop?.followed.includes(each)))
  const whole = new Map([...own].filter(([each]) => !followed.has(each)))
  const lost = findLost(whole, context)
  const needs = (what: string | undefined) =>
    what === undefined ? undefined : ({ kind: 'lost', message: `needs ${what}` } as const)
  const look = (scope: Scope) => {
    const { index } = scope
    const key = typeof index === 'number' ? loop?.elements?.[index]?.key : undefined
    const ofElement = key === undefined || loop === undefined ? undefined : findLostOf(key)
    return needs(lost ?? ofElement)
  }
  const findLostOf = (key: string) => {
    for (const [each, paths] of followed) {
      const operation = nameOperation(each, key)
      const isPast = context.operations.get(operation)?.kind === 'ended'
      const kept = context.origins.get(operation)?.response
      const missing = isPast ? describeLost(operation, kept, paths) : undefined
      if (missing !== undefined) return missing
    }
    const first = loop?.followed.at(-1) ?? name
    const kept = context.origins.get(nameOperation(first, key))?.element?.value
    return kept && loop?.itemReads ? describeLost('item', kept, loop.itemReads) : undefined
  }
  const { list } = loop ?? {}
  return {
    ...item,
    judge: (scope) => look(scope) ?? judge(scope),
    prepare: async (scope) => look(scope) ?? prepare(scope),
    ...(loop && {
      loop: { ...loop, ...(list && { list: (scope: Scope) => needs(lost) ?? list(scope) }) }
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
    const context = { items: named, operations: past.operations, origins }
    const lost = findLost(expression.listPaths(), context)
    if (lost !== undefined) warnings.push(`The output ${name} is left out: it needs ${lost}.`)
    return lost === undefined
  })
  return { outputs: kept, warnings }
}
