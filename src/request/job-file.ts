/**
 * Files of the workspace and of the runner's temporary folder, and of no other place: a path is checked after its
 * symbolic links have been resolved, or one could lead outside.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import hostPath from 'node:path'
import type { InputProblem } from '../errors.ts'
import { omitUndefined } from '../values.ts'

/** Folders that files are read from, absolute. */
export interface JobFolders {
  readonly workspace: string
  readonly tempFolder: string
}

/** Regular file inside one of the folders, with its content. */
export interface JobFile {
  /** Absolute, with no symbolic link in it. */
  readonly realPath: string
  /** Relative to the workspace, with `/`, as an annotation names it; absolute in the other folder. */
  readonly name: string
  readonly bytes: Uint8Array
}

/** Error of a file that cannot be used. `problem` reads on from its path. */
export class FileError extends Error {
  override readonly name = 'FileError'
  readonly problem: string
  readonly allowed: string | undefined

  constructor(problem: string, allowed?: string) {
    super(problem)
    this.problem = problem
    this.allowed = allowed
  }

  /** The problem, for a message that names the path itself or not. */
  describe(read?: string): InputProblem {
    const { problem, allowed } = this
    return omitUndefined({ problem, read, allowed })
  }
}

const PLACE = "a file in the workspace or the runner's temporary folder"

/** Far more than a request may hold, with room for comments and whitespace. */
const MAX_FILE_BYTES = 32 * 1024 * 1024

/**
 * Reads a file.
 * @param path relative to the workspace, or absolute
 * @throws FileError
 */
export function readJobFile(path: string, { workspace, tempFolder }: JobFolders): JobFile {
  const target = hostPath.resolve(workspace, path)
  // A link out of its own folder is refused, into the other one too: what is checked out may come from a stranger, and
  // credentials of other steps are in the temporary folder.
  const entered = findEntered(target, [workspace, tempFolder])
  if (entered.length === 0) throw new FileError('is outside the folders of the job', PLACE)
  const checkedOut = entered.find(({ folder }) => folder === workspace)
  try {
    const realPath = findRealPath(target)
    if (!entered.some(({ real }) => isInside(realPath, real)))
      throw new FileError('leads through a link out of its folder', PLACE)
    const stats = statSync(realPath)
    if (stats.isDirectory()) throw new FileError('is a directory', PLACE)
    if (!stats.isFile()) throw new FileError('is not a regular file', PLACE)
    if (stats.size > MAX_FILE_BYTES) {
      throw new FileError(`has ${stats.size} bytes`, `at most ${MAX_FILE_BYTES} bytes`)
    }
    const name = nameFile(realPath, checkedOut?.real ?? '')
    return { realPath, name, bytes: readFileSync(realPath) }
  } catch (error) {
    if (error instanceof FileError) throw error
    const code = readSystemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const why = checkedOut === undefined ? '' : '; was the repository checked out?'
      throw new FileError(`does not exist${why}`, PLACE)
    }
    throw new FileError(`cannot be read (${code})`, PLACE)
  }
}

/**
 * The bytes as text: UTF-8, or UTF-16 by its byte-order mark, as Windows PowerShell's `>` writes it.
 * @param isExact a byte-order mark stays, and UTF-8 is all there is: what is sent are the bytes as they are
 * @throws FileError
 */
export function decodeText(bytes: Uint8Array, isExact = false): string {
  const mark = isExact ? '' : Buffer.from(bytes.subarray(0, 2)).toString('hex')
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: isExact }).decode(bytes)
  } catch {
    throw new FileError('is not UTF-8 text', 'a file saved as UTF-8')
  }
}

/** Paths as the machine has them; another machine's in tests. */
export interface PathRules {
  /** Default: this machine's. */
  readonly path?: typeof hostPath
  /** Path without links and other names; throws where nothing is. Default: that of a file here. */
  readonly findReal?: (path: string) => string
}

/** True for the folder itself too. Compares the texts: links are not resolved. */
export function isInside(path: string, folder: string, { relative, sep, isAbsolute } = hostPath) {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

/**
 * True for a path that, as it is written, goes through the folder or into it, under whatever name it gives the folder: a
 * link to it, its short name (`RUNNER~1`), or another case where case does not count.
 */
export function leadsThrough(target: string, folder: string, rules?: PathRules): boolean {
  return findEntry(target, folder, rules) !== undefined
}

/** Folder that a path leads through. */
interface EnteredFolder {
  readonly folder: string
  /** Where the path comes to it. */
  readonly at: string
  /** The folder without links; as it is where it is not there. */
  readonly real: string
}

/** Those of the folders that a path leads through, without one that it comes to by a link which lies in another. */
function findEntered(target: string, folders: readonly string[]): readonly EnteredFolder[] {
  const entries = folders.flatMap((folder): EnteredFolder[] => {
    const at = findEntry(target, folder)
    return at === undefined ? [] : [{ folder, at, real: realOf(folder) }]
  })
  const isLinked = ({ at, real }: EnteredFolder) =>
    entries.some((other) => isInside(at, other.at) && !isInside(real, other.real))
  return entries.filter((entry) => !isLinked(entry))
}

/** The path of a folder with no link in it; as it is where it is not there. */
export function realOf(folder: string): string {
  return tryReal(folder, findRealPath) ?? folder
}

/** The first part of the path that is the folder, by whatever name. */
function findEntry(
  target: string,
  folder: string,
  { path = hostPath, findReal = findRealPath }: PathRules = {}
): string | undefined {
  if (isInside(target, folder, path)) return folder
  // Another machine is not even asked: it would learn who asks.
  const isElsewhere = path.relative(path.parse(target).root, path.parse(folder).root) !== ''
  const real = isElsewhere ? undefined : tryReal(folder, findReal)
  let entry: string | undefined
  for (let place = target; real !== undefined; place = path.dirname(place)) {
    if (tryReal(place, findReal) === real) entry = place
    if (path.dirname(place) === place) break
  }
  return entry
}

function tryReal(place: string, findReal: (path: string) => string): string | undefined {
  try {
    return findReal(place)
  } catch {
    return undefined
  }
}

/**
 * The path of something that is there, with no link in it. By the system itself, which also knows long names and the case
 * in which they are written; of the few disks on which Windows cannot tell, by what Node.js reads of their links.
 */
export function findRealPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return realpathSync(path)
  }
}

/** Name of a file in messages and annotations: relative to the folder that it is in, with `/`; else as it is. */
export function nameFile(file: string, folder: string, path = hostPath): string {
  const isNamed = folder !== '' && path.isAbsolute(file) && isInside(file, folder, path)
  return (isNamed ? path.relative(folder, file) : file).split(path.sep).join('/')
}

function readSystemErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
