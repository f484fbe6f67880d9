/**
 * Bounds on what an expression may cost: one that would make a list of billions, or a text of gigabytes, ends with an
 * error before that is made; one that is meant for what Azure answers costs next to nothing.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE_UNITS, measureGrowth } from '../../__fixtures__/hostile-texts.ts'
import { evaluateOutputs } from '../../src/condition/evaluate-outputs.ts'
import { type Compile, loadCompiler } from '../../src/condition/expression.ts'
import { evaluateCondition } from '../../src/condition/wait-until.ts'
import type { JsonValue } from '../../src/http/message.ts'

let compile: Compile
beforeAll(async () => {
  compile = await loadCompiler()
})

const value = (text: string) => compile({ input: 'outputs', text, isCondition: false })
const evaluate = (text: string, over: JsonValue) => value(text).evaluate(over)

/** Twice as long with each part, a list or a tree. */
const pipe = (part: string, parts = 27) => Array(parts).fill(part).join('|')
const FLAT = pipe('[@,@][]')
const TREE = pipe('[@,@]')

const LARGE = {
  list: [1, 2, 3, 4],
  text: 'a'.repeat(100_000),
  texts: Array.from({ length: 100_000 }, () => 'a'),
  object: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`n${index}`, index]))
}

describe('an expression that grows', () => {
  it.each([
    FLAT,
    TREE,
    `list|${FLAT}|length(@)`,
    `${FLAT}|[0] == 'x'`,
    `to_string(list|${TREE})`,
    `{a: list|${TREE}, b: list|${TREE}}|a == b`,
    `map(&(${FLAT}), list)`,
    `let $x = list in ($x|${FLAT})`,
    `texts|[${Array(300).fill('@').join(',')}][]`,
    'texts[?$.object]',
    'texts[?!($.object)]',
    'texts[?$.object && @]',
    'map(&length($.text), texts)',
    'map(&$.text[::-1], texts)',
    'map(&sort($.texts), texts)',
    'map(&keys($.object), texts)',
    'map(&items($.object), texts)',
    'texts[*].[$.object][]|[*].*',
    'join(text, texts)',
    "replace(text, 'a', text)",
    "replace(text, '', text)",
    'pad_left(text, `2000000000`)',
    'pad_right(text, `500000000`)',
    "contains(join('', [text, text, text]), join('', ['b', text, text]))"
  ])('ends with an error: %s', (text) => {
    expect(evaluate(text, LARGE)).toEqual({
      kind: 'error',
      isTooCostly: true,
      message: 'it takes more than 5 million steps over this value'
    })
    expect(value(text).findDoubts(LARGE)).toEqual(expect.any(Array))
  })

  it('is told with the input that it stands in', () => {
    const body = { kind: 'json', value: LARGE, text: '' } as const
    const outputs = evaluateOutputs(
      [
        { name: 'big', expression: value(FLAT) },
        { name: 'small', expression: value('list[0]') }
      ],
      body
    )
    expect(outputs).toMatchObject({
      values: [
        { name: 'big', text: '' },
        { name: 'small', text: '1' }
      ],
      warnings: [],
      errors: [expect.stringMatching(/^Input outputs: big: .* is too costly: it takes more than/)]
    })

    const condition = compile({
      input: 'wait-until',
      text: `${FLAT}|[0] == 'x'`,
      isCondition: true
    })
    const response = { status: 200, headers: {}, body }
    expect(evaluateCondition(condition, { kind: 'response', response })).toEqual({
      kind: 'too-costly',
      seen: expect.stringContaining('it takes more than')
    })
  })

  it('has a bound for all outputs together', () => {
    const texts = Array.from({ length: 60 }, () => `list|${pipe('[@,@][]', 16)}|length(@)`)
    const outputs = texts.map((text, index) => ({ name: `n${index}`, expression: value(text) }))
    const { values, errors } = evaluateOutputs(outputs, { kind: 'json', value: LARGE, text: '' })
    expect(values[0]?.text).toBe('262144')
    expect(errors.length).toBeGreaterThan(0)
  })
})

describe('an expression of everyday size', () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `n${index % 977}`)
  const resources = {
    value: names.map((name, index) => ({
      id: `/subscriptions/0/resourceGroups/rg/providers/Microsoft.Web/sites/${name}`,
      name,
      tags: { team: 'a', cost: `${index}` },
      properties: { provisioningState: index % 5 === 0 ? 'Failed' : 'Succeeded' }
    }))
  }

  it.each<[string, JsonValue]>([
    ["length(value[?properties.provisioningState == 'Failed'])", 4_000],
    ["value[?properties.provisioningState == 'Failed'] | sort_by(@, &name) | [0].name", 'n0'],
    ['value[].name | sort(@) | [-1]', 'n99'],
    ["value[?contains(id, 'sites/n5')] | length(@)", 2_231],
    ['value[*].{name: name, state: properties.provisioningState} | [0].state', 'Failed'],
    ['max_by(value, &length(name)).name', 'n100'],
    ["value[?tags == {team: 'a', cost: '7'}] | [0].name", 'n7'],
    ['length(to_string(value)) > `1000000`', true],
    ['group_by(value, &properties.provisioningState) | keys(@) | length(@)', 2]
  ])('%s is %j', (text, expected) => {
    expect(evaluate(text, resources)).toEqual({ kind: 'value', value: expected })
  })
})

it.each(['trim', 'trim_left', 'trim_right', 'length', 'upper', 'reverse'])(
  '%s takes a time that grows with the text and no faster',
  (name) => {
    const expression = value(`${name}(@)`)
    const work = (text: string) => void expression.evaluate(text)
    const units = HOSTILE_UNITS.filter((unit) => !measureGrowth(work, { head: '', unit }).isLinear)
    expect(units).toEqual([])
  }
)
