/**
 * Expressions that are valid and mean something else than they seem to: double quotes and bare words name fields
 * (https://jmespath.org/specification.html#identifiers, #literal-expressions), and "!" binds more tightly than "."
 * (https://jmespath.org/specification.html#not-expressions, whose operand is the expression next to it).
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const INPUTS = ['fail-if', 'wait-until', 'outputs', 'wait-until-url'] as const
const compileFor = (input: string, text: string) =>
  compile({ input, text, isCondition: input === 'fail-if' || input === 'wait-until' })

/** Each is refused in every input, with what was read and the form that was meant. */
function expectRefused(text: string, parts: readonly string[]) {
  for (const input of INPUTS) {
    expect(() => compileFor(input, text)).toThrow(`Input ${input}: "${text.slice(0, 60)}`)
    for (const part of parts) expect(() => compileFor(input, text)).toThrow(part)
  }
}

describe('a text in double quotes', () => {
  it.each([
    ['state == "Ready"', 'Ready'],
    ['"Ready" != state', 'Ready'],
    ['(state) == (("Ready"))', 'Ready'],
    ['a && b.c == "Two words"', 'Two words'],
    ['contains("Ready", state)', 'Ready'],
    ['contains(["Done", "Gone"], state)', 'Done'],
    ['contains([[\'x\', "Done"], a], state)', 'Done'],
    ['starts_with(code, "PowerState/")', 'PowerState/'],
    ['parts[?state == "Ready"] | [0]', 'Ready'],
    ['parts[?contains(name, "web")] | [0]', 'web'],
    ['a == {b: "x"}', 'x'],
    ['state == \'Ready\' || "Done"', 'Done'],
    ['not_null(state, "none") == \'x\'', 'none'],
    ['let $wanted = "Ready" in state == $wanted', 'Ready'],
    ['a ? "yes" : b', 'yes']
  ])('is refused: %s', (text, name) => {
    expectRefused(text, [`reads "${name}" as the name of a field`, `'${name}'`, `@."${name}"`])
  })

  it('that is a literal in quotes has a third form', () => {
    expectRefused('ready == "true"', ["'true' for the text", '`true` for the value'])
  })

  it.each([
    '@."my-state" == \'x\'',
    'properties."app.kubernetes.io/state" == \'x\'',
    '"my-state"',
    '!"my-state"',
    '"my-state".code == \'x\'',
    '"my-state"[0] == \'x\'',
    '@ | "my-state"',
    'parts[?"is-ready"] | [0]',
    'max_by(parts, &"sort-key")',
    'properties.["a-b", "c-d"] | [0]',
    '{"a-b": c}."a-b"',
    'state == `"Ready"`',
    'state == \'"Ready"\''
  ])('is not what a field is: %s', (text) => {
    for (const input of INPUTS) expect(() => compileFor(input, text)).not.toThrow()
  })
})

describe('a literal without backticks', () => {
  it.each([
    ['true', 'true'],
    ['false', 'false'],
    ['null', 'null'],
    ['"true"', 'true'],
    ['ready == true', 'true'],
    ['false != ready', 'false'],
    ['ready == True', 'true'],
    ['a && null', 'null'],
    ['!true', 'true'],
    ['contains(values, null)', 'null'],
    ['parts[?ready == false] | [0]', 'false'],
    ['a ? true : b', 'true'],
    ['a | true', 'true'],
    ['true.b', 'true']
  ])('is refused: %s', (text, literal) => {
    expectRefused(text, ['as the name of a field', `\`${literal}\``])
  })

  it.each([
    'ready == `true`',
    '`false`',
    'properties.true',
    "@.null == 'x'",
    "parts[*].true | [0] == 'x'",
    '{true: a, null: b}.true',
    'truest == `1`'
  ])('is not what a field or a key is: %s', (text) => {
    for (const input of INPUTS) expect(() => compileFor(input, text)).not.toThrow()
  })
})

describe('a name with a hyphen', () => {
  it.each([
    ["tags.cost-center == 'x'", 'cost-center'],
    ['my-first-tag', 'my-first-tag'],
    ["a == 'b' && tags.env-name", 'env-name'],
    ['parts[?is-ready] | [0]', 'is-ready']
  ])('is refused without quotes: %s', (text, name) => {
    expectRefused(text, [`reads ${name} as a subtraction; write "${name}", in double quotes`])
  })

  it.each([
    '@."cost-center" == \'x\'',
    'a - b > `0`',
    'a -b > `0`',
    'length(a)-length(b) > `0`',
    "a == 'b-c'"
  ])('is not what is a text or a sum: %s', (text) => {
    for (const input of INPUTS) expect(() => compileFor(input, text)).not.toThrow()
  })
})

describe('a negation', () => {
  it.each([
    ['!a.b', '!(a.b)'],
    ['! a.b', '!(a.b)'],
    ['!properties.ready', '!(properties.ready)'],
    ["state == 'x' || !a.b.c && d", '!(a.b.c)'],
    ['parts[?!a.b] | [0]', '!(a.b)'],
    ['!a[0].b', '!(a[0].b)'],
    ["!a.b == 'x'", '!(a.b)'],
    ['!@.a', '!(@.a)'],
    ['!"a-b".c', '!("a-b".c)'],
    ['!!a.b', '!(a.b)'],
    ['!(!a.b)', '!(a.b)'],
    ["contains('x', !a.b)", '!(a.b)'],
    ['!not_null(a, b).c', '!(not_null(a, b).c)'],
    ["!a[?b == 'x'].c | [0]", "!(a[?b == 'x'].c)"],
    ['!a.b[?c].d | [0]', '!(a.b[?c].d)'],
    ['!a.* | [0]', '!(a.*)'],
    ['!a[] | [0]', '!(a[])'],
    ['let $x = !a.b in $x', '!(a.b)'],
    ['!a.b ? c : d', '!(a.b)'],
    ['(!a).b', 'takes a field of what "!" gives'],
    ["!a == 'x'", 'write !(a == b) for !a == b']
  ])('that is read otherwise is refused: %s', (text, meant) => {
    expectRefused(text, [meant])
  })

  it.each([
    '!a',
    '!a[0]',
    '!(a.b)',
    "!contains(a.b, 'x')",
    "!(a == 'x')",
    '!a == `true`',
    '!a == !b',
    '!a[*].b',
    '!a || b.c'
  ])('that is read as it is written is taken: %s', (text) => {
    for (const input of INPUTS) expect(() => compileFor(input, text)).not.toThrow()
  })
})

it('a mistake is one harmless line, however long its name is', () => {
  const name = `${'x'.repeat(200)}\\n::error::`
  expect(() => compileFor('fail-if', `a == "${name}"`)).toThrow(/^[\P{Cc}]{1,600}$/u)
})
