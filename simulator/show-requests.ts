/**
 * Requests and URLs for the screen: of a query only the API version is shown, because the rest may be a signature. Pure.
 */
import type { RequestRecord } from './message.ts'
import { planSpoiling, type Spoiling } from './spoil.ts'

/** A path or URL without what its query may hide. */
export function showUrl(url: string): string {
  const [path = '', query] = url.split(/\?(.*)/s, 2)
  if (query === undefined) return path
  const parts = query
    .split('&')
    .map((part) => (/^api-version=[\w.-]*$/i.test(part) ? part : part.replace(/=.+$/s, '=…')))
  return `${path}?${parts.join('&')}`
}

/** Each request with its number, and what has spoiled it; a connection that was refused has a number as well. */
export function showRequests(
  requests: readonly Pick<RequestRecord, 'method' | 'path'>[],
  spoilings: readonly Spoiling[]
): string {
  const plan = planSpoiling(spoilings)
  const lines: string[] = []
  const add = (words: string) => {
    const spoiling = plan(lines.length)
    lines.push(
      `${String(lines.length + 1).padStart(3)}  ${words}${spoiling === undefined ? '' : `  ← ${spoiling.name}`}`
    )
  }
  for (const { method, path } of requests) {
    while (plan(lines.length)?.fault.kind === 'refuse') add('(no connection)')
    add(`${method} ${showUrl(path)}`)
  }
  return lines.join('\n')
}
