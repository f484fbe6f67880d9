/**
 * Names of what an operation is about, read from its URL and from resource IDs: a name, a type and a group in the
 * place of an ID. Pure; the names are untrusted text.
 */
import type { Outcome } from '../run/outcome.ts'
import { clean, describeUrl } from './sanitize.ts'

/** Resource as people speak of it. */
export interface NamedResource {
  readonly name: string
  /** The last word of the type, `virtualMachines`; empty where the ID has none. */
  readonly type: string
  /** The resource group; empty where it is in none. */
  readonly group: string
}

/** Subject of a sentence about an operation: `deployment` and `shop`, `start of` and `web-1`. */
export interface Subject {
  readonly words: string
  readonly name: string
}

/** Types with words of their own, and what their actions are called. */
const KNOWN_TYPES: Readonly<Record<string, string>> = {
  deployments: 'deployment',
  deploymentstacks: 'deployment stack',
  deploymentstackswhatifresults: 'deployment stack'
}
const KNOWN_ACTIONS: Readonly<Record<string, string>> = {
  whatif: 'what-if of',
  validate: 'validation of'
}

/** Name, type and group of a resource ID, or of any path that is like one. */
export function nameResource(id: string): NamedResource {
  // A query may hold a secret, and is known as one only while the path stands before it.
  const segments = clean(id)
    .split('/')
    .filter((segment) => segment !== '')
  const provider = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers')
  const group = segments.findIndex((segment) => segment.toLowerCase() === 'resourcegroups')
  // After the namespace, or from the root, types and names take turns; a list ends with a type.
  const isNamed = (segments.length - (provider < 0 ? 0 : provider + 2)) % 2 === 0
  return {
    name: segments.at(-1) ?? '/',
    type: isNamed ? (segments.at(-2) ?? '') : '',
    group: provider < 0 || group < 0 || group > provider ? '' : (segments[group + 1] ?? '')
  }
}

/** A text without the subscription of the request in the IDs that it names: the headline's links and facts have it. */
export function shortenIds(text: string, { request }: Pick<Outcome, 'request'>): string {
  const own = /\/subscriptions\/[0-9a-f-]{36}(?=\/)/i.exec(describeUrl(request.url))?.[0]
  return own === undefined
    ? text
    : text.replace(/\/subscriptions\/[0-9a-f-]{36}(?=\/)/gi, (found) =>
        found.toLowerCase() === own.toLowerCase() ? '…' : found
      )
}

/** What an operation is about. */
export function findSubject({ request, resourceId }: Outcome): Subject {
  const [path = ''] = describeUrl(request.url).split('?')
  const id = resourceId ?? path
  const isAction = path.split('/').length > id.split('/').length
  const action = isAction ? (path.split('/').at(-1) ?? '') : ''
  const { name, type } = nameResource(id)
  const noun = isOfDeployments(id) ? KNOWN_TYPES[type.toLowerCase()] : undefined
  if (noun === undefined) {
    return { words: `${action === '' ? request.method : action} of`, name }
  }
  const isWhatIf = type.toLowerCase().endsWith('whatifresults') && request.method !== 'DELETE'
  const known = KNOWN_ACTIONS[isWhatIf ? 'whatif' : action.toLowerCase()]
  if (known !== undefined) return { words: `${known} ${noun}`, name }
  const isDeploying = action === '' && request.method === 'PUT'
  if (isDeploying) return { words: noun, name }
  return { words: `${action === '' ? request.method : action} of ${noun}`, name }
}

function isOfDeployments(id: string): boolean {
  return /\/providers\/microsoft\.resources\/deployment\w{0,40}\/[^/]+$/i.test(id)
}
