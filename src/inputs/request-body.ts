/**
 * The inputs about the body of the request, and whether the method goes with them. What a body may hold is a matter of
 * the room request.
 */
import { InputError } from '../errors.ts'
import type { Method } from '../http/message.ts'
import type { BodyContext, RequestBody } from '../request/body-content.ts'
import type { OperationSpec } from '../run/spec.ts'
import type { ReadInput } from './reader.ts'

/** Parts of the request that decide about its body. */
interface RequestParts extends Pick<OperationSpec, 'headers'> {
  readonly method: Method
  /** False for a request of an earlier step, which this one only waits for. */
  readonly isSent: boolean
}

/**
 * Body to send, undefined when none is given.
 * @param readRaw as written, white space and all
 * @throws InputError for a body that the method cannot have, or one that it lacks
 */
export async function readRequestBody(
  readRaw: ReadInput,
  { method, headers, isSent }: RequestParts,
  context: BodyContext
): Promise<RequestBody | undefined> {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'content-type')
  const inputs = {
    ...context,
    body: readRaw('body'),
    bodyFile: readRaw('body-file').trim(),
    contentType: headers[name ?? '']
  }
  if (inputs.body.trim() === '' && inputs.bodyFile === '') {
    if (method === 'PATCH' && isSent) {
      const problem = 'is empty, and a PATCH without a body changes nothing'
      const allowed = 'the properties to change; was an expression in it without a value?'
      throw new InputError('body', { problem, allowed })
    }
    return undefined
  }
  if (method === 'GET' || method === 'HEAD') {
    throw new InputError(inputs.bodyFile === '' ? 'body' : 'body-file', {
      problem: `is given, and a ${method} request has no body`,
      allowed: 'a body with PUT, PATCH, POST or DELETE'
    })
  }
  // The parsers are chunks of their own: a request without a body never loads them.
  const { readBody } = await import('../request/body.ts')
  return readBody(inputs)
}

/** Warning of a PUT without a body: few resources are created so, such as a subscription in a management group. */
export function findMissingBody(
  body: RequestBody | undefined,
  { method, isSent }: RequestParts
): readonly string[] {
  if (method !== 'PUT' || !isSent || body !== undefined) return []
  return ['Input body: is empty, and few resources take a PUT without a body.']
}
