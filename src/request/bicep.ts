/**
 * Compiles `.bicep` and `.bicepparam` files, and reads what the compiler says.
 */
import { isUtf8 } from 'node:buffer'
import { flattenText } from '../errors.ts'
import { MINUTE_MS, parseJson } from '../values.ts'
import { describeBreakdown, findCompiler, runCompiler } from './bicep-compiler.ts'
import type { Diagnostic } from './diagnostic.ts'
import { nameFile, realOf } from './job-file.ts'

/** Surroundings of a compilation, and the time it may take. */
export interface CompileOptions {
  /** Absolute; diagnostics name files relative to it. */
  readonly workspace: string
  readonly environment: Readonly<Record<string, string | undefined>>
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

const TIMEOUT_MS = 3 * MINUTE_MS

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
  const { workspace, environment, timeoutMs = TIMEOUT_MS } = options
  const { stdout, stderr, status, error } = runCompiler(compiler, { environment, timeoutMs })
  const talk = String(stderr ?? '')
  const diagnostics = parseDiagnostics(talk, workspace)
  if (error !== undefined) {
    return { kind: 'failed', ...describeBreakdown(error, timeoutMs), diagnostics }
  }
  if (status !== 0)
    return { kind: 'failed', problem: describeErrors(diagnostics, talk), diagnostics }
  return readResult(stdout, isParameters, diagnostics)
}

const DIAGNOSTIC =
  /^(?:(?:ERROR|WARNING): )?(.+?)\((\d+),(\d+)\) : (Error|Warning|Info) ([\w-]+): (.*)$/

/** The findings on standard error: `main.bicep(3,7) : Error BCP057: The name …`. */
function parseDiagnostics(text: string, workspace: string): Diagnostic[] {
  const folder = realOf(workspace)
  return text.split(/\r?\n/).flatMap((line) => {
    const [, file, row, column, level, code, message] = DIAGNOSTIC.exec(line.trim()) ?? []
    if (file === undefined || code === undefined || message === undefined) return []
    return [
      {
        file: nameFile(file, folder),
        line: Number(row),
        column: Number(column),
        code,
        title: `Bicep ${code}`,
        message,
        level: level === 'Error' ? 'error' : level === 'Warning' ? 'warning' : 'info'
      }
    ]
  })
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
  bytes: Buffer,
  isParameters: boolean,
  diagnostics: readonly Diagnostic[]
): Compilation {
  const fail = (problem: string) => ({ kind: 'failed', problem, diagnostics }) as const
  if (!isUtf8(bytes)) return fail('was compiled to text that is not UTF-8')
  const output = String(bytes)
  const json = isParameters ? readParametersJson(output) : output.trim()
  if (json !== undefined && isPlainObject(parseJson(json)))
    return { kind: 'compiled', json, diagnostics }
  return fail('was compiled to something that is not a JSON object')
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
