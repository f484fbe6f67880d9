/**
 * Stand-ins for the Azure CLI and PowerShell: scripts in a folder to put first on PATH, which print what the real
 * ones print when they are signed in, or complain as they do when they are not.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A token that a tool is signed in with; times in milliseconds since the epoch. */
export interface ToolToken {
  readonly token: string
  readonly expiresAt: number
}

/** Absent: not installed. `signed-out`: installed, and of no use. `refused`: with a session that Entra refuses. */
export interface ToolOptions {
  readonly az?: ToolToken | 'signed-out' | { readonly refused: string }
  readonly pwsh?: ToolToken | 'signed-out'
}

export interface Tools {
  /** The only folder that PATH needs. */
  readonly folder: string
  /** The arguments of every call of `az`, one line each. */
  readCalls(): Promise<readonly string[]>
  remove(): Promise<void>
}

/** Writes the scripts. */
export async function createTools({ az, pwsh }: ToolOptions): Promise<Tools> {
  const folder = await mkdtemp(join(tmpdir(), 'simulated-tools-'))
  const calls = join(folder, 'calls')
  await writeFile(calls, '')
  const write = async (name: string, lines: readonly string[]) => {
    const file = join(folder, name)
    await writeFile(file, `${['#!/bin/sh', ...lines].join('\n')}\n`)
    await chmod(file, 0o755)
  }
  if (az !== undefined) await write('az', [`echo "$*" >> '${calls}'`, ...describeAz(az)])
  if (pwsh !== undefined) await write('pwsh', describePowerShell(pwsh))
  return {
    folder,
    readCalls: async () => (await readFile(calls, 'utf8')).split('\n').slice(0, -1),
    remove: () => rm(folder, { recursive: true, force: true })
  }
}

function describeAz(az: NonNullable<ToolOptions['az']>): readonly string[] {
  if (typeof az === 'object' && 'refused' in az) {
    const lines = [
      `ERROR: ${az.refused} Trace ID: 1 Correlation ID: 2`,
      'Interactive authentication is needed. Please run:',
      'az login'
    ]
    return [...lines.map((line) => `echo "${line}" >&2`), 'exit 1']
  }
  if (az === 'signed-out') {
    return [`echo "ERROR: Please run 'az login' to setup account." >&2`, 'exit 1']
  }
  const { token, expiresAt } = az
  const answer = {
    accessToken: token,
    expiresOn: new Date(expiresAt).toISOString(),
    expires_on: Math.floor(expiresAt / 1000),
    tokenType: 'Bearer'
  }
  return [`echo '${JSON.stringify(answer)}'`]
}

/** The first call, with `/?`, only asks whether it is there. */
function describePowerShell(pwsh: ToolToken | 'signed-out'): readonly string[] {
  const isThere = `[ "$1" = '/?' ] && exit 0`
  if (pwsh === 'signed-out') {
    return [isThere, 'echo "Run Connect-AzAccount to login." >&2', 'exit 1']
  }
  const { token, expiresAt } = pwsh
  const answer = { Token: token, ExpiresOn: new Date(expiresAt).toISOString() }
  return [isThere, `echo '${JSON.stringify(answer)}'`]
}
