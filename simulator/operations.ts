/**
 * Long-running operations: how far one is, as a pure function of the time since its start, and the URLs on which
 * that can be read. A polling URL must come back exactly as it was given, query included: real ones are signed.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import type { ArmError } from './errors.ts'
import { answerError } from './errors.ts'
import type { JsonObject } from './json.ts'
import type { Answer, SimulatedRequest } from './message.ts'

export interface Operation {
  readonly id: string
  /** Simulated milliseconds since the epoch. */
  readonly startedAt: number
  readonly durationMs: number
  /** Why it fails at its end; absent when it succeeds. */
  readonly error?: ArmError
  /** When it was brought to an end before its time, in simulated milliseconds since the epoch. */
  readonly canceledAt?: number
}

/** Makes an operation that starts now. */
export function startOperation(
  startedAt: number,
  seconds: number,
  error: ArmError | undefined
): Operation {
  const durationMs = seconds * 1000
  return { id: randomUUID(), startedAt, durationMs, ...(error === undefined ? {} : { error }) }
}

/** When it comes, or came, to its end. */
export function readEndTime({ startedAt, durationMs, canceledAt }: Operation): number {
  return canceledAt ?? startedAt + durationMs
}

export function isRunning(operation: Operation, now: number): boolean {
  return now < readEndTime(operation)
}

export type End = 'Succeeded' | 'Failed' | 'Canceled'

/** What an operation came to: its terminal state, or undefined while it runs. */
export function readEnd(operation: Operation, now: number): End | undefined {
  if (isRunning(operation, now)) return undefined
  if (operation.canceledAt !== undefined) return 'Canceled'
  return operation.error === undefined ? 'Succeeded' : 'Failed'
}

/** Whole percent of the time that it takes. */
export function readPercent(operation: Operation, now: number): number {
  if (operation.durationMs === 0) return 100
  const part = (now - operation.startedAt) / operation.durationMs
  return Math.max(0, Math.min(100, Math.floor(part * 100)))
}

/** An operation that can be followed, and what each of its URLs shows. */
export interface Tracking {
  readonly operation: Operation
  /** Path of the status URL (`Azure-AsyncOperation`, `Operation-Location`). */
  readonly statusPath?: string
  /** Path of the `Location` URL. May equal `statusPath`: `monitor=true` tells them apart, as on Compute. */
  readonly locationPath?: string
  readonly apiVersion: string
  /** The Retry-After of its answers, in simulated seconds; absent is no such header. */
  readonly retryAfterSeconds?: number
  /** How many of its first polls the gateway answers with 404, as one that has not heard of it yet. */
  readonly missingPolls?: number
  /** How many bytes its URLs have more than any. */
  readonly urlBytes?: number
  /** Body of the status URL. */
  readonly showStatus?: (now: number) => JsonObject
  /** Answer of the `Location` URL once the operation has succeeded. */
  readonly showResult?: (now: number) => Answer
}

/** The absolute URLs of one tracked operation, and the Retry-After value to send along. */
export interface PollingUrls {
  readonly status: string
  readonly location: string
  readonly retryAfter: Readonly<Record<string, string>>
}

interface Monitor {
  readonly kind: 'status' | 'location'
  readonly path: string
  readonly tracking: Tracking
  /** Polls still to be answered with 404; counted down. */
  missingPolls: number
}

export interface OperationsOptions {
  readonly clock: Clock
  /** Sent as it is, in place of every operation's own Retry-After. */
  readonly retryAfterSeconds?: number
}

/** Every operation that was started, by its polling URLs. */
export class Operations {
  readonly #monitors = new Map<string, Monitor[]>()
  readonly #options: OperationsOptions

  constructor(options: OperationsOptions) {
    this.#options = options
  }

  /** Gives an operation its polling URLs. */
  track(tracking: Tracking, origin: string): PollingUrls {
    const { statusPath, locationPath, apiVersion } = tracking
    const register = (kind: Monitor['kind'], path: string, query: string): string => {
      const key = path.toLowerCase()
      const { missingPolls = 0 } = tracking
      const monitor = { kind, path: `${path}?${query}`, tracking, missingPolls }
      this.#monitors.set(key, [...(this.#monitors.get(key) ?? []), monitor])
      return origin + monitor.path
    }
    const signature = () => sign(apiVersion) + fill(tracking.urlBytes)
    const marker = statusPath === locationPath ? 'monitor=true&' : ''
    return {
      status: statusPath === undefined ? '' : register('status', statusPath, signature()),
      location:
        locationPath === undefined ? '' : register('location', locationPath, marker + signature()),
      retryAfter: this.#readRetryAfter(tracking)
    }
  }

  /** Answers a request for a polling URL; undefined when the path is none. */
  answer(request: SimulatedRequest, origin: string): Answer | undefined {
    const monitors = this.#monitors.get(request.pathname.toLowerCase())
    if (monitors === undefined) return undefined
    if (request.method !== 'GET')
      return answerError(405, 'MethodNotAllowed', 'Only GET is allowed.')
    const monitor = monitors.find(({ path }) => readQuery(path) === readQuery(request.path))
    if (monitor === undefined) {
      return answerError(403, 'Forbidden', 'The query of the polling URL is not as it was issued.')
    }
    if (monitor.missingPolls > 0) {
      monitor.missingPolls -= 1
      return answerError(404, 'NotFound', 'The operation could not be found.')
    }
    return monitor.kind === 'status'
      ? this.#answerStatus(monitor.tracking)
      : this.#answerLocation(monitor, origin)
  }

  #answerStatus(tracking: Tracking): Answer {
    const now = this.#options.clock.now()
    const show = tracking.showStatus ?? ((at: number) => showAzureStatus(tracking.operation, at))
    const headers = isRunning(tracking.operation, now) ? this.#readRetryAfter(tracking) : {}
    return { status: 200, headers, body: show(now) }
  }

  // While it runs 202, afterwards what the same request would have answered had it been synchronous.
  #answerLocation({ path, tracking }: Monitor, origin: string): Answer {
    const now = this.#options.clock.now()
    const { operation } = tracking
    if (isRunning(operation, now)) {
      const headers = { location: origin + path, ...this.#readRetryAfter(tracking) }
      return { status: 202, headers }
    }
    if (readEnd(operation, now) === 'Failed' && operation.error !== undefined) {
      return { status: 409, body: { error: operation.error } }
    }
    return tracking.showResult?.(now) ?? { status: 204 }
  }

  #readRetryAfter({ retryAfterSeconds }: Tracking): Readonly<Record<string, string>> {
    const fixed = this.#options.retryAfterSeconds
    if (fixed !== undefined) return { 'retry-after': String(fixed) }
    if (retryAfterSeconds === undefined) return {}
    return { 'retry-after': String(this.#options.clock.toClientSeconds(retryAfterSeconds)) }
  }
}

/** The operation resource of the ARM contract: name, status, times, percentage, error. */
export function showAzureStatus(operation: Operation, now: number): JsonObject {
  const end = readEnd(operation, now)
  return {
    name: operation.id,
    status: end ?? 'InProgress',
    startTime: toTimestamp(operation.startedAt),
    ...(end === undefined
      ? { percentComplete: readPercent(operation, now) }
      : { endTime: toTimestamp(readEndTime(operation)) }),
    ...(end === 'Failed' && operation.error !== undefined ? { error: operation.error } : {})
  }
}

/** ISO 8601 in UTC, as Azure writes it. */
export function toTimestamp(ms: number): string {
  return new Date(ms).toISOString()
}

/** An ISO 8601 duration, as Azure writes it: `PT1H2M3.5S`. */
export function toDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const rest = Math.round((seconds % 60) * 1000) / 1000
  const parts = [hours > 0 ? `${hours}H` : '', minutes > 0 ? `${minutes}M` : '']
  const isWhole = rest === 0 && hours + minutes > 0
  return `PT${parts.join('')}${isWhole ? '' : `${rest}S`}`
}

function readQuery(path: string): string {
  const at = path.indexOf('?')
  return at < 0 ? '' : path.slice(at + 1)
}

// Like a real one: a time, a certificate, a signature and a hash, none of which belongs in a log.
function sign(apiVersion: string): string {
  const pick = (bytes: number) => randomBytes(bytes).toString('base64url')
  return `api-version=${apiVersion}&t=${pick(9)}&c=MIIH${pick(600)}&s=${pick(192)}&h=${pick(32)}`
}

function fill(bytes = 0): string {
  return bytes === 0 ? '' : `&p=${randomBytes(bytes).toString('base64url').slice(0, bytes)}`
}
