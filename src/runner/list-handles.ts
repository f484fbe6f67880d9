/**
 * The output `operation` of a list: the handle of every operation that can be resumed, by its name. Of many it is the
 * path of a file, because no variable holds them all.
 */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListReport } from '../report/list-report.ts'
import { findResumePoint } from '../report/list-standing.ts'
import { messageOf } from '../values.ts'
import type { Masks } from './masks.ts'
import type { StepOutputs } from './outputs.ts'
import { fillResponseFile } from './response-file.ts'

/** A Windows variable holds no more: a later step hands the output on in one. */
const MAX_TEXT_CHARS = 32_000

/** Place of the file. */
export interface HandlesPlace {
  /** The runner's temporary folder, absolute. */
  readonly folder: string
  /** What no other step has. */
  readonly uniqueId: string
}

/** Writer of the handles of one list, as of now. Never rejects: handles that cannot be written are a warning. */
export interface HandlesOutput {
  readonly write: (report: ListReport) => Promise<void>
  /** Number of characters of the output. */
  readonly length: () => number
}

/** Where the handles go. */
export interface HandlesSinks {
  readonly outputs: StepOutputs
  readonly masks: Pick<Masks, 'keepHandle'>
  /** Told once that the output is the path of a file. */
  readonly notice: (text: string) => void
}

/** Handles of a list of which nothing has been accepted yet. */
export function createHandlesOutput(place: HandlesPlace, sinks: HandlesSinks): HandlesOutput {
  const { outputs, masks, notice } = sinks
  const path = join(place.folder, `arm-operation-${place.uniqueId}.handles.json`)
  let isFile = false
  let length = 0
  const set = (text: string) => {
    length = text.length
    if (text === '') outputs.clear('operation')
    else outputs.set('operation', text)
  }
  const writeFile = async (text: string) => {
    await replaceFile(path, text, place)
    set(path)
    if (!isFile) notice(describeFile(path))
    isFile = true
  }
  const writeNow = async (report: ListReport) => {
    try {
      const text = formatHandles(report, masks)
      if (text.length > MAX_TEXT_CHARS) return await writeFile(text)
      set(text)
      if (isFile) await rm(path, { force: true })
    } catch (error) {
      outputs.warn(`The output operation could not be set: ${messageOf(error)}`)
    }
  }
  let last = Promise.resolve()
  return {
    length: () => length,
    // One after the other: the end may come while an earlier state is written.
    write: (report) => {
      last = last.then(() => writeNow(report))
      return last
    }
  }
}

function describeFile(path: string): string {
  return `The handles of this list are too long for an output: operation is the path of a file that holds them (${path}). Another job needs it as an artifact.`
}

/** Whole at every moment: the step may be ended while it is written. */
async function replaceFile(path: string, text: string, { folder }: HandlesPlace): Promise<void> {
  const next = `${path}.new`
  await fillResponseFile({ path: next, ownFolders: [folder] }, (file) => file.writeFile(text))
  await rename(next, path)
}

/** A JSON object; empty where nothing is left to follow. */
function formatHandles({ records }: ListReport, { keepHandle }: Pick<Masks, 'keepHandle'>): string {
  const handles = records.flatMap((record) => {
    const point = findResumePoint(record)
    return point === undefined ? [] : [[record.name, keepHandle(point.handle)] as const]
  })
  return handles.length === 0 ? '' : JSON.stringify(Object.fromEntries(handles))
}
