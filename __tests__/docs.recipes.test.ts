/**
 * docs/recipes.md can be followed: each of its steps is one that GitHub and this action accept, and is played in the
 * pattern that the page tells, with the outputs, the bad ends and the rights that it names.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { PLAYS, type RecipePlay, SAS, type Start } from '../__fixtures__/recipe-plays.ts'
import {
  listRights,
  RECIPES,
  RECIPES_PAGE,
  type Recipe,
  readRecipeCall,
  SECRETS
} from '../__fixtures__/recipes.ts'
import { type RequestRecord, SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { findKnownOperation } from '../src/arm/known-operations.ts'
import { METHODS, type Method } from '../src/http/message.ts'
import { describeMissingRight } from '../src/operation/rights.ts'

const FILES = {
  'infra/main.json': JSON.stringify({
    parameters: {
      location: { type: 'string' },
      databasePassword: { type: 'securestring', defaultValue: '' }
    },
    resources: []
  }),
  'infra/cluster.json': '{"location": "westeurope", "properties": {"kubernetesVersion": "1.33.4"}}'
}
/** Enough for every conversation, so that one that waits for ever ends here. */
const TIMEOUT = '20s'

const runner = setUpRunner({ 'poll-interval': '0', timeout: TIMEOUT })
const declared = (readOwnManifest().inputs ?? []).map(({ id }) => id)
const titles = RECIPES.map(({ title }) => title)
const plays = RECIPES.flatMap((recipe) =>
  (PLAYS[recipe.title] ?? []).map((play) => ({ title: recipe.title, way: play.name, recipe, play }))
)

interface Played {
  readonly stdout: string
  readonly exitCode: typeof process.exitCode
  readonly outputs: Readonly<Record<string, string>>
  readonly requests: readonly RequestRecord[]
}

async function playRecipe(recipe: Recipe, { pattern }: RecipePlay): Promise<Played> {
  const { inputs, env } = await readRecipeCall(recipe)
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(runner.folder, name)), { recursive: true })
    await writeFile(join(runner.folder, name), text)
  }
  runner.simulator.script(pattern(startOf(inputs)))
  const { timeout: _hours, ...written } = inputs
  const { stdout, exitCode } = await runner.run(written, env)
  const { requests, unexpected } = runner.simulator
  expect(unexpected.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  return { stdout, exitCode, outputs: readOutputs(await runner.read('output')), requests }
}

function startOf(inputs: Readonly<Record<string, string>>): Start {
  const { method = '', url = '', 'api-version': apiVersion = '' } = inputs
  const [path = ''] = url.replaceAll(/\s+/g, '').split('?')
  return { method, path: path.replace('{subscriptionId}', SUBSCRIPTION_ID), apiVersion }
}

function readOutputs(text: string): Readonly<Record<string, string>> {
  const entries = [...text.matchAll(/^(\S+?)<<(\S+)\n(.*?)\n?\2$/gms)]
  return Object.fromEntries(entries.map(([, name = '', , value = '']) => [name, value]))
}

/** The action of access control that a request takes, by Azure's rule for its name. */
function toRight({ method, path }: RequestRecord): string {
  const words = describeMissingRight(undefined, `https://management.azure.com${path}`)
  const [, read = words] = /^the action (.*)\/read is missing$/.exec(words) ?? []
  return `${read}/${RIGHTS[method]}`.toLowerCase()
}

const RIGHTS: Readonly<Record<string, string>> = {
  GET: 'read',
  PUT: 'write',
  PATCH: 'write',
  POST: 'action',
  DELETE: 'delete'
}

/** What a request of a recipe holds: JSON with its secret, or nothing. */
function bodyOf({ steps }: Recipe): RegExp {
  const [, secret] = /secrets\.(\w+)/.exec(steps) ?? []
  if (secret !== undefined) return new RegExp(`^\\{.*"${SECRETS[secret]}".*\\}$`, 's')
  return /^ +(?:body|body-file|requests):/m.test(steps) ? /^\{.*\}\s*$/s : /^$/
}

function isNamed(right: string, rights: readonly string[]): boolean {
  return rights.some((named) => {
    const pattern = named.split('*').map((part) => part.replace(/[.]/g, '\\.'))
    return new RegExp(`^${pattern.join('[^/]+')}$`).test(right)
  })
}

describe('the page', () => {
  it('has a recipe for each of the requests, no two of one name, and a play for each', () => {
    expect(titles).toHaveLength(39)
    expect(new Set(titles).size).toBe(39)
    expect(Object.keys(PLAYS)).toEqual(titles)
  })

  it('has every group and every recipe in the table, in its order', () => {
    const [index = ''] = RECIPES_PAGE.split('\nHow to read them')
    const anchors = [...index.matchAll(/\]\(#([a-z-]+)\)/g)].map(([, anchor]) => anchor)
    const groups = [...new Set(RECIPES.map(({ group }) => group))]
    const expected = groups.flatMap((group) => [
      group,
      ...RECIPES.filter((recipe) => recipe.group === group).map(({ title }) => title)
    ])
    expect(anchors).toEqual(expected.map((title) => title.toLowerCase().replaceAll(' ', '-')))
  })

  it.each(RECIPES)('tells what there is to know: $title', async (recipe) => {
    expect(Object.keys(recipe.told)).toEqual(['Rights', 'Azure', 'Result'])
    expect(listRights(recipe).length).toBeGreaterThan(0)
    const { inputs } = await readRecipeCall(recipe)
    expect(declared).toEqual(expect.arrayContaining(Object.keys(inputs)))
    // The author of a list says the API version once, for all.
    expect(inputs['api-version']).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  it.each(RECIPES)('quotes every expression in a body: $title', ({ steps }) => {
    const [, body = ''] = /^ {4}body: \|\n((?: {6}.*\n)+)/m.exec(steps) ?? []
    expect(body.match(/^[^'\n]*\$\{\{.*$/gm)).toBeNull()
  })

  it.each(RECIPES)(
    'cancels only what has a cancel call, and names its right: $title',
    async (recipe) => {
      const { inputs } = await readRecipeCall(recipe)
      if (inputs['on-cancel'] === undefined && inputs['on-timeout'] === undefined) return
      const { method, path } = startOf(inputs)
      const known = findKnownOperation(path, toMethod(method))
      expect(known?.operation.cancel).toBeDefined()
      expect(recipe.told.Rights).toMatch(/`[^`]+\/action` to cancel/)
    }
  )
})

function toMethod(text: string): Method {
  const method = METHODS.find((known) => known === text)
  if (method === undefined) throw new Error(`no method: ${text}`)
  return method
}

describe('the plays', () => {
  it('have a bad end for each recipe that has one of its own', async () => {
    for (const { title, steps } of RECIPES) {
      const isRed = PLAYS[title]?.some(({ red }) => red !== undefined)
      if (/^ {4}(?:fail-if|wait-until):/m.test(steps)) expect(isRed, title).toBe(true)
    }
  })

  it.each(plays)('$title: $way', async ({ recipe, play }) => {
    const { stdout, exitCode, outputs, requests } = await playRecipe(recipe, play)
    const sent = requests.filter(({ method }) => method !== 'GET')
    const refused = play.name === 'another swap runs' ? 1 : 0
    const isList = /^ {4}requests: /m.test(recipe.steps)
    expect(sent, stdout).toHaveLength((isList ? 2 : 1) + refused)
    if (play.red === undefined) {
      expect(outputs.status, stdout).toBe('Succeeded')
      expect(exitCode).toBeUndefined()
      expect(outputs).toMatchObject(play.outputs ?? {})
    } else {
      expect(outputs.status, stdout).toBe('Failed')
      expect(exitCode).toBe(1)
      expect(outputs['error-message']).toContain(play.red)
    }
    expect(sent.map(({ body }) => body).join('')).toEqual(expect.stringMatching(bodyOf(recipe)))
    const shown = stdout.replace(/^::add-mask::.*$/gm, '') + (await runner.read('summary'))
    expect([...Object.values(SECRETS), SAS].filter((secret) => shown.includes(secret))).toEqual([])
    const rights = listRights(recipe)
    const needed = [...new Set(requests.map(toRight))]
    expect(needed.filter((right) => !isNamed(right, rights))).toEqual([])
  })

  it.each(plays.filter(({ way }) => way === 'well'))(
    '$title: promises every output of its step',
    async ({ recipe, play }) => {
      const { inputs } = await readRecipeCall(recipe)
      const named = [...(inputs.outputs ?? '').matchAll(/^(\S+?):/gm)].map(([, name]) => name)
      expect(Object.keys(play.outputs ?? {})).toEqual(expect.arrayContaining(named))
    }
  )
})
