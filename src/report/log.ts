/**
 * The log of one run, line by line. The only report file that writes.
 * The request and the waiting stand in groups, whose lines show while they are written and fold away afterwards; the
 * result stands in none, because GitHub folds finished groups and nobody should have to click for the reason.
 */
import * as core from '@actions/core'
import type { ArmRequest } from '../http/message.ts'
import { type ErrorNode, flattenErrors, type OperationError } from '../operation/error.ts'
import type { Outcome, ResumePoint, StatusChange } from '../run/outcome.ts'
import { adviseOn } from './advice.ts'
import { type Cause, describeCause } from './cause.ts'
import { listFacts } from './facts.ts'
import { formatClock, formatDuration, formatTimestamp } from './format.ts'
import { describeUrl, neutralizeCommands, toLine, toLines } from './sanitize.ts'
import { describeVerdict } from './verdict.ts'

/** Where the lines go; `@actions/core` has this shape. */
export interface LogWriter {
  info(line: string): void
  warning(text: string): void
  startGroup(title: string): void
  endGroup(): void
}

/** The request as it is sent. Times are milliseconds since the epoch. */
export interface SentRequest {
  readonly request: ArmRequest
  readonly at: number
  readonly correlationId?: string
  readonly portalUrl?: string
}

/** The first answer to it. */
export interface FirstAnswer {
  readonly status: number
  readonly at: number
  readonly requestId?: string
}

/** An operation that an earlier run started. */
export interface ResumedOperation {
  readonly request: ArmRequest
  readonly at: number
  readonly acceptedAt: number
  readonly correlationId?: string
}

/** What a look at the resource of a condition saw. */
export interface ConditionLook {
  readonly at: number
  /** Untrusted text. */
  readonly seen: string
}

/** A repetition of the first request. */
export interface Retry {
  readonly at: number
  readonly reason: string
  readonly delayMs: number
}

/** Something that happened to a part of the operation, or was done about it. */
export interface Progress {
  readonly at: number
  /** One of a few words of ours; they stand in a column. */
  readonly verb?: string
  readonly text: string
}

/** A sign of life while nothing changes. */
export interface Heartbeat {
  readonly at: number
  /** When the next poll is due. */
  readonly nextPollAt?: number
}

const HEARTBEAT_MS = 60_000
const MAX_STATUS_CHARS = 200
const MAX_MESSAGE_LINES = 10
const MAX_TREE_NODES = 40
const MAX_TREE_MESSAGE_CHARS = 500
const MAX_INDENT_LEVELS = 10
const NAME_WIDTH_CHARS = 16
const VERB_WIDTH_CHARS = 9

/** Writes what happens, as it happens. */
export class Log {
  readonly #writer: LogWriter
  readonly #warned = new Set<string>()
  #group: string | undefined
  #startedAt: number | undefined
  #lastLineAt = 0
  #lastState = ''

  constructor(writer: LogWriter = core) {
    this.#writer = writer
  }

  /** What is being sent, and by which ids it can be found in Azure. */
  requestSent({ request, at, correlationId, portalUrl }: SentRequest): void {
    this.#startedAt = at
    this.#open('Request')
    this.#writeAt(at, `${request.method} ${describeUrl(request.url)}`)
    if (correlationId !== undefined) this.#write(formatFact('Correlation ID', correlationId))
    if (portalUrl !== undefined) this.#write(formatFact('Portal', portalUrl))
  }

  /** Which operation is waited for; nothing is sent. */
  resumed({ request, at, acceptedAt, correlationId }: ResumedOperation): void {
    this.#startedAt = at
    this.#open('Request')
    this.#writeAt(at, `Resuming ${request.method} ${describeUrl(request.url)}`)
    const age = formatDuration(Math.max(0, at - acceptedAt))
    this.#write(formatFact('Accepted', `${formatTimestamp(acceptedAt)}, ${age} ago`))
    if (correlationId !== undefined) this.#write(formatFact('Correlation ID', correlationId))
  }

  /** How to wait for the operation elsewhere; said before the first poll, so that it is there however this run ends. */
  accepted({ step }: ResumePoint): void {
    this.#open('How to resume')
    this.#writeAll(['To wait for it in another step, job or run:', '', ...step.split('\n')])
  }

  /** Why the request is sent or looked for again, and when. */
  retrying({ at, reason, delayMs }: Retry): void {
    this.#open('Request')
    const next = delayMs > 0 ? `; trying again in ${formatDuration(delayMs)}` : ''
    this.#writeAt(at, `${toLine(reason)}${next}`)
  }

  /** Which way in was taken, and why. */
  signedIn(credential: string, why: string): void {
    this.#write(`Signed in with ${toLine(credential)}, because ${toLine(why)}`)
  }

  /** Lines that a reader may copy. Each has to be harmless text of its own. */
  note(lines: readonly string[]): void {
    this.#writeAll(lines)
  }

  /** That Azure answered the request. */
  answered({ status, at, requestId }: FirstAnswer): void {
    this.#open('Request')
    this.#writeAt(at, `HTTP ${status}`)
    if (requestId !== undefined) this.#write(formatFact('Request ID', requestId))
  }

  /** One line, when the status or its percentage is not what the last line said. */
  statusChanged({ at, status, percentComplete }: StatusChange): void {
    const word = toLine(status, MAX_STATUS_CHARS) || 'unnamed state'
    const state = percentComplete === undefined ? word : `${word}  ${percentComplete}%`
    if (state === this.#lastState) return
    this.#lastState = state
    this.#open('Waiting')
    this.#writeAt(at, state)
  }

  /** One line, when a look at the resource of a condition saw something else than the last one. */
  conditionSeen({ at, seen }: ConditionLook): void {
    const state = `Condition: ${toLine(seen, MAX_STATUS_CHARS)}`
    if (state === this.#lastState) return
    this.#lastState = state
    this.#open('Waiting')
    this.#writeAt(at, state)
  }

  /** One line of what happened. */
  progressed({ at, verb, text }: Progress): void {
    const column = verb === undefined ? '' : `${verb.padEnd(VERB_WIDTH_CHARS)}  `
    this.#open('Waiting')
    this.#writeAt(at, `${column}${toLine(text)}`)
  }

  /** One line, when the last one is a minute old. */
  heartbeat({ at, nextPollAt }: Heartbeat): void {
    if (at - this.#lastLineAt < HEARTBEAT_MS) return
    this.#startedAt ??= at
    const next =
      nextPollAt === undefined || nextPollAt <= at
        ? ''
        : `, next poll in ${formatDuration(nextPollAt - at)}`
    const state = this.#lastState === '' ? 'waiting' : `still ${this.#lastState.replace('  ', ' ')}`
    this.#open('Waiting')
    this.#writeAt(at, `${state} after ${formatDuration(at - this.#startedAt)}${next}`)
  }

  /** A warning, once. */
  warning(text: string): void {
    const line = toLine(text)
    if (this.#warned.has(line)) return
    this.#warned.add(line)
    this.#writer.warning(line)
  }

  /** How it ended: on anything but success the root cause first, then what to do, the error tree and the facts. */
  finished(outcome: Outcome): void {
    this.#close()
    this.#writeAddition(outcome)
    for (const warning of outcome.warnings) this.warning(warning)
    const { title, sentence, whereabouts } = describeVerdict(outcome)
    const { status, reason, error } = outcome
    this.#write(`Result: ${title}`)
    this.#write(`  ${sentence} ${whereabouts}`.trimEnd())
    const cause = describeCause(outcome)
    const advice = adviseOn(outcome)
    if (cause !== undefined) {
      // Without an error the reason is the cause, and told as one.
      if (error !== undefined && reason !== undefined) this.#write(`  ${toLine(reason)}`)
      this.#writeAll(['', ...formatCause(cause)])
    }
    if (advice !== undefined) this.#writeAll(['', `What to do: ${toLine(advice)}`])
    if (status !== 'Succeeded') this.#writeAll(formatTree(error))
    const facts = listFacts(outcome).map(({ name, value }) => formatFact(name, value))
    this.#writeAll(['', ...facts])
    if (outcome.operation !== undefined) {
      this.#writeAll(['', 'To go on waiting, use this step:', ''])
      this.#writeAll(outcome.operation.step.split('\n').map((line) => `  ${line}`))
    }
  }

  #writeAddition({ addition }: Outcome): void {
    if (addition?.log === undefined) return
    this.#open(addition.log.title)
    this.#writeAll(addition.log.lines)
    this.#close()
  }

  #open(group: string): void {
    if (this.#group === group) return
    this.#close()
    this.#group = group
    this.#writer.startGroup(group)
  }

  #close(): void {
    if (this.#group !== undefined) this.#writer.endGroup()
    this.#group = undefined
  }

  #writeAt(at: number, text: string): void {
    this.#lastLineAt = at
    this.#write(`${formatClock(at)}  ${text}`)
  }

  #writeAll(lines: readonly string[]): void {
    for (const line of lines) this.#write(line)
  }

  // The parts of a line are harmless by themselves; this keeps them so beside each other.
  #write(line: string): void {
    this.#writer.info(neutralizeCommands(line))
  }
}

function formatFact(name: string, value: string): string {
  return `  ${name.padEnd(NAME_WIDTH_CHARS)}${toLine(value)}`
}

function formatCause({ code, message, target, type, place, policies }: Cause): readonly string[] {
  const [first = '', ...rest] = toLines(message, MAX_MESSAGE_LINES)
  return [
    code === '' ? `Why: ${first}` : `Root cause: ${toLine(code)}: ${first}`,
    ...rest.map((line) => `  ${line}`),
    ...(target === undefined ? [] : [formatFact('Resource', target)]),
    ...(type === undefined ? [] : [formatFact('Type', type)]),
    ...(place === undefined ? [] : [formatFact('Template', place)]),
    ...policies.slice(0, MAX_TREE_NODES).map((policy) => formatFact('Policy', policy))
  ]
}

function formatTree(error: OperationError | undefined): readonly string[] {
  const nodes = error === undefined ? [] : flattenErrors(error)
  if (nodes.length < 2) return []
  const more = nodes.length - MAX_TREE_NODES
  const lines = nodes.slice(0, MAX_TREE_NODES).map(formatNode)
  return ['', 'Errors:', ...lines, ...(more > 0 ? [`  … (${more} more in the output error)`] : [])]
}

function formatNode({ depth, error: { code, message, target } }: ErrorNode): string {
  const indent = '  '.repeat(Math.min(depth, MAX_INDENT_LEVELS) + 1)
  const text = [code, message]
    .filter((part) => part !== '')
    .map((part) => toLine(part, MAX_TREE_MESSAGE_CHARS))
  return `${indent}${text.join(': ')}${target === undefined ? '' : ` (${toLine(target)})`}`
}
