/**
 * Runs the built action and cancels it as the runner cancels a step, once the operation runs: with SIGINT, and with SIGTERM,
 * which comes to a step that missed the first one. On Windows these are Ctrl+C and Ctrl+Break. Then the post step. Both
 * have to say how it went, and the operation has to be canceled in (simulated) Azure.
 */
import { strict as assert } from 'node:assert'
import { renderLog, runAction } from '../../simulator/run-action.ts'
import { SUBSCRIPTION_ID, startSimulator } from '../../simulator/simulator.ts'

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/ci`
const HOUR_LONG = {
  type: 'Microsoft.Network/networkSecurityGroups',
  apiVersion: '2024-05-01',
  name: 'slow',
  metadata: { simulator: { seconds: 3_600 } }
}
const TEMPLATE = { contentVersion: '1.0.0.0', resources: [HOUR_LONG] }

const simulator = await startSimulator()
const inputs = {
  ...simulator.inputs,
  method: 'PUT',
  url: `${GROUP}/providers/Microsoft.Resources/deployments/canceled`,
  'api-version': '2025-04-01',
  body: JSON.stringify({ properties: { mode: 'Incremental', template: TEMPLATE } }),
  'on-cancel': 'cancel'
}

/** The step and, with what it saved, its post step. */
async function cancel(signal: NodeJS.Signals) {
  const step = await runAction({
    inputs,
    signalAfter: { signal, output: /^ {4}resume: /m }
  })
  // As a reader sees it: the runner would take the commands in it for those of this step.
  console.log(renderLog(step.stdout), step.stderr)
  const saved = Object.entries(step.state).map(([name, value]) => [`STATE_${name}`, value])
  const env = { RUNNER_TEMP: step.temp, ...Object.fromEntries(saved) }
  const post = await runAction({ inputs, env })
  console.log(renderLog(post.stdout), post.stderr)
  return { step, post }
}

try {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const { step, post } = await cancel(signal)
    assert.equal(step.exitCode, 1)
    assert.match(step.stdout, /Azure accepted the cancel request/)
    assert.equal(post.exitCode, 0)
    assert.match(post.summary, /^## 🚫 Deployment `canceled` was canceled/)
    console.log(`${signal}: the step and its post step told that the operation was canceled.`)
  }
} finally {
  await simulator.close()
}
