/**
 * Scripted answers: a test says what each method and path answers, in order. Anything that the built-in rooms cannot
 * or will not do, and every fault, is played from here.
 */
import { parseArmPath } from './arm-path.ts'
import { answerError } from './errors.ts'
import { type JsonValue, mapStrings } from './json.ts'
import type { Ledger } from './ledger.ts'
import type { Answer, Fault, RequestRecord } from './message.ts'

/** One answer of a script. `{origin}` in header values and in the body stands for the simulator's origin. */
export interface ScriptedAnswer {
  /** HTTP status; default 200. */
  readonly status?: number
  /** Stronger than the headers that every answer has; null takes one of those away, a list repeats it. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: JsonValue
  /** Simulated milliseconds to hold the answer back. */
  readonly delayMs?: number
  readonly fault?: Fault
  /** Let the built-in rooms take the request; `delayMs` and `fault` are injected into their answer: it took effect. */
  readonly passThrough?: boolean
}

export interface ScriptedRoute {
  readonly method: string
  /** Compared without regard to case, and with the query only when it has one. */
  readonly path: string
  /** Played in order; the last one repeats. */
  readonly answers: readonly ScriptedAnswer[]
}

interface Played {
  readonly route: ScriptedRoute
  played: number
}

/** What the script has to say about a request. */
export type Cue =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'pass-through'; readonly change: Pick<Answer, 'delayMs' | 'fault'> }
  | { readonly kind: 'unexpected'; readonly answer: Answer }
  | { readonly kind: 'none' }

export class Script {
  #routes: Played[] = []
  readonly #origin: string
  readonly #ledger: Ledger

  constructor(origin: string, ledger: Ledger) {
    this.#origin = origin
    this.#ledger = ledger
  }

  /** Adds routes. A route with the method and path of an earlier one takes its place. */
  add(routes: readonly ScriptedRoute[]): void {
    for (const route of routes) {
      if (route.answers.length === 0) throw new Error(`${describe(route)} has no answers`)
      this.#routes = this.#routes.filter((other) => describe(other.route) !== describe(route))
      this.#routes.push({ route, played: 0 })
    }
  }

  /** Plays the next answer for a request. */
  play(request: RequestRecord): Cue {
    const found = this.#find(request)
    if (found === undefined) {
      return this.#isClaimed(request.path)
        ? { kind: 'unexpected', answer: this.#explainUnexpected(request) }
        : { kind: 'none' }
    }
    const { answers } = found.route
    const answer = answers[Math.min(found.played++, answers.length - 1)]
    if (answer === undefined) return { kind: 'none' }
    const change = pickChange(answer)
    if (isPassThrough(answer)) return { kind: 'pass-through', change }
    this.#record(request, found.route, answer)
    return { kind: 'answer', answer: { ...this.#fill(answer), ...change } }
  }

  #find(request: RequestRecord): Played | undefined {
    const path = request.path.toLowerCase()
    const fits = (wanted: string) =>
      wanted.includes('?') ? wanted === path : wanted === path.split('?')[0]
    const candidates = this.#routes.filter(
      ({ route }) => route.method.toUpperCase() === request.method && fits(route.path.toLowerCase())
    )
    return candidates.find(({ route }) => route.path.includes('?')) ?? candidates[0]
  }

  // A script that only passes through lies over the built-in rooms; any other owns its whole family of paths.
  #isClaimed(path: string): boolean {
    const family = readFamily(path)
    return this.#routes.some(
      ({ route }) => !route.answers.some(isPassThrough) && readFamily(route.path) === family
    )
  }

  #explainUnexpected({ method, path }: RequestRecord): Answer {
    const known = this.#routes.map(({ route }) => describe(route)).join(', ')
    const message = `Test bug: the script has no ${method} ${path}. It has: ${known}`
    return answerError(404, 'SimulatorNotScripted', message)
  }

  #fill({ status = 200, headers, body }: ScriptedAnswer): Answer {
    const fill = (text: string) => text.replaceAll('{origin}', this.#origin)
    const filled = Object.entries(headers ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? fill(value) : (value?.map(fill) ?? null)
    ])
    return {
      status,
      headers: Object.fromEntries(filled),
      ...(body === undefined ? {} : { body: mapStrings(body, fill) })
    }
  }

  // A write that is answered with 2xx took effect, even when a fault swallows the answer.
  #record({ at, method }: RequestRecord, { path }: ScriptedRoute, answer: ScriptedAnswer): void {
    const isWrite = !['GET', 'HEAD'].includes(method)
    if (isWrite && (answer.status ?? 200) < 300) {
      this.#ledger.record({ at, kind: 'script', method, id: path })
    }
  }
}

function isPassThrough({ passThrough }: ScriptedAnswer): boolean {
  return passThrough === true
}

function pickChange({ delayMs, fault }: ScriptedAnswer): Pick<Answer, 'delayMs' | 'fault'> {
  return {
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(fault === undefined ? {} : { fault })
  }
}

/** A path's family: its provider namespace, or the folder that it is in when it has no provider. */
function readFamily(path: string): string {
  const pathname = (path.split('?')[0] ?? '').toLowerCase()
  const { type } = parseArmPath(pathname)
  if (type !== '') return `provider ${type.split('/')[0]}`
  const folder = pathname.slice(0, pathname.lastIndexOf('/'))
  return `folder ${folder === '' ? pathname : folder}`
}

function describe({ method, path }: ScriptedRoute): string {
  return `${method.toUpperCase()} ${path.toLowerCase()}`
}
