/**
 * Request bodies of deployments for runs against the simulator.
 */
import type { JsonObject } from '../simulator/json.ts'

/** A resource of a template; `seconds` and `error` are what the simulator is to do with it. */
export function resource(
  type: string,
  name: string,
  {
    seconds,
    error,
    ...more
  }: { readonly seconds: number; readonly error?: JsonObject | string } & JsonObject
): JsonObject {
  const simulator = { seconds, ...(error === undefined ? {} : { error }) }
  return {
    type,
    apiVersion: '2024-04-01',
    name,
    location: 'westeurope',
    metadata: { simulator },
    ...more
  }
}

export function template(resources: readonly JsonObject[], outputs: JsonObject = {}): JsonObject {
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources,
    outputs
  }
}

/** A deployment inside a template. */
export function nested(name: string, resources: readonly JsonObject[]): JsonObject {
  return {
    type: 'Microsoft.Resources/deployments',
    apiVersion: '2025-04-01',
    name,
    properties: { mode: 'Incremental', template: template(resources) }
  }
}

export function deploymentBody(deployed: JsonObject, mode = 'Incremental'): string {
  return JSON.stringify({ properties: { mode, template: deployed } })
}
