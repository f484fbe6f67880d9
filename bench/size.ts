/** Size of the built action: what every run loads, all of it, and what a runner downloads. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Figure } from './statistics.ts'

const KILOBYTE = 1_000
const MAX_START_BYTES = 300_000
const MAX_DIST_BYTES = 1_400_000
const MAX_ARCHIVE_BYTES = 380_000
const MAX_TAR_OUTPUT_BYTES = 64 * 1024 * 1024

/** Measures the files in dist/. */
export function measureSize(): readonly Figure[] {
  const names = readdirSync('dist')
  const start = listStart('index.js')
  const archive = execFileSync('tar', ['-czf', '-', 'dist'], { maxBuffer: MAX_TAR_OUTPUT_BYTES })
  return [
    describe(`what every run loads (${start.join(', ')})`, add(start), MAX_START_BYTES),
    describe(`dist/ (${names.length} files)`, add(names), MAX_DIST_BYTES),
    describe('dist/ as tar.gz', archive.length, MAX_ARCHIVE_BYTES)
  ]
}

function describe(what: string, bytes: number, bar: number): Figure {
  return {
    what: `${what}, kB`,
    measured: bytes / KILOBYTE,
    bar: bar / KILOBYTE,
    reference: 'the limit'
  }
}

function add(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + statSync(join('dist', name)).size, 0)
}

/** A file of dist/ and all that it imports before it runs. */
function listStart(name: string, found: string[] = []): readonly string[] {
  if (found.includes(name)) return found
  found.push(name)
  const code = readFileSync(join('dist', name), 'utf8')
  for (const [, next = ''] of code.matchAll(/\bfrom ?["'`]\.\/([\w-]+\.js)["'`]/g)) {
    listStart(next, found)
  }
  return found
}
