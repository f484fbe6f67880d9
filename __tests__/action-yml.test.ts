/**
 * action.yml is the contract: what it declares is what the code reads and writes. What docs/inputs.md tells of it is a matter
 * of docs.inputs.test.ts.
 */
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readManifest, readOwnManifest } from '../__fixtures__/action-manifest.ts'
import { INPUT_NAMES, OUTPUT_NAMES } from '../src/contract.ts'

const manifest = readOwnManifest()
const inputs = manifest.inputs ?? []
const outputs = manifest.outputs ?? []

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
