/**
 * What a request to deploy, validate or preview asks for, read into a plan, and the answers to one that asks for
 * nothing that can be planned.
 */
import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import type { Scope } from './arm-path.ts'
import type { Plan } from './deployment-record.ts'
import { type ArmError, answerError, TemplateError } from './errors.ts'
import { isJsonObject, type JsonObject, readString } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { planTemplate } from './template.ts'
import { readLinkedParameters, readTemplate } from './template-links.ts'
import type { World } from './world.ts'

export interface PlannedRequest {
  readonly plan: Plan
  readonly mode: 'Incremental' | 'Complete'
  readonly properties: JsonObject
  readonly location?: string
}

/** A deployment to be planned: its id, and where its resources go. */
export interface PlanTarget {
  readonly deploymentId: string
  readonly deploymentName: string
  readonly scope: Scope
  readonly location: string
}

/** Reads a deployment request. Throws a TemplateError when there is nothing to plan. */
export function planRequest(request: SimulatedRequest, world: World): PlannedRequest {
  const { armPath, json } = request
  const { properties } = json
  if (!isJsonObject(properties)) {
    throw new TemplateError('InvalidRequestContent', 'The request has no properties.')
  }
  const location = readDeploymentLocation(armPath.scope, json)
  const plan = planProperties(properties, world, {
    deploymentId: armPath.id,
    deploymentName: armPath.names[0] ?? '',
    scope: armPath.scope,
    location: location ?? 'westeurope'
  })
  const mode = readMode(properties)
  return { plan, mode, properties, ...(location === undefined ? {} : { location }) }
}

/** Plans the template and parameters of a deployment's or stack's properties. Throws a TemplateError. */
export function planProperties(properties: JsonObject, world: World, target: PlanTarget): Plan {
  const files = world.templates
  const source = readTemplate(properties, files, undefined)
  if (source === undefined) {
    const message = 'The request has neither a template nor a templateLink.'
    throw new TemplateError('InvalidRequestContent', message)
  }
  const plan = planTemplate({
    ...target,
    template: source.template,
    parameters: readLinkedParameters(properties, files, undefined),
    files,
    ...(source.uri === undefined ? {} : { uri: source.uri }),
    ...(source.link === undefined ? { path: ['properties', 'template'] } : {})
  })
  return source.link === undefined ? plan : { ...plan, templateLink: source.link }
}

function readMode(properties: JsonObject): PlannedRequest['mode'] {
  const mode = readString(properties, 'mode')
  if (mode === 'Incremental' || mode === 'Complete') return mode
  const message = `The request has an invalid deployment mode '${mode}'.`
  throw new TemplateError('InvalidRequestContent', message)
}

function readDeploymentLocation(scope: Scope, json: JsonObject): string | undefined {
  const location = readString(json, 'location')
  if (scope.kind === 'resource-group' && location !== undefined) {
    const message = 'The location property is not allowed for a deployment at resource group scope.'
    throw new TemplateError('InvalidDeployment', message)
  }
  if (scope.kind !== 'resource-group' && location === undefined) {
    const message = 'The location property is required for a deployment at this scope.'
    throw new TemplateError('LocationRequired', message)
  }
  return location
}

/** The error of a template that cannot be planned, with its place in the request's text where that is known. */
export function describeTemplateError(error: TemplateError, request: SimulatedRequest): ArmError {
  const { code, message, path } = error
  const violation = path === undefined ? undefined : locateViolation(request.body, path)
  if (violation === undefined) return { code, message }
  const additionalInfo = [{ type: 'TemplateViolation', info: violation }]
  return { code, message, additionalInfo }
}

export function answerTemplateError(error: TemplateError, request: SimulatedRequest): Answer {
  const described = describeTemplateError(error, request)
  const answer = answerError(400, error.code, error.message)
  return { ...answer, body: { error: described } }
}

// Resource Manager counts lines and columns in the request as it was sent, from 1.
function locateViolation(body: string, path: readonly (string | number)[]): JsonObject | undefined {
  const root = parseTree(body)
  const node = root === undefined ? undefined : findNodeAtLocation(root, [...path])
  if (node === undefined) return undefined
  const before = body.slice(0, node.offset).split('\n')
  return {
    lineNumber: before.length,
    linePosition: (before.at(-1) ?? '').length + 1,
    path: path.map((key, index) => formatKey(key, index)).join('')
  }
}

function formatKey(key: string | number, index: number): string {
  if (typeof key === 'number') return `[${key}]`
  return index === 0 ? key : `.${key}`
}

/** The error of a deployment that the preflight check refuses. */
export function describeRefusal(name: string, { refusals }: Plan): ArmError {
  const message = `The template deployment '${name}' is not valid according to the validation procedure. See inner errors for details.`
  return { code: 'InvalidTemplateDeployment', message, details: refusals }
}
