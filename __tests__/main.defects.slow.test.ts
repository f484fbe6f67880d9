/**
 * A verdict that stands stays: each function between the verdict and the end of the process throws once, and the
 * status, the exit code and every output that does not need that function are what they are without the defect.
 */
import { describe, expect, it, vi } from 'vitest'
import { deploymentBody, resource, template } from '../__fixtures__/deployment-bodies.ts'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { parseFileCommands } from '../simulator/file-commands.ts'

/** The functions of these modules throw while they are the broken one. */
const { broken, breakable } = vi.hoisted(() => {
  const broken = { name: '', threw: 0 }
  const wrap = (name: string, value: unknown): unknown =>
    typeof value !== 'function'
      ? value
      : (...args: readonly unknown[]): unknown => {
          if (name === broken.name) {
            broken.threw += 1
            throw new Error('a defect')
          }
          const result: unknown = value(...args)
          return result
        }
  const breakable = async (load: () => Promise<object>) =>
    Object.fromEntries(
      Object.entries(await load()).map(([name, value]) => [name, wrap(name, value)])
    )
  return { broken, breakable }
})

vi.mock('@actions/core', breakable)
vi.mock('../src/connect.ts', async (load: () => Promise<typeof import('../src/connect.ts')>) => {
  const { connect } = await load()
  const connectBreakably: typeof connect = async (...args) => {
    const open = await connect(...args)
    return { ...open, ...(await breakable(async () => ({ close: open.close }))) }
  }
  return { connect: connectBreakably }
})
vi.mock('../src/condition/evaluate-outputs.ts', breakable)
vi.mock('../src/condition/output-definitions.ts', breakable)
vi.mock('../src/deployment/causes.ts', breakable)
vi.mock('../src/deployment/outputs.ts', breakable)
vi.mock('../src/deployment/progress.ts', breakable)
vi.mock('../src/deployment/render-changes.ts', breakable)
vi.mock('../src/deployment/template-place.ts', breakable)
vi.mock('../src/deployment/what-if.ts', breakable)
vi.mock('../src/report/advice.ts', breakable)
vi.mock('../src/report/cause.ts', breakable)
vi.mock('../src/report/describe-failure.ts', breakable)
vi.mock('../src/report/explain.ts', breakable)
vi.mock('../src/report/facts.ts', breakable)
vi.mock('../src/report/log.ts', breakable)
vi.mock('../src/report/summary.ts', breakable)
vi.mock('../src/report/verdict.ts', breakable)
vi.mock('../src/run/cancel.ts', breakable)
vi.mock('../src/run/conditions.ts', breakable)
vi.mock('../src/run/resume-step.ts', breakable)
vi.mock('../src/run/saved-run.ts', breakable)
vi.mock('../src/runner/checkpoints.ts', breakable)
vi.mock('../src/runner/find-secrets.ts', breakable)
vi.mock('../src/runner/response-file.ts', breakable)
vi.mock('../src/runner/secret-answers.ts', breakable)
vi.mock('node:fs/promises', breakable)

const SITE = resource('Microsoft.Web/sites', 'app', { seconds: 5 })
const BROKEN_SITE = resource('Microsoft.Web/sites', 'app', { seconds: 5, error: 'policy' })
const THING = '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/A.B/things/one'
const WEB =
  '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Resources/deployments/web'
const OUTPUTS = { mine: { type: 'string', value: 'a' } }

/** Runs to break, by how they end. */
const RUNS = {
  succeeded: { url: THING, outputs: 'mine: name\nid: id', 'masked-outputs': 'id' },
  warned: { url: THING, outputs: 'mine: missing', 'fail-if': 'missing' },
  failed: { url: THING, headers: 'x-ms-simulator-error: quota' },
  'timed out': { url: THING, headers: 'x-ms-simulator-seconds: 86400', timeout: '1s' },
  deployed: { url: WEB, body: deploymentBody(template([SITE], OUTPUTS)) },
  'failed to deploy': { url: WEB, body: deploymentBody(template([BROKEN_SITE])) },
  previewed: {
    url: `${WEB}/whatIf`,
    method: 'POST',
    body: deploymentBody(template([SITE]))
  }
} as const
type RunName = keyof typeof RUNS

/** A function that throws, and the outputs that cannot do without it. */
interface Row {
  readonly breaks: string
  readonly in: readonly RunName[]
  readonly costs?: readonly string[]
}

const MOST: readonly RunName[] = ['succeeded', 'failed', 'deployed', 'failed to deploy']
const BAD: readonly RunName[] = ['failed', 'failed to deploy', 'timed out']
const PREVIEW_OUTPUTS = ['has-changes', 'change-counts', 'changes-markdown']

const ROWS: readonly Row[] = [
  // What a kind of operation knows more.
  { breaks: 'listParts', in: ['deployed', 'failed to deploy'] },
  {
    breaks: 'chooseRequest',
    in: ['deployed', 'failed to deploy'],
    costs: ['error', 'error-message']
  },
  {
    breaks: 'canLearnMore',
    in: ['deployed', 'failed to deploy'],
    costs: ['error', 'error-message']
  },
  { breaks: 'endProgress', in: ['deployed', 'failed to deploy'], costs: ['error'] },
  { breaks: 'mergeCauses', in: ['failed to deploy'], costs: ['error', 'error-message'] },
  { breaks: 'findTemplatePlace', in: ['failed to deploy'] },
  { breaks: 'readTemplateOutputs', in: ['deployed'], costs: ['mine'] },
  { breaks: 'readChanges', in: ['previewed'], costs: PREVIEW_OUTPUTS },
  { breaks: 'renderDetails', in: ['previewed'], costs: PREVIEW_OUTPUTS },
  { breaks: 'listChanges', in: ['previewed'], costs: PREVIEW_OUTPUTS },
  // What is kept and handed over.
  { breaks: 'toSavedRun', in: ['succeeded', 'failed', 'timed out'] },
  { breaks: 'writeCheckpoint', in: ['succeeded', 'failed', 'timed out'] },
  { breaks: 'renderResumeStep', in: ['succeeded', 'failed', 'timed out'], costs: ['operation'] },
  // What is told.
  { breaks: 'describeVerdict', in: MOST },
  { breaks: 'describeFailures', in: BAD, costs: ['error-message'] },
  { breaks: 'explain', in: BAD, costs: ['error-message'] },
  { breaks: 'adviseOn', in: BAD },
  { breaks: 'listFacts', in: MOST },
  { breaks: 'describeEvent', in: MOST },
  { breaks: 'describeEnd', in: MOST },
  { breaks: 'describeWarning', in: ['warned'] },
  { breaks: 'renderSummary', in: MOST },
  { breaks: 'describeFailure', in: BAD },
  { breaks: 'info', in: MOST },
  { breaks: 'warning', in: ['warned'] },
  { breaks: 'startGroup', in: MOST },
  { breaks: 'error', in: BAD },
  // What is set and written.
  { breaks: 'findSecrets', in: [...MOST, 'warned'], costs: ['mine', 'id'] },
  { breaks: 'findAskedSecrets', in: [...MOST, 'warned'] },
  { breaks: 'listMaskTexts', in: ['succeeded'], costs: ['id'] },
  { breaks: 'evaluateOutputs', in: ['succeeded'], costs: ['mine', 'id'] },
  { breaks: 'mkdir', in: MOST, costs: ['response-file'] },
  { breaks: 'writeResponseFile', in: MOST, costs: ['response-file'] },
  { breaks: 'close', in: MOST }
]

const runner = setUpRunner({ method: 'PUT', 'api-version': '2025-04-01' })

/** Outputs that differ from one run to the next. */
const VOLATILE = [
  'correlation-id',
  'duration-seconds',
  'headers',
  'operation',
  'poll-count',
  'request-id',
  'response',
  'response-file'
]

/** The text without the fate of the last poll: on a busy machine the deadline may cut it, or not. */
function toSteady(text: string | undefined): string | undefined {
  return text?.replace(/; the last poll ran into .*$/, '')
}

async function play(name: RunName, inputs: Readonly<Record<string, string>> = {}) {
  const { stdout, exitCode } = await runner.run({ ...RUNS[name], ...inputs })
  const outputs = parseFileCommands(await runner.read('output'))
  return { stdout, exitCode, status: outputs.status, outputs }
}

const healthy = new Map<RunName, Awaited<ReturnType<typeof play>>>()

/** Runs with a function that throws. */
async function breakRun(name: string, run: () => ReturnType<typeof play>) {
  Object.assign(broken, { name, threw: 0 })
  try {
    const played = await run()
    expect(broken.threw).toBeGreaterThan(0)
    return played
  } finally {
    broken.name = ''
  }
}

describe('without a defect', () => {
  it.each<[RunName, string | undefined]>([
    ['succeeded', 'Succeeded'],
    ['warned', 'Succeeded'],
    ['failed', 'Failed'],
    ['timed out', 'TimedOut'],
    ['deployed', 'Succeeded'],
    ['failed to deploy', 'Failed'],
    ['previewed', 'Succeeded']
  ])('the run %s has its status', async (name, status) => {
    const run = await play(name)
    healthy.set(name, run)
    expect(run.status).toBe(status)
    expect(run.exitCode).toBe(status === 'Succeeded' ? undefined : 1)
    expect(run.stdout).not.toContain('a defect')
  })
})

describe.each(ROWS)('a defect in $breaks', (row) => {
  it.each(row.in)('leaves the run that %s as it is', async (name) => {
    const run = await breakRun(row.breaks, () => play(name))
    const before = healthy.get(name)
    expect(run).toMatchObject({ status: before?.status, exitCode: before?.exitCode })
    for (const [output, value] of Object.entries(before?.outputs ?? {})) {
      if (value === '' || row.costs?.includes(output)) continue
      const now = run.outputs[output]
      if (VOLATILE.includes(output)) expect(now, output).toBeDefined()
      else expect(toSteady(now), output).toBe(toSteady(value))
    }
  })
})

describe('a defect in cancelAndFollow', () => {
  it('leaves the run timed out', async () => {
    const inputs = { 'on-timeout': 'cancel', 'cancel-url': `${THING}/cancel` }
    const run = await breakRun('cancelAndFollow', () => play('timed out', inputs))
    expect(run).toMatchObject({ status: 'TimedOut', exitCode: 1 })
    expect(run.outputs['error-message']).toContain('may not be canceled')
    expect(run.outputs.operation).not.toBe('')
  })
})

describe('a defect in applyConditions', () => {
  it.each(['fail-if', 'wait-until'])('is that %s could not be evaluated', async (input) => {
    const run = await breakRun('applyConditions', () => play('succeeded', { [input]: 'a == `1`' }))
    expect(run).toMatchObject({ status: 'Unknown', exitCode: 1 })
    expect(run.stdout).toContain(` succeeded, but ${input} could not be evaluated.`)
  })
})
