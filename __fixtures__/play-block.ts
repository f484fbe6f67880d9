/**
 * Plays the steps of this action in one block of a document, in this process and against a simulator. What the block
 * speaks of and a reader has (variables, files, resources, a handle) is made up by its name; where Azure is and how long
 * one waits is changed, and nothing else.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArmPath } from '../simulator/arm-path.ts'
import { parseFileCommands } from '../simulator/file-commands.ts'
import { type ScriptedRoute, SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { parseOutputs } from '../src/condition/output-definitions.ts'
import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { readOwnManifest } from './action-manifest.ts'
import { type DocBlock, OWN_ACTION } from './doc-blocks.ts'
import type { InProcessRunner } from './in-process.ts'
import { type ActionCall, playWorkflow, readWorkflow } from './workflow.ts'
import { isObject } from './workflow-matrix.ts'

/** How one step of ours went. */
export interface PlayedStep {
  readonly call: ActionCall
  readonly isGreen: boolean
  readonly outputs: Readonly<Record<string, string>>
  readonly stdout: string
}

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
const THING = `${GROUP}/providers/Microsoft.Thing/things`
const GUID = '00000000-0000-4000-8000-000000000000'

/** What a part of a provider that the simulator does not have answers, in the blocks that a text is in. */
const ROUTES: readonly (readonly [text: string, ...routes: ScriptedRoute[]])[] = [
  [
    '/moveResources',
    { method: 'POST', path: `${GROUP}/moveResources`, answers: [{ status: 204 }] }
  ],
  [
    'url: /subscriptions/{subscriptionId}/resources\n',
    { method: 'GET', path: `${SUBSCRIPTION}/resources`, answers: [{ body: { value: [] } }] }
  ],
  [
    'method: PATCH\n          url: /subscriptions/{subscriptionId}/resourceGroups/shop\n',
    { method: 'PATCH', path: GROUP, answers: [{ body: { id: GROUP, name: 'shop' } }] }
  ],
  [
    'value[0].message',
    {
      method: 'POST',
      path: `${SUBSCRIPTION}/resourceGroups/build/providers/Microsoft.Compute/virtualMachines/build-01/runCommand`,
      answers: [{ body: { value: [{ message: 'up 3 days' }] } }]
    }
  ],
  [
    'Content-Type: text/powershell',
    {
      method: 'PUT',
      path: `${GROUP}/providers/Microsoft.Automation/automationAccounts/jobs/runbooks/stop/draft/content`,
      answers: [{ status: 200 }]
    }
  ],
  [
    'tags."cost-center"',
    {
      method: 'GET',
      path: `${THING}/one`,
      answers: [{ body: { properties: { exitCode: 0 }, tags: { 'cost-center': '7' } } }]
    }
  ]
]

/** Text that stands for a handle until a step needs one. */
const HANDLE = 'HANDLE'

/** Values of what a block takes from its surroundings, by the end of the name; the first that fits. */
const VALUES: readonly (readonly [name: RegExp, value: (name: string) => JsonValue])[] = [
  [/_SUBSCRIPTION_ID$/, () => SUBSCRIPTION_ID],
  [/^(?:AZURE|ARM|[A-Z]+)_(?:CLIENT|TENANT)_ID$/, () => GUID],
  [/_ID$/, (name) => `${THING}/${name}`],
  [/^(?:operation|resume)$/i, () => HANDLE],
  [/(?:run_id|run_attempt|run_number|number)$/, () => 7],
  [/^ZONES$|S_JSON$/, () => '[]'],
  [/./, (name) => name.toLowerCase()]
]

/** A name of a context and the path below it, where an expression may stand. */
const REFERENCE = /\b(vars|secrets|inputs|github)\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)/g

function makeContexts(text: string, folder: string): Readonly<Record<string, JsonObject>> {
  const contexts: Record<string, JsonObject> = {
    vars: {},
    secrets: {},
    inputs: {},
    github: {},
    runner: { temp: folder }
  }
  for (const [, context = '', path = ''] of text.matchAll(REFERENCE)) {
    const isPath = text.includes(`url: \${{ ${context}.${path} }}`)
    const value = isPath ? `${THING}/one` : makeValue(path.replace(/^.*\./, ''))
    contexts[context] = setPath(contexts[context] ?? {}, path.split('.'), value)
  }
  return contexts
}

function makeValue(name: string): JsonValue {
  const [, make] = VALUES.find(([pattern]) => pattern.test(name)) ?? []
  return make?.(name) ?? null
}

function setPath(
  object: JsonObject,
  [name = '', ...rest]: readonly string[],
  value: JsonValue
): JsonObject {
  const { [name]: old } = object
  if (rest.length === 0) return { ...object, [name]: isObject(old) ? old : value }
  return { ...object, [name]: setPath(isObject(old) ? old : {}, rest, value) }
}

const STEP_REFERENCE = /\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g

/** Outputs that the block takes from steps, by their ids. */
function listWantedOutputs(text: string): Readonly<Record<string, JsonObject>> {
  const wanted: Record<string, Record<string, JsonValue>> = {}
  for (const [, id = '', name = ''] of text.matchAll(STEP_REFERENCE)) {
    wanted[id] = { ...wanted[id], [name]: `${id}-${name}` }
  }
  return wanted
}

const { outputs: declared = [] } = readOwnManifest()
const UNSET = Object.fromEntries(declared.map(({ id }) => [id, '']))

/**
 * Plays a block to its end; where that is red, once more over a simulator that has what it asked for. Throws where
 * GitHub would refuse it.
 */
export async function playBlock(
  block: DocBlock,
  runner: InProcessRunner
): Promise<readonly PlayedStep[]> {
  const { workflow = '' } = block
  const routes = ROUTES.filter(([text]) => workflow.includes(text)).flatMap(([, ...each]) => each)
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
  const wanted = listWantedOutputs(workflow)
  const tools = await writeFiles(workflow, runner.folder, wanted)
  let last: Promise<unknown> = Promise.resolve()
  await playWorkflow(readWorkflow(block.path, workflow), {
    action: OWN_ACTION,
    contexts: makeContexts(workflow, runner.folder),
    others: wanted,
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

/** Puts every file that the block names into the workspace; a folder for the PATH with a compiler of Bicep in it. */
async function writeFiles(
  text: string,
  folder: string,
  wanted: Readonly<Record<string, JsonObject>>
): Promise<string> {
  const template = makeTemplate(text, Object.keys(Object.assign({}, ...Object.values(wanted))))
  const names = listFileNames(text)
  for (const { name, pointer } of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), makeFile({ name, pointer, template }))
  }
  const tools = join(folder, 'tools')
  await mkdir(tools, { recursive: true })
  await writeFile(join(tools, 'bicep'), writeCompiler(template))
  await chmod(join(tools, 'bicep'), 0o755)
  return tools
}

function listFileNames(text: string): readonly Pick<NamedFile, 'name' | 'pointer'>[] {
  const elements = [...text.matchAll(/for-each: (\[.*\])$/gm)].flatMap(
    ([, list = '']) => list.match(/\w+/g) ?? []
  )
  return [...text.matchAll(FILE_NAME)].flatMap(([, name = '', pointer = '']) =>
    name.includes('${')
      ? elements.map((element) => ({ name: name.replaceAll(/\$\{[^}]*\}/g, element), pointer }))
      : [{ name, pointer }]
  )
}

const FILE_NAME =
  /(?:!(?:file|text|base64) ['"]?|(?:body|requests)-file: (?:\$\{\{ runner\.temp \}\}\/)?)((?:[\w./-]|\$\{[\w.]+\})+)(#[\w/-]*)?/g

const PARAMETERS = JSON.stringify({ parameters: { location: { value: 'westeurope' } } })

interface NamedFile {
  readonly name: string
  readonly pointer: string
  readonly template: string
}

function makeFile({ name, pointer, template }: NamedFile): string {
  if (/parameters/.test(name) || pointer === '#/parameters') return PARAMETERS
  if (/\.bicep(?:param)?$/.test(name)) return ''
  if (/ops|requests|operations/.test(name)) {
    return JSON.stringify([
      { name: 'one', method: 'GET', url: `${THING}/one?api-version=2025-04-01` }
    ])
  }
  return /\.jsonc?$/.test(name) ? template : 'text: one\n'
}

/** A template that takes every parameter and has every output that a block may speak of. */
function makeTemplate(text: string, wanted: readonly string[]): string {
  const names = [
    'location',
    ...[...text.matchAll(/\b([A-Za-z]\w*):\s/g)].map(([, name = '']) => name)
  ]
  const give = (all: readonly string[], value: JsonObject) =>
    Object.fromEntries(all.map((name) => [name, value]))
  return JSON.stringify({
    contentVersion: '1.0.0.0',
    parameters: give(names, { defaultValue: '' }),
    resources: [{ type: 'Microsoft.Thing/things', apiVersion: '2025-04-01', name: 'one' }],
    outputs: give(
      wanted.filter((name) => !(name in UNSET)),
      { type: 'string', value: 'one' }
    )
  })
}

function writeCompiler(template: string): string {
  const both = JSON.stringify({ parametersJson: PARAMETERS, templateJson: template })
  return `#!/bin/sh\ncase "$*" in\n*build-params*) cat <<'END'\n${both}\nEND\n;;\n*) cat <<'END'\n${template}\nEND\n;;\nesac\n`
}
