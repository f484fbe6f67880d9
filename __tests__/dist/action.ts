/**
 * Runs the built action against a simulator of its own, for the tests of dist/.
 */
import { expect } from 'vitest'
import { findShownSecrets } from '../../__fixtures__/runner-masking.ts'
import { type ActionRun, type RunActionOptions, runAction } from '../../simulator/run-action.ts'
import {
  RealClock,
  type ScriptedAnswer,
  type ScriptedRoute,
  type Simulator,
  type SimulatorOptions,
  SUBSCRIPTION_ID,
  startSimulator
} from '../../simulator/simulator.ts'

export const VERSION = '2025-04-01'
export const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/shop`
export const RESOURCE = `${GROUP}/providers/Microsoft.Cache/redis/cart`
export const ACTION = `${RESOURCE}/restart`
export const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`
/** Where the scripts put their polling URLs: in the family of paths of RESOURCE. */
export const STATUS = `${GROUP}/providers/Microsoft.Cache/operationStatuses/7`
export const RESULT = `${GROUP}/providers/Microsoft.Cache/operationResults/7`

/** What takes seconds in Azure takes milliseconds here. */
const SPEED = 1_000

export interface ActionScenario extends Partial<RunActionOptions> {
  /** Scripted routes; without any, the simulator's own rooms answer. */
  readonly routes?: readonly ScriptedRoute[]
  readonly simulator?: SimulatorOptions
  /** Path of a resource that is there before the action runs. */
  readonly existing?: string
}

export interface ActionScenarioRun {
  readonly run: ActionRun
  readonly simulator: Simulator
  /** `METHOD path`, without queries, in the order in which the simulator received them. */
  readonly calls: readonly string[]
}

/**
 * Runs the built action. Whatever it has registered as a secret can be read nowhere, in any test, and it ends by itself
 * unless a test bounds it.
 */
export async function runBundle(options: RunActionOptions): Promise<ActionRun> {
  const run = await runAction(options)
  if (options.boundMs === undefined) expect(run.timedOut, run.stdout).toBe(false)
  expect(findShownSecrets(run), run.stdout).toEqual([])
  return run
}

/**
 * Runs the action once. It polls as fast as it can and takes a missing `method` for a PUT, a missing `url` for the
 * resource. The simulator is closed when this returns; what it has seen can still be read.
 */
export async function runActionScenario(scenario: ActionScenario): Promise<ActionScenarioRun> {
  const { routes = [], existing, inputs = {}, simulator: options, ...rest } = scenario
  const simulator = await startSimulator({
    clock: new RealClock(SPEED),
    retryAfterSeconds: 0,
    ...options
  })
  try {
    simulator.script(routes)
    if (existing !== undefined) await createResource(simulator, existing)
    const before = simulator.requests.length
    const run = await runBundle({
      ...rest,
      inputs: {
        ...simulator.inputs,
        method: 'PUT',
        url: RESOURCE,
        'api-version': VERSION,
        'poll-interval': '0.05',
        ...createBody(inputs),
        ...inputs
      }
    })
    const calls = simulator.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`)
    return { run, simulator, calls }
  } finally {
    await simulator.close()
  }
}

/** A body for a method that goes with one, lest each scenario be about its absence. */
function createBody(inputs: Readonly<Record<string, string>>) {
  const { method = 'PUT', resume, 'body-file': file } = inputs
  const isWanted = /^(?:PUT|PATCH)$/.test(method) && resume === undefined && file === undefined
  return isWanted ? { body: '{}' } : {}
}

async function createResource({ origin }: Simulator, path: string): Promise<void> {
  const headers = { authorization: 'Bearer seed', 'x-ms-simulator-habit': 'sync' }
  const response = await fetch(`${origin}${path}?api-version=${VERSION}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ location: 'westeurope' })
  })
  if (!response.ok) throw new Error(`test bug: ${path} could not be made: ${response.status}`)
}

/** A scripted route. */
export function route(method: string, path: string, ...answers: ScriptedAnswer[]): ScriptedRoute {
  return { method, path, answers }
}

/** 202 with an Azure-AsyncOperation; `path` may carry a query. */
export function accepted(path: string = STATUS): ScriptedAnswer {
  return { status: 202, headers: { 'azure-asyncoperation': `{origin}${path}` } }
}

/** Everything that anyone can read of a run: the log but for the masks, which only the runner reads, and the files. */
export function readEverything({ run }: ActionScenarioRun): string {
  const commands = run.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  return [
    ...commands,
    run.stderr,
    JSON.stringify(run.outputs),
    run.summary,
    JSON.stringify(run.state)
  ].join('\n')
}

/** The job is green: succeeded, without any annotation. */
export function expectGreen({ run }: ActionScenarioRun): void {
  expect(run, run.stdout + run.stderr).toMatchObject({
    exitCode: 0,
    signal: null,
    stderr: '',
    annotations: [],
    outputs: { status: 'Succeeded' }
  })
  expect(run.summary).toContain('## ✅ ')
}

/** The job is red, with these outputs among others and exactly one error that has a title. */
export function expectRed(
  { run }: ActionScenarioRun,
  outputs: Readonly<Record<string, unknown>>
): void {
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 1, signal: null, stderr: '' })
  expect(run.outputs).toMatchObject(outputs)
  expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', title: expect.any(String), message: expect.any(String) }
  ])
}
