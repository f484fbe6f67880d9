/**
 * The errors that are known: each entry is whole, and fits an error that a service has sent or its documentation tells.
 */
import { describe, expect, it } from 'vitest'
import { ERROR_BODIES } from '../../__fixtures__/error-bodies.ts'
import { listHostileTexts, measureGrowth } from '../../__fixtures__/hostile-texts.ts'
import { createAnswer, createOutcome } from '../../__fixtures__/outcomes.ts'
import { readError } from '../../src/operation/error.ts'
import { adviseOn, findKnownError } from '../../src/report/advice.ts'
import { KNOWN_ERRORS } from '../../src/report/known-errors.ts'

const codesOf = (codes: string) => codes.split(' ').filter((code) => code !== '')

describe('the known errors', () => {
  it('are more than the hundred that people meet', () => {
    expect(new Set(KNOWN_ERRORS.flatMap(({ codes }) => codesOf(codes))).size).toBeGreaterThan(100)
  })

  it.each(KNOWN_ERRORS.map((known) => [known.codes || String(known.text), known] as const))(
    '%s: has all fields, and a body that it fits',
    (_name, known) => {
      const { codes, text, meaning, fix, link } = known
      expect(codes !== '' || text !== undefined).toBe(true)
      expect(codesOf(codes).every((code) => /^[A-Z][A-Za-z0-9]+$/.test(code))).toBe(true)
      for (const sentence of [meaning, fix]) expect(sentence).toMatch(/^[A-Z{].{8,400}$/)
      expect(meaning).toMatch(/\.$/)
      expect(link).toMatch(/^https:\/\/learn\.microsoft\.com\/[\w./-]+$/)
      const bodies = ERROR_BODIES.filter(
        ([code, message]) => findKnownError({ code, message }, KNOWN_ERRORS) === known
      )
      expect(bodies.length).toBeGreaterThan(0)
    }
  )

  it.each(KNOWN_ERRORS.flatMap(({ codes }) => codesOf(codes)).map((code) => [code] as const))(
    '%s: the code leads to an entry of it, whatever the case',
    (code) => {
      const withCode = KNOWN_ERRORS.filter(({ codes }) => codesOf(codes).includes(code))
      const message = ERROR_BODIES.find(([wanted]) => wanted === code)?.[1] ?? ''
      const found = findKnownError({ code: code.toUpperCase(), message }, KNOWN_ERRORS)
      const isTold = withCode.some(({ text }) => text === undefined) || message !== ''
      expect(found === undefined).toBe(!isTold)
      if (found !== undefined) expect(withCode).toContain(found)
    }
  )

  it.each(ERROR_BODIES)(
    '%s: a failure with it has the advice, and no blank in it',
    (code, message, source) => {
      expect(source).toMatch(/^https:\/\/(?:github\.com|learn\.microsoft\.com)\//)
      const response = createAnswer(400, {
        error: { code: 'DeploymentFailed', message: 'd', details: [{ code, message }] }
      })
      const error = readError(response)
      if (error === undefined) throw new Error('no error')
      const advice = adviseOn(createOutcome({ status: 'Failed', error, response }), KNOWN_ERRORS)
      expect(advice?.meaning).toBe(findKnownError({ code, message }, KNOWN_ERRORS)?.meaning)
      expect(advice?.text).not.toMatch(/[{|}]/)
    }
  )

  it.each(KNOWN_ERRORS.flatMap(({ text }) => (text === undefined ? [] : [[text] as const])))(
    'the pattern %s is linear',
    (text) => {
      for (const hostile of listHostileTexts(text.source)) {
        expect(measureGrowth((long) => void text.test(long), hostile).isLinear).toBe(true)
      }
    }
  )
})
