/**
 * Operations whose end is not the end: the start of a Container Apps job, and a command in an AKS cluster.
 */
import { expect, it } from 'vitest'
import { GROUP, readHeader, start } from './client.ts'

const JOB = `${GROUP}/providers/Microsoft.App/jobs/nightly`
const CLUSTER = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop`

it('a job start ends when the execution has begun, and the execution later', async () => {
  const { send, clock, simulator } = await start()
  const accepted = await send('POST', `${JOB}/start`)
  expect([accepted.status, accepted.headers.get('retry-after')]).toEqual([202, '5'])
  const location = readHeader(accepted, 'location')
  expect((await send('GET', location)).status).toBe(202)
  clock.advance(5_000)
  const started = await send('GET', location)
  const { id, name } = started.json
  expect([started.status, id]).toEqual([200, `${JOB}/executions/${name}`])
  const running = await send('GET', String(id))
  expect(running.json).toEqual({
    id,
    name,
    type: 'Microsoft.App/jobs/executions',
    properties: { status: 'Running', startTime: '2026-01-01T00:00:00.000Z' }
  })
  clock.advance(25_000)
  expect((await send('GET', String(id))).json.properties).toMatchObject({
    status: 'Succeeded',
    endTime: '2026-01-01T00:00:30.000Z'
  })
  expect(simulator.ledger.entries).toMatchObject([{ kind: 'resource-action', id: JOB }])
})

it('an execution may fail, though its start has not', async () => {
  const { send, clock } = await start()
  const headers = { 'x-ms-simulator-error': 'quota' }
  const accepted = await send('POST', `${JOB}/start`, { headers })
  clock.advance(60_000)
  const { json } = await send('GET', readHeader(accepted, 'location'))
  expect((await send('GET', String(json.id))).json.properties).toMatchObject({ status: 'Failed' })
  expect((await send('GET', `${JOB}/executions/none`)).status).toBe(404)
})

it.each([
  ['kubectl get nodes', 0],
  ['exit 3', 3]
])('the command %j succeeds as an operation and exits with %i', async (command, exitCode) => {
  const { send, clock, simulator } = await start()
  const accepted = await send('POST', `${CLUSTER}/runCommand`, { body: { command } })
  const location = readHeader(accepted, 'location')
  expect(new URL(location).pathname).toMatch(/\/commandResults\/[^/]+$/)
  clock.advance(20_000)
  expect((await send('GET', location)).json.properties).toMatchObject({
    provisioningState: 'Succeeded',
    exitCode,
    logs: `$ ${command}\n`
  })
  expect(simulator.ledger.count('resource-action', CLUSTER)).toBe(1)
})

it('a command needs to be one, and a resource group, when they do not spring up', async () => {
  const { send } = await start()
  expect((await send('POST', `${CLUSTER}/runCommand`)).status).toBe(400)
  const strict = await start({ onDemand: false })
  const body = { command: 'x' }
  expect((await strict.send('POST', `${CLUSTER}/runCommand`, { body })).status).toBe(404)
  expect((await strict.send('POST', `${JOB}/start`)).status).toBe(404)
})
