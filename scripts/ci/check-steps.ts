/**
 * Checks how the steps of the CI job ended that use this action: reads the `steps` context as JSON from the variable
 * STEPS, and compares it with what each step must have given.
 */
import { existsSync } from 'node:fs'

interface Step {
  readonly outcome: string
  readonly outputs: Readonly<Record<string, string>>
}

/** Outcome and outputs of each step, by its id. */
const EXPECTED: Readonly<Record<string, Step>> = {
  success: { outcome: 'success', outputs: { status: 'Succeeded', 'status-code': '200' } },
  failure: { outcome: 'failure', outputs: { status: 'Failed', 'error-code': 'QuotaExceeded' } },
  timeout: { outcome: 'failure', outputs: { status: 'Canceled' } },
  start: { outcome: 'success', outputs: { status: 'InProgress' } },
  resume: { outcome: 'success', outputs: { status: 'Succeeded' } },
  list: { outcome: 'success', outputs: { status: 'Succeeded', site: 'shop' } }
}
/** Steps whose answer has to be in a file. */
const WITH_FILE = ['success', 'list']

const steps: Readonly<Record<string, Step>> = JSON.parse(process.env.STEPS ?? '{}')

function findFaults(id: string, { outcome, outputs }: Step): readonly string[] {
  const step = steps[id]
  if (step === undefined) return [`there is no step ${id}`]
  const wrong = Object.entries(outputs).filter(([name, value]) => step.outputs[name] !== value)
  const file = step.outputs['response-file'] ?? ''
  return [
    ...(step.outcome === outcome ? [] : [`${id}: ${step.outcome}, not ${outcome}`]),
    ...wrong.map(([name, value]) => `${id}: ${name} is ${step.outputs[name]}, not ${value}`),
    ...(WITH_FILE.includes(id) && !existsSync(file) ? [`${id}: there is no file ${file}`] : [])
  ]
}

const faults = Object.entries(EXPECTED).flatMap(([id, step]) => findFaults(id, step))
for (const fault of faults) console.error(fault)
if (faults.length === 0) console.log('Every step ended as it must.')
process.exitCode = faults.length === 0 ? 0 : 1
