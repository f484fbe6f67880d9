/**
 * The inputs about following an operation: how long and how often it is asked about, what its states mean, and where
 * its result is read from. Knows no state word of the protocol by itself.
 */
import { InputError } from '../errors.ts'
import type { Method } from '../http/message.ts'
import type { Handle } from '../operation/handle.ts'
import { FINAL_STATE_VIA, type Rules, type Timing } from '../operation/state.ts'
import { type ExtraStates, interpretStatus, type StateMeaning } from '../operation/status.ts'
import { omitUndefined } from '../values.ts'
import { type ReadInput, readBoolean, readChoice, readDuration, readLines } from './reader.ts'

const DEFAULT_TIMEOUT_MS = 60 * 60_000

/** Decisions of the author about following the operation. */
export interface Waiting extends Pick<Rules, 'finalStateVia' | 'extraStates' | 'timing'> {
  /** False: the run ends once the request is accepted. */
  readonly wait: boolean
}

/**
 * Reads how to follow the operation. A handle brings the rules that its operation was started with; what the resuming
 * step says itself comes first.
 */
export function readWaiting(read: ReadInput, handle: Handle | undefined): Waiting {
  const pollInterval = readPollInterval(read)
  const wait = readBoolean(read, 'wait', true)
  const timing = Object.freeze<Timing>({
    timeoutMs: readDuration(read, 'timeout', { positive: true }) ?? DEFAULT_TIMEOUT_MS,
    ...pollInterval
  })
  const via = readChoice(read, 'final-state-via', FINAL_STATE_VIA, 'auto')
  const finalStateVia = via === 'auto' ? (handle?.finalStateVia ?? via) : via
  return { wait, timing, finalStateVia, extraStates: readStates(read, handle?.extraStates) }
}

function readPollInterval(read: ReadInput): Omit<Timing, 'timeoutMs'> {
  const pollIntervalMs = readDuration(read, 'poll-interval')
  const maxPollIntervalMs = readDuration(read, 'max-poll-interval', { positive: true })
  if (
    pollIntervalMs !== undefined &&
    maxPollIntervalMs !== undefined &&
    pollIntervalMs > maxPollIntervalMs
  ) {
    throw new InputError('poll-interval', {
      read: read('poll-interval'),
      problem: `is longer than max-poll-interval, ${read('max-poll-interval')}`
    })
  }
  return omitUndefined({ pollIntervalMs, maxPollIntervalMs })
}

function readStates(read: ReadInput, handed: ExtraStates | undefined): ExtraStates {
  const success = readWords(read, 'success-states')
  const failure = readWords(read, 'failure-states')
  const successWords = new Set(success.map((word) => word.toLowerCase()))
  const both = failure.find((word) => successWords.has(word.toLowerCase()))
  if (both !== undefined) {
    throw new InputError('failure-states', {
      read: both,
      problem: 'is also in success-states',
      allowed: 'each word in only one of the two'
    })
  }
  return Object.freeze({
    success: success.length === 0 ? (handed?.success ?? success) : success,
    failure: failure.length === 0 ? (handed?.failure ?? failure) : failure
  })
}

/** ARM's own words keep their meaning: a state is not to be turned into its opposite by an input. */
const OPPOSITE_MEANINGS = {
  'success-states': ['failed', 'canceled'],
  'failure-states': ['succeeded']
} as const satisfies Readonly<Record<string, readonly StateMeaning[]>>

const NO_EXTRA_STATES: ExtraStates = { success: [], failure: [] }

function readWords(read: ReadInput, name: keyof typeof OPPOSITE_MEANINGS): readonly string[] {
  const words = readLines(read, name)
  const opposites: readonly StateMeaning[] = OPPOSITE_MEANINGS[name]
  for (const word of words) {
    const refuse = (problem: string): never => {
      throw new InputError(name, { read: word, problem, allowed: 'one state word per line' })
    }
    if (!/^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,127}$/u.test(word)) refuse('is not a state word')
    if (opposites.includes(interpretStatus(word, NO_EXTRA_STATES))) {
      refuse('is an ARM state whose meaning cannot be changed')
    }
  }
  return Object.freeze(words)
}

/** Warning of a `final-state-via` that has no effect. */
export function findUnusedFinalStateVia(read: ReadInput, method: Method): readonly string[] {
  const via = read('final-state-via').toLowerCase()
  return via !== '' && via !== 'auto' && method !== 'POST' && method !== 'PATCH'
    ? [`Input final-state-via is not used: it is for POST and PATCH, not ${method}.`]
    : []
}
