/**
 * Type, name and scope of a resource by its ID, told apart as people tell them: two resources of one name differ by
 * their resource group, their subscription, or the resource that they extend. Pure.
 */

/** Parts of a resource ID. All text is untrusted. */
export interface ResourcePlace {
  readonly type: string
  readonly name: string
  /** ID of what it belongs to; empty for the tenant, and for what is not a resource ID. */
  readonly scope: string
}

/** The parts of a resource ID; an expression of a template, which stands for one that is not known yet, is a name. */
export function splitResourceId(id: string): ResourcePlace {
  const group = /^(\/?subscriptions\/[^/]+)\/resourcegroups\/([^/]+)$/i.exec(id)
  if (group !== null) {
    return {
      type: 'Microsoft.Resources/resourceGroups',
      name: group[2] ?? '',
      scope: group[1] ?? ''
    }
  }
  const at = id.startsWith('[') ? -1 : id.toLowerCase().lastIndexOf('/providers/')
  const [namespace = '', ...pairs] = at < 0 ? [] : id.slice(at + '/providers/'.length).split('/')
  const types = pairs.filter((_, index) => index % 2 === 0)
  const names = pairs.filter((_, index) => index % 2 === 1)
  return names.length === 0
    ? { type: '', name: id, scope: '' }
    : { type: [namespace, ...types].join('/'), name: names.join('/'), scope: id.slice(0, at) }
}

/** Subscription that a scope is in; empty where it is in none. */
export function readSubscription(scope: string): string {
  return /^\/?subscriptions\/([^/]+)/i.exec(scope)?.[1]?.toLowerCase() ?? ''
}

/**
 * A scope in few words: `shop`, `sites/app in shop`, `subscription 1`, `management group corp`; empty for the tenant.
 * @param namesSubscription true where not all that is told is in one
 */
export function describeScope(scope: string, namesSubscription: boolean): string {
  const subscription = readSubscription(scope)
  const group = /^\/?subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i.exec(scope)?.[1] ?? ''
  const { type, name, scope: above } = splitResourceId(scope)
  if (/\/providers\//i.test(`/${scope}`) && type !== '') {
    const title = /^microsoft\.management\/managementgroups$/i.test(type)
      ? `management group ${name}`
      : `${type.split('/').slice(1).join('/')}/${name}`
    const rest = describeScope(above, namesSubscription)
    return rest === '' ? title : `${title} in ${rest}`
  }
  if (group === '') return subscription === '' ? scope : `subscription ${subscription}`
  return namesSubscription ? `${group} of subscription ${subscription}` : group
}
