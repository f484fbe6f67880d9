/**
 * Every block of YAML in the repository's documents, and every workflow it hands out, by its kind: the shape tells it,
 * or a comment right before the block (`<!-- yaml: body, why -->`). As a workflow each stands at its own lines, so that what
 * is wrong with it is told with its place in the document.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { readOwnManifest } from './action-manifest.ts'

/** Name of this action as documents have it. */
export const OWN_ACTION = 'arm-operation/arm-operation@v0'

/**
 * What a block is: a workflow; a part of one; steps; one step or a part of it; inputs of a step; a list of operations;
 * the body of a request; a workflow that is shown because it is wrong; or YAML that is none of these.
 */
export type BlockKind =
  | 'workflow'
  | 'part'
  | 'steps'
  | 'step'
  | 'inputs'
  | 'requests'
  | 'body'
  | 'refused'
  | 'other'

/** One block with its place. */
export interface DocBlock {
  readonly path: string
  /** Of its first line of YAML, from 1. */
  readonly line: number
  /** The nearest heading above it; of a whole file its name. */
  readonly heading: string
  readonly kind: BlockKind
  readonly text: string
  /** As the workflow that it is, or is a part of; undefined for a body and what is none. */
  readonly workflow: string | undefined
}

const MARKED: readonly BlockKind[] = ['body', 'refused', 'other']

/** Documents of the repository, by their paths. */
export function listDocuments(): readonly string[] {
  return ['.', 'docs', '.github', 'examples'].flatMap((folder) => listFiles(folder, /\.md$/))
}

/** Workflows that the repository hands out. */
export function listSharedWorkflows(): readonly string[] {
  return [...listFiles('examples', /\.ya?ml$/), ...listFiles('workflow-templates', /\.ya?ml$/)]
}

function listFiles(folder: string, names: RegExp): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: folder !== '.' })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name).replaceAll('\\', '/'))
    .sort()
}

/** Every block of the documents and every shared workflow. Throws on one of no known kind. */
export function listBlocks(): readonly DocBlock[] {
  const workflows = listSharedWorkflows().map((path) => {
    const text = readFileSync(path, 'utf8')
    const heading = path.replace(/^.*\//, '')
    return { path, line: 1, heading, kind: 'workflow', text, workflow: text } as const
  })
  return [
    ...listDocuments().flatMap((path) => readBlocks(path, readFileSync(path, 'utf8'))),
    ...workflows
  ]
}

/** The blocks of one document. */
export function readBlocks(path: string, document: string): readonly DocBlock[] {
  const found = [...document.matchAll(FENCE)].map((match) => {
    const { indent: margin = '', mark, text = '' } = match.groups ?? {}
    const before = document.slice(0, match.indices?.groups?.text?.[0])
    const line = before.split('\n').length
    const plain = text.replaceAll(new RegExp(`^${margin}`, 'gm'), '')
    const kind = tellKind(plain, mark, `${path}:${line}`)
    return { path, line, heading: findHeading(before), text: plain, kind }
  })
  const fences = document.match(ANY_FENCE) ?? []
  if (fences.length !== found.length) throw new Error(`${path}: a block whose fence is not read`)
  return found.map((block, at) => ({ ...block, workflow: toWorkflow(block, found.slice(0, at)) }))
}

// A comment may name the kind of the block below it.
const FENCE =
  /^(?: *<!-- yaml: (?<mark>.+?) -->\n+)?(?<indent> *)```ya?ml *\n(?<text>.*?)^ *```$/dgms
const ANY_FENCE = /^[ >]*(?:`{3,}|~{3,}) *ya?ml/gim

function findHeading(before: string): string {
  const prose = before.replaceAll(/^ *```.*?^ *```$/gms, '')
  return [...prose.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? ''
}

const { inputs: declaredInputs = [] } = readOwnManifest()
const INPUTS = declaredInputs.map(({ id }) => id)
const STEP_KEYS =
  'name id if uses run with env continue-on-error timeout-minutes shell working-directory'.split(
    ' '
  )
const WORKFLOW_KEYS = 'on permissions env defaults concurrency jobs name run-name'.split(' ')

function listOperationKeys(): readonly string[] {
  const schema: { items: { properties: object } } = JSON.parse(
    readFileSync('docs/requests.schema.json', 'utf8')
  )
  return Object.keys(schema.items.properties)
}

function tellKind(text: string, mark: string | undefined, place: string): BlockKind {
  const marked = MARKED.find((kind) => mark?.startsWith(`${kind}, `))
  if (marked !== undefined) return marked
  if (mark !== undefined) throw new Error(`${place}: "${mark}" is no "${MARKED.join('|')}, why"`)
  const value: unknown = parse(text, { logLevel: 'silent' })
  const kind = isAmong(value, WORKFLOW_KEYS) ? tellPart(value) : tellByItems(value)
  if (kind === undefined) {
    throw new Error(
      `${place}: a block of no known kind; <!-- yaml: ${MARKED.join('|')}, why --> above it says which`
    )
  }
  return kind
}

function tellPart(value: object): BlockKind {
  return 'on' in value && 'jobs' in value ? 'workflow' : 'part'
}

function tellByItems(value: unknown): BlockKind | undefined {
  if (Array.isArray(value)) {
    if (value.every((item) => isAmong(item, STEP_KEYS) && ('uses' in item || 'run' in item)))
      return 'steps'
    const operationKeys = listOperationKeys()
    return value.every((item) => isAmong(item, operationKeys)) ? 'requests' : undefined
  }
  if (isAmong(value, INPUTS)) return 'inputs'
  return isAmong(value, STEP_KEYS) ? 'step' : undefined
}

function isAmong(value: unknown, keys: readonly string[]): value is object {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return (
    isMapping &&
    Object.keys(value).length > 0 &&
    Object.keys(value).every((key) => keys.includes(key))
  )
}

type BareBlock = Omit<DocBlock, 'workflow'>

function toWorkflow(block: BareBlock, earlier: readonly BareBlock[]): string | undefined {
  const { kind, text, line } = block
  if (kind === 'body' || kind === 'other') return undefined
  const isWhole = kind === 'workflow' || (kind === 'refused' && /^jobs:$/m.test(text))
  if (isWhole) return placeAt(line, '', text)
  const trigger = writeTrigger(text)
  if (kind === 'part')
    return placeAt(line, `${trigger}${/^jobs:$/m.test(text) ? '' : ANY_JOB}`, text)
  const steps = listStepsBefore(text, earlier).map((other) => indent(other, 6))
  const head = `${trigger}jobs:\n  block:\n    runs-on: ubuntu-latest\n    steps:\n${steps.join('')}`
  if (kind === 'steps' || kind === 'refused') return placeAt(line, head, indent(text, 6))
  if (kind === 'step')
    return placeAt(line, `${head}      -\n${completeStep(text)}`, indent(text, 8))
  const request = /^(?:url|requests|resume|requests-file):/m.test(text) ? '' : ANY_REQUEST
  const step = `${head}      - uses: ${OWN_ACTION}\n        with:\n`
  return kind === 'requests'
    ? placeAt(line, `${step}          requests: |\n`, indent(text, 12))
    : placeAt(line, `${step}${indent(request, 10)}`, indent(text, 10))
}

/** What a part of a step leaves to its reader, as the lines above it. */
function completeStep(text: string): string {
  return /^(?:uses|run):/m.test(text) ? '' : `        uses: ${OWN_ACTION}\n`
}

/**
 * Steps that the block speaks of and does not hold: those of an earlier block, as a reader would have put them above it.
 * A block with no step that could be meant has one of its own above it.
 */
function listStepsBefore(text: string, earlier: readonly BareBlock[]): readonly string[] {
  const own = listIds(text)
  const wanted = [...text.matchAll(/\bsteps\.([\w-]+)\./g)].map(([, id = '']) => id)
  const steps = wanted
    .filter((id) => !own.includes(id))
    .map((id) => {
      const found = earlier.findLast(
        ({ kind, text: other }) => kind === 'steps' && listIds(other).includes(id)
      )
      if (found !== undefined || own.length > 0) return found?.text ?? ''
      return `- id: ${id}\n  uses: ${OWN_ACTION}\n  with:\n${indent(ANY_REQUEST, 4)}`
    })
  return [...new Set(steps)]
}

const ANY_JOB = "jobs: { block: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n"
const ANY_REQUEST = `method: GET
url: /subscriptions/{subscriptionId}/resourceGroups/shop/providers/Microsoft.Thing/things/one
api-version: 2025-04-01
`

function listIds(text: string): readonly string[] {
  return [...text.matchAll(/^(?:- | {2})id: ([\w-]+)$/gm)].map(([, id = '']) => id)
}

// Inputs that a part of a workflow speaks of are those of its own trigger.
function writeTrigger(text: string): string {
  const inputs = [...text.matchAll(/\binputs\.([\w-]+)/g)].map(([, name = '']) => name)
  const declared = [...new Set(inputs)].map((name) => `${name}: { type: string }`).join(', ')
  if (/^on:/m.test(text)) return ''
  return declared === '' ? 'on: push\n' : `on: { workflow_dispatch: { inputs: { ${declared} } } }\n`
}

/** The text behind its head, at the line where it stands in its document if the head leaves room for that. */
function placeAt(line: number, head: string, text: string): string {
  const blanks = Math.max(0, line - head.split('\n').length)
  return `${'\n'.repeat(blanks)}${head}${text}`
}

function indent(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns))
}
