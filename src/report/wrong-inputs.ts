/**
 * The report of a step whose inputs cannot be used: its annotations, outputs and job summary. Pure; a chunk of its own.
 */
import { describeProblem, type InputError, type InputProblem } from '../errors.ts'
import type { Hiding } from './hide.ts'
import { toMarkdown } from './markdown.ts'
import { toAnnotationProperty, toLine } from './sanitize.ts'

const MAX_MESSAGE_CHARS = 1_000
const NOTHING_SENT = 'Nothing was sent to Azure.'
const STILL_RUNS =
  'The operation of the handle in resume may still be running; the output operation holds the same handle.'
const LIST_STILL_RUNS =
  'What the state in resume names may still be running; the output operation holds the same state.'

/** Words for inputs that are wrong, harmless for where they go. */
export interface WrongInputsReport {
  /** One for each input. */
  readonly notices: readonly { readonly title: string; readonly message: string }[]
  readonly outputs: readonly (readonly [name: string, value: string])[]
  /** The job summary, as Markdown. */
  readonly summary: string
}

/**
 * Explains inputs that cannot be used.
 * @param handle of an operation, or the state of a list, that may be at work, whatever the inputs of the step that was to wait for it
 */
export function explainWrongInputs(
  faults: readonly InputError[],
  handle: string | undefined,
  { hide, keepHandle }: Hiding
): WrongInputsReport {
  // What was read is cut only once its secrets are hidden.
  const problems = faults.map(({ input, details }) => ({
    input: toLine(hide(input)),
    message: toLine(
      hide(describeProblem(input, hidePieces(details, hide), hide)),
      MAX_MESSAGE_CHARS
    )
  }))
  const messages = problems.map(({ message }) => message)
  const count = faults.reduce((sum, { details }) => sum + (details.count ?? 1), 0)
  const many = describeCount(faults, count)
  const [heading, sentence] =
    handle === undefined
      ? [`❌ Failed: ${many}`, NOTHING_SENT]
      : [
          `❔ Outcome unknown: ${many}`,
          `${NOTHING_SENT} ${handle.startsWith('armop') ? STILL_RUNS : LIST_STILL_RUNS}`
        ]
  const list = messages.map((message) => `- ${toMarkdown(message)}`).join('\n')
  const whole = toLine(count === 1 ? messages.join() : `${many}: ${messages.join(' ')}`)
  const code = 'InvalidInput'
  const details = problems.map(({ input, message }) => ({ code, message, target: input }))
  return {
    notices: problems.map(({ input, message }) => ({
      title: toAnnotationProperty(`Input ${input}`),
      message
    })),
    outputs: [
      ['status', handle === undefined ? 'Failed' : 'Unknown'],
      ['operation', handle === undefined ? '' : keepHandle(handle)],
      ['error-code', code],
      ['error-message', whole],
      ['error', JSON.stringify({ code, message: whole, details })]
    ],
    summary: [`## ${heading}`, sentence, list].join('\n\n')
  }
}

/** Faults of a list are many of one input. */
function describeCount(faults: readonly InputError[], count: number): string {
  const [list] = faults.map(({ input }) => input).filter((input) => input.startsWith('requests'))
  if (count === 1) return 'an input cannot be used'
  if (list === undefined) return `${count} inputs cannot be used`
  const isAll = faults.every(({ input }) => input === list)
  return isAll ? `${count} faults in ${list}` : `${count} faults in the inputs`
}

/** Shorter pieces of a secret say nothing. */
const MIN_PIECE_CHARS = 6
const HIDDEN_PROBLEM =
  'cannot be used as it is; what is wrong is not shown, because it holds a secret'

/** The problem, unless it quotes a piece of a secret that stands in what was read: a piece is known to nobody. */
function hidePieces(details: InputProblem, hide: Hiding['hide']): InputProblem {
  const { read = '', problem, allowed = '', place = '' } = details
  const told = `${problem} ${allowed}`
  const pieces = findHidden(read, hide(read)).flatMap((secret) =>
    Array.from({ length: secret.length - MIN_PIECE_CHARS + 1 }, (_, at) =>
      secret.slice(at, at + MIN_PIECE_CHARS)
    )
  )
  return pieces.some((piece) => told.includes(piece))
    ? { place, read, problem: HIDDEN_PROBLEM }
    : details
}

/** Parts of a text that are missing where it is hidden; those that are long enough. */
function findHidden(text: string, hidden: string): readonly string[] {
  const parts: string[] = []
  let at = 0
  for (const clear of text === hidden ? [] : hidden.split('***')) {
    if (clear === '') continue
    const next = text.indexOf(clear, at)
    if (next < 0) return [text]
    parts.push(text.slice(at, next))
    at = next + clear.length
  }
  if (text !== hidden) parts.push(text.slice(at))
  return parts.filter((part) => part.length >= MIN_PIECE_CHARS)
}
