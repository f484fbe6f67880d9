/**
 * One measured process: its CPU time as the system counts it for a child that has ended, its wall time, and the peak of
 * its memory.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const HOOK = fileURLToPath(new URL('measure-hook.cjs', import.meta.url))
/** bash tells the time of a child in seconds: wall, user, system. */
const TIMED = `TIMEFORMAT='time %3R %3U %3S'; time "$0" "$@"`

export interface Measured {
  readonly cpuMs: number
  readonly wallMs: number
  readonly peakMiB: number
}

export interface Measurable {
  readonly name: string
  /** Absolute path of a script. */
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
}

/** Runs it once. Rejects unless it ends well. */
export async function measureOnce({ name, entry, env }: Measurable): Promise<Measured> {
  const child = spawn('bash', ['-c', TIMED, process.execPath, '--require', HOOK, entry], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [code] = await once(child, 'close')
  const times = /^time (\S+) (\S+) (\S+)$/m
    .exec(stderr)
    ?.slice(1)
    .map((text) => Number(text) * 1_000)
  const peak = /^peak (\d+) KiB$/m.exec(stderr)?.[1]
  const [wallMs = 0, userMs = 0, systemMs = 0] = times ?? []
  if (code !== 0 || times === undefined || peak === undefined) {
    throw new Error(`${name} failed: ${code}\n${stdout}${stderr}`)
  }
  return { cpuMs: userMs + systemMs, wallMs, peakMiB: Number(peak) / 1_024 }
}

/**
 * All of them, one after the other, in each of `rounds` rounds, so that what the machine does beside meets all alike.
 * One round before those does not count: files get into the cache of the machine.
 */
export async function measureRounds(
  variants: readonly Measurable[],
  rounds: number
): Promise<readonly (readonly Measured[])[]> {
  const measured: (readonly Measured[])[] = []
  for (let round = -1; round < rounds; round += 1) {
    const samples: Measured[] = []
    for (const variant of variants) samples.push(await measureOnce(variant))
    if (round >= 0) measured.push(samples)
  }
  return measured
}
