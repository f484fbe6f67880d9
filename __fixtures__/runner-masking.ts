/**
 * A model of how GitHub's runner treats registered secrets: which texts it masks, and which job outputs it drops for
 * holding one (https://docs.github.com/actions/reference/secrets-reference). Stricter where it is a guess.
 */
import type { ActionRun } from '../simulator/run-action.ts'
import { parseWorkflowCommands } from '../simulator/workflow-commands.ts'

/** Every form of a secret that the runner looks for: plain, base64 in its three shifts, URL, JSON and XML escapes. */
export function listMaskedForms(secret: string): readonly string[] {
  const xml = secret
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
  return [
    secret,
    ...[0, 1, 2].flatMap((shift) => encodeShifted(secret, shift)),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    xml,
    secret.replace(/^["']+|["']+$/g, '')
  ].filter((form) => form !== '')
}

// Only what does not depend on the text before and after: the whole groups of three bytes, in both alphabets.
function encodeShifted(secret: string, shift: number): string[] {
  const bytes = Buffer.from(secret).subarray(shift)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3))
  return [whole.toString('base64'), whole.toString('base64url')]
}

/** Tells whether a text holds a secret in any form; case counts, as it does for the runner. */
export function holdsSecret(text: string, secrets: readonly string[]): boolean {
  return secrets.flatMap(listMaskedForms).some((form) => text.includes(form))
}

/** The job outputs that arrive in another job: those without a secret. */
export function passJobOutputs(
  outputs: Readonly<Record<string, string>>,
  secrets: readonly string[]
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(outputs).filter(([, value]) => !holdsSecret(value, secrets))
  )
}

/** Outputs that people print, and that no later step needs with a secret in them. */
const TOLD_OUTPUTS = ['error-code', 'error-message', 'error', 'changes-markdown']

/**
 * Each registered secret that can be read in a run, and where: in the log and its annotations as the runner had masked
 * them by then, in the summary as it masks it at the end, and in the outputs that tell of an error. The runner replaces
 * literally, line by line; a reader sees Markdown rendered, and blanks count for nothing.
 */
export function findShownSecrets({
  stdout,
  stderr,
  summary,
  outputs
}: ActionRun): readonly string[] {
  const known = new Set<string>()
  const log: string[] = []
  for (const line of stdout.split(/\r?\n/)) {
    const [command] = parseWorkflowCommands(line)
    if (command?.command === 'add-mask') {
      for (const text of listLines(command.message)) known.add(text)
    } else {
      const { message, properties } = command ?? { message: line, properties: {} }
      log.push(maskLine([message, ...Object.values(properties)].join(' '), known))
    }
  }
  const maskAll = (text: string) => text.split('\n').map((line) => maskLine(line, known))
  const places: readonly (readonly [string, string])[] = [
    ['the log', log.join('\n')],
    ['stderr', stderr],
    ['the summary', maskAll(summary).join('\n')],
    ...TOLD_OUTPUTS.map((name) => [`the output ${name}`, outputs[name] ?? ''] as const)
  ]
  const secrets = [...known].map(foldBlanks).filter((secret) => secret.length >= MIN_READ_CHARS)
  return places.flatMap(([place, text]) => {
    const read = [text, renderMarkdown(text)].map(foldBlanks)
    const shown = secrets.filter((secret) => read.some((each) => each.includes(secret)))
    return shown.map((secret) => `${secret} in ${place}`)
  })
}

/** Less of a secret says nothing. */
const MIN_READ_CHARS = 4

function listLines(secret: string): readonly string[] {
  return [secret, ...secret.split(/[\r\n]+/)].filter((line) => line !== '')
}

function maskLine(line: string, known: ReadonlySet<string>): string {
  return [...known]
    .sort((one, other) => other.length - one.length)
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), line)
}

function renderMarkdown(text: string): string {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '')
    .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
}

function foldBlanks(text: string): string {
  return text.replace(/\s+/g, '')
}
