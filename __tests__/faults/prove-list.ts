/**
 * One random list in virtual time, through the driver of lists, and what has to hold of it: of each operation what holds
 * of one alone, and of all of them their order, their end, and that none changes what becomes of another.
 */
import { readdirSync } from 'node:fs'
import { runAll } from '../../src/batch/run-all.ts'
import type { ItemState } from '../../src/batch/schedule.ts'
import { judgeList } from './judge-list.ts'
import { type IsolationCase, type ListCase, listMembers, takeFaultsAway } from './lists.ts'
import { createContext, createPlan, resumeLeft } from './play-list.ts'
import { ProofTime } from './proof-time.ts'
import { judgeRun, type Proof, type Run, START_MS } from './prove.ts'
import { createWatch, type Watch } from './watch-list.ts'

/** What came of one list. */
export interface ListProof {
  /** By the names of the operations that ran. */
  readonly proofs: ReadonlyMap<string, Proof>
  /** How each operation and each loop ended: its status, and why it was not sent. */
  readonly ends: ReadonlyMap<string, string>
  /** Names of the loops. */
  readonly loops: ReadonlySet<string>
  /** Names of the operations that Azure asked to slow down. */
  readonly throttled: ReadonlySet<string>
  /** How many operations were left, and waited for by their handles. */
  readonly resumptions: number
  /** What does not hold, one sentence each; empty when all is well. */
  readonly violations: readonly string[]
}

/** Runs a list, and judges it. */
export async function proveList(list: ListCase): Promise<ListProof> {
  await loadChunks()
  const time = new ProofTime(START_MS, list.order)
  const controller = new AbortController()
  const watch = createWatch(list, time, controller.signal)
  const { violations, sights, throttled } = watch
  const cancelAfterMs = list.cancelAfterMs ?? Number.POSITIVE_INFINITY
  const leave = time.plan(cancelAfterMs, () => controller.abort())
  const end = await time.drive(() => runAll(createPlan(watch), createContext(watch)))
  leave()
  if (end === 'stuck') violations.push('it never ends')
  else judgeList(watch, end)
  const resumptions = end === 'stuck' ? 0 : await proveHandles(watch)
  const states = end === 'stuck' ? [] : [...end.schedule.states]
  return {
    proofs: new Map(
      [...sights].flatMap(([name, { ended }]) => ended.map((proof) => [name, proof] as const))
    ),
    ends: new Map(states.map(([name, state]) => [name, tellEnd(state)])),
    loops: new Set(list.items.flatMap(({ name, loop }) => (loop === undefined ? [] : [name]))),
    throttled: new Set(throttled),
    resumptions,
    violations
  }
}

/** What was left is never lost: by its handle, and by GETs alone, another step finds out how it ended. */
async function proveHandles(watch: Watch): Promise<number> {
  const { sights, time, violations } = watch
  let resumptions = 0
  for (const [name, sight] of sights) {
    const resumed = await time.drive(() => resumeLeft(watch, sight))
    if (resumed === undefined) continue
    resumptions += 1
    const broken = resumed === 'stuck' ? ['it never ends'] : judgeResumed(resumed)
    violations.push(...broken.map((text) => `${name}, resumed: ${text}`))
  }
  return resumptions
}

function judgeResumed(resumed: Run): readonly string[] {
  const sent = resumed.exchanges.filter(({ request }) => request.method !== 'GET')
  return [
    ...judgeRun(resumed).violations,
    ...sent.map(({ request }) => `a ${request.method} is sent`)
  ]
}

function tellEnd(state: ItemState): string {
  if (state.kind !== 'ended') return state.kind
  return state.notSent === undefined ? state.status : `${state.status}: ${state.notSent.kind}`
}

/** Time stands still while a chunk is loaded only if that takes no more than a turn, as it does once it was. */
let areChunksLoaded = false
async function loadChunks(): Promise<void> {
  if (areChunksLoaded) return
  for (const room of ['arm', 'batch', 'operation', 'report', 'run']) {
    const folder = new URL(`../../src/${room}/`, import.meta.url)
    for (const file of readdirSync(folder)) await import(new URL(file, folder).pathname)
  }
  areChunksLoaded = true
}

/**
 * Runs a list twice, the second time without the faults of one operation: what becomes of those that do not depend on it
 * is the same.
 */
export async function proveIsolation({ list, name }: IsolationCase): Promise<ListProof> {
  const faulty = await proveList(list)
  const calm = await proveList(takeFaultsAway(list, name))
  const dependent = listDependents(list, name)
  // What Azure asked it to slow down for held the others up, and they may have run out of time.
  const isHeldUp = faulty.throttled.has(name) && [...faulty.ends.values()].includes('TimedOut')
  const members = list.items.flatMap(listMembers)
  const changed = members.flatMap(({ name: other }) => {
    if (dependent.has(other) || isHeldUp) return []
    const [one, two] = [faulty, calm].map(({ ends }) => ends.get(other))
    return one === two ? [] : [`${other} is ${one}, and ${two} without the faults of ${name}`]
  })
  return { ...faulty, violations: [...faulty.violations, ...calm.violations, ...changed] }
}

/** The operation itself, its loop, and all that need either, by others too. */
export function listDependents({ items }: ListCase, name: string): ReadonlySet<string> {
  const found = new Set([name])
  const members = items.flatMap(listMembers)
  for (let before = 0; found.size > before; ) {
    before = found.size
    for (const { name: each, needs, loop, place } of members) {
      const own = [...needs, place?.forerunner ?? '', ...(loop?.followed ?? [])]
      if (place !== undefined && found.has(each)) found.add(place.owner)
      if (own.some((need) => found.has(need))) found.add(each)
    }
  }
  return found
}
