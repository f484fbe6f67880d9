/**
 * What a person sees of a run, as text for a terminal: the log, the outputs and the job summary, with what the action
 * has masked masked.
 */
import { type ActionRun, renderLog } from './run-action.ts'

/** Longer output values than this are cut for the screen. */
const SHOWN_CHARS = 400
const HEADING_CHARS = 80
const HANDLE = /\b(arm(?:op|list))\d+\.[\w.-]{20,}/g

/** A title between two lines. */
export function showHeading(title: string): string {
  const line = '='.repeat(HEADING_CHARS)
  return `\n${line}\n${title}\n${line}`
}

/** A part of what is shown, under its title. */
export function showPart(title: string, text: string): string {
  return `\n--- ${title} ---\n${text}`
}

/** The text without its handles: they hold the polling URLs, and nobody can resume what is only played. */
export function leaveOutHandles(text: string): string {
  return text.replace(HANDLE, '$1…')
}

/** Everything that a run has left for people. */
export function showRun(run: ActionRun): string {
  const hide = createMask(run)
  const outputs = Object.entries(run.outputs).map(([name, value]) => `${name}: ${cut(hide(value))}`)
  return [
    showPart('Log', renderLog(run.stdout) + hide(run.stderr)),
    showPart(`Outputs (exit code ${run.exitCode})`, outputs.join('\n')),
    showPart('Job summary', hide(run.summary).trim())
  ].join('\n')
}

/** Hides in any text what this run has masked. */
export function createMask({ commands }: ActionRun): (text: string) => string {
  const secrets = commands
    .filter(({ command, message }) => command === 'add-mask' && message !== '')
    .map(({ message }) => message)
    .toSorted((one, other) => other.length - one.length)
  return (text) => secrets.reduce((kept, secret) => kept.replaceAll(secret, '***'), text)
}

function cut(value: string): string {
  const flat = value.replaceAll(/\s*\n\s*/g, ' ')
  return flat.length <= SHOWN_CHARS
    ? flat
    : `${flat.slice(0, SHOWN_CHARS)}… (${flat.length} characters)`
}
