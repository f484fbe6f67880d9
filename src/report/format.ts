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

/** Date and time in UTC, `2026-11-22 12:04:31 UTC`, from milliseconds since the epoch. */
export function formatTimestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 10)} ${formatClock(at)} UTC`
}

/** A length of time: `0.4 s`, `34 s`, `1 m 34 s`, `1 h 5 m`. */
export function formatDuration(ms: number): string {
  if (ms < 10 * SECOND_MS) return `${Math.max(0, Math.round(ms / 100) / 10)} s`
  const seconds = Math.round(ms / SECOND_MS)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
}
