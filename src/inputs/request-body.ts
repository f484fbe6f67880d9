/**
 * The inputs about the body of the request, and whether the method goes with them. What a body may hold is a matter of
 * the room request.
 */
import { recognizeDeployment } from '../deployment/recognize.ts'
import { InputError } from '../errors.ts'
import type { ArmRequest } from '../http/message.ts'
import type { RequestBody } from '../request/body-content.ts'
import type { OperationSpec } from '../run/spec.ts'
import type { InputContext, ReadInput } from './reader.ts'

/** Parts of the request that decide about its body. */
interface RequestParts extends Pick<OperationSpec, 'headers'> {
  readonly request: ArmRequest
  /** False for a request of an earlier step, which this one only waits for. */
  readonly isSent: boolean
}

/**
 * Body to send, undefined when none is given.
 * @param readRaw as written, white space and all
 * @throws InputError for a body that the method cannot have, one that it lacks, or a deployment that Azure would refuse
 */
export async function readRequestBody(
  readRaw: ReadInput,
  { request, headers, isSent }: RequestParts,
  { loadBody, ...context }: InputContext
): Promise<RequestBody | undefined> {
  const { method } = request
  const inputs = {
    ...context,
    body: readRaw('body'),
    bodyFile: readRaw('body-file').trim(),
    contentType: findContentType(headers)
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
  const readBody = loadBody ?? (await import('../request/body.ts')).readBody
  const body = await readBody(inputs)
  if (body !== undefined && recognizeDeployment(request) !== undefined) {
    const { checkDeploymentBody } = await import('./deployment-body.ts')
    await checkDeploymentBody(inputs, body)
  }
  return body
}

/** Content-Type of the author's own; undefined where there is none. */
export function findContentType(headers: OperationSpec['headers']): string | undefined {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'content-type')
  return headers[name ?? '']
}

/** Warning of a PUT without a body: few resources are created so, such as a subscription in a management group. */
export function findMissingBody(
  body: RequestBody | undefined,
  { request, isSent }: RequestParts
): readonly string[] {
  if (request.method !== 'PUT' || !isSent || body !== undefined) return []
  return ['Input body: is empty, and few resources take a PUT without a body.']
}
