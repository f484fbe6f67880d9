/**
 * The root cause and what is told with it.
 */
import { describe, expect, it } from 'vitest'
import { createError, createFailedOutcome, createOutcome } from '../../__fixtures__/outcomes.ts'
import type { JsonObject } from '../../src/http/message.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { describeCause, listPolicies } from '../../src/report/cause.ts'

const withInfo = (type: string, info: JsonObject): OperationError => ({
  ...createError('X', 'x'),
  additionalInfo: [{ type, info }]
})

describe('describeCause', () => {
  it('finds the cause below the wrappers, with its resource and policy', () => {
    expect(describeCause(createFailedOutcome())).toEqual({
      code: 'RequestDisallowedByPolicy',
      message: "Resource 'shopstore' was disallowed by policy. Reasons: 'Use HTTPS only.'.",
      target: 'shopstore',
      policies: ['Secure transfer']
    })
  })

  it('takes the target of the nearest error above', () => {
    const error = {
      ...createError('DeploymentFailed', 'd', createError('A', ''), createError('X', 'x')),
      target: '/vm'
    }
    expect(describeCause(createOutcome({ status: 'Failed', error }))).toMatchObject({
      code: 'X',
      target: '/vm'
    })
  })

  it.each([
    ['/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/a', 'Microsoft.Web/sites'],
    ['/subscriptions/1/providers/A.B/c/d/providers/E.F/g/h/i/j', 'E.F/g/i'],
    ['shopstore', undefined],
    ['/subscriptions/1/resourceGroups/g', undefined]
  ])('reads the type of the resource %s', (target, type) => {
    const error = { ...createError('X', 'x'), target }
    expect(describeCause(createOutcome({ status: 'Failed', error }))?.type).toBe(type)
  })

  it.each([
    [
      'the root’s code when the cause has none',
      createError('BadRequest', 'b', createError('', 'real')),
      'BadRequest',
      'real'
    ],
    ['no message', createError('X', ''), 'X', 'The service gave no message.']
  ])('with %s', (_name, error, code, message) => {
    expect(describeCause(createOutcome({ status: 'Failed', error }))).toMatchObject({
      code,
      message
    })
  })

  it.each([
    [
      'our reason',
      createOutcome({ status: 'Unknown', reason: 'Azure answered 403.' }),
      'Azure answered 403.'
    ],
    ['that there is none', createOutcome({ status: 'Failed' }), 'Azure gave no error.']
  ])('without an error, is %s', (_name, outcome, message) => {
    expect(describeCause(outcome)).toEqual({ code: '', message, policies: [] })
  })

  it('is nothing when there is nothing to say', () => {
    expect(describeCause(createOutcome())).toBeUndefined()
  })

  it.each<[JsonObject, string | undefined]>([
    [
      { lineNumber: 12, linePosition: 5, path: 'properties.template' },
      'line 12, position 5, properties.template'
    ],
    [{ lineNumber: 0, linePosition: 0, path: '' }, undefined],
    [{ lineNumber: 0, path: 'resources[0]' }, 'resources[0]'],
    [{ lineNumber: 7 }, 'line 7']
  ])('says where in the template: %j', (info, place) => {
    const error = withInfo('TemplateViolation', info)
    expect(describeCause(createOutcome({ status: 'Failed', error }))?.place).toBe(place)
  })
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
    expect(listPolicies(error)).toEqual(names)
  })
})
