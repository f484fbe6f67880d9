/**
 * A list under way, and everything that is seen of it.
 */
import { createSharedWay, type SharedWay } from '../../src/arm/shared-client.ts'
import type { ListEvent } from '../../src/batch/events.ts'
import type { Past, PastOperation } from '../../src/batch/plan.ts'
import { EACH, type ReadPaths } from '../../src/condition/paths.ts'
import type { HttpRequest } from '../../src/http/http.ts'
import type { RunEvent } from '../../src/run/events.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'
import { type ListCase, listMembers, type Member } from './lists.ts'
import type { ProofTime } from './proof-time.ts'
import type { Proof } from './prove.ts'
import type { Provider } from './provider.ts'

/** Moment: what is of one turn, nobody could have told apart. */
export interface Moment {
  readonly atMs: number
  readonly turn: number
}

/** Everything that was seen of one operation, or of one loop. */
export interface Sight {
  readonly item: Member
  readonly judged: Moment[]
  readonly prepared: Moment[]
  readonly started: Moment[]
  readonly ran: Moment[]
  /** Of the runs whose outcomes are there. */
  readonly ended: Proof[]
  readonly kept: Outcome[]
  /** Events that say why it was not sent. */
  readonly notSent: (Extract<ListEvent, { kind: 'not-sent' }> & { readonly moment: Moment })[]
  /** Events that name the operations of a loop. */
  readonly opened: (readonly string[])[]
  /** By which another step waits for it. */
  handle?: string
  /** It was told that the operation can be waited for elsewhere, or that it cannot. */
  isHandedOver: boolean
}

/** What outlives a step. */
export interface World {
  /** Providers that the requests go to, by the names of the operations. */
  readonly providers: Map<string, Provider>
  /** How many requests but reads were sent, by the names of the operations. */
  readonly changes: Map<string, number>
}

/** A list under way. */
export interface Watch {
  readonly list: ListCase
  readonly time: ProofTime
  /** Its step began then. */
  readonly startMs: number
  readonly signal: AbortSignal
  readonly way: SharedWay
  readonly sights: ReadonlyMap<string, Sight>
  readonly world: World
  /** What the step resumes, once that is read. */
  past?: Past
  /** The step that it resumes. */
  readonly earlier?: Watch
  /** Told of the events of operations, too. */
  tell?: (name: string, event: RunEvent) => void
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
export function createWatch(
  list: ListCase,
  time: ProofTime,
  signal: AbortSignal,
  more: Partial<Pick<Watch, 'world' | 'earlier'>> = {}
): Watch {
  const sights = new Map(
    list.items.flatMap(listMembers).map((item): [string, Sight] => [
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
        opened: [],
        isHandedOver: false
      }
    ])
  )
  return {
    list,
    time,
    startMs: time.now,
    signal,
    way: createSharedWay(time.clock),
    sights,
    note: () => ({ atMs: time.now, turn: time.turn }),
    world: { providers: new Map(), changes: new Map() },
    ...more,
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

/** Done is what succeeded, and what its own `if` has skipped; of a loop, all of its operations. */
export function isDone(watch: Watch, name: string): boolean {
  const { ended, notSent, item, opened } = findSight(watch, name)
  const past = watch.past?.operations.get(name)
  if (past !== undefined && past.kind !== 'accepted') return wasDone(past)
  if (notSent.some(({ notSent: { kind } }) => kind === 'if')) return true
  if (item.loop !== undefined) {
    return opened[0]?.every((each) => isDone(watch, each)) === true
  }
  return ended.some(({ outcome }) => statusOf(outcome.ending) === 'Succeeded')
}

function wasDone(past: PastOperation): boolean {
  if (past.kind === 'ended') return statusOf(past.outcome.ending) === 'Succeeded'
  return past.kind === 'not-sent' && past.message === undefined
}

/** True for what was accepted in an earlier step, and has not been seen to end. */
export function isTakenUp(watch: Watch, name: string): boolean {
  return watch.past?.operations.get(name)?.kind === 'accepted'
}

/** What is read of one response: all of it, or some fields. */
export function readsOfOne({ list }: Pick<Watch, 'list'>): ReadPaths {
  return list.readsWhole ? 'all' : FIELDS
}

/** What is read of an item's response: of a loop, of each in its list. */
export function readPathsOf(watch: Pick<Watch, 'list'>, name: string): ReadPaths {
  const one = readsOfOne(watch)
  const { loop } = watch.list.items.find((item) => item.name === name) ?? {}
  return loop === undefined || one === 'all' ? one : new Map([[EACH, one]])
}

const FIELDS: ReadPaths = new Map<string, ReadPaths>([
  ['restarted', 'all'],
  ['properties', new Map<string, ReadPaths>([['size', 'all']])]
])
