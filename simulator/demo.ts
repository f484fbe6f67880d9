/**
 * `npm run demo`: runs the committed action as GitHub's runner would, against the simulator, and shows what a person
 * sees of each run. Exits with 1 when a run does not end as it must, or anything started other than exactly once.
 */
import { RealClock } from './clock.ts'
import { DEMO_EXAMPLES, type DemoExample } from './demo-examples.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { leaveOutHandles, showHeading, showRun } from './show-run.ts'
import { type Simulator, SUBSCRIPTION_ID, startSimulator } from './simulator.ts'

/** Ten simulated seconds pass in one, Retry-After included. */
const SPEED = 10

/** Runs one example, prints it, and returns what is wrong with how it ended. */
async function runExample(simulator: Simulator, example: DemoExample): Promise<string[]> {
  console.log(showHeading(example.title))
  const inputs = { ...simulator.inputs, ...example.inputs }
  const run = await runAction({ inputs })
  console.log(leaveOutHandles(showRun(run)))
  const problems = findProblems(simulator, example, run)
  const seconds = (run.durationMs / 1000).toFixed(1)
  console.log(problems.length === 0 ? `\nAs it must be, in ${seconds} s.` : '')
  for (const problem of problems) console.log(`NOT as it must be: ${problem}`)
  return problems
}

function findProblems(simulator: Simulator, example: DemoExample, run: ActionRun): string[] {
  const { status } = run.outputs
  const exitCode = example.status === 'Succeeded' ? 0 : 1
  const id = example.id.replaceAll('{subscriptionId}', SUBSCRIPTION_ID)
  const started = simulator.ledger.count(example.effect, id)
  return [
    ...(status === example.status ? [] : [`status is ${status}, not ${example.status}`]),
    ...(run.exitCode === exitCode ? [] : [`exit code is ${run.exitCode}, not ${exitCode}`]),
    ...(started === 1 ? [] : [`${example.effect} happened ${started} times, not once`]),
    ...(run.stderr === '' ? [] : ['there is text on stderr'])
  ]
}

const simulator = await startSimulator({ clock: new RealClock(SPEED) })
console.log(
  `Five runs against a simulated Azure Resource Manager on ${simulator.origin}, at ${SPEED} times its speed.`
)
const problems: string[] = []
for (const example of DEMO_EXAMPLES) problems.push(...(await runExample(simulator, example)))
await simulator.close()
console.log(
  showHeading(
    problems.length === 0
      ? 'All five runs ended as they must. Next, one of yours: npm run try -- --help'
      : `${problems.length} problems, see above.`
  )
)
process.exitCode = problems.length === 0 ? 0 : 1
