// docs/showcase.md: of each scene the log, the outputs, the annotations and the picture of the summary.
import { renderLog } from '../../simulator/run-action.ts'

const MAX_OUTPUT_CHARS = 400
const HANDLE = /\barm(?:op|list)\d\.[\w.-]{20,}/g
const SHOWN_HANDLE_CHARS = 20

/** The runs of a scene, where it does not name them. */
const STEPS = ['Log', 'Log of the post step']

const INTRODUCTION = `# What it looks like

Thirteen scenes, played by the action in \`dist/\` against the simulator of this repository, with a quick clock on both
sides. Logs, outputs and annotations are as it wrote them, and a browser shows the summaries with GitHub's style sheet and
charts. Handles are shortened here. \`npm run pictures\` makes this page anew.
`

/** The page, as Markdown. */
export function composeShowcase(plays) {
  return `${[INTRODUCTION, ...plays.map(composeScene)].join('\n').trimEnd()}\n`
}

function composeScene({ scene, runs }) {
  const { name, title, text, steps: titles = STEPS, isDark = false } = scene
  const pictures = [`![The job summary](summary-${name}.png)`]
  if (isDark)
    pictures.push(`In a dark theme:\n\n![The job summary, dark](summary-${name}-dark.png)`)
  const steps = runs.map((run, index) => composeRun(run, titles[index]))
  return [`## ${title}`, text, ...steps, ...pictures, ''].join('\n\n')
}

function composeRun({ stdout, outputs, annotations, exitCode, temp }, title) {
  const place = (text) => text.replaceAll(temp, '/runner/temp')
  const values = Object.entries(outputs).map(([name, value]) => `${name}: ${cut(place(value))}`)
  const notes = annotations.map(({ level, title: head, message }) =>
    cut(place(`${level}${head === undefined ? '' : `, titled "${head}"`}: ${message}`))
  )
  return [
    fold(title, place(renderLog(stdout))),
    fold(`Outputs (exit code ${exitCode})`, values.join('\n')),
    fold('Annotations', notes.join('\n'))
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function fold(title, text) {
  const body = text.trim().replace(HANDLE, (handle) => `${handle.slice(0, SHOWN_HANDLE_CHARS)}…`)
  if (body === '') return ''
  return `<details><summary>${title}</summary>\n\n\`\`\`\`text\n${body}\n\`\`\`\`\n\n</details>`
}

function cut(value) {
  const flat = value.replace(/\s*\n\s*/g, ' ')
  if (flat.length <= MAX_OUTPUT_CHARS) return flat
  return `${flat.slice(0, MAX_OUTPUT_CHARS)}… (${flat.length} characters)`
}
