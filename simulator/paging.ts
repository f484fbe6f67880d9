/**
 * Lists in pages, as Resource Manager gives them: `value`, and `nextLink` while there is more. A token names the last
 * entry that was shown, so what comes in at the front meanwhile moves nothing.
 */
import { answerError } from './errors.ts'
import { type JsonObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import type { World } from './world.ts'

/** Answers one page of entries that have an `id`: as many as `$top` says, from behind `$skiptoken`. */
export function answerPage(
  request: SimulatedRequest,
  world: World,
  entries: readonly JsonObject[]
): Answer {
  const size = Number(request.query.get('$top') ?? world.pageSize)
  const token = request.query.get('$skiptoken')
  const last = entries.findIndex((entry) => encodeToken(entry) === token)
  if (!(Number.isInteger(size) && size > 0) || (token !== null && last < 0)) {
    return answerError(400, 'InvalidQueryParameter', 'The $top or $skiptoken parameter is invalid.')
  }
  const value = entries.slice(last + 1, last + 1 + size)
  const lastShown = value.at(-1)
  if (lastShown === undefined || last + 1 + size >= entries.length) {
    return { status: 200, body: { value } }
  }
  const top = request.query.has('$top') ? `&%24top=${size}` : ''
  const query = `api-version=${request.apiVersion}${top}&%24skiptoken=${encodeToken(lastShown)}`
  return { status: 200, body: { value, nextLink: `${world.origin}${request.pathname}?${query}` } }
}

function encodeToken(entry: JsonObject): string {
  return Buffer.from(readString(entry, 'id') ?? '').toString('base64url')
}
