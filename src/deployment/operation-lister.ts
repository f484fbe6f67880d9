/**
 * Asks for the lists of a deployment's operations, one request at a time, and tells what is new. The edge of this room:
 * holds the current progress and nothing else; what an answer means is decided in progress.ts.
 */
import { readApiVersion } from '../operation/polling-url.ts'
import type { HooksContext } from '../run/hooks.ts'
import { mayStillRun, type Outcome } from '../run/outcome.ts'
import {
  canLearnMore,
  chooseRequest,
  concludeSucceeded,
  countRequest,
  type DeploymentProgress,
  describeProgressEvent,
  endProgress,
  type Learned,
  learnFromAnswer,
  learnFromStack,
  startDeploymentProgress
} from './progress.ts'
import type { DeploymentCall } from './recognize.ts'

/** Lists asked for more often than this would tell nothing new, and only burden the service. */
const MIN_SPACING_MS = 1_000
/** At the end of a failed deployment, beyond those that the polls allow: the causes are worth them. */
const MAX_CAUSE_REQUESTS = 30
const MAX_END_MS = 15_000
const LIST_TIMEOUT_MS = 5_000

/** Lister of one deployment's operations. */
export interface OperationLister {
  /** At most one request for each poll, during the wait for the next one and never instead of it. Returns at once. */
  readonly askAhead: (deadlineMs: number) => void
  /** The progress with the lists read to their end, as far as there is time. Never rejects. */
  readonly finish: (outcome: Outcome, deadlineMs: number) => Promise<DeploymentProgress>
}

/** A lister for one deployment. Nothing is asked for yet. */
export function createOperationLister(
  call: DeploymentCall,
  context: HooksContext
): OperationLister {
  const { now, signal } = context
  const reader = createListReader(call, context)
  let underWay: Promise<void> | undefined
  return {
    askAhead: (deadlineMs) => {
      const isSoon = now() - reader.lastAskedMs() < MIN_SPACING_MS
      const isIdle = underWay === undefined && !signal.aborted
      if (!isIdle || isSoon || !canLearnMore(reader.progress())) return
      underWay = reader.ask(deadlineMs).finally(() => {
        underWay = undefined
      })
    },
    finish: async (outcome, deadlineMs) => {
      const { accepted, ending } = outcome
      const isOver = accepted !== undefined && !mayStillRun(ending) && ending.kind !== 'refused'
      if (!isOver) reader.stop()
      if (underWay !== undefined) await underWay
      try {
        if (isOver) await readToEnd(reader, outcome, deadlineMs, context)
      } catch {
        // As in the learning: what is known so far is told.
      }
      return reader.progress()
    }
  }
}

/** Reader of the lists: holds the progress as of the last answer. */
interface ListReader {
  readonly progress: () => DeploymentProgress
  readonly lastAskedMs: () => number
  /** Takes over what was learned, and tells the news in it. */
  readonly learn: (learned: Learned) => void
  /** Asks for the next page and learns from it. Never rejects. */
  readonly ask: (untilMs: number) => Promise<void>
  /** Ends the request that is under way. */
  readonly stop: () => void
}

function createListReader(
  call: DeploymentCall,
  { client, request, trust, tell, now, signal }: HooksContext
): ListReader {
  const { url } = request
  const source = { call, url, apiVersion: readApiVersion(url) ?? '' }
  const stop = new AbortController()
  let progress = startDeploymentProgress(call)
  let lastAskedMs = Number.NEGATIVE_INFINITY
  const learn = (learned: Learned): void => {
    progress = learned.progress
    for (const event of learned.events) {
      const line = describeProgressEvent(event)
      if (line !== undefined) tell(line.verb, line.text)
    }
  }
  return {
    progress: () => progress,
    lastAskedMs: () => lastAskedMs,
    learn,
    ask: async (untilMs) => {
      const timeoutMs = Math.min(LIST_TIMEOUT_MS, untilMs - now())
      if (timeoutMs <= 0) return
      try {
        const next = chooseRequest(progress, source)
        progress = countRequest(progress, next)
        lastAskedMs = now()
        const options = { timeoutMs, signal: AbortSignal.any([signal, stop.signal]) }
        const answer = await client.get(next.url, options).catch(() => undefined)
        learn(learnFromAnswer(progress, next, answer, trust))
      } catch {
        // A defect in the learning costs lines of progress and no more: the run goes on, and its verdict stands.
      }
    },
    stop: () => stop.abort()
  }
}

/** Reads the lists of a deployment that is over: those of the causes where it ended badly. */
async function readToEnd(
  { progress, learn, ask }: ListReader,
  { ending, response, pollCount }: Outcome,
  deadlineMs: number,
  { now, signal }: HooksContext
): Promise<void> {
  const isBad = ending.kind !== 'succeeded'
  const seen = response === undefined ? progress() : learnFromStack(progress(), response)
  learn({ progress: endProgress(seen, { failedOnly: isBad }), events: [] })
  const most = isBad ? progress().asked + MAX_CAUSE_REQUESTS : pollCount
  const untilMs = Math.min(deadlineMs, now() + MAX_END_MS)
  const isDue = () => progress().asked < most && canLearnMore(progress()) && now() < untilMs
  while (isDue() && !signal.aborted) await ask(untilMs)
  if (!isBad) learn(concludeSucceeded(progress()))
}
