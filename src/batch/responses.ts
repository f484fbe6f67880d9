/**
 * The final responses of a list, each for as long as something still refers to it: a body may be large, and there may be
 * thousands of them.
 */
import type { JsonValue } from '../http/message.ts'
import type { ListPlan, Scope } from './plan.ts'

/** Responses that are still referred to. */
export interface Responses {
  /** As of now. */
  readonly scope: () => Scope
  /** Keeps the response of an operation, where something will read it. */
  readonly keep: (name: string, value: JsonValue) => void
  /** The operation will read no response any more. */
  readonly release: (name: string) => void
}

/** Responses of a list of which none has come yet. */
export function keepResponses({
  items,
  outputReads
}: Pick<ListPlan, 'items' | 'outputReads'>): Responses {
  // Nothing is found in it but what was put there, whatever an operation is called.
  const scope: Record<string, JsonValue> = { __proto__: null }
  const readers = new Map<string, number>()
  const reads = new Map(items.map(({ name, reads }) => [name, reads]))
  const count = (name: string, change: number) => {
    const left = (readers.get(name) ?? 0) + change
    readers.set(name, left)
    if (left === 0) delete scope[name]
  }
  for (const name of outputReads.keys()) count(name, 1)
  for (const item of items) for (const name of item.reads.keys()) count(name, 1)
  return {
    scope: () => scope,
    keep: (name, value) => {
      if ((readers.get(name) ?? 0) > 0) scope[name] = value
    },
    release: (name) => {
      for (const each of reads.get(name)?.keys() ?? []) count(each, -1)
      reads.delete(name)
    }
  }
}
