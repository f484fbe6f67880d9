/**
 * GitHub's workflow commands in a log, `::error title=…::message`, found as the runner finds them, and the log as a
 * reader of the job sees it. Pure.
 */

/** One workflow command, unescaped. */
export interface WorkflowCommand {
  readonly command: string
  readonly properties: Readonly<Record<string, string>>
  readonly message: string
}

export const ANNOTATION_LEVELS = ['error', 'warning', 'notice'] as const

/** Annotation that GitHub shows with the job, and above its log. */
export interface Annotation {
  readonly level: (typeof ANNOTATION_LEVELS)[number]
  readonly title?: string
  readonly file?: string
  readonly message: string
}

/** Every command in the text, in order. A command begins its line, spaces aside. */
export function parseWorkflowCommands(text: string): readonly WorkflowCommand[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const command = parseLine(line)
    return command === undefined ? [] : [command]
  })
}

function parseLine(line: string): WorkflowCommand | undefined {
  const [, command, properties = '', message = ''] =
    /^\s*::([A-Za-z-]+)(?: ([^\n]*?))?::(.*)$/.exec(line) ?? []
  if (command === undefined) return undefined
  const pairs = properties
    .split(',')
    .map((pair) => pair.split(/=(.*)/s, 2))
    .filter(([name = '']) => name !== '')
    .map(([name = '', value = '']) => [name.trim(), unescapeText(value)])
  return { command, properties: Object.fromEntries(pairs), message: unescapeText(message) }
}

function unescapeText(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '0A': '\n',
    '0D': '\r',
    '25': '%',
    '2C': ',',
    '3A': ':'
  }
  return text.replace(/%(0A|0D|25|2C|3A)/gi, (whole, code: string) => {
    return characters[code.toUpperCase()] ?? whole
  })
}

/** The error, warning and notice commands among others. */
export function pickAnnotations(commands: readonly WorkflowCommand[]): readonly Annotation[] {
  return commands.flatMap(({ command, properties, message }) => {
    const level = ANNOTATION_LEVELS.find((each) => each === command)
    if (level === undefined) return []
    const { title, file } = properties
    return [
      {
        level,
        message,
        ...(title === undefined ? {} : { title }),
        ...(file === undefined ? {} : { file })
      }
    ]
  })
}

/**
 * The log as a reader sees it: masked values as `***`, groups as headings with their lines indented, annotations in
 * words, and none of the commands that only the runner reads.
 */
export function renderLog(text: string): string {
  const lines: string[] = []
  const masks: string[] = []
  let indent = ''
  for (const line of text.replace(/\r?\n$/, '').split(/\r?\n/)) {
    const command = parseLine(line)
    if (command?.command === 'add-mask' && command.message !== '') masks.push(command.message)
    if (command?.command === 'endgroup') indent = ''
    const shown = command === undefined ? line : showCommand(command)
    const masked = masks.reduce((kept, secret) => kept.replaceAll(secret, '***'), shown ?? '')
    if (shown !== undefined) lines.push(masked === '' ? '' : indent + masked)
    if (command?.command === 'group') indent = '  '
  }
  return lines.join('\n')
}

function showCommand({ command, properties, message }: WorkflowCommand): string | undefined {
  if (command === 'group') return `▼ ${message}`
  const level = ANNOTATION_LEVELS.find((each) => each === command)
  if (level === undefined) return undefined
  const word = level.charAt(0).toUpperCase() + level.slice(1)
  return `${word}: ${properties.title === undefined ? '' : `[${properties.title}] `}${message}`
}
