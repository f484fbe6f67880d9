/**
 * The names that `masked-outputs` has: one that no output bears is a slip, and said to be where that is known.
 */
import { describe, expect, it } from 'vitest'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { readInputs } from '../../__fixtures__/inputs.ts'
import { createOutcome, type OutcomeOverrides } from '../../__fixtures__/outcomes.ts'
import type { ArmRequest } from '../../src/http/message.ts'
import { evaluateResults } from '../../src/run/results.ts'

const PROVIDERS = 'https://management.azure.com/subscriptions/1/resourceGroups/shop/providers'
const DEPLOYMENT = `${PROVIDERS}/Microsoft.Resources/deployments/web?api-version=2025-04-01`
const put = (url: string): ArmRequest => ({ method: 'PUT', url })
const addition = (templateOutputs: readonly string[]) => ({
  outputs: [],
  summary: [],
  templateOutputs
})

describe('masked-outputs', () => {
  it.each<[string, OutcomeOverrides, readonly string[]]>([
    ['outputs of the template', { addition: addition(['Key', 'other', 'URL']) }, []],
    ['none of them', { addition: addition(['other']) }, ['key', 'url']],
    ['what a failed deployment might have had', { status: 'Failed' }, []],
    ['what could not be read', { isResultMissing: true }, []],
    [
      'none of a resource that is no deployment',
      { request: put(`${PROVIDERS}/Microsoft.Web/sites/app?api-version=1`) },
      ['key', 'url']
    ]
  ])('that name %s', async (_what, overrides, unknown) => {
    const inputs = await readInputs({
      method: 'PUT',
      url: DEPLOYMENT,
      outputs: 'id: id',
      'masked-outputs': 'ID\nkey\nurl',
      token: 'opaque-token'
    })
    const outcome = createOutcome({ request: put(DEPLOYMENT), ...overrides })
    const { warnings } = await evaluateResults(toSpec(inputs), outcome)
    const told = warnings.filter((warning) => warning.includes('masked-outputs'))
    expect(told).toEqual(
      unknown.length === 0
        ? []
        : [
            `Input masked-outputs names ${unknown.join(', ')}, but there is no output with that name`
          ]
    )
  })
})
