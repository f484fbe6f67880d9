/**
 * The policies that an error names, and what they want.
 */
import { describe, expect, it } from 'vitest'
import { createError } from '../../__fixtures__/outcomes.ts'
import type { JsonObject, JsonValue } from '../../src/http/message.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { dropIdentifiers, listPolicies } from '../../src/report/policies.ts'

const withInfo = (type: string, info: JsonObject): OperationError => ({
  ...createError('X', 'x'),
  additionalInfo: [{ type, info }]
})

describe('listPolicies', () => {
  it.each<[string, OperationError, readonly string[]]>([
    [
      'the display name',
      withInfo('PolicyViolation', { policyAssignmentDisplayName: 'D', policyAssignmentName: 'n' }),
      ['D']
    ],
    [
      'the name',
      withInfo('policyViolation', { policyAssignmentDisplayName: ' ', policyAssignmentName: 'n' }),
      ['n']
    ],
    [
      'the definition next to it, where it has a name of its own',
      withInfo('PolicyViolation', {
        policyAssignmentName: 'n',
        policyDefinitionDisplayName: 'Storage needs HTTPS',
        policyDefinitionName: 'd'
      }),
      ['n (definition Storage needs HTTPS)']
    ],
    [
      'one name for both',
      withInfo('PolicyViolation', { policyAssignmentName: 'n', policyDefinitionName: 'n' }),
      ['n']
    ],
    [
      'definitions that the message quotes',
      createError(
        'RequestDisallowedByPolicy',
        `Policy identifiers: '[{"policyAssignment":{"name":"A","id":"/a"},"policyDefinition":{"name":"D","id":"/d"}}]'.`
      ),
      ['A (definition D)']
    ],
    [
      // https://github.com/Azure/azure-cli/issues/6075
      'the name in the ID, where there is nothing else',
      withInfo('PolicyViolation', { policyAssignmentId: '/providers/x/policyAssignments/a1' }),
      ['a1']
    ],
    ['the definition', withInfo('PolicyViolation', { policyDefinitionName: 'd' }), ['d']],
    ['nothing of other kinds', withInfo('ActivityId', { policyAssignmentName: 'n' }), []],
    ['nothing without a name', withInfo('PolicyViolation', {}), []],
    [
      'those that the message quotes, each once',
      createError(
        'RequestDisallowedByPolicy',
        `Policy identifiers: '[{"policyAssignment":{"name":"A","id":"/a"}},{"policyAssignment": {"name": "B"}},{"policyAssignment":{"name":"A"}}]'.`
      ),
      ['A', 'B']
    ]
  ])('takes %s', (_name, error, names) => {
    expect(listPolicies([error])).toEqual(names)
  })
})

describe('dropIdentifiers', () => {
  const quoted = `[{"policyAssignment":{"name":"It's A","id":"/a"}}`
  it.each([
    [`'x' was disallowed. Policy identifiers: '${quoted}]'.`, `'x' was disallowed.`],
    [`'x' was disallowed. Policy identifiers: '${quoted}]'. Ask.`, `'x' was disallowed. Ask.`],
    [`'x' was disallowed. Policy identifiers: '${quoted}`, `'x' was disallowed.`],
    ["No. Policy identifiers: '[{}]'.", "No. Policy identifiers: '[{}]'."],
    ['No.', 'No.']
  ])('leaves of %j what no other line tells', (message, told) => {
    expect(dropIdentifiers(message)).toBe(told)
  })
})

// https://learn.microsoft.com/azure/governance/policy/how-to/determine-non-compliance
describe('what a policy wants', () => {
  const tell = (...evaluatedExpressions: JsonValue[]) =>
    listPolicies([
      withInfo('PolicyViolation', {
        policyAssignmentName: 'p',
        evaluationDetails: { evaluatedExpressions }
      })
    ])
  const find = (operator: string, targetValue: JsonValue, more: JsonObject = {}) => ({
    result: 'True',
    expressionKind: 'Field',
    expression: 'location',
    path: 'location',
    expressionValue: 'westus',
    operator,
    targetValue,
    ...more
  })

  it.each<[string, JsonObject, string]>([
    [
      'a value of a list',
      find('NotIn', ['weu', 'neu']),
      'p: location is westus and must be one of weu, neu'
    ],
    ['none of a list', find('In', ['westus']), 'p: location is westus and must be none of westus'],
    [
      'what a denied condition says itself',
      find('In', ['weu'], { result: 'False' }),
      'p: location is westus and must be one of weu'
    ],
    ['another value', find('Equals', 'westus'), 'p: location is westus and must not be westus'],
    [
      'a field that is missing',
      find('Exists', 'false', { path: 'tags[env]', expressionValue: null }),
      'p: tags[env] is not set and must be set'
    ],
    ['no field', find('exists', true), 'p: location is westus and must not be set'],
    [
      'a flag',
      find('NotEquals', true, { path: 'properties.httpsOnly', expressionValue: false }),
      'p: properties.httpsOnly is false and must be true'
    ],
    [
      'less',
      find('Greater', 10, { expressionValue: 20 }),
      'p: location is 20 and must be at most 10'
    ],
    ['nothing it can name', find('Resembles', 'x'), 'p'],
    ['nothing of the type it is about', find('Equals', 'a/b', { path: 'type' }), 'p'],
    ['nothing of a value without a field', find('Equals', 'a', { expressionKind: 'Value' }), 'p']
  ])('is %s', (_name, expression, told) => {
    expect(tell(expression)).toEqual([told])
  })

  it('is one of several things, up to three', () => {
    const [told = ''] = tell(...Array(5).fill(find('Equals', 'a')), 'nonsense')
    expect(told.split(', or ')).toHaveLength(3)
  })

  it('names a long list in part', () => {
    expect(tell(find('NotIn', Array(20).fill('x')))[0]).toContain('x and 12 more')
  })
})
