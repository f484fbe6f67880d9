/**
 * Operations that are over when `wait: false` hands them on: the handle that says how they ended, and the run that
 * takes it up. A chunk of its own, loaded for nothing else. Sends nothing but the GET of a result that somebody asks
 * for; whatever that brings, the end stays.
 */
import { hasContent } from '../http/body.ts'
import type { HttpResponse, Method } from '../http/message.ts'
import { findCauseCode, readError } from '../operation/error.ts'
import { decide } from '../operation/facts.ts'
import { classifyFault } from '../operation/fault.ts'
import type { Conditions, OverOperation } from '../operation/handle.ts'
import { bearsAnotherIdentity, describeTaker, UNIQUE_NAMES } from '../operation/identity.ts'
import type { Facts } from '../operation/state.ts'
import { omitUndefined, SECOND_MS } from '../values.ts'
import { type Conclusion, conclude, toOperationError } from './conclude.ts'
import { judgeSuccess } from './judge-success.ts'
import { factsOf, type LiveRun, resumeContextOf } from './live-run.ts'
import type { Outcome } from './outcome.ts'
import { pollerDependencies } from './polling.ts'
import { encodeState } from './resume-point.ts'

/** Outcome with the handle that leads to its end again; the log says so where there is no end to lead to. */
export function handOnEnd(run: LiveRun, outcome: Outcome, facts: Facts): Outcome {
  if (outcome.operation !== undefined) return outcome
  const operation = toOver(outcome, facts)
  const knownEnd = encodeState(run.spec, run.progress(), resumeContextOf(run), operation)
  if (knownEnd === undefined) {
    run.emit({ kind: 'nothing-to-follow', isAccepted: outcome.ending.kind === 'left' })
  }
  return omitUndefined({ ...outcome, knownEnd })
}

function toOver({ ending, error }: Outcome, facts: Facts): OverOperation | undefined {
  switch (ending.kind) {
    case 'succeeded':
    case 'fail-if':
      return { state: 'over', facts, end: ending.kind }
    case 'condition-undecided':
      return { state: 'over', facts, end: 'unjudged' }
    case 'failed':
    case 'canceled': {
      // A first answer outside 2xx has started nothing.
      if (facts.firstStatus < 200 || facts.firstStatus > 299) return undefined
      const errorCode = error === undefined ? undefined : findCauseCode(error)
      return omitUndefined({ state: 'over', facts, end: ending.kind, errorCode })
    }
    default:
      return undefined
  }
}

/**
 * Outcome of a run that takes up an operation which was over.
 * @param conditions of the handle
 */
export async function resumeEnd(
  run: LiveRun,
  operation: OverOperation,
  conditions: Conditions
): Promise<Outcome> {
  const { end } = operation
  const facts = decide(operation.facts, 'first-answer')
  if (end !== 'succeeded' && end !== 'unjudged') {
    return conclude(factsOf(run), describeEnd({ ...operation, facts, end }, conditions))
  }
  const asking = end === 'unjudged' ? run : forgetJudged(run, conditions)
  const response = isResultAsked(asking) ? await readResult(run, facts) : undefined
  const ending = { kind: 'succeeded' } as const
  const succeeded = conclude(factsOf(run), omitUndefined({ ending, facts, response }))
  const outcome = await judgeSuccess(asking, succeeded, operation)
  return outcome.ending.kind === 'condition-undecided' ? handOnEnd(run, outcome, facts) : outcome
}

type BadEnd = Exclude<OverOperation['end'], 'succeeded' | 'unjudged'>

function describeEnd(
  { facts, end, errorCode: code }: OverOperation & { readonly end: BadEnd },
  { failIf }: Conditions
): Conclusion {
  const sentences: Readonly<Record<BadEnd, string>> = {
    failed: 'the operation had already failed',
    canceled: 'the operation had already been canceled in Azure',
    'fail-if': `the operation had succeeded in Azure, and fail-if was true for its result: ${failIf}`
  }
  const told = `When it was handed on, ${sentences[end]}; the step that started it tells more`
  const ending = { kind: end }
  return code === undefined
    ? { ending, facts, reason: told }
    : { ending, facts, error: toOperationError({ code, message: told }) }
}

/** The run without a condition that was judged already: its result may never be read again. */
function forgetJudged(run: LiveRun, { failIf: judged }: Conditions): LiveRun {
  const { conditions, expressions } = run.spec
  const isJudged = expressions.waitUntil === undefined && conditions.failIf === judged
  if (!isJudged) return run
  return { ...run, spec: { ...run.spec, expressions: { outputs: expressions.outputs } } }
}

/** `wait-until` reads for itself, where it need not take its URL from the result. */
function isResultAsked({ spec: { expressions } }: LiveRun): boolean {
  const { outputs, waitUntil, failIf } = expressions
  return waitUntil === undefined
    ? outputs.length > 0 || failIf !== undefined
    : waitUntil.findUrl(null).kind === 'none'
}

const READABLE_METHODS: readonly Method[] = ['GET', 'PUT', 'PATCH']
/** Waits before each try: a hand-over is not to fail for one lost answer. */
const WAITS_MS = [0, SECOND_MS, 3 * SECOND_MS]
const MAX_READING_MS = 30 * SECOND_MS

/** The result, read anew; undefined with a warning where that cannot be had. */
async function readResult(run: LiveRun, facts: Facts): Promise<HttpResponse | undefined> {
  const { method, url } = facts.request
  const canBeRead = READABLE_METHODS.includes(method)
  const found = canBeRead ? await read(run, url) : `a ${method} leaves none to read`
  const isTaken = typeof found !== 'string' && bearsAnotherIdentity(facts, found)
  const answer = isTaken
    ? `${describeTaker(found)} has taken the name of the deployment. ${UNIQUE_NAMES}`
    : found
  if (typeof answer !== 'string') return answer
  const text = `The result of the operation was not handed on, and cannot be read: ${answer}`
  run.emit({ kind: 'warned', text })
  return undefined
}

async function read(run: LiveRun, url: string): Promise<HttpResponse | string> {
  const { deadlineMs, context } = run
  const { signal } = context
  const { sleep, get, now } = pollerDependencies(run)
  let problem = 'there was no time'
  for (const waitMs of WAITS_MS) {
    await sleep(waitMs, signal)
    const leftMs = deadlineMs - now()
    if (leftMs <= 0 || signal.aborted) break
    const answer = await get(url, Math.min(MAX_READING_MS, leftMs), signal)
    if (answer.kind === 'no-response') {
      problem = answer.message
      continue
    }
    const { response } = answer
    const { status } = response
    const isGood = status === 200 && hasContent(response) && readError(response) === undefined
    if (isGood) return response
    problem = `HTTP ${status}`
    const fault = classifyFault(response)
    if (fault !== 'transient' && fault !== 'throttled') break
  }
  return problem
}
