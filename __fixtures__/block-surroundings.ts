/**
 * What a block of a document speaks of and its reader has, made up by its name: variables, secrets, events, files, a
 * compiler of Bicep, and what a provider answers that the simulator has no room for.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ScriptedRoute, SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { readOwnManifest } from './action-manifest.ts'
import { isObject } from './workflow-matrix.ts'

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`
/** Folder of resources of which any is there. */
export const THING = `${GROUP}/providers/Microsoft.Thing/things`
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

/** Answers to what a block asks of providers that the simulator does not have. */
export function listRoutes(text: string): readonly ScriptedRoute[] {
  return ROUTES.filter(([part]) => text.includes(part)).flatMap(([, ...routes]) => routes)
}

/** Text that stands for a handle until a step needs one. */
export const HANDLE = 'HANDLE'

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

/** Values for every name that the block takes from its surroundings. */
export function makeContexts(text: string, folder: string): Readonly<Record<string, JsonObject>> {
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
export function listWantedOutputs(text: string): Readonly<Record<string, JsonObject>> {
  const wanted: Record<string, Record<string, JsonValue>> = {}
  for (const [, id = '', name = ''] of text.matchAll(STEP_REFERENCE)) {
    wanted[id] = { ...wanted[id], [name]: `${id}-${name}` }
  }
  return wanted
}

const { outputs: declared = [] } = readOwnManifest()
/** Outputs of a step that has set none. */
export const UNSET = Object.fromEntries(declared.map(({ id }) => [id, '']))

/** Puts every file that the block names into the workspace; returns a folder with a compiler of Bicep, for the PATH. */
export async function writeFiles(text: string, folder: string): Promise<string> {
  const wanted = Object.values(listWantedOutputs(text)).flatMap((outputs) => Object.keys(outputs))
  const template = makeTemplate(text, wanted)
  for (const file of listFiles(text)) {
    const path = join(folder, file.name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, makeFile(file, text, template))
  }
  const tools = join(folder, 'tools')
  await mkdir(tools, { recursive: true })
  await writeFile(join(tools, 'bicep'), writeCompiler(template))
  await chmod(join(tools, 'bicep'), 0o755)
  return tools
}

function listFiles(text: string): readonly NamedFile[] {
  const elements = [...text.matchAll(/for-each: (\[.*\])$/gm)].flatMap(
    ([, list = '']) => list.match(/\w+/g) ?? []
  )
  return [...text.matchAll(FILE_NAME)].flatMap(([, use = '', name = '', pointer = '']) => {
    const names = elements.map((element) => name.replaceAll(/\$\{[^}]*\}/g, element))
    return (name.includes('${') ? names : [name]).map((each) => ({ use, name: each, pointer }))
  })
}

const FILE_NAME =
  /(!file|!text|!base64|body-file:|requests-file:) ['"]?(?:\$\{\{ runner\.temp \}\}\/)?((?:[\w./-]|\$\{[\w.]+\})+)(#[\w/-]*)?/g

const PARAMETERS = JSON.stringify({ parameters: { location: { value: 'westeurope' } } })
const ANY_LIST = [{ name: 'one', method: 'GET', url: `${THING}/one?api-version=2025-04-01` }]

interface NamedFile {
  /** The tag or input that names it. */
  readonly use: string
  readonly name: string
  readonly pointer: string
}

function makeFile({ use, name, pointer }: NamedFile, text: string, template: string): string {
  if (use === 'requests-file:') return JSON.stringify(ANY_LIST)
  if (use === 'body-file:' && /\/deployments\/|\/deploymentStacks\//.test(text)) {
    return JSON.stringify({ properties: { mode: 'Incremental', template: JSON.parse(template) } })
  }
  if (/parameters/.test(name) || pointer === '#/parameters') return PARAMETERS
  if (/\.bicep(?:param)?$/.test(name)) return ''
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
