/**
 * First of the two transitions of the protocol: the operation that the first answer to a request starts. Pure: no IO,
 * no clock. Every run loads it, so what only a poll needs is in `next.ts`. Failed, canceled and unknown are values:
 * this room throws nothing.
 */
import { readField, readObject, readProblem } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { isFromIntermediary } from '../http/sender.ts'
import { omitUndefined } from '../values.ts'
import { type Answer, readAnswer } from './answer.ts'
import { isResourceOf } from './body-verdict.ts'
import { confirm } from './confirm.ts'
import { decide, endUnsuccessful, succeed } from './facts.ts'
import { classifyFault } from './fault.ts'
import { type FirstVerdict, isAccepted, readFirstAnswer } from './first-answer.ts'
import { MAX_RESOURCE_WORDS, MAX_STATUS_CHARS } from './handle.ts'
import { readIdentity } from './identity.ts'
import { POLLING_HEADER_NAMES, type PollingHeaders } from './polling-url.ts'
import { describeRedirect, mayBeDone } from './redirect.ts'
import type { Facts, Operation, Rules, RunningOperation, SentRequest } from './state.ts'
import { type ExtraStates, interpretStatus, toShownWord } from './status.ts'

/**
 * Operation that the first answer to `request` starts. An answer outside 2xx is over at once: a failure where Azure
 * said no, unknown where the request may have taken effect all the same.
 * @param nowMs when the answer came, in milliseconds since the epoch
 */
export function begin(
  request: SentRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const isHeard = answer.isSuccess && !isFromIntermediary(response)
  const verdict = isHeard ? readFirstAnswer(request, answer, rules) : undefined
  const facts = gatherFacts(request, answer, rules, verdict)
  if (verdict === undefined) return readRefusal(facts, answer, rules)
  switch (verdict.kind) {
    case 'over':
      return verdict.meaning === 'succeeded'
        ? succeed(decide(facts, 'first-answer'), response)
        : endUnsuccessful(verdict.meaning, decide(facts, 'first-answer'), answer)
    case 'confirm':
      return confirm(facts, response, true)
    case 'unknown':
      return { state: 'unknown', facts, reason: verdict.reason, response }
    case 'follow':
      return beginPolling(facts, verdict, response)
    default:
      return verdict satisfies never
  }
}

/** Facts of an operation as its first answer tells them. */
export function gatherFacts(
  request: SentRequest,
  answer: Answer,
  rules: Rules,
  verdict?: FirstVerdict
): Facts {
  const { status, isSuccess, atMs, polling } = answer
  const isCreated = status === 201 && verdict?.kind === 'over'
  const warnings = judgeHeaders(polling, isCreated)
  if (verdict?.kind === 'over' && verdict.warning !== undefined) warnings.push(verdict.warning)
  const problem = readProblem(answer.body)
  if (verdict?.kind === 'over' && verdict.meaning === 'succeeded' && problem !== undefined) {
    warnings.push(`The operation succeeded, but its result could not be read (${problem})`)
  }
  if (isSuccess && status > 202 && status !== 204) {
    warnings.push(`Azure answered ${status}, an undocumented status, treated as 200`)
  }
  const id = readField(readObject(answer.body), 'id')
  const isCreation = status === 201 && typeof id === 'string' && URL.canParse(id, request.url)
  const facts: Facts = omitUndefined({
    request,
    firstStatus: status,
    firstAnswer: isWholeResource(answer, request) ? answer.response : undefined,
    sentAtServerMs: findSendTime(request, answer),
    createdId: isCreation ? id : undefined,
    startedAtMs: atMs,
    pollCount: 0,
    sawProgress: verdict?.kind === 'follow' && verdict.isAtWork === true,
    fellBack: false,
    warnings,
    ...readIdentity(request, answer.response)
  })
  return learn(facts, answer, rules.extraStates)
}

function isWholeResource(answer: Answer, request: SentRequest): boolean {
  return (answer.status === 200 || answer.status === 201) && isResourceOf(request, answer)
}

/** Time of sending by the service's clock, which is known by the `Date` of its answer: no later than it really was. */
function findSendTime({ sentAtMs }: SentRequest, { atMs, response }: Answer): number | undefined {
  const dateMs = Date.parse(response.headers.date ?? '')
  if (sentAtMs === undefined || Number.isNaN(dateMs)) return undefined
  return dateMs - (atMs - sentAtMs)
}

/**
 * Faults of a first answer's polling headers, for people.
 * @param isCreated a 201 that is over: its Location only says where that was created
 */
function judgeHeaders(headers: PollingHeaders, isCreated: boolean): string[] {
  const names = ['asyncOperation', 'operationLocation', 'location'] as const
  return names.flatMap((name) => {
    const header = headers[name]
    const title = POLLING_HEADER_NAMES[name]
    const isLocation = name === 'location'
    if (header.kind === 'unusable' && !(isLocation && isCreated)) {
      return [`Ignored the answer's ${title}: ${header.fault}`]
    }
    return header.kind === 'usable' && header.relative && !isLocation
      ? [`The answer's ${title} is relative; resolved against the endpoint that was asked`]
      : []
  })
}

function readRefusal(facts: Facts, answer: Answer, rules: Rules): Operation {
  const { status, response } = answer
  const decided = decide(facts, 'first-answer')
  if (isAccepted(response, rules)) return succeed(decided, response)
  const { method } = facts.request
  const isRead = method === 'GET' || method === 'HEAD'
  const isSeeOther = mayBeDone(status, method)
  // A proxy that wants a sign-in has passed nothing on.
  const isOpen = isSeeOther || (status !== 407 && classifyFault(response) === 'transient')
  if (isRead || !isOpen) {
    return endUnsuccessful('failed', decided, answer)
  }
  const reason = isSeeOther
    ? `${describeRedirect(response)}, and this one may mean that the request took effect`
    : `${isFromIntermediary(response) ? 'Something on the way answered in place of Azure' : `Azure answered ${status}`}, which does not say whether the request took effect`
  return omitUndefined({ state: 'unknown', facts, response, reason, error: answer.error })
}

/** Operation that is followed as the verdict says. */
export function beginPolling(
  facts: Facts,
  verdict: Extract<FirstVerdict, { kind: 'follow' }>,
  response: HttpResponse
): RunningOperation {
  return omitUndefined({
    state: 'running',
    via: verdict.via,
    url: verdict.url,
    wait: { kind: verdict.atOnce === true ? 'none' : 'poll' },
    facts,
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    header: verdict.header,
    provisionalAnswer: verdict.isProvisional === true ? response : undefined
  })
}

/** Facts with what a readable answer adds: the newest Location, the wait it asks for, its word, signs of progress. */
export function learn(facts: Facts, answer: Answer, extraStates: ExtraStates): Facts {
  const { operationStatus, provisioningState, polling } = answer
  const [resourceWord, statusWord] = [provisioningState, operationStatus].map((field) =>
    field.kind === 'word' ? field.word : undefined
  )
  const word = statusWord ?? resourceWord
  const runningWord =
    resourceWord !== undefined && interpretStatus(resourceWord, extraStates) === 'running'
      ? toShownWord(resourceWord)
      : undefined
  // A percentage belongs to the word it came with.
  const earlierPercent = word === undefined ? facts.percentComplete : undefined
  return omitUndefined({
    ...facts,
    sawProgress: facts.sawProgress || runningWord !== undefined,
    resourceWords: addWord(facts.resourceWords, runningWord),
    locationUrl: polling.location.kind === 'usable' ? polling.location.url : facts.locationUrl,
    retryAfterMs: answer.retryAfterMs ?? facts.retryAfterMs,
    remainingReads: answer.remainingReads,
    lastStatus: word === undefined ? facts.lastStatus : toShownWord(word),
    percentComplete: answer.percentComplete ?? earlierPercent
  })
}

function addWord(
  words: readonly string[] | undefined,
  said: string | undefined
): readonly string[] | undefined {
  const word = said?.slice(0, MAX_STATUS_CHARS)
  const known = words ?? []
  const isNew = word !== undefined && !known.includes(word) && known.length < MAX_RESOURCE_WORDS
  return isNew ? [...known, word] : words
}
