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

export interface OperationLister {
  /** At most one request for each poll, during the wait for the next one and never instead of it. Returns at once. */
  readonly askAhead: (deadlineMs: number) => void
  /** The progress with the lists read to their end, as far as there is time. Never rejects. */
  readonly finish: (outcome: Outcome, deadlineMs: number) => Promise<DeploymentProgress>
}

/** A lister for one deployment. Nothing is asked for yet. */
export function createOperationLister(
  call: DeploymentCall,
  { client, request, trust, tell, now, signal }: HooksContext
): OperationLister {
  const { url } = request
  const source = { call, url, apiVersion: readApiVersion(url) ?? '' }
  const stop = new AbortController()
  let progress = startDeploymentProgress(call)
  let lastAskedMs = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> | undefined

  const learn = (learned: Learned): void => {
    progress = learned.progress
    for (const event of learned.events) {
      const line = describeProgressEvent(event)
      if (line !== undefined) tell(line.verb, line.text)
    }
  }

  const ask = async (untilMs: number): Promise<void> => {
    const timeoutMs = Math.min(LIST_TIMEOUT_MS, untilMs - now())
    if (timeoutMs <= 0) return
    const next = chooseRequest(progress, source)
    progress = countRequest(progress, next)
    lastAskedMs = now()
    const options = { timeoutMs, signal: AbortSignal.any([signal, stop.signal]) }
    const answer = await client.get(next.url, options).catch(() => undefined)
    learn(learnFromAnswer(progress, next, answer, trust))
  }

  const listTheEnd = async (outcome: Outcome, deadlineMs: number): Promise<void> => {
    const isBad = outcome.status !== 'Succeeded'
    if (outcome.response !== undefined) progress = learnFromStack(progress, outcome.response)
    progress = endProgress(progress, { failedOnly: isBad })
    const most = isBad ? progress.asked + MAX_CAUSE_REQUESTS : outcome.pollCount
    const untilMs = Math.min(deadlineMs, now() + MAX_END_MS)
    while (progress.asked < most && canLearnMore(progress) && now() < untilMs && !signal.aborted) {
      await ask(untilMs)
    }
    if (!isBad) learn(concludeSucceeded(progress))
  }

  return {
    askAhead: (deadlineMs) => {
      const isSoon = now() - lastAskedMs < MIN_SPACING_MS
      if (underWay !== undefined || isSoon || signal.aborted || !canLearnMore(progress)) return
      underWay = ask(deadlineMs).finally(() => {
        underWay = undefined
      })
    },
    finish: async (outcome, deadlineMs) => {
      const { accepted, ending } = outcome
      const isOver = accepted !== undefined && !mayStillRun(ending) && ending.kind !== 'refused'
      if (!isOver) stop.abort()
      if (underWay !== undefined) await underWay
      if (isOver) await listTheEnd(outcome, deadlineMs)
      return progress
    }
  }
}
