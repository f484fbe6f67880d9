/** JSON as a tree of YAML nodes: printed again it says the same, and every node knows its place. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BodyContext } from '../../src/request/body-content.ts'
import { parseJsonDocument } from '../../src/request/json-document.ts'
import { documentToBody } from '../../src/request/yaml-body.ts'

const FROM = { input: 'requests', place: '' } as const
const CONTEXT: BodyContext = {
  workspace: '/nowhere',
  tempFolder: '/nowhere',
  environment: {},
  mask: () => {}
}
const print = (text: string) => documentToBody(parseJsonDocument(text, FROM), CONTEXT, {}).text

describe('parseJsonDocument', () => {
  it.each([
    ['{"a": 1.50, "b": 12345678901234567890}', '{"a":1.50,"b":12345678901234567890}'],
    ['[ // why\n  {"a": null,},\n]', '[{"a":null}]'],
    ['{"a": "x\n\ty"}', String.raw`{"a":"x\n\ty"}`],
    ['{"a": "\\u00e4\\"\\/"}', '{"a":"ä\\"/"}'],
    ['{"<<": 1, "": 2, "__proto__": 3}', '{"<<":1,"":2,"__proto__":3}'],
    ['["!env A", "&a", "*a", "- x", "1.30", "true"]', '["!env A","&a","*a","- x","1.30","true"]']
  ])('reads %s', (text, json) => {
    expect(print(text)).toBe(json)
  })

  it('reads every JSON text as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const list = [value]
        expect(JSON.parse(print(JSON.stringify(list, null, 1)))).toEqual(
          JSON.parse(JSON.stringify(list))
        )
      })
    )
  })

  it.each([
    ['[1,\n x]', 'is not valid JSON at line 2, column 2: this is not a JSON value.'],
    ['[{"a": 1]', 'is not valid JSON at line 1, column 9 (after "a"): a comma is expected.'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'is nested too deeply to be read.']
  ])('refuses %.20s', (text, message) => {
    expect(() => parseJsonDocument(text, FROM)).toThrow(`Input requests: ${message}`)
  })

  it('tells the place of a name that is there twice', () => {
    expect(() => print('{\n  "a": 1,\n  "a": 2\n}')).toThrow(
      'at line 3, column 3: a name is given twice'
    )
  })
})
