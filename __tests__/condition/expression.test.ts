/**
 * JMESPath in the inputs (https://jmespath.site): what is wrong with an expression is told with its place, before
 * anything is sent; what it says about a value never throws.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import {
  type Compile,
  describeEvaluation,
  isTruthy,
  loadCompiler,
  toEvaluable
} from '../../src/condition/expression.ts'
import { InputError } from '../../src/errors.ts'
import type { JsonValue } from '../../src/http/message.ts'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const condition = (text: string) => compile({ input: 'wait-until', text, isCondition: true })
const value = (text: string) => compile({ input: 'outputs', text, isCondition: false })

describe('an expression that is wrong', () => {
  it.each<[string, string]>([
    ['', 'character 1, its end, is not expected there'],
    ['a.b.', 'character 5, its end'],
    ['a[?b', 'character 5, its end'],
    ['a ==', 'character 5, its end'],
    ['a..b', 'character 3, ".b"'],
    ['a b', 'character 3, "b"'],
    ['a == == b', 'character 6, "== b"'],
    ['a)', 'character 2, ")"'],
    ['a # b', 'character 3, "# b"'],
    ['# b', 'character 1, "# b"'],
    ['a == "b', 'character 6, ""b"'],
    ["a == 'b", `character 6, "'b"`],
    ["a == 'b\\'", `character 6, "'b`],
    ['a == `5', 'character 6, "`5"'],
    ["a 'b'", `character 3, "'b'"`],
    ['a == `{`', 'character 6, "`{`"'],
    ['a\n| | b', 'character 5, "| b"']
  ])('is refused with its place: %j', (text, problem) => {
    expect(() => value(text)).toThrow(/^Input outputs: /)
    expect(() => value(text)).toThrow(`is not valid JMESPath: ${problem}`)
  })

  it.each<[string, string]>([
    ['a == 5', 'character 6, "5", is not expected there; a number stands in backticks, `5`.'],
    ['2.5 < a', 'a number stands in backticks, `2.5`.'],
    ['parts[?size > -10]', 'a number stands in backticks, `-10`.'],
    ['contains(a, 5)', 'a number stands in backticks, `5`.'],
    ['.a.b', 'a path does not begin with a dot.'],
    ['a == .b', 'a path does not begin with a dot.'],
    ['a && .b', 'a path does not begin with a dot.'],
    ['[.a]', 'a path does not begin with a dot.'],
    ['a..b', 'one dot is enough.'],
    ['a == “Ready”', "text stands in straight single quotes, 'text'."],
    ['a == Two words', "text stands in single quotes, 'text'."],
    ["a == 'it's'", "a quote inside text is written \\'."],
    ["a == 'b' and c", 'write && for and.'],
    ["a == 'b' OR c", 'write || for or.'],
    ['not  a', 'write ! for not.'],
    ['a <> b', 'write != for <>.'],
    ['a === b', 'two marks are enough.'],
    ['a !== b', 'two marks are enough.'],
    ['a == == b', 'is not expected there.'],
    ['a.b.', 'is not expected there.']
  ])('of another language is told as that: %s', (text, hint) => {
    expect(() => value(text)).toThrow(hint)
  })

  it.each([
    ['lenght(a)', 'calls lenght(), which is not a function of JMESPath'],
    ['a && b[?nope(@)]', 'calls nope()'],
    ['length(a, b)', 'is wrong: length() takes 1 argument but received 2'],
    ['contains(a)', 'is wrong: contains() takes'],
    ["status = 'x'", 'holds "=", which compares nothing; write "=="'],
    ['a'.repeat(2_001), 'is longer than 2000 characters']
  ])('is refused though it parses: %.30s', (text, problem) => {
    expect(() => value(text)).toThrow(problem)
  })

  it.each([
    '('.repeat(1_999),
    `${'!'.repeat(1_998)}a`,
    `${'{a:'.repeat(400)}b${'}'.repeat(400)}`,
    `${'a||'.repeat(600)}a`
  ])('is one clear error or none, and soon, however deep it is: %.10s', (text) => {
    const cpuMs = measureCpuMs(() => {
      try {
        condition(text)
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    })
    expect(cpuMs).toBeLessThan(2_000)
  })

  it('never shows more than a line of itself', () => {
    expect(() => value('a\n\u001b[31m::error::b'.repeat(50))).toThrow(/^[\P{Cc}]*$/u)
  })
})

describe('a condition', () => {
  it.each([
    "'Running'",
    '`5`',
    '`null`',
    '[a, b]',
    '{a: b}',
    'a[*].b',
    'a[?b]',
    'a.*',
    'a[]',
    'a[1:2]',
    'length(a)',
    'to_string(a)',
    'a + b',
    '-a',
    '&a',
    'a | length(@)',
    "a && b ? 'x' : 'y'"
  ])('that can be neither true nor false is refused: %s', (text) => {
    expect(() => condition(text)).toThrow('can be neither true nor false')
    expect(() => value(text)).not.toThrow()
  })

  it.each([
    "a == 'b'",
    'a',
    'a.b[0]',
    '!a',
    'a > `1`',
    '`true`',
    "contains(['a', 'b'], c)",
    "starts_with(a, 'b')",
    'a && b',
    "a || 'x'",
    'not_null(a, b)',
    'max_by(a, &b)',
    "a[?b == 'c'] | [0]",
    "statuses[?starts_with(code, 'PowerState/')].code | [0] == 'x'",
    'let $x = a in $x',
    'a ? b : c',
    '@'
  ])('that may be one or the other is taken: %s', (text) => {
    expect(() => condition(text)).not.toThrow()
  })

  it.each<[JsonValue, boolean]>([
    [null, false],
    [false, false],
    ['', false],
    [[], false],
    [{}, false],
    [0, true],
    [true, true],
    ['x', true],
    [[0], true],
    [{ a: null }, true]
  ])('%j is true: %s (https://jmespath.site/#or-expressions)', (result, isTrue) => {
    expect(isTruthy(result)).toBe(isTrue)
    // As the library itself decides.
    expect(value('@ && `"t"` || `"f"`').evaluate(result)).toEqual({
      kind: 'value',
      value: isTrue ? 't' : 'f'
    })
  })
})

describe('evaluate', () => {
  it.each<[string, JsonValue, JsonValue]>([
    // What every object of the language has, no response has.
    ['a.constructor.name || toString', { a: {} }, null],
    ['a.constructor', { a: { constructor: 'x' } }, 'x'],
    ['a.b', { a: { b: 1 } }, 1],
    ['a.b', {}, null],
    ['a', null, null],
    ['@', 'text', 'text'],
    ['keys[0].value', { keys: [{ value: 'x' }] }, 'x']
  ])('%s over %j is %j', (text, data, result) => {
    expect(value(text).evaluate(data)).toEqual({ kind: 'value', value: result })
  })

  it.each(['length(a)', 'a + b', 'sum(a)', '$x'])('is an error and never throws: %s', (text) => {
    expect(value(text).evaluate({ a: null })).toMatchObject({ kind: 'error' })
  })

  it('leaves its data alone', () => {
    const data = Object.freeze({ a: Object.freeze([3, 1, 2]) })
    expect(value('sort(a)').evaluate(data)).toEqual({ kind: 'value', value: [1, 2, 3] })
    expect(data.a).toEqual([3, 1, 2])
  })
})

describe('describeFields', () => {
  it.each<[string, JsonValue, string]>([
    [
      "properties.status == 'x'",
      { properties: { status: 'Running' } },
      'properties.status is "Running"'
    ],
    ['a.b[0].c != `1`', { a: { b: [{ c: 2 }] } }, 'a.b[0].c is 2'],
    ['a && !b || a', { a: true }, 'a is true, b is null'],
    ["contains(['x'], s)", { s: 'y' }, 's is "y"'],
    ['@."odd name" == `1`', { 'odd name': 3 }, '"odd name" is 3'],
    ["statuses[?code == 'x'] | [0]", { statuses: [] }, 'statuses is []'],
    ['a == b && c == d', {}, 'a is null, b is null, c is null'],
    ["length('a') == `2`", {}, '']
  ])('of %s names what was read', (text, data, described) => {
    expect(value(text).describeFields(data)).toBe(described)
  })
})

describe('describeEvaluation', () => {
  it('is JSON, what it is where it is long, and an error in words', () => {
    expect(describeEvaluation({ kind: 'value', value: { a: 1 } })).toBe('{"a":1}')
    const long = 'x'.repeat(300)
    expect(describeEvaluation({ kind: 'value', value: long })).toBe('a text of 300 characters')
    expect(describeEvaluation({ kind: 'error', message: 'no' })).toBe('an error (no)')
  })
})

describe('toEvaluable', () => {
  it('takes any body', () => {
    expect(toEvaluable(undefined)).toBeNull()
    expect(toEvaluable({ kind: 'empty' })).toBeNull()
    expect(toEvaluable({ kind: 'json', value: [1], text: '[1]' })).toEqual([1])
    expect(toEvaluable({ kind: 'text', text: 'a' })).toBe('a')
    expect(toEvaluable({ kind: 'malformed', text: '{' })).toBe('{')
  })
})
