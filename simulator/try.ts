/**
 * `npm run try`: runs the committed action once, as GitHub's runner would, against a simulator, and shows what a person
 * sees of it. Goes nowhere else, whatever it is given.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type FaultMachine, forwardTo, startFaultMachine } from './fault-machine.ts'
import { isJsonObject, type JsonValue, readObject } from './json.ts'
import { runAction } from './run-action.ts'
import { showRequests } from './show-requests.ts'
import { leaveOutHandles, showPart, showRun } from './show-run.ts'
import { showStep } from './show-step.ts'
import { createInputs, RealClock, type Simulator, startSimulator } from './simulator.ts'
import { planSpoiling } from './spoil.ts'
import { readTryOptions, SIMULATOR_VARIABLE, TRY_USAGE, type TryPlan } from './try-options.ts'
import { CALLER_FOLDER, runTool, UsageError } from './usage.ts'

/** Somebody waits before it and can end it. */
const BOUND_MS = 24 * 3_600_000
const MANIFEST = new URL('../action.yml', import.meta.url)

function listDeclared(): readonly string[] {
  const manifest: JsonValue = parse(readFileSync(MANIFEST, 'utf8'))
  return isJsonObject(manifest) ? Object.keys(readObject(manifest, 'inputs')) : []
}

/** Where the action is sent: a simulator, or what spoils the answers of one. */
interface Target {
  readonly origin: string
  /** The simulator, where it was started for this. */
  readonly own: Simulator | undefined
  readonly machine: FaultMachine | undefined
}

async function openTarget({ simulator, speed, spoilings }: TryPlan): Promise<Target> {
  if (simulator !== undefined) await checkThere(simulator)
  const own =
    simulator === undefined ? await startSimulator({ clock: new RealClock(speed) }) : undefined
  const origin = simulator ?? own?.origin ?? ''
  if (spoilings.length === 0) return { origin, own, machine: undefined }
  let seen = origin
  const handle = forwardTo(origin, () => seen)
  const plan = planSpoiling(spoilings)
  const machine = await startFaultMachine({ handle, plan: (exchange) => plan(exchange)?.fault })
  seen = machine.origin
  return { origin: seen, own, machine }
}

async function checkThere(origin: string): Promise<void> {
  try {
    await fetch(origin)
  } catch {
    throw new UsageError(`No simulator answers on ${origin}: \`npm run simulator\` starts one`)
  }
}

async function tryAction(plan: TryPlan): Promise<number> {
  const target = await openTarget(plan)
  const about =
    plan.simulator === undefined ? `at ${plan.speed} times the speed of Azure` : 'running'
  console.log(`Against the simulator on ${plan.simulator ?? target.own?.origin} (${about}).`)
  const inputs = { ...createInputs(target.origin), ...plan.inputs }
  const entry = plan.isSource ? 'src/index.ts' : 'dist/index.js'
  const run = await runAction({ entry, inputs, workspace: CALLER_FOLDER, boundMs: BOUND_MS })
  const shown = showRun(run)
  // A handle is worth nothing without the simulator that knows the operation.
  console.log(target.own === undefined ? shown : leaveOutHandles(shown))
  for (const part of showTraces(target, plan)) console.log(part)
  console.log(showPart('The same in a workflow', showStep(plan.inputs)))
  await target.machine?.close()
  await target.own?.close()
  return run.exitCode ?? 1
}

/** What was sent, and what came of it, as far as it can be seen from here. */
function showTraces({ own, machine }: Target, { spoilings }: TryPlan): readonly string[] {
  const sent = machine?.requests ?? own?.requests
  const effects = own?.ledger.entries.map(({ kind, id }) => `${kind} ${id}`)
  return [
    ...(sent === undefined ? [] : [showPart('Requests', showRequests(sent, spoilings) || 'none')]),
    ...(effects === undefined
      ? []
      : [showPart('What has happened in the simulated cloud', effects.join('\n') || 'nothing')])
  ]
}

// The action is told of it as well, and says what becomes of the operation.
process.on('SIGINT', () => {})

await runTool('try', async () => {
  const place = {
    declared: listDeclared(),
    simulator: process.env[SIMULATOR_VARIABLE],
    folder: CALLER_FOLDER
  }
  const plan = readTryOptions(process.argv.slice(2), place)
  if (plan !== undefined) return await tryAction(plan)
  console.log(TRY_USAGE)
  return 0
})
