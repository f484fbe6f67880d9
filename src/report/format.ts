/**
 * Times as people read them. Pure: every time is an argument, in milliseconds.
 */

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../values.ts'

/** The time of day in UTC, `12:04:31`, from milliseconds since the epoch. */
export function formatClock(at: number): string {
  const inDay = ((at % DAY_MS) + DAY_MS) % DAY_MS
  const parts = [inDay / HOUR_MS, (inDay % HOUR_MS) / MINUTE_MS, (inDay % MINUTE_MS) / SECOND_MS]
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
}

/** A length of time: `0.4 s`, `34 s`, `1 m 34 s`, `45 m`, `1 h 5 m`. */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${Math.max(0, Math.round(ms / 100) / 10)} s`
  const seconds = Math.round(ms / SECOND_MS)
  if (seconds < 60) return `${seconds} s`
  const [count, large, small] =
    seconds < 3_600 ? [seconds, 'm', 's'] : [Math.round(seconds / 60), 'h', 'm']
  const rest = count % 60
  return `${Math.floor(count / 60)} ${large}${rest === 0 ? '' : ` ${rest} ${small}`}`
}
