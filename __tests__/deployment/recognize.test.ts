/**
 * The requests that are about template deployments.
 */
import { describe, expect, it } from 'vitest'
import { isDeploymentId, recognizeDeployment } from '../../src/deployment/recognize.ts'
import type { Method } from '../../src/http/message.ts'

const SUBSCRIPTION = '/subscriptions/11111111-1111-4111-8111-111111111111'
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/platform'
const RESOURCES = '/providers/Microsoft.Resources'

function recognize(method: Method, path: string) {
  const url = `https://management.azure.com${path}?api-version=2025-04-01`
  const call = recognizeDeployment({ method, url })
  return call === undefined ? undefined : `${call.kind} ${call.action} ${call.scope} ${call.id}`
}

describe('recognizeDeployment', () => {
  // https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group and its siblings
  it.each([
    ['resource-group', GROUP],
    ['subscription', SUBSCRIPTION],
    ['management-group', MANAGEMENT_GROUP],
    ['tenant', '']
  ])('knows a deployment at the scope %s', (scope, prefix) => {
    const id = `${prefix}${RESOURCES}/deployments/web`
    expect(recognize('PUT', id)).toBe(`deployment deploy ${scope} ${id}`)
    expect(recognize('POST', `${id}/whatIf`)).toBe(`deployment what-if ${scope} ${id}`)
    expect(recognize('POST', `${id}/validate`)).toBe(`deployment validate ${scope} ${id}`)
  })

  it.each<[Method, string, string]>([
    ['PUT', `${GROUP}${RESOURCES}/deploymentStacks/web`, 'stack deploy'],
    ['DELETE', `${GROUP}${RESOURCES}/deploymentStacks/web`, 'stack delete'],
    ['POST', `${GROUP}${RESOURCES}/deploymentStacks/web/validate`, 'stack validate'],
    ['PUT', `${GROUP}${RESOURCES}/deploymentStacksWhatIfResults/web`, 'stack what-if'],
    ['POST', `${GROUP}${RESOURCES}/deploymentStacksWhatIfResults/web/whatIf`, 'stack what-if'],
    ['PUT', `${GROUP}${RESOURCES}/deployments/web/`, 'deployment deploy'],
    [
      'POST',
      `${GROUP.toUpperCase()}${RESOURCES.toLowerCase()}/DEPLOYMENTS/web/WHATIF/`,
      'deployment what-if'
    ]
  ])('knows %s %s', (method, path, what) => {
    expect(recognize(method, path)).toContain(what)
  })

  it.each<[Method, string]>([
    ['GET', `${GROUP}${RESOURCES}/deployments/web`],
    ['DELETE', `${GROUP}${RESOURCES}/deployments/web`],
    ['PATCH', `${GROUP}${RESOURCES}/deployments/web`],
    ['POST', `${GROUP}${RESOURCES}/deployments/web`],
    ['POST', `${GROUP}${RESOURCES}/deployments/web/cancel`],
    ['POST', `${GROUP}${RESOURCES}/deployments/web/exportTemplate`],
    ['PUT', `${GROUP}${RESOURCES}/deployments/web/whatIf`],
    ['POST', `${GROUP}${RESOURCES}/deploymentStacks/web/whatIf`],
    ['POST', `${GROUP}${RESOURCES}/deploymentStacksWhatIfResults/web/validate`],
    ['PUT', `${GROUP}${RESOURCES}/deployments`],
    ['PUT', `${GROUP}${RESOURCES}/deployments/web/operations/7`],
    ['PUT', `${GROUP}${RESOURCES}/deploymentScripts/web`],
    ['PUT', `${GROUP}/providers/Microsoft.Web/sites/app${RESOURCES}/deployments/web`],
    ['PUT', `${GROUP}/providers/Microsoft.MachineLearningServices/workspaces/a/deployments/web`],
    ['PUT', '/']
  ])('leaves %s %s alone', (method, path) => {
    expect(recognize(method, path)).toBeUndefined()
  })
})

describe('isDeploymentId', () => {
  it.each([
    `${GROUP}${RESOURCES}/deployments/web`,
    `${RESOURCES}/deployments/web`,
    `${SUBSCRIPTION}/resourceGroups/größe(1)${RESOURCES}/deployments/web`
  ])('takes %s', (id) => {
    expect(isDeploymentId(id)).toBe(true)
  })

  // What is named by a service becomes part of a URL that carries the token.
  it.each([
    '',
    'web',
    `https://management.azure.com${GROUP}${RESOURCES}/deployments/web`,
    `//evil.example${RESOURCES}/deployments/web`,
    `@evil.example${GROUP}${RESOURCES}/deployments/web`,
    `${GROUP}${RESOURCES}/deployments/..`,
    `${SUBSCRIPTION}/resourceGroups/..${RESOURCES}/deployments/web`,
    `${GROUP}${RESOURCES}/deployments/web?x=1`,
    `${GROUP}${RESOURCES}/deployments/web#x`,
    `${GROUP}${RESOURCES}/deployments/a b`,
    `${GROUP}${RESOURCES}/deployments/a\\b`,
    `${GROUP}${RESOURCES}/deployments/web/operations`,
    `${GROUP}${RESOURCES}/deploymentStacks/web`
  ])('refuses %s', (id) => {
    expect(isDeploymentId(id)).toBe(false)
  })
})
