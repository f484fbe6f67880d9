/**
 * Bounds on what an expression may cost: one that would make a list of billions ends with an error before that is made.
 * budget.slow.test.ts has every way to grow that is known. And the functions that are ours for the sake of the bounds.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import type { JsonValue } from '../../src/http/message.ts'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const value = (text: string) => compile({ input: 'outputs', text, isCondition: false })
const evaluate = (text: string, over: JsonValue) => value(text).evaluate(over)

it.each([
  Array(27).fill('[@,@][]').join('|'),
  'pad_left(text, `2000000000`)',
  'map(&length($.text), texts)'
])('ends with an error: %s', (text) => {
  const over = { text: 'a'.repeat(100_000), texts: Array.from({ length: 100_000 }, () => 'a') }
  expect(evaluate(text, over)).toMatchObject({ kind: 'error', isTooCostly: true })
})

describe('the functions that are ours', () => {
  it.each<[string, JsonValue]>([
    ["trim('  a b\t\n')", 'a b'],
    ["trim_left('  a ')", 'a '],
    ["trim_right('  a ')", '  a'],
    ["trim('[--a-]', '-[]')", 'a'],
    ["trim('', 'x')", ''],
    ["trim('xx', 'x')", ''],
    ["replace('banana', 'a', 'o')", 'bonono'],
    ["replace('banana', 'a', 'o', `2`)", 'bonona'],
    ["replace('banana', 'a', 'aa', `1`)", 'baanana'],
    ["replace('banana', 'a', '$&', `0`)", 'banana'],
    ["replace('banana', 'n', '$&', `1`)", 'ba$&ana'],
    ["replace('a', 'b', 'c', `1000000000`)", 'a'],
    ["sort(['b', 'a', 'ab', '', 'B'])", ['', 'B', 'a', 'ab', 'b']],
    ["sort(['\u{1f600}', '\uffee', 'z'])", ['z', '\uffee', '\u{1f600}']],
    ['sort(`[10, 9, 1]`)', [1, 9, 10]],
    ['sort_by(`[{"n": 2, "x": 1}, {"n": 1}, {"n": 2, "x": 2}]`, &n)[*].x', [1, 2]],
    ['sort_by(`[]`, &n)', []],
    ['`[1, {"a": [1, 2]}]` == `[1, {"a": [1, 2]}]`', true],
    ['`{"a": 1, "b": 2}` == `{"b": 2, "a": 1}`', true],
    ['`{"a": 1}` == `{"b": 1}`', false],
    ['`[1]` == `{"0": 1}`', false],
    ['`[1]` != `[1, 2]`', true],
    ['`null` == `false`', false],
    ['[`1` < `2`, `2` <= `2`, `1` > `2`, `2` >= `3`]', [true, true, false, false]],
    ["'a' < 'b'", null],
    ['`[[1], 2, [[3]]]`[]', [1, 2, [3]]],
    ['let $a = `[1]` in [$a, $a][]', [1, 1]]
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text, {})).toEqual({ kind: 'value', value: expected })
  })

  it.each([
    'sort_by(`[{}, {"n": 1}]`, &n)',
    'sort_by(`[{"n": 1}, {"n": "a"}]`, &n)',
    "replace('a', 'a', 'b', `-1`)",
    'trim(`1`)',
    'sort(`[1, "a"]`)'
  ])('%s is an error of types', (text) => {
    expect(evaluate(text, {})).toMatchObject({ kind: 'error' })
    expect(evaluate(text, {})).not.toHaveProperty('isTooCostly')
  })
})
