/**
 * The program that compiles Bicep: `bicep` on PATH, or else the one that the Azure CLI brings. It is looked for in no
 * other place, least of all in the workspace, no shell reads its arguments, and none of this action's inputs and none of
 * the runner's tokens are in its environment.
 */
import type { SpawnSyncReturns } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { platform as hostPlatform } from 'node:os'
import { dirname, posix, win32 } from 'node:path'
import { isProcessError, spawnSync } from '@azure/core-process'
import type { InputProblem } from '../errors.ts'
import { omitUndefined } from '../values.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Machine that a compiler is looked for on; another one in tests. */
export interface Machine {
  readonly environment: Environment
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform
  /** True for a file that can be run. */
  readonly isFile?: (path: string) => boolean
}

/** Program to start, and what to hand it. */
export interface Compiler {
  /** Absolute. */
  readonly program: string
  readonly parameters: readonly string[]
}

/** Compiler of a file that is on this machine; undefined where there is none. @param file absolute */
export function findCompiler(
  machine: Machine,
  command: 'build' | 'build-params',
  file: string
): Compiler | undefined {
  const bicep = findOnPath('bicep', machine)
  if (bicep !== undefined) return { program: bicep, parameters: [command, '--stdout', file] }
  const az = findOnPath('az', machine)
  if (az === undefined) return undefined
  const parameters = ['bicep', command, '--file', file, '--stdout']
  const python = isBatchFile(az) ? findPythonOf(az, machine) : undefined
  if (python === undefined) return { program: az, parameters }
  return { program: python, parameters: ['-X', 'utf8', '-IBm', 'azure.cli', ...parameters] }
}

function isBatchFile(path: string): boolean {
  return /\.(?:bat|cmd)$/i.test(path)
}

/** What Windows runs by a name without an ending, of those that a tool is installed as. */
const WINDOWS_ENDINGS = ['.exe', '.bat', '.cmd']

/** Never in the working folder, where the repository's own files are. */
function findOnPath(name: string, machine: Machine): string | undefined {
  const { environment, platform = hostPlatform(), isFile = isFileHere } = machine
  const isWindows = platform === 'win32'
  const { delimiter, isAbsolute, join } = isWindows ? win32 : posix
  const names = isWindows ? WINDOWS_ENDINGS.map((ending) => name + ending) : [name]
  return (environment.PATH ?? environment.Path ?? '')
    .split(delimiter)
    .map((folder) => (isWindows ? folder.trim().replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => names.map((each) => join(folder, each)))
    .find((file) => isFile(file))
}

/**
 * The Python that a batch file of the Azure CLI would start, so that cmd.exe need not read the arguments: that of a
 * virtual environment lies next to it, that of an installer and of pip one folder up.
 */
function findPythonOf(az: string, { isFile = isFileHere }: Machine): string | undefined {
  const folder = win32.dirname(az)
  return [folder, win32.dirname(folder)]
    .map((each) => win32.join(each, 'python.exe'))
    .find((file) => isFile(file))
}

function isFileHere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

const NOTHING = Buffer.alloc(0)
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** End of a compiler; `error` where it did not come to an end of its own. */
export type CompilerEnd = Pick<SpawnSyncReturns<Buffer>, 'stdout' | 'stderr' | 'status' | 'error'>

/** Runs a compiler to its end: a batch file by cmd.exe, with nothing in its arguments that cmd.exe would read. */
export function runCompiler(
  { program, parameters }: Compiler,
  { environment, timeoutMs }: { readonly environment: Environment; readonly timeoutMs: number }
): CompilerEnd {
  try {
    return spawnSync(program, parameters, {
      // Not the workspace: Python looks for its modules there first, and cmd.exe for programs.
      cwd: dirname(program),
      env: pickEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      allowWindowsBatchFiles: true
    })
  } catch (error) {
    if (!isProcessError(error)) throw error
    return { stdout: NOTHING, stderr: NOTHING, status: null, error }
  }
}

/** What cmd.exe would read as more than a text, in the path of the file or of the compiler. */
const UNSAFE = /^ERR_UNSAFE_WINDOWS_BATCH_/

/** Why a compiler did not come to an end of its own. `problem` reads on from the path of the file. */
export function describeBreakdown(
  error: Error,
  timeoutMs: number
): Pick<InputProblem, 'problem' | 'allowed'> {
  const code = 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ETIMEDOUT') return { problem: `was not compiled within ${timeoutMs / 1000} s` }
  const allowed = UNSAFE.test(code)
    ? 'a path without % ! ^ & | < > ( ), or a bicep.exe on PATH, which takes any path'
    : undefined
  return omitUndefined({ problem: `could not be compiled (${code})`, allowed })
}

// Inputs hold the sign-in's secrets, and ACTIONS_ variables the job's tokens.
function pickEnvironment(environment: Environment): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(?:INPUT|ACTIONS)_/i.test(name))
  // In a pipe Python on Windows writes the machine's old character set.
  return { ...Object.fromEntries(kept), PYTHONUTF8: '1' }
}
