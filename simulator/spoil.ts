/**
 * The faults of faults.ts by names that a person can type, and which exchanges they befall: `reset`, `503@2`,
 * `throttle@1-3`. Pure.
 */
import { answerError } from './errors.ts'
import { BODY_FORMS, type Fault } from './faults.ts'

/** A fault, and the exchanges that it befalls, counted from 1. */
export interface Spoiling {
  readonly name: string
  readonly fault: Fault
  readonly from: number
  readonly to: number
}

const SLOW_MS = 5_000
const HOUR_MS = 3_600_000

interface NamedFault {
  readonly what: string
  readonly fault: Fault
}

const NAMED_FAULTS: Readonly<Record<string, NamedFault>> = {
  refuse: { what: 'no connection can be made for a moment', fault: { kind: 'refuse' } },
  reset: {
    what: 'the connection breaks, and the request never arrives',
    fault: { kind: 'cut', place: 'request', how: 'reset' }
  },
  'reset-after': {
    what: 'the request takes effect, and the connection breaks before the answer',
    fault: { kind: 'cut', place: 'answer', how: 'reset' }
  },
  cut: {
    what: 'half of the answer arrives',
    fault: { kind: 'cut', place: 'in-body', how: 'end' }
  },
  stall: {
    what: 'the request takes effect, and no answer ever comes (the action waits for one for a while)',
    fault: { kind: 'stall', place: 'answer' }
  },
  slow: {
    what: `the answer takes ${SLOW_MS / 1000} seconds`,
    fault: { kind: 'drip', ms: SLOW_MS }
  },
  throttle: {
    what: 'too many requests: 429 with a Retry-After of a second',
    fault: { kind: 'answer', reached: false, answer: throttle() }
  },
  'foreign-url': {
    what: 'the polling URLs of the answer lead to another host',
    fault: { kind: 'foreign-url', url: 'https://elsewhere.example/operations/1?api-version=1' }
  },
  skew: { what: "the answer's clock is an hour fast", fault: { kind: 'skew', ms: HOUR_MS } },
  lie: {
    what: 'the answer calls any state Updating',
    fault: { kind: 'lie', word: 'Updating' }
  }
}

function throttle() {
  const answer = answerError(429, 'TooManyRequests', 'The request is being throttled.')
  return { ...answer, headers: { 'retry-after': '1' } }
}

/** What may be asked for, a line for each. */
export const SPOIL_LINES: readonly (readonly [name: string, what: string])[] = [
  ...Object.entries(NAMED_FAULTS).map(([name, { what }]) => [name, what] as const),
  ['500, 503, 404 …', 'an answer with this status; the request never arrives'],
  ['500-after …', 'the same after the request took effect'],
  ['html, empty …', `the answer arrives with such a body: ${BODY_FORMS.join(', ')}`]
]

/** How a fault is asked for. */
export const SPOIL_SYNTAX = 'FAULT[@N], FAULT@N-M or FAULT@N-'

/** Reads `FAULT`, `FAULT@N`, `FAULT@N-M` or `FAULT@N-`; undefined when it is none. Without a number it befalls the first. */
export function readSpoiling(text: string): Spoiling | undefined {
  const [, name = '', first = '1', dash, last] =
    /^([a-z\d-]+)(?:@(\d+)(-)?(\d+)?)?$/.exec(text) ?? []
  const fault = findFault(name)
  const from = Number(first)
  const to =
    last === undefined ? (dash === undefined ? from : Number.POSITIVE_INFINITY) : Number(last)
  const isWhole = dash !== undefined || last === undefined
  return fault === undefined || from < 1 || to < from || !isWhole
    ? undefined
    : { name, fault, from, to }
}

function findFault(name: string): Fault | undefined {
  const named = Object.hasOwn(NAMED_FAULTS, name) ? NAMED_FAULTS[name]?.fault : undefined
  const form = BODY_FORMS.find((each) => each === name)
  const [, status, after] = /^([45]\d\d)(-after)?$/.exec(name) ?? []
  if (named !== undefined) return named
  if (form !== undefined) return { kind: 'body', form }
  if (status === undefined) return undefined
  const answer = answerError(Number(status), 'Spoiled', `This answer was spoiled with ${name}.`)
  return { kind: 'answer', reached: after !== undefined, answer }
}

/** The first that fits befalls an exchange, which is counted from 0. */
export function planSpoiling(
  spoilings: readonly Spoiling[]
): (exchange: number) => Spoiling | undefined {
  return (exchange) => spoilings.find(({ from, to }) => exchange + 1 >= from && exchange + 1 <= to)
}
