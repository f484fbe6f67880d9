/**
 * The operations list of a deployment, as values: one entry for each thing it does to a resource. Pure.
 * https://learn.microsoft.com/rest/api/resources/deployment-operations/list
 */
import { asObject, readField, readObject, readTextField } from '../http/body.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { readIsoDuration } from '../operation/iso-duration.ts'
import { interpretProvisioningState } from '../operation/status.ts'
import { omitUndefined } from '../values.ts'
import { isDeploymentId } from './recognize.ts'

/** One entry of the list. All text is untrusted. */
export interface DeploymentOperation {
  /** Tells it from the other entries of its deployment. */
  readonly key: string
  readonly state: 'running' | 'succeeded' | 'failed' | 'canceled'
  /** Resource that it is done to; absent for the deployment's own work, such as its outputs. */
  readonly target?: OperationTarget
  /** A resource that is only read, not deployed. */
  readonly isRead: boolean
  readonly durationMs?: number
  /** Time of its last change, in milliseconds since the epoch, by the service's clock. */
  readonly changedAtMs?: number
  readonly statusCode?: string
  /** Answer of the provider: an object, or JSON in a string. */
  readonly statusMessage?: JsonValue
}

/** Depth of deployments within deployments; the lists and causes of deeper ones are left out. */
export const MAX_NESTING = 8

/** Resource that an operation of the deployment is about. All text is untrusted. */
export interface OperationTarget {
  readonly id: string
  readonly type: string
  readonly name: string
  /** It is a deployment, with a list of its own. */
  readonly isDeployment: boolean
}

/** Page of the operations list, with the link to the next one if there are more. */
export interface OperationPage {
  readonly operations: readonly DeploymentOperation[]
  /** As the service wrote it. */
  readonly nextLink?: string
}

/** The entries of one page, or undefined when the answer is not such a list. */
export function readOperationPage({ status, body }: HttpResponse): OperationPage | undefined {
  const object = readObject(body)
  const value = readField(object, 'value')
  if (status !== 200 || !Array.isArray(value)) return undefined
  const nextLink = readField(object, 'nextLink')
  const operations = value.flatMap((item: JsonValue) => {
    const entry = asObject(item)
    return entry === undefined ? [] : [readListedOperation(entry)]
  })
  const isLink = typeof nextLink === 'string' && nextLink !== ''
  return omitUndefined({ operations, nextLink: isLink ? nextLink : undefined })
}

function readListedOperation(entry: JsonObject): DeploymentOperation {
  const properties = asObject(readField(entry, 'properties'))
  const target = readTarget(asObject(readField(properties, 'targetResource')))
  const durationMs = readIsoDuration(readTextField(properties, 'duration'))
  const changedAtMs = Date.parse(readTextField(properties, 'timestamp'))
  const statusMessage = readField(properties, 'statusMessage')
  const statusCode = readTextField(properties, 'statusCode')
  return omitUndefined({
    key: readTextField(entry, 'operationId') || readTextField(entry, 'id') || (target?.id ?? ''),
    state: readOperationState(readTextField(properties, 'provisioningState')),
    isRead: readTextField(properties, 'provisioningOperation').toLowerCase() === 'read',
    target,
    durationMs,
    changedAtMs: Number.isNaN(changedAtMs) ? undefined : changedAtMs,
    statusCode: statusCode === '' ? undefined : statusCode,
    statusMessage: statusMessage ?? undefined
  })
}

function readTarget(target: JsonObject | undefined): OperationTarget | undefined {
  const id = readTextField(target, 'id')
  const type = readTextField(target, 'resourceType')
  if (id === '' && type === '') return undefined
  const name = readTextField(target, 'resourceName') || (id.split('/').at(-1) ?? '')
  const isDeployment = type.toLowerCase() === 'microsoft.resources/deployments'
  return { id, type, name, isDeployment: isDeployment && isDeploymentId(id) }
}

function readOperationState(word: string): DeploymentOperation['state'] {
  return interpretProvisioningState(word, { success: [], failure: [] })
}
