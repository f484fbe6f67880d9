/**
 * The operations list of a deployment, as values: one entry for each thing it does to a resource. Pure.
 * https://learn.microsoft.com/rest/api/resources/deployment-operations/list
 */
import { asObject, readField, readObject } from '../http/body.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import { readIsoDuration } from '../operation/iso-duration.ts'
import { interpretProvisioningState } from '../operation/status.ts'
import { isDeploymentId } from './recognize.ts'

/** One entry of the list. All text is untrusted. */
export interface DeploymentOperation {
  /** Tells it from the other entries of its deployment. */
  readonly key: string
  readonly state: 'running' | 'succeeded' | 'failed' | 'canceled'
  /** What it is done to; absent for the deployment's own work, such as its outputs. */
  readonly target?: OperationTarget
  /** A resource that is only read, not deployed. */
  readonly isRead: boolean
  readonly durationMs?: number
  /** When it last changed, in milliseconds since the epoch, by the service's clock. */
  readonly changedAtMs?: number
  readonly statusCode?: string
  /** What the provider answered: an object, or JSON in a string. */
  readonly statusMessage?: JsonValue
}

export interface OperationTarget {
  readonly id: string
  readonly type: string
  readonly name: string
  /** It is a deployment, with a list of its own. */
  readonly isDeployment: boolean
}

export interface OperationPage {
  readonly operations: readonly DeploymentOperation[]
  /** As the service wrote it. */
  readonly nextLink?: string
}

/** The entries of one page, or undefined when the answer is no such list. */
export function readOperationPage({ status, body }: HttpResponse): OperationPage | undefined {
  const object = readObject(body)
  const value = readField(object, 'value')
  if (status !== 200 || !Array.isArray(value)) return undefined
  const nextLink = readField(object, 'nextLink')
  const operations = value.flatMap((item: JsonValue) => {
    const entry = asObject(item)
    return entry === undefined ? [] : [readOperation(entry)]
  })
  return { operations, ...(typeof nextLink === 'string' && nextLink !== '' ? { nextLink } : {}) }
}

function readOperation(entry: JsonObject): DeploymentOperation {
  const properties = asObject(readField(entry, 'properties'))
  const target = readTarget(asObject(readField(properties, 'targetResource')))
  const durationMs = readIsoDuration(readText(properties, 'duration'))
  const changedAtMs = Date.parse(readText(properties, 'timestamp'))
  const statusMessage = readField(properties, 'statusMessage')
  const statusCode = readText(properties, 'statusCode')
  return {
    key: readText(entry, 'operationId') || readText(entry, 'id') || (target?.id ?? ''),
    state: readState(readText(properties, 'provisioningState')),
    isRead: readText(properties, 'provisioningOperation').toLowerCase() === 'read',
    ...(target === undefined ? {} : { target }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(Number.isNaN(changedAtMs) ? {} : { changedAtMs }),
    ...(statusCode === '' ? {} : { statusCode }),
    ...(statusMessage === undefined || statusMessage === null ? {} : { statusMessage })
  }
}

function readTarget(target: JsonObject | undefined): OperationTarget | undefined {
  const id = readText(target, 'id')
  const type = readText(target, 'resourceType')
  if (id === '' && type === '') return undefined
  const name = readText(target, 'resourceName') || (id.split('/').at(-1) ?? '')
  const isDeployment = type.toLowerCase() === 'microsoft.resources/deployments'
  return { id, type, name, isDeployment: isDeployment && isDeploymentId(id) }
}

function readState(word: string): DeploymentOperation['state'] {
  return interpretProvisioningState(word, { success: [], failure: [] })
}

function readText(object: JsonObject | undefined, name: string): string {
  const value = readField(object, name)
  return typeof value === 'string' ? value.trim() : ''
}
