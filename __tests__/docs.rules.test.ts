/**
 * docs/rules.md and docs/canceling.md tell rules that the code has: each rule with a source that the code or its tests
 * name, and the calls that cancel as the table of known operations has them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { json } from '../__fixtures__/conversation.ts'
import { findKnownOperation } from '../src/arm/known-operations.ts'
import type { Method } from '../src/http/message.ts'

const RULES = readFileSync('docs/rules.md', 'utf8')
const SOURCES = new Map(
  [...RULES.matchAll(/^\[([^\]]+)\]: (https:\S+)$/gm)].map(([, name = '', url = '']) => [name, url])
)

/** Rows of each table that has a column for the source. */
const rows = [...RULES.matchAll(/^\|.*\| Source \|\n\|[ |-]+\|\n((?:\|.*\n)+)/gm)].flatMap(
  ([, table = '']) => table.trimEnd().split('\n')
)

describe('docs/rules.md', () => {
  it('has tables of rules', () => {
    expect(rows.length).toBeGreaterThan(50)
  })

  it.each(rows)('names the source of %s', (row) => {
    const source = row.split(' | ').at(-1) ?? ''
    const names = [...source.matchAll(/\[[^\]]+\]\[([^\]]+)\]/g)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => !SOURCES.has(name))).toEqual([])
  })

  it('names no source that the code and its tests do not', () => {
    const code = ['src', '__tests__'].flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.startsWith('docs.'))
        .map((name) => readFileSync(join(room, name), 'utf8'))
    )
    const unknown = [...SOURCES.values()].filter((url) => !code.some((text) => text.includes(url)))
    expect(unknown).toEqual([])
  })

  it('uses every source that it names', () => {
    expect([...SOURCES.keys()].filter((name) => !RULES.includes(`][${name}]`))).toEqual([])
  })
})

describe('docs/canceling.md', () => {
  const guide = readFileSync('docs/canceling.md', 'utf8')
  const group = '/subscriptions/s/resourceGroups/g/providers'
  const cluster = `${group}/Microsoft.ContainerService/managedClusters/shop`
  const template = `${group}/Microsoft.VirtualMachineImages/imageTemplates/web`
  const job = `${group}/Microsoft.App/jobs/import`
  const started = json(202, { name: 'e1', id: `${job}/executions/e1` })

  it.each<[string, Method, string, string]>([
    [
      '…/deployments/<name>/cancel',
      'PUT',
      `${group}/Microsoft.Resources/deployments/web`,
      '/deployments/web/cancel'
    ],
    ['…/abort', 'PUT', cluster, '/managedClusters/shop/abort'],
    ['…/abort', 'POST', `${cluster}/stop`, '/managedClusters/shop/abort'],
    ['…/abort', 'DELETE', `${cluster}/agentPools/web`, '/agentPools/web/abort'],
    ['…/imageTemplates/<name>/cancel', 'POST', `${template}/run`, '/imageTemplates/web/cancel'],
    ['…/executions/<name>/stop', 'POST', `${job}/start`, '/executions/e1/stop']
  ])('tells POST %s of a %s to %s', (told, method, path, call) => {
    expect(guide).toContain(`| \`POST ${told}\` |`)
    const known = findKnownOperation(path, method)
    expect(known?.operation.cancel?.(known.resource, started)).toMatch(new RegExp(`${call}$`))
  })

  it('tells of no other call', () => {
    expect(guide.match(/^\|.*\| `POST .*` \|$/gm)).toHaveLength(4)
  })

  it('says that a stack has none', () => {
    const stack = `${group}/Microsoft.Resources/deploymentStacks/web`
    expect(findKnownOperation(stack, 'PUT')?.operation.cancel).toBeUndefined()
    expect(guide).toMatch(/deployment\s+stack is one of these/)
  })
})
