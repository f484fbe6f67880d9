/**
 * What is told of a stack's resources, without the secrets in it.
 */
import { expect, it } from 'vitest'
import { createAnswer } from '../../__fixtures__/outcomes.ts'
import {
  listStackRecord,
  readStackRecord,
  renderStackRecord
} from '../../src/deployment/stack-record.ts'

it('hides a secret before an ID is taken apart at a slash in it', () => {
  const secret = 'Ab12/Cd34/Ef56'
  const id = `/subscriptions/s/resourceGroups/g/providers/A.B/things/${secret}`
  const error = { code: secret, message: 'no' }
  const properties = {
    deletedResources: [{ id }],
    detachedResources: [{ type: 'T@1', identifiers: { key: secret } }],
    failedResources: [{ id, error }]
  }
  const record = readStackRecord(createAnswer(200, { properties }), undefined)
  if (record === undefined) throw new Error('not read')
  const hide = (text: string) => text.replaceAll(secret, '***')
  const told = [...listStackRecord(record, hide), renderStackRecord(record, hide)].join('\n')
  expect(told).toContain('***')
  expect(told).not.toMatch(/Ab12|Cd34|Ef56/)
})
