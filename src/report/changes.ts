/**
 * What is new about one operation, as the words of one line of a log: its state, a condition, a part of it, trouble on
 * the way. The log of one operation and that of a list say it with these words, and none of it twice. Pure; what the
 * words quote is harmless.
 */
import type { Operation } from '../operation/state.ts'
import { HEARTBEAT_MS, type RunEvent, type SignInEvent } from '../run/events.ts'
import { formatDuration } from './format.ts'
import { toLine } from './sanitize.ts'

/** Memory of what was told of an operation. */
export interface ToldChanges {
  /** Milliseconds since the epoch. */
  readonly lastLineAt: number
  /** State or condition that the last such line told. */
  readonly lastState: string
  /** Trouble of the last poll; undefined once one could be read. */
  readonly trouble: string | undefined
  /** Kinds of trouble that have had their line. */
  readonly troubles: ReadonlySet<string>
}

/** Memory of an operation of which nothing was told. */
export const NOTHING_TOLD: ToldChanges = {
  lastLineAt: 0,
  lastState: '',
  trouble: undefined,
  troubles: new Set()
}

/** Memory after an event, and the words of its line, where it has one. */
export interface Change<Told extends ToldChanges> {
  readonly told: Told
  readonly words?: string
}

/** Event that may be a change. */
export type ChangeEvent =
  | Extract<RunEvent, { kind: 'retrying' | 'moved' | 'condition-read' | 'progressed' }>
  | Extract<SignInEvent, { kind: 'sign-in-retrying' }>

const MAX_STATE_CHARS = 200
const MAX_TROUBLE_CHARS = 500
const VERB_WIDTH_CHARS = 9

/** Change that an event is. */
export function describeChange<Told extends ToldChanges>(
  told: Told,
  event: ChangeEvent
): Change<Told> {
  switch (event.kind) {
    case 'retrying':
    case 'sign-in-retrying': {
      const { kind, at, reason, delayMs } = event
      const what = kind === 'retrying' ? '' : 'Sign-in: '
      const next = delayMs > 0 ? `; trying again in ${formatDuration(delayMs)}` : ''
      return tellTrouble(told, at, { kind: what + toLine(reason), next })
    }
    case 'moved':
      return describeMove(told, event.operation, event.at)
    case 'condition-read':
      return tellState(told, `Condition: ${toLine(event.seen, MAX_STATE_CHARS)}`, event.at)
    case 'progressed': {
      const { at, verb, text } = event
      const column = verb === undefined ? '' : `${verb.padEnd(VERB_WIDTH_CHARS)}  `
      return tell(told, `${column}${toLine(text)}`, at)
    }
    default:
      return event satisfies never
  }
}

function describeMove<Told extends ToldChanges>(
  told: Told,
  { facts, state }: Operation,
  at: number
): Change<Told> {
  const { lastStatus, percentComplete, faults, lastFault } = facts
  const isBlind = state === 'running' && faults !== undefined && lastFault !== undefined
  if (isBlind) {
    // One line for each kind of trouble. How long it lasts, the heartbeat says.
    const trouble = toLine(lastFault.message, MAX_TROUBLE_CHARS)
    const kind = `The state could not be read: ${trouble}`
    return tellTrouble({ ...told, trouble }, at, { kind, next: '; asking again' })
  }
  const seeing = { ...told, trouble: undefined }
  if (lastStatus === undefined) return { told: seeing }
  const word = toLine(lastStatus, MAX_STATE_CHARS) || 'unnamed state'
  const words = percentComplete === undefined ? word : `${word}  ${percentComplete}%`
  return tellState(seeing, words, at)
}

interface Trouble {
  readonly kind: string
  /** What is done about it, which makes no other kind. */
  readonly next: string
}

/** One line when a kind of trouble first appears, and then one a minute. */
function tellTrouble<Told extends ToldChanges>(
  told: Told,
  at: number,
  { kind, next }: Trouble
): Change<Told> {
  const isKnown = told.troubles.has(kind)
  if (isKnown && at - told.lastLineAt < HEARTBEAT_MS) return { told }
  return tell({ ...told, troubles: new Set(told.troubles).add(kind) }, kind + next, at)
}

/** One line, when the state is not what the last such line said. */
function tellState<Told extends ToldChanges>(told: Told, words: string, at: number): Change<Told> {
  return words === told.lastState ? { told } : tell({ ...told, lastState: words }, words, at)
}

function tell<Told extends ToldChanges>(told: Told, words: string, at: number): Change<Told> {
  return { told: { ...told, lastLineAt: at }, words }
}
