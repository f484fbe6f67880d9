/**
 * The state of a step as text: it comes back as it was, and whatever else comes in is refused in words.
 */

import { createHash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestElement } from '../../src/batch/elements.ts'
import { addBegun, readState, writeState } from '../../src/batch/state-text.ts'
import type { StateItem, StatePast } from '../../src/batch/step-state.ts'
import type { ReadPaths } from '../../src/condition/paths.ts'

const fits = () => false
const DAMAGED = {
  kind: 'refused',
  problem: 'is damaged: a part of it is missing, or was changed'
}

const paths: ReadPaths = new Map<string, ReadPaths>([
  ['id', 'all'],
  ['properties', new Map([['*', 'all']])]
])
const ended: StatePast = {
  kind: 'ended',
  end: {
    ending: { kind: 'unanswered', by: 'deadline', mayStillRun: true },
    method: 'POST',
    url: 'https://management.azure.com/a',
    startedAt: 1_700_000_000_000,
    endedAt: 1_700_000_001_000,
    resourceId: '/a',
    error: { code: 'Conflict', message: 'It is there.' },
    correlationId: 'c'
  }
}
const ITEMS: readonly StateItem[] = [
  {
    name: 'plan',
    digest: 'abc-_9',
    method: 'PUT',
    url: '/plan',
    own: {
      past: { kind: 'ended', end: { ...end(), ending: { kind: 'succeeded' } } },
      response: {
        value: { id: '/x', properties: [1, null] },
        paths,
        marks: [{ path: ['properties', '1'], why: 'secret' }]
      }
    }
  },
  {
    name: 'site',
    digest: 'd',
    method: 'PUT',
    url: '/${item}',
    operations: [
      { past: { kind: 'accepted', handle: 'armop3.x.y' }, needed: 'all', element: element('a') },
      { past: ended, element: { ...element('b'), value: { value: 'b', paths: 'all', marks: [] } } },
      { past: { kind: 'not-started' }, element: element('c') },
      { past: { kind: 'left-out' }, element: element('d') },
      { past: { kind: 'fault', message: 'm' }, element: element('e') }
    ]
  },
  { name: 'empty', digest: 'd', method: 'GET', url: '/', operations: [] },
  { name: 'later', digest: 'd', method: 'GET', url: '/', own: { past: { kind: 'not-started' } } }
]

function end() {
  return { method: 'PUT', url: 'u', startedAt: 1, endedAt: 2 } as const
}

function element(key: string) {
  return { key, digest: digestElement(key) }
}

/** Text of a state that holds this JSON. */
function forge(json: string): string {
  const salted = Buffer.concat([Uint8Array.of(0), deflateRawSync(json)])
  const payload = salted.toString('base64url')
  const check = createHash('sha256').update(payload).digest('base64url').slice(0, 16)
  return `armlist1.${payload}.${check}`
}

const forgeItems = (items: unknown) => forge(JSON.stringify({ items }))
const item = { name: 'a', digest: 'd', method: 'PUT', url: '/' }

describe('the text of a state', () => {
  it('comes back as it was', () => {
    const text = writeState({ items: ITEMS }, fits)
    expect(text).toMatch(/^armlist1\.[\w-]+\.[\w-]{16}$/)
    expect(readState(text)).toEqual({ kind: 'state', state: { items: ITEMS } })
  })

  it('holds what is told of an end within its limits', () => {
    const long = 'x'.repeat(9_000)
    const past: StatePast = {
      kind: 'ended',
      end: { ...end(), ending: { kind: 'failed' }, url: long, error: { code: long, message: long } }
    }
    const text = writeState(
      { items: [{ ...ITEMS[0], name: 'a', digest: 'd', method: 'PUT', url: long, own: { past } }] },
      fits
    )
    const reading = readState(text)
    const [told] = reading.kind === 'state' ? reading.state.items : []
    expect(told?.own?.past).toMatchObject({ end: { error: { message: 'x'.repeat(300) } } })
    expect(told?.url).toHaveLength(4_000)
  })

  it.each<readonly [string, string]>([
    ['a part of one', writeState({ items: ITEMS }, fits).slice(0, -20)],
    ['one with a letter changed', writeState({ items: ITEMS }, fits).replace(/\.(.)/, '.B')],
    ['more behind it', `${writeState({ items: ITEMS }, fits)}.x`],
    ['no payload', 'armlist1..'],
    ['something else that is whole', forge('no json')],
    ['levels without an end', forge('['.repeat(3_000_000))],
    ['names that are none', `${writeState({ items: ITEMS }, fits)}+x`],
    ['names without a time', addBegun(writeState({ items: ITEMS }, fits), ['a'], -1)],
    ['a number', forge('5')],
    ['no items', forge('{}')],
    ['an empty list', forgeItems([])],
    ['an item without a name', forgeItems([{ ...item, name: undefined }])],
    ['a name that is none', forgeItems([{ ...item, name: 'a[b]' }])],
    ['two of a name', forgeItems([item, item])],
    ['a method that is none', forgeItems([{ ...item, method: 'STEAL' }])],
    ['a past that is none', forgeItems([{ ...item, own: { past: { kind: 'sent' } } }])],
    [
      'a handle that is none',
      forgeItems([{ ...item, own: { past: { kind: 'accepted', handle: 'a b' } } }])
    ],
    [
      'an ending that is none',
      forgeItems([
        {
          ...item,
          own: {
            past: { kind: 'ended', end: { ...end(), ending: { kind: 'left', by: 'choice' } } }
          }
        }
      ])
    ],
    [
      'an ending with more in it',
      forgeItems([
        {
          ...item,
          own: {
            past: { kind: 'ended', end: { ...end(), ending: { kind: 'succeeded', by: 'fault' } } }
          }
        }
      ])
    ],
    [
      'a time that is none',
      forgeItems([
        {
          ...item,
          own: {
            past: { kind: 'ended', end: { ...end(), startedAt: 1e20, ending: { kind: 'failed' } } }
          }
        }
      ])
    ],
    [
      'a long message',
      forgeItems([
        {
          ...item,
          own: {
            past: {
              kind: 'ended',
              end: {
                ...end(),
                ending: { kind: 'failed' },
                error: { code: 'x', message: 'm'.repeat(301) }
              }
            }
          }
        }
      ])
    ],
    [
      'a key with a line break',
      forgeItems([{ ...item, operations: [{ element: { key: 'a\nb', digest: 'd' } }] }])
    ],
    ['an operation without an element', forgeItems([{ ...item, operations: [{}] }])],
    [
      'two of a key',
      forgeItems([{ ...item, operations: [{ element: element('a') }, { element: element('a') }] }])
    ],
    [
      'a value too long',
      forgeItems([
        { ...item, own: { response: { value: `"${'x'.repeat(8_000)}"`, paths: 1, marks: [] } } }
      ])
    ],
    [
      'paths that are none',
      forgeItems([{ ...item, own: { response: { value: '1', paths: 2, marks: [] } } }])
    ],
    [
      'paths without an end',
      forge(
        JSON.stringify({ items: [{ ...item, own: { needed: 0 } }] }).replace(
          ':0',
          () => `:${'[["a",'.repeat(3_000)}1${']]'.repeat(3_000)}`
        )
      )
    ],
    [
      'names that are none',
      forgeItems([
        { ...item, own: { response: { value: '1', paths: 1, marks: [{ path: [], why: 'x' }] } } }
      ])
    ],
    [
      'many operations',
      forgeItems([
        {
          ...item,
          operations: Array.from({ length: 20_001 }, (_, at) => ({ element: element(String(at)) }))
        }
      ])
    ]
  ])('is refused: %s', (_what, text) => {
    expect(readState(text)).toEqual(DAMAGED)
  })

  it('is refused where another version has made it', () => {
    expect(readState('armlist2.x.y')).toEqual({
      kind: 'refused',
      problem:
        'was made by another version of this action (armlist in another format than armlist1)'
    })
  })

  it('is refused where it would unpack to more than any step makes', () => {
    expect(readState(forge(' '.repeat(65 * 1024 * 1024)))).toEqual(DAMAGED)
  })

  it('throws nothing, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc
            .jsonValue()
            .map((value) =>
              JSON.stringify({ items: [{ ...item, own: value, operations: [value] }] })
            )
        ),
        (json) => {
          expect(readState(forge(json)).kind).toMatch(/^(?:state|refused)$/)
        }
      )
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readState(text).kind).toBe('refused')
        expect(readState(`armlist1.${text}`).kind).toBe('refused')
      })
    )
  })
})
