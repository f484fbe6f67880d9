/**
 * A list beside the state of an earlier step: what that step has sent is never sent again, and what it has not is.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createHandle } from '../../__fixtures__/handles.ts'
import {
  type GivenTexts,
  LIST_CONTEXT,
  readList,
  refuseList,
  SUBSCRIPTION
} from '../../__fixtures__/lists.ts'
import { createStateKeeper } from '../../src/batch/state-keeper.ts'
import { writeState } from '../../src/batch/state-text.ts'
import type { StatePast, StepState } from '../../src/batch/step-state.ts'
import type { JsonValue } from '../../src/http/message.ts'

const ORIGIN = 'https://management.azure.com'
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/g`
const VM = (name: string) => `${GROUP}/vms/${name}/stop?api-version=1`
const handleOf = (path: string) => createHandle(`${ORIGIN}${path}`)
const accepted = (path: string): StatePast => ({ kind: 'accepted', handle: handleOf(path) })
const ended = {
  kind: 'ended',
  end: {
    ending: { kind: 'succeeded' },
    method: 'PUT',
    url: `${ORIGIN}/x`,
    startedAt: 1,
    endedAt: 2
  }
} as const satisfies StatePast

interface Before {
  readonly pasts: Readonly<Record<string, StatePast>>
  readonly responses?: Readonly<Record<string, JsonValue>>
  readonly opened?: Readonly<Record<string, readonly JsonValue[]>>
  readonly hide?: (text: string) => string
}

/** The state of a step that was cut. */
async function cut(
  requests: string,
  { pasts, responses = {}, opened = {}, hide = (text) => text }: Before
): Promise<string> {
  const { list } = await readList({ requests })
  const keeper = createStateKeeper(list, hide)
  for (const { name, loop } of list.items) {
    const given = opened[name]?.map((value) => ({ key: String(value), value }))
    const elements = loop?.elements ?? given
    if (elements !== undefined) keeper.open(name, elements)
  }
  for (const [name, response] of Object.entries(responses)) keeper.keep(name, response)
  return write(keeper.compose(new Map(Object.entries(pasts))))
}

const write = (state: StepState) => writeState(state, () => false)

const pastOf = async (requests: string, resume: string, more: GivenTexts = {}) => {
  const { list, warnings } = await readList({ requests, resume, ...more })
  const kinds = Object.fromEntries(
    [...(list.past?.operations ?? [])].map(([name, { kind }]) => [name, kind])
  )
  return { list, kinds, warnings }
}

const plan = (url = '/plan?api-version=1') => `
- name: plan
  method: PUT
  url: ${url}
  body: {}`
const stop = (list = '[a, b]', path = 'stop') => `
- name: stop
  for-each: ${list}
  method: PUT
  url: ${GROUP}/vms/\${item}/${path}?api-version=1`
const site = `
- name: site
  method: PUT
  url: /site?api-version=1
  body: { id: '\${plan.id}' }`

describe('a list beside a state', () => {
  it('takes over what was done, and starts the rest', async () => {
    const requests = plan() + stop() + site
    const resume = await cut(requests, {
      pasts: { plan: ended, 'stop[a]': accepted(VM('a')), 'stop[b]': { kind: 'left-out' } },
      responses: { plan: { id: '/p', more: 1 } }
    })
    const { list, kinds } = await pastOf(requests, resume)
    expect(kinds).toEqual({ plan: 'ended', 'stop[a]': 'accepted', 'stop[b]': 'not-sent' })
    expect(list.past?.responses).toEqual(new Map([['plan', { id: '/p' }]]))
    const past = list.past?.operations.get('stop[a]')
    const prepared = past?.kind === 'accepted' ? await past.prepare() : undefined
    expect(prepared).toMatchObject({
      kind: 'ready',
      spec: { name: 'stop', start: { kind: 'resume' } }
    })
    expect(await list.items[2]?.prepare({ plan: { id: '/p' } })).toMatchObject({ kind: 'ready' })
  })

  it.each<readonly [string, string, string, Readonly<Record<string, string>>]>([
    ['in another order', stop() + plan(), stop('[b, a]').replace('[b, a]', '[a, b]') + plan(), {}],
    ['of which one is new', plan() + stop(), plan() + stop() + site, {}]
  ])('knows them %s', async (_what, before, after) => {
    const resume = await cut(before, { pasts: { plan: ended, 'stop[a]': accepted(VM('a')) } })
    expect((await pastOf(after, resume)).kinds).toEqual({ plan: 'ended', 'stop[a]': 'accepted' })
  })

  it('knows an element by what it is, wherever the list has it now', async () => {
    const requests = stop('!json LIST')
    const context = (list: readonly JsonValue[]) => ({
      ...LIST_CONTEXT,
      environment: { LIST: JSON.stringify(list) }
    })
    const { list } = await readList({ requests }, context(['a', 'b']))
    const keeper = createStateKeeper(list, (text) => text)
    keeper.open('stop', list.items[0]?.loop?.elements ?? [])
    const pasts = new Map([
      ['stop[a]', accepted(VM('a'))],
      ['stop[b]', accepted(VM('b'))]
    ])
    const resume = write(keeper.compose(pasts))
    const next = await readList({ requests, resume }, context(['c', 'b']))
    expect([...(next.list.past?.operations ?? [])].map(([name, { kind }]) => [name, kind])).toEqual(
      [
        ['stop[b]', 'accepted'],
        ['stop[a]', 'accepted']
      ]
    )
    // What the list does not have any more is waited for as well.
    expect(next.list.items.map(({ name }) => name)).toEqual(['stop', 'stop[a]'])
    const after = createStateKeeper(next.list, (text) => text)
    after.open('stop', next.list.items[0]?.loop?.elements ?? [])
    const { items } = after.compose(pasts)
    expect(items).toHaveLength(1)
    expect(items[0]?.operations?.map(({ element, past }) => [element?.key, past.kind])).toEqual([
      ['c', 'not-started'],
      ['b', 'accepted'],
      ['a', 'accepted']
    ])
  })

  it('is refused where an element of the same name is another one', async () => {
    const requests = stop('!json LIST').replace('${item}', '${item.name}')
    const context = (size: number) => ({
      ...LIST_CONTEXT,
      environment: { LIST: JSON.stringify([{ name: 'a', size }]) }
    })
    const { list } = await readList({ requests }, context(1))
    const keeper = createStateKeeper(list, (text) => text)
    keeper.open('stop', list.items[0]?.loop?.elements ?? [])
    const resume = write(keeper.compose(new Map([['stop[a]', ended]])))
    await expect(readList({ requests, resume }, context(2))).rejects.toThrow(
      'Input resume: "stop[a]" was sent with another element than the list has under this name.'
    )
  })

  it('waits for what the list does not have any more, and starts nothing of it', async () => {
    const resume = await cut(plan() + stop(), {
      pasts: { plan: ended, 'stop[a]': accepted(VM('a')) }
    })
    const { list, kinds } = await pastOf(plan(), resume)
    expect(kinds).toEqual({ plan: 'ended', 'stop[a]': 'accepted' })
    expect(list.items.map(({ name }) => name)).toEqual(['plan', 'stop[a]'])
  })

  it('has the list of the first run where that came from a response', async () => {
    const requests = `
- { name: all, method: GET, url: /all?api-version=1 }${stop('all.value[*].id').replace('vms/${item}', 'vms/${item}')}`
    const resume = await cut(requests, {
      pasts: { all: ended, 'stop[a]': accepted(VM('a')) },
      opened: { stop: ['a', 'b'] }
    })
    const { list, kinds } = await pastOf(requests, resume)
    expect(kinds).toEqual({ all: 'ended', 'stop[a]': 'accepted' })
    expect(list.items[1]?.loop).toMatchObject({
      elements: [
        { key: 'a', value: 'a' },
        { key: 'b', value: 'b' }
      ]
    })
    expect(list.items[1]?.loop).not.toHaveProperty('list')
    // Its list is known: nobody needs the response any more that it came from.
    const scope = { item: 'b', index: 1 }
    expect(await list.items[1]?.prepare(scope)).toMatchObject({ kind: 'ready' })
  })

  const changed = `${plan()}\n  timeout: 5m`
  it.each<readonly [string, Before['pasts'], string, string, readonly string[]]>([
    [
      'an accepted one has another URL now',
      { 'stop[a]': accepted(VM('a')) },
      stop(),
      stop('[a, b]', 'start'),
      [
        'Input resume: "stop[a]" was accepted with PUT …/${item}/stop; the list now says PUT …/${item}/start. Allowed: the list as it was then, or none, to wait for what was sent.'
      ]
    ],
    [
      'one that has ended has another URL now',
      { plan: ended },
      plan(),
      plan('/x/other?api-version=1'),
      [
        'Input resume: "plan" was sent with PUT /plan; the list now says PUT /x/other. Allowed: the list as it was then, or none, to wait for what was sent.'
      ]
    ],
    [
      'one that was sent has another text now',
      { plan: ended },
      plan(),
      changed,
      [
        'Input resume: "plan" was sent, and the text of "plan" in the list is not what it was then. Allowed: the list as it was then, or none, to wait for what was sent.'
      ]
    ],
    [
      'a handle is about another resource',
      { 'stop[a]': accepted(VM('b')) },
      stop(),
      stop(),
      [expect.stringContaining('Input resume: "stop[a]": url is https://management.azure.com/')]
    ],
    [
      'a handle is damaged',
      { plan: { kind: 'accepted', handle: 'armop3.x.y' } },
      plan(),
      plan(),
      [expect.stringContaining('Input resume: holds a handle of "plan" that is damaged')]
    ]
  ])('is refused where %s', async (_what, pasts, before, after, faults) => {
    const resume = await cut(before, { pasts })
    expect(await refuseList({ requests: after, resume })).toEqual(faults)
  })

  it('is refused where the step gives what was sent another method', async () => {
    const requests = plan().replace('  method: PUT\n', '')
    const { list } = await readList({ requests, method: 'PUT' })
    const keeper = createStateKeeper(list, (text) => text)
    const resume = write(keeper.compose(new Map([['plan', ended]])))
    expect((await pastOf(requests, resume, { method: 'PUT' })).kinds).toEqual({ plan: 'ended' })
    expect(await refuseList({ requests, resume, method: 'PATCH' })).toEqual([
      'Input resume: "plan" was sent with PUT /plan; the list now says PATCH /plan. Allowed: the list as it was then, or none, to wait for what was sent.'
    ])
  })

  it('is refused where the step would not wait', async () => {
    const resume = await cut(plan(), { pasts: { plan: ended } })
    expect(await refuseList({ requests: plan(), resume, wait: 'false' })).toEqual([
      'Input wait: is false together with resume, which waits for what was accepted.'
    ])
  })

  it('is refused where the step is about another subscription than what has ended', async () => {
    const requests = plan('/subscriptions/{subscriptionId}/plan?api-version=1')
    const endIn = (url: string): StatePast => ({ kind: 'ended', end: { ...ended.end, url } })
    const resumeOf = (url: string) => cut(requests, { pasts: { plan: endIn(url) } })
    const same = await resumeOf(`${ORIGIN}/Subscriptions/${SUBSCRIPTION.toUpperCase()}/plan`)
    expect((await pastOf(requests, same)).kinds).toEqual({ plan: 'ended' })
    const other = SUBSCRIPTION.replaceAll('0', '9')
    const resume = await resumeOf(`${ORIGIN}/subscriptions/${other}/plan`)
    expect(await refuseList({ requests, resume })).toEqual([
      `Input resume: "plan" was sent to the subscription ${other}, and this step is about ${SUBSCRIPTION}.`
    ])
  })

  it('may say otherwise what was not sent', async () => {
    const resume = await cut(plan() + stop(), {
      pasts: { plan: { kind: 'left-out' }, 'stop[a]': ended }
    })
    expect((await pastOf(changed + stop(), resume)).kinds).toEqual({ 'stop[a]': 'ended' })
  })

  it.each<readonly [string, string, JsonValue, string]>([
    [
      'a secret',
      '${plan.key}',
      { key: 'hunter2-hunter2' },
      'plan.key, which the state in resume does not hold (a secret)'
    ],
    [
      'a whole body',
      '${plan}',
      { a: 1 },
      'plan, which the state in resume does not hold (a whole body)'
    ],
    [
      'much',
      '${plan.a}',
      { a: 'x'.repeat(9_000) },
      'plan, which the state in resume does not hold (it is too long)'
    ]
  ])('skips what needs %s', async (_what, reference, response, lost) => {
    const requests = `${plan()}\n- { name: site, method: PUT, url: /site?api-version=1, body: { id: '${reference}' } }`
    const hide = (text: string) => text.replace('hunter2-hunter2', '***')
    const resume = await cut(requests, {
      pasts: { plan: ended },
      responses: { plan: response },
      hide
    })
    const { list, warnings } = await pastOf(requests, resume, { outputs: 'x: plan.other' })
    const message = `needs ${lost}`
    expect(list.items[1]?.judge({})).toEqual({ kind: 'lost', message })
    expect(await list.items[1]?.prepare({})).toEqual({ kind: 'lost', message })
    expect(list.outputs).toEqual([])
    expect(warnings.at(-1)).toMatch(/^The output x is left out: it needs plan/)
  })

  it('takes up what read something that is left out, and never fills in what else is said', async () => {
    const url = (key: string) => `${GROUP}/sites/${key}?api-version=1`
    const requests = `${plan()}
- name: site
  method: PUT
  url: ${url("${plan.key || 'x'}")}
  headers: { x-key: "\${plan.key || 'none'}" }`
    const resume = await cut(requests, {
      pasts: { plan: ended, site: accepted(url('hunter2-hunter2')) },
      responses: { plan: { key: 'hunter2-hunter2' } },
      hide: (text) => text.replace('hunter2-hunter2', '***')
    })
    const past = (await pastOf(requests, resume)).list.past?.operations.get('site')
    expect(past?.kind === 'accepted' && (await past.prepare())).toMatchObject({
      kind: 'ready',
      spec: { headers: {} }
    })
  })

  it('skips an operation of a new loop that reads what nothing read of a loop of then', async () => {
    const before = `
- { name: all, method: GET, url: /all?api-version=1 }
- name: stop
  for-each: all.value
  method: PUT
  url: /x/\${item.name}?api-version=1`
    const value = { name: 'a', size: 5, zone: 'z' }
    const { list: first } = await readList({ requests: before })
    const keeper = createStateKeeper(first, (text) => text)
    keeper.open('stop', [{ key: 'a', value }])
    keeper.keep('stop[a]', { id: '/x/a' })
    const resume = write(
      keeper.compose(
        new Map([
          ['all', ended],
          ['stop[a]', ended]
        ])
      )
    )
    const scope = { item: null, index: 0, stop: null }
    const tell = async (...lines: readonly string[]) => {
      const loop = ['for-each: stop', 'method: PUT', 'url: /y/${index}?api-version=1', ...lines]
      const tag = `\n- name: tag\n${loop.map((line) => `  ${line}\n`).join('')}`
      const { list } = await pastOf(before + tag, resume)
      const item = list.items.find(({ name }) => name === 'tag')
      return [item?.judge(scope), await item?.prepare(scope)]
    }
    const lost = (what: string) => ({
      kind: 'lost',
      message: `needs ${what}, which the state in resume does not hold (nothing read it then)`
    })
    expect(await tell('if: item.size > `3`')).toEqual([lost('item'), lost('item')])
    expect(await tell(`body: { a: "\${item.zone || 'one'}" }`)).toEqual([
      lost('item'),
      lost('item')
    ])
    expect(await tell("if: stop.id != 'x'")).toEqual([lost('stop[a]'), lost('stop[a]')])
    expect(await tell()).toMatchObject([{ kind: 'true' }, { kind: 'ready' }])
  })

  it('skips what is new and reads what nothing read then', async () => {
    const resume = await cut(plan(), { pasts: { plan: ended }, responses: { plan: { id: 1 } } })
    const { list } = await pastOf(plan() + site, resume)
    expect(list.items[1]?.judge({})).toEqual({
      kind: 'lost',
      message: 'needs plan, which the state in resume does not hold (nothing read it then)'
    })
  })
})

describe('a state in resume', () => {
  const folder = mkdtempSync(join(tmpdir(), 'list-past-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const context = { ...LIST_CONTEXT, workspace: folder }

  it('may be a file', async () => {
    writeFileSync(join(folder, 'state'), `${await cut(plan(), { pasts: { plan: ended } })}\n`)
    const { list } = await readList({ requests: plan(), resume: 'state' }, context)
    expect(list.past?.operations.get('plan')?.kind).toBe('ended')
  })

  it.each<readonly [string, GivenTexts, string]>([
    [
      'a file that is not there',
      { requests: plan(), resume: 'gone' },
      'Input resume: "gone" does not exist'
    ],
    [
      'an expression that was not filled in',
      { requests: plan(), resume: 'steps.start.outputs.operation' },
      'was the repository checked out? Allowed: the output operation of an earlier step with a list, text that begins with armlist1., or the path of a file in the workspace'
    ],
    [
      'a file elsewhere',
      { requests: plan(), resume: '/etc/hostname' },
      'Input resume: "/etc/hostname" is outside the folders of the job'
    ],
    [
      'another file',
      { requests: plan(), resume: 'other' },
      'Input resume: "other" holds no state of a list'
    ],
    [
      'a damaged file',
      { requests: plan(), resume: 'damaged' },
      'Input resume: names a file whose content is damaged'
    ],
    [
      'a damaged text',
      { resume: 'armlist1.x.y' },
      'Input resume: is damaged: a part of it is missing, or was changed'
    ],
    [
      'a dry run',
      { requests: plan(), resume: 'armlist1.x.y', 'dry-run': 'true' },
      'Input dry-run: is true together with resume, which goes on'
    ],
    [
      'a request beside it',
      { resume: 'armlist1.x.y', url: '/x' },
      'Input url: is given together with the state of a list in resume, which is about several operations'
    ],
    [
      'a cancel beside it',
      { resume: 'armlist1.x.y', 'on-cancel': 'cancel' },
      'Input on-cancel: is cancel together with resume, and a state alone is not enough to cancel by. Allowed: cancel with the same requests beside the state, or leave.'
    ],
    [
      'wait: false beside it',
      { resume: 'armlist1.x.y', wait: 'false' },
      'Input wait: is false together with resume, which only waits'
    ]
  ])('is refused as %s', async (_what, given, message) => {
    writeFileSync(join(folder, 'other'), 'something')
    writeFileSync(join(folder, 'damaged'), 'armlist1.x.y')
    await expect(readList(given, context)).rejects.toThrow(message)
  })

  it('is waited for alone, and what had not started is left', async () => {
    const resume = await cut(plan() + stop() + site, {
      pasts: { plan: ended, 'stop[a]': accepted(VM('a')) },
      responses: { plan: { id: '/p' } }
    })
    const { list, warnings } = await readList({ resume, outputs: 'id: plan.id\nall: stop' })
    expect([...(list.past?.operations ?? [])].map(([name, { kind }]) => [name, kind])).toEqual([
      ['plan', 'ended'],
      ['stop[a]', 'accepted'],
      ['stop[b]', 'not-resumed'],
      ['site', 'not-resumed']
    ])
    expect(list.outputs.map(({ name }) => name)).toEqual(['id', 'all'])
    expect(warnings).toEqual([
      '2 operations of the list in resume had not started: the same requests beside it start them.'
    ])
  })
})
