/**
 * The parts of a value that an expression reads: rows of JMESPath, and the promise that over what is left of a value the
 * expression says the same.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCompiler } from '../../src/condition/expression.ts'
import { loadLibrary } from '../../src/condition/jmespath.ts'
import { listPaths, pruneValue, type ReadPaths } from '../../src/condition/paths.ts'
import type { JsonValue } from '../../src/http/message.ts'

const library = await loadLibrary()
const compile = await loadCompiler()

/** Paths as rows write them: true for all of it. */
function toShown(paths: ReadPaths): unknown {
  if (paths === 'all') return true
  return Object.fromEntries([...paths].map(([name, each]) => [name, toShown(each)]))
}

function read(text: string): unknown {
  return toShown(listPaths(library.compile(text)))
}

describe('listPaths', () => {
  it.each<readonly [string, unknown]>([
    ['plan', { plan: true }],
    ['plan.id', { plan: { id: true } }],
    ['plan.sku.name', { plan: { sku: { name: true } } }],
    ['plan.hosts[0].name', { plan: { hosts: { '*': { name: true } } } }],
    [
      'site[].properties.name',
      { site: { '*': { properties: { name: true }, '*': { properties: { name: true } } } } }
    ],
    ['site[*].id', { site: { '*': { id: true } } }],
    ['site[1:].id', { site: { '*': { id: true } } }],
    ['site.*.id', { site: { '.*': { id: true } } }],
    ["site[?kind == 'app'].id", { site: { '*': { kind: true, id: true } } }],
    ['site[?@].id', { site: { '*': true } }],
    ['plan.a || site.b', { plan: { a: true }, site: { b: true } }],
    ['(plan.a || site.b).c', { plan: { a: true }, site: { b: { c: true } } }],
    ['plan.a && plan.b', { plan: { a: true, b: true } }],
    ['!(plan.a)', { plan: { a: true } }],
    ['plan | sku | name', { plan: { sku: { name: true } } }],
    ['site[*].tags | [0].swap', { site: { '*': { tags: { swap: true } } } }],
    ['[plan.id, site.id]', { plan: { id: true }, site: { id: true } }],
    ['{a: plan.id, b: site.{c: name}}', { plan: { id: true }, site: { name: true } }],
    ['length(site.list)', { site: { list: true } }],
    ['sort_by(site.list, &order)[0].id', { site: { list: true } }],
    ['let $p = plan.sku in $p.name', { plan: { sku: { name: true } } }],
    [
      'let $p = plan.id in site[?planId == $p].id',
      { plan: { id: true }, site: { '*': { planId: true, id: true } } }
    ],
    ['plan.on ? site.a : site.b', { plan: { on: true }, site: { a: true, b: true } }],
    ['plan.count > `1`', { plan: { count: true } }],
    ['-index', { index: true }],
    ["'text'", {}],
    ['site[?id == $.plan.id]', { site: { '*': true }, '@': true }],
    ['site.id | $.plan', { site: { id: {} }, '@': true }]
  ])('of %s are %o', (text, paths) => {
    expect(read(text)).toEqual(paths)
  })
})

describe('pruneValue', () => {
  const value = { id: 'x', list: [{ a: 1, b: [2] }, null, 'text'], n: { deep: { er: true } } }

  it.each<readonly [string, JsonValue]>([
    ['v.id', { id: 'x' }],
    ['v.list[0].a', { list: [{ a: 1 }, null, 'text'] }],
    ['v.list.a', { list: [null, null, null] }],
    ['v.n.deep.other', { n: { deep: {} } }],
    ['v.id.more', { id: 'x' }],
    ['v.missing', {}],
    ['v', value]
  ])('by %s leaves %o', (text, left) => {
    const paths = listPaths(library.compile(text)).get('v') ?? 'all'
    expect(pruneValue(value, paths)).toEqual(left)
  })

  const names = ['a', 'b', 'c', '__proto__', '*', '.*'] as const
  const value$ = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom<JsonValue>(null, true, 0, 2, 'x', ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 })
    )
  })).value
  const quoted = fc.constantFrom('a', 'b', 'c', '"__proto__"', '"*"', '".*"')
  const text$ = fc.letrec<{ text: string }>((tie) => {
    const two = fc.tuple(tie('text'), tie('text'))
    return {
      text: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        quoted,
        fc.constantFrom('@', "'x'", '`2`'),
        fc.tuple(tie('text'), quoted).map(([one, name]) => `(${one}).${name}`),
        fc.tuple(tie('text'), quoted).map(([one, name]) => `${one}.${name}`),
        fc
          .tuple(tie('text'), fc.constantFrom('[]', '[*]', '[0]', '[-1]', '[1:]', '[::-1]', '.*'))
          .map(([one, step]) => `${one}${step}`),
        two.map(([one, other]) => `${one}[?${other}]`),
        two.map(([one, other]) => `${one} | ${other}`),
        two.map(([one, other]) => `(${one} || ${other})`),
        two.map(([one, other]) => `(${one} && ${other})`),
        two.map(([one, other]) => `${one} == ${other}`),
        two.map(([one, other]) => `[${one}, ${other}]`),
        two.map(([one, other]) => `${one}.{p: ${other}, a: b}`),
        two.map(([one, other]) => `not_null(${one}, ${other})`),
        two.map(([one, other]) => `map(&(${one}), to_array(${other}))`),
        two.map(([one, other]) => `let $v = ${one} in (${other})[?a == $v]`),
        two.map(([one, other]) => `let $v = ${one} in $v.a || ${other}`),
        fc.tuple(tie('text'), two).map(([test, [one, other]]) => `(${test} ? ${one} : ${other})`),
        tie('text').map((one) => `!(${one})`)
      )
    }
  }).text

  it('leaves an expression its value', () => {
    fc.assert(
      fc.property(text$, value$, (text, given) => {
        const scope = { a: given, b: given, c: null }
        let expression: ReturnType<typeof compile>
        try {
          expression = compile({ input: 'if', text, isCondition: false })
        } catch {
          return
        }
        const paths = expression.listPaths()
        const whole = paths.has('@')
        const pruned = whole
          ? scope
          : Object.fromEntries(
              Object.entries(scope).flatMap(([name, each]) => {
                const read = paths.get(name)
                return read === undefined ? [] : [[name, pruneValue(each, read)]]
              })
            )
        expect(expression.evaluate(pruned)).toEqual(expression.evaluate(scope))
      }),
      { numRuns: 3_000 }
    )
  })
})
