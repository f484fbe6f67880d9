/**
 * Durations as services write them (ISO 8601, `PT1M22.8356799S`). Pure.
 */

const MAX_CHARACTERS = 64
const ISO_8601 =
  /^p(?:(\d+(?:\.\d+)?)d)?(?:t(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?)?$/i

/** Milliseconds, or undefined for what is not a duration of days, hours, minutes and seconds. */
export function readIsoDuration(text: string): number | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const parts = ISO_8601.exec(text.trim())
  if (parts === null || !/\d/.test(text)) return undefined
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0))
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000)
}
