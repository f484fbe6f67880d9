/**
 * The turns that the exchanges of a step take at its sockets: never more at once than there are sockets, changes before
 * reads, and no read that hangs before one that does not. Knows nothing of what is exchanged.
 */
import type { Clock } from '../clock.ts'

/** Kind of an exchange, by who must not wait for whom. */
export type Turn =
  /** First requests, cancel calls and sign-ins: some sockets are kept for them. */
  | 'change'
  /** A GET that may be asked again: it yields where it is slow and others wait. */
  | 'read'

/** Turns at the sockets of one step. */
export interface Lanes {
  /**
   * Does the work when it has a turn, and frees its socket after that. A read that yields is done once more, in the lane
   * of the slow ones, and its first try counts for nothing.
   * @param work given the signal at which it must let go of its socket
   * @throws what the work rejects with, or the reason of `signal` when that aborts before the turn
   */
  readonly take: <T>(
    turn: Turn,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>
  ) => Promise<T>
}

/** Sockets of a step, all servers together. */
export const MAX_SOCKETS = 64
/** Sockets that no read takes. */
const KEPT_FOR_CHANGES = 16
/** Sockets that reads take which have yielded once: what hangs keeps no more than these. */
const MAX_SLOW = 16
/** A read that has taken longer yields to one that waits. */
const SLOW_AFTER_MS = 2_000

type Lane = Turn | 'slow'

/** A socket that is taken. */
interface Slot {
  readonly lane: Lane
  readonly sinceMs: number
  /** Of the read that must let go of it. */
  readonly yields: AbortController
}

/** Someone who waits for a socket. */
type Start = (slot: Slot) => void

/** Lanes in which nothing runs yet. */
export function createLanes({ now, sleep }: Clock): Lanes {
  const waiting = { change: new Set<Start>(), read: new Set<Start>(), slow: new Set<Start>() }
  const taken = { change: new Set<Slot>(), read: new Set<Slot>(), slow: new Set<Slot>() }
  let alarm = new AbortController()

  const hasRoom = (lane: Lane): boolean => {
    const reads = taken.read.size + taken.slow.size
    if (taken.change.size + reads >= MAX_SOCKETS) return false
    if (lane === 'change') return true
    if (reads >= MAX_SOCKETS - KEPT_FOR_CHANGES) return false
    return lane === 'read' || taken.slow.size < MAX_SLOW
  }
  const startWaiting = () => {
    for (const lane of ['change', 'read', 'slow'] as const) {
      for (const start of waiting[lane]) {
        if (!hasRoom(lane)) break
        waiting[lane].delete(start)
        const slot = { lane, sinceMs: now(), yields: new AbortController() }
        taken[lane].add(slot)
        start(slot)
      }
    }
    callSlowReads()
  }
  /** Lets as many slow reads yield as others wait; those that are not slow yet are looked at again when they are. */
  const callSlowReads = () => {
    alarm.abort()
    const slow = [...taken.read].filter(({ sinceMs }) => now() - sinceMs >= SLOW_AFTER_MS)
    for (const { yields } of slow.slice(0, waiting.read.size)) yields.abort()
    const next = [...taken.read].find(({ sinceMs }) => now() - sinceMs < SLOW_AFTER_MS)
    if (next === undefined || waiting.read.size <= slow.length) return
    alarm = new AbortController()
    const { signal } = alarm
    void sleep(next.sinceMs + SLOW_AFTER_MS - now(), signal).then(() => {
      if (!signal.aborted) callSlowReads()
    })
  }
  const takeSlot = (lane: Lane, signal: AbortSignal): Promise<Slot> =>
    new Promise((resolve, reject) => {
      const leave = () => {
        waiting[lane].delete(start)
        reject(signal.reason)
      }
      const start: Start = (slot) => {
        signal.removeEventListener('abort', leave)
        resolve(slot)
      }
      if (signal.aborted) {
        leave()
        return
      }
      signal.addEventListener('abort', leave, { once: true })
      waiting[lane].add(start)
      startWaiting()
    })
  const freeSlot = (slot: Slot) => {
    taken[slot.lane].delete(slot)
    startWaiting()
  }
  return {
    take: async (turn, signal, work) => {
      const first = await workInSlot(await takeSlot(turn, signal), { signal, work, freeSlot })
      if (first.kind === 'done') return first.value
      const slot = await takeSlot('slow', signal)
      try {
        return await work(signal)
      } finally {
        freeSlot(slot)
      }
    }
  }
}

interface SlotWork<T> {
  readonly signal: AbortSignal
  readonly work: (signal: AbortSignal) => Promise<T>
  readonly freeSlot: (slot: Slot) => void
}

type Worked<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'yielded' }

async function workInSlot<T>(
  slot: Slot,
  { signal, work, freeSlot }: SlotWork<T>
): Promise<Worked<T>> {
  const { yields } = slot
  const abort = () => yields.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    return { kind: 'done', value: await work(yields.signal) }
  } catch (error) {
    if (yields.signal.aborted && !signal.aborted) return { kind: 'yielded' }
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    freeSlot(slot)
  }
}
