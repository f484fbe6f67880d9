/**
 * Variables that the runner sets for every name under `with:`, right or wrong
 * (https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idstepswith), and that authors
 * set themselves under `env:`.
 */
import { describe, expect, it } from 'vitest'
import { INPUT_NAMES } from '../../src/contract.ts'
import { judgeUnknownInputs } from '../../src/inputs/unknown-inputs.ts'

const judge = (...variables: readonly string[]) => judgeUnknownInputs(variables, INPUT_NAMES)

describe('a name that is nearly an input', () => {
  it.each([
    ['INPUT_TIMEOT', 'timeout'],
    ['INPUT_TIMEOUTT', 'timeout'],
    ['INPUT_TMIEOUT', 'timeout'],
    ['INPUT_TIME-OUT', 'timeout'],
    ['INPUT_METOD', 'method'],
    ['INPUT_MTHD', 'method'],
    ['INPUT_API_VERSION', 'api-version'],
    ['INPUT_MASKED_OUTPUT', 'masked-outputs'],
    ['INPUT_WAIT_UNTIL_URL', 'wait-until-url'],
    ['INPUT_HEADER', 'headers'],
    ['INPUT_URI', 'url'],
    ['INPUT_BODYFILE', 'body-file'],
    ['INPUT_WAITS', 'wait']
  ])('is an error that names it: %s', (variable, meant) => {
    const { misspelt, warnings } = judge(variable)
    const name = variable.slice('INPUT_'.length).toLowerCase()
    expect(misspelt).toMatchObject([{ variable, meant }])
    expect(misspelt[0]?.fault.message).toBe(
      `Input ${name}: is not an input of this action; did you mean ${meant}?`
    )
    expect(warnings).toEqual([])
  })

  it('is each found', () => {
    expect(judge('INPUT_TIMOUT', 'INPUT_OTHER', 'INPUT_OUPUTS').misspelt).toMatchObject([
      { meant: 'timeout' },
      { meant: 'outputs' }
    ])
  })
})

describe('a name that is like no input', () => {
  it.each([
    'INPUT_VERSION',
    'INPUT_TAG_NAME',
    'INPUT_REF',
    'INPUT_MODE',
    'INPUT_ENV',
    'INPUT_DATA',
    'INPUT_USER',
    'INPUT_PATH',
    'INPUT_',
    `INPUT_${'X'.repeat(10_000)}`
  ])('is a warning: %.30s', (variable) => {
    expect(judge(variable)).toEqual({
      misspelt: [],
      warnings: [`Not inputs of this action, and not used: ${variable}.`]
    })
  })

  it('is one warning, of ten names at most', () => {
    const variables = Array.from({ length: 12 }, (_, index) => `INPUT_NUMBER_${index}`)
    expect(judge(...variables).warnings).toEqual([
      `Not inputs of this action, and not used: ${variables.slice(0, 10).join(', ')}, 2 more.`
    ])
  })
})
