/**
 * Answers whose body is too large to be read: the status and the headers count as they are, and nothing is made up of
 * what is not known.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  asyncOperation,
  READY,
  RUNNING,
  STATUS,
  SUCCEEDED,
  toUrl
} from '../../__fixtures__/conversation.ts'
import { readInputs } from '../../__fixtures__/inputs.ts'
import { runScenario } from '../../__fixtures__/run.ts'
import { TOO_LARGE } from '../../src/http/http.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import { statusOf } from '../../src/run/outcome.ts'

function unread(status: number, headers: HttpResponse['headers'] = {}): HttpResponse {
  return { status, headers, body: { kind: 'malformed', text: '', problem: TOO_LARGE } }
}

async function play(...scenario: Parameters<typeof runScenario>) {
  const { outcome } = await runScenario(...scenario)
  const { reason = '', warnings, error, response } = outcome
  const said = [reason, ...warnings, error?.message ?? ''].join('\n')
  return { status: statusOf(outcome.ending), said, response }
}

describe('a body that is not read', () => {
  it('is no result of a GET, which has nothing else', async () => {
    expect(await play({ inputs: { method: 'GET' }, send: [unread(200)] })).toMatchObject({
      status: 'Failed',
      said: expect.stringContaining(TOO_LARGE)
    })
  })

  it('leaves the status of a request that changes something, and says that the result is missing', async () => {
    const inputs = { method: 'POST' } as const
    expect(await play({ inputs, send: [unread(200)] })).toMatchObject({
      status: 'Succeeded',
      said: expect.stringContaining(`its result could not be read (${TOO_LARGE})`)
    })
  })

  it('decides nothing for fail-if', async () => {
    const inputs = await readInputs({ method: 'POST', url: toUrl(ACTION), 'fail-if': 'error' })
    expect(await play({ inputs, send: [unread(200)] })).toMatchObject({
      status: 'Unknown',
      said: expect.stringContaining(`could not be evaluated: ${TOO_LARGE}`)
    })
  })

  it('leaves the headers of a first answer, and the polls after one that cannot be read', async () => {
    const send = [unread(201, asyncOperation(STATUS))]
    const get = [RUNNING, unread(200), SUCCEEDED, READY]
    expect(await play({ inputs: { body: '{"a":1}' }, send, get })).toMatchObject({
      status: 'Succeeded',
      response: READY
    })
  })

  it('is told as the reason of a refusal', async () => {
    expect(await play({ inputs: { body: '{"a":1}' }, send: [unread(400)] })).toMatchObject({
      status: 'Failed',
      said: expect.stringContaining(TOO_LARGE)
    })
  })
})
