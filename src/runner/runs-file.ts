/**
 * The saved state of a list: a file with a line for each save and each end, of which the runner's state holds no more
 * than path, length and digest. The runner hands state over in environment variables, which have no room for many runs.
 * Whatever keeps it from being read is told in words: a post step has nobody left to throw to.
 */
import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { isInside } from '../request/job-file.ts'
import { formatSavedRun, type NamedRun, parseSavedRun, type SavedRun } from '../run/saved-run.ts'
import { messageOf, parseJson } from '../values.ts'
import type { JobEnvironment } from './job.ts'
import { saveRunsState } from './state.ts'
import { writeBytes } from './write-bytes.ts'

/** First line of the file. */
const FORMAT = 'arm-operation runs 1'
/** What parts a name from its run; no JSON text has one in it. */
const SEPARATOR = '\t'
const OWNER_ONLY = 0o600
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

/** Place of the file. */
export interface RunsPlace {
  readonly environment: JobEnvironment
  /** The runner's temporary folder, absolute. */
  readonly folder: string
  /** What no other step has. */
  readonly uniqueId: string
}

/** File of the runs of one list. */
export interface RunsFile {
  /** Keeper of one run, as `RunContext.save` has it. Throws where the run cannot be kept. */
  readonly keeperOf: (name: string) => (run: SavedRun | undefined) => void
  /** Absolute path. There is no file before the first save, and none without a runner to hand it over. */
  readonly path: string
}

/** File for the runs of a list of which nothing is saved yet. */
export function createRunsFile({ environment, folder, uniqueId }: RunsPlace): RunsFile {
  const path = join(folder, `arm-operation-${uniqueId}.runs`)
  const hash = createHash('sha256')
  const saved = new Set<string>()
  let length = 0
  let file: number | undefined
  const append = (line: string) => {
    const bytes = Buffer.from(`${line}\n`)
    file ??= openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY)
    // At its place: what an append that failed has left there is written over.
    writeBytes(file, bytes, length)
    hash.update(bytes)
    length += bytes.length
  }
  return {
    path,
    keeperOf: (name) => (run) => {
      if (!environment.GITHUB_STATE || (run === undefined && !saved.has(name))) return
      if (length === 0) append(FORMAT)
      append(`${JSON.stringify(name)}${SEPARATOR}${formatSavedRun(run)}`)
      if (run === undefined) saved.delete(name)
      else saved.add(name)
      const digest = hash.copy().digest('hex')
      saveRunsState(environment, JSON.stringify({ path, length, digest }))
    }
  }
}

/** Runs that were read, and what could not be. */
export interface SavedRuns {
  /** Unfinished ones, in the order in which they were first saved. */
  readonly runs: readonly NamedRun[]
  /** One sentence each; may quote the file. */
  readonly warnings: readonly string[]
}

/** Far more than 5,000 runs take, with three saves of each. */
const MAX_FILE_BYTES = 512 * 1024 * 1024
const MAX_LINE_BYTES = 1024 * 1024
const CHUNK_BYTES = 256 * 1024

/**
 * Runs that a list left unfinished, by its state. Never throws.
 * @param folder the runner's temporary folder, absolute: a file elsewhere is none of ours
 */
export function readSavedRuns(state: string, folder: string): SavedRuns {
  try {
    const place = parseState(state)
    if (place === undefined) throw new Error('it is not named as this action names it')
    return readRunsFile(place, folder)
  } catch (error) {
    const text = `The saved state of the list could not be read: ${messageOf(error)}`
    return { runs: [], warnings: [text] }
  }
}

/** File as the state names it. */
interface StatedFile {
  readonly path: string
  readonly length: number
  readonly digest: string
}

function parseState(text: string): StatedFile | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  const { path, length, digest }: Readonly<Record<string, unknown>> = { ...value }
  const isPlace = typeof path === 'string' && isAbsolute(path)
  const isLength = typeof length === 'number' && Number.isSafeInteger(length) && length > 0
  return isPlace && isLength && typeof digest === 'string' ? { path, length, digest } : undefined
}

function readRunsFile({ path, length, digest }: StatedFile, folder: string): SavedRuns {
  if (length > MAX_FILE_BYTES) throw new Error(`it has ${length} bytes`)
  const isOurs =
    isInside(path, folder) && isInside(realpathSync(dirname(path)), realpathSync(folder))
  if (!isOurs) throw new Error("it lies outside the runner's temporary folder")
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw new Error('it is not a regular file')
    // What was written after the state was saved is not known to be whole.
    if (stats.size < length) throw new Error('it is shorter than it was')
    const hash = createHash('sha256')
    const reader = createLineReader()
    for (const chunk of readChunks(file, length)) {
      hash.update(chunk)
      reader.add(chunk)
    }
    if (hash.digest('hex') !== digest) throw new Error('it is not as this action has written it')
    return reader.end()
  } finally {
    closeSync(file)
  }
}

function* readChunks(file: number, length: number): Generator<Buffer> {
  for (let at = 0; at < length; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, length - at))
    const count = readSync(file, chunk, 0, chunk.length, at)
    if (count === 0) throw new Error('it is shorter than it was')
    yield chunk.subarray(0, count)
    at += count
  }
}

/** Reader of the lines, which keeps no more of them than the last one of each run that has not ended. */
function createLineReader() {
  const texts = new Map<string, string>()
  const warnings: string[] = []
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let isFirst = true
  const read = (line: string) => {
    if (isFirst) {
      if (line !== FORMAT) throw new Error('it has another format')
      isFirst = false
      return
    }
    const [name, run] = splitLine(line)
    if (run === '') texts.delete(name)
    else texts.set(name, run)
  }
  return {
    add: (chunk: Buffer) => {
      let from = 0
      for (let to = chunk.indexOf('\n'); to >= 0; to = chunk.indexOf('\n', from)) {
        read(Buffer.concat([rest, chunk.subarray(from, to)]).toString())
        rest = Buffer.alloc(0)
        from = to + 1
      }
      rest = Buffer.concat([rest, chunk.subarray(from)])
      if (rest.length > MAX_LINE_BYTES) throw new Error('it has a line without an end')
    },
    end: (): SavedRuns => {
      const runs: NamedRun[] = []
      for (const [name, text] of texts) {
        const run = parseSavedRun(text)
        if (run === undefined) warnings.push(`The saved run of ${name} could not be read`)
        else runs.push({ name, run })
      }
      return { runs, warnings }
    }
  }
}

function splitLine(line: string): readonly [name: string, run: string] {
  const at = line.indexOf(SEPARATOR)
  const name = parseJson(line.slice(0, Math.max(0, at)))
  if (typeof name !== 'string') throw new Error('it has a line without a name')
  return [name, line.slice(at + 1)]
}
