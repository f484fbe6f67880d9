/**
 * Rollback of a deployment that failed: whether one was asked for, to which deployment Azure went back, and how that
 * ended. Pure.
 * https://learn.microsoft.com/azure/azure-resource-manager/templates/rollback-on-error
 */
import { asObject, parseJsonText, readField, readObject, readTextField } from '../http/body.ts'
import type { HttpResponse, JsonObject } from '../http/message.ts'

/** True for a body that asks for a rollback. */
export function asksForRollback(body: string | undefined): boolean {
  if (body === undefined || !/onErrorDeployment/i.test(body)) return false
  return readRollback(asObject(parseJsonText(body))) !== undefined
}

function readRollback(object: JsonObject | undefined): JsonObject | undefined {
  const properties = asObject(readField(object, 'properties'))
  return asObject(readField(properties, 'onErrorDeployment'))
}

/** The rollback in words, as part of a sentence; undefined where none was asked for. Untrusted text. */
export function describeRollback(
  record: HttpResponse | undefined,
  body: string | undefined
): string | undefined {
  const rollback = record === undefined ? undefined : readRollback(readObject(record.body))
  if (rollback === undefined) {
    return asksForRollback(body)
      ? 'a rollback was asked for, and whether Azure did one could not be read'
      : undefined
  }
  const name = readTextField(rollback, 'deploymentName')
  const state = readTextField(rollback, 'provisioningState')
  if (name === '') return 'a rollback was asked for, and Azure names no deployment to go back to'
  return state === ''
    ? `Azure rolls back to the deployment ${name}; how that ended is not known`
    : `Azure rolled back to the deployment ${name}, whose state is ${state}`
}
