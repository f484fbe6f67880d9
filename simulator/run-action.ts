/**
 * Runs a built action as GitHub's runner does: a process of its own with inputs and file names in its environment and
 * nothing else, its working folder the workspace; then reads what it left behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { parseFileCommands } from './file-commands.ts'
import { isJsonObject, type JsonValue, readObject } from './json.ts'
import { sendSignal } from './send-signal.ts'
import {
  type Annotation,
  parseWorkflowCommands,
  pickAnnotations,
  type WorkflowCommand
} from './workflow-commands.ts'

export type { Annotation, WorkflowCommand } from './workflow-commands.ts'
export { renderLog } from './workflow-commands.ts'

const REPOSITORY_FOLDER = fileURLToPath(new URL('..', import.meta.url))
const DEFAULT_BOUND_MS = 120_000
/** A start is all computing: more would only slow each other down. Those that have started mostly wait. */
const STARTS_AT_ONCE = 3
const LOOK_EVERY_MS = 10

/** When to send a signal: as soon as the output has a text that matches, or as something else is true. */
export type SignalAfter =
  | { readonly signal: NodeJS.Signals; readonly output: RegExp }
  | { readonly signal: NodeJS.Signals; readonly when: () => boolean }

export interface RunActionOptions {
  /** The built action, from the repository's root or absolute; default `dist/index.js`. */
  readonly entry?: string
  /** Where the inputs are declared, from the repository's root or absolute; default `action.yml`. */
  readonly actionFile?: string
  /** By their names in action.yml. One that is not declared is an error of the caller. */
  readonly inputs: Readonly<Record<string, string>>
  /** Added to the clean environment, and stronger than it. */
  readonly env?: Readonly<Record<string, string>>
  /** A folder that is there, in place of a new one; the action may write to it. */
  readonly workspace?: string
  /** Files to put into the workspace first, by their path in it. */
  readonly workspaceFiles?: Readonly<Record<string, string | Uint8Array>>
  /** Signals to send, one or several, as the runner does when a job is canceled. */
  readonly signalAfter?: SignalAfter | readonly SignalAfter[]
  /** After which the process is killed; default 120,000. */
  readonly boundMs?: number
}

export interface ActionRun {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** True when it was killed for taking longer than the bound. */
  readonly timedOut: boolean
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  /** Markdown of the job summary. */
  readonly summary: string
  /** What the action saved for its post step. */
  readonly state: Readonly<Record<string, string>>
  /** Errors, warnings and notices on stdout. */
  readonly annotations: readonly Annotation[]
  /** Every workflow command on stdout, annotations too: what hostile text may not add to. */
  readonly commands: readonly WorkflowCommand[]
  readonly durationMs: number
  /** Until its first output, or its end: the start of node and of the action. */
  readonly startMs: number
  /** From the first signal to the end; undefined when none was sent. */
  readonly afterSignalMs: number | undefined
  /** GITHUB_WORKSPACE of this run; it and `temp` stay until this process ends, and longer when it was given. */
  readonly workspace: string
  /** RUNNER_TEMP of this run. */
  readonly temp: string
}

/** Runs the action once. Rejects on an input that action.yml does not declare, and on output files that are malformed. */
export async function runAction(options: RunActionOptions): Promise<ActionRun> {
  const actionFile = resolve(REPOSITORY_FOLDER, options.actionFile ?? 'action.yml')
  const inputs = await readInputs(actionFile, options.inputs)
  const folders = await createFolders(options)
  const env = { ...createEnvironment(folders), ...inputs, ...options.env }
  const entry = resolve(REPOSITORY_FOLDER, options.entry ?? 'dist/index.js')
  const command = { node: findNode(), entry, cwd: folders.workspace, env }
  const ending = await takeTurn((onStarted) => runChild(command, options, onStarted))
  const commands = parseWorkflowCommands(ending.stdout)
  const read = (name: FileCommand) => readFile(join(folders.commands, name), 'utf8')
  return {
    ...ending,
    outputs: parseFileCommands(await read('GITHUB_OUTPUT')),
    summary: await read('GITHUB_STEP_SUMMARY'),
    state: parseFileCommands(await read('GITHUB_STATE')),
    commands,
    annotations: pickAnnotations(commands),
    workspace: folders.workspace,
    temp: folders.temp
  }
}

// npm may run on an older node than the one that the project brings along.
function findNode(): string {
  const own = join(REPOSITORY_FOLDER, 'node_modules', '.bin', 'node')
  return existsSync(own) ? own : process.execPath
}

/** The inputs as environment variables, with the defaults of those that are not given; empty when there is none. */
async function readInputs(
  actionFile: string,
  given: Readonly<Record<string, string>>
): Promise<Record<string, string>> {
  const manifest: JsonValue = parse(await readFile(actionFile, 'utf8'))
  const declared = isJsonObject(manifest) ? readObject(manifest, 'inputs') : {}
  const known = new Set(Object.keys(declared).map((name) => name.toLowerCase()))
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()))
  if (unknown.length > 0) {
    throw new Error(
      `${actionFile} declares no input ${unknown.join(', ')}; it has ${[...known].join(', ')}`
    )
  }
  const defaults = Object.keys(declared).map((name) => [name, readDefault(declared, name)] as const)
  return Object.fromEntries(
    [...defaults, ...Object.entries(given)].map(([name, value]) => [toVariable(name), value])
  )
}

function readDefault(declared: ReturnType<typeof readObject>, name: string): string {
  const value = readObject(declared, name).default ?? ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  if (text.includes('${{')) {
    throw new Error(`the default of ${name} is an expression, which only GitHub can evaluate`)
  }
  return text
}

function toVariable(input: string): string {
  return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`
}

const FILE_COMMANDS = [
  'GITHUB_ENV',
  'GITHUB_OUTPUT',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY'
] as const
type FileCommand = (typeof FILE_COMMANDS)[number]

interface Folders {
  readonly home: string
  readonly workspace: string
  readonly temp: string
  readonly commands: string
}

async function createFolders({
  workspace,
  workspaceFiles: files = {}
}: RunActionOptions): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'run-action-'))
  removeAtExit(root)
  const inRoot = (name: string) => join(root, name)
  const folders: Folders = {
    home: inRoot('home'),
    workspace: workspace ?? inRoot('workspace'),
    temp: inRoot('temp'),
    commands: inRoot('commands')
  }
  await Promise.all(
    Object.values(folders).map((folder: string) => mkdir(folder, { recursive: true }))
  )
  await Promise.all(FILE_COMMANDS.map((name) => writeFile(join(folders.commands, name), '')))
  for (const [path, content] of Object.entries(files)) {
    const file = resolve(folders.workspace, path)
    if (!file.startsWith(folders.workspace + sep)) {
      throw new Error(`${path} is not inside the workspace`)
    }
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return folders
}

const foldersToRemove: string[] = []

function removeAtExit(folder: string): void {
  if (foldersToRemove.length === 0) {
    process.once('exit', () => {
      for (const each of foldersToRemove) rmSync(each, { recursive: true, force: true })
    })
  }
  foldersToRemove.push(folder)
}

function createEnvironment({ home, workspace, temp, commands }: Folders): Record<string, string> {
  const files = FILE_COMMANDS.map((name) => [name, join(commands, name)])
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    // Windows would hand on that of whoever runs the tests.
    ...(process.platform === 'win32' ? { USERPROFILE: home } : {}),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'deploy',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0000000000000000000000000000000000000000',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: 'X64',
    // A machine of GitHub's has no identity in Azure, and none is looked for.
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'runner',
    RUNNER_OS: RUNNER_SYSTEMS[process.platform] ?? 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: temp,
    ...Object.fromEntries(files)
  }
}

const RUNNER_SYSTEMS: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'macOS',
  win32: 'Windows'
}

let starting = 0
const waitingToStart: (() => void)[] = []

/** Runs this as soon as few enough others are starting; `onStarted` lets the next one. */
async function takeTurn<T>(run: (onStarted: () => void) => Promise<T>): Promise<T> {
  if (starting < STARTS_AT_ONCE) starting += 1
  else await new Promise<void>((go) => waitingToStart.push(go))
  let hasStarted = false
  const passOn = () => {
    if (hasStarted) return
    hasStarted = true
    const next = waitingToStart.shift()
    if (next === undefined) starting -= 1
    else next()
  }
  try {
    return await run(passOn)
  } finally {
    passOn()
  }
}

interface Command {
  readonly node: string
  readonly entry: string
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

type Ending = Omit<
  ActionRun,
  'outputs' | 'summary' | 'state' | 'commands' | 'annotations' | 'workspace' | 'temp'
>

async function runChild(
  { node, entry, cwd, env }: Command,
  options: RunActionOptions,
  onStarted: () => void
): Promise<Ending> {
  const spawnedAt = performance.now()
  const child = spawn(node, [entry], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // On Windows a console of its own, as the runner gives each step: its signals come through that.
    windowsHide: true
  })
  const received = { stdout: '', stderr: '' }
  let startMs: number | undefined
  const { signalAfter = [] } = options
  const signals = planSignals(child, 'signal' in signalAfter ? [signalAfter] : signalAfter)
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      startMs ??= performance.now() - spawnedAt
      onStarted()
      received[name] += text
      signals.onOutput(received[name])
    })
  }
  try {
    const end = await waitForEnd(child, options.boundMs ?? DEFAULT_BOUND_MS)
    const endedAt = performance.now()
    const durationMs = endedAt - spawnedAt
    const { sentAt } = signals
    const afterSignalMs = sentAt === undefined ? undefined : endedAt - sentAt
    return { ...end, ...received, durationMs, startMs: startMs ?? durationMs, afterSignalMs }
  } finally {
    signals.stop()
  }
}

function waitForEnd(child: ChildProcess, boundMs: number) {
  let timedOut = false
  const bound = setTimeout(() => {
    timedOut = true
    child.kill('SIGKILL')
  }, boundMs)
  return new Promise<Pick<ActionRun, 'exitCode' | 'signal' | 'timedOut'>>((finish, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode, signal) => finish({ exitCode, signal, timedOut }))
  }).finally(() => clearTimeout(bound))
}

function planSignals(child: ChildProcess, signals: readonly SignalAfter[]) {
  let waiting = signals
  let sentAt: number | undefined
  const send = (isDue: (each: SignalAfter) => boolean) => {
    const due = waiting.filter(isDue)
    waiting = waiting.filter((each) => !due.includes(each))
    if (due.length > 0) sentAt ??= performance.now()
    for (const { signal } of due) sendSignal(child, signal)
  }
  const look = () => send((each) => 'when' in each && each.when())
  const timer = signals.some((each) => 'when' in each)
    ? setInterval(look, LOOK_EVERY_MS)
    : undefined
  return {
    get sentAt() {
      return sentAt
    },
    onOutput: (text: string) => send((each) => 'output' in each && text.search(each.output) >= 0),
    stop: () => clearInterval(timer)
  }
}
