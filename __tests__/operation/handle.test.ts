/**
 * The resume handle: at any moment an operation can be put down, and the run that takes it up comes to the same end;
 * no id that people keep secret can be found in it; and a forged one is refused before it leads anywhere.
 */
import { describe, expect, it } from 'vitest'
import {
  ACTION,
  AZURE,
  asyncOperation,
  type Conversation,
  CUSTOM,
  empty,
  json,
  location,
  ORIGIN,
  operationLocation,
  operationStatus,
  RESOURCE,
  RESULT,
  refusal,
  request,
  resource,
  route,
  routeForever,
  rules,
  START_MS,
  STATUS,
  toPath,
  toPollAnswer,
  VERSION
} from '../../__fixtures__/conversation.ts'
import {
  openHandle,
  readHandle,
  sealBytes,
  sealHandle,
  sealText
} from '../../__fixtures__/handles.ts'
import { holdsSecret } from '../../__fixtures__/runner-masking.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../../src/http/message.ts'
import { begin } from '../../src/operation/begin.ts'
import {
  type AwaitingCondition,
  encodeHandle,
  type Handle,
  isMonitored,
  type OverOperation,
  type ResumableOperation,
  rewriteHandle,
  toResumable
} from '../../src/operation/handle.ts'
import { next } from '../../src/operation/next.ts'
import { decodeHandle } from '../../src/operation/read-handle.ts'
import type { Facts, Operation, RunningOperation } from '../../src/operation/state.ts'
import { isTerminal } from '../../src/operation/terminal.ts'
import { omitUndefined } from '../../src/values.ts'

const SUBSCRIPTION = '5F3b1c2d-0000-4aaa-9BBB-0123456789ab'
const TENANT = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const IDS = { subscriptionId: SUBSCRIPTION, tenantId: TENANT }

function toHandle(operation: ResumableOperation, overrides: Partial<Handle> = {}): Handle {
  return {
    operation,
    finalStateVia: 'auto',
    extraStates: { success: [], failure: [] },
    conditions: {},
    ...overrides
  }
}

function encode(handle: Handle): string {
  const text = encodeHandle(handle, ORIGIN, {})
  if (text === undefined) throw new Error('the handle is too long')
  return text
}

function decode(text: string): Handle {
  const reading = decodeHandle(text, AZURE, {})
  if (reading.kind === 'refused') throw new Error(reading.problem)
  return reading.handle
}

/** Plays a conversation; with `cutAt`, the operation is put down before that poll and taken up from its handle. */
function playAndCut({ method, path = RESOURCE, routes, rules: own }: Conversation, cutAt?: number) {
  const left = routes.map((each) => ({ ...each, replies: [...each.replies] }))
  const answer = (call: string): HttpResponse => {
    const found = left.find((each) => each.call === call && each.replies.length > 0)
    const reply = found?.replies[0]
    if (found === undefined || reply === undefined || reply === 'no answer') {
      throw new Error(`test bug: no route for ${call}`)
    }
    if (found.replies.length > (found.forever ? 1 : 0)) found.replies.shift()
    return reply
  }
  const asked = rules(own)
  let nowMs = START_MS
  let operation = begin(request(method, path), answer(`${method} ${path}`), asked, nowMs)
  let monitored: ResumableOperation | undefined
  for (let polls = 0; !isTerminal(operation); polls += 1) {
    if (isMonitored(operation)) monitored = operation
    if (polls === cutAt) {
      const resumable = toResumable(operation, monitored)
      if (resumable === undefined) throw new Error('nothing to resume')
      const restored = decode(encode(toHandle(resumable))).operation
      if (restored.state === 'awaiting-condition' || restored.state === 'over')
        throw new Error('not an operation')
      operation = restored
    }
    nowMs += 5_000
    const asking = toPath(operation.url)
    operation = next(operation, toPollAnswer(answer(`GET ${asking}`)), asked, nowMs)
    if (polls > 200) throw new Error('test bug: the conversation does not end')
  }
  return { operation, monitored }
}

const running = operationStatus('Running')
const succeeded = operationStatus('Succeeded')
const done = resource(200, 'Succeeded')
const failed = json(200, { status: 'Failed', error: { code: 'Broken', message: 'it broke' } })

/** One way of each kind that an operation can be followed. */
const CONVERSATIONS: readonly (readonly [string, Conversation])[] = [
  [
    'a PUT by its status URL',
    {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(201, 'Accepted', asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, running, running, succeeded),
        routeForever(`GET ${RESOURCE}`, done)
      ]
    }
  ],
  [
    'a PUT that settles late',
    {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(201, 'Accepted', asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, running, succeeded),
        routeForever(`GET ${RESOURCE}`, resource(200, 'Updating'), resource(200, 'Updating'), done)
      ]
    }
  ],
  [
    'a PUT that fails',
    {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(201, 'Accepted', asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, running, running, failed)
      ]
    }
  ],
  [
    'a PUT by its resource',
    {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(200, 'Updating')),
        routeForever(`GET ${RESOURCE}`, resource(200, 'Updating'), done)
      ]
    }
  ],
  [
    'a PATCH that says it is done with a monitor that does not exist',
    {
      method: 'PATCH',
      routes: [
        route(`PATCH ${RESOURCE}`, resource(200, 'Succeeded', asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, refusal(404, 'NotFound')),
        routeForever(`GET ${RESOURCE}`, done)
      ]
    }
  ],
  [
    'a POST with both headers, its result at the Location',
    {
      method: 'POST',
      path: ACTION,
      routes: [
        route(`POST ${ACTION}`, empty(202, { ...asyncOperation(STATUS), ...location(RESULT) })),
        routeForever(`GET ${STATUS}`, running, running, succeeded),
        routeForever(`GET ${RESULT}`, json(200, { keys: [1] }))
      ]
    }
  ],
  [
    'a POST by its Location',
    {
      method: 'POST',
      path: ACTION,
      routes: [
        route(`POST ${ACTION}`, empty(202, location(RESULT))),
        routeForever(`GET ${RESULT}`, empty(202), empty(202), json(200, { ok: true }))
      ]
    }
  ],
  [
    'a PUT by Operation-Location, whose body names the resource',
    {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, json(201, {}, operationLocation(STATUS))),
        routeForever(
          `GET ${STATUS}`,
          running,
          json(200, { status: 'Succeeded', resourceLocation: `${ORIGIN}${RESULT}` })
        ),
        routeForever(`GET ${RESULT}`, done)
      ]
    }
  ],
  [
    'a DELETE whose monitor vanishes with the resource',
    {
      method: 'DELETE',
      routes: [
        route(`DELETE ${RESOURCE}`, empty(202, location(RESULT))),
        routeForever(`GET ${RESULT}`, empty(202), refusal(404, 'NotFound')),
        routeForever(`GET ${RESOURCE}`, refusal(404, 'ResourceNotFound'))
      ]
    }
  ],
  [
    'a DELETE without a header',
    {
      method: 'DELETE',
      routes: [
        route(`DELETE ${RESOURCE}`, empty(202)),
        routeForever(`GET ${RESOURCE}`, done, refusal(404, 'ResourceNotFound'))
      ]
    }
  ]
]

describe('an operation that is put down and taken up again', () => {
  it.each(CONVERSATIONS)('%s: comes to the same end from every poll', (_name, conversation) => {
    const whole = playAndCut(conversation).operation
    const cuts = Array.from({ length: whole.facts.pollCount }, (_, cutAt) => cutAt)
    expect(cuts.length).toBeGreaterThan(0)
    for (const cutAt of cuts) {
      const { operation } = playAndCut(conversation, cutAt)
      expect([cutAt, operation.state, readBody(operation)]).toEqual([
        cutAt,
        whole.state,
        readBody(whole)
      ])
      // What an answer taught before the cut is not asked for again, but for the end itself.
      expect(operation.facts.firstStatus).toBe(whole.facts.firstStatus)
    }
  })

  function readBody(operation: Operation): JsonValue {
    const body = 'response' in operation ? operation.response?.body : undefined
    return body?.kind === 'json' ? body.value : null
  }

  it('asks the monitor again when the end was not known, with what was learnt on the way', () => {
    const conversation: Conversation = {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, json(200, {}, asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, refusal(403, 'AuthorizationFailed')),
        routeForever(
          `GET ${RESOURCE}`,
          resource(200, 'Updating'),
          ...Array<HttpResponse>(20).fill(refusal(403, 'AuthorizationFailed'))
        )
      ]
    }
    const { operation, monitored } = playAndCut(conversation)
    expect(operation.state).toBe('unknown')
    const resumable = toResumable(operation, monitored)
    expect(resumable).toMatchObject({
      state: 'running',
      via: 'status-url',
      url: `${ORIGIN}${STATUS}`,
      facts: { fellBack: false, sawProgress: true, pollCount: operation.facts.pollCount }
    })
  })

  it('asks the monitor again that had said Succeeded while the resource was still at work', () => {
    const conversation: Conversation = {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(200, 'Updating', asyncOperation(STATUS))),
        routeForever(`GET ${STATUS}`, succeeded),
        route(`GET ${RESOURCE}`, ...Array<HttpResponse>(4).fill(resource(200, 'Updating')), done)
      ]
    }
    const { operation } = playAndCut(conversation, 4)
    expect(operation).toMatchObject({
      state: 'succeeded',
      facts: { claimedBy: 'status-url', decidedBy: 'resource' }
    })
  })

  it('has no result to judge when it was done at first, and nothing can be read any more', () => {
    const conversation: Conversation = {
      method: 'PUT',
      routes: [
        route(`PUT ${RESOURCE}`, resource(200, 'Succeeded', asyncOperation(STATUS))),
        route(`GET ${STATUS}`, refusal(405, 'NoGet')),
        route(`GET ${RESOURCE}`, refusal(403, 'AuthorizationFailed'))
      ]
    }
    const [whole, resumed] = [playAndCut(conversation), playAndCut(conversation, 0)]
    expect(whole.operation).toMatchObject({ state: 'succeeded' })
    expect(whole.operation.facts.isResultMissing).toBeUndefined()
    expect(resumed.operation).toMatchObject({
      state: 'succeeded',
      facts: { isResultMissing: true, decidedBy: 'first-answer' }
    })
  })

  it.each([
    ['a date, by a clock with fractions', 'Thu, 01 Jan 2026 00:01:30 GMT', 89_999],
    ['a number beyond all numbers', '99999999999999999999', Number.MAX_SAFE_INTEGER]
  ])('keeps a Retry-After that is %s (RFC 9110, section 10.2.3)', (_what, retryAfter, kept) => {
    const first = empty(202, { ...asyncOperation(STATUS), 'retry-after': retryAfter })
    const operation = begin(request('PUT'), first, rules(), START_MS + 1.25)
    const resumable = toResumable(operation, undefined)
    if (resumable === undefined) throw new Error('nothing to resume')
    expect(decode(encode(toHandle(resumable))).operation.facts.retryAfterMs).toBe(kept)
  })

  it('remembers the states that the resource was in on the way', () => {
    const { operation, monitored } = playAndCut(
      CONVERSATIONS[0]?.[1] ?? { method: 'PUT', routes: [] }
    )
    const lost: Operation = {
      state: 'unknown',
      reason: 'it cannot be read',
      facts: { ...operation.facts, resourceWords: ['Creating'] }
    }
    expect(toResumable(lost, monitored)?.facts.resourceWords).toEqual(['Creating'])
  })

  it('is nothing once it is over', () => {
    const end = playAndCut(CONVERSATIONS[0]?.[1] ?? { method: 'PUT', routes: [] })
    expect(toResumable(end.operation, end.monitored)).toBeUndefined()
  })
})

describe('encodeHandle and decodeHandle', () => {
  const signed = `${ORIGIN}/subscriptions/${SUBSCRIPTION.toUpperCase()}/providers/A/b/1?${VERSION}&t=1&c=${TENANT}&s=%2F${SUBSCRIPTION.toLowerCase()}`
  const regional = `https://westeurope.management.azure.com/subscriptions/${SUBSCRIPTION}/x?${VERSION}`
  const url = `${ORIGIN}/subscriptions/${SUBSCRIPTION}/resourceGroups/shop?${VERSION}`

  const operation: RunningOperation = {
    state: 'running',
    via: 'status-url',
    header: 'operation-location',
    url: signed,
    wait: { kind: 'none' },
    everReadable: true,
    missedRounds: 2,
    absences: 0,
    provisionalAnswer: { status: 200, headers: {}, body: { kind: 'empty' } },
    facts: {
      request: { method: 'PATCH', url },
      firstStatus: 202,
      startedAtMs: START_MS,
      pollCount: 7,
      retryAfterMs: 15_000,
      locationUrl: regional,
      sawProgress: true,
      fellBack: false,
      lastStatus: 'Prüfung läuft \ud83d\ude00 {subscriptionId}',
      identity: SUBSCRIPTION.toLowerCase(),
      deployedAtMs: START_MS + 1,
      resourceWords: ['Creating', `of ${SUBSCRIPTION}`],
      warnings: []
    }
  }
  const handle = toHandle(operation, {
    correlationId: '0f8a1c22-5b1e-4b8e-9d5e-0c6a7d2f1e3b',
    requestId: 'westeurope:1',
    lostSinceMs: START_MS + 2,
    finalStateVia: 'location',
    extraStates: { success: ['Ready'], failure: ['Broken'] },
    conditions: { waitUntil: "a == 'b'", waitUntilUrl: '{id}', failIf: 'c' }
  })
  const text = encodeHandle(handle, ORIGIN, IDS) ?? ''

  it('give back everything that counts, letter by letter', () => {
    expect(decodeHandle(text, AZURE, IDS)).toEqual({ kind: 'handle', handle })
    // Azure compares ids without regard to case, and people write them as they like.
    const ids = { subscriptionId: SUBSCRIPTION.toLowerCase(), tenantId: TENANT.toUpperCase() }
    expect(decodeHandle(text, AZURE, ids)).toEqual({ kind: 'handle', handle })
  })

  it.each<[string, ResumableOperation]>([
    [
      'a confirmation',
      {
        state: 'confirming',
        isMonitorForeign: true,
        attempts: 0,
        url,
        wait: { kind: 'none' },
        facts: { ...operation.facts, locationUrl: url },
        provisionalAnswer: { status: 201, headers: {}, body: { kind: 'empty' } }
      }
    ],
    ['a monitor that is its own Location', { ...operation, via: 'location-url', url: regional }]
  ])('give back %s', (_name, state) => {
    const { header: _header, ...rest } = { header: undefined, ...state }
    const kept = rest.state === 'running' && rest.via !== 'status-url' ? rest : state
    const encoded = encodeHandle(toHandle(kept), ORIGIN, IDS) ?? ''
    expect(decodeHandle(encoded, AZURE, IDS)).toMatchObject({ handle: { operation: kept } })
  })

  it('give back what a condition needs, and no more', () => {
    const state: AwaitingCondition = {
      state: 'awaiting-condition',
      url: regional,
      facts: operation.facts
    }
    const encoded = encodeHandle(toHandle(state), ORIGIN, IDS) ?? ''
    const { request: sent, firstStatus, startedAtMs, pollCount } = operation.facts
    expect(decodeHandle(encoded, AZURE, IDS)).toMatchObject({
      handle: {
        operation: {
          state: 'awaiting-condition',
          url: regional,
          facts: { request: sent, firstStatus, startedAtMs, pollCount }
        }
      }
    })
    expect(Object.keys(openHandle(encoded))).not.toContain('l')
  })

  it('hold no id in any form that the runner masks, and nothing that YAML or a shell reads', () => {
    const secrets = [SUBSCRIPTION, TENANT].flatMap((id) => [id, id.toLowerCase(), id.toUpperCase()])
    expect(holdsSecret(text, secrets)).toBe(false)
    expect(holdsSecret(readHandle(text), secrets)).toBe(false)
    expect(holdsSecret(JSON.stringify(handle), secrets)).toBe(true)
    expect(text).toMatch(/^armop3\.[\w-]+\.[0-9a-z]{13}$/)
  })

  it('are written anew as long as a secret that is registered stands in them', () => {
    // In plain or in base64: neither salted nor packed, every text in it could be found.
    const [, payload = ''] = text.split('.')
    const secrets = [payload.slice(40, 60), payload.slice(-8), 'management.azure.com/subscr']
    const isUnfit = (written: string) => holdsSecret(written, secrets)
    expect(isUnfit(text)).toBe(true)
    expect(isUnfit(sealText(readHandle(text), 2))).toBe(true)
    const rewritten = rewriteHandle(text, isUnfit)
    expect(isUnfit(rewritten)).toBe(false)
    expect(readHandle(rewritten)).toBe(readHandle(text))
    expect(decodeHandle(rewritten, AZURE, IDS)).toEqual({ kind: 'handle', handle })
  })

  it.each([
    ['that is fit', text, () => false],
    ['that could not be written otherwise', text, () => true],
    ['of another format, which has no salt', sealText('{}', 1), () => true]
  ])('stay as they are: one %s', (_what, written, isUnfit) => {
    expect(rewriteHandle(written, isUnfit)).toBe(written)
  })

  it('show none of their texts in base64, whatever the runner may know as a secret', () => {
    expect(holdsSecret(text, [ORIGIN, 'correlation', url.slice(60)])).toBe(false)
  })

  it('leave out the subscription of the URL when none is given', () => {
    const encoded = encodeHandle(handle, ORIGIN, {}) ?? ''
    expect(holdsSecret(encoded, [SUBSCRIPTION])).toBe(false)
    expect(decodeHandle(encoded, AZURE, {})).toEqual({
      kind: 'refused',
      input: 'subscription-id',
      problem: 'is missing, and the handle in resume needs it'
    })
  })

  it('keep no body, no warning and no fault', () => {
    const secret = 'do-not-keep'
    const noisy: RunningOperation = {
      ...operation,
      provisionalAnswer: json(200, { secret }, { 'x-secret': secret }),
      facts: {
        ...operation.facts,
        warnings: [secret],
        lastFault: { message: secret },
        faults: {
          sinceMs: 1,
          transient: 9,
          notFound: 0,
          notFoundSinceMs: 1,
          malformed: 0,
          forbidden: 0,
          refused: 0
        }
      }
    }
    const encoded = encodeHandle(toHandle(noisy), ORIGIN, IDS) ?? ''
    expect(JSON.stringify(openHandle(encoded))).not.toContain(secret)
    expect(decodeHandle(encoded, AZURE, IDS)).toMatchObject({ handle: { operation } })
  })

  it('give up what no environment variable could hold', () => {
    const long = { ...operation, url: `${ORIGIN}/x?s=${'a'.repeat(34_000)}` }
    const facts = {
      ...operation.facts,
      locationUrl: `${long.url}b`,
      request: { ...operation.facts.request, url: `${long.url}c` }
    }
    expect(encodeHandle(toHandle({ ...long, facts }), ORIGIN, IDS)).toBeUndefined()
  })

  it('bound what the service may have said', () => {
    const long = '\ud83d\ude00'.repeat(300)
    const facts: Facts = {
      ...operation.facts,
      lastStatus: long,
      identity: 'UPPER CASE, AND A SPACE',
      deployedAtMs: Date.UTC(1601, 0, 1),
      resourceWords: ['', long, `${long}!`, ...Array.from({ length: 30 }, (_, n) => `word ${n}`)]
    }
    const odd = toHandle({ ...operation, facts }, { correlationId: 'a\nb', requestId: 'é' })
    const restored = decodeHandle(encodeHandle(odd, ORIGIN, IDS) ?? '', AZURE, IDS)
    if (restored.kind === 'refused') throw new Error(restored.problem)
    expect(restored.handle).not.toHaveProperty('correlationId')
    const { identity, deployedAtMs, lastStatus, resourceWords } = restored.handle.operation.facts
    expect([identity, deployedAtMs]).toEqual([undefined, undefined])
    expect(lastStatus).toHaveLength(200)
    expect(resourceWords).toEqual([
      lastStatus,
      ...Array.from({ length: 19 }, (_, n) => `word ${n}`)
    ])
  })

  it.each<[OverOperation['end'], string | undefined, string | undefined]>([
    ['failed', 'Conflict', 'Conflict'],
    ['failed', 'Microsoft.Cache_In-Use.2', 'Microsoft.Cache_In-Use.2'],
    ['canceled', undefined, undefined],
    ['canceled', '', undefined],
    ['failed', 'not a name', undefined],
    ['failed', '409', undefined],
    ['failed', '$(whoami)', undefined],
    ['failed', 'x'.repeat(101), undefined]
  ])('give back that it had %s with the code %j as %j', (end, errorCode, kept) => {
    const { request: sent, firstStatus, startedAtMs, lastStatus } = operation.facts
    const over: OverOperation = omitUndefined({
      state: 'over',
      facts: operation.facts,
      end,
      errorCode
    })
    const reading = decodeHandle(encodeHandle(toHandle(over), ORIGIN, IDS) ?? '', AZURE, IDS)
    expect(reading).toMatchObject({
      handle: {
        operation: { state: 'over', end, facts: { request: sent, firstStatus, startedAtMs } }
      }
    })
    if (reading.kind !== 'handle' || reading.handle.operation.state !== 'over') return
    expect(reading.handle.operation.errorCode).toBe(kept)
    expect(reading.handle.operation.facts.lastStatus).toBe(lastStatus)
  })
})

describe('a handle that was tampered with', () => {
  const operation: RunningOperation = {
    state: 'running',
    via: 'status-url',
    header: 'azure-async-operation',
    url: `${ORIGIN}${STATUS}`,
    wait: { kind: 'none' },
    everReadable: false,
    missedRounds: 0,
    absences: 0,
    facts: {
      request: request('PUT'),
      firstStatus: 201,
      startedAtMs: START_MS,
      pollCount: 0,
      sawProgress: false,
      fellBack: false,
      locationUrl: `${ORIGIN}${RESULT}`,
      warnings: []
    }
  }
  const good = encode(toHandle(operation))
  const fields = openHandle(good)
  const DAMAGED = 'is damaged: copy the whole output operation of the step that started it'
  const FOREIGN = /^names an address.* not on the resource manager endpoint/

  it('is one, when it was not', () => {
    expect(decode(sealHandle(fields))).toEqual(decode(good))
  })

  it.each<[string, string, string | RegExp]>([
    ['nothing', '', /^is not a handle/],
    ['other text', 'https://management.azure.com/x', /^is not a handle/],
    [
      'an older format',
      good.replace('armop3', 'armop0'),
      /another version.*format 0.*reads 1, 2, 3/
    ],
    ['a newer format', good.replace('armop3', 'armop4'), /another version.*format 4/],
    ['one that was cut', good.slice(0, -20), DAMAGED],
    ['one letter changed', good.replace(/.(?=.{40}$)/, (c) => (c === 'a' ? 'b' : 'a')), DAMAGED],
    ['something behind it', `${good}.x`, DAMAGED],
    ['spaces in it', good.replace('.', '. '), DAMAGED],
    ['too much of it', `armop3.${'a'.repeat(100_000)}`, 'is too long for a handle'],
    ['no JSON', sealText('{'), DAMAGED],
    ['no UTF-8', sealBytes([0, 0xff], 2), DAMAGED],
    ['a list', sealText('[]'), DAMAGED],
    ['a text', sealText('"x"'), DAMAGED],
    ['null', sealText('null'), DAMAGED],
    ['the wrong placeholder', sealText('{"u":"/\u0001q\u0002"}'), DAMAGED]
  ])('is refused: %s', (_what, text, problem) => {
    const reading = decodeHandle(text, AZURE, {})
    expect(reading).toEqual({
      kind: 'refused',
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem)
    })
  })

  const evil: readonly string[] = [
    'https://evil.example/x',
    '//evil.example/x',
    '\\\\evil.example\\x',
    'http://management.azure.com/x',
    'https://management.azure.com.evil.example/x',
    'https://evilmanagement.azure.com/x',
    'https://user@management.azure.com/x',
    'https://management.azure.com@evil.example/x',
    'https://management.azure.com:8443/x',
    'https://management.azure.com./x',
    'https://m\u0430nagement.azure.com/x',
    'blob:https://management.azure.com/x',
    'javascript:alert(1)',
    '/x y',
    '/x\r\nHost: evil.example',
    '/x#fragment',
    '',
    'x'
  ]
  it.each(['u', 'g', 'l'].flatMap((name) => evil.map((value) => [name, value] as const)))(
    'is refused with %s of %j',
    (name, value) => {
      expect(decodeHandle(sealHandle({ ...fields, [name]: value }), AZURE, {})).toEqual({
        kind: 'refused',
        problem: expect.stringMatching(FOREIGN)
      })
    }
  )

  it.each<[string, Readonly<Record<string, JsonValue | undefined>>]>([
    ['a method that there is not', { m: 'TRACE' }],
    ['no method', { m: undefined }],
    ['no URL', { u: undefined }],
    ['a URL that is no text', { g: { href: '/x' } }],
    ['a way that there is not', { v: 'telepathy' }],
    ['a header that there is not', { h: 'location' }],
    ['a first status of 0', { f: 0 }],
    ['a first status of a text', { f: '201' }],
    ['a start before time began', { t: -1 }],
    ['a start after its end', { t: 8.64e15 + 1 }],
    ['polls in parts', { n: 0.5 }],
    ['a wait without end', { r: 1e300 }],
    ['a flag that is none', { e: 1 }],
    ['an answer that is none', { a: 'x' }],
    ['rounds without end', { d: 1e9 }],
    ['an empty last word', { w: '' }],
    ['a last word without end', { w: 'x'.repeat(201) }],
    ['an id with a line break', { i: 'a\r\nx: y' }],
    ['a source of the result that there is not', { x: 'anywhere' }],
    ['words that are no list', { y: 'Ready' }],
    ['words that are no words', { y: [1] }],
    ['empty words', { y: [' '] }],
    ['too many words', { z: Array(101).fill('x') }],
    ['failed as success', { y: ['Failed'] }],
    ['canceled as success', { y: ['CANCELLED'] }],
    ['succeeded as failure', { z: ['Succeeded'] }],
    ['completed as failure', { z: ['Completed'] }],
    ['an expression without end', { wu: 'x'.repeat(2_001) }],
    ['a field that there is not', { evil: 1 }],
    ['an identity in capitals', { c: 'A-1' }],
    ['an identity with a line break', { c: 'a\r\nx: y' }],
    ['an identity without end', { c: 'a'.repeat(129) }],
    ['a deployment after the end of time', { ct: 8.64e15 + 1 }],
    ['states that are no list', { s: 'Creating' }],
    ['no states', { s: [] }],
    ['states that are no words', { s: [1] }],
    ['an empty state', { s: [''] }],
    ['a state without end', { s: ['x'.repeat(201)] }],
    ['a state twice', { s: ['Creating', 'Creating'] }],
    ['too many states', { s: Array.from({ length: 21 }, (_, n) => `word ${n}`) }],
    ['an end that there is not', { v: 'resource', k: 'Succeeded' }],
    ['an end of what is followed elsewhere', { k: 'succeeded' }],
    ['an end of what is being confirmed', { v: 'confirming', a: 200, k: 'succeeded' }],
    ['a code without an end', { v: 'resource', ec: 'Conflict' }],
    ['a code of a success', { v: 'resource', k: 'succeeded', ec: 'Conflict' }],
    ['a code that is a text', { v: 'resource', k: 'failed', ec: 'no name' }],
    ['an origin that is none', { o: 'x' }],
    ['no origin', { o: undefined }]
  ])('is refused: %s', (_what, changes) => {
    expect(decodeHandle(sealHandle({ ...fields, ...changes }), AZURE, {})).toEqual({
      kind: 'refused',
      problem: DAMAGED
    })
  })

  it.each([{ c: 'a' }, { ct: 1 }, { s: ['Creating'] }, { v: 'resource', k: 'succeeded' }])(
    'is refused in format 1 with what only format 2 can say: %j',
    (more) => {
      const forged = { ...fields, ...more }
      expect(decodeHandle(sealHandle(fields, 1), AZURE, {}).kind).toBe('handle')
      expect(decodeHandle(sealHandle(forged), AZURE, {}).kind).toBe('handle')
      expect(decodeHandle(sealHandle(forged, 1), AZURE, {})).toMatchObject({ problem: DAMAGED })
    }
  )

  it('cannot reach into objects', () => {
    const text = `${JSON.stringify(fields).slice(0, -1)},"__proto__":{"e":true}}`
    expect(decodeHandle(sealText(text), AZURE, {})).toMatchObject({ problem: DAMAGED })
  })

  it('of another cloud is refused by its name', () => {
    expect(decodeHandle(good, CUSTOM, {})).toEqual({
      kind: 'refused',
      problem:
        'belongs to another cloud: it was made on management.azure.com, and environment is that of arm.stack.example:8443'
    })
  })

  it.each([
    ['subscription-id', 'subscription', { ...IDS, subscriptionId: TENANT }],
    ['tenant-id', 'tenant', { ...IDS, tenantId: SUBSCRIPTION }]
  ] as const)('with another %s is refused: there a DELETE would look done', (input, what, ids) => {
    const url = `${ORIGIN}/subscriptions/${SUBSCRIPTION}/x?${VERSION}&h=${TENANT}`
    const facts = { ...operation.facts, request: { method: 'DELETE' as const, url } }
    const text = encodeHandle(toHandle({ ...operation, facts }), ORIGIN, IDS) ?? ''
    expect(decodeHandle(text, AZURE, IDS).kind).toBe('handle')
    expect(decodeHandle(text, AZURE, ids)).toEqual({
      kind: 'refused',
      input,
      problem: `is not the ${what} that the handle in resume was made for`
    })
  })

  it('that throws is a bug: every field, every kind of value', () => {
    const values: readonly JsonValue[] = [null, true, 0, -1, 1e308, '', 'x', [], [[]], {}, { a: 1 }]
    const names = [
      ...Object.keys(fields),
      ...'r p b w h e a d i q x y z wu wl fi ks kt c ct s k ec'.split(' ')
    ]
    for (const name of names) {
      for (const value of values) {
        const forged: JsonObject = { ...fields, [name]: value }
        expect(() => decodeHandle(sealHandle(forged), AZURE, {})).not.toThrow()
      }
    }
  })
})
