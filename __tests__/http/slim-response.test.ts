/**
 * A response that takes little memory says the same as the whole one.
 */
import { describe, expect, it } from 'vitest'
import type { Body, HttpResponse, JsonValue } from '../../src/http/message.ts'
import { slimResponse } from '../../src/http/slim-response.ts'

function answer(body: Body): HttpResponse {
  return { status: 201, headers: { location: '/x' }, body }
}

function json(value: JsonValue, text = JSON.stringify(value)): Body {
  return { kind: 'json', value, text }
}

const LIST = Array.from({ length: 500 }, (_, index) => ({
  name: `größe-${index}`,
  value: '\u{1f511}'
}))
const TEXT = JSON.stringify({ id: '/a', big: 1.3e300, list: LIST })

describe('a slim response', () => {
  it.each<[string, Body]>([
    ['an object', json(JSON.parse(TEXT), TEXT)],
    ['a list, with the blanks as they came', json(LIST, JSON.stringify(LIST, undefined, 2))],
    ['numbers as they were written', json(JSON.parse(TEXT), TEXT.replace('1.3e+300', '1.30e300'))],
    ['a text', json('x'.repeat(10_000))]
  ])('has the same body, each time: %s', (_, body) => {
    if (body.kind !== 'json') throw new Error('test bug')
    const slim = slimResponse(answer(body))
    const parsed: JsonValue = JSON.parse(body.text)
    expect(slim).toMatchObject({ status: 201, headers: { location: '/x' } })
    for (let look = 0; look < 2; look += 1) {
      expect(slim.body).toMatchObject({ kind: 'json', text: body.text })
      expect(slim.body.kind === 'json' && slim.body.value).toEqual(look === 0 ? body.value : parsed)
    }
    expect(JSON.parse(JSON.stringify(slim.body))).toMatchObject({ kind: 'json', text: body.text })
  })

  it.each<[string, Body]>([
    ['a small body', json({ id: '/a' })],
    ['no body', { kind: 'empty' }],
    ['what is no JSON', { kind: 'text', text: 'x'.repeat(10_000) }]
  ])('is the response itself for %s', (_, body) => {
    const whole = answer(body)
    expect(slimResponse(whole)).toBe(whole)
  })

  it('reads its value again once that has been let go', () => {
    const weak = globalThis.WeakRef
    class Gone {
      deref() {
        return undefined
      }
    }
    Object.assign(globalThis, { WeakRef: Gone })
    try {
      const slim = slimResponse(answer(json(JSON.parse(TEXT), TEXT)))
      expect(slim.body).toMatchObject({ value: JSON.parse(TEXT) })
    } finally {
      Object.assign(globalThis, { WeakRef: weak })
    }
  })
})
