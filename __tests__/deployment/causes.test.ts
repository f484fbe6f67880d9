/**
 * The causes of a failed deployment, from its operations.
 */
import { describe, expect, it } from 'vitest'
import { createError } from '../../__fixtures__/outcomes.ts'
import {
  mergeCauses,
  type OperationTree,
  readOperationFailure
} from '../../src/deployment/causes.ts'
import type { DeploymentOperation } from '../../src/deployment/operations.ts'
import type { JsonValue } from '../../src/http/message.ts'
import { findRootCause, flattenErrors } from '../../src/operation/error.ts'

const GROUP = '/subscriptions/1/resourceGroups/shop/providers'
const NESTED = `${GROUP}/Microsoft.Resources/deployments/network`
const ADDRESS = `${GROUP}/Microsoft.Network/publicIPAddresses/door`

function fail(
  id: string,
  statusMessage?: JsonValue,
  more: Partial<DeploymentOperation> = {}
): DeploymentOperation {
  const name = id.split('/').at(-1) ?? ''
  const isDeployment = id === NESTED
  const target = { id, type: 'x', name, isDeployment }
  const message = statusMessage === undefined ? {} : { statusMessage }
  return { key: id, state: 'failed', isRead: false, target, ...message, ...more }
}

const tree = (
  operations: readonly DeploymentOperation[],
  nested: Readonly<Record<string, readonly DeploymentOperation[]>> = {}
): OperationTree => ({
  operations,
  findNested: (id) => (nested[id] === undefined ? undefined : tree(nested[id], nested))
})

const ROOT = createError('DeploymentFailed', 'At least one resource deployment operation failed.')
const QUOTA = { error: { code: 'QuotaExceeded', message: 'No cores left.' } }

const tell = (error: ReturnType<typeof mergeCauses>) =>
  error === undefined
    ? []
    : flattenErrors(error).map(
        ({ depth, error: { code, message, target } }) =>
          `${depth} ${code}: ${message} (${target ?? '-'})`
      )

describe('mergeCauses', () => {
  it('puts the failed resource, by its id, below the error of the deployment', () => {
    const merged = mergeCauses(ROOT, tree([fail(ADDRESS, QUOTA)]))
    expect(tell(merged)).toEqual([
      '0 DeploymentFailed: At least one resource deployment operation failed. (-)',
      `1 QuotaExceeded: No cores left. (${ADDRESS})`
    ])
  })

  // https://github.com/Azure/azure-cli/issues/19213
  it.each<[string, JsonValue]>([
    ['an object', QUOTA],
    ['JSON in a string', JSON.stringify(QUOTA)],
    ['JSON in the string of a message', { error: { message: JSON.stringify(QUOTA) } }],
    ['an operation with its status', { status: 'Failed', ...QUOTA }]
  ])('reads a status message that is %s', (_what, statusMessage) => {
    const merged = mergeCauses(ROOT, tree([fail(ADDRESS, statusMessage)])) ?? ROOT
    expect(findRootCause(merged)).toMatchObject({ code: 'QuotaExceeded' })
  })

  it('goes down into a nested deployment, whose own word is worth less', () => {
    const outer = fail(NESTED, {
      error: { code: 'DeploymentFailed', message: 'See the operations.' }
    })
    const merged = mergeCauses(ROOT, tree([outer], { [NESTED]: [fail(ADDRESS, QUOTA)] }))
    expect(tell(merged)).toEqual([
      '0 DeploymentFailed: At least one resource deployment operation failed. (-)',
      `1 DeploymentFailed: See the operations. (${NESTED})`,
      `2 QuotaExceeded: No cores left. (${ADDRESS})`
    ])
  })

  it('keeps what the parent quotes of a nested deployment whose list is not there', () => {
    const quoted = { error: { code: 'DeploymentFailed', message: 'See.', details: [QUOTA.error] } }
    for (const nested of [{}, { [NESTED]: [] }]) {
      const merged = mergeCauses(ROOT, tree([fail(NESTED, quoted)], nested)) ?? ROOT
      expect(findRootCause(merged)).toMatchObject({ code: 'QuotaExceeded' })
    }
  })

  it('keeps what only the deployment knows', () => {
    const own = {
      ...ROOT,
      details: [createError('OutputFailed', 'The output cannot be evaluated.')]
    }
    const merged = mergeCauses(own, tree([fail(ADDRESS, QUOTA)]))
    expect(tell(merged).map((line) => line.split(':')[0])).toEqual([
      '0 DeploymentFailed',
      '1 QuotaExceeded',
      '1 OutputFailed'
    ])
  })

  it('tells nothing twice that the deployment and its operations both know', () => {
    const own = { ...ROOT, details: [createError('QuotaExceeded', 'No cores left.')] }
    expect(tell(mergeCauses(own, tree([fail(ADDRESS, QUOTA)])))).toHaveLength(2)
  })

  it('makes an error of its own where the deployment has none', () => {
    const merged = mergeCauses(undefined, tree([fail(ADDRESS, QUOTA)]))
    expect(merged?.code).toBe('DeploymentFailed')
  })

  it('leaves the error as it is when no operation has failed', () => {
    const ended: DeploymentOperation = { key: 'a', state: 'succeeded', isRead: false }
    expect(mergeCauses(ROOT, tree([ended]))).toBe(ROOT)
    expect(mergeCauses(undefined, tree([]))).toBeUndefined()
  })

  it('names what failed without a word why', () => {
    const silent = mergeCauses(ROOT, tree([fail(ADDRESS)]))
    expect(tell(silent)[1]).toBe(`1 : The deployment of door failed. (${ADDRESS})`)
    const coded = mergeCauses(ROOT, tree([fail(ADDRESS, undefined, { statusCode: 'Conflict' })]))
    expect(tell(coded)[1]).toContain('1 Conflict: The deployment of door failed.')
    const { target: _target, ...own } = fail(ADDRESS, undefined)
    expect(tell(mergeCauses(ROOT, tree([own])))[1]).toBe(
      '1 : The deployment of a resource failed. (-)'
    )
  })

  it('goes neither round in a circle nor on for ever', () => {
    const circle = { [NESTED]: [fail(NESTED, QUOTA)] }
    expect(tell(mergeCauses(ROOT, tree([fail(NESTED, QUOTA)], circle))).length).toBeLessThan(15)
    const many = Array.from({ length: 500 }, (_, index) => fail(`/a/b/${index}`, QUOTA))
    const merged = mergeCauses(ROOT, tree(many)) ?? ROOT
    expect(merged.details).toHaveLength(200)
    expect(merged.additionalInfo).toEqual([{ type: 'LeftOut', info: { errors: 300 } }])
  })

  it('puts what failed first before the others, by the first failure in a nested deployment', () => {
    const at = (changedAtMs: number, code: string, id = `/a/${code}`) =>
      fail(id, { error: { code, message: 'm' } }, { changedAtMs })
    const nested = { [NESTED]: [at(5, 'Inner')] }
    const merged = mergeCauses(
      ROOT,
      tree([at(9, 'Late'), at(8, 'Outer', NESTED), at(7, 'Mid')], nested)
    )
    expect(tell(merged).map((line) => line.split(':')[0])).toEqual([
      '0 DeploymentFailed',
      '1 Outer',
      '2 Inner',
      '1 Mid',
      '1 Late'
    ])
  })

  it('keeps of the deployment only what its operations do not say', () => {
    const own = {
      ...ROOT,
      details: [
        createError('Conflict', '', createError('QuotaExceeded', 'No cores left.')),
        createError('OutputFailed', 'The output cannot be evaluated.')
      ]
    }
    const merged = mergeCauses(own, tree([fail(ADDRESS, QUOTA)]))
    expect(merged?.details.map(({ code }) => code)).toEqual(['QuotaExceeded', 'OutputFailed'])
  })
})

describe('readOperationFailure', () => {
  it.each<[JsonValue | undefined, string | undefined, string | undefined]>([
    [QUOTA, 'Conflict', 'QuotaExceeded: No cores left.'],
    ['No room.', undefined, 'No room.'],
    [undefined, 'Conflict', 'Conflict'],
    [undefined, undefined, undefined]
  ])('of %j and %j is %j', (statusMessage, statusCode, failure) => {
    const code = statusCode === undefined ? {} : { statusCode }
    expect(readOperationFailure(fail(ADDRESS, statusMessage, code))).toBe(failure)
  })
})
