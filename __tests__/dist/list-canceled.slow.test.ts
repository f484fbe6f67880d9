/**
 * A job with many operations that is canceled in the middle, and another process that goes on with it: all of them end,
 * and none is sent twice. `MANY=1000 npx vitest run __tests__/dist/list-canceled.slow.test.ts` is the same with a thousand.
 */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ActionRun } from '../../simulator/run-action.ts'
import { RealClock, startSimulator } from '../../simulator/simulator.ts'
import { GROUP, runBundle, VERSION } from './action.ts'

const MANY = Number(process.env.MANY ?? 60)
/** What takes seconds in Azure takes milliseconds here. */
const SPEED = 1_000
const PROVIDER = `${GROUP}/providers/Microsoft.Cache/redis`

/** A third ends before the cut, a third is at work then, and a third has not started. */
function listAll(count: number, urlBytes: number) {
  const names = Array.from({ length: count / 3 }, (_, index) => `n${index}`)
  // As long as it takes until each of them is polled.
  const seconds = String(5_000 + 20 * count)
  const put = (name: string, url: string, headers: Readonly<Record<string, string>>) => ({
    name,
    method: 'PUT',
    url: `${PROVIDER}/${url}`,
    headers
  })
  return [
    { ...put('early', 'early-${item}', { 'x-ms-simulator-habit': 'sync' }), 'for-each': names },
    {
      ...put('long', 'long-${item}', {
        'x-ms-simulator-seconds': seconds,
        'x-ms-simulator-url-bytes': String(urlBytes)
      }),
      'for-each': names,
      needs: 'early'
    },
    {
      ...put('late', 'late-${item}', { 'x-ms-simulator-habit': 'sync' }),
      'for-each': 'long',
      body: { properties: { after: '${long.id}' } }
    }
  ]
}

type Loops = Readonly<Record<string, { readonly operations: readonly { status: string }[] }>>

/** How many operations ended how. */
function countStatuses({ outputs }: ActionRun): Readonly<Record<string, number>> {
  const loops: Loops = JSON.parse(outputs.results ?? '')
  const counts: Record<string, number> = {}
  for (const { operations } of Object.values(loops))
    for (const { status } of operations) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

it.each([
  ['the text of its state', 21, 0],
  ['the file with its state', MANY - (MANY % 3), 2_000]
])('goes on from %s: %i operations', { timeout: 600_000 }, async (_what, count, urlBytes) => {
  const simulator = await startSimulator({ clock: new RealClock(SPEED), retryAfterSeconds: 0 })
  try {
    const list = JSON.stringify(listAll(count, urlBytes))
    const paths = (method: string) =>
      simulator.requests.filter((request) => request.method === method).map(({ path }) => path)
    const isPolled = () =>
      new Set(paths('GET').filter((path) => path.includes('operationStatuses'))).size >= count / 3
    const prepare = (inputs: Readonly<Record<string, string>>, files = {}) => ({
      inputs: {
        ...simulator.inputs,
        'api-version': VERSION,
        'poll-interval': '0.5',
        'requests-file': 'list.json',
        ...inputs
      },
      workspaceFiles: { 'list.json': list, ...files },
      boundMs: 300_000
    })
    const cut = await runBundle({
      ...prepare({ 'on-cancel': 'leave' }),
      signalAfter: { signal: 'SIGINT', when: isPolled }
    })
    expect(cut, cut.stdout.slice(-2_000)).toMatchObject({ exitCode: 1, signal: null })
    expect(paths('PUT')).toHaveLength((count / 3) * 2)
    const given = cut.outputs.operation ?? ''
    const isText = given.startsWith('armlist')
    expect(isText).toBe(urlBytes === 0)
    const state = isText ? given : readFileSync(given, 'utf8')
    const startedAt = performance.now()
    const resumed = await runBundle(
      prepare({ resume: isText ? state : 'state' }, isText ? {} : { state })
    )
    expect(resumed, resumed.stdout.slice(-2_000)).toMatchObject({
      exitCode: 0,
      outputs: { status: 'Succeeded', operation: '' }
    })
    expect(countStatuses(resumed)).toEqual({ Succeeded: count })
    const sent = paths('PUT')
    expect(sent).toHaveLength(count)
    expect(new Set(sent).size).toBe(count)
    if (process.env.MANY !== undefined)
      console.log({
        count,
        stateChars: state.length,
        cutMs: cut.afterSignalMs,
        resumedMs: Math.round(performance.now() - startedAt)
      })
  } finally {
    await simulator.close()
  }
})
