/**
 * Operations that begin with something else than the answer to their request: with a look at the resource after that
 * answer was lost, or with a DELETE that met nothing. Pure; loaded with the first of them.
 */
import type { HttpResponse } from '../http/message.ts'
import { readAnswer } from './answer.ts'
import { begin, beginPolling, gatherFacts } from './begin.ts'
import { decide } from './facts.ts'
import { readPolledResource } from './poll-answer.ts'
import type { Operation, Rules, SentRequest } from './state.ts'

/**
 * Operation of a request whose answer was lost, from a look at its resource. That is a poll, and no answer to the
 * request: a `status` of work is no result, and what decides is the resource.
 */
export function beginFound(
  request: SentRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const reading = readPolledResource({ sawProgress: false }, answer, rules)
  if (reading.kind !== 'state' || reading.isAtWork !== true) {
    const operation = begin(request, response, rules, nowMs)
    const { decidedBy, firstAnswer: _found, ...facts } = operation.facts
    return decidedBy === 'first-answer'
      ? { ...operation, facts: decide(facts, 'resource') }
      : operation
  }
  const verdict = { kind: 'follow', via: 'resource', url: request.url, isAtWork: true } as const
  return beginPolling(gatherFacts(request, answer, rules, verdict), verdict, response)
}

/** A DELETE that was sent again and met nothing, or something on its way out: followed to the resource's absence. */
export function beginAbsence(
  request: SentRequest,
  response: HttpResponse,
  rules: Rules,
  nowMs: number
): Operation {
  const answer = readAnswer(response, request.url, { trust: rules.trust, nowMs })
  const facts = gatherFacts(request, answer, rules)
  return beginPolling(
    facts,
    { kind: 'follow', via: 'absence', url: request.url, atOnce: true },
    response
  )
}
