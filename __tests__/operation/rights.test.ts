/** Which right a refused poll lacks. */
import { describe, expect, it } from 'vitest'
import { ORIGIN, refusal } from '../../__fixtures__/conversation.ts'
import { readError } from '../../src/operation/error.ts'
import { describeMissingRight } from '../../src/operation/rights.ts'

const SUBSCRIPTION = '/subscriptions/1'

describe('describeMissingRight', () => {
  it('is what the service named', () => {
    const message =
      "The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.Compute/locations/operations/read' over scope '/subscriptions/1' or the scope is invalid."
    const error = { code: 'AuthorizationFailed', message, details: [], additionalInfo: [] }
    expect(describeMissingRight(error, `${ORIGIN}/x`)).toBe(
      'the action Microsoft.Compute/locations/operations/read is missing at /subscriptions/1'
    )
  })

  // The operations of resource providers: https://learn.microsoft.com/azure/role-based-access-control/permissions-reference
  it.each([
    [
      `${SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/operations/7`,
      'Microsoft.Compute/locations/operations/read'
    ],
    [
      `${SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Cache/redis/c`,
      'Microsoft.Cache/redis/read'
    ],
    [
      `${SUBSCRIPTION}/operationresults/abc`,
      'Microsoft.Resources/subscriptions/operationresults/read'
    ],
    [`${SUBSCRIPTION}/resourceGroups/g/providers/A.B/c/d/providers/E.F/g/h`, 'E.F/g/read']
  ])('else is the right to read %s', (path, action) => {
    const error = readError(refusal(403, 'Forbidden'))
    expect(describeMissingRight(error, `${ORIGIN}${path}?api-version=1`)).toBe(
      `the action ${action} is missing`
    )
  })

  it('is nothing in particular where the path names nothing', () => {
    expect(describeMissingRight(undefined, `${ORIGIN}/`)).toBe('the right to read it is missing')
  })
})
