/**
 * What a request may tell the simulator itself through `x-ms-simulator-…` headers: how long its operation takes,
 * how it fails, and which habit its provider has. Nothing of this exists in Azure.
 */

import { type ArmError, answerError, NAMED_ERRORS, readErrorInstruction } from './errors.ts'
import { parseJson } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'
import { type Operation, startOperation } from './operations.ts'
import { HABITS, type Habit, type World } from './world.ts'

export const SECONDS_HEADER = 'x-ms-simulator-seconds'
export const ERROR_HEADER = 'x-ms-simulator-error'
export const HABIT_HEADER = 'x-ms-simulator-habit'

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
  const error = headers[ERROR_HEADER]
  const refuse = (name: string, allowed: string) =>
    answerError(400, 'SimulatorInstructionInvalid', `${name} must be ${allowed}.`)
  if (seconds !== undefined && !(Number(seconds) >= 0)) {
    return refuse(SECONDS_HEADER, 'a number of seconds')
  }
  if (habit !== undefined && !HABITS.some((known) => known === habit)) {
    return refuse(HABIT_HEADER, `one of ${HABITS.join(', ')}`)
  }
  if (error !== undefined && readNamedOrJsonError(error, path) === undefined) {
    return refuse(ERROR_HEADER, `one of ${NAMED_ERRORS.join(', ')}, or JSON with code and message`)
  }
  return undefined
}

function readRequestedError(request: SimulatedRequest): ArmError | undefined {
  const text = request.headers[ERROR_HEADER]
  return text === undefined ? undefined : readNamedOrJsonError(text, request.armPath.id)
}

function readNamedOrJsonError(text: string, id: string): ArmError | undefined {
  return readErrorInstruction(parseJson(text) ?? text, id)
}
