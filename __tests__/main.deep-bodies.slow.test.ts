/**
 * Bodies that are nested more deeply than the machine's stack goes, in every place that something is read from: what
 * Azure says of the operation is told as it is, and the outputs that such a body does not concern are set.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { type LoopbackServer, startLoopbackServer } from '../__fixtures__/loopback-server.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers'
const THING = `${GROUP}/A.B/things/one`
const WEB = `${GROUP}/Microsoft.Resources/deployments/web`
const STATUS = `${GROUP}/A.B/operationStatuses/1`
const LIST = `${WEB}/operations`

const runner = setUpRunner({ method: 'PUT', body: '{}', 'api-version': '2025-04-01' })

let server: LoopbackServer | undefined

afterEach(async () => {
  await server?.[Symbol.asyncDispose]()
})

/** An answer: its status, its body, and whether the operation is polled at its status URL from there. */
type Answer = readonly [status: number, body: string, polls?: 'at the status URL']

interface Row {
  readonly inputs: Readonly<Record<string, string>>
  /** By method and path; everything else is not found. */
  readonly answers: Readonly<Record<string, Answer>>
  readonly status: string
  /** Outputs that are set to this, whatever is nested how deeply. */
  readonly outputs?: Readonly<Record<string, string>>
}

/** Runs the action against answers that do not change, and reads its outputs. */
async function play({ inputs, answers }: Row) {
  server = await startLoopbackServer(({ method, target }, response) => {
    const origin = `http://${response.req.headers.host}`
    const path = target.split('?')[0] ?? ''
    const [status, body, polls] = answers[`${method} ${path}`] ?? [404, '{}']
    response.writeHead(status, {
      'content-type': 'application/json',
      ...(polls === undefined ? {} : { 'azure-asyncoperation': `${origin}${STATUS}?api-version=1` })
    })
    response.end(body)
  })
  const { stdout, exitCode } = await runner.run({
    'resource-manager-endpoint': server.origin,
    timeout: '20s',
    ...inputs
  })
  const text = await runner.read('output')
  const outputs = Object.fromEntries(
    [...text.matchAll(/^(.+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [name, value])
  )
  return { stdout, exitCode, outputs }
}

/** Lists in lists, and objects in objects by this name. */
const lists = (depth: number, inner = '') => '['.repeat(depth) + inner + ']'.repeat(depth)
const objects = (depth: number, name: string, inner: string) =>
  `{"${name}":`.repeat(depth) + inner + '}'.repeat(depth)

const succeeded = '"provisioningState":"Succeeded"'

const ROWS: Readonly<Record<string, (depth: number) => Row>> = {
  'a resource': (depth) => ({
    inputs: { url: THING, outputs: 'mine: properties.plain\ndeep: properties.deep' },
    answers: {
      [`PUT ${THING}`]: [
        200,
        `{"id":"${THING}","properties":{${succeeded},"plain":"a","deep":${lists(depth)}}}`
      ]
    },
    status: 'Succeeded',
    outputs: { mine: 'a', deep: lists(depth), 'status-code': '200' }
  }),
  'a resource of objects': (depth) => ({
    inputs: { url: THING, outputs: 'mine: plain', 'masked-outputs': 'mine' },
    answers: {
      [`PUT ${THING}`]: [200, `{${succeeded},"plain":"abc","x":${objects(depth, 'a', '1')}}`]
    },
    status: 'Succeeded',
    outputs: { mine: 'abc' }
  }),
  'a masked output': (depth) => ({
    inputs: { url: THING, outputs: 'mine: plain\ndeep: x', 'masked-outputs': 'deep' },
    answers: {
      [`PUT ${THING}`]: [200, `{"plain":"abc","x":${lists(depth, '"hidden-value"')}}`]
    },
    status: 'Succeeded',
    outputs: { mine: 'abc', deep: lists(depth, '"hidden-value"') }
  }),
  'a resource that fail-if looks at': (depth) => ({
    inputs: { url: THING, 'fail-if': "properties.plain != 'a'" },
    answers: {
      [`PUT ${THING}`]: [200, `{"properties":{"plain":"a","deep":${lists(depth)}}}`]
    },
    status: 'Succeeded'
  }),
  'a resource that fail-if turns down': (depth) => ({
    inputs: { url: THING, 'fail-if': 'properties.deep' },
    answers: {
      [`PUT ${THING}`]: [200, `{"properties":{"deep":${lists(depth)}}}`]
    },
    status: 'Failed'
  }),
  'a resource that wait-until reads': (depth) => ({
    inputs: { url: THING, 'wait-until': "properties.plain == 'a'" },
    answers: {
      [`PUT ${THING}`]: [200, `{"id":"${THING}","properties":{}}`],
      [`GET ${THING}`]: [
        200,
        `{"id":"${THING}","properties":{"plain":"a","deep":${objects(depth, 'b', 'null')}}}`
      ]
    },
    status: 'Succeeded'
  }),
  'a result behind a status URL': (depth) => ({
    inputs: { url: THING },
    answers: {
      [`PUT ${THING}`]: [202, '', 'at the status URL'],
      [`GET ${STATUS}`]: [200, `{"status":"Succeeded","properties":{"x":${lists(depth)}}}`],
      [`GET ${THING}`]: [
        200,
        `{"id":"${THING}","properties":{${succeeded},"x":${objects(depth, 'properties', '{}')}}}`
      ]
    },
    status: 'Succeeded'
  }),
  'an error of details in details': (depth) => ({
    inputs: { url: THING },
    answers: {
      [`PUT ${THING}`]: [202, '', 'at the status URL'],
      [`GET ${STATUS}`]: [
        200,
        `{"status":"Failed","error":{"code":"Conflict","message":"m","details":${'[{"code":"Inner","message":"n","details":'.repeat(depth)}[]${'}]'.repeat(depth)}}}`
      ]
    },
    status: 'Failed',
    outputs: { 'error-code': 'Inner' }
  }),
  'an error of inner errors, properties and additional information': (depth) => ({
    inputs: { url: THING },
    answers: {
      [`PUT ${THING}`]: [
        409,
        `{"error":{"code":"Conflict","message":"m","innererror":${objects(depth, 'innererror', '{}')},"additionalInfo":[{"type":"t","info":${lists(depth)}}]},"properties":${objects(depth, 'properties', '{}')}}`
      ]
    },
    status: 'Failed',
    outputs: { 'error-code': 'Conflict' }
  }),
  'an error without a known shape': (depth) => ({
    inputs: { url: THING },
    answers: { [`PUT ${THING}`]: [400, lists(depth)] },
    status: 'Failed',
    outputs: { 'status-code': '400' }
  }),
  'an output of a template': (depth) => ({
    inputs: { url: WEB },
    answers: {
      [`PUT ${WEB}`]: [
        200,
        `{"id":"${WEB}","properties":{${succeeded},"outputs":{"deep":{"type":"Array","value":${lists(depth)}},"plain":{"type":"String","value":"a"},"hidden":{"type":"SecureObject","value":${objects(depth, 'x', '"hidden-value"')}}}}}`
      ]
    },
    status: 'Succeeded',
    outputs: { deep: lists(depth), plain: 'a' }
  }),
  'an operation of a deployment': (depth) => ({
    inputs: { url: WEB },
    answers: {
      [`PUT ${WEB}`]: [201, `{"id":"${WEB}","properties":{}}`, 'at the status URL'],
      [`GET ${STATUS}`]: [200, '{"status":"Failed","error":{"code":"DeploymentFailed"}}'],
      [`GET ${LIST}`]: [
        200,
        `{"value":[{"id":"${LIST}/1","operationId":"1","properties":{"provisioningOperation":"Create","provisioningState":"Failed","statusMessage":{"error":{"code":"Conflict","message":"m"},"x":${lists(depth)}},"targetResource":{"id":"${THING}"}}},${lists(depth)}]}`
      ]
    },
    status: 'Failed',
    outputs: { 'error-code': 'Conflict' }
  }),
  'a change of a what-if': (depth) => ({
    inputs: { url: `${WEB}/whatIf`, method: 'POST' },
    answers: {
      [`POST ${WEB}/whatIf`]: [
        200,
        `{"status":"Succeeded","properties":{"changes":[{"resourceId":"${THING}","changeType":"Modify","before":${lists(depth)},"delta":[{"path":"a","propertyChangeType":"Modify","before":${lists(depth)},"after":1},{"path":"b","propertyChangeType":"Array","children":${'[{"path":"c","children":'.repeat(depth)}[]${'}]'.repeat(depth)}}]}]}}`
      ]
    },
    status: 'Succeeded',
    outputs: { 'has-changes': 'true' }
  }),
  'the first answer to a request that is lost in depth': (depth) => ({
    inputs: { url: THING, method: 'DELETE', body: '' },
    answers: { [`DELETE ${THING}`]: [200, lists(depth)] },
    status: 'Succeeded'
  })
}

describe.each([6_000, 100_000])('a body nested %i deep', (depth) => {
  it.each(Object.entries(ROWS))('in %s changes no verdict', async (_place, toRow) => {
    const row = toRow(depth)
    const { stdout, exitCode, outputs } = await play(row)
    expect(outputs.status, stdout.slice(-3_000)).toBe(row.status)
    expect(exitCode).toBe(row.status === 'Succeeded' ? undefined : 1)
    for (const [name, value] of Object.entries(row.outputs ?? {})) {
      // Not toBe: the difference of two such texts is not worth printing.
      expect(`${name} ${outputs[name] === value}`).toBe(`${name} true`)
    }
    expect(stdout).not.toMatch(/call stack|could not be/)
    expect(stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain('hidden-value')
  })
})
