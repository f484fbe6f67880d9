/**
 * How long the service asks us to wait. Pure: the present is an argument.
 */
import { SECOND_MS } from '../values.ts'
import type { HttpResponse } from './message.ts'

/** The longest that the contract of ARM lets a service ask for. */
export const MAX_RETRY_AFTER_MS = 600_000

/**
 * The wait that an answer asks for, in milliseconds, or undefined when it asks for none that can be understood.
 * `retry-after-ms` and `x-ms-retry-after-ms` win over `Retry-After`, which is whole seconds by the contract and an
 * HTTP date by RFC 9110. A negative number and a past date are 0. Anything else (`/bar`, `120, 60`) is ignored.
 * @param nowMs milliseconds since the epoch
 */
export function readRetryAfter(response: HttpResponse, nowMs: number): number | undefined {
  const { headers } = response
  for (const name of ['retry-after-ms', 'x-ms-retry-after-ms']) {
    const milliseconds = parseWholeNumber(headers[name])
    if (milliseconds !== undefined) return milliseconds
  }
  const value = headers['retry-after']
  if (/^-\d+$/.test(value?.trim() ?? '')) return 0
  const seconds = parseWholeNumber(value)
  return seconds === undefined ? parseDate(value, nowMs) : seconds * SECOND_MS
}

// Bounded, because an infinite number would not survive in the JSON of a saved state.
function parseWholeNumber(value: string | undefined): number | undefined {
  const text = value?.trim() ?? ''
  return /^\d+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined
}

// `Date.parse` reads `120` as a year and `-1` as a month: only text that looks like a date reaches it.
const HTTP_DATE = /^[A-Za-z]{3,9},? .*\d{2}:\d{2}:\d{2}/

function parseDate(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? ''
  if (!HTTP_DATE.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}
