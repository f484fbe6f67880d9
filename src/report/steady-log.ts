/**
 * A log that cannot get in the way: telling what happens must never change what happens. A line that cannot be
 * composed or written is lost; the run, its verdict and its outputs are not.
 */
import type { Log } from './log.ts'

/** The same log, whose methods never throw. */
export function makeSteady(log: Log): Log {
  return new Proxy(log, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...facts: unknown[]) => {
        try {
          Reflect.apply(member, target, facts)
        } catch {
          // There is nowhere left to say it.
        }
      }
    }
  })
}
