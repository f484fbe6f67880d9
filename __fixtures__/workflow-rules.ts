/**
 * The rules of this repository for its own workflows, beside what a linter knows: rights, pins, and where text that
 * others write may not come. Each fault is told in words; nothing when all is well.
 */
import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'

/** The rights beyond reading the sources that a job may have, by `file job`. */
export const GRANTED: Readonly<Record<string, readonly string[]>> = {
  'cancel.yml check': ['actions: read'],
  'codeql.yml analyze': ['security-events: write'],
  'release.yml draft': ['attestations: write', 'id-token: write', 'contents: write'],
  'release.yml move': ['attestations: read', 'contents: write'],
  'scorecard.yml analyze': ['actions: read', 'id-token: write', 'security-events: write'],
  'zizmor.yml audit': ['security-events: write']
}
/** Rights that every job may have. */
const PLAIN = ['contents: read']

/** The actions of others that may be used; each in one version in all workflows. */
const KNOWN_ACTIONS = [
  'actions/attest',
  'actions/checkout',
  'actions/dependency-review-action',
  'actions/setup-node',
  'github/codeql-action',
  'ossf/scorecard-action',
  'zizmorcore/zizmor-action'
]
/** Triggers that run with the rights of the repository on what others wrote. */
const REFUSED_TRIGGERS = ['pull_request_target', 'workflow_run', 'issue_comment', 'issues']

const OWN = /^\.\/(?:\.github\/workflows\/[\w-]+\.yml)?$/
const PIN = /^([\w-]+\/[\w-]+)(?:\/[\w./-]+)?@([0-9a-f]{40})$/
const VERSION = /^ v\d+\.\d+\.\d+$/

/** What stands behind an `@`, with the version that is said to be it. */
export interface Pin {
  readonly action: string
  readonly commit: string
  readonly version: string
}

interface Workflow {
  readonly file: string
  readonly root: YAMLMap
}

function parse(file: string, text: string): Workflow {
  const { contents } = parseDocument(text)
  if (!isMap(contents)) throw new Error(`${file} is not a mapping`)
  return { file, root: contents }
}

/** Every way in which a workflow breaks the rules of this repository. */
export function findRuleFaults(file: string, text: string): readonly string[] {
  const workflow = parse(file, text)
  const { root } = workflow
  const rights = readEntries(root.get('permissions'))
  const triggers = listKeys(root.get('on')).filter((name) => REFUSED_TRIGGERS.includes(name))
  return [
    ...(rights?.length === 0 ? [] : ['permissions are not {} on top']),
    ...(root.has('concurrency') ? [] : ['there is no concurrency']),
    ...triggers.map((name) => `${name} runs what others wrote with the rights of the repository`),
    ...(/\bsecrets\b/.test(text) ? ['a secret is named, and there is none'] : []),
    ...listJobs(workflow).flatMap(([id, job]) =>
      findJobFaults(workflow, id, job).map((fault) => `${id}: ${fault}`)
    )
  ].map((fault) => `${file}: ${fault}`)
}

function findJobFaults({ file }: Workflow, id: string, job: YAMLMap): readonly string[] {
  const rights = readEntries(job.get('permissions'))
  const granted = [...PLAIN, ...(GRANTED[`${file} ${id}`] ?? [])]
  const excess = rights?.filter((right) => !granted.includes(right)) ?? []
  const isCall = job.has('uses')
  return [
    ...(rights === undefined ? ['there are no permissions'] : []),
    ...excess.map((right) => `${right} is more than it may have`),
    ...(isCall || job.has('timeout-minutes') ? [] : ['there is no timeout-minutes']),
    ...(isCall ? findUsesFaults(job) : []),
    ...findPackagesBesideRights(job, rights ?? []),
    ...listSteps(job).flatMap(findStepFaults)
  ]
}

/** What npm runs is the code of many: it is built and tested where it can change nothing. */
function findPackagesBesideRights(job: YAMLMap, rights: readonly string[]): readonly string[] {
  const canWrite = rights.some((right) => right.endsWith(': write'))
  const runsPackages = listSteps(job).some((step) => /\bnp[mx]\b/.test(readText(step, 'run')))
  return canWrite && runsPackages ? ['packages run beside a right to write'] : []
}

function findStepFaults(step: YAMLMap): readonly string[] {
  const run = readText(step, 'run')
  const given = step.get('with')
  const keepsToken =
    /^actions\/checkout@/.test(readText(step, 'uses')) &&
    !(isMap(given) && given.get('persist-credentials') === false)
  return [
    ...(step.has('name') ? [] : ['a step has no name']),
    ...(/\bnpm (?:ci|i|install)\b(?!.*--ignore-scripts)/.test(run)
      ? ['packages run scripts of theirs when they are installed']
      : []),
    ...(/\b(?:npx|npm exec)\b/.test(run) ? ['a package runs that the lock may not hold'] : []),
    ...(run.includes('${{') ? [`an expression is part of a script: ${run.trim()}`] : []),
    ...(keepsToken ? ['the token stays behind after actions/checkout'] : []),
    ...(mayCache(step) ? ['what a cache holds, another job has written'] : []),
    ...findUsesFaults(step)
  ]
}

/** actions/setup-node keeps packages in a cache unless it is told not to; a release builds on what CI does. */
function mayCache(step: YAMLMap): boolean {
  const uses = readText(step, 'uses')
  const given = step.get('with')
  if (/^actions\/cache\b/.test(uses)) return true
  if (!/^actions\/setup-node@/.test(uses)) return false
  return !isMap(given) || given.get('package-manager-cache') !== false || given.has('cache')
}

function findUsesFaults(step: YAMLMap): readonly string[] {
  const uses = readText(step, 'uses')
  if (uses === '' || OWN.test(uses)) return []
  const pin = readPin(step)
  if (pin === undefined) return [`${uses} is not pinned as OWNER/NAME@COMMIT # vX.Y.Z`]
  return KNOWN_ACTIONS.includes(pin.action) ? [] : [`${pin.action} is not among those in use`]
}

function readPin(step: YAMLMap): Pin | undefined {
  const node = step.get('uses', true)
  if (!isScalar(node)) return undefined
  const [, action, commit] = PIN.exec(String(node.value)) ?? []
  const version = node.comment ?? ''
  if (action === undefined || commit === undefined || !VERSION.test(version)) return undefined
  return { action, commit, version: version.trim() }
}

/** Every pin of a workflow. */
export function listPins(file: string, text: string): readonly Pin[] {
  return listJobs(parse(file, text))
    .flatMap(([, job]) => [job, ...listSteps(job)])
    .map(readPin)
    .filter((pin) => pin !== undefined)
}

function listJobs({ root }: Workflow): readonly (readonly [string, YAMLMap])[] {
  const jobs = root.get('jobs')
  if (!isMap(jobs)) return []
  return jobs.items.flatMap(({ key, value }) => (isMap(value) ? [[String(key), value]] : []))
}

function listSteps(job: YAMLMap): readonly YAMLMap[] {
  const steps = job.get('steps')
  return isSeq(steps) ? steps.items.filter(isMap) : []
}

function listKeys(node: unknown): readonly string[] {
  if (isMap(node)) return node.items.map(({ key }) => String(key))
  if (isSeq(node)) return node.items.map(String)
  return node === undefined ? [] : [String(node)]
}

/** `name: value` of each entry; undefined where there is no mapping. */
function readEntries(node: unknown): readonly string[] | undefined {
  if (!isMap(node)) return undefined
  return node.items.map(({ key, value }) => `${key}: ${value}`)
}

function readText(map: YAMLMap, name: string): string {
  const value = map.get(name)
  return typeof value === 'string' ? value : ''
}
