/**
 * The parts of an operation as resources that can be counted: each once, and none for what only holds others. Pure.
 */
import { mayStillRun, type Outcome, type OutcomePart } from '../run/outcome.ts'
import { toLine } from './sanitize.ts'

/** Mark between the names in the path of a part. */
const PATH_MARK = ' › '
const MAX_NAME_CHARS = 80
const MAX_NAMED = 5

type State = OutcomePart['state']

/** Number of resources in each state, and in all. */
export type ResourceCounts = Readonly<Record<State | 'total', number>> & {
  /** There may be more. */
  readonly isPartial: boolean
}

/** What went wrong first, then what still runs; each with the longest first. */
const URGENCY: readonly State[] = ['failed', 'canceled', 'running', 'succeeded']

/**
 * The resources of an outcome, in the order in which people look for them. What runs goes on to the end of the step.
 * A deployment inside another one is no resource where those in it are known.
 */
export function listResources({ parts = [], endedAt }: Outcome): readonly OutcomePart[] {
  const holders = new Set(parts.flatMap(({ name }) => listHolders(name)))
  const resources = new Map<string, OutcomePart>()
  for (const part of parts) {
    const { id, name, state, to } = part
    if (holders.has(name)) continue
    const whole = state === 'running' ? { ...part, to: Math.max(to, endedAt) } : part
    resources.set((id || name).toLowerCase(), whole)
  }
  const rank = (part: OutcomePart) => URGENCY.indexOf(part.state)
  return [...resources.values()].toSorted(
    (one, other) => rank(one) - rank(other) || other.to - other.from - (one.to - one.from)
  )
}

/** Far deeper than deployments are nested; a name may hold the mark as often as it likes. */
const MAX_LEVELS = 20

/** Names of what a part lies in: of `a › b › c`, `a` and `a › b`. */
function listHolders(name: string): readonly string[] {
  const names = name.split(PATH_MARK, MAX_LEVELS)
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join(PATH_MARK))
}

/** Counts of the resources of an outcome. */
export function countOutcome(outcome: Outcome): ResourceCounts {
  const isPartial = outcome.arePartsPartial ?? false
  return { ...countStates(listResources(outcome)), isPartial }
}

function countStates(resources: readonly OutcomePart[]): Omit<ResourceCounts, 'isPartial'> {
  const count = (state: State) => resources.filter((each) => each.state === state).length
  return {
    failed: count('failed'),
    canceled: count('canceled'),
    running: count('running'),
    succeeded: count('succeeded'),
    total: resources.length
  }
}

/** `281 more that succeeded`, `41 more: 11 failed, 30 succeeded`: resources that are not shown. */
export function describeRest(rest: readonly OutcomePart[]): string {
  const { total, ...counts } = countStates(rest)
  const kinds = Object.entries(counts).filter(([, count]) => count > 0)
  const [kind] = kinds.map(([state]) => state)
  return kinds.length === 1
    ? `${total} more that ${(kind && VERBS[kind]) ?? kind}`
    : `${total} more: ${kinds.map(([state, count]) => `${count} ${state}`).join(', ')}`
}

const VERBS: Readonly<Record<string, string>> = { running: 'still run', canceled: 'were canceled' }

/** The path that a resource lies in, `network › address › `, and its own name. */
export function splitPath({
  name
}: Pick<OutcomePart, 'name'>): readonly [path: string, name: string] {
  const start = name.lastIndexOf(PATH_MARK)
  return start < 0
    ? ['', name]
    : [name.slice(0, start + PATH_MARK.length), name.slice(start + PATH_MARK.length)]
}

/** How the resources are called that were at work when they were last looked at: the end of all may have come since. */
export function titleRunning({ ending }: Outcome): 'Still running' | 'Last seen running' {
  return mayStillRun(ending) ? 'Still running' : 'Last seen running'
}

/** Names of what still runs, in one line; empty where nothing is known to. */
export function nameRunning(outcome: Outcome): string {
  const running = listResources(outcome).filter(({ state }) => state === 'running')
  const more = running.length - MAX_NAMED
  const names = running.slice(0, MAX_NAMED).map(({ name }) => toLine(name, MAX_NAME_CHARS))
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
