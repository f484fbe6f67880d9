/**
 * Templates as the simulator's tests write them.
 */
import type { JsonObject, JsonValue } from '../../simulator/json.ts'

/** A network, with what else the test says of it. */
export const resource = (name: string, rest: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Network/virtualNetworks',
  apiVersion: '2024-05-01',
  name,
  ...rest
})

/** What becomes of a resource: `{ seconds, error, errorStyle, preflight }`. */
export const simulated = (simulator: JsonObject): JsonObject => ({ metadata: { simulator } })

/** Body of a deployment: resources, the rest of the template, the rest of the properties. */
export const deploy = (
  resources: JsonValue,
  rest: JsonObject = {},
  properties: JsonObject = {}
): JsonObject => ({
  properties: { mode: 'Incremental', template: { resources, ...rest }, ...properties }
})

/** A nested deployment as a resource. */
export const nested = (name: string, resources: JsonValue, rest: JsonObject = {}): JsonObject => ({
  type: 'Microsoft.Resources/deployments',
  apiVersion: '2025-04-01',
  name,
  properties: { mode: 'Incremental', template: { resources } },
  ...rest
})
