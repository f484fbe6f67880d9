/**
 * The annotation of a run that did not succeed. Pure, and safe to print: everything untrusted in it is one line.
 */
import type { Outcome } from '../run/outcome.ts'
import type { Explanation } from './explanation.ts'
import { nameRunning, titleRunning } from './resources.ts'
import { describeUrl, toAnnotationProperty, toLine } from './sanitize.ts'

/** Text of the one annotation of a job. */
export interface FailureNotice {
  /** A few words: the verdict, and the code of the root cause. */
  readonly title: string
  /** One paragraph, root cause first, then the ids to find it by. */
  readonly message: string
}

const MAX_CAUSE_CHARS = 2_000
const MAX_ID_CHARS = 300

/** Title and text for the annotation of an outcome that is not a success. */
export function describeFailure(explanation: Explanation): FailureNotice {
  const { outcome, verdict, cause, others = '', quote, advice } = explanation
  const { title, sentence, whereabouts } = verdict
  const running = nameRunning(outcome)
  const policies = cause?.policies ?? []
  const code = toLine(cause?.code ?? '')
  const causeText = toLine(cause?.excerpt ?? '', MAX_CAUSE_CHARS)
  return {
    title: toAnnotationProperty(code === '' ? title : `${title}: ${code}`),
    message: [
      endSentence(code === '' ? causeText : `${code}: ${causeText}`),
      policies.length === 0
        ? ''
        : endSentence(`Policy: ${toLine(policies.join('; '), MAX_CAUSE_CHARS)}`),
      toLine(others),
      quote === undefined ? '' : `What Azure said: ${toLine(quote)}`,
      sentence,
      running === '' ? '' : `${titleRunning(outcome)}: ${running}.`,
      whereabouts,
      toLine(advice?.meaning ?? ''),
      advice === undefined ? '' : `What to do: ${toLine(advice.text)}`,
      advice?.link === undefined ? '' : `More: ${toLine(advice.link)}`,
      `(${listIds(outcome).join(', ')})`
    ]
      .filter((part) => part !== '')
      .join(' ')
  }
}

/** The text with a full stop where none of its own ends it. */
export function endSentence(text: string): string {
  return /[\p{L}\p{N})\]`'"]$/u.test(text) ? `${text}.` : text
}

function listIds({ request, response, correlationId, requestId }: Outcome): readonly string[] {
  return [
    `${request.method} ${describeUrl(request.url)}`,
    response === undefined ? '' : `HTTP ${response.status}`,
    correlationId === undefined ? '' : `correlation ID ${toLine(correlationId, MAX_ID_CHARS)}`,
    requestId === undefined ? '' : `request ID ${toLine(requestId, MAX_ID_CHARS)}`
  ].filter((part) => part !== '')
}
