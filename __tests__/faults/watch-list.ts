/**
 * A list under way, and everything that is seen of it.
 */
import { createSharedWay, type SharedWay } from '../../src/arm/shared-client.ts'
import type { ListEvent } from '../../src/batch/events.ts'
import type { HttpRequest } from '../../src/http/http.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'
import type { ListCase, ListedCase } from './lists.ts'
import type { ProofTime } from './proof-time.ts'
import type { Proof } from './prove.ts'
import type { Provider } from './provider.ts'

/** Moment: what is of one turn, nobody could have told apart. */
export interface Moment {
  readonly atMs: number
  readonly turn: number
}

/** Everything that was seen of one operation. */
export interface Sight {
  readonly item: ListedCase
  readonly judged: Moment[]
  readonly prepared: Moment[]
  readonly started: Moment[]
  readonly ran: Moment[]
  /** Of the runs whose outcomes are there. */
  readonly ended: Proof[]
  readonly kept: Outcome[]
  /** Events that say why it was not sent. */
  readonly notSent: (Extract<ListEvent, { kind: 'not-sent' }> & { readonly moment: Moment })[]
  /** Provider that its request went to. */
  provider?: Provider
  /** It was told that the operation can be waited for elsewhere, or that it cannot. */
  isHandedOver: boolean
}

/** A list under way. */
export interface Watch {
  readonly list: ListCase
  readonly time: ProofTime
  readonly signal: AbortSignal
  readonly way: SharedWay
  readonly sights: ReadonlyMap<string, Sight>
  readonly violations: string[]
  /** Operations that are filled in or run now. */
  readonly active: Set<string>
  /** Requests that have no answer yet. */
  readonly underWay: Set<HttpRequest>
  /** Names of the operations that Azure asked to slow down, once for each time. */
  readonly throttled: string[]
  /** Failures, in the order in which they were known. */
  readonly failures: { readonly name: string; readonly at: Moment }[]
  readonly note: () => Moment
}

/** A list of which nothing has begun. */
export function createWatch(list: ListCase, time: ProofTime, signal: AbortSignal): Watch {
  const sights = new Map(
    list.items.map((item): [string, Sight] => [
      item.name,
      {
        item,
        judged: [],
        prepared: [],
        started: [],
        ran: [],
        ended: [],
        kept: [],
        notSent: [],
        isHandedOver: false
      }
    ])
  )
  return {
    list,
    time,
    signal,
    way: createSharedWay(time.clock),
    sights,
    note: () => ({ atMs: time.now, turn: time.turn }),
    violations: [],
    active: new Set(),
    underWay: new Set(),
    throttled: [],
    failures: []
  }
}

/** What was seen of the operation with this name. */
export function findSight(watch: Watch, name: string): Sight {
  const sight = watch.sights.get(name)
  if (sight === undefined) throw new Error(`${name} is not in the list`)
  return sight
}

/** Done is what succeeded, and what its own `if` has skipped. */
export function isDone(watch: Watch, name: string): boolean {
  const { ended, notSent } = findSight(watch, name)
  const succeeded = ended.some(({ outcome }) => statusOf(outcome.ending) === 'Succeeded')
  return succeeded || notSent.some(({ notSent: { kind } }) => kind === 'if')
}
