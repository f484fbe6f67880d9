/**
 * One random run of the action's core in virtual time, and what has to hold of it under every fault.
 */

import { explain } from '../../__fixtures__/explain.ts'
import type { Inputs } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import { CORRELATION_ID, recordLog, startRun } from '../../__fixtures__/run.ts'
import { createArmClient, type TokenSource } from '../../src/arm/client.ts'
import { SignInError } from '../../src/errors.ts'
import { isFromIntermediary } from '../../src/http/sender.ts'
import { lastPollLeadMs } from '../../src/operation/waiting.ts'
import { describeFailure } from '../../src/report/describe-failure.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { isGreen } from '../../src/run/conclude.ts'
import { mayStillRun, type Outcome, statusOf } from '../../src/run/outcome.ts'
import { HABITS, type Habit, MARK_OF_LONG_WORDS, MARK_OF_OTHERS } from './habits.ts'
import { ORIGIN, PATTERNS, Provider, REQUEST_BODY, readTarget, type Scenario } from './provider.ts'
import { type Case, createHonesty, type Setting, toPlan } from './scenarios.ts'
import { createVirtualAzure, type Exchange, VirtualTime } from './virtual-azure.ts'

/** When everything begins. */
export const START_MS = Date.UTC(2026, 0, 1)
const SECRET = 'c2VjcmV0LXRva2VuLW9mLXRoZS1wcm9vZg'

/** What came of one run. */
export interface Proof {
  readonly outcome: Outcome
  readonly truth: string
  readonly exchanges: readonly Exchange[]
  readonly starts: number
  readonly secondStarts: number
  /** What does not hold, one sentence each; empty when all is well. */
  readonly violations: readonly string[]
}

/** Runs one case, and judges it. */
export async function prove(random: Case): Promise<Proof> {
  const { scenario, setting } = random
  const provider = new Provider(scenario, START_MS)
  const cancelAtMs =
    setting.cancelAfterMs === undefined ? undefined : START_MS + setting.cancelAfterMs
  const time = new VirtualTime(START_MS, cancelAtMs)
  const http = createVirtualAzure(provider, time, toPlan(random.faults), createHonesty(scenario))
  const inputs = createCaseInputs(random)
  const { log, lines } = recordLog()
  const tracing = { clientRequestId: CORRELATION_ID, correlationId: CORRELATION_ID }
  const tokens = createTokens(setting)
  const { trust } = inputs.cloud
  const client = createArmClient({
    http,
    tokens,
    trust,
    tracing,
    headers: {},
    requestUrl: trust.origin
  })
  const { clock, signal } = time
  const outcome = await startRun({
    inputs,
    client,
    clock,
    tracing,
    observe: log.write,
    signal
  })
  log.finish(explain(outcome))
  const { exchanges } = http
  return judgeRun({
    random,
    provider,
    exchanges,
    outcome,
    lines,
    startMs: START_MS,
    endMs: time.now,
    heldUpMs: 0
  })
}

/** What holds of a run, and what does not. */
export function judgeRun(run: Run): Proof {
  const { provider, outcome, exchanges } = run
  return {
    outcome,
    truth: provider.truth(outcome.endedAt),
    exchanges,
    starts: provider.effects.length,
    secondStarts: provider.secondStarts,
    violations: RULES.flatMap((rule) => rule(run))
  }
}

/** Source of tokens that fails as the setting says. */
export function createTokens({ canRefresh, failedSignIns }: Setting): TokenSource {
  let asked = 0
  const getToken = async () => {
    asked += 1
    if (failedSignIns.includes(asked - 1)) throw new SignInError('the sign-in service is away')
    return SECRET
  }
  return { canRefresh, getToken }
}

/** Inputs of the operation that is run. */
export function createCaseInputs({ scenario, setting }: Case): Inputs {
  const { method } = scenario
  const { wait, timeoutMs, pollIntervalMs, retryOn } = setting
  const hasBody = method === 'PUT' || method === 'PATCH'
  return createInputs({
    method,
    url: ORIGIN + readTarget(scenario),
    ...(hasBody ? { body: REQUEST_BODY } : {}),
    signIn: { kind: 'token', why: 'test', token: SECRET },
    wait,
    timeoutMs,
    ...(pollIntervalMs === undefined ? {} : { pollIntervalMs }),
    retryOn: {
      statuses: retryOn.flatMap((text) => (/^\d/.test(text) ? [Number(text)] : [])),
      codes: retryOn.filter((text) => !/^\d/.test(text))
    }
  })
}

/** A run that is over. */
export interface Run {
  readonly random: Case
  readonly provider: Provider
  readonly startMs: number
  readonly endMs: number
  /** Exchanges of the step that left it, of a run that resumes. */
  readonly earlier?: readonly Exchange[]
  /** Time for which others, whom Azure asked to slow down, kept it from asking. */
  readonly heldUpMs: number
  readonly exchanges: readonly Exchange[]
  readonly outcome: Outcome
  readonly lines: readonly string[]
}

/** A rule names what breaks it. */
type Rule = (run: Run) => readonly string[]

const RULES: readonly Rule[] = [
  tellsTheTruth,
  startsOnce,
  endsInTime,
  staysAtHome,
  hidesTheToken,
  knowsWhetherItRuns,
  isGreenOnlyOnSuccess,
  keepsTheLogOurs,
  lendsNothingOfOthers
]

/**
 * The verdict is the truth at the moment it was given. What could not be known is Unknown or TimedOut, and that needs
 * a reason: a fault, a deadline that really came, or a provider that gives nothing to follow.
 */
function tellsTheTruth(run: Run): string[] {
  const { provider, outcome, exchanges, random, earlier = [] } = run
  const truth = provider.truth(outcome.endedAt)
  const wrong = [
    `the verdict is ${statusOf(outcome.ending)}, the truth ${truth} (${outcome.reason ?? ''})`
  ]
  const isTroubled =
    random.setting.failedSignIns.length > 0 ||
    [...earlier, ...exchanges].some(({ fault }) => fault !== undefined)
  const status = statusOf(outcome.ending)
  switch (status) {
    case 'Succeeded':
      return truth === 'Succeeded' ||
        provider.isAsWanted(outcome.endedAt) ||
        wasToldByMonitorAlone(random, exchanges) ||
        wasCreatedUnread(random, outcome)
        ? []
        : wrong
    case 'Failed':
      if (wasReadInVain(outcome)) return []
      return truth === 'Failed' || (truth === 'nothing' && wasTurnedDown(outcome)) ? [] : wrong
    case 'Canceled':
      return truth === 'Canceled' ? [] : wrong
    case 'TimedOut':
      return isTroubled || hadNoTime(run) ? [] : wrong
    case 'Unknown':
      return isTroubled || isUntrackable(random) || isCanceled(random) ? [] : wrong
    case 'InProgress':
      if (isCanceled(random)) return []
      if (random.setting.wait) return wrong
      return truth !== 'nothing' || provider.isAsWanted(outcome.endedAt) ? [] : wrong
    case 'Skipped':
      return wrong
    default:
      return status satisfies never
  }
}

/**
 * A read does nothing, so one without an answer of Azure's has failed, even if there was something to read: the page of a
 * proxy is none, whatever its status.
 */
function wasReadInVain({ request, accepted }: Outcome): boolean {
  const isAnswered =
    accepted !== undefined && accepted.status < 300 && !isFromIntermediary(accepted)
  return request.method === 'GET' && !isAnswered
}

/** "Failed" is said of a request that did nothing only where it was refused, or never left. */
function wasTurnedDown({ accepted, ending }: Outcome): boolean {
  return ending.kind === 'not-sent' || (accepted?.status ?? 0) >= 300
}

function isCanceled({ setting }: Case): boolean {
  return setting.cancelAfterMs !== undefined
}

/** The monitor's word stands where nobody had the time to look at the resource. */
function wasToldByMonitorAlone({ scenario }: Case, exchanges: readonly Exchange[]): boolean {
  const wasRead = exchanges.some(({ kind, status }) => kind === 'resource' && status !== undefined)
  return habitOf(scenario)?.isToldByResource === true && !wasRead
}

/**
 * A 201 without a state is done by the contract, and a read that is not allowed says nothing else. That the model's
 * provider fails all the same could not be observed.
 */
function wasCreatedUnread({ scenario }: Case, { decidedBy, decision, warnings }: Outcome): boolean {
  const pattern = PATTERNS[scenario.pattern]
  const isStateless = pattern?.status === 201 && pattern.body === 'stateless'
  const isUnread = warnings.some((warning) => warning.startsWith('The resource may not be read'))
  return isStateless && isUnread && decidedBy === 'first-answer' && decision === undefined
}

/** A POST without a polling URL, and a resource that is its own monitor and cannot be seen while it is created. */
function isUntrackable({ scenario }: Case): boolean {
  const { method, pattern: name, hidesNew } = scenario
  const pattern = PATTERNS[name]
  if (pattern === undefined) return false
  if (habitOf(scenario)?.isUnsure?.(scenario, pattern) === true) return true
  return pattern.headers.length === 0 && (method === 'POST' || hidesNew)
}

function habitOf({ habit }: Scenario): Habit | undefined {
  return habit === undefined ? undefined : HABITS[habit]
}

/** Without a Retry-After, polls are at most this far apart. */
const LONGEST_WAIT_MS = 15_000
/** The absence of a resource takes three polls. */
const POLLS_FOR_ABSENCE = 3

/** True when the operation ended too late to be seen, or the provider never shows its end. */
function hadNoTime({ random, provider, outcome, startMs, heldUpMs }: Run): boolean {
  const { scenario, setting } = random
  const lastPollMs = startMs + setting.timeoutMs - lastPollLeadMs(setting)
  const ends = provider.effects.map((effect) => effect.endsAtMs)
  const endsAtMs = Math.max(...ends, startMs + scenario.busyMs)
  const waitMs = Math.max(LONGEST_WAIT_MS, Number(scenario.retryAfter ?? 0) * 1_000)
  const lateMs = habitOf(scenario)?.lateMs?.(setting.timeoutMs, waitMs) ?? 0
  const slackMs = waitMs * (scenario.lateMonitor + POLLS_FOR_ABSENCE) + lateMs + heldUpMs
  const isSilent = scenario.method === 'DELETE' && scenario.ending !== 'Succeeded'
  const isBlocked = provider.effects.length === 0 && !mayStillRun(outcome.ending)
  return endsAtMs > lastPollMs - slackMs || isSilent || isBlocked
}

function startsOnce({ provider }: Run): string[] {
  return provider.secondStarts === 0 ? [] : [`it was started ${provider.secondStarts + 1} times`]
}

function endsInTime({ random, outcome, startMs, endMs }: Run): string[] {
  const lateMs = Math.max(outcome.endedAt, endMs) - startMs - random.setting.timeoutMs
  // Timers know whole milliseconds only.
  return lateMs < 1 ? [] : [`it ended ${lateMs} ms after the deadline`]
}

function staysAtHome({ exchanges }: Run): string[] {
  const origins = exchanges.map(({ request }) => new URL(request.url).origin)
  return origins
    .filter((origin) => origin !== ORIGIN)
    .map((origin) => `a request went to ${origin}`)
}

function hidesTheToken({ exchanges, outcome, lines }: Run): string[] {
  const inRequests = exchanges.flatMap(({ request }) => {
    const { authorization, ...others } = request.headers
    const isSigned = authorization === `Bearer ${SECRET}`
    const rest = JSON.stringify([request.url, request.body, others])
    return [
      ...(isSigned ? [] : ['a request without the token']),
      ...(rest.includes(SECRET) ? ['the token beside the Authorization header'] : [])
    ]
  })
  const told = JSON.stringify([
    outcome,
    lines,
    renderSummary(explain(outcome)),
    describeFailure(explain(outcome))
  ])
  return told.includes(SECRET) ? [...inRequests, 'the token is told'] : inRequests
}

/** "It is not running" is as strong a statement as a verdict. */
function knowsWhetherItRuns({ provider, outcome, exchanges, random }: Run): string[] {
  const truth = provider.truth(outcome.endedAt)
  const wrong: string[] = []
  // A read leaves nothing behind.
  if (outcome.request.method === 'GET') return wrong
  const isBelieved = wasToldByMonitorAlone(random, exchanges) || wasCreatedUnread(random, outcome)
  if (!mayStillRun(outcome.ending) && truth === 'running' && !isBelieved)
    wrong.push('said to be over, and still running')
  const wasReached = exchanges.some(({ kind }) => kind === 'target') && truth !== 'nothing'
  if (outcome.ending.kind === 'not-sent' && wasReached)
    wrong.push('said to be never sent, and has started')
  return wrong
}

function isGreenOnlyOnSuccess({ outcome, random }: Run): string[] {
  const mayBe = statusOf(outcome.ending) === 'Succeeded' || !random.setting.wait
  return isGreen(outcome, random.setting.wait) && !mayBe
    ? [`green with ${statusOf(outcome.ending)}`]
    : []
}

function keepsTheLogOurs({ lines }: Run): string[] {
  const bad = lines.filter((line) => /^\s*::|##\[|\p{Cc}/u.test(line))
  return bad.map((line) => `the log has ${JSON.stringify(line)}`)
}

/** What another run did under the same name is nothing of ours, and what stands behind a word is no word. */
function lendsNothingOfOthers({ outcome, lines }: Run): string[] {
  const log = lines.join('\n')
  return [
    ...(JSON.stringify([outcome, log]).includes(MARK_OF_OTHERS) ? ["another run's is told"] : []),
    ...(log.includes(MARK_OF_LONG_WORDS) ? ['the log has more than a word'] : [])
  ]
}
