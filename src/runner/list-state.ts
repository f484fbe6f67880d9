/**
 * The output `operation` of a list: its state, by which another step goes on with it. Of many operations it is the path
 * of a file, because no variable holds them all.
 */
import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NotSent } from '../batch/schedule.ts'
import type { StateKeeper } from '../batch/state-keeper.ts'
import { addBegun, endUnseen, writeState } from '../batch/state-text.ts'
import type { StatePast } from '../batch/step-state.ts'
import type { ListReport, OperationRecord } from '../report/list-report.ts'
import { findResumePoint } from '../report/list-standing.ts'
import type { Ending, Outcome } from '../run/outcome.ts'
import { messageOf, omitUndefined } from '../values.ts'
import type { Masks } from './masks.ts'
import { type Mover, moveFile } from './move-file.ts'
import type { StepOutputs } from './outputs.ts'
import { fillResponseFile } from './response-file.ts'

/** A Windows variable holds no more: a later step hands the output on in one. */
const MAX_TEXT_CHARS = 32_000
/** How much longer than a write lasts nothing is written after it: of thousands of operations one takes a second. */
const REST_FACTOR = 10

/** Place of the file. */
export interface StatePlace {
  /** The runner's temporary folder, absolute. */
  readonly folder: string
  /** What no other step has. */
  readonly uniqueId: string
}

/** Writer of the state of one list, as of now. Never rejects: a state that cannot be written is a warning. */
export interface StateOutput {
  readonly write: (report: ListReport) => Promise<void>
  /**
   * Notes that these operations may be sent from now on. Once it resolves, a step that is killed leaves a state behind by
   * which they are not sent again.
   */
  readonly begin: (names: readonly string[], report: () => ListReport) => Promise<void>
  /** True where there has been time enough since the last time. */
  readonly isRested: () => boolean
  /** Number of characters of the output. */
  readonly length: () => number
  /** Path of the file that the output names; undefined where it is text or empty. */
  readonly file: () => string | undefined
}

/** Where the state comes from, and where it goes. */
export interface StateSinks {
  /** True where the step resumes another, of which there is a state already. */
  readonly isResumed: boolean
  readonly keeper: Pick<StateKeeper, 'compose'>
  readonly outputs: StepOutputs
  readonly masks: Pick<Masks, 'isUnfit'>
  readonly now: () => number
  readonly sleep: Mover['sleep']
}

/** State of a list of which nothing has been accepted yet. */
export function createStateOutput(place: StatePlace, sinks: StateSinks): StateOutput {
  const { keeper, outputs, masks, now, isResumed } = sinks
  const path = join(place.folder, `arm-operation-${place.uniqueId}.state`)
  let isFile = false
  let length = 0
  let restsUntil = 0
  /** As it was written last, without the names that have been added since to a file. */
  let written = ''
  let known: ReadonlySet<string> = new Set()
  const begun = new Set<string>()
  const set = (text: string) => {
    length = text.length
    if (text === '') outputs.clear('operation')
    else outputs.set('operation', text)
  }
  const writeFile = async (text: string) => {
    await replaceFile(path, text, { ...place, sleep: sinks.sleep })
    set(path)
    isFile = true
  }
  const writeNow: StateOutput['write'] = async (report) => {
    const startedAt = now()
    try {
      const state = formatState(report, keeper, masks.isUnfit)
      const text = addBegun(state, listBegun(report, begun), startedAt)
      if (text.length > MAX_TEXT_CHARS) await writeFile(text)
      else {
        set(text)
        if (isFile) await rm(path, { force: true })
        isFile = false
      }
      written = text
      known = new Set(report.records.map(({ name }) => name))
    } catch (error) {
      outputs.warn(`The output operation could not be set: ${messageOf(error)}`)
    } finally {
      restsUntil = now() + REST_FACTOR * (now() - startedAt)
    }
  }
  const note = async (names: readonly string[], report: () => ListReport) => {
    const text = addBegun(written, names, now())
    const isKnown = names.every((name) => known.has(name))
    if (written === '' && !isResumed) return
    if (written === '' || !isKnown || (!isFile && text.length > MAX_TEXT_CHARS)) {
      return await writeNow(report())
    }
    try {
      if (isFile) await appendFile(path, text.slice(written.length))
      else {
        set(text)
        written = text
      }
    } catch (error) {
      outputs.warn(`The output operation could not be set: ${messageOf(error)}`)
    }
  }
  let last = Promise.resolve()
  return {
    begin: (names, report) => {
      const fresh = names.filter((name) => !begun.has(name))
      for (const name of fresh) begun.add(name)
      if (fresh.length > 0) last = last.then(() => note(fresh, report))
      return last
    },
    isRested: () => now() >= restsUntil,
    length: () => length,
    file: () => (isFile ? path : undefined),
    // One after the other: the end may come while an earlier state is written.
    write: (report) => {
      last = last.then(() => writeNow(report))
      return last
    }
  }
}

/** Operations that may be sent at any moment, as far as the records do not tell more of them. */
function listBegun({ records }: ListReport, begun: ReadonlySet<string>): readonly string[] {
  return records.flatMap((record) => {
    const isOpen = record.kind === 'waiting' || (record.kind === 'running' && !isLost(record))
    return isOpen && begun.has(record.name) && toPast(record).kind === 'not-started'
      ? [record.name]
      : []
  })
}

/** Notice of a state that is in a file. */
export function describeStateFile(path: string): string {
  return `The state of this list is too long for an output: operation is the path of a file that holds it (${path}). Another job needs it as an artifact.`
}

/** Whole at every moment: the step may be ended while it is written. */
async function replaceFile(
  path: string,
  text: string,
  { folder, sleep }: Pick<StatePlace, 'folder'> & Mover
): Promise<void> {
  const next = `${path}.new`
  await fillResponseFile({ path: next, ownFolders: [folder] }, (file) => file.writeFile(text))
  await moveFile(next, path, { sleep })
}

/** State as text: empty where nothing is left to wait for, and nothing to start, and before anything was sent. */
export function formatState(
  { records }: ListReport,
  { compose }: Pick<StateKeeper, 'compose'>,
  isUnfit: Masks['isUnfit']
): string {
  const state = compose(new Map(records.map((record) => [record.name, toPast(record)])))
  const operations = state.items.flatMap((item) => [item.own ?? [], item.operations ?? []].flat())
  const kinds = new Set(operations.map(({ past }) => past.kind))
  const isBegun = kinds.has('accepted') || kinds.has('ended')
  const isOver = !kinds.has('accepted') && !records.some(mayStart)
  return !isBegun || isOver ? '' : writeState(state, isUnfit)
}

/** True for what a later step can start; what needs one that has failed, it cannot. */
function mayStart(record: OperationRecord): boolean {
  if (record.kind === 'not-sent') return STARTABLE.has(record.notSent.kind)
  return record.kind !== 'ended' || isUnsent(record.explanation.outcome.ending)
}

const STARTABLE: ReadonlySet<NotSent['kind']> = new Set(['deadline', 'cancellation', 'not-resumed'])

/** What became of an operation, for a step that goes on with it. */
function toPast(record: OperationRecord): StatePast {
  const point = findResumePoint(record)
  if (point !== undefined) return { kind: 'accepted', handle: point.handle }
  switch (record.kind) {
    case 'waiting':
      return { kind: 'not-started' }
    case 'running':
      return isLost(record) ? concludeUnseen(record) : { kind: 'not-started' }
    case 'ended': {
      const { outcome } = record.explanation
      return isUnsent(outcome.ending) ? { kind: 'not-started' } : toEnded(outcome)
    }
    case 'not-sent': {
      const { notSent } = record
      if (notSent.kind === 'if') return { kind: 'left-out' }
      const isFault = notSent.kind === 'fault' || notSent.kind === 'defect'
      return isFault ? { kind: 'fault', message: notSent.message } : { kind: 'not-started' }
    }
    default:
      return record satisfies never
  }
}

type RunningRecord = Extract<OperationRecord, { kind: 'running' }>

/** True for what may have changed something, and cannot be followed. */
function isLost({ mayBeSent, request: { method } }: RunningRecord): boolean {
  return mayBeSent === true && method !== 'GET' && method !== 'HEAD'
}

function concludeUnseen({ request: { method, url }, startedAt }: RunningRecord): StatePast {
  return endUnseen({ method, url: withoutQuery(url) }, startedAt)
}

/** True for an end of the step, and not of the operation: nothing of it can have taken effect. */
function isUnsent(ending: Ending): boolean {
  if (ending.kind !== 'not-sent' && ending.kind !== 'unanswered') return false
  const isOfStep = ending.by === 'deadline' || ending.by === 'cancellation'
  return isOfStep && (ending.kind === 'not-sent' || !ending.mayStillRun)
}

/** Of an outcome without secrets. */
function toEnded({ request, ending, error, ...outcome }: Outcome): StatePast {
  const { startedAt, endedAt, resourceId, correlationId } = outcome
  return {
    kind: 'ended',
    end: omitUndefined({
      ending: toLasting(ending),
      method: request.method,
      url: withoutQuery(request.url),
      startedAt,
      endedAt,
      resourceId,
      error: error && { code: error.code, message: error.message },
      correlationId
    })
  }
}

/** What was left without a handle is not known to this step, and never will be to another. */
function toLasting(ending: Ending): Ending {
  return ending.kind === 'left' || ending.kind === 'skipped' ? { kind: 'undecided' } : ending
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '')
}
