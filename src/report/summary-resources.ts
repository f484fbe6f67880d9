/**
 * The resources of an operation in its job summary: what was canceled and what still runs for all to see, the rest
 * folded. What failed is told by its cause. Pure.
 */
import type { Outcome, OutcomePart } from '../run/outcome.ts'
import { formatDuration } from './format.ts'
import { toFold, toMarkdown, toMarkdownLink, toTableCode } from './markdown.ts'
import { describeRest, listResources, splitPath, titleRunning } from './resources.ts'
import { nameResource } from './subject.ts'

/** Rows of the table that is not folded, and of the one that is. */
const MAX_OPEN_ROWS = 10
const MAX_FOLDED_ROWS = 300
const MAX_NAMED = 10
const MAX_NAME_CHARS = 120

type State = OutcomePart['state']

const MARKS: Readonly<Record<State, string>> = {
  failed: '❌',
  canceled: '🚫',
  running: '⏳',
  succeeded: '✅'
}

/** Table of the resources that still run, and after a cancellation of those that were cut short. */
export function renderOpenResources(outcome: Outcome): string {
  const resources = listResources(outcome)
  const running = resources.filter(({ state }) => state === 'running')
  const canceled = resources.filter(({ state }) => state === 'canceled')
  return [
    renderTable([titleRunning(outcome), 'For'], running, outcome),
    renderTable(['Canceled', 'After'], canceled, outcome)
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function renderTable(
  [title, time]: readonly [string, string],
  resources: readonly OutcomePart[],
  outcome: Outcome
): string {
  if (resources.length === 0) return ''
  const rows = resources.slice(0, MAX_OPEN_ROWS).map((resource) => {
    const name = renderResource(resource, outcome)
    return `| ${MARKS[resource.state]} ${name} | ${describeTime(resource)} |`
  })
  const more = resources.length - rows.length
  const rest = more <= 0 ? [] : [`| … and ${more} more, see all resources below | |`]
  return [`| ${title} | ${time} |`, '|---|---|', ...rows, ...rest].join('\n')
}

/** All resources in a fold, in the order in which people look for them. */
export function renderAllResources(outcome: Outcome): string {
  const resources = listResources(outcome)
  if (resources.length === 0) return ''
  const running = titleRunning(outcome).toLowerCase()
  const rows = resources.slice(0, MAX_FOLDED_ROWS).map((resource) => {
    const name = renderResource(resource, outcome)
    const state = resource.state === 'running' ? running : resource.state
    return `| ${name} | ${MARKS[resource.state]} ${state} | ${describeTime(resource)} |`
  })
  const hidden = resources.slice(rows.length)
  const table = ['| Resource | State | Time |', '|---|---|---|', ...rows]
  const rest = hidden.length === 0 ? '' : `\n\n${describeRest(hidden)}`
  const count = resources.length === 1 ? '1 resource' : `All ${resources.length} resources`
  const title = outcome.arePartsPartial ? `The first ${resources.length} resources` : count
  return toFold(title, `${table.join('\n')}${rest}`)
}

function describeTime({ from, to }: OutcomePart): string {
  return formatDuration(to - from)
}

/** The path, the name with a link to its page, the type and the group. */
function renderResource(resource: Named, outcome: Outcome): string {
  return `${renderName(resource, outcome)} ${renderKind(resource)}`.trim()
}

/** Names of resources by their IDs, or by what else they are called; type and group once where they are the same. */
export function renderNames(objects: readonly string[], outcome: Outcome): string {
  const known = new Map(listResources(outcome).map((part) => [part.id.toLowerCase(), part]))
  const named = objects.slice(0, MAX_NAMED).map((id) => known.get(id.toLowerCase()) ?? toPart(id))
  const kinds = new Set(named.map(renderKind))
  const isOneKind = kinds.size === 1
  const names = named.map((part) =>
    isOneKind ? renderName(part, outcome) : renderResource(part, outcome)
  )
  const more = objects.length - named.length
  const list = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return isOneKind ? `${list} ${[...kinds].join('')}`.trim() : list
}

type Named = Pick<OutcomePart, 'id' | 'name' | 'type'>

function toPart(object: string): Named {
  if (!object.startsWith('/')) return { id: '', name: object, type: '' }
  const { name, type } = nameResource(object)
  return { id: object, name, type }
}

function renderName(resource: Named, { portalUrl }: Outcome): string {
  const [path, name] = splitPath(resource)
  const page = findPage(resource.id, portalUrl)
  const code = toTableCode(name, MAX_NAME_CHARS)
  const link = page === undefined ? code : toMarkdownLink(code, page)
  return `${toMarkdown(path, MAX_NAME_CHARS)} ${link}`.trim()
}

/** `networkSecurityGroups in shop`. */
function renderKind({ id, type }: Named): string {
  const { group } = nameResource(id)
  const words = toMarkdown(type.split('/').at(-1) ?? '', MAX_NAME_CHARS)
  return group === '' ? words : `${words} in ${toTableCode(group, MAX_NAME_CHARS)}`.trim()
}

/** The page of a resource in the portal that shows the operation. */
function findPage(id: string, portalUrl: string | undefined): string | undefined {
  const isShown = portalUrl !== undefined && URL.canParse(portalUrl) && id.startsWith('/')
  return isShown ? `${new URL(portalUrl).origin}/#@/resource${id}` : undefined
}
