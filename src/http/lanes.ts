/**
 * The turns that the exchanges of a step take at its sockets: never more at once than there are sockets, changes before
 * reads, and no read that hangs before one that does not. Knows nothing of what is exchanged.
 */
import type { Clock } from '../clock.ts'

/** Kind of an exchange, by who must not wait for whom. */
export type Turn =
  /** First requests and cancel calls: some sockets are kept for them. */
  | 'change'
  /** A GET that may be asked again: it yields where it is slow and others wait. */
  | 'read'
  /** A GET of which it is known that it may be slow: it waits for others, and yields to none. */
  | 'slow'

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
  /** True for a read that took so long: the next one like it is to be a slow one. */
  readonly isSlow: (ms: number) => boolean
}

/** Sockets of a step, all servers together. */
export const MAX_SOCKETS = 64
/**
 * Sockets of the sign-in, which takes no turn: the exchanges that wait for its token have theirs already. It asks one
 * service at a time, and another one before it for the ID token of the job.
 */
const FOR_SIGN_IN = 2
/** Exchanges at once. */
export const MAX_TURNS = MAX_SOCKETS - FOR_SIGN_IN
/** Sockets that no read takes: they are for changes and for the sign-in. */
const KEPT_FROM_READS = 16
/** Turns that no change takes: a change may take two minutes, and what runs already is asked about all the same. */
const KEPT_FROM_CHANGES = 8
/** Changes at once. */
export const MAX_CHANGES = MAX_TURNS - KEPT_FROM_CHANGES
/** Sockets that slow reads take: what hangs keeps no more than these. */
const MAX_SLOW = 32
/** Sockets that slow reads get before others, so that they come to their end too. */
const SURE_FOR_SLOW = 4
/** A read is slow that takes longer than this, and than so many usual ones: where all are slow, none is. */
const SLOW_AFTER_MS = 2_000
const SLOW_AFTER_USUAL = 4
const MAX_SLOW_AFTER_MS = 20_000
/** Share of the newest answer in what is usual. */
const NEWEST_SHARE = 1 / 8

/** A socket that is taken. */
interface Slot {
  readonly lane: Turn
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
  let alarm: AbortController | undefined
  let usualMs = 0
  const slowAfterMs = () =>
    Math.min(MAX_SLOW_AFTER_MS, Math.max(SLOW_AFTER_MS, usualMs * SLOW_AFTER_USUAL))
  const noteAnswer = ({ lane, sinceMs }: Slot) => {
    if (lane !== 'change') usualMs += (now() - sinceMs - usualMs) * NEWEST_SHARE
  }

  const hasRoom = (lane: Turn): boolean => {
    const reads = taken.read.size + taken.slow.size
    if (taken.change.size + reads >= MAX_TURNS) return false
    return lane === 'change' || reads < MAX_SOCKETS - KEPT_FROM_READS
  }
  const startWaiting = () => {
    startIn('change', MAX_CHANGES)
    startIn('slow', SURE_FOR_SLOW)
    startIn('read', MAX_TURNS)
    startIn('slow', MAX_SLOW)
    callSlowReads()
  }
  const startIn = (lane: Turn, most: number) => {
    for (const start of waiting[lane]) {
      if (taken[lane].size >= most || !hasRoom(lane)) break
      waiting[lane].delete(start)
      const slot = { lane, sinceMs: now(), yields: new AbortController() }
      taken[lane].add(slot)
      start(slot)
    }
  }
  /** Lets as many slow reads yield as others wait; those that are not slow yet are looked at again when they are. */
  const callSlowReads = () => {
    if (waiting.read.size === 0) {
      alarm?.abort()
      alarm = undefined
    }
    let left = waiting.read.size
    // The oldest one comes first.
    for (const { sinceMs, yields } of taken.read) {
      if (left === 0) return
      const untilSlowMs = sinceMs + slowAfterMs() - now()
      if (untilSlowMs > 0) return setAlarm(untilSlowMs)
      yields.abort()
      left -= 1
    }
  }
  const setAlarm = (ms: number) => {
    if (alarm !== undefined) return
    const set = new AbortController()
    alarm = set
    void sleep(ms, set.signal).then(() => {
      if (set.signal.aborted) return
      alarm = undefined
      callSlowReads()
    })
  }
  const takeSlot = (lane: Turn, signal: AbortSignal): Promise<Slot> =>
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
    isSlow: (ms) => ms >= slowAfterMs(),
    take: async (turn, signal, work) => {
      if (turn !== 'slow') {
        const slot = await takeSlot(turn, signal)
        const first = await workInSlot(slot, { signal, work, noteAnswer, freeSlot })
        if (first.kind === 'done') return first.value
      }
      const slot = await takeSlot('slow', signal)
      try {
        const value = await work(signal)
        noteAnswer(slot)
        return value
      } finally {
        freeSlot(slot)
      }
    }
  }
}

interface SlotWork<T> {
  readonly signal: AbortSignal
  readonly work: (signal: AbortSignal) => Promise<T>
  readonly noteAnswer: (slot: Slot) => void
  readonly freeSlot: (slot: Slot) => void
}

type Worked<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'yielded' }

async function workInSlot<T>(
  slot: Slot,
  { signal, work, noteAnswer, freeSlot }: SlotWork<T>
): Promise<Worked<T>> {
  const { yields } = slot
  const abort = () => yields.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) abort()
    const value = await work(yields.signal)
    noteAnswer(slot)
    return { kind: 'done', value }
  } catch (error) {
    if (yields.signal.aborted && !signal.aborted) return { kind: 'yielded' }
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    freeSlot(slot)
  }
}
