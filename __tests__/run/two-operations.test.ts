/**
 * Two operations in one process, at the same time, over one connection: nothing of the one is found in the other.
 */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { explain } from '../../__fixtures__/explain.ts'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { viewOutcome } from '../../__fixtures__/outcomes.ts'
import { recordLog, USES } from '../../__fixtures__/run.ts'
import { RealClock, type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { systemClock } from '../../src/clock.ts'
import { connect, type OpenConnection } from '../../src/connect.ts'
import type { Outcome } from '../../src/run/outcome.ts'
import { runOperation } from '../../src/run/run-operation.ts'
import { formatSavedRun, type SavedRun } from '../../src/run/saved-run.ts'
import { requestOf } from '../../src/run/spec.ts'

const GROUP = '/subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Cache/redis'
const NAMES = ['cart', 'stock'] as const

let simulator: Simulator

beforeEach(async () => {
  simulator = await startSimulator({ clock: new RealClock(1_000), retryAfterSeconds: 0 })
})

afterEach(() => simulator.close())

/** Inputs of one of the operations, as a step with it alone would have them. */
function readOne(name: string) {
  return readInputs({
    ...simulator.inputs,
    method: 'PUT',
    url: `${GROUP}/${name}`,
    'api-version': '2025-04-01',
    'poll-interval': '0.05',
    body: JSON.stringify({ location: 'westeurope', tags: { of: name } })
  })
}

async function runOne(name: string, { openClient }: OpenConnection) {
  const inputs = await readOne(name)
  const spec = { ...toSpec(inputs), name }
  const { log, lines } = recordLog()
  const tracing = { clientRequestId: `client-${name}`, correlationId: `correlation-${name}` }
  const drafts: Outcome[] = []
  const saved: (SavedRun | undefined)[] = []
  const outcome = await runOperation(spec, {
    client: openClient({ tracing, headers: spec.headers, requestUrl: requestOf(spec).url }),
    tracing,
    clock: systemClock,
    cloud: inputs.cloud,
    ids: inputs.ids,
    signIn: inputs.resumeSignIn,
    action: USES,
    signal: new AbortController().signal,
    observe: log.write,
    checkpoint: async (draft) => void drafts.push(draft),
    registerSecrets: () => {},
    save: (run) => void saved.push(run)
  })
  log.finish(explain(outcome))
  return { name, outcome, lines, drafts, saved }
}

it('keep their requests, lines, checkpoints and outcomes apart', async () => {
  const { cloud, signIn, ids, resumeSignIn } = createInputs(await readOne('cart'))
  const signIns: string[] = []
  const open = await connect(
    { cloud, signIn, ids, resumeSignIn },
    {
      clock: systemClock,
      environment: {},
      deadlineMs: systemClock.now() + 60_000,
      mask: () => {},
      observe: ({ kind }) => signIns.push(kind)
    }
  )
  const runs = await Promise.all(NAMES.map((name) => runOne(name, open))).finally(open.close)
  expect(signIns).toEqual(['signed-in'])
  const order = simulator.requests.map(({ path }) => (path.includes('cart') ? 'cart' : 'stock'))
  expect(order.indexOf('stock')).toBeLessThan(order.lastIndexOf('cart'))
  for (const { name, outcome, lines, drafts, saved } of runs) {
    const other = NAMES.find((each) => each !== name) ?? ''
    expect(viewOutcome(outcome)).toMatchObject({
      status: 'Succeeded',
      correlationId: `correlation-${name}`
    })
    expect(lines.filter((line) => line === '> How to resume')).toHaveLength(1)
    expect(lines.filter((line) => line === 'Result: Succeeded')).toHaveLength(1)
    expect(drafts).toHaveLength(1)
    expect(saved.map(formatSavedRun).map((text) => text !== '')).toEqual([true, true, false])
    const everything = JSON.stringify([outcome, lines, drafts, saved])
    expect(everything).toContain(name)
    expect(everything).not.toContain(other)
  }
})
