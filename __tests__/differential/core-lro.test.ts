/**
 * The same conversations, held by this action's rules and by @azure/core-lro: the same verdict and result, or a row
 * that says why not. A row that no longer tells a difference fails as well.
 */
import { createHttpPoller, type OperationResponse } from '@azure/core-lro'
import { describe, expect, it } from 'vitest'
import { rules, START_MS, toUrl } from '../../__fixtures__/conversation.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import { findErrorCode } from '../../src/operation/error.ts'
import { concludeAtDeadline, next } from '../../src/operation/next.ts'
import type { Operation } from '../../src/operation/state.ts'
import { isTerminal } from '../../src/operation/terminal.ts'
import { delayBefore } from '../../src/operation/waiting.ts'
import { ARE_HABITS_PROVEN } from '../faults/habits.ts'
import {
  AMENDED,
  createReplies,
  type Ending,
  PATTERNS,
  type Pattern,
  readFirstPath
} from './patterns.ts'

function playOurs(pattern: Pattern): Ending {
  const reply = createReplies(pattern.routes)
  const request = { method: pattern.method, url: toUrl(readFirstPath(pattern)) }
  const own = rules()
  let nowMs = START_MS
  let operation = begin(request, reply(request.method, request.url), own, nowMs)
  while (!isTerminal(operation)) {
    nowMs += delayBefore(operation, own.timing, nowMs)
    if (nowMs - START_MS >= own.timing.timeoutMs) break
    const response = reply('GET', operation.url)
    operation = next(operation, { kind: 'response', response }, own, nowMs)
  }
  return describeOurs(
    isTerminal(operation) ? operation : (concludeAtDeadline(operation, own) ?? operation),
    pattern
  )
}

function describeOurs(operation: Operation, { method }: Pattern): Ending {
  switch (operation.state) {
    case 'succeeded':
      return withResult(method === 'DELETE' ? undefined : readBody(operation.response))
    case 'failed':
    case 'canceled': {
      const code = operation.error === undefined ? '' : findErrorCode(operation.error)
      return { verdict: operation.state, ...(code === '' ? {} : { code }) }
    }
    case 'unknown':
      return { verdict: 'unknown' }
    default:
      return { verdict: 'running' }
  }
}

function withResult(result: unknown): Ending {
  return result === undefined ? { verdict: 'succeeded' } : { verdict: 'succeeded', result }
}

function readBody({ body }: HttpResponse): unknown {
  if (body.kind === 'json') return body.value
  return body.kind === 'empty' ? undefined : body.text
}

const MAX_POLLS = 30

class TooManyPolls extends Error {}
class Refused extends Error {}

/** Its pollers are made with a sender that throws on an error status, as the generated SDKs do. */
async function playTheirs(pattern: Pattern): Promise<Ending> {
  const reply = createReplies(pattern.routes)
  let polls = 0
  const send = async (method: string, url: string): Promise<OperationResponse> => {
    const answer = reply(method, url)
    if (answer.status >= 300) throw new Refused(`HTTP ${answer.status}`)
    const body = readBody(answer)
    const { status: statusCode, headers } = answer
    const request = { method, url: toUrl(readFirstPath(pattern)) }
    return { flatResponse: body, rawResponse: { statusCode, headers, request, body } }
  }
  const poller = createHttpPoller<unknown, { status: 'succeeded'; error?: Error }>(
    {
      sendInitialRequest: () => send(pattern.method, toUrl(readFirstPath(pattern))),
      sendPollRequest: (url) => {
        polls += 1
        if (polls > MAX_POLLS) throw new TooManyPolls()
        // Every sender parses the URL first.
        return send('GET', new URL(url).href)
      }
    },
    { intervalInMs: 1 }
  )
  try {
    const result = await poller.pollUntilDone()
    return withResult(pattern.method === 'DELETE' ? undefined : (result ?? undefined))
  } catch (error) {
    return describeTheirs(error, poller.operationState?.status)
  }
}

function describeTheirs(error: unknown, status: string | undefined): Ending {
  if (error instanceof TooManyPolls) return { verdict: 'running' }
  if (error instanceof Refused) return { verdict: 'refused' }
  // The service's code is told in the message alone.
  const named = /has failed\. (\w+)\./.exec(String(error))?.[1]
  return {
    verdict: status === 'canceled' ? 'canceled' : 'failed',
    ...(named === undefined ? {} : { code: named })
  }
}

const patterns = ARE_HABITS_PROVEN ? [...PATTERNS, ...AMENDED] : PATTERNS
const known = patterns.filter(({ why }) => why !== undefined)

describe('the same as @azure/core-lro', () => {
  it.each(patterns.filter(({ why }) => why === undefined))('$method $name', async (pattern) => {
    expect(playOurs(pattern)).toEqual(pattern.ours)
    expect(await playTheirs(pattern)).toEqual(pattern.ours)
  })
})

describe('other than @azure/core-lro', () => {
  it.each(known)('$method $name: $why', async (pattern) => {
    expect(playOurs(pattern)).toEqual(pattern.ours)
    expect(await playTheirs(pattern)).toEqual(pattern.theirs)
    expect(pattern.theirs).not.toEqual(pattern.ours)
  })
})

describe('@azure/core-lro itself', () => {
  it.each(AMENDED)('$method $name', async (pattern) => {
    expect(await playTheirs(pattern)).toEqual(pattern.theirs ?? pattern.ours)
  })
})
