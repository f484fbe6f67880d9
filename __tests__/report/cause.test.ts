/**
 * What failed and why, and what is told with it.
 */
import { describe, expect, it } from 'vitest'
import { createError, createFailedOutcome, createOutcome } from '../../__fixtures__/outcomes.ts'
import type { JsonObject } from '../../src/http/message.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { describeFailures, tellOthers } from '../../src/report/cause.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const describeCause = (outcome: Outcome) => describeFailures(outcome)?.groups[0]?.cause
const describeError = (error: OperationError) =>
  describeFailures(createOutcome({ status: 'Failed', error }))

const withInfo = (type: string, info: JsonObject): OperationError => ({
  ...createError('X', 'x'),
  additionalInfo: [{ type, info }]
})

describe('describeCause', () => {
  it('finds the cause below the wrappers, with its resource and policy', () => {
    expect(describeCause(createFailedOutcome())).toEqual({
      code: 'RequestDisallowedByPolicy',
      message: "Resource 'shopstore' was disallowed by policy. Reasons: 'Use HTTPS only.'.",
      excerpt: "Resource 'shopstore' was disallowed by policy. Reasons: 'Use HTTPS only.'.",
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
      'the nearest code above when the cause has none',
      createError('DeploymentFailed', 'd', createError('BadRequest', 'b', createError('', 'real'))),
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
    expect(describeCause(outcome)).toEqual({ code: '', message, excerpt: message, policies: [] })
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

const SITE = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Web/sites/a'
const DEPLOYMENT = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Resources/deployments/web'
const at = (target: string, error: OperationError): OperationError => ({ ...error, target })

describe('what an error is about', () => {
  // https://github.com/Azure/azure-powershell/issues/8367: API Management calls the faulty field its target.
  it('is the resource by its ID, and a field beside it', () => {
    const field = at('representation', createError('ValidationError', 'Not valid.'))
    const error = createError('DeploymentFailed', 'd', at(SITE, createError('Conflict', '', field)))
    expect(describeError(error)?.groups[0]?.cause).toMatchObject({
      resource: SITE,
      type: 'Microsoft.Web/sites',
      target: 'representation'
    })
  })

  it('is not the deployment in which it failed, but one that failed itself', () => {
    const cause = createError('X', 'x')
    const outer = describeError(at(DEPLOYMENT, createError('DeploymentFailed', 'd', cause)))
    expect(outer?.groups[0]?.cause).not.toHaveProperty('resource')
    const inner = createError(
      'DeploymentFailed',
      'd',
      at(DEPLOYMENT, createError('Conflict', '', cause))
    )
    expect(describeError(inner)?.groups[0]?.cause.resource).toBe(DEPLOYMENT)
    expect(describeError(at(DEPLOYMENT, cause))?.groups[0]?.cause.resource).toBe(DEPLOYMENT)
  })

  it('takes no fact of another error', () => {
    const other = {
      ...createError('Y', 'y'),
      additionalInfo: [
        { type: 'PolicyViolation', info: { policyAssignmentName: 'p' } },
        { type: 'TemplateViolation', info: { lineNumber: 7 } }
      ]
    }
    const groups = describeError(
      createError('DeploymentFailed', 'd', createError('X', 'x'), other)
    )?.groups
    expect(groups?.map(({ cause: { code, policies, place } }) => [code, policies, place])).toEqual([
      ['X', [], undefined],
      ['Y', ['p'], 'line 7']
    ])
  })

  it('is in the template where the error above it says so, which is about nothing else', () => {
    const error = {
      ...withInfo('TemplateViolation', { lineNumber: 3 }),
      code: 'InvalidTemplateDeployment'
    }
    const whole = { ...error, details: [createError('X', 'x')] }
    expect(describeError(whole)?.groups[0]?.cause.place).toBe('line 3')
  })
})

describe('several failures', () => {
  const disallowed = (name: string) =>
    at(
      name,
      createError('RequestDisallowedByPolicy', `Resource '${name}' was disallowed by policy.`)
    )
  const failed = (...details: OperationError[]) =>
    describeError(createError('DeploymentFailed', 'At least one.', ...details))
  const tell = (...details: OperationError[]) => {
    const failures = failed(...details)
    return failures && tellOthers(failures)
  }
  const busy = createError('Conflict', 'Busy.')

  it.each<[string, OperationError[], string | undefined]>([
    ['one', [createError('A', 'a')], undefined],
    [
      'three',
      [createError('A', 'a'), createError('B', 'b'), createError('C', 'c')],
      'And 2 more: B; C.'
    ],
    [
      'equal ones with what failed',
      [disallowed('nsg-a'), disallowed('nsg-b'), createError('B', 'b'), disallowed('nsg-c')],
      'And 3 more: 2 × RequestDisallowedByPolicy (nsg-b, nsg-c); B.'
    ],
    ['equal ones without a name', [createError('A', 'a'), createError('A', 'a')], 'And 1 more: A.'],
    [
      'those that say nothing of why',
      [createError('A', 'a'), createError('DeploymentFailed', 'd')],
      undefined
    ],
    [
      'those of which nothing but the resource is known',
      [createError('A', 'a'), at(SITE, createError('ResourceDeploymentFailure', 'r'))],
      'And 1 more: r (a).'
    ],
    [
      'a resource once, by its ID and by its name',
      [at(SITE, createError('A', 'a')), at('a', createError('A', 'a')), createError('A', 'a')],
      undefined
    ],
    [
      'a resource once, with its error and with that of a wrapper',
      [at(SITE, createError('A', 'a')), at(SITE, createError('ResourceDeploymentFailure', 'r'))],
      undefined
    ],
    [
      'other words under a plain code apart',
      [busy, createError('Conflict', 'Taken.')],
      'And 1 more: Taken.'
    ],
    [
      'words without a code',
      [createError('', 'Busy.'), createError('', 'Taken.')],
      'And 1 more: Taken.'
    ],
    [
      'eleven kinds, and the rest counted',
      Array.from({ length: 14 }, (_, index) => createError(`E${'x'.repeat(index)}`, 'e')),
      `And 13 more: ${Array.from({ length: 10 }, (_, index) => `E${'x'.repeat(index + 1)}`).join('; ')}; 3 others.`
    ]
  ])('tells %s', (_name, details, sentence) => {
    expect(tell(...details)).toBe(sentence)
  })

  it('counts those of equal cause, and names five', () => {
    const failures = failed(...Array.from({ length: 45 }, (_, index) => disallowed(`vm-${index}`)))
    expect(failures).toMatchObject({ count: 45, leftOut: 0, groups: [{ count: 45 }] })
    expect(failures && tellOthers(failures)).toBe(
      'And 44 more: 44 × RequestDisallowedByPolicy (vm-1, vm-2, vm-3, vm-4, vm-5, 39 more).'
    )
  })

  it('says how many are not read', () => {
    const leftOut = [{ type: 'LeftOut', info: { errors: 50 } }]
    const root = { ...createError('F', '', createError('A', 'a')), additionalInfo: leftOut }
    const failures = describeError(root)
    expect(failures).toMatchObject({ count: 1, leftOut: 50 })
    expect(failures && tellOthers(failures)).toBe('And 50 more: too many to be read.')
  })
})
