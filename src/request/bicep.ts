/**
 * Compiles `.bicep` and `.bicepparam` files with the Bicep CLI on PATH, or else the one that the Azure CLI brings. No
 * shell is involved, the program is looked for in no other place, and none of this action's inputs and none of the
 * runner's tokens are in its environment.
 */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { platform as hostPlatform } from 'node:os'
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { flattenText } from '../errors.ts'
import { MINUTE_MS, parseJson } from '../values.ts'
import type { Diagnostic } from './diagnostic.ts'

/** Surroundings of a compilation, and the time it may take. */
export interface CompileOptions {
  /** Absolute; diagnostics name files relative to it. */
  readonly workspace: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform
  /** Time after which the compiler is ended; default 3 minutes, in which it may also fetch modules. */
  readonly timeoutMs?: number
}

/** Result of a compilation: strict JSON, or the reason why there is none, with the compiler's findings either way. */
export type Compilation =
  | {
      readonly kind: 'compiled'
      /** The template, or the parameters file, as JSON. */
      readonly json: string
      /** Warnings and notes. */
      readonly diagnostics: readonly Diagnostic[]
    }
  | {
      readonly kind: 'failed'
      /** Reads on from the path of the file. */
      readonly problem: string
      readonly allowed?: string
      readonly diagnostics: readonly Diagnostic[]
    }

interface Compiler {
  readonly program: string
  readonly parameters: readonly string[]
}

const TIMEOUT_MS = 3 * MINUTE_MS
const MAX_COMPILER_OUTPUT_BYTES = 64 * 1024 * 1024

/**
 * Compiles a file. Never throws for one that does not compile.
 * @param path absolute
 */
export function compileBicep(path: string, options: CompileOptions): Compilation {
  const isParameters = /\.bicepparam$/i.test(path)
  const compiler = findCompiler(options, isParameters ? 'build-params' : 'build', path)
  if (compiler === undefined) {
    return {
      kind: 'failed',
      problem: 'needs the Bicep CLI, and neither bicep nor az is on PATH',
      allowed:
        'one of them, installed by an earlier step (https://aka.ms/bicep-install); or the compiled JSON',
      diagnostics: []
    }
  }
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const run = spawnSync(compiler.program, compiler.parameters, {
    cwd: options.workspace,
    env: pickEnvironment(options.environment),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_COMPILER_OUTPUT_BYTES,
    windowsHide: true
  })
  const diagnostics = parseDiagnostics(run.stderr ?? '', options.workspace)
  if (run.error !== undefined) {
    return { kind: 'failed', problem: describeBreakdown(run.error, timeoutMs), diagnostics }
  }
  if (run.status !== 0) {
    return { kind: 'failed', problem: describeErrors(diagnostics, run.stderr), diagnostics }
  }
  return readResult(run.stdout, isParameters, diagnostics)
}

function findCompiler(
  { environment, platform = hostPlatform() }: CompileOptions,
  command: 'build' | 'build-params',
  path: string
): Compiler | undefined {
  const isWindows = platform === 'win32'
  const bicep = findOnPath(isWindows ? 'bicep.exe' : 'bicep', environment)
  if (bicep !== undefined) return { program: bicep, parameters: [command, '--stdout', path] }
  const az = findOnPath(isWindows ? 'az.cmd' : 'az', environment)
  if (az === undefined) return undefined
  const parameters = ['bicep', command, '--file', path, '--stdout']
  if (!isWindows) return { program: az, parameters }
  // A .cmd file runs only in a shell; what it starts does not.
  const python = join(dirname(dirname(az)), 'python.exe')
  return { program: python, parameters: ['-IBm', 'azure.cli', ...parameters] }
}

/** Never in the working folder, where the repository's own files are. */
function findOnPath(name: string, environment: CompileOptions['environment']): string | undefined {
  const path = environment.PATH ?? environment.Path ?? ''
  return path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

// Inputs hold the sign-in's secrets, and ACTIONS_ variables the job's tokens.
function pickEnvironment(environment: CompileOptions['environment']): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(?:INPUT|ACTIONS)_/i.test(name))
  return Object.fromEntries(kept)
}

const DIAGNOSTIC =
  /^(?:(?:ERROR|WARNING): )?(.+?)\((\d+),(\d+)\) : (Error|Warning|Info) ([\w-]+): (.*)$/

/** The findings on standard error: `main.bicep(3,7) : Error BCP057: The name …`. */
function parseDiagnostics(text: string, workspace: string): Diagnostic[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, file, row, column, level, code, message] = DIAGNOSTIC.exec(line.trim()) ?? []
    if (file === undefined || code === undefined || message === undefined) return []
    return [
      {
        file: nameFile(file, workspace),
        line: Number(row),
        column: Number(column),
        code,
        message,
        level: level === 'Error' ? 'error' : level === 'Warning' ? 'warning' : 'info'
      }
    ]
  })
}

function nameFile(file: string, workspace: string): string {
  const way = relative(workspace, file)
  const isInside = way !== '' && !way.startsWith('..') && !isAbsolute(way)
  return isAbsolute(file) && isInside ? way.split(sep).join('/') : file
}

function describeBreakdown(error: Error, timeoutMs: number): string {
  const code = 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ETIMEDOUT') return `was not compiled within ${timeoutMs / 1000} s`
  return `could not be compiled (${code})`
}

const MAX_ERROR_CHARACTERS = 300

function describeErrors(diagnostics: readonly Diagnostic[], output: string): string {
  const errors = diagnostics.filter(({ level }) => level === 'error')
  const [first] = errors
  if (first === undefined) {
    const last = output.trim().split(/\r?\n/).at(-1) ?? ''
    return `does not compile: ${flattenText(last, MAX_ERROR_CHARACTERS)}`
  }
  const { code, file, line, column, message } = first
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const where = flattenText(`${file} line ${line}, column ${column}`, MAX_ERROR_CHARACTERS)
  return `does not compile: ${code} at ${where}: ${flattenText(message.replace(/\.$/, ''), MAX_ERROR_CHARACTERS)}${more}`
}

function readResult(
  output: string,
  isParameters: boolean,
  diagnostics: readonly Diagnostic[]
): Compilation {
  const json = isParameters ? readParametersJson(output) : output.trim()
  if (json !== undefined && isPlainObject(parseJson(json)))
    return { kind: 'compiled', json, diagnostics }
  const problem = 'was compiled to something that is not a JSON object'
  return { kind: 'failed', problem, diagnostics }
}

// build-params wraps what it makes: the parameters file is a string in there.
function readParametersJson(output: string): string | undefined {
  const wrapper = parseJson(output)
  if (!isPlainObject(wrapper) || !('parametersJson' in wrapper)) return undefined
  const { parametersJson } = wrapper
  return typeof parametersJson === 'string' ? parametersJson.trim() : undefined
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
