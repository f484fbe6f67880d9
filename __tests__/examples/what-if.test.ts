/**
 * docs/what-if.md: its gates close on a deletion and on nothing else,
 * and its log is what the action writes.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import { evaluate } from '../../__fixtures__/workflow.ts'
import { isTruthy, loadCompiler } from '../../src/condition/expression.ts'
import { listChanges, toOutputs } from '../../src/deployment/render-changes.ts'
import { readChanges } from '../../src/deployment/what-if.ts'
import type { JsonValue } from '../../src/http/message.ts'

const DOCUMENT = readFileSync('docs/what-if.md', 'utf8')
const snippets = [...DOCUMENT.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)

const SITES = '/subscriptions/1/resourceGroups/shop/providers/Microsoft.Web/sites'
const change = (changeType: string) => ({ resourceId: `${SITES}/app`, changeType })

function read(properties: JsonValue) {
  const report = readChanges(createAnswer(200, { status: 'Succeeded', properties }).body)
  if (report === undefined) throw new Error('test bug: no changes')
  return report
}

const WITHOUT: JsonValue[] = [
  { changes: null },
  { changes: [] },
  { changes: [change('Create'), change('NoChange')], potentialChanges: [change('Modify')] }
]
const WITH: JsonValue[] = [
  { changes: [change('Create'), change('Delete')] },
  { changes: null, potentialChanges: [change('Delete')] }
]

describe('docs/what-if.md', () => {
  it('stops before a deletion, unless the label is there', () => {
    const [, gate = ''] = /^ {2}if: (.*)$/m.exec(snippets[0] ?? '') ?? []
    const isStopped = (properties: JsonValue, labels: readonly string[]) => {
      const outputs = Object.fromEntries(
        toOutputs(read(properties)).map(({ name, value }) => [name, value])
      )
      const pull = { labels: labels.map((name) => ({ name })) }
      return evaluate(gate, {
        steps: { preview: { outputs } },
        github: { event: { pull_request: pull } }
      })
    }
    expect(WITHOUT.map((properties) => isStopped(properties, []))).toEqual([false, false, false])
    expect(WITH.map((properties) => isStopped(properties, ['other']))).toEqual([true, true])
    expect(WITH.map((properties) => isStopped(properties, ['allow-deletions']))).toEqual([
      false,
      false
    ])
  })

  it('has a condition that is met by a deletion and by nothing else', async () => {
    const [, failIf = ''] = /^ {4}fail-if: (.*)$/m.exec(snippets[1] ?? '') ?? []
    const compile = await loadCompiler()
    const { evaluate: look } = compile({ input: 'fail-if', text: failIf, isCondition: true })
    const isMet = (properties: JsonValue) => {
      const evaluation = look({ properties })
      return evaluation.kind === 'value' ? isTruthy(evaluation.value) : evaluation
    }
    expect(WITHOUT.map(isMet)).toEqual([false, false, false])
    expect(WITH.map(isMet)).toEqual([true, true])
  })

  it('shows the log as it is', () => {
    const [, log = ''] = /^```text\n(.*?)^```$/ms.exec(DOCUMENT) ?? []
    const id = (group: string, rest: string) =>
      `/subscriptions/1/resourceGroups/${group}/providers/${rest}`
    const same = Array.from({ length: 14 }, () => change('NoChange'))
    const report = read({
      changes: [
        ...same,
        {
          resourceId: id('shop', 'Microsoft.Web/serverfarms/plan-shop'),
          changeType: 'Modify',
          delta: [{ path: 'sku.name', propertyChangeType: 'Modify', before: 'B1', after: 'P1v3' }]
        },
        {
          resourceId: id('shop', 'Microsoft.KeyVault/vaults/keys-shop'),
          changeType: 'Create',
          after: { location: 'westeurope' }
        },
        {
          resourceId: id('shop-old', 'Microsoft.Web/sites/old-shop'),
          changeType: 'Delete',
          before: { kind: 'app,linux', location: 'westeurope' }
        }
      ]
    })
    expect(`${listChanges(report).join('\n')}\n`).toBe(log)
  })
})
