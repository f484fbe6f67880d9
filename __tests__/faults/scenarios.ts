/**
 * Random operations and random faults, as fast-check arbitraries that shrink to the simplest case, and the line
 * between a fault and a lie that no client can see through.
 *
 * The faults of the proof are everything of simulator/faults.ts but the answers that are, by ARM's own contract, a
 * true statement of something false. A client is not judged on those, because it could not know. They are:
 * - a refusal (4xx, 3xx, 429, 503 with Retry-After) of a request that took effect all the same
 * - a final word: a false terminal state, a 400 or 409 on a Location URL, a 204 on a status URL, a 2xx body without
 *   any state on a Location or a resource (by contract: done), and on a status URL that shows the resource
 * - the absence of a resource said so often that it is the rule for being gone (three 404 in JSON)
 * - an unusable Location on a 200 or 201 (by contract: where the resource is), an empty header, or the missing monitor (404, 405, 410)
 *   of a POST or DELETE that was answered 200 (by contract: done), or of a PUT or PATCH that was answered 200 with
 *   Succeeded, while the resource cannot be read either
 * - a state of the resource that was never true, while it is looked at because an answer was lost
 */
import fc from 'fast-check'
import {
  BODY_FORMS,
  type BodyForm,
  type Fault,
  FOREIGN_URLS,
  PLACES
} from '../../simulator/faults.ts'
import type { Answer } from '../../simulator/message.ts'
import { HABITS, type Habit } from './habits.ts'
import { ENDINGS, PATTERNS, type Scenario, type UrlKind } from './provider.ts'
import type { MayBefall } from './virtual-azure.ts'

/** How the step is set up. */
export interface Setting {
  readonly timeoutMs: number
  readonly pollIntervalMs?: number
  readonly wait: boolean
  /** When the workflow is canceled, in milliseconds after the start. */
  readonly cancelAfterMs?: number
  readonly canRefresh: boolean
  readonly retryOn: readonly string[]
  /** Which of the requests for a token fail, by their number from 0. */
  readonly failedSignIns: readonly number[]
}

/** A fault, and for how many exchanges from `at` on it lasts. */
export interface PlannedFault {
  readonly at: number
  readonly count: number
  readonly fault: Fault
}

export interface Case {
  readonly scenario: Scenario
  readonly setting: Setting
  readonly faults: readonly PlannedFault[]
}

const RETRY_AFTERS = [
  '0',
  '1',
  '5',
  '30',
  '86400',
  '-1',
  '/bar',
  '120, 60',
  'Thu, 01 Jan 2026 00:00:30 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT'
]

const methods = fc.constantFrom('PUT', 'POST', 'DELETE', 'PATCH', 'GET' as const)

const scenarioOf = (
  method: Scenario['method'],
  suits: Habit['suits'] = () => true
): fc.Arbitrary<Scenario> => {
  const names = Object.entries(PATTERNS).flatMap(([name, pattern]) =>
    pattern.methods.includes(method) && suits(pattern, name) ? [name] : []
  )
  return fc
    .record({
      method: fc.constant(method),
      pattern: fc.constantFrom(...names),
      durationMs: fc.oneof(
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.integer({ min: 0, max: 5_400_000 })
      ),
      ending: fc.constantFrom(...ENDINGS),
      isDeployment: method === 'PUT' ? fc.boolean() : fc.constant(false),
      before: fc.constantFrom('absent', 'same', 'other', 'same-failed' as const),
      beforeAgeMs: fc.constantFrom(86_400_000, 700, 3_000),
      busyMs: fc.constantFrom(0, 0, 0, 0, 5_000, 90_000),
      runningWord: fc.constantFrom(
        'Running',
        'Updating',
        'FailoverInProgress',
        'PartiallySucceeded',
        'Preparing System Configuration'
      ),
      succeededWord: fc.constantFrom('Succeeded', 'succeeded', 'Completed'),
      retryAfter: fc.option(fc.constantFrom('0', '1', '10', '30'), { nil: undefined }),
      lateMonitor: fc.constantFrom(0, 0, 1, 3),
      failsBy: fc.constantFrom('http', 'body' as const),
      vanishes: fc.boolean(),
      hidesNew: fc.boolean(),
      statusIsResource: fc.boolean(),
      movesLocation: fc.boolean(),
      whenBusy: fc.constantFrom('conflict', 'start-over' as const),
      keepsCorrelation: fc.boolean(),
      stampsTime: fc.boolean(),
      clockSkewMs: fc.constantFrom(0, 0, 400, -400, 7_200_000, -7_200_000)
    })
    .map(({ retryAfter, ...rest }) => ({
      ...rest,
      ...(retryAfter === undefined ? {} : { retryAfter }),
      // A provider that hides what it creates and lets it be created anew leaves nothing to go by.
      whenBusy: rest.hidesNew ? 'conflict' : rest.whenBusy,
      // Nothing that cannot be seen is called "done".
      hidesNew: rest.hidesNew && !rest.pattern.includes('done'),
      // Somebody else's operation can be told from our own by its time, if that is not within the same second.
      busyMs: rest.stampsTime && rest.before !== 'absent' ? rest.busyMs : 0,
      beforeAgeMs: rest.busyMs > 0 ? Math.max(3_000, rest.beforeAgeMs) : rest.beforeAgeMs,
      // A read shows no work of its own, so it ends as its HTTP status says.
      ...(method === 'GET'
        ? { failsBy: 'http' as const, ending: rest.ending === 'Succeeded' ? rest.ending : 'Failed' }
        : {})
    }))
}

const habitualScenarioOf = (habit: string): fc.Arbitrary<Scenario> => {
  const row = HABITS[habit]
  if (row === undefined) throw new Error(`no habit is called ${habit}`)
  const { methods, suits, adapt = (scenario) => scenario } = row
  return fc
    .constantFrom(...methods)
    .chain((method) => scenarioOf(method, suits))
    .map((scenario) => {
      // A habit shows only where the operation begins.
      const before = scenario.method === 'DELETE' ? 'same' : scenario.before
      return { ...adapt({ ...scenario, before, busyMs: 0 }), habit }
    })
}

const settings: fc.Arbitrary<Setting> = fc
  .record({
    timeoutMs: fc.constantFrom(3_600_000, 600_000, 60_000, 5_000, 21_600_000),
    pollIntervalMs: fc.option(fc.constantFrom(0, 50, 5_000), { nil: undefined }),
    wait: fc.constantFrom(true, true, true, true, false),
    cancelAfterMs: fc.oneof(
      { weight: 7, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 120_000 }) }
    ),
    canRefresh: fc.boolean(),
    retryOn: fc.constantFrom([], [], ['409'], ['AnotherOperationInProgress']),
    failedSignIns: fc.oneof(
      { weight: 6, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 4 }) }
    )
  })
  .map(({ pollIntervalMs, cancelAfterMs, ...rest }) => ({
    ...rest,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    ...(cancelAfterMs === undefined ? {} : { cancelAfterMs })
  }))

/** There is time, and nothing but the provider decides. */
const calmSettings: fc.Arbitrary<Setting> = fc.record({
  timeoutMs: fc.constantFrom(21_600_000, 3_600_000, 600_000),
  wait: fc.constant(true),
  canRefresh: fc.constant(true),
  retryOn: fc.constant([]),
  failedSignIns: fc.constant([])
})

const places = fc.constantFrom(...PLACES)
const foreignUrls = fc.constantFrom(...Object.values(FOREIGN_URLS))

const interposedBodies = fc.constantFrom<Pick<Answer, 'body' | 'headers'>>(
  { body: { error: { code: 'ServerTimeout', message: 'no' } } },
  {
    body: '<!DOCTYPE html><html><h1>Bad Gateway</h1></html>',
    headers: { 'content-type': 'text/html' }
  },
  { body: '<Error><Code>Busy</Code></Error>', headers: { 'content-type': 'application/xml' } },
  { body: '{"error": {"code": "Cut', headers: { 'content-type': 'application/json' } },
  {}
)

const interposed: fc.Arbitrary<Fault> = fc
  .record({
    status: fc.constantFrom(
      500,
      502,
      503,
      504,
      408,
      429,
      401,
      403,
      404,
      405,
      410,
      400,
      409,
      412,
      301,
      302,
      307,
      308,
      599
    ),
    body: interposedBodies,
    reached: fc.boolean(),
    retryAfter: fc.option(fc.constantFrom(...RETRY_AFTERS), { nil: undefined }),
    location: fc.option(foreignUrls, { nil: undefined })
  })
  .map(({ status, body, reached, retryAfter, location }) => ({
    kind: 'answer',
    reached,
    answer: {
      ...body,
      status,
      headers: {
        ...body.headers,
        ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
        ...(location === undefined ? {} : { location })
      }
    }
  }))

const hostileHeaders = fc.constantFrom<Readonly<Record<string, string | readonly string[]>>>(
  { 'x-ms-request-id': '::set-output name=status::Succeeded' },
  { 'x-ms-correlation-request-id': '##[error]\u001b[2J<img src=x>' },
  { 'x-ms-ratelimit-remaining-subscription-reads': '0' },
  { 'x-ms-ratelimit-remaining-resource': 'Microsoft.Cache/Get;3,Microsoft.Cache/Put;9' },
  { 'retry-after': ['2', '3000'] },
  { 'x-ms-error-code': 'Failed', 'content-length': '3' },
  { 'retry-after-ms': '1' }
)

const faults: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fault>({ kind: 'refuse' }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('cut'),
      place: places,
      how: fc.constantFrom('reset', 'end')
    })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('stall'), place: places }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('drip'), ms: fc.constantFrom(900, 20_000, 90_000) })
  },
  { weight: 10, arbitrary: interposed },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('body'),
      form: fc.constantFrom(...BODY_FORMS.filter((form) => form !== 'huge'))
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('headers'), headers: hostileHeaders }) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...RETRY_AFTERS)
      .map((value): Fault => ({ kind: 'headers', headers: { 'retry-after': value } }))
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('foreign-url'), url: foreignUrls }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('skew'), ms: fc.constantFrom(3_600_000, -3_600_000) })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lie'),
      word: fc.constantFrom('Running', 'Succeeding', 'NotFailed', '::error::', '')
    })
  }
)

const plannedFaults = fc.array(
  fc.record({
    // The first exchanges decide the most.
    at: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 25 }) }
    ),
    count: fc.oneof(
      { weight: 5, arbitrary: fc.constant(1) },
      { weight: 3, arbitrary: fc.integer({ min: 2, max: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom(15, 10_000) }
    ),
    fault: faults
  }),
  { maxLength: 5 }
)

/** One random run. Where there are habits, every second one is of a provider that has one. */
export function createCases(habits: readonly string[]): fc.Arbitrary<Case> {
  const plain = fc.record({
    scenario: methods.chain((method) => scenarioOf(method)),
    setting: settings,
    faults: plannedFaults
  })
  if (habits.length === 0) return plain
  const habitual = fc.record({
    scenario: fc.constantFrom(...habits).chain(habitualScenarioOf),
    // What excuses a client that does not know the end hides that it could have known it.
    setting: fc.oneof(calmSettings, settings),
    faults: fc.oneof(fc.constant([]), plannedFaults)
  })
  return fc.oneof(plain, habitual)
}

/** The fault at each exchange; of two that meet, the one planned first. */
export function toPlan(planned: readonly PlannedFault[]): (exchange: number) => Fault | undefined {
  return (exchange) =>
    planned.find(({ at, count }) => exchange >= at && exchange < at + count)?.fault
}

/** As many 404 in JSON about a resource as may be untrue: one less than the rule for its absence. */
const MAX_FALSE_ABSENCES = 2
const READABLE_FORMS: readonly BodyForm[] = [
  'html',
  'invalid-json',
  'byte-order-mark',
  'wrong-type',
  'html-type'
]

/** Keeps from one run what its client could not see through. */
export function createHonesty(scenario: Scenario): MayBefall {
  let falseAbsences = 0
  let isMonitorMissing = false
  const habit = scenario.habit === undefined ? undefined : HABITS[scenario.habit]
  return (fault, asked, answer, isAccepted) => {
    if (habit?.forbids?.(fault, asked, isAccepted) === true) return false
    // A GET that was answered 202 is its own Location.
    const kind = asked === 'target' && isAccepted && scenario.method === 'GET' ? 'location' : asked
    const isLooking = kind === 'resource' && !isAccepted
    if (kind === 'resource' && isMonitorMissing) return false
    switch (fault.kind) {
      case 'answer': {
        if (kind === 'target') return isHonestRefusal(fault)
        if (kind === 'location' && isFinalWord(fault.answer, scenario)) return false
        isMonitorMissing ||= saysDoneAtFirst(scenario) && MISSING.includes(fault.answer.status)
        if (kind !== 'resource' || !isAbsence(fault.answer)) return true
        falseAbsences += 1
        return falseAbsences <= MAX_FALSE_ABSENCES
      }
      case 'body':
        return isHonestBody(fault.form, kind, answer)
      case 'lie':
        // Without its state a resource is done, by the contract.
        if (fault.word === '' && scenario.statusIsResource) return false
        return kind === 'status' || (kind === 'resource' && !isLooking && fault.word !== '')
      case 'foreign-url':
        if (kind !== 'target' || answer?.status === 202) return true
        return !isLocationOnly(scenario) && !(fault.url === '' && saysDoneAtFirst(scenario))
      case 'skew':
        // Dates that disagree with each other prove nothing.
        return !isLooking
      default:
        return true
    }
  }
}

/** What somebody in between says of a request is true: a clear refusal only where nothing of it arrived. */
function isHonestRefusal({ reached, answer }: Extract<Fault, { kind: 'answer' }>): boolean {
  const isClear = answer.status < 500 && answer.status !== 408
  const asksToReturn = answer.status === 503 && answer.headers?.['retry-after'] !== undefined
  return !reached || !(isClear || asksToReturn)
}

function isFinalWord({ status }: Answer, { method, pattern }: Scenario): boolean {
  const unreadable = [401, 403, 404, 405, 408, 410, 429]
  if (status >= 400 && status < 500 && !unreadable.includes(status)) return true
  const saysDone = pattern === '200 empty + Location' && (method === 'POST' || method === 'DELETE')
  return saysDone && MISSING.includes(status)
}

const MISSING: readonly number[] = [404, 405, 410]

/** Its word counts if its monitor is missing and the resource cannot be read. */
function saysDoneAtFirst({ pattern }: Scenario): boolean {
  return pattern === '200 done + Azure-AsyncOperation'
}

function isAbsence({ status, body }: Answer): boolean {
  return status === 404 && !(typeof body === 'string' && /^(<!DOCTYPE|\{)/.test(body))
}

function isHonestBody(form: BodyForm, kind: UrlKind, answer: Answer | undefined): boolean {
  if (READABLE_FORMS.includes(form)) return true
  switch (kind) {
    case 'status':
      return true
    case 'location':
      return answer?.status === 202
    case 'resource':
      return form === 'state-is-a-number'
    default:
      return (answer?.status ?? 0) >= 300
  }
}

function isLocationOnly({ pattern }: Scenario): boolean {
  return PATTERNS[pattern]?.headers.every((name) => name === 'location') ?? false
}
