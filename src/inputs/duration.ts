/**
 * Durations as people write them. Pure.
 */

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../values.ts'

/** The accepted forms, for messages. */
export const DURATION_FORMS = '90s, 45m, 1h30m, PT45M, or a number of seconds'

const SECONDS = /^(\d{1,9}(?:\.\d{1,3})?)$/
const UNITS = /^(?:(\d{1,4})d)?(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?$/i
const ISO_8601_INPUT =
  /^p(?:(\d{1,4})d)?(?:t(?=\d)(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9}(?:\.\d{1,3})?)s)?)?$/i

/**
 * Milliseconds of `90s`, `45m`, `1h30m`, `PT45M` (ISO 8601 without years, months and weeks) or plain seconds;
 * undefined for anything else.
 */
export function parseDuration(text: string): number | undefined {
  const seconds = SECONDS.exec(text)
  if (seconds) return Math.round(Number(seconds[1]) * SECOND_MS)
  const parts = UNITS.exec(text) ?? ISO_8601_INPUT.exec(text)
  if (!parts || !/\d/.test(text)) return undefined
  const [days, hours, minutes, rest] = parts.slice(1).map((part) => Number(part ?? 0))
  return sum([days, DAY_MS], [hours, HOUR_MS], [minutes, MINUTE_MS], [rest, SECOND_MS])
}

function sum(...terms: readonly (readonly [count: number | undefined, unitMs: number])[]): number {
  return Math.round(terms.reduce((total, [count = 0, unitMs]) => total + count * unitMs, 0))
}
