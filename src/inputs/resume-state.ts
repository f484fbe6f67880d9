/**
 * The state of a list in the input `resume`: as text, or as the path of a file with it. A chunk of its own, because few
 * steps have one.
 */
import { readState, STATE_PREFIX } from '../batch/state-text.ts'
import type { StepState } from '../batch/step-state.ts'
import { InputError } from '../errors.ts'
import { decodeText, FileError, type JobFolders, readJobFile } from '../request/job-file.ts'
import type { ReadInput } from './reader.ts'

/** True for what begins as the handle of one operation does. */
export function isHandle(text: string): boolean {
  return /^armop\d/.test(text)
}

/** No path is longer. */
const MAX_PATH_CHARS = 4_096

/** True where `resume` is the state of a list, or names a file; a handle is neither. */
export function holdsState(read: ReadInput, folders: JobFolders): boolean {
  const text = read('resume')
  if (text.startsWith(STATE_PREFIX)) return true
  if (!isPath(text)) return false
  try {
    readJobFile(text, folders)
    return true
  } catch (error) {
    // A bare word is a damaged handle rather than a file that is missing.
    return error instanceof FileError && /[\\/]/.test(text)
  }
}

function isPath(text: string): boolean {
  return text !== '' && text.length <= MAX_PATH_CHARS && !/[\r\n\0]|:\/\//.test(text)
}

/**
 * The state of a list.
 * @throws InputError
 */
export function readResumedState(read: ReadInput, folders: JobFolders): StepState {
  const text = read('resume')
  const isText = text.startsWith(STATE_PREFIX)
  const reading = readState(isText ? text : readFile(text, folders))
  if (reading.kind === 'state') return reading.state
  const problem = isText ? reading.problem : `names a file whose content ${reading.problem}`
  throw new InputError('resume', { problem })
}

const OUTPUT =
  'the output operation of an earlier step with a list, text that begins with armlist1.'

function readFile(path: string, folders: JobFolders): string {
  try {
    const text = decodeText(readJobFile(path, folders).bytes).trim()
    if (text.startsWith(STATE_PREFIX)) return text
    throw new FileError(
      'holds no state of a list',
      'the file that the output operation of a list named'
    )
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    const { allowed = '', ...problem } = error.describe(path)
    // A text that is no path is an expression that was not filled in, or the output of something else.
    const held = /[\\/]/.test(path) ? allowed : `${OUTPUT}, or the path of ${allowed}`
    throw new InputError('resume', { ...problem, allowed: held })
  }
}
