/**
 * Runs a command-line tool that is installed on the machine, as the sign-in library does: no shell, the arguments as they
 * are, from a folder of the system, so that nothing in the workspace is taken for it.
 */
import { platform } from 'node:os'
import type { Environment } from './environment.ts'

/** Call of a tool. */
export interface ToolCall {
  readonly program: string
  readonly parameters: readonly string[]
  readonly environment: Environment
  /** Time that it may take; whole milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** End of a tool: what it printed, and how it went. */
export interface ToolEnd {
  readonly kind: 'succeeded' | 'failed' | 'not-installed' | 'timed-out'
  readonly stdout: string
  readonly stderr: string
}

/** Runs a tool to its end. Rejects only where it could not be told how to run. */
export type RunTool = (call: ToolCall) => Promise<ToolEnd>

/** Runs a tool of this machine. */
export const runTool: RunTool = async (call) => {
  const { program, parameters, environment, timeoutMs, signal } = call
  const { execFile, isProcessError } = await import('@azure/core-process')
  const cwd = platform() === 'win32' ? (environment.SystemRoot ?? 'C:\\Windows') : '/bin'
  const options = {
    allowWindowsBatchFiles: true,
    cwd,
    encoding: 'utf8',
    timeout: timeoutMs,
    // On Windows the runner's Ctrl+C ends every process of the console, and this gives the tool one of its own.
    windowsHide: true
  } as const
  try {
    return { kind: 'succeeded', ...(await execFile(program, parameters, { ...options, signal })) }
  } catch (error) {
    if (!isProcessError(error)) throw error
    const { code, killed, stdout = '', stderr = '' } = error
    const kind = code === 'ENOENT' ? 'not-installed' : killed ? 'timed-out' : 'failed'
    return { kind, stdout: String(stdout), stderr: String(stderr) }
  }
}
