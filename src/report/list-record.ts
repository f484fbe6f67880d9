/**
 * The record of an operation of a list: as much of its explanation as is told of it later. Pure. There may be thousands
 * of them, so no body is in it, and of most operations little more than how they ended and why.
 */
import type { HttpResponse } from '../http/message.ts'
import type { OperationError } from '../operation/error.ts'
import type { Outcome, OutcomeAddition } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import type { Failures } from './cause.ts'
import type { Explanation } from './explanation.ts'
import type { EndedRecord } from './list-report.ts'
import { bound } from './sanitize.ts'

/** Operation that has ended, with all that is known of it. */
export interface KnownEnd {
  readonly name: string
  /** With nothing hidden. */
  readonly outcome: Outcome
  /** Without the secrets. */
  readonly explanation: Explanation
  /** The job stays green by it. */
  readonly isGreen: boolean
}

/** The record of an operation. @param isDetailed with all but the bodies, as far as there is room in a summary */
export function toRecord(
  { name, outcome, explanation, isGreen }: KnownEnd,
  isDetailed: boolean
): EndedRecord {
  const { resourceId, portalUrl } = outcome
  const resource = omitUndefined({ resourceId, portalUrl })
  const bodiless = { ...explanation, outcome: dropBodies(explanation.outcome, isDetailed) }
  return {
    kind: 'ended',
    name,
    isGreen,
    resource,
    explanation: isDetailed ? bodiless : shorten(bodiless)
  }
}

const MAX_SECTION_CHARS = { detailed: 200_000, brief: 10_000 } as const
const MAX_LOG_LINES = { detailed: 1_000, brief: 50 } as const

function dropBodies(outcome: Outcome, isDetailed: boolean): Outcome {
  const { response, accepted, addition, ...rest } = outcome
  return omitUndefined({
    ...rest,
    response: response && dropBody(response),
    accepted: accepted && dropBody(accepted),
    addition: addition && boundAddition(addition, isDetailed ? 'detailed' : 'brief')
  })
}

/** Headers that are told of an answer; the others are long where their URLs are signed. */
const TOLD_HEADER = /^(?:x-ms-(?:failure-cause|request-id|correlation-request-id)|retry-after)$/

function dropBody({ status, headers }: HttpResponse): HttpResponse {
  const told = Object.entries(headers).filter(([name]) => TOLD_HEADER.test(name))
  return { status, headers: Object.fromEntries(told), body: { kind: 'empty' } }
}

/** Outputs of what-ifs, which the step sums up; those of a template have no place in a list. */
const SUMMED_OUTPUTS = ['has-changes', 'change-counts', 'changes-markdown']

function boundAddition(
  { outputs, templateOutputs: _names, log, summary, excerpt, ...rest }: OutcomeAddition,
  size: keyof typeof MAX_SECTION_CHARS
): OutcomeAddition {
  const maxChars = MAX_SECTION_CHARS[size]
  const isLogShort = log !== undefined && log.lines.length <= MAX_LOG_LINES[size]
  return omitUndefined({
    ...rest,
    outputs: outputs
      .filter(({ name }) => SUMMED_OUTPUTS.includes(name))
      .map(({ name, value }) => ({ name, value: cutLines(value, maxChars) })),
    log: isLogShort ? log : undefined,
    summary: takeSections(summary, maxChars),
    excerpt: size === 'detailed' ? excerpt : undefined
  })
}

const LEFT_OUT = '_The rest is left out: there are too many operations._'

/** Whole sections only: half a fence would break what follows. */
function takeSections(sections: readonly string[], maxChars: number): readonly string[] {
  let left = maxChars
  const taken = sections.filter((section) => {
    left -= section.length
    return left >= 0
  })
  return taken.length === sections.length ? sections : [...taken, LEFT_OUT]
}

/** Markdown cut after a line, with a note on that; a table stays one. */
export function cutLines(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const end = text.lastIndexOf('\n', maxChars)
  return `${text.slice(0, Math.max(0, end))}\n\n${LEFT_OUT}`
}

const MAX_MESSAGE_CHARS = 4_000
const MAX_OBJECTS = 5
const MAX_WARNINGS = 5

/** How it ended and why, and where to look. */
function shorten(explanation: Explanation): Explanation {
  const { outcome, cause, failures, facts: _facts, tree: _tree, ...words } = explanation
  const { parts: _parts, error, changes: _changes, warnings, ...rest } = outcome
  return omitUndefined({
    ...words,
    outcome: omitUndefined({
      ...rest,
      changes: [],
      warnings: warnings.slice(0, MAX_WARNINGS),
      error: error && shortenError(error)
    }),
    cause: cause && { ...cause, message: bound(cause.message, MAX_MESSAGE_CHARS) },
    failures: failures && shortenFailures(failures),
    facts: [],
    tree: []
  })
}

function shortenError({ code, message }: OperationError): OperationError {
  return { code, message: bound(message, MAX_MESSAGE_CHARS), details: [], additionalInfo: [] }
}

/** Counted as before, with the first of the groups alone. */
function shortenFailures({ count, leftOut, groups }: Failures): Failures {
  const first = groups.slice(0, 1).map((group) => ({
    ...group,
    objects: group.objects.slice(0, MAX_OBJECTS)
  }))
  return { count, leftOut, groups: first }
}
