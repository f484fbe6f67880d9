/** Runs the tools for a terminal as `npm run` does, for their tests. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface ToolRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface ToolOptions {
  /** The folder that it is called in. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Runs a script of simulator/ to its end. */
export function runScript(
  name: string,
  args: readonly string[],
  { folder = ROOT, env = {}, input = '' }: ToolOptions = {}
): Promise<ToolRun> {
  const child = spawn(process.execPath, [`simulator/${name}.ts`, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', INIT_CWD: folder, ...env }
  })
  const received = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      received[stream] += text
    })
  }
  child.stdin.end(input)
  return new Promise((finish, reject) => {
    child.once('error', reject)
    child.once('close', (code) => finish({ code, ...received }))
  })
}
