/**
 * An operation of a list that an earlier step has sent, taken up by its handle: what the list says of it holds, but for
 * its request.
 */
import { describe, expect, it } from 'vitest'
import { createHandle } from '../../__fixtures__/handles.ts'
import { type GivenTexts, readList } from '../../__fixtures__/lists.ts'
import type { Scope } from '../../src/batch/plan.ts'

const ORIGIN = 'https://management.azure.com'
const URL_SENT = `${ORIGIN}/x/a?api-version=1`

/** Takes up the operation `site` of these lines, below one called plan. */
async function resume(
  lines: readonly string[],
  {
    scope = {},
    sent = URL_SENT,
    ...given
  }: GivenTexts & { readonly scope?: Scope; readonly sent?: string } = {}
) {
  const names = lines.map((line) => line.split(':', 1)[0])
  const usual = ['method: PUT', 'url: /x/a?api-version=1', 'body: { a: 1 }']
  const all = [...lines, ...usual.filter((line) => !names.includes(line.split(':', 1)[0]))]
  const item = all.map((line) => `  ${line}\n`).join('')
  const requests = `- { name: plan, method: GET, url: "/plan?api-version=1" }\n- name: site\n${item}`
  const { list } = await readList({ requests, ...given })
  const resumed = await list.items[1]?.resume?.(createHandle(sent), scope)
  if (resumed === undefined) throw new Error('no operation')
  return resumed
}

describe('an operation of a list that is taken up', () => {
  it('sends nothing, and is followed as the list says', async () => {
    const resumed = await resume(
      [
        'timeout: 5m',
        "wait-until: b == 'c'",
        'fail-if: error',
        'retry-on: 409',
        'accept-status: 404',
        'on-cancel: cancel',
        "headers: { x-a: '1' }"
      ],
      { 'poll-interval': '7s', 'all-pages': 'true', wait: 'false', 'api-version': '1' }
    )
    expect(resumed).toMatchObject({
      kind: 'ready',
      warnings: [],
      spec: {
        name: 'site',
        start: { kind: 'resume', handle: { operation: { facts: { request: { url: URL_SENT } } } } },
        rules: { timing: { timeoutMs: 300_000, pollIntervalMs: 7_000 }, acceptStatus: [] },
        conditions: { waitUntil: "b == 'c'", failIf: 'error' },
        earlyEnd: { onCancel: 'cancel', onTimeout: 'leave' },
        headers: { 'x-a': '1' },
        wait: true
      }
    })
    expect(resumed).not.toHaveProperty('spec.start.body')
  })

  it.each<[string, readonly string[], Scope, string]>([
    ['its own URL', [], {}, URL_SENT],
    ['a response', ["url: '${plan.id}?api-version=1'"], { plan: { id: '/x/a' } }, URL_SENT],
    [
      'its element',
      ['for-each: [a, b]', 'url: /x/${item}?api-version=1'],
      { item: 'a', index: 0 },
      URL_SENT
    ],
    [
      'a response that is not known any more',
      ["url: '${plan.id}?api-version=1'"],
      {},
      `${ORIGIN}/y?api-version=2`
    ]
  ])('is about %s', async (_, lines, scope, sent) => {
    expect(await resume(lines, { scope, sent })).toMatchObject({
      kind: 'ready',
      spec: { start: { handle: { operation: { facts: { request: { url: sent } } } } } }
    })
  })

  it.each<[string, readonly string[], Scope]>([
    ['the list names', ['url: /x/b?api-version=1'], {}],
    ['a response names', ["url: '${plan.id}?api-version=1'"], { plan: { id: '/x/b' } }],
    [
      'its element names',
      ['for-each: [a, b]', 'url: /x/${item}?api-version=1'],
      { item: 'b', index: 1 }
    ]
  ])('is refused where it is about another resource than %s', async (_, lines, scope) => {
    expect(await resume(lines, { scope })).toEqual({
      kind: 'fault',
      message: `url is ${ORIGIN}/x/b?api-version=1, and the handle in resume is about ${URL_SENT}: take the handle of this operation, or leave url out.`
    })
  })

  it.each<[string, readonly string[], Scope]>([
    ['a response that is not known any more', ["url: '${plan.id}?api-version=1'"], {}],
    [
      'a response that was handed on',
      ["url: '${plan.id}?api-version=1'"],
      { plan: { id: '/x/a' } }
    ],
    [
      'an element that was handed on',
      ['for-each: plan.value', 'url: ${item}?api-version=1'],
      { item: '/x/a', index: 0 }
    ]
  ])('is not canceled by %s', async (_, url, scope) => {
    const lines = [...url, 'on-cancel: cancel', 'on-timeout: leave']
    expect(await resume(lines, { scope })).toMatchObject({
      kind: 'ready',
      spec: { earlyEnd: { onCancel: 'leave', onTimeout: 'leave' } },
      warnings: [
        'Input on-cancel: cancel is left out: its URL refers to a response, and what the state in resume says of it is not enough to cancel by.'
      ]
    })
    const own = [...lines, 'cancel-url: /x/cancel?api-version=1']
    expect(await resume(own, { scope })).toMatchObject({
      kind: 'ready',
      spec: { earlyEnd: { onCancel: 'cancel', cancelUrl: `${ORIGIN}/x/cancel?api-version=1` } },
      warnings: []
    })
    const handed = [...lines, "cancel-url: '${plan.id}/cancel?api-version=1'"]
    expect(await resume(handed, { scope })).toMatchObject({
      spec: { earlyEnd: { onCancel: 'leave', onTimeout: 'leave' } }
    })
  })

  it('is not canceled at a URL that a response names, whoever names the operation', async () => {
    const lines = ['on-cancel: cancel', "cancel-url: '${plan.id}/cancel?api-version=1'"]
    expect(await resume(lines, { scope: { plan: { id: '/x/b' } } })).toMatchObject({
      spec: { earlyEnd: { onCancel: 'leave' } },
      warnings: [expect.stringContaining('Input on-cancel: cancel is left out: its URL refers')]
    })
  })

  it('is canceled by an element of the list itself', async () => {
    const lines = ['for-each: [a, b]', 'url: /x/${item}?api-version=1', 'on-cancel: cancel']
    expect(await resume(lines, { scope: { item: 'a', index: 0 } })).toMatchObject({
      spec: { earlyEnd: { onCancel: 'cancel' } },
      warnings: []
    })
  })

  it('waits for what its handle says where a response is not known any more', async () => {
    const lines = [
      "headers: { x-a: '${plan.id}' }",
      "wait-until-url: '${plan.id}?api-version=1'",
      'wait-until: a'
    ]
    expect(await resume(lines)).toMatchObject({ kind: 'ready', spec: { headers: {} } })
  })

  it('is a fault by a handle that is none', async () => {
    const requests = '- { name: plan, method: GET, url: "/plan?api-version=1" }'
    const { list } = await readList({ requests })
    expect(await list.items[0]?.resume?.('x', {})).toMatchObject({
      kind: 'fault',
      message: expect.stringMatching(/^resume .*\.$/)
    })
  })
})
