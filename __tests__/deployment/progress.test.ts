/**
 * The progress of a deployment as a value: learning from an answer gives a new one and leaves the old one as it was.
 */
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import {
  canLearnMore,
  chooseRequest,
  concludeSucceeded,
  countRequest,
  type DeploymentProgress,
  describeProgressEvent,
  endProgress,
  findDeployment,
  learnFromAnswer,
  listParts,
  type ProgressEvent,
  startDeploymentProgress
} from '../../src/deployment/progress.ts'
import { recognizeDeployment } from '../../src/deployment/recognize.ts'
import type { HttpResponse, JsonValue } from '../../src/http/message.ts'

const ORIGIN = 'https://management.azure.com'
const GROUP = '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Resources/deployments'
const URL = `${ORIGIN}${GROUP}/web?api-version=2025-04-01`
const TRUST = { origin: ORIGIN, subdomains: true }

const call = recognizeDeployment({ method: 'PUT', url: URL })
if (call === undefined) throw new Error('test bug: no deployment')
const source = { call, url: URL, apiVersion: '2025-04-01' }
const start = startDeploymentProgress(call)

function operation(name: string, provisioningState: string, id = `/x/${name}`): JsonValue {
  const resourceType = id.startsWith(GROUP) ? 'Microsoft.Resources/deployments' : 'My.Own/things'
  const targetResource = { id, resourceType, resourceName: name }
  const timestamp = '2026-11-26T08:00:00Z'
  return { operationId: name, properties: { provisioningState, timestamp, targetResource } }
}

const page = (...operations: readonly JsonValue[]) => createAnswer(200, { value: operations })

/** Sends the next request, and learns from its answer. */
function learn(progress: DeploymentProgress, answer: HttpResponse | undefined) {
  const request = chooseRequest(progress, source)
  const learned = learnFromAnswer(countRequest(progress, request), request, answer, TRUST)
  const describeEvent = (event: ProgressEvent) => describeProgressEvent(event, (text) => text)?.text
  return { ...learned, lines: learned.events.map(describeEvent) }
}

describe('learnFromAnswer', () => {
  it('gives a new value, with what is new as events', () => {
    const first = learn(start, page(operation('a', 'Running')))
    const before = JSON.stringify([...first.progress.deployments])
    const second = learn(first.progress, page(operation('a', 'Succeeded')))
    expect(first.events.map(({ operation: { state } }) => state)).toEqual(['running'])
    expect(second.events.map(({ operation: { state } }) => state)).toEqual(['succeeded'])
    expect(JSON.stringify([...first.progress.deployments])).toBe(before)
    expect(listParts(start)).toEqual([])
    expect(second.progress).toMatchObject({ asked: 2, failures: 0, operations: 1 })
  })

  it('tells nothing twice, and believes no page that is older than the one before it', () => {
    const { progress } = learn(start, page(operation('a', 'Succeeded')))
    for (const state of ['Succeeded', 'Running', 'Failed']) {
      expect(learn(progress, page(operation('a', state))).lines).toEqual([])
    }
  })

  it('counts answers in a row that cannot be read for each list, and gives up a nested one after two', () => {
    const inner = `${GROUP}/inner`
    const first = learn(start, page(operation('inner', 'Running', inner))).progress
    const failuresOf = (progress: DeploymentProgress) =>
      [`${GROUP}/web`, inner].map((id) => findDeployment(progress, id)?.failures)
    // The two lists take turns.
    let progress = first
    const urls: string[] = []
    for (let count = 0; count < 8; count += 1) {
      urls.push(chooseRequest(progress, source).url)
      progress = learn(progress, count % 2 === 0 ? undefined : createAnswer(403, {})).progress
    }
    expect(urls.filter((url) => url.includes('/inner/'))).toHaveLength(2)
    expect([failuresOf(progress), canLearnMore(progress)]).toEqual([[6, 2], true])
    expect(failuresOf(learn(progress, page()).progress)).toEqual([0, 2])
  })

  it('gives the list of the root up only once it has ended, after three answers that cannot be read', () => {
    let progress = start
    for (let count = 0; count < 9; count += 1) progress = learn(progress, undefined).progress
    expect(canLearnMore(progress)).toBe(true)
    progress = endProgress(progress, { failedOnly: true })
    const open: boolean[] = []
    for (let count = 0; count < 3; count += 1) {
      progress = learn(progress, createAnswer(200, { value: 'x' })).progress
      open.push(canLearnMore(progress))
    }
    expect(open).toEqual([true, true, false])
  })

  it('takes no more operations than can be shown, and no more deployments than can be asked for', () => {
    const many = Array.from({ length: 6_000 }, (_, index) => operation(`${index}`, 'Running'))
    const { progress, events } = learn(start, page(...many))
    expect([progress.operations, events.length]).toEqual([5_000, 5_000])
    const nested = Array.from({ length: 100 }, (_, index) =>
      operation(`n${index}`, 'Running', `${GROUP}/n${index}`)
    )
    expect(learn(start, page(...nested)).progress.deployments.size).toBe(60)
  })

  it('goes no deeper than eight deployments, and follows none round in a circle', () => {
    let progress = start
    for (let depth = 0; depth < 12; depth += 1) {
      const inner = operation(`d${depth}`, 'Running', `${GROUP}/d${depth}`)
      progress = learn(progress, page(inner, operation('web', 'Running', `${GROUP}/web`))).progress
    }
    const depths = [...progress.deployments.values()].map(({ depth }) => depth)
    expect(Math.max(...depths)).toBeLessThanOrEqual(8)
    expect(new Set(progress.deployments.keys()).size).toBe(depths.length)
  })
})

describe('the end', () => {
  it('is told once more from whole lists, and then nothing is open', () => {
    const running = learn(start, page(operation('a', 'Running'))).progress
    const ended = endProgress(running, { failedOnly: false })
    expect(findDeployment(running, `${GROUP}/WEB`)?.hasEnded).toBe(false)
    const last = learn(ended, page(operation('a', 'Running'))).progress
    expect([canLearnMore(ended), canLearnMore(last)]).toEqual([true, false])
    const { events, progress } = concludeSucceeded(last)
    expect(events.map(({ operation: { state } }) => state)).toEqual(['succeeded'])
    expect(listParts(progress)).toMatchObject([{ name: 'a', state: 'succeeded' }])
    expect(listParts(last)).toMatchObject([{ name: 'a', state: 'running' }])
  })

  it('of a failure asks for the lists of what failed alone', () => {
    const nested = learn(
      start,
      page(
        operation('good', 'Succeeded', `${GROUP}/good`),
        operation('bad', 'Failed', `${GROUP}/bad`)
      )
    ).progress
    let progress = endProgress(nested, { failedOnly: true })
    const urls: string[] = []
    while (canLearnMore(progress)) {
      urls.push(chooseRequest(progress, source).url)
      progress = learn(progress, page()).progress
    }
    expect(new Set(urls)).toEqual(
      new Set([
        `${ORIGIN}${GROUP}/web/operations?api-version=2025-04-01`,
        `${ORIGIN}${GROUP}/bad/operations?api-version=2025-04-01`
      ])
    )
  })
})
