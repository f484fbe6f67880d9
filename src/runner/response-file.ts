/**
 * The file for the final body, which may hold a secret: its owner's alone. The workspace is a checkout and may hold
 * anything, so no link is followed out of it, and nothing that is not a file is written to or waited for.
 */
import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isInside, leadsThrough } from '../request/job-file.ts'

/** Place of the file. */
export interface ResponseFile {
  /** Absolute path; its folder is created. */
  readonly path: string
  /** Folders that no link may lead out of, absolute. */
  readonly ownFolders: readonly string[]
}

const OWNER_ONLY = 0o600
// What takes the place of a file after it was looked at is neither followed nor waited for. Windows has neither flag.
const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants

/** Writes the file, in place of the one that may be there. Rejects where it cannot. */
export function writeResponseFile(text: string, place: ResponseFile): Promise<void> {
  return fillResponseFile(place, (file) => file.writeFile(text))
}

/** The same with what `fill` writes, from the beginning of the file on. */
export async function fillResponseFile(
  place: ResponseFile,
  fill: (file: FileHandle) => void | Promise<void>
): Promise<void> {
  const path = await findTarget(place)
  await mkdir(dirname(path), { recursive: true })
  const found = await lstat(path).catch(() => undefined)
  if (found?.isFile() === false) throw new Error('it is not a regular file')
  const file = await open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, OWNER_ONLY)
  try {
    await file.chmod(OWNER_ONLY)
    await file.truncate()
    await fill(file)
  } finally {
    await file.close()
  }
}

/** The path without links. One that the author has put outside our folders is the author's own choice. */
async function findTarget({ path, ownFolders }: ResponseFile): Promise<string> {
  const target = await resolveLinks(path)
  const realFolders = await Promise.all(ownFolders.map(resolveLinks))
  const isOurs = ownFolders.some((folder) => leadsThrough(path, folder))
  if (isOurs && !realFolders.some((folder) => isInside(target, folder))) {
    throw new Error("it leads outside the workspace and the runner's temporary folder")
  }
  return target
}

/** The path with the links resolved in as much of it as there is. */
async function resolveLinks(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing || dirname(path) === path) throw error
    return join(await resolveLinks(dirname(path)), basename(path))
  }
}
