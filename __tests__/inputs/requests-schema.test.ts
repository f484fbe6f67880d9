/**
 * The schema of a list for editors takes every list that the action reads, and refuses by their shape those that it
 * refuses by their shape. What is wrong beyond that, the action alone tells. Random lists are in
 * requests-schema.slow.test.ts.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { refuseList } from '../../__fixtures__/lists.ts'
import { findSchemaFaults } from '../../__fixtures__/requests-schema.ts'
import { ITEM_INPUTS, WORDS } from '../../src/inputs/item-words.ts'
import { RESERVED } from '../../src/inputs/requests-list.ts'
import { TEXT_TAGS } from '../../src/request/yaml-document.ts'

const URL = '/subscriptions/{subscriptionId}/resourceGroups/shop?api-version=1'
const ONE = { name: 'one', method: 'GET', url: URL }

const readRefusals = (list: unknown) => refuseList({ requests: JSON.stringify(list) })

describe('docs/requests.schema.json', () => {
  it('is made from the reader and action.yml', () => {
    const check = spawnSync(process.execPath, ['scripts/generate-schema.mjs', '--check'], {
      encoding: 'utf8'
    })
    expect(check).toMatchObject({ status: 0, stderr: '' })
  })

  it('describes every word and field of the reader, and no other', () => {
    const { items } = JSON.parse(readFileSync('docs/requests.schema.json', 'utf8'))
    expect(Object.keys(items.properties)).toEqual([...WORDS, ...ITEM_INPUTS])
    for (const rules of Object.values(items.properties)) {
      expect(rules).toMatchObject({ description: expect.stringMatching(/^.{20,}$/) })
    }
  })
})

describe('a list that the action reads', () => {
  // With `yaml.customTags` an editor takes a tag for the text after it.
  it.each(TEXT_TAGS)('fits with %s in any field but the url', (tag) => {
    const argument = { '!file': 'a/b.json', '!text': 'a/b.txt', '!base64': 'a/b.bin', '!guid': 'a' }
    const text = Object.entries(argument).find(([name]) => name === tag)?.[1] ?? 'SOME_VARIABLE'
    const isVariable = text === 'SOME_VARIABLE'
    const fields = ITEM_INPUTS.filter((name) => name !== 'url' && (isVariable || name === 'body'))
    for (const field of fields) expect(findSchemaFaults([{ ...ONE, [field]: text }])).toEqual([])
  })
})

describe('a list that the action refuses by its shape', () => {
  it.each<[string, unknown]>([
    ['no list', { ...ONE }],
    ['an empty list', []],
    ['an operation that is a text', ['one']],
    ['no name', [{ method: 'GET', url: URL }]],
    ['a name that is a number', [{ ...ONE, name: 1 }]],
    ['a name that is null', [{ ...ONE, name: null }]],
    ['a name with a dash', [{ ...ONE, name: 'stop-vms' }]],
    ['a name that begins with a digit', [{ ...ONE, name: '1st' }]],
    ['a name of 101 characters', [{ ...ONE, name: 'a'.repeat(101) }]],
    ...[...RESERVED].flatMap((name): [string, unknown][] => [
      [`the name ${name}`, [{ ...ONE, name }]],
      [`the name ${name.toUpperCase()}`, [{ ...ONE, name: name.toUpperCase() }]]
    ]),
    ['no url', [{ name: 'one', method: 'GET' }]],
    ['a misspelt field', [{ ...ONE, apiversion: '2024-04-01' }]],
    ['an input of the step', [{ ...ONE, wait: false }]],
    ['needs that are a number', [{ ...ONE, needs: 1 }]],
    ['needs that are a mapping', [{ ...ONE, needs: { two: true } }]],
    ['an empty if', [{ ...ONE, if: '' }]],
    ['an if that is a list', [{ ...ONE, if: ['true'] }]],
    ['a for-each that is a mapping', [{ ...ONE, 'for-each': { a: 1 } }]],
    ['a for-each that is a number', [{ ...ONE, 'for-each': 3 }]],
    ['an empty for-each', [{ ...ONE, 'for-each': '' }]],
    ['a for-each without a value', [{ ...ONE, 'for-each': null }]],
    ['max-parallel without a loop', [{ ...ONE, 'max-parallel': 2 }]],
    ['a max-parallel of 0', [{ ...ONE, 'for-each': ['a'], 'max-parallel': 0 }]],
    [
      'a max-parallel that is no whole number',
      [{ ...ONE, 'for-each': ['a'], 'max-parallel': 1.5 }]
    ],
    ['a max-parallel that is a list', [{ ...ONE, 'for-each': ['a'], 'max-parallel': [2] }]],
    ['a url that is a list', [{ ...ONE, url: [URL] }]],
    ['a method that is none', [{ ...ONE, method: 'fetch' }]],
    ['an end that is none', [{ ...ONE, 'on-timeout': 'stop' }]],
    ['a timeout that is a list', [{ ...ONE, timeout: ['5m'] }]],
    ['headers that are a list', [{ ...ONE, headers: ['a: b'] }]],
    ['the name of a header with a colon', [{ ...ONE, headers: { 'a:b': 'c' } }]],
    ['a header of two lines', [{ ...ONE, headers: { a: 'b\nc' } }]],
    ['a status that is a mapping', [{ ...ONE, 'accept-status': { 404: true } }]],
    ['a list in a list of lines', [{ ...ONE, 'retry-on': [['429']] }]]
  ])('is refused by the schema, too: %s', async (_, list) => {
    expect(await readRefusals(list)).not.toEqual([])
    expect(findSchemaFaults(list)).not.toEqual([])
  })
})
