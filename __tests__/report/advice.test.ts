/**
 * One line of advice for each error people meet. The messages are as Azure writes them.
 */
import { describe, expect, it } from 'vitest'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome,
  OUTCOMES,
  WORDS_OF_FAILURE
} from '../../__fixtures__/outcomes.ts'
import type { OperationError } from '../../src/operation/error.ts'
import { adviseOn as adviseFully } from '../../src/report/advice.ts'
import { KNOWN_ERRORS } from '../../src/report/known-errors.ts'
import { type Outcome, statusOf } from '../../src/run/outcome.ts'

const adviseOn = (outcome: Outcome) => adviseFully(outcome, KNOWN_ERRORS)?.text

const adviseOnError = (error: OperationError, status = 409) =>
  adviseOn(createOutcome({ status: 'Failed', error, response: createAnswer(status, {}) }))

describe('adviseOn a code', () => {
  it.each([
    [
      'AuthorizationFailed',
      "The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/write' over scope '/subscriptions/1/resourceGroups/shop' or the scope is invalid.",
      'a role with the action Microsoft.Storage/storageAccounts/write at the scope /subscriptions/1/resourceGroups/shop ('
    ],
    [
      'LinkedAuthorizationFailed',
      "The client has permission to perform action 'Microsoft.Compute/virtualMachines/write' on scope '/vm'; however, it does not have permission to perform action(s) 'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '/subnet' (respectively).",
      'the action Microsoft.Network/virtualNetworks/subnets/join/action at the scope /subnet ('
    ],
    ['AuthorizationFailed', 'No.', 'a role with this right at this scope'],
    [
      'MissingSubscriptionRegistration',
      "The subscription is not registered to use namespace 'Microsoft.App'. See https://aka.ms/rps-not-found for how to register subscriptions.",
      'az provider register --namespace Microsoft.App'
    ],
    [
      'MissingSubscriptionRegistration',
      "not registered to use namespace 'x; rm -rf /'",
      'az provider register --namespace <namespace>'
    ],
    [
      'NoRegisteredProviderFound',
      "No registered resource provider found for location 'westeurope' and API version '2019-01-01' for type 'x'. The supported api-versions are '2023-01-01, 2024-06-01, 2024-09-01-preview'.",
      'newest: 2024-06-01'
    ],
    [
      'InvalidApiVersionParameter',
      "The api-version '2019-13-01' is invalid.",
      'use an api-version of that type'
    ],
    [
      'ScopeLocked',
      "The scope '/a' cannot perform delete operation because following scope(s) are locked: '/subscriptions/1/resourceGroups/shop'. Please remove the lock and try again.",
      'Remove the lock on resourceGroups shop first'
    ],
    ['ScopeLocked', 'Locked.', 'Remove the lock first'],
    ['RequestDisallowedByPolicy', 'No.', 'Change what the policy forbids'],
    ['DeploymentActive', 'Still active.', 'Wait for it, cancel it'],
    ['QuotaExceeded', 'q', 'quota'],
    ['OperationNotAllowed', 'exceeding approved Total Regional Cores quota', 'quota'],
    ['SkuNotAvailable', 's', 'az vm list-skus'],
    ['AllocationFailed', 'a', 'choose another size, zone or region'],
    ['ResourceGroupNotFound', 'r', 'Create it first'],
    ['SubscriptionNotFound', 's', 'Check the subscription ID'],
    ['ResourceNotFound', 'r', 'Check the names'],
    ['NotFound', 'r', 'Check the names'],
    ['ExpiredAuthenticationToken', 't', 'Sign in with client-id'],
    ['InvalidAuthenticationTokenTenant', 't', 'tenant-id'],
    ['InvalidAuthenticationToken', 't', 'tenant-id'],
    ['TooManyRequests', 't', 'fewer requests'],
    ['AnotherOperationInProgress', 'a', 'Wait until it ends'],
    ['InvalidTemplate', 't', 'Correct them where'],
    ['StorageAccountAlreadyTaken', 's', 'Choose another name'],
    [
      'InvalidTemplateDeployment',
      "Deployment failed with multiple errors: 'Authorization failed for template resource 'r' of type 'Microsoft.Authorization/roleAssignments'. The client 'c' does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' at scope '/subscriptions/1/r'.'",
      'the action Microsoft.Authorization/roleAssignments/write at the scope /subscriptions/1/r ('
    ],
    ['requestdisallowedbypolicy', 'any case', 'Change what the policy forbids']
  ])('%s: %s', (code, message, advice) => {
    expect(adviseOnError(createError(code, message))).toContain(advice)
  })

  it.each([
    [
      'a code that means too many things',
      'OperationNotAllowed',
      'There is an active shared access signature.'
    ],
    ['a code that nobody knows', 'Odd', 'exceeding approved quota'],
    ['a wrapper', 'InvalidTemplateDeployment', 'See inner errors.'],
    ['the name of a status', 'BadRequest', 'No.']
  ])('has none for %s', (_name, code, message) => {
    expect(adviseOnError(createError(code, message))).toBeUndefined()
  })

  it('names the policies', () => {
    expect(adviseOn(createFailedOutcome())).toContain('Change what the policy forbids')
  })

  it('is about the root cause, and neither a wrapper nor another failure', () => {
    const known = createError('SkuNotAvailable', 's')
    const odd = createError('Odd', 'o')
    expect(adviseOnError(createError('DeploymentActive', 'd', known))).toContain('list-skus')
    expect(adviseOnError(createError('DeploymentActive', '', odd))).toBeUndefined()
    expect(adviseOnError(createError('DeploymentFailed', 'd', odd, known))).toBeUndefined()
    expect(
      adviseOnError(createError('InvalidTemplate', '', createError('BadRequest', 'b')))
    ).toBeUndefined()
  })

  it('comes with a meaning and a page', () => {
    const error = createError('SkuNotAvailable', 's')
    expect(adviseFully(createOutcome({ status: 'Failed', error }), KNOWN_ERRORS)).toMatchObject({
      meaning: expect.stringContaining('not offered'),
      link: expect.stringContaining('https://learn.microsoft.com/')
    })
    expect(adviseFully(createOutcome({ status: 'Failed', error }))).toBeUndefined()
  })
})

describe('adviseOn an error without a rule', () => {
  const recommend = (recommendedAction: string | string[]): OperationError => ({
    ...createError('BMSUserError', 'b'),
    additionalInfo: [{ type: 'Recommendation', info: { recommendedAction } }]
  })

  it.each([
    ['what the service recommends', recommend('Unlock the vault.'), 409, 'Unlock the vault.'],
    ['the first of its recommendations', recommend(['Unlock it.', 'Wait.']), 409, 'Unlock it.'],
    [
      'nothing for a code that nobody knows, whatever the status',
      createError('Odd', 'o'),
      403,
      undefined
    ],
    [
      'the status 401',
      createError('', 'o'),
      401,
      'Check how the step signs in: Azure did not accept its token.'
    ],
    [
      'the status 403',
      createError('Forbidden', 'o'),
      403,
      'Give the identity that signs in a role with this right at this scope.'
    ],
    [
      'the page of a proxy',
      createError('NotAnsweredByAzure', 'A proxy answered.'),
      403,
      'Let the proxy or firewall pass on what goes to the host of Azure Resource Manager; HTTPS_PROXY and NO_PROXY choose the way.'
    ],
    [
      'the status 429',
      createError('', 'o'),
      429,
      'Azure is throttling: run fewer requests at once, or run it again after a few minutes.'
    ],
    ['a code that says enough', createError('Odd', 'o'), 409, undefined],
    [
      'no code at all',
      createError('', 'o'),
      500,
      'Look for the correlation ID in the activity log of the subscription.'
    ]
  ])('follows %s', (_name, error, status, advice) => {
    expect(adviseOnError(error, status)).toBe(advice)
  })

  // https://github.com/Azure/azure-sdk-for-js/issues/23298: a container app refuses a change while another one runs.
  describe('of a request that was refused for the moment, perhaps,', () => {
    const refused = (error: OperationError | undefined, status: number, isRetried = false) => {
      const response = createAnswer(status, {})
      const outcome = createOutcome({
        status: 'Failed',
        accepted: response,
        response,
        isRetried
      })
      return adviseOn(error === undefined ? outcome : { ...outcome, error }) ?? ''
    }
    const busy = createError('AnotherOperationInProgress', 'a')

    it.each([
      [
        createError('ContainerAppOperationInProgress', 'busy'),
        409,
        'ContainerAppOperationInProgress'
      ],
      [createError('Conflict', 'c', busy), 409, 'AnotherOperationInProgress'],
      [createError('Odd code: "x"', 'o'), 409, '409'],
      [createError('', 'o'), 409, '409'],
      [undefined, 409, '409'],
      [undefined, 429, '429']
    ] as const)('gives the line that repeats %o (%i)', (error, status, line) => {
      expect(refused(error, status)).toContain(`"retry-on: ${line}"`)
      expect(refused(error, status, true)).not.toContain('retry-on')
    })

    it('says what else there is to do before it', () => {
      expect(refused(busy, 409)).toMatch(/^Wait until it ends.* If it passes with time, /)
    })

    it('does not say that somebody canceled what was refused without a word', () => {
      expect(refused(undefined, 404)).not.toMatch(/canceled/)
    })

    it.each([400, 403, 404, 412])('but not of a %i, which does not pass', (status) => {
      expect(refused(busy, status)).not.toContain('retry-on')
    })
  })

  it('calls a request that never left safe to repeat', () => {
    const outcome = createOutcome({ ending: { kind: 'not-sent', by: 'fault' } })
    expect(adviseOn(outcome)).toBe('Nothing was sent: run it again once the cause is fixed.')
  })

  it('points to the activity log when there is no error', () => {
    expect(adviseOn(createOutcome({ status: 'Failed' }))).toContain('activity log')
  })
})

describe('adviseOn a status', () => {
  it.each(OUTCOMES.map((outcome) => [statusOf(outcome.ending), adviseOn(outcome)] as const))(
    '%s',
    (status, advice) => {
      expect({ status, advice }).toMatchSnapshot()
    }
  )

  it.each(['TimedOut', 'Unknown', 'InProgress'] as const)(
    '%s never speaks of failure, even after an error',
    (status) => {
      const error = createError('AuthorizationFailed', 'failed')
      expect(adviseOn(createOutcome({ status, error }))).not.toMatch(WORDS_OF_FAILURE)
    }
  )
})
