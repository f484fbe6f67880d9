/**
 * How to go on with a whole list that was cut: in words, and as a step. Pure. The log and the summary say it alike.
 */
import { OWN_NAME } from '../run/resume-step.ts'
import type { ListReport } from './list-report.ts'
import { findResumePoint } from './list-standing.ts'

/** What goes on with a whole list. */
export interface ListResume {
  /** Without a lead. */
  readonly text: string
  /** A step of a workflow, as lines of YAML. */
  readonly step: readonly string[]
}

/** How to go on with a list; undefined where nothing is left to wait for or to start. */
export function describeListResume({ records, state }: ListReport): ListResume | undefined {
  if (state === undefined) return undefined
  const [step = WITHOUT_HANDLE] = records.flatMap((record) => findResumePoint(record)?.step ?? [])
  const place = state === 'file' ? ` ${IN_A_FILE}` : ''
  return { text: `${TEXT}${place}`, step: step.split('\n').flatMap(toListLine) }
}

const TEXT =
  'A step with the same list, and in resume the output operation of this one, waits for what runs and starts what has not started. Nothing is sent twice.'
const IN_A_FILE = 'The output is the path of a file here, which another job needs as an artifact.'

const OUTPUT = 'steps.ID.outputs.operation'
const WITHOUT_HANDLE = [
  `- uses: ${OWN_NAME}`,
  '  with:',
  '    resume: HANDLE',
  '    subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}'
].join('\n')

/** Line of the step that waits for one operation, as that of the whole list has it. */
function toListLine(line: string): readonly string[] {
  if (line.startsWith('- ')) {
    return [`- if: always() && ${OUTPUT} != '' # ID: the id of this step`, `  ${line.slice(2)}`]
  }
  if (!line.startsWith('    resume: ')) return line.startsWith('    #') ? [] : [line]
  return [
    `    resume: \${{ ${OUTPUT} }}`,
    '    requests-file: ops.yml # or requests: the same list as here'
  ]
}
