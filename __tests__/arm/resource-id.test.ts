/** Resource IDs and the portal pages that show them. */
import { describe, expect, it } from 'vitest'
import { empty, json, ORIGIN, text, VERSION } from '../../__fixtures__/conversation.ts'
import { findPortalUrl, findResourceId, findShownResource } from '../../src/arm/resource-id.ts'
import type { HttpResponse, JsonValue, Method } from '../../src/http/message.ts'

const SUBSCRIPTION = '/subscriptions/11111111-1111-4111-8111-111111111111'
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web-1`
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`
const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/platform'

function find(method: Method, path: string, result?: HttpResponse): string | undefined {
  return findResourceId({ method, url: `${ORIGIN}${path}?${VERSION}` }, result)
}

const withId = (id: JsonValue): HttpResponse => json(200, { id })

describe('the resource that a path names', () => {
  it.each<[what: string, Method, path: string, id: string | undefined]>([
    ['a resource that is written', 'PUT', VM, VM],
    ['a resource that is changed', 'PATCH', VM, VM],
    ['a resource that is deleted', 'DELETE', VM, VM],
    ['a resource that is read', 'GET', VM, VM],
    ['a resource that is looked for', 'HEAD', VM, VM],
    ['a slash at the end', 'PUT', `${VM}/`, VM],
    ['a resource group', 'PUT', GROUP, GROUP],
    [
      'a resource in a management group',
      'PUT',
      `${MANAGEMENT_GROUP}/providers/A.B/c/d`,
      `${MANAGEMENT_GROUP}/providers/A.B/c/d`
    ],
    ['a management group', 'PUT', MANAGEMENT_GROUP, MANAGEMENT_GROUP],
    [
      'a deployment to the tenant',
      'PUT',
      '/providers/Microsoft.Resources/deployments/web',
      '/providers/Microsoft.Resources/deployments/web'
    ],
    [
      'an extension of a resource',
      'PUT',
      `${VM}/providers/Microsoft.Authorization/locks/keep`,
      `${VM}/providers/Microsoft.Authorization/locks/keep`
    ],
    [
      'a revision, its mark verbatim',
      'PUT',
      `${GROUP}/providers/Microsoft.ApiManagement/service/api/apis/echo;rev=2`,
      `${GROUP}/providers/Microsoft.ApiManagement/service/api/apis/echo;rev=2`
    ],
    [
      'letters beyond ASCII, as people write them',
      'PUT',
      `${SUBSCRIPTION}/resourceGroups/%C3%A9quipe`,
      `${SUBSCRIPTION}/resourceGroups/équipe`
    ],
    ['an escape that must stay one', 'PUT', `${VM}%2Fx%3Fy%23z`, `${VM}%2Fx%3Fy%23z`],
    ['an escaped line break, which stays escaped', 'PUT', `${VM}%0A%20x`, `${VM}%0A%20x`],
    ['an escape of no text', 'PUT', `${VM}%FF`, `${VM}%FF`],
    ['no resource: the root', 'GET', '/', undefined],
    ['no resource: another path', 'GET', '/metadata/endpoints', undefined],
    ['no resource: subscriptions alone', 'GET', '/subscriptions', undefined]
  ])('%s', (_what, method, path, id) => {
    expect(find(method, path)).toBe(id)
  })

  it.each<[what: string, path: string, id: string | undefined]>([
    ['of a resource', `${VM}/start`, VM],
    ['of a nested resource', `${VM}/extensions/agent/upgrade`, `${VM}/extensions/agent`],
    ['of a resource in a resource', `${VM}/providers/A.B/c/d/run`, `${VM}/providers/A.B/c/d`],
    ['of a deployment', `${DEPLOYMENT}/whatIf`, DEPLOYMENT],
    [
      'of a deployment to a management group',
      `${MANAGEMENT_GROUP}/providers/Microsoft.Resources/deployments/web/validate`,
      `${MANAGEMENT_GROUP}/providers/Microsoft.Resources/deployments/web`
    ],
    [
      'of a deployment to the tenant',
      '/providers/Microsoft.Resources/deployments/web/cancel',
      '/providers/Microsoft.Resources/deployments/web'
    ],
    ['of a management group', `${MANAGEMENT_GROUP}/getDescendants`, MANAGEMENT_GROUP],
    ['of a resource group', `${GROUP}/exportTemplate`, GROUP],
    ['of a subscription', `${SUBSCRIPTION}/cancel`, SUBSCRIPTION],
    [
      'of a provider',
      `${SUBSCRIPTION}/providers/Microsoft.Compute/register`,
      `${SUBSCRIPTION}/providers/Microsoft.Compute`
    ],
    ['that is none: a POST to the resource itself', VM, VM],
    ['of nothing at all', '/start', undefined]
  ])('the action of a POST %s', (_what, path, id) => {
    expect(find('POST', path)).toBe(id)
  })
})

/** The contract's operation resource: it has an `id` of its own. */
const OPERATION = json(200, {
  id: `${SUBSCRIPTION}/providers/Microsoft.Compute/locations/eu/operationsStatus/7`,
  status: 'Failed'
})

describe('the resource as its result names it', () => {
  it.each<[what: string, Method, result: HttpResponse, id: string]>([
    [
      'the spelling of the service wins',
      'PUT',
      withId(
        VM.replace('resourceGroups', 'resourcegroups')
          .toUpperCase()
          .replace('/SUBSCRIPTIONS', '/subscriptions')
      ),
      VM.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')
    ],
    [
      'another scope of the same resource',
      'PATCH',
      withId('/providers/Microsoft.Compute/virtualMachines/WEB-1'),
      '/providers/Microsoft.Compute/virtualMachines/WEB-1'
    ],
    ['Id, with a capital', 'PUT', json(200, { Id: VM.toLowerCase() }), VM.toLowerCase()],
    ['the operation is not the resource', 'PUT', OPERATION, VM],
    [
      'the result of a POST is not the resource',
      'POST',
      withId('/subscriptions/1/resourceGroups/x/a/web-1'),
      VM
    ],
    ['a DELETE has no result', 'DELETE', withId('/subscriptions/1/a/web-1'), VM],
    ['a read may answer with anything', 'GET', withId('/subscriptions/1/a/web-1'), VM],
    ['no body', 'PUT', empty(200), VM],
    ['a body that is text', 'PUT', text(200, VM), VM],
    ['a body that is a list', 'PUT', json(200, [{ id: VM.toLowerCase() }]), VM],
    ['an id that is no text', 'PUT', withId(7), VM],
    ['an id that is no resource ID', 'PUT', withId('web-1'), VM],
    ['an id that is a URL', 'PUT', withId(`https://evil.example/${VM}`), VM]
  ])('%s', (_what, method, result, id) => {
    expect(find(method, method === 'POST' ? `${VM}/start` : VM, result)).toBe(id)
  })

  it.each([
    ['a line break', 'a\nb'],
    ['a space', 'a b'],
    ['a control character', 'a\u0007b'],
    ['a direction mark', 'a\u202eb'],
    ['a zero-width mark', 'a\u200bb'],
    ['half a character', 'a\ud800b'],
    ['a query', 'a?sig=secret'],
    ['a fragment', 'a#b'],
    ['two thousand characters', 'a'.repeat(2_048)]
  ])('an id with %s is not believed', (_what, name) => {
    expect(find('PUT', VM, withId(`${GROUP}/providers/${name}/virtualMachines/web-1`))).toBe(VM)
  })
})

describe('the resource that the portal shows', () => {
  it.each([
    ['of a what-if is its scope', `${DEPLOYMENT}/whatIf`, GROUP],
    ['of a validation is its scope', `${DEPLOYMENT}/validate/`, GROUP],
    [
      "of a stack's what-if is its scope",
      `${SUBSCRIPTION}/providers/Microsoft.Resources/deploymentStacksWhatIfResults/a/whatIf`,
      SUBSCRIPTION
    ],
    [
      'of a what-if of the tenant is none',
      '/providers/Microsoft.Resources/deployments/a/whatIf',
      undefined
    ],
    ['of another action is its resource', `${VM}/start`, VM]
  ])('%s', (_what, path, shown) => {
    const request = {
      method: 'POST',
      url: `https://management.azure.com${path}?api-version=1`
    } as const
    expect(findShownResource(request, findResourceId(request, undefined))).toBe(shown)
  })
})

describe('the portal page', () => {
  const portal = 'https://portal.azure.com'

  it.each<[what: string, id: string | undefined, url: string | undefined]>([
    ['of a resource', VM, `${portal}/#@/resource${VM}`],
    ['of a resource group', GROUP, `${portal}/#@/resource${GROUP}`],
    [
      'of a deployment is one of its own',
      DEPLOYMENT,
      `${portal}/#view/HubsExtension/DeploymentDetailsBlade/~/overview/id/${encodeURIComponent(DEPLOYMENT)}`
    ],
    [
      'of a deployment, in any case',
      DEPLOYMENT.toUpperCase(),
      `${portal}/#view/HubsExtension/DeploymentDetailsBlade/~/overview/id/${encodeURIComponent(DEPLOYMENT.toUpperCase())}`
    ],
    [
      'of what is below a deployment',
      `${DEPLOYMENT}/operations/7`,
      `${portal}/#@/resource${DEPLOYMENT}/operations/7`
    ],
    [
      'of letters beyond ASCII',
      `${SUBSCRIPTION}/resourceGroups/équipe`,
      `${portal}/#@/resource${SUBSCRIPTION}/resourceGroups/%C3%A9quipe`
    ],
    ['of marks that could end a link', `${GROUP}/"<>`, `${portal}/#@/resource${GROUP}/%22%3C%3E`],
    ['of nothing', undefined, undefined]
  ])('%s', (_what, id, url) => {
    expect(findPortalUrl(portal, id)).toBe(url)
  })

  it('is unknown where the portal is', () => {
    expect(findPortalUrl(undefined, VM)).toBeUndefined()
  })

  it('of no resource ID that is found can fail to be written', () => {
    for (const name of ['\ud800', '\udfff', '%', '%zz', '%FF', '\u{10ffff}']) {
      const id = find('PUT', `${VM}/x/${name}`, withId(`${VM}/x/${name}`))
      expect(() => findPortalUrl(portal, id)).not.toThrow()
    }
  })
})
