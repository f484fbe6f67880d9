/**
 * Data Factory: a trigger that is started or stopped, and says which it is
 * (https://learn.microsoft.com/rest/api/datafactory/triggers). Other requests for one are any resource's business.
 */
import { isType } from './arm-path.ts'
import { readObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { startOperation } from './operations.ts'
import { answerMissingResource, findResource, recordEffect, type World } from './world.ts'

const TRIGGER_TYPE = 'Microsoft.DataFactory/factories/triggers'
const STATES: Readonly<Record<string, string>> = { start: 'Started', stop: 'Stopped' }

/** Answers `start` and `stop` of a trigger, which are done at once; undefined for everything else. */
export function answerDataFactory(request: SimulatedRequest, world: World): Answer | undefined {
  const { armPath, method, at } = request
  const runtimeState = STATES[armPath.tail?.toLowerCase() ?? '']
  if (!isType(armPath, TRIGGER_TYPE) || method !== 'POST' || runtimeState === undefined) {
    return undefined
  }
  const trigger = findResource(world, armPath.id)
  if (trigger === undefined) return answerMissingResource(world, armPath)
  const properties = { ...readObject(trigger.body, 'properties'), runtimeState }
  world.resources.set(trigger.id.toLowerCase(), {
    ...trigger,
    body: { ...trigger.body, properties },
    doing: 'action',
    operation: startOperation(at, 0, undefined)
  })
  recordEffect(world, request, 'resource-action', trigger.id)
  return { status: 200 }
}
