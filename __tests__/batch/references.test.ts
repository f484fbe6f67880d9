/**
 * References in a text: how they are found, and what is filled in where. Rows of texts.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fillTemplate,
  isFilled,
  parseTemplate,
  type ReferencePlace,
  type ReferenceValue,
  type Template
} from '../../src/batch/references.ts'
import type { JsonValue } from '../../src/http/message.ts'

function parse(text: string): Template {
  const parsed = parseTemplate(text)
  if (parsed.kind === 'fault') throw new Error(`${parsed.fault.problem} at ${parsed.fault.at}`)
  return parsed.template
}

/** The text as the template has it, with each reference as `<expression>`. */
function mark(text: string): string {
  return parse(text)
    .map((part) => (part.kind === 'text' ? part.text : `<${part.expression}>`))
    .join('')
}

describe('parseTemplate', () => {
  it.each([
    ['', ''],
    ['no reference', 'no reference'],
    ['$', '$'],
    ['$HOME and {id}', '$HOME and {id}'],
    ['${site.id}', '<site.id>'],
    ['${ site.id }', '<site.id>'],
    ['a-${item}-b', 'a-<item>-b'],
    ['${a}${b}', '<a><b>'],
    // Bicep and shell keep theirs.
    ['$${HOME}', '${HOME}'],
    ['echo $${HOME} ${item}', 'echo ${HOME} <item>'],
    ['$$${item}', '$${item}'],
    ['${a}$${b}', '<a>${b}'],
    // It ends at its own brace.
    ['${ {a: plan.id} }/x', '<{a: plan.id}>/x'],
    ["${join('}', list)}!", "<join('}', list)>!"],
    [String.raw`${'$'}{'it\'s }'}`, String.raw`<'it\'s }'>`],
    ['${"a}b".c}', '<"a}b".c>'],
    ['${site[?name == `"}"`].id}', '<site[?name == `"}"`].id>']
  ])('reads %o', (text, marked) => {
    expect(mark(text)).toBe(marked)
  })

  it.each([
    ['${', 'has no } at its end', 0],
    ['a ${site.id', 'has no } at its end', 2],
    ["${'}", 'has no } at its end', 0],
    ['${ {a: b}', 'has no } at its end', 0],
    ['x${}', 'is empty', 1],
    ['${  }', 'is empty', 0]
  ])('refuses %o', (text, problem, at) => {
    expect(parseTemplate(text)).toEqual({ kind: 'fault', fault: { problem, at } })
  })

  it('keeps every text that has no "${" as it is, and gives back what was written otherwise', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', "'", '`', 'a', ' ') }),
        (text) => {
          const parsed = parseTemplate(text)
          if (parsed.kind === 'fault') return
          const written = parsed.template
            .map((part) => (part.kind === 'text' ? part.text : `\${${part.expression}}`))
            .join('')
          if (!text.includes('${')) expect(written).toBe(text)
          expect(written.replaceAll(' ', '')).toBe(text.replaceAll('$${', '${').replaceAll(' ', ''))
        }
      )
    )
  })

  it.each([
    ['plain', false],
    ['$${a}', false],
    ['${a}', true],
    ['a ${b}', true]
  ])('tells whether %o is filled in', (text, filled) => {
    expect(isFilled(parse(text))).toBe(filled)
  })
})

const SCOPE: Readonly<Record<string, JsonValue>> = {
  id: '/subscriptions/1/resourceGroups/shop',
  name: 'shop & co/1',
  count: 3,
  on: false,
  list: ['a'],
  tags: { a: 'b' },
  none: null,
  braces: '/x/{subscriptionId}',
  half: '\ud800',
  empty: '',
  next: '/x?$skip=5',
  folded: '/\n/evil.example',
  // Deliberately more than a number holds.
  id64: { value: [Number('9007199254740993')] },
  big: 9_007_199_254_740_991
}

function evaluate(expression: string): ReferenceValue {
  const value = SCOPE[expression]
  return value === undefined
    ? { kind: 'error', message: 'is a test bug' }
    : { kind: 'value', value }
}

const fill = (text: string, place: ReferencePlace) => fillTemplate(parse(text), place, evaluate)

describe('fillTemplate', () => {
  it.each<readonly [ReferencePlace, string, JsonValue]>([
    ['value', '${id}', SCOPE.id ?? ''],
    ['value', '${count}', 3],
    ['value', '${on}', false],
    ['value', '${list}', ['a']],
    ['value', '${tags}', { a: 'b' }],
    ['value', 'n: ${count}, ${on}', 'n: 3, false'],
    ['text', '${count}', '3'],
    ['text', '${name}', 'shop & co/1'],
    [
      'url',
      '${id}/slots/${name}',
      '/subscriptions/1/resourceGroups/shop/slots/shop%20%26%20co%2F1'
    ],
    ['url', '/x?a=${name}&b=${count}', '/x?a=shop%20%26%20co%2F1&b=3'],
    ['url', '/x/${half}', '/x/%EF%BF%BD'],
    // What Azure says is no placeholder of ours.
    ['url', '${braces}/y', '/x/%7BsubscriptionId%7D/y'],
    // White space is dropped where people fold a URL over several lines.
    ['url', '${folded}/y', '/%0A/evil.example/y'],
    ['url', '${next}&$top=5', '/x?$skip=5&$top=5']
  ])('gives a %s for %o', (place, text, value) => {
    expect(fill(text, place)).toEqual({ kind: 'value', value })
  })

  it.each<readonly [ReferencePlace, string, string]>([
    ['value', '${none}', "${none} is null; ${none || 'x'} says what else"],
    // A DELETE of what is left would be that of something else.
    ['url', '${empty}/y', '${empty} is empty, and the URL begins with it'],
    ['url', '${next}/y', '${next} has a query, and the path goes on behind it'],
    ['url', '${next}${name}', '${next} has a query, and the path goes on behind it'],
    ['url', '/x/${none}', "${none} is null; ${none || 'x'} says what else"],
    [
      'value',
      'a ${list}',
      '${list} is a list, and has to be text, a number, true or false here; to_string() makes text of it'
    ],
    [
      'text',
      '${tags}',
      '${tags} is an object, and has to be text, a number, true or false here; to_string() makes text of it'
    ],
    [
      'value',
      '${id64}',
      '${id64} holds a whole number of more than 15 digits, which is not read exactly and would be sent changed'
    ],
    ['value', '${other}', '${other} is a test bug']
  ])('refuses in a %s %o', (place, text, message) => {
    expect(fill(text, place)).toEqual({ kind: 'fault', message })
  })

  it('never ends a segment or a value of a URL by what it fills in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (said) => {
        const filled = fillTemplate(parse('/a/${x}/b?c=${x}&d=e'), 'url', () => ({
          kind: 'value',
          value: said
        }))
        const { pathname, search } = new URL(
          `https://x${String(filled.kind === 'value' && filled.value)}`
        )
        // Dots alone are what the check of the whole URL refuses.
        if (!/^\.{1,2}$/.test(said)) expect(pathname.split('/')).toHaveLength(4)
        expect(search.split(/[&=]/)).toHaveLength(4)
      })
    )
  })
})
