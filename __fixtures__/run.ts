/**
 * One run of an operation as data: what each call is answered with, when the workflow is canceled, and everything that
 * the run did. On a clock that only jumps. What a run is made of is put together here and in no test.
 */
import { type ArmClient, chooseTracing } from '../src/arm/client.ts'
import type { Clock } from '../src/clock.ts'
import type { OutputValue } from '../src/condition/output-definitions.ts'
import { NoAnswerError, type SendOptions } from '../src/http/http.ts'
import type { ArmRequest, HttpResponse } from '../src/http/message.ts'
import { begin } from '../src/operation/begin.ts'
import type { Facts, Operation } from '../src/operation/state.ts'
import type { Hiding } from '../src/report/hide.ts'
import { type ConfirmContext, confirmEnd } from '../src/run/confirm-end.ts'
import type { RunEvent } from '../src/run/events.ts'
import type { RunContext } from '../src/run/live-run.ts'
import type { Outcome, StatusChange } from '../src/run/outcome.ts'
import { runOperation } from '../src/run/run-operation.ts'
import type { SavedRun } from '../src/run/saved-run.ts'
import { prepareAuthorOutputs, registerAnswerSecrets } from '../src/runner/author-outputs.ts'
import { createLog, type Log } from '../src/runner/log.ts'
import { createMasks } from '../src/runner/masks.ts'
import { omitUndefined } from '../src/values.ts'
import {
  asyncOperation,
  empty,
  type Reply,
  request,
  rules,
  STATUS,
  toPath,
  toUrl
} from './conversation.ts'
import { type Inputs, toSpec, toStepInputs } from './flat-inputs.ts'
import { createInputs } from './inputs.ts'
import { VirtualTime } from './virtual-time.ts'

/** `owner/repository@ref` of the action under test. */
export const USES = 'octo-org/arm@v1'
/** Id of every request that was given none of its own. */
export const CORRELATION_ID = 'c0ffee00-0000-4000-8000-000000000001'
/** How long a call takes where a script says nothing else. */
export const ROUND_TRIP_MS = 100

/** What goes before the words of a log in the lines that are recorded. */
export interface LogMarks {
  readonly warning: string
  readonly group: string
  readonly endGroup: string
}

/** Registry in which there is no secret. */
export const HIDING_NOTHING: Hiding = { hide: (text) => text, keepHandle: (handle) => handle }

const MARKS: LogMarks = { warning: 'warning: ', group: '> ', endGroup: '<' }

/** A log, and its lines as they are written. */
export function recordLog(marks: LogMarks = MARKS, onLine: (line: string) => void = () => {}) {
  const lines: string[] = []
  const write = (line: string) => {
    lines.push(line)
    onLine(line)
  }
  const writer = {
    info: write,
    warning: (text: string) => write(marks.warning + text),
    startGroup: (title: string) => write(marks.group + title),
    endGroup: () => write(marks.endGroup)
  }
  const log = createLog(writer, HIDING_NOTHING)
  return { log, lines }
}

/** Event of a status that was seen; an operation in the state that it tells. */
export function moved({ at, status: lastStatus, percentComplete }: StatusChange): RunEvent {
  return moveTo(at, omitUndefined({ lastStatus, percentComplete }))
}

/** Event of a poll that could not be read, for this reason. */
export function blinded(at: number, message: string): RunEvent {
  const none = { transient: 0, notFound: 0, malformed: 0, forbidden: 0, refused: 0 }
  const faults = { sinceMs: at, notFoundSinceMs: at, ...none, transient: 1 }
  return moveTo(at, { faults, lastFault: { message } })
}

function moveTo(at: number, known: Partial<Facts>): RunEvent {
  const { facts } = begin(request('PUT'), empty(202, asyncOperation(STATUS)), rules(), at)
  const operation: Operation = {
    state: 'running',
    via: 'status-url',
    url: toUrl(STATUS),
    wait: { kind: 'poll' },
    facts: { ...facts, ...known },
    everReadable: true,
    missedRounds: 0,
    absences: 0
  }
  return { kind: 'moved', at, operation }
}

/** Event of a first answer. */
export function answered(at: number, status: number, requestId?: string): RunEvent {
  const headers = omitUndefined({ 'x-ms-request-id': requestId })
  return { kind: 'answered', at, response: empty(status, headers) }
}

/** Event of a wait; nothing is due when the moment of the next poll is over. */
export function waiting(at: number, nextPollAt = at): RunEvent {
  return { kind: 'waiting', at, nextPollAt }
}

/** A log that nothing can be written to. */
export function breakLog(thrown: unknown): Log {
  const fail = () => {
    throw thrown
  }
  const writer = { info: fail, warning: fail, startGroup: fail, endGroup: fail }
  return createLog(writer, HIDING_NOTHING)
}

/**
 * A reply, an exception in its place, or what happens when it is asked for. `silence` is a connection on which nothing
 * comes as long as the call may take.
 */
export type Turn = Reply | 'silence' | Error | (() => Reply)

/** The turns of the other side. The last one of each list repeats, and a call without any is a bug of the test. */
export interface Script {
  /** By `METHOD path`, before the two other lists. */
  readonly routes?: Readonly<Record<string, readonly Turn[]>>
  /** For the request itself. */
  readonly send?: readonly Turn[]
  /** For every GET, in order. */
  readonly get?: readonly Turn[]
  /** How long each call takes; `ROUND_TRIP_MS` when absent. */
  readonly roundTripMs?: number
}

/** A client that answers from a script, and what it was asked. */
export interface ScriptedClient {
  readonly client: ArmClient
  /** `METHOD path`, in order, with when it was asked in milliseconds after the start. */
  readonly calls: readonly string[]
  readonly callTimes: readonly number[]
  /** What was sent with the first request, each time. */
  readonly bodies: readonly (string | undefined)[]
}

/** @param onCall hears of each call before it is answered */
export function scriptClient(
  script: Script,
  time: VirtualTime,
  onCall: (call: string) => void = () => {}
): ScriptedClient {
  const { roundTripMs = ROUND_TRIP_MS } = script
  const calls: string[] = []
  const callTimes: number[] = []
  const bodies: (string | undefined)[] = []
  const turnsOf = readTurns(script)
  const answer = async (kind: keyof ArmClient, request: ArmRequest, options: SendOptions) => {
    const call = `${request.method} ${toPath(request.url)}`
    calls.push(call)
    callTimes.push(time.elapsedMs)
    onCall(call)
    const turns = turnsOf(kind, call)
    const turn = turns[0]
    if (turn === undefined) throw new Error(`test bug: nothing is left to answer ${call} with`)
    if (turns.length > 1) turns.shift()
    await time.pass(turn === 'silence' ? options.timeoutMs : roundTripMs, options.signal)
    if (options.signal.aborted) throw new NoAnswerError('AbortError: it was cut', true)
    return takeTurn(turn)
  }
  const client: ArmClient = {
    send: (request, options) => {
      bodies.push(request.body)
      return answer('send', request, options)
    },
    get: (url, options) => answer('get', { method: 'GET', url }, options),
    post: (url, options) => answer('post', { method: 'POST', url }, options)
  }
  return { client, calls, callTimes, bodies }
}

/** Finds what is left for a call, to be taken from; `kind` says where to look when it has no route. */
function readTurns({ routes = {}, send = [], get = [] }: Script) {
  const byCall = new Map(Object.entries(routes).map(([call, turns]) => [call, [...turns]]))
  const lists: Readonly<Record<keyof ArmClient, Turn[]>> = {
    send: [...send],
    get: [...get],
    post: []
  }
  return (kind: keyof ArmClient, call: string): Turn[] => byCall.get(call) ?? lists[kind]
}

function takeTurn(turn: Turn): HttpResponse {
  const reply = typeof turn === 'function' ? turn() : turn
  if (reply instanceof Error) throw reply
  if (reply === 'no answer') throw new NoAnswerError('ECONNRESET: socket hang up', true)
  if (reply === 'silence') throw new NoAnswerError('socket hang up', true)
  return reply
}

/** What a run is made of; what is absent does nothing. */
export interface RunParts extends Partial<Omit<RunContext, 'client' | 'clock'>> {
  readonly client: ArmClient
  readonly clock: Clock
  readonly inputs: Inputs
}

/** Runs an operation of these parts. */
export function startRun(parts: RunParts): Promise<Outcome> {
  const { inputs, ...given } = parts
  const { connection, operation } = toStepInputs(inputs)
  return runOperation(operation, {
    tracing: chooseTracing(operation.headers, CORRELATION_ID),
    cloud: connection.cloud,
    ids: connection.ids,
    signIn: connection.resumeSignIn,
    action: USES,
    signal: new AbortController().signal,
    observe: recordLog().log.write,
    checkpoint: async () => {},
    registerSecrets: () => {},
    save: () => {},
    ...given
  })
}

/** One run: what it is asked, how it is answered, and what happens to it. */
export interface Scenario extends Script, Pick<RunParts, 'hooks'> {
  readonly inputs?: Partial<Inputs>
  readonly time?: VirtualTime
  /** The workflow is canceled at this time, in milliseconds after the start. */
  readonly abortAtMs?: number
  /** Where the run writes its log, in place of one that is recorded. */
  readonly log?: Log
  /** Secrets are masked, the operation is handed over, and the author's outputs are taken from the response. */
  readonly takesResults?: boolean
}

/** Everything that a run did. */
export interface ScenarioRun extends Omit<ScriptedClient, 'client'> {
  readonly outcome: Outcome
  /** Of the log. */
  readonly lines: readonly string[]
  /** In order: calls, masks (`mask: …`), handles (`hand over: …`), summaries (`summary`), lines of the log. */
  readonly events: readonly string[]
  /** What the post step is told, undefined where that is nothing any more. */
  readonly saved: readonly (SavedRun | undefined)[]
  /** Drafts that a summary was written of. */
  readonly summaries: readonly Outcome[]
  /** The author's outputs. */
  readonly values: readonly OutputValue[]
  /** Takes the author's outputs from another outcome. */
  readonly takeOutputs: (outcome: Outcome) => Promise<readonly OutputValue[]>
  readonly elapsedMs: number
}

/** Runs a scenario to its end. */
export async function runScenario(scenario: Scenario): Promise<ScenarioRun> {
  const { time = new VirtualTime(), takesResults = false, hooks } = scenario
  const inputs = createInputs(scenario.inputs)
  const events: string[] = []
  const summaries: Outcome[] = []
  const saved: (SavedRun | undefined)[] = []
  const note = (event: string) => void events.push(event)
  const recorded = recordLog(MARKS, note)
  const { log = recorded.log } = scenario
  const { client, ...asked } = scriptClient(scenario, time, note)
  const setSecret = (secret: string) => note(`mask: ${secret}`)
  const masks = createMasks({ setSecret, warn: log.warn, environment: {} })
  const sinks = { masks, warn: log.warn }
  const results: Pick<RunContext, 'checkpoint' | 'registerSecrets'> = {
    registerSecrets: ({ body }, request) => registerAnswerSecrets(body, request, sinks),
    checkpoint: async (draft) => {
      note(`hand over: ${draft.operation?.handle}`)
      if (!inputs.summary) return
      note('summary')
      summaries.push(draft)
    }
  }
  const outcome = await startRun({
    inputs,
    client,
    clock: time,
    signal: abortAt(time, scenario.abortAtMs),
    observe: log.write,
    save: (run) => saved.push(run),
    ...(takesResults ? results : {}),
    ...omitUndefined({ hooks })
  })
  const takeOutputs = (of: Outcome) =>
    prepareAuthorOutputs(of, toSpec(inputs), { ...sinks, fail: sinks.warn })
  const values = takesResults ? await takeOutputs(outcome) : []
  const { elapsedMs } = time
  const { lines } = recorded
  return { outcome, ...asked, lines, events, saved, summaries, values, takeOutputs, elapsedMs }
}

function abortAt(time: VirtualTime, abortAtMs: number | undefined): AbortSignal {
  const controller = new AbortController()
  if (abortAtMs !== undefined) time.at(abortAtMs, () => controller.abort())
  return controller.signal
}

/** A post step: what was saved for it, and how it is answered. */
export interface ConfirmScenario extends Script, Pick<ConfirmContext, 'isIdShared'> {
  readonly saved: SavedRun
  readonly inputs?: Partial<Inputs>
}

/** Everything that a post step did. */
export type Confirmed = Pick<
  ScenarioRun,
  'outcome' | 'calls' | 'callTimes' | 'bodies' | 'lines' | 'elapsedMs'
>

/** How long after the start of the run its post step begins. */
const POST_STEP_AFTER_MS = 60_000

/** Runs the post step of a run that was left. */
export async function confirmScenario(scenario: ConfirmScenario): Promise<Confirmed> {
  const { saved } = scenario
  const time = new VirtualTime(saved.startedAtMs + POST_STEP_AFTER_MS)
  const { cloud, ids } = createInputs(scenario.inputs)
  const { log, lines } = recordLog()
  const { client, ...asked } = scriptClient(scenario, time)
  const { signal } = new AbortController()
  const observe = log.write
  const { isIdShared = false } = scenario
  const surroundings = { client, clock: time, cloud, ids, isIdShared, observe, signal }
  const outcome = await confirmEnd(saved, surroundings)
  return { outcome, ...asked, lines, elapsedMs: time.elapsedMs }
}
