/**
 * What a request may tell the simulator itself through `x-ms-simulator-…` headers: how long its operation takes,
 * how it fails, and which habit its provider has. Nothing of this exists in Azure.
 */

import { type ArmError, answerError, NAMED_ERRORS, readErrorInstruction } from './errors.ts'
import { isJsonObject, parseJson } from './json.ts'
import { type Answer, FAULTS, type SimulatedRequest } from './message.ts'
import { type Operation, startOperation } from './operations.ts'
import { HABITS, type Habit, type World } from './world.ts'

export const SECONDS_HEADER = 'x-ms-simulator-seconds'
export const ERROR_HEADER = 'x-ms-simulator-error'
export const HABIT_HEADER = 'x-ms-simulator-habit'
/** How many of the first polls the gateway answers with 404. */
export const MISSING_POLLS_HEADER = 'x-ms-simulator-missing-polls'
/** How many bytes of filling the body of each answer has, as the answers of a big resource do. */
export const BODY_BYTES_HEADER = 'x-ms-simulator-body-bytes'
/** How many bytes its polling URLs have more. */
export const URL_BYTES_HEADER = 'x-ms-simulator-url-bytes'
/** How the run ends that takes the name of a deployment as soon as it is over: `succeeds`, or with this error. */
export const NEXT_RUN_HEADER = 'x-ms-simulator-next-run'
/** How the answer to a request that really started something is lost: one of LOST_ANSWERS. */
export const LOST_ANSWER_HEADER = 'x-ms-simulator-lost-answer'
const SUCCEEDS = 'succeeds'
const LOST_STATUSES = ['408', '500', '502', '503', '504'] as const
export const LOST_ANSWERS = [...FAULTS, ...LOST_STATUSES] as const

/** Starts the operation that a request asks for: the headers' duration and error, or the defaults. */
export function startRequested(request: SimulatedRequest, defaultSeconds: number): Operation {
  const seconds = request.headers[SECONDS_HEADER]
  return startOperation(
    request.at,
    seconds === undefined ? defaultSeconds : Number(seconds),
    readRequestedError(request)
  )
}

/** The habit of a write: the request's own, else the first rule that fits, else the one usual for its method. */
export function chooseHabit(request: SimulatedRequest, world: World, type: string): Habit {
  const asked = HABITS.find((habit) => habit === request.headers[HABIT_HEADER])
  const fits = (mine: string | undefined, theirs: string) =>
    mine === undefined || mine.toLowerCase() === theirs.toLowerCase()
  const rule = world.habits.find(
    (candidate) => fits(candidate.method, request.method) && fits(candidate.type, type)
  )
  return asked ?? rule?.habit ?? USUAL_HABITS[request.method] ?? 'sync'
}

// The commonest first answer of each method among real operations.
const USUAL_HABITS: Readonly<Record<string, Habit>> = {
  PUT: 'async-operation',
  PATCH: 'async-operation',
  POST: 'both',
  DELETE: 'location'
}

/** Refuses an instruction that cannot be followed, rather than going on as if it were not there. */
export function refuseInstructions({ headers, path }: SimulatedRequest): Answer | undefined {
  const seconds = headers[SECONDS_HEADER]
  const habit = headers[HABIT_HEADER]
  const refuse = (name: string, allowed: string) =>
    answerError(400, 'SimulatorInstructionInvalid', `${name} must be ${allowed}.`)
  if (seconds !== undefined && !(Number(seconds) >= 0)) {
    return refuse(SECONDS_HEADER, 'a number of seconds')
  }
  if (habit !== undefined && !HABITS.some((known) => known === habit)) {
    return refuse(HABIT_HEADER, `one of ${HABITS.join(', ')}`)
  }
  for (const [name, word] of [[ERROR_HEADER], [NEXT_RUN_HEADER, SUCCEEDS]] as const) {
    const error = headers[name]
    if (error === undefined || error === word) continue
    if (readNamedOrJsonError(error, path) !== undefined) continue
    return refuse(name, `one of ${NAMED_ERRORS.join(', ')}, or JSON with code and message`)
  }
  return refuseNetworkInstructions(headers, refuse)
}

function refuseNetworkInstructions(
  headers: SimulatedRequest['headers'],
  refuse: (name: string, allowed: string) => Answer
): Answer | undefined {
  for (const name of [BODY_BYTES_HEADER, URL_BYTES_HEADER]) {
    if (!/^\d{1,6}$/.test(headers[name] ?? '0')) return refuse(name, 'a number of bytes')
  }
  const polls = headers[MISSING_POLLS_HEADER]
  const lost = headers[LOST_ANSWER_HEADER]
  if (polls !== undefined && !/^\d{1,3}$/.test(polls)) {
    return refuse(MISSING_POLLS_HEADER, 'a number of polls')
  }
  if (lost !== undefined && !LOST_ANSWERS.some((known) => known === lost)) {
    return refuse(LOST_ANSWER_HEADER, `one of ${LOST_ANSWERS.join(', ')}`)
  }
  return undefined
}

/** How many of the first polls of a request's operation find nothing. */
export function readMissingPolls({ headers }: SimulatedRequest): number {
  return Number(headers[MISSING_POLLS_HEADER] ?? 0)
}

/** How many bytes the polling URLs of a request's operation have more. */
export function readUrlBytes({ headers }: SimulatedRequest): number {
  return Number(headers[URL_BYTES_HEADER] ?? 0)
}

const FILLINGS = new Map<number, string>()

/** The answer with as much filling in its body as the request asks for; one that is an error has none. */
export function fillAnswer({ headers }: SimulatedRequest, answer: Answer): Answer {
  const bytes = Number(headers[BODY_BYTES_HEADER] ?? 0)
  const { body } = answer
  if (bytes === 0 || !isJsonObject(body) || body.error !== undefined) return answer
  const filling = FILLINGS.get(bytes) ?? createFilling(bytes)
  FILLINGS.set(bytes, filling)
  // As text: to make it anew for each answer would cost more than all the rest.
  const text = JSON.stringify({ ...body, filling: [] }).replace(/\[\]\}$/, `${filling}}`)
  const type = { 'content-type': 'application/json; charset=utf-8' }
  return { ...answer, headers: { ...type, ...answer.headers }, body: text }
}

/** Small objects, as a resource has them: one long text would cost a reader nothing. */
function createFilling(bytes: number): string {
  const entry = { name: 'setting-000', enabled: true, count: 17, value: 'x'.repeat(48) }
  const count = Math.ceil(bytes / (JSON.stringify(entry).length + 1))
  return JSON.stringify(Array.from({ length: count }, () => entry))
}

/** How the run ends that takes the name of a request's deployment; undefined when none does. */
export function readNextRun({
  headers,
  armPath
}: SimulatedRequest): 'succeeds' | ArmError | undefined {
  const text = headers[NEXT_RUN_HEADER]
  if (text === undefined || text === SUCCEEDS) return text
  return readNamedOrJsonError(text, armPath.id)
}

/** What is left of the answer to a request that took effect: all of it, unless the request asks for its loss. */
export function loseAnswer({ headers }: SimulatedRequest, answer: Answer): Answer {
  const lost = headers[LOST_ANSWER_HEADER]
  const fault = FAULTS.find((known) => known === lost)
  if (fault !== undefined) return { ...answer, fault }
  const status = LOST_STATUSES.find((known) => known === lost)
  if (status === undefined) return answer
  return answerError(Number(status), 'GatewayTimeout', 'The gateway did not receive a response.')
}

function readRequestedError(request: SimulatedRequest): ArmError | undefined {
  const text = request.headers[ERROR_HEADER]
  return text === undefined ? undefined : readNamedOrJsonError(text, request.armPath.id)
}

function readNamedOrJsonError(text: string, id: string): ArmError | undefined {
  return readErrorInstruction(parseJson(text) ?? text, id)
}
