/**
 * Moving a file into the place of another, whole at every moment.
 */
import { rename } from 'node:fs/promises'
import { platform as hostPlatform } from 'node:os'
import type { Clock } from '../clock.ts'

/** Means to move a file; those of another machine in tests. */
export interface Mover extends Pick<Clock, 'sleep'> {
  readonly move?: (from: string, to: string) => Promise<void>
  readonly platform?: NodeJS.Platform
}

const MAX_TRIES = 10
const RETRY_MS = 100
const HELD = ['EACCES', 'EBUSY', 'EPERM']

/**
 * Moves a file. On Windows another program may hold either for a moment, such as one that looks for viruses in what has
 * just been written. Rejects where it cannot be moved.
 */
export async function moveFile(from: string, to: string, mover: Mover): Promise<void> {
  const { move = rename, platform = hostPlatform(), sleep } = mover
  for (let tries = 1; ; tries += 1) {
    try {
      return await move(from, to)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      if (platform !== 'win32' || tries === MAX_TRIES || !HELD.includes(code)) throw error
    }
    await sleep(RETRY_MS)
  }
}
