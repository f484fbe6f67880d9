/**
 * Files of the workspace, and of no other place: a path is checked after its symbolic links have been resolved, or one
 * could lead outside.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { InputProblem } from '../errors.ts'
import { omitUndefined } from '../values.ts'

/** Regular file inside the workspace, with its content. */
export interface WorkspaceFile {
  /** Absolute, with no symbolic link in it. */
  readonly realPath: string
  /** Relative to the workspace, with `/`, as an annotation names it. */
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

const PLACE = 'a file in the workspace'

/** Far more than a request may hold, with room for comments and whitespace. */
const MAX_FILE_BYTES = 32 * 1024 * 1024

/**
 * Reads a file.
 * @param path relative to the workspace, or absolute and inside it
 * @param workspace absolute
 * @throws FileError
 */
export function readWorkspaceFile(path: string, workspace: string): WorkspaceFile {
  const target = resolve(workspace, path)
  if (!isInside(target, workspace)) throw new FileError('is outside the workspace', PLACE)
  try {
    const realPath = realpathSync(target)
    const realWorkspace = realpathSync(workspace)
    if (!isInside(realPath, realWorkspace))
      throw new FileError('leads outside the workspace', PLACE)
    const stats = statSync(realPath)
    if (stats.isDirectory()) throw new FileError('is a directory', PLACE)
    if (!stats.isFile()) throw new FileError('is not a regular file', PLACE)
    if (stats.size > MAX_FILE_BYTES) {
      throw new FileError(`has ${stats.size} bytes`, `at most ${MAX_FILE_BYTES} bytes`)
    }
    const name = relative(realWorkspace, realPath).split(sep).join('/')
    return { realPath, name, bytes: readFileSync(realPath) }
  } catch (error) {
    if (error instanceof FileError) throw error
    const code = readSystemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new FileError('does not exist; was the repository checked out?', PLACE)
    }
    throw new FileError(`cannot be read (${code})`, PLACE)
  }
}

/**
 * The bytes as text. A UTF-16 file, as Windows PowerShell's `>` writes, is none.
 * @param isExact a byte-order mark stays
 * @throws FileError
 */
export function decodeText(bytes: Uint8Array, isExact = false): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: isExact }).decode(bytes)
  } catch {
    throw new FileError('is not UTF-8 text', 'a file saved as UTF-8')
  }
}

/** True for the folder itself too. Compares the texts: links are not resolved. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function readSystemErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
