/**
 * The operations of a list that run: how each is told to end, and which of them have not been sent yet. Decides nothing.
 */
import type { StartedItem } from './context.ts'
import type { ItemEnd } from './schedule.ts'

/** Operations that run. */
export interface Running {
  readonly start: (name: string) => Pick<StartedItem, 'signal' | 'onSend'>
  /** Lets go of all that still wait for their turn: they have started in name alone. */
  readonly holdBack: (failed: string) => void
  /** Takes one out: its end, where it was held back with the reason for that. */
  readonly end: (end: ItemEnd) => ItemEnd
  readonly cancel: () => void
}

/** Nothing that runs. */
export function createRunning(): Running {
  const all = new Map<string, AbortController>()
  const unsent = new Set<string>()
  const heldBack = new Map<string, string>()
  return {
    start: (name) => {
      const own = new AbortController()
      all.set(name, own)
      unsent.add(name)
      return { signal: own.signal, onSend: () => void unsent.delete(name) }
    },
    holdBack: (failed) => {
      for (const name of unsent) {
        heldBack.set(name, failed)
        all.get(name)?.abort()
      }
      unsent.clear()
    },
    end: (end) => {
      const { name, notSent } = end
      all.delete(name)
      unsent.delete(name)
      const failed = heldBack.get(name)
      return failed === undefined || notSent?.kind !== 'cancellation'
        ? end
        : { name, status: 'Skipped', notSent: { kind: 'fail-fast', name: failed } }
    },
    cancel: () => {
      for (const own of all.values()) own.abort()
    }
  }
}
