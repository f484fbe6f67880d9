/**
 * The few fields of a body that the protocol depends on.
 */
import { describe, expect, it } from 'vitest'
import { empty, json, malformed, SOURCES, text } from '../../__fixtures__/conversation.ts'
import {
  hasContent,
  readField,
  readObject,
  readPercentComplete,
  readProvisioningState,
  readStatus,
  type StateField
} from '../../src/http/body.ts'
import type { HttpResponse } from '../../src/http/message.ts'

const ABSENT: StateField = { kind: 'absent' }
const MALFORMED: StateField = { kind: 'malformed' }
const word = (text: string): StateField => ({ kind: 'word', word: text })

interface Row {
  readonly rule: string
  readonly source: string
  readonly answer: HttpResponse
  readonly status: StateField
  readonly provisioningState: StateField
}

const ROWS: Row[] = [
  {
    rule: 'A2 status of an operation resource',
    source: SOURCES.contract,
    answer: json(200, { status: 'InProgress' }),
    status: word('InProgress'),
    provisioningState: ABSENT
  },
  {
    rule: 'A1 provisioning state inside properties',
    source: SOURCES.contract,
    answer: json(200, { properties: { provisioningState: 'Updating' } }),
    status: ABSENT,
    provisioningState: word('Updating')
  },
  {
    rule: 'A1 provisioning state at the top',
    source: SOURCES.contract,
    answer: json(200, { provisioningState: 'Updating' }),
    status: ABSENT,
    provisioningState: word('Updating')
  },
  {
    rule: 'A1 properties win over the top',
    source: SOURCES.contract,
    answer: json(200, {
      provisioningState: 'Failed',
      properties: { provisioningState: 'Succeeded' }
    }),
    status: ABSENT,
    provisioningState: word('Succeeded')
  },
  {
    rule: 'A1 a null inside properties is none, the top counts',
    source: SOURCES.contract,
    answer: json(200, { provisioningState: 'Failed', properties: { provisioningState: null } }),
    status: ABSENT,
    provisioningState: word('Failed')
  },
  {
    rule: 'Q13 names and words in any case, words trimmed',
    source: SOURCES.hashicorp,
    answer: json(200, { Status: ' succeeded ', Properties: { ProvisioningState: 'RUNNING' } }),
    status: word('succeeded'),
    provisioningState: word('RUNNING')
  },
  {
    rule: 'A1 the exact spelling wins over another case',
    source: SOURCES.contract,
    answer: json(200, { STATUS: 'Failed', status: 'Succeeded' }),
    status: word('Succeeded'),
    provisioningState: ABSENT
  },
  {
    rule: 'A2 a status that is no string says nothing',
    source: SOURCES.testServer,
    answer: json(200, { status: 7, properties: { provisioningState: { code: 'Succeeded' } } }),
    status: MALFORMED,
    provisioningState: MALFORMED
  },
  {
    rule: 'A2 an empty word is none',
    source: SOURCES.contract,
    answer: json(200, { status: ' ', properties: { provisioningState: '' } }),
    status: ABSENT,
    provisioningState: ABSENT
  },
  {
    rule: 'A2 properties that are no object hold no state',
    source: SOURCES.contract,
    answer: json(200, { properties: 'Succeeded' }),
    status: ABSENT,
    provisioningState: ABSENT
  },
  ...[
    { shape: 'an array', answer: json(200, [{ status: 'Succeeded' }]) },
    { shape: 'a string', answer: json(200, 'Succeeded') },
    { shape: 'null', answer: json(200, null) },
    { shape: 'no body', answer: empty(200) },
    { shape: 'text', answer: text(200, 'status: Succeeded') },
    { shape: 'broken JSON', answer: malformed(200) }
  ].map(({ shape, answer }) => ({
    rule: `A2 ${shape} holds no state`,
    source: SOURCES.testServer,
    answer,
    status: ABSENT,
    provisioningState: ABSENT
  }))
]

describe('state fields', () => {
  it.each(ROWS)('$rule', ({ answer, status, provisioningState, source }) => {
    expect(readStatus(answer.body), source).toEqual(status)
    expect(readProvisioningState(answer.body), source).toEqual(provisioningState)
  })

  it('Q19 never reads a time: a broken one disturbs nothing', () => {
    const { body } = json(200, { status: 'Running', startTime: '03/21/2026 17h', endTime: 7 })
    expect(readStatus(body)).toEqual(word('Running'))
  })
})

describe('percentComplete', () => {
  it.each([
    { rule: 'a share', value: 37.5, expected: 37.5 },
    { rule: 'nothing yet', value: 0, expected: 0 },
    { rule: 'all', value: 100, expected: 100 },
    { rule: 'more than all', value: 101, expected: undefined },
    { rule: 'less than nothing', value: -1, expected: undefined },
    { rule: 'text', value: '37', expected: undefined },
    { rule: 'null', value: null, expected: undefined }
  ])('$rule', ({ value, expected }) => {
    expect(readPercentComplete(json(200, { percentComplete: value }).body)).toBe(expected)
  })
})

describe('content', () => {
  it.each([
    { rule: 'A6 an object', answer: json(200, {}), expected: true },
    { rule: 'A6 an array', answer: json(200, []), expected: true },
    { rule: 'A6 the JSON null is none', answer: json(200, null), expected: false },
    { rule: 'Q25 text', answer: text(200, '<policies/>'), expected: true },
    { rule: 'A6 no body', answer: empty(200), expected: false },
    { rule: 'A6 broken JSON is none', answer: malformed(200), expected: false }
  ])('$rule', ({ answer, expected }) => {
    expect(hasContent(answer)).toBe(expected)
  })

  it('is an object only where the JSON is one', () => {
    expect(readObject(json(200, { a: 1 }).body)).toEqual({ a: 1 })
    expect(readObject(json(200, [1]).body)).toBeUndefined()
    expect(readObject(text(200, '{}').body)).toBeUndefined()
  })

  it('never holds what an object inherits', () => {
    expect(readField({}, 'constructor')).toBeUndefined()
    expect(readField(undefined, 'status')).toBeUndefined()
  })
})
