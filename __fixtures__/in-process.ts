/**
 * The whole action in this process, against a simulator: the runner's environment and files before a run, and nothing
 * of them after it.
 */
import type { EventEmitter } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import {
  RealClock,
  type Simulator,
  type SimulatorOptions,
  startSimulator
} from '../simulator/simulator.ts'
import { run } from '../src/main.ts'

type Texts = Readonly<Record<string, string>>

const FILES = ['output', 'summary', 'state'] as const

/** Traces of a run in addition to its files. */
export interface InProcessRun {
  readonly stdout: string
  readonly exitCode: typeof process.exitCode
}

/** A runner for the tests of one file. It has a new simulator and empty files in each test. */
export interface InProcessRunner {
  /** The one of the test under way. */
  readonly simulator: Simulator
  /** The workspace, where the files are, too. */
  readonly folder: string
  /** What a file holds that steps write to. */
  readonly read: (name: (typeof FILES)[number]) => Promise<string>
  /** Runs the action with these inputs, and those that lead to the simulator. */
  readonly run: (inputs?: Texts, env?: Texts) => Promise<InProcessRun>
}

/**
 * Sets a runner up for the tests of the file that calls this, and takes it down after them.
 * @param defaults inputs that each run has
 */
export function setUpRunner(defaults: Texts, options: SimulatorOptions = {}): InProcessRunner {
  let simulator: Simulator
  let folder = ''

  // The toolkit remembers where the summary is, so all tests have the same files.
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'in-process-'))
  })

  afterAll(() => rm(folder, { recursive: true }))

  beforeEach(async () => {
    simulator = await startSimulator({ clock: new RealClock(1_000), ...options })
    for (const name of FILES) await writeFile(join(folder, name), '')
  })

  afterEach(() => simulator.close())

  return {
    get simulator() {
      return simulator
    },
    get folder() {
      return folder
    },
    read: (name) => readFile(join(folder, name), 'utf8'),
    run: (inputs = {}, env = {}) =>
      runInProcess(
        { ...simulator.inputs, 'poll-interval': '0.05', ...defaults, ...inputs },
        {
          GITHUB_OUTPUT: join(folder, 'output'),
          GITHUB_STEP_SUMMARY: join(folder, 'summary'),
          GITHUB_STATE: join(folder, 'state'),
          GITHUB_WORKSPACE: folder,
          RUNNER_TEMP: folder,
          ...env
        }
      )
  }
}

async function runInProcess(inputs: Texts, env: Texts): Promise<InProcessRun> {
  for (const [name, value] of Object.entries(inputs)) {
    vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const forgetListeners = noteListeners()
  let stdout = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  try {
    await run()
    return { stdout, exitCode: process.exitCode }
  } finally {
    write.mockRestore()
    forgetListeners()
    process.exitCode = undefined
    vi.unstubAllEnvs()
  }
}

const LISTENED_TO: readonly unknown[] = ['SIGINT', 'SIGTERM', 'error']

/** Notes what begins to listen for signals and broken streams, and takes it off when what it returns is called. */
function noteListeners(): () => void {
  const emitters: readonly EventEmitter[] = [process, process.stdout, process.stderr]
  const undoers = emitters.map((emitter) => {
    const added: (() => void)[] = []
    const note = (name: string, listener: () => void) => {
      if (LISTENED_TO.includes(name)) added.push(() => emitter.off(name, listener))
    }
    emitter.on('newListener', note)
    return () => {
      emitter.off('newListener', note)
      for (const takeOff of added) takeOff()
    }
  })
  return () => {
    for (const undo of undoers) undo()
  }
}
