/** A body in parts: which texts of JSON are holes, and what stays as it was written. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BodyParts,
  fillParts,
  findTwin,
  type Hole,
  joinShortParts,
  markHoles,
  splitJson,
  standIn,
  unmarkHoles
} from '../../src/request/body-template.ts'

/** `<…>` stays open, `!…` is a text that is meant otherwise. */
const read = (text: string) => (text.startsWith('!') ? text.slice(1) : undefined)
const show = (parts: BodyParts | undefined) =>
  parts?.map((part) =>
    typeof part === 'string' ? part : `<${part.kind} ${part.pointer} ${part.text}>`
  )

describe('splitJson', () => {
  it.each<[string, readonly string[]]>([
    ['{"a": 1.50}', ['{"a": 1.50}']],
    ['{"a": "${b}"}', ['{"a": ', '<value /a ${b}>', '}']],
    [
      '{"${b}": {"x/y": ["${c}"]}}',
      ['{', '<name  ${b}>', ': {"x/y": [', '<value /${b}/x~1y/0 ${c}>', ']}}']
    ],
    ['{"a": "!${b}", "c": "{"}', ['{"a": ', '"${b}"', ', "c": "{"}']],
    [
      String.raw`{"a": "\u0024{b}", "c": "\"${'${d}'}"}`,
      ['{"a": ', '<value /a ${b}>', ', "c": ', '<value /c "${d}>', '}']
    ],
    ['"${a}"', ['', '<value  ${a}>', '']]
  ])('%s', (json, parts) => {
    expect(show(splitJson(json, read))).toEqual(parts)
  })

  it('gives up on what is nested too deeply', () => {
    const deep = 200_000
    expect(splitJson(`${'['.repeat(deep)}"\${a}"${']'.repeat(deep)}`, read)).toBeUndefined()
  })

  it('keeps every text that is not open byte for byte', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (json, isOpen) => {
        const parts = splitJson(json, (text) => (isOpen ? undefined : text))
        const text = fillParts(parts ?? [], (hole) => JSON.stringify(hole.text))
        expect(JSON.parse(text)).toEqual(JSON.parse(json))
      })
    )
  })
})

it('joins short parts and shares long ones', () => {
  const long = 'x'.repeat(5000)
  const hole: Hole = { text: '${a}', kind: 'value', pointer: '/a' }
  const parts = ['a', 'b', long, 'c', hole, 'd', '', 'e']
  expect(joinShortParts(parts)).toEqual(['ab', long, 'c', hole, 'de'])
})

it('stands in for a hole by what its place takes', () => {
  const hole = { text: '${a}"', pointer: '/a' }
  expect(standIn({ ...hole, kind: 'value' })).toBe('null')
  expect(standIn({ ...hole, kind: 'value', pointer: '' })).toBe('{}')
  expect(standIn({ ...hole, kind: 'name' })).toBe('"${a}\\""')
  expect(standIn({ ...hole, kind: 'text' })).toBe('${a}"')
})

it('takes holes through one JSON text and back', () => {
  const hole = (pointer: string): Hole => ({ text: '${a}', kind: 'value', pointer })
  const holes: Hole[] = [hole('/before')]
  const json = markHoles(['{"a":', hole('/a'), ',"b":[', hole('/b/0'), ']}'], holes)
  expect(Object.keys(JSON.parse(json))).toEqual(['a', 'b'])
  expect(show(unmarkHoles(json, holes))).toEqual([
    '{"a":',
    '<value /a ${a}>',
    ',"b":[',
    '<value /b/0 ${a}>',
    ']}'
  ])
})

it.each([
  ['{"a":1,"b":{"a":1}}', undefined],
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['[{"x":{"c":1,"c":2}}]', 'c']
])('finds in %s the name that is there twice', (json, twin) => {
  expect(findTwin(json)).toBe(twin)
})
