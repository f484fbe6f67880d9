/**
 * action.yml is the contract: what it declares is what the code reads and writes and what README.md tells.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readManifest, readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { INPUT_NAMES, OUTPUT_NAMES } from '../src/contract.ts'

const manifest = readOwnManifest()
const inputs = manifest.inputs ?? []
const outputs = manifest.outputs ?? []

/** The names in the first column of a table between its markers. */
function readTableNames(name: string): string[] {
  const readme = readFileSync('README.md', 'utf8')
  const [, rest = ''] = readme.split(`<!-- begin ${name} -->`)
  const [table = ''] = rest.split(`<!-- end ${name} -->`)
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) => cell)
}

describe('action.yml', () => {
  it('runs the committed bundle on Node.js 24', () => {
    expect(manifest.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' })
    expect(existsSync('dist/index.js')).toBe(true)
  })

  it('declares the inputs that the code reads, and no other', () => {
    expect(inputs.map(({ id }) => id).sort()).toEqual([...INPUT_NAMES].sort())
  })

  it('declares the outputs that the code sets, and no other', () => {
    expect(outputs.map(({ id }) => id).sort()).toEqual([...OUTPUT_NAMES].sort())
  })

  it('is told in README.md, in the same order', () => {
    expect(readTableNames('inputs')).toEqual(inputs.map(({ id }) => id))
    expect(readTableNames('outputs')).toEqual(outputs.map(({ id }) => id))
  })

  it.each([...inputs, ...outputs].map(({ id, description }) => [id, description]))(
    'describes `%s` in a sentence',
    (_id, description) => {
      expect(description).toMatch(/^[A-Z`].*\.$/s)
    }
  )

  it.each(inputs.filter((input) => input.default !== undefined).map((input) => [input.id, input]))(
    'names the default of `%s` as a string, as the runner hands it over',
    (_id, input) => {
      expect(input.default?.isLiteral).toBe(true)
      expect(input.default?.toString()).not.toBe('')
    }
  )

  it('has an icon and a colour for the marketplace', () => {
    expect(manifest.branding).toEqual({ icon: 'cloud', color: 'blue' })
  })
})

describe('the parser behind these tests', () => {
  it('accepts what is right', () => {
    const text = 'name: a\ndescription: b\nruns:\n  using: node24\n  main: index.js\n'
    expect(readManifest(text).runs.using).toBe('node24')
  })

  it('rejects a runtime that the runner does not have', () => {
    const text = 'name: a\ndescription: b\nruns:\n  using: node25\n  main: index.js\n'
    expect(() => readManifest(text)).toThrow(/node25/)
  })
})
