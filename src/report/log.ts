/**
 * The log of one run as lines of text: what each event of the run looks like, and how its end is told. Pure; writes
 * nothing itself.
 * The request and the waiting stand in groups, whose lines show while they are written and fold away afterwards; the
 * result stands in none, because GitHub folds finished groups and the reason should be there without a click.
 */
import type { ErrorNode } from '../operation/error.ts'
import type { Operation } from '../operation/state.ts'
import { HEARTBEAT_MS, type RetryEvent, type RunEvent, type SignInEvent } from '../run/events.ts'
import type { Outcome } from '../run/outcome.ts'
import { formatTimestamp } from '../values.ts'
import type { Cause } from './cause.ts'
import type { Advice, Explanation } from './explanation.ts'
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
export interface LogState {
  /** Title of the group that is open. */
  readonly group?: string
  readonly startedAt?: number
  readonly lastLineAt: number
  /** State or condition that the last such line told. */
  readonly lastState: string
  readonly hasResumeStep: boolean
  readonly warned: ReadonlySet<string>
}

/** Lines to write, and the log's memory after them. */
export interface LogStep {
  readonly state: LogState
  readonly lines: readonly LogLine[]
}

/** Memory of a log that has no line yet. */
export const EMPTY_LOG: LogState = {
  lastLineAt: 0,
  lastState: '',
  hasResumeStep: false,
  warned: new Set()
}

const MAX_TOLD_STATE_CHARS = 200
const MAX_MESSAGE_LINES = 20
const MAX_LOG_TREE_NODES = 40
const MAX_LOG_TREE_MESSAGE_CHARS = 500
const MAX_LOG_INDENT_LEVELS = 10
const NAME_WIDTH_CHARS = 16
const VERB_WIDTH_CHARS = 9
const NOTHING_TO_FOLLOW = 'There is nothing to follow: the output operation is empty'
const NOT_RESUMABLE = 'This operation cannot be resumed elsewhere: its polling URLs are too long'

/** Lines that tell an event. */
export function describeEvent(state: LogState, event: RunEvent | SignInEvent): LogStep {
  switch (event.kind) {
    case 'requested':
      return describeRequest(state, event)
    case 'resumed':
      return describeResumed(state, event)
    case 'retrying':
      return describeRetry(state, event)
    case 'answered':
      return describeAnswered(state, event)
    case 'moved':
      return describeMove(state, event.operation, event.at)
    case 'resumable':
      return describeResumeStep(state, event.point.step)
    case 'not-resumable':
      return describeWarning(state, NOT_RESUMABLE)
    case 'nothing-to-follow':
      return tellLines(state, [NOTHING_TO_FOLLOW])
    case 'waiting':
      return describeWait(state, event)
    case 'condition-read':
      return tellState(state, `Condition: ${toLine(event.seen, MAX_TOLD_STATE_CHARS)}`, event.at)
    case 'progressed':
      return describePartProgress(state, event)
    case 'warned':
      return describeWarning(state, event.text)
    case 'signed-in':
      return describeSignIn(state, event)
    case 'id-token-refused':
      return tellLines(state, describeFederatedCredential(event.claims))
    case 'sending':
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

/** Lines on the request, and on the ids by which it can be found in Azure. */
function describeRequest(
  state: LogState,
  { request, at, correlationId, portalUrl }: EventOf<'requested'>
): LogStep {
  const started = { ...state, startedAt: at }
  const facts = [
    formatFact('Correlation ID', correlationId),
    ...(portalUrl === undefined ? [] : [formatFact('Portal', portalUrl)])
  ]
  const text = `${request.method} ${describeUrl(request.url)}`
  return chainSteps(tellAt(started, 'Request', at, text), (after) => tellLines(after, facts))
}

/** Lines on the operation that is waited for; nothing is sent. */
function describeResumed(
  state: LogState,
  { request, at, acceptedAt, correlationId }: EventOf<'resumed'>
): LogStep {
  const started = { ...state, startedAt: at }
  const age = formatDuration(Math.max(0, at - acceptedAt))
  const facts = [
    formatFact('Accepted', `${formatTimestamp(acceptedAt)}, ${age} ago`),
    formatFact('Correlation ID', correlationId)
  ]
  const text = `Resuming ${request.method} ${describeUrl(request.url)}`
  return chainSteps(tellAt(started, 'Request', at, text), (after) => tellLines(after, facts))
}

function describeAnswered(state: LogState, { at, response }: EventOf<'answered'>): LogStep {
  const requestId = response.headers['x-ms-request-id']
  const facts = requestId === undefined ? [] : [formatFact('Request ID', requestId)]
  return chainSteps(tellAt(state, 'Request', at, `HTTP ${response.status}`), (after) =>
    tellLines(after, facts)
  )
}

function describeMove(
  state: LogState,
  { facts: { lastStatus, percentComplete } }: Operation,
  at: number
): LogStep {
  if (lastStatus === undefined) return { state, lines: [] }
  const word = toLine(lastStatus, MAX_TOLD_STATE_CHARS) || 'unnamed state'
  return tellState(state, percentComplete === undefined ? word : `${word}  ${percentComplete}%`, at)
}

/** Lines on resuming elsewhere; written before the first poll, so that they are there however this run ends. */
function describeResumeStep(state: LogState, step: string): LogStep {
  // An earlier handle leads to a condition as well.
  if (state.hasResumeStep) return { state, lines: [] }
  const lines = ['To wait for it in another step, job or run:', '', ...step.split('\n')]
  return chainSteps(open({ ...state, hasResumeStep: true }, 'How to resume'), (after) =>
    tellLines(after, lines)
  )
}

function describeRetry(state: LogState, { at, reason, delayMs }: RetryEvent): LogStep {
  const next = delayMs > 0 ? `; trying again in ${formatDuration(delayMs)}` : ''
  return tellAt(state, 'Request', at, `${toLine(reason)}${next}`)
}

function describePartProgress(state: LogState, { at, verb, text }: EventOf<'progressed'>): LogStep {
  const column = verb === undefined ? '' : `${verb.padEnd(VERB_WIDTH_CHARS)}  `
  return tellAt(state, 'Waiting', at, `${column}${toLine(text)}`)
}

function describeSignIn(
  state: LogState,
  { credential, why, identity }: Extract<SignInEvent, { kind: 'signed-in' }>
): LogStep {
  const facts = [
    ['Application', identity.application],
    ['Object', identity.object],
    ['Tenant', identity.tenant],
    ['Host', identity.host]
  ] as const
  return tellLines(state, [
    `Signed in with ${toLine(credential)}, because ${toLine(why)}`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [formatFact(name, value)]))
  ])
}

/** One line, when the last one is a minute old. */
function describeWait(state: LogState, { at, nextPollAt }: EventOf<'waiting'>): LogStep {
  if (at - state.lastLineAt < HEARTBEAT_MS) return { state, lines: [] }
  const startedAt = state.startedAt ?? at
  const next = nextPollAt <= at ? '' : `, next poll in ${formatDuration(nextPollAt - at)}`
  const words = state.lastState === '' ? 'waiting' : `still ${state.lastState.replace('  ', ' ')}`
  const text = `${words} after ${formatDuration(at - startedAt)}${next}`
  return tellAt({ ...state, startedAt }, 'Waiting', at, text)
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
  const { outcome } = explanation
  const steps = [
    close,
    (before: LogState) => describeAddition(before, outcome),
    ...outcome.warnings.map((text) => (before: LogState) => describeWarning(before, text)),
    (before: LogState) => tellLines(before, formatResult(explanation))
  ]
  return steps.reduce<LogStep>((step, next) => chainSteps(step, next), { state, lines: [] })
}

function describeAddition(state: LogState, { addition }: Outcome): LogStep {
  const added = addition?.log
  if (added === undefined) return { state, lines: [] }
  return chainSteps(
    chainSteps(open(state, added.title), (after) => tellLines(after, added.lines)),
    close
  )
}

function formatResult(explanation: Explanation): string[] {
  const { outcome, verdict, cause, others, quote, advice, tree, facts } = explanation
  const { reason, error, operation } = outcome
  return [
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
    ...formatTree(tree),
    '',
    ...facts.map(({ name, value }) => formatFact(name, value)),
    ...(operation === undefined
      ? []
      : [
          '',
          'To go on waiting, use this step:',
          '',
          ...operation.step.split('\n').map((line) => `  ${line}`)
        ])
  ]
}

/** One line, when the state is not what the last such line said. */
function tellState(state: LogState, words: string, at: number): LogStep {
  if (words === state.lastState) return { state, lines: [] }
  return tellAt({ ...state, lastState: words }, 'Waiting', at, words)
}

function tellAt(state: LogState, group: string, at: number, text: string): LogStep {
  return chainSteps(open({ ...state, lastLineAt: at }, group), (after) =>
    tellLines(after, [`${formatClock(at)}  ${text}`])
  )
}

// The parts of a line are harmless by themselves; this keeps them so next to each other.
function tellLines(state: LogState, texts: readonly string[]): LogStep {
  return { state, lines: texts.map((text) => ({ kind: 'text', text: neutralizeCommands(text) })) }
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

function formatFact(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH_CHARS)}${toLine(value)}`
}

function formatCause(cause: Cause): readonly string[] {
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

function formatAdvice({ meaning, text, link }: Advice): readonly string[] {
  return [
    ...(meaning === undefined ? [] : [`What it means: ${toLine(meaning)}`]),
    `What to do: ${toLine(text)}`,
    ...(link === undefined ? [] : [`More: ${toLine(link)}`])
  ]
}

function formatTree(nodes: readonly ErrorNode[]): readonly string[] {
  if (nodes.length < 2) return []
  const more = nodes.length - MAX_LOG_TREE_NODES
  const lines = nodes.slice(0, MAX_LOG_TREE_NODES).map(formatNode)
  return ['', 'Errors:', ...lines, ...(more > 0 ? [`  … (${more} more in the output error)`] : [])]
}

function formatNode({ depth, error: { code, message, target } }: ErrorNode): string {
  const indent = '  '.repeat(Math.min(depth, MAX_LOG_INDENT_LEVELS) + 1)
  const text = [code, message]
    .filter((part) => part !== '')
    .map((part) => toLine(part, MAX_LOG_TREE_MESSAGE_CHARS))
  return `${indent}${text.join(': ')}${target === undefined ? '' : ` (${toLine(target)})`}`
}
