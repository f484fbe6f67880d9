/**
 * The names that an expression looks up at its root: rows of JMESPath.
 */
import { describe, expect, it } from 'vitest'
import { loadLibrary } from '../../src/condition/jmespath.ts'
import { listRoots } from '../../src/condition/roots.ts'

const library = await loadLibrary()

describe('listRoots', () => {
  it.each<readonly [string, readonly string[]]>([
    ['site', ['site']],
    ['site.id', ['site']],
    ['site.properties.hostNames[0]', ['site']],
    ['"two words".id', ['two words']],
    ['site[].id', ['site']],
    ['site[*].properties.name', ['site']],
    ['site.*.name', ['site']],
    ["site[?kind == 'app' && tags.swap].id", ['site']],
    ["site.tags.swap == 'yes'", ['site']],
    ['plan.id || site.id', ['plan', 'site']],
    ['plan.count > site.count && !item', ['plan', 'site', 'item']],
    ['site | [0].id', ['site']],
    ['site.sku | name', ['site']],
    ['[plan.id, site.id]', ['plan', 'site']],
    ['{a: plan.id, b: site.{c: name}}', ['plan', 'site']],
    ["join('-', [item, plan.name])", ['item', 'plan']],
    ['sort_by(site, &properties.order)', ['site']],
    ['map(&name, list.value)', ['list']],
    ['let $p = plan.id in site[?planId == $p]', ['plan', 'site']],
    ['plan.a + site.b * `2`', ['plan', 'site']],
    ['plan ? site.a : check.b', ['plan', 'site', 'check']],
    ['-index', ['index']],
    ["'text'", []],
    ['`[1, 2]`', []],
    ['@', ['@']],
    ['@.site', ['@']],
    ['[0]', ['@']],
    ['*.id', ['@']],
    ['keys(@)', ['@']],
    ['site[?id == $.plan.id]', ['site', '@']]
  ])('of %s is %o', (text, names) => {
    expect(listRoots(library.compile(text))).toEqual(names)
  })

  it('goes as deep as an expression', () => {
    const text = `${'('.repeat(2_000)}site${')'.repeat(2_000)}`
    expect(listRoots(library.compile(text))).toEqual(['site'])
  })
})
