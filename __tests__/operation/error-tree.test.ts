/**
 * Which errors of a tree say why.
 */
import { describe, expect, it } from 'vitest'
import {
  findCauseCode,
  findCauses,
  findErrorCode,
  findRootCause,
  flattenErrors,
  type OperationError
} from '../../src/operation/error.ts'

function node(code: string, message: string, ...details: OperationError[]): OperationError {
  return { code, message, details, additionalInfo: [] }
}

describe('findRootCause', () => {
  it.each<[name: string, OperationError, OperationError]>([
    ['a single error', node('X', 'x'), node('X', 'x')],
    [
      'the deepest one below the wrappers',
      node(
        'DeploymentFailed',
        'd',
        node('Conflict', 'c', node('ResourceDeploymentFailure', 'r', node('SkuNotAvailable', 's'))),
        node('Shallow', 'h')
      ),
      node('SkuNotAvailable', 's')
    ],
    [
      'the first of two at one depth',
      node('MultipleErrorsOccurred', 'm', node('A', 'a'), node('B', 'b')),
      node('A', 'a')
    ],
    [
      'what stands above a leaf that has only a code',
      node('DeploymentFailed', 'd', node('Bad', 'b', node('TooShort', ''))),
      node('Bad', 'b', node('TooShort', ''))
    ],
    [
      'what stands above a wrapper',
      node('PropertyChangeNotAllowed', 'p', node('BadRequest', 'generic')),
      node('PropertyChangeNotAllowed', 'p', node('BadRequest', 'generic'))
    ],
    [
      'a message without a code below wrappers',
      node('BadRequest', 'generic', node('', 'real')),
      node('', 'real')
    ],
    [
      'a wrapper with a message below wrappers',
      node('DeploymentFailed', 'd', node('Conflict', 'Being deleted.')),
      node('Conflict', 'Being deleted.')
    ],
    ['a wrapper alone, in any case', node('conflict', 'Busy.'), node('conflict', 'Busy.')],
    [
      'the root when no error says anything',
      node('DeploymentFailed', '', node('', ''), node('Conflict', '')),
      node('DeploymentFailed', '', node('', ''), node('Conflict', ''))
    ],
    ['a code without a word, below a wrapper', node('Conflict', '', node('Y', '')), node('Y', '')],
    [
      'words under a plain code, before the sentence of a wrapper deeper down',
      node(
        'DeploymentStackUpdateFailed',
        'u',
        node('DeploymentStackDeploymentFailed', 's', node('DeploymentFailed', 'd')),
        node('Conflict', 'The name is taken.')
      ),
      node('Conflict', 'The name is taken.')
    ],
    [
      // https://github.com/Azure/azure-quickstart-templates/issues/3558
      'words under a plain code, before those that every failed resource has',
      node(
        '',
        '',
        node(
          'Conflict',
          "The resource operation completed with terminal provisioning state 'Failed'."
        ),
        node('BadRequest', 'The name is too long.')
      ),
      node('BadRequest', 'The name is too long.')
    ],
    [
      'what details only repeat',
      node(
        'DeploymentFailed',
        'd',
        node('Conflict', 'Taken.', node('', 'Taken.'), node('Conflict', ''))
      ),
      node('Conflict', 'Taken.', node('', 'Taken.'), node('Conflict', ''))
    ],
    [
      // https://github.com/microsoft/mwt-ds/issues/8
      'the deepest sentence where there are only wrappers',
      node(
        'ResourceDeploymentFailure',
        'r',
        node('DeploymentFailed', 'd', node('Conflict', '', node('ResourceDeploymentFailure', 'r')))
      ),
      node('ResourceDeploymentFailure', 'r')
    ],
    [
      'never a time-out beside another error, however deep',
      node(
        'DeploymentFailed',
        'd',
        node('ResourceDeploymentFailure', 'r', node('GatewayTimeout', 'g')),
        node('Conflict', 'c')
      ),
      node('Conflict', 'c')
    ],
    [
      'a time-out where it is all there is',
      node('DeploymentFailed', 'd', node('OperationTimedOut', 'o')),
      node('OperationTimedOut', 'o')
    ],
    [
      'the root when the leaves only repeat it',
      node('Conflict', 'Busy.', node('', 'Busy.'), node('Conflict', '')),
      node('Conflict', 'Busy.', node('', 'Busy.'), node('Conflict', ''))
    ]
  ])('is %s', (_name, error, cause) => {
    expect(findRootCause(error)).toEqual(cause)
  })
})

describe('findCauses', () => {
  const codesOf = (error: OperationError) =>
    findCauses(error).map((cause) => cause.error.code || cause.error.message)

  it('finds one for each failure, the best first', () => {
    const error = node(
      'DeploymentFailed',
      'd',
      node('Conflict', 'c'),
      node('GatewayTimeout', 'g'),
      node('ResourceDeploymentFailure', 'r', node('A', 'a', node('', 'more of a')), node('B', 'b')),
      node('C', 'c')
    )
    expect(codesOf(error)).toEqual(['A', 'B', 'C', 'Conflict', 'GatewayTimeout'])
  })

  it('gives each the errors that are about it alone', () => {
    const one = node('Conflict', 'c', node('X', 'x', node('', 'more')))
    const other = node('Y', 'y')
    const [first] = findCauses(node('DeploymentFailed', 'd', one, other))
    expect(first?.about.map(({ code, message }) => code || message)).toEqual([
      'X',
      'more',
      'Conflict'
    ])
    expect(first?.above.map(({ code }) => code)).toEqual(['DeploymentFailed', 'Conflict'])
  })

  it('finds none where nothing is said', () => {
    expect(findCauses(node('Conflict', '', node('', '')))).toEqual([])
  })
})

describe('findCauseCode', () => {
  it.each<[name: string, OperationError, string]>([
    ['is the root cause’s', node('DeploymentFailed', 'd', node('X', 'x')), 'X'],
    [
      'is the nearest above words without a code',
      node('A', '', node('Conflict', 'c', node('', 'why'))),
      'Conflict'
    ],
    [
      'is the first in the tree when nothing is said',
      node('', '', node('Conflict', '')),
      'Conflict'
    ],
    ['is empty when there is none', node('', 'm'), '']
  ])('%s', (_name, error, code) => {
    expect(findCauseCode(error)).toBe(code)
  })
})

describe('findErrorCode', () => {
  it.each<[name: string, OperationError, string]>([
    [
      'is the root’s, wrapper or not',
      node('DeploymentFailed', 'd', node('X', 'x')),
      'DeploymentFailed'
    ],
    [
      'is the root cause’s when the root has none',
      node('', '', node('Conflict', 'c'), node('X', 'x')),
      'X'
    ],
    [
      'is the first in the tree when the cause has none',
      node('', 'm', node('', 'n', node('X', ''))),
      'X'
    ],
    ['is empty when there is none', node('', 'm'), '']
  ])('%s', (_name, error, code) => {
    expect(findErrorCode(error)).toBe(code)
  })
})

describe('flattenErrors', () => {
  it('lists the tree in reading order, without leaves that repeat what stands above', () => {
    const error = node('A', 'a', node('', 'a'), node('B', 'b', node('A', '')), node('C', ''))
    expect(flattenErrors(error).map(({ depth, error: { code } }) => [depth, code])).toEqual([
      [0, 'A'],
      [1, 'B'],
      [1, 'C']
    ])
  })

  it('keeps a leaf that repeats the text but carries more', () => {
    const more = { ...node('A', 'a'), additionalInfo: [{ type: 'T', info: {} }] }
    expect(flattenErrors(node('A', 'a', more))).toHaveLength(2)
  })
})
