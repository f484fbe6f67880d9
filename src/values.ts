/**
 * Small helpers for plain values that the language lacks. Pure; knows nothing of actions or of this project.
 */

/** Lengths of time in milliseconds: a second, a minute, an hour and a day of 24 hours. */
export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Form of a GUID, as Azure writes its ids. */
export const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Object type in which each property that may be undefined is optional instead. */
export type OmitUndefined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key]
} & { [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined> }

/** Copy of an object without the properties whose value is undefined; the order of the others stays. */
export function omitUndefined<const T extends object>(value: T): OmitUndefined<T>
export function omitUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}

/** Text without the marks at its end: a pattern for that looks at every run of them once for each of its characters. */
export function trimEnd(text: string, marks: string): string {
  let end = text.length
  while (end > 0 && marks.includes(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Value of a JSON text, or undefined when the text is not JSON: what it holds is for the caller to check. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Date and time in UTC, `2026-11-22 12:04:31 UTC`, from milliseconds since the epoch. */
export function formatTimestamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** Part of a URL as it was before it was escaped; undefined where it cannot have been escaped. */
export function decodePart(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
