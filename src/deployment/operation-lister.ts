/**
 * Asks for the lists of a deployment's operations, one request at a time, and tells what is new. The edge of this room:
 * holds the current progress and nothing else; what an answer means is decided in progress.ts.
 */
import { deriveSignal } from '../clock.ts'
import type { HttpResponse } from '../http/message.ts'
import { bearsOwnIdentity } from '../operation/identity.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import type { HooksContext, PolledOperation } from '../run/hooks.ts'
import { mayStillRun, type Outcome } from '../run/outcome.ts'
import { omitUndefined } from '../values.ts'
import {
  canLearnMore,
  chooseRequest,
  concludeSucceeded,
  countDueRequests,
  countRequest,
  countRootFailures,
  type DeploymentProgress,
  describeProgressEvent,
  endProgress,
  findRoot,
  identifyProgress,
  isRecord,
  type Learned,
  learnFromAnswer,
  learnFromRecord,
  startDeploymentProgress
} from './progress.ts'
import type { DeploymentCall } from './recognize.ts'
import { asksForRollback } from './rollback.ts'

/** Lists asked for more often than this would tell nothing new, and only burden the service. */
const MIN_SPACING_MS = 1_000
/** A list that may not be read now may be later: it is asked for ever more rarely, up to this. */
const MAX_SPACING_MS = 60_000
/** At the end of a failed deployment, beyond those that the polls allow: the causes are worth them. */
const MAX_CAUSE_REQUESTS = 30
const MAX_END_MS = 15_000
const LIST_TIMEOUT_MS = 5_000
const MAX_RECORD_TRIES = 3

/** Progress of a deployment that is not followed any more. */
export interface FinishedProgress extends EndRecord {
  readonly progress: DeploymentProgress
}

/** What is known of the deployment itself at its end. */
export interface EndRecord {
  /** As it stands under the name; that of another run where the progress says that the name is taken. */
  readonly record?: HttpResponse
  /** It is not there any more. */
  readonly isGone: boolean
}

/** Lister of one deployment's operations. */
export interface OperationLister {
  /** A few requests for each poll, during the wait for the next one and never instead of it. Returns at once. */
  readonly askAhead: (deadlineMs: number, operation: PolledOperation) => void
  /** The progress with the lists read to their end, as far as there is time. Never rejects. */
  readonly finish: (outcome: Outcome, deadlineMs: number) => Promise<FinishedProgress>
}

/** A lister for one deployment. Nothing is asked for yet. */
export function createOperationLister(
  call: DeploymentCall,
  context: HooksContext
): OperationLister {
  const { now, signal } = context
  const reader = createListReader(call, context)
  let underWay: Promise<void> | undefined
  let isFinishing = false
  return {
    askAhead: (deadlineMs, operation) => {
      reader.identify(operation)
      const isSoon = now() - reader.lastAskedMs() < spacingMs(reader.progress())
      const isIdle = underWay === undefined && !signal.aborted
      if (!isIdle || isSoon || !canLearnMore(reader.progress())) return
      underWay = askSeveral(reader, deadlineMs, () => !isFinishing && !signal.aborted).finally(
        () => {
          underWay = undefined
        }
      )
    },
    finish: async (outcome, deadlineMs) => {
      const { accepted, ending } = outcome
      const isOver = accepted !== undefined && !mayStillRun(ending) && ending.kind !== 'refused'
      isFinishing = true
      if (!isOver) reader.stop()
      if (underWay !== undefined) await underWay
      let end: EndRecord = { isGone: false }
      try {
        reader.identify(outcome)
        if (isOver) {
          end = await findRecord(reader, outcome, { call, context, deadlineMs })
          if (call.action === 'deploy') {
            await readToEnd(reader, outcome, end, { deadlineMs, context })
          }
        }
      } catch {
        // As in the learning: what is known so far is told.
      }
      reader.stop()
      return { ...end, progress: reader.progress() }
    }
  }
}

function spacingMs(progress: DeploymentProgress): number {
  return Math.min(MIN_SPACING_MS * 2 ** countRootFailures(progress), MAX_SPACING_MS)
}

/** One request, and more where there are many lists and pages to read, as long as it may. Never rejects. */
async function askSeveral(
  reader: ListReader,
  deadlineMs: number,
  mayAsk: () => boolean
): Promise<void> {
  const isDue = (asked: number) =>
    asked < countDueRequests(reader.progress()) && canLearnMore(reader.progress())
  for (let asked = 0; isDue(asked) && mayAsk(); asked += 1) await reader.ask(deadlineMs)
}

/** Reader of the lists: holds the progress as of the last answer. */
interface ListReader {
  readonly progress: () => DeploymentProgress
  readonly lastAskedMs: () => number
  readonly identify: (operation: PolledOperation) => void
  /** Takes over what was learned, and tells the news in it. */
  readonly learn: (learned: Learned) => void
  /** Asks for the next page and learns from it. Never rejects. */
  readonly ask: (untilMs: number) => Promise<void>
  /** Asks for the deployment or the stack itself; undefined when no answer comes. Never rejects. */
  readonly askRecord: (untilMs: number) => Promise<HttpResponse | undefined>
  /** Ends the request that is under way, and lets go of the signal of the run. */
  readonly stop: () => void
}

function createListReader(
  call: DeploymentCall,
  { client, request, trust, tell, hide, now, signal }: HooksContext
): ListReader {
  const { url } = request
  const apiVersion = readApiVersion(url) ?? ''
  const source = { call, url, apiVersion }
  const recordUrl = `${url.split('?')[0]}?api-version=${apiVersion}`
  const asking = deriveSignal(signal)
  let progress = startDeploymentProgress(call)
  let lastAskedMs = Number.NEGATIVE_INFINITY
  const learn = (learned: Learned): void => {
    progress = learned.progress
    for (const event of learned.events) {
      const line = describeProgressEvent(event, hide)
      if (line !== undefined) tell(line.verb, line.text)
    }
  }
  const get = (from: string, untilMs: number): Promise<HttpResponse | undefined> => {
    const timeoutMs = Math.min(LIST_TIMEOUT_MS, untilMs - now())
    // Progress is told while there is time, and nobody waits for a turn to ask for it.
    const options = { timeoutMs, maxWaitMs: timeoutMs, signal: asking.signal }
    return client.get(from, options).catch(() => undefined)
  }
  return {
    progress: () => progress,
    lastAskedMs: () => lastAskedMs,
    identify: (operation) => {
      progress = identifyProgress(progress, operation)
    },
    learn,
    ask: async (untilMs) => {
      if (untilMs <= now()) return
      try {
        const next = chooseRequest(progress, source)
        progress = countRequest(progress, next)
        lastAskedMs = now()
        const answer = await get(next.url, untilMs)
        learn(learnFromAnswer(progress, next, answer, trust))
      } catch {
        // A defect in the learning costs lines of progress and no more: the run goes on, and its verdict stands.
      }
    },
    askRecord: async (untilMs) => {
      let answer: HttpResponse | undefined
      const isOpen = () => answer === undefined || answer.status === 429 || answer.status >= 500
      for (let tries = 0; tries < MAX_RECORD_TRIES && isOpen(); tries += 1) {
        if (untilMs <= now() || signal.aborted) return undefined
        answer = await get(recordUrl, untilMs)
      }
      return answer
    },
    stop: () => {
      asking.abort()
      asking.release()
    }
  }
}

interface EndContext {
  readonly deadlineMs: number
  readonly context: HooksContext
}

/** Reads the lists of a deployment that is over: those of the causes where it ended badly. */
async function readToEnd(
  reader: ListReader,
  { ending, identity, pollCount }: Outcome,
  { record }: EndRecord,
  { deadlineMs, context: { now, signal } }: EndContext
): Promise<void> {
  const { progress, learn, ask } = reader
  const isBad = ending.kind !== 'succeeded'
  const untilMs = Math.min(deadlineMs, now() + MAX_END_MS)
  const seen = record === undefined ? progress() : learnFromRecord(progress(), record)
  learn({ progress: endProgress(seen, { failedOnly: isBad }), events: [] })
  // The list is found by the name alone: without the record that bears our ID it may be another run's by now.
  const isTrusted = identity === undefined || record !== undefined
  const most = isBad ? progress().asked + MAX_CAUSE_REQUESTS : pollCount
  // The record of a stack names its deployment, or there is none to ask for.
  const isDue = () =>
    progress().asked < most &&
    findRoot(progress()) !== undefined &&
    canLearnMore(progress()) &&
    now() < untilMs
  while (isTrusted && isDue() && !signal.aborted) await ask(untilMs)
  if (!isBad) learn(concludeSucceeded(progress()))
}

/** Record of the deployment at its end: the one that was read for the result, else, after a failure, one of its own. */
async function findRecord(
  { askRecord }: ListReader,
  outcome: Outcome,
  { call, context, deadlineMs }: EndContext & { readonly call: DeploymentCall }
): Promise<EndRecord> {
  const { ending, response, identity } = outcome
  const shown = response !== undefined && isRecord(response) ? response : undefined
  const isOwn = shown !== undefined && (identity === undefined || bearsOwnIdentity(outcome, shown))
  const { request, now } = context
  const isWanted = identity !== undefined || call.kind === 'stack' || asksForRollback(request.body)
  if (ending.kind === 'succeeded' || isOwn || !isWanted) {
    return omitUndefined({ record: shown, isGone: false })
  }
  const answer = await askRecord(Math.min(deadlineMs, now() + MAX_END_MS))
  const record = answer !== undefined && isRecord(answer) ? answer : undefined
  return omitUndefined({ record, isGone: answer?.status === 404 })
}
