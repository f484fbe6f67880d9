/**
 * Plays the steps of this action in one block of a document, in this process and against a simulator. Where Azure is and
 * how long one waits is changed, and nothing else; resources that are asked for are put in place.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArmPath } from '../simulator/arm-path.ts'
import { parseFileCommands } from '../simulator/file-commands.ts'
import { parseOutputs } from '../src/condition/output-definitions.ts'
import {
  HANDLE,
  listRoutes,
  listWantedOutputs,
  makeContexts,
  THING,
  UNSET,
  writeFiles
} from './block-surroundings.ts'
import { type DocBlock, OWN_ACTION } from './doc-blocks.ts'
import type { InProcessRunner } from './in-process.ts'
import { type ActionCall, playWorkflow, readWorkflow } from './workflow.ts'

/** How one step of ours went. */
export interface PlayedStep {
  readonly call: ActionCall
  readonly isGreen: boolean
  readonly outputs: Readonly<Record<string, string>>
  readonly stdout: string
}

/**
 * Plays a block to its end; where that is red, once more over a simulator that has what it asked for. Throws where
 * GitHub would refuse it.
 */
export async function playBlock(
  block: DocBlock,
  runner: InProcessRunner
): Promise<readonly PlayedStep[]> {
  const { workflow = '' } = block
  const routes = listRoutes(workflow)
  if (routes.length > 0) runner.simulator.script(routes)
  const steps = await playOnce(block, runner)
  if (steps.every(({ isGreen }) => isGreen)) return steps
  await seedMissing(runner)
  return playOnce(block, runner)
}

const SEED_HEADERS = {
  authorization: 'Bearer seed',
  'x-ms-simulator-habit': 'sync',
  'x-ms-simulator-seconds': '0'
}

/** Puts in place what was asked for until now and is not there: groups, resources and what they are parts of. */
async function seedMissing({ simulator: { origin, requests } }: InProcessRunner): Promise<void> {
  const wanted = new Set(requests.flatMap(({ path }) => listResources(path.replace(/\?.*/, ''))))
  for (const path of [...wanted].sort((one, other) => one.length - other.length)) {
    const url = `${origin}${path}?api-version=2025-04-01`
    const { ok } = await fetch(url, { headers: SEED_HEADERS })
    if (ok) continue
    await fetch(url, { method: 'PUT', headers: SEED_HEADERS, body: '{ "location": "westeurope" }' })
  }
}

/** IDs in a path, each of which is a part of the next. */
function listResources(path: string): readonly string[] {
  const [group = ''] = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(path) ?? []
  const { names, id } = parseArmPath(path)
  const parts = id.split('/')
  const whole = names.map((_, index) => parts.slice(0, parts.length - 2 * index).join('/'))
  return [group, ...whole].filter((each) => each !== '')
}

async function playOnce(block: DocBlock, runner: InProcessRunner): Promise<readonly PlayedStep[]> {
  const workflow = block.workflow ?? ''
  const steps: PlayedStep[] = []
  const tools = await writeFiles(workflow, runner.folder)
  let last: Promise<unknown> = Promise.resolve()
  await playWorkflow(readWorkflow(block.path, workflow), {
    action: OWN_ACTION,
    contexts: makeContexts(workflow, runner.folder),
    others: listWantedOutputs(workflow),
    run: (call) => {
      // One process, one environment: rows of a matrix wait for each other.
      const played = last.then(() => playStep(call, runner, tools))
      last = played
      return played.then((step) => {
        steps.push(step)
        const own = parseOutputs(call.inputs.outputs ?? '', []).map(({ name }) => [name, ''])
        return { ...UNSET, ...Object.fromEntries(own), ...step.outputs }
      })
    }
  })
  return steps
}

/** Inputs that say where Azure is and who asks. */
const PLACE =
  /^(?:environment|resource-manager-endpoint|resource-manager-audience|authority-host|audience|credential|token|creds|client-.*|tenant-id|subscription-id)$/

async function playStep(
  call: ActionCall,
  runner: InProcessRunner,
  tools: string
): Promise<PlayedStep> {
  const { resume, ...rest } = Object.fromEntries(
    Object.entries(call.inputs).filter(([name]) => !PLACE.test(name))
  )
  const quick = { 'poll-interval': '0.05', timeout: '20s' }
  const variables = { PATH: `${tools}:${process.env.PATH}`, ...call.env }
  const handle = resume === HANDLE ? await makeHandle(rest.url, runner) : resume
  const inputs = { ...rest, ...quick, ...(handle === undefined ? {} : { resume: handle }) }
  await writeFile(join(runner.folder, 'output'), '')
  const { stdout, exitCode } = await runner.run(inputs, variables)
  const outputs = parseFileCommands(await runner.read('output'))
  return { call, isGreen: exitCode === undefined || exitCode === 0, outputs, stdout }
}

async function makeHandle(url = `${THING}/one`, runner: InProcessRunner): Promise<string> {
  await writeFile(join(runner.folder, 'output'), '')
  const body = '{ "properties": { "template": { "resources": [] }, "mode": "Incremental" } }'
  const inputs = { method: 'PUT', url, 'api-version': '2025-04-01', body, wait: 'false' }
  await runner.run(inputs)
  return parseFileCommands(await runner.read('output')).operation ?? ''
}
