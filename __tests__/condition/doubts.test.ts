/**
 * Comparisons that are never true, whatever was meant (https://jmespath.org/specification.html#comparison-operators:
 * values of different types are not equal, and only numbers are ordered).
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import type { JsonValue } from '../../src/http/message.ts'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const DATA: JsonValue = {
  n: 1,
  text: '1',
  ready: true,
  none: null,
  list: [{ x: 1, state: 'Done' }, { state: 'Gone' }],
  object: {},
  long: 'y'.repeat(81),
  adminPassword: 'not-to-be-seen',
  pairs: [{ name: 'secret', value: 'not-to-be-seen' }]
}

const doubt = (text: string) =>
  compile({ input: 'outputs', text, isCondition: false }).findDoubts(DATA)

describe('findDoubts', () => {
  it.each([
    ["n == '1'", 'n (the number 1) is compared with the text "1", and a number is never a text'],
    ["'1' != n", 'n (the number 1) is compared with the text "1", and a text is never a number'],
    ['text == `1`', 'text (the text "1") is compared with the number 1'],
    ['text == n', 'text (the text "1") is compared with n (the number 1)'],
    ["ready == 'true'", 'ready (the boolean true) is compared with the text "true"'],
    ["object == 'x'", 'object (a JSON object) is compared with the text "x"'],
    ["list != 'x'", 'list (a list) is compared with the text "x"'],
    [
      "text > '0'",
      'text (the text "1") is compared with the text "0", and only numbers have an order'
    ],
    ['long == `1`', 'long (a text of 81 characters) is compared with the number 1'],
    ["missing == 'x'", 'missing (null) is compared with the text "x"'],
    ["a.b[0].c != 'x'", 'a.b[0].c (null) is compared with the text "x"'],
    ['missing > `1`', 'missing (null) is compared with the number 1'],
    ['missing == gone', 'missing (null) is compared with gone (null)'],
    ["length(list) == '2'", 'the number 2 is compared with the text "2"'],
    ["a && b || !(n == '1')", 'n (the number 1)'],
    ["list[?x == '1']", 'x (the number 1) is compared with the text "1"'],
    ["list[?status == 'Done']", 'status (null) is compared with the text "Done"'],
    ["map(&(x == 'a'), list)", 'x (the number 1) is compared with the text "a"']
  ])('tells of %s', (text, told) => {
    expect(doubt(text)).toEqual([expect.stringContaining(told)])
  })

  it.each([
    ['equal types', 'n == `2`'],
    ['no comparison', 'missing'],
    ['null that is meant', 'missing == `null`'],
    ['null that is meant', 'n != `null`'],
    ['a side that is not evaluated', "missing && missing.code == 'x'"],
    ['a side that is not evaluated', "text || n == 'x'"],
    ['elements of which some lack the field', 'list[?x == `1`]'],
    ['a list with no element', "missing[?n == 'x']"],
    ['an evaluation that fails', 'length(missing) == `1`']
  ])('says nothing of %s: %s', (_what, text) => {
    expect(doubt(text)).toEqual([])
  })

  it('tells of each comparison once, however often it is made', () => {
    expect(doubt("n == 'a' && missing == 'b'")).toHaveLength(1)
    expect(doubt("n != 'a' && missing != 'b'")).toHaveLength(2)
    expect(doubt("[list[?x == 'a'], list[?x == 'a']]")).toHaveLength(2)
  })

  it.each(['adminPassword == `1`', "pairs[?name == 'secret' && value > '0']"])(
    'shows no value where a name sounds like a secret: %s',
    (text) => {
      const told = doubt(text).join()
      expect(told).toContain('(a text) is compared with a ')
      expect(told).not.toContain('not-to-be-seen')
    }
  )

  it('leaves evaluating as it was', () => {
    const expression = compile({ input: 'outputs', text: "n == '1'", isCondition: false })
    expression.findDoubts(DATA)
    expect(expression.evaluate(DATA)).toEqual({ kind: 'value', value: false })
    expect(expression.findDoubts({ n: '1' })).toEqual([])
  })
})
