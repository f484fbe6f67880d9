/**
 * The log of one run as lines of text: what each event of the run looks like, and how its end is told. Pure; writes
 * nothing itself.
 * Who signs in comes first, then the groups that fold away: the request, and how to resume. What happens after that
 * stands in no group, because GitHub folds groups and opens none while it runs; and neither does the result, which
 * comes last. Nothing is told twice.
 */
import type { ErrorNode } from '../operation/error.ts'
import { HEARTBEAT_MS, type RunEvent, type SignInEvent } from '../run/events.ts'
import type { Outcome, OutcomeAddition } from '../run/outcome.ts'
import { formatTimestamp } from '../values.ts'
import type { Cause } from './cause.ts'
import { type ChangeEvent, describeChange, NOTHING_TOLD, type ToldChanges } from './changes.ts'
import type { Advice, Explanation } from './explanation.ts'
import type { Fact } from './facts.ts'
import { describeFederatedCredential } from './federated-credential.ts'
import { formatClock, formatDuration } from './format.ts'
import { describeUrl, neutralizeCommands, toLine, toLines } from './sanitize.ts'

/** Line of the log. What it holds is harmless as it stands. */
export type LogLine =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'group-start'; readonly title: string }
  | { readonly kind: 'group-end' }

/** Memory of a log: what its next line depends on. Times are milliseconds since the epoch. */
export interface LogState extends ToldChanges {
  /** Title of the group that is open. */
  readonly group?: string
  /** Event that the run began with, until it is known who signs in. */
  readonly beginning?: BeginningEvent
  readonly startedAt?: number
  readonly isSignedIn: boolean
  readonly hasResumeStep: boolean
  readonly warned: ReadonlySet<string>
}

type BeginningEvent = EventOf<'requested' | 'resumed'>

/** Lines to write, and the log's memory after them. */
export interface LogStep {
  readonly state: LogState
  readonly lines: readonly LogLine[]
}

/** Memory of a log that has no line yet. */
export const EMPTY_LOG: LogState = {
  ...NOTHING_TOLD,
  isSignedIn: false,
  hasResumeStep: false,
  warned: new Set()
}

const MAX_MESSAGE_LINES = 20
const MAX_LOG_TREE_NODES = 40
const MAX_EXCERPT_LINES = 45
const MAX_LOG_TREE_MESSAGE_CHARS = 500
const MAX_LOG_INDENT_LEVELS = 10
const NAME_WIDTH_CHARS = 16
const REQUEST = 'Request'
const RESUME = 'How to resume'
const NOTHING_TO_FOLLOW = 'There is nothing to follow: the output operation is empty'
const UNTRACKED =
  'There is nothing to follow: Azure named no URL that tells how it ends, so the output operation is empty'
/** Warning of an operation whose handle would be too long. */
export const NOT_RESUMABLE =
  'This operation cannot be resumed elsewhere: its polling URLs are too long'

/** Lines that tell an event. */
export function describeEvent(state: LogState, event: RunEvent | SignInEvent): LogStep {
  switch (event.kind) {
    case 'requested':
    case 'resumed': {
      const begun = { ...state, beginning: event, startedAt: event.at }
      return state.isSignedIn ? describeBeginning(begun) : { state: begun, lines: [] }
    }
    case 'signed-in':
      return chainSteps(describeSignIn(state, event), describeBeginning)
    case 'sign-in-retrying':
      return tellChange(state, event)
    case 'id-token-refused':
      return chainSteps(close(state), (after) =>
        tellLines(after, describeFederatedCredential(event.claims))
      )
    // Only then somebody signs in.
    case 'sending':
      return { state, lines: [] }
    default:
      return chainSteps(describeBeginning(state), (after) => describeProgress(after, event))
  }
}

type ProgressEvent = Exclude<RunEvent, BeginningEvent | { readonly kind: 'sending' }>

function describeProgress(state: LogState, event: ProgressEvent): LogStep {
  switch (event.kind) {
    case 'retrying':
    case 'moved':
    case 'condition-read':
    case 'progressed':
      return tellChange(state, event)
    case 'answered':
      return describeAnswered(state, event)
    case 'resumable':
      return describeResumeStep(state, event.point.step)
    case 'not-resumable':
      return warnFreely(state, NOT_RESUMABLE)
    case 'nothing-to-follow':
      return chainSteps(close(state), (after) =>
        tellLines(after, [event.isAccepted ? UNTRACKED : NOTHING_TO_FOLLOW])
      )
    case 'waiting':
      return describeWait(state, event)
    case 'warned':
      return warnFreely(state, event.text)
    case 'adopted':
    case 'polled':
    case 'condition-awaited':
    case 'cancel-accepted':
    case 'noted':
      return { state, lines: [] }
    default:
      return event satisfies never
  }
}

type EventOf<Kind extends RunEvent['kind']> = Extract<RunEvent, { kind: Kind }>

/** The group on the request, once somebody has signed in for it or something has become of it. */
function describeBeginning({ beginning, ...state }: LogState): LogStep {
  if (beginning === undefined) return { state, lines: [] }
  const { request, at } = beginning
  const url = describeUrl(request.url)
  const [text, facts] =
    beginning.kind === 'requested'
      ? [`${request.method} ${url}`, listRequestFacts(beginning)]
      : [`Resuming ${request.method} ${url}`, listResumedFacts(beginning)]
  return chainSteps(tellAt(state, at, text, REQUEST), (after) => tellLines(after, facts))
}

/** The ids by which the request can be found in Azure. */
function listRequestFacts({ correlationId, portalUrl }: EventOf<'requested'>): readonly string[] {
  return [
    formatFact('Correlation ID', correlationId),
    ...(portalUrl === undefined ? [] : [formatFact('Portal', portalUrl)])
  ]
}

/** An operation is waited for; nothing is sent. */
function listResumedFacts({ at, acceptedAt, correlationId }: EventOf<'resumed'>) {
  const age = formatDuration(Math.max(0, at - acceptedAt))
  return [
    formatFact('Accepted', `${formatTimestamp(acceptedAt)}, ${age} ago`),
    formatFact('Correlation ID', correlationId)
  ]
}

function describeAnswered(state: LogState, { at, response }: EventOf<'answered'>): LogStep {
  const requestId = response.headers['x-ms-request-id']
  const facts = requestId === undefined ? [] : [formatFact('Request ID', requestId)]
  return chainSteps(tellAt(state, at, `HTTP ${response.status}`, findOpenRequest(state)), (after) =>
    tellLines(after, facts)
  )
}

/** A repetition has closed it, and no group is opened twice. */
function findOpenRequest({ group }: LogState): string | undefined {
  return group === REQUEST ? group : undefined
}

function tellChange(state: LogState, event: ChangeEvent): LogStep {
  const { told, words } = describeChange(state, event)
  if (words === undefined) return { state: told, lines: [] }
  // The first state belongs to the answer.
  const isFirst = event.kind === 'moved' && state.lastState === '' && told.lastState !== ''
  return tellAt(told, event.at, words, isFirst ? findOpenRequest(state) : undefined)
}

/** Lines on resuming elsewhere; written before the first poll, so that they are there however this run ends. */
function describeResumeStep(state: LogState, step: string): LogStep {
  // An earlier handle leads to a condition as well.
  if (state.hasResumeStep) return { state, lines: [] }
  return tellGroup({ ...state, hasResumeStep: true }, RESUME, formatResumeStep(step))
}

/** The step that goes on waiting, to be copied. */
export function formatResumeStep(step: string): readonly string[] {
  return ['To wait for it in another step, job or run:', '', ...step.split('\n')]
}

function describeSignIn(state: LogState, event: EventOfSignIn): LogStep {
  return tellLines({ ...state, isSignedIn: true }, formatSignIn(event))
}

type EventOfSignIn = Extract<SignInEvent, { kind: 'signed-in' }>

/** Who signs in, and with what. */
export function formatSignIn({ credential, why, identity }: EventOfSignIn): readonly string[] {
  const facts = [
    ['Application', identity.application],
    ['Object', identity.object],
    ['Tenant', identity.tenant],
    ['Host', identity.host]
  ] as const
  return [
    `Signed in with ${toLine(credential)}, because ${toLine(why)}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [formatFact(name, value)]))
  ]
}

/** One line, when the last one is a minute old. */
function describeWait(state: LogState, { at, nextPollAt }: EventOf<'waiting'>): LogStep {
  if (at - state.lastLineAt < HEARTBEAT_MS) return { state, lines: [] }
  const startedAt = state.startedAt ?? at
  const next = nextPollAt <= at ? '' : `, next poll in ${formatDuration(nextPollAt - at)}`
  const { lastState, trouble } = state
  const words = lastState === '' ? 'waiting' : `still ${lastState.replace('  ', ' ')}`
  const blind = trouble === undefined ? '' : ` (the last poll: ${trouble})`
  const text = `${words} after ${formatDuration(at - startedAt)}${blind}${next}`
  return tellAt({ ...state, startedAt }, at, text)
}

function warnFreely(state: LogState, text: string): LogStep {
  return chainSteps(close(state), (after) => describeWarning(after, text))
}

/** A warning, once. */
export function describeWarning(state: LogState, text: string): LogStep {
  const line = toLine(text)
  if (state.warned.has(line)) return { state, lines: [] }
  const warned = new Set(state.warned).add(line)
  return { state: { ...state, warned }, lines: [{ kind: 'warning', text: line }] }
}

/** Lines that tell the end: on anything but success the root cause first, then what to do, the errors, the facts. */
export function describeEnd(state: LogState, explanation: Explanation): LogStep {
  const { outcome, tree, facts } = explanation
  const steps: readonly ((before: LogState) => LogStep)[] = [
    describeBeginning,
    close,
    (before) => describeAddition(before, outcome),
    (before) =>
      outcome.operation === undefined
        ? { state: before, lines: [] }
        : describeResumeStep(before, outcome.operation.step),
    ...outcome.warnings.map((text) => (before: LogState) => describeWarning(before, text)),
    (before) => tellLines(before, formatResult(explanation)),
    (before) => tellGroup(before, 'All errors', formatTree(tree)),
    (before) => tellLines(before, formatFacts(facts, outcome))
  ]
  return steps.reduce<LogStep>((step, next) => chainSteps(step, next), { state, lines: [] })
}

function describeAddition(state: LogState, { addition }: Outcome): LogStep {
  return listAdditions(addition).reduce<LogStep>(
    (step, { title, lines }) => chainSteps(step, (after) => tellGroup(after, title, lines)),
    { state, lines: [] }
  )
}

/** Groups of what a room that knows this kind of operation has to say; one without lines is none. */
export function listAdditions({ log, excerpt }: Partial<OutcomeAddition> = {}) {
  return [
    { title: log?.title ?? '', lines: log?.lines ?? [] },
    { title: toLine(excerpt?.title ?? ''), lines: toLines(excerpt?.text ?? '', MAX_EXCERPT_LINES) }
  ]
}

function formatResult(explanation: Explanation): string[] {
  const { outcome, verdict, cause, others, quote, advice } = explanation
  const { reason, error } = outcome
  return [
    '',
    `Result: ${verdict.title}`,
    `  ${verdict.sentence} ${verdict.whereabouts}`.trimEnd(),
    // Without an error the reason is the cause, and told as one.
    ...(cause !== undefined && error !== undefined && reason !== undefined
      ? [`  ${toLine(reason)}`]
      : []),
    ...(cause === undefined ? [] : ['', ...formatCause(cause)]),
    ...(others === undefined ? [] : [toLine(others)]),
    ...(quote === undefined ? [] : [`What Azure said: ${toLine(quote)}`]),
    ...(advice === undefined ? [] : ['', ...formatAdvice(advice)]),
    ''
  ]
}

/** Facts that the lines before have told, or the handle among them. */
const TOLD_FACTS: ReadonlySet<string> = new Set([
  'Request',
  'HTTP status',
  'Last status',
  'Duration',
  'Polls',
  'Ended',
  'Request ID',
  'Polling path'
])

/** Facts to look the operation up by, or to doubt the verdict with. */
function formatFacts(facts: readonly Fact[], { request }: Outcome): readonly string[] {
  const url = request.url.toLowerCase()
  return facts
    .filter(
      ({ name, value }) =>
        !TOLD_FACTS.has(name) && !(name === 'Resource ID' && url.includes(value.toLowerCase()))
    )
    .map(({ name, value }) => formatFact(name, value))
}

/** A line with its time; without a `group` in none. */
function tellAt(state: LogState, at: number, text: string, group?: string): LogStep {
  const told = { ...state, lastLineAt: at }
  return chainSteps(group === undefined ? close(told) : open(told, group), (after) =>
    tellLines(after, [`${formatClock(at)}  ${text}`])
  )
}

/** A whole group; nothing where it has no lines. */
function tellGroup(state: LogState, title: string, texts: readonly string[]): LogStep {
  if (texts.length === 0) return { state, lines: [] }
  return chainSteps(
    chainSteps(open(state, title), (after) => tellLines(after, texts)),
    close
  )
}

function tellLines(state: LogState, texts: readonly string[]): LogStep {
  return { state, lines: toTextLines(texts) }
}

/** Lines of text. Their parts are harmless by themselves; this keeps them so next to each other. */
export function toTextLines(texts: readonly string[]): readonly LogLine[] {
  return texts.map((text) => ({ kind: 'text', text: neutralizeCommands(text) }))
}

function open(state: LogState, group: string): LogStep {
  if (state.group === group) return { state, lines: [] }
  return chainSteps(close(state), (after) => ({
    state: { ...after, group },
    lines: [{ kind: 'group-start', title: group }]
  }))
}

function close(state: LogState): LogStep {
  const { group, ...rest } = state
  return { state: rest, lines: group === undefined ? [] : [{ kind: 'group-end' }] }
}

function chainSteps(first: LogStep, next: (state: LogState) => LogStep): LogStep {
  const second = next(first.state)
  return { state: second.state, lines: [...first.lines, ...second.lines] }
}

/** A fact on a line of its own. */
export function formatFact(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH_CHARS)}${toLine(value)}`
}

/** The cause of a failure, and what it is about. */
export function formatCause(cause: Cause): readonly string[] {
  const { code, excerpt, resource, target, type, place, policies } = cause
  const [first = '', ...rest] = toLines(excerpt, MAX_MESSAGE_LINES)
  return [
    code === '' ? `Why: ${first}` : `Root cause: ${toLine(code)}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...(resource === undefined ? [] : [formatFact('Resource', resource)]),
    ...(target === undefined ? [] : [formatFact('Target', target)]),
    ...(type === undefined ? [] : [formatFact('Type', type)]),
    ...(place === undefined ? [] : [formatFact('Template', place)]),
    ...policies.slice(0, MAX_LOG_TREE_NODES).map((policy) => formatFact('Policy', policy))
  ]
}

/** What an error means, what to do, and where there is more. */
export function formatAdvice(
  { meaning, text, link }: Advice,
  lead = 'What to do'
): readonly string[] {
  return [
    ...(meaning === undefined ? [] : [`What it means: ${toLine(meaning)}`]),
    `${lead}: ${toLine(text)}`,
    ...(link === undefined ? [] : [`More: ${toLine(link)}`])
  ]
}

function formatTree(nodes: readonly ErrorNode[]): readonly string[] {
  if (nodes.length < 2) return []
  const more = nodes.length - MAX_LOG_TREE_NODES
  const lines = nodes.slice(0, MAX_LOG_TREE_NODES).map(formatNode)
  return [...lines, ...(more > 0 ? [`  … (${more} more in the output error)`] : [])]
}

function formatNode({ depth, error: { code, message, target } }: ErrorNode): string {
  const indent = '  '.repeat(Math.min(depth, MAX_LOG_INDENT_LEVELS) + 1)
  const text = [code, message]
    .filter((part) => part !== '')
    .map((part) => toLine(part, MAX_LOG_TREE_MESSAGE_CHARS))
  return `${indent}${text.join(': ')}${target === undefined ? '' : ` (${toLine(target)})`}`
}
