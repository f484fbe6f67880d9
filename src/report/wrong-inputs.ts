/**
 * The report of a step whose inputs cannot be used: its annotations, outputs and job summary. Pure; a chunk of its own.
 */
import { describeProblem, type InputError } from '../errors.ts'
import type { Hiding } from './hide.ts'
import { toMarkdown } from './markdown.ts'
import { toAnnotationProperty, toLine } from './sanitize.ts'

const MAX_MESSAGE_CHARS = 1_000
const NOTHING_SENT = 'Nothing was sent to Azure.'
const STILL_RUNS =
  'The operation of the handle in resume may still be running; the output operation holds the same handle.'

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
 * @param handle of an operation that may be at work, whatever the inputs of the step that was to wait for it
 */
export function explainWrongInputs(
  faults: readonly InputError[],
  handle: string | undefined,
  { hide, keepHandle }: Hiding
): WrongInputsReport {
  // What was read is cut only once its secrets are hidden.
  const problems = faults.map(({ input, details }) => ({
    input: toLine(hide(input)),
    message: toLine(hide(describeProblem(input, details, hide)), MAX_MESSAGE_CHARS)
  }))
  const messages = problems.map(({ message }) => message)
  const count = messages.length
  const many = count === 1 ? 'an input cannot be used' : `${count} inputs cannot be used`
  const [heading, sentence] =
    handle === undefined
      ? [`❌ Failed: ${many}`, NOTHING_SENT]
      : [`❔ Outcome unknown: ${many}`, `${NOTHING_SENT} ${STILL_RUNS}`]
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
