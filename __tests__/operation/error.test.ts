/**
 * Every error shape that ARM and its providers send, and what hostile ones may not do.
 * E1 and E2 are the contract's (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/common-api-details.md#error-response-content);
 * the others are what providers answer instead.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Body, HttpResponse, JsonValue } from '../../src/http/message.ts'
import {
  findRootCause,
  flattenErrors,
  isWholeError,
  type OperationError,
  readError,
  readErrorCode,
  readFailureReason
} from '../../src/operation/error.ts'

function answer(status: number, body: Body, headers: Record<string, string> = {}): HttpResponse {
  return { status, headers, body }
}

function json(status: number, value: JsonValue, headers?: Record<string, string>): HttpResponse {
  return answer(status, { kind: 'json', value, text: JSON.stringify(value) }, headers)
}

function text(status: number, content: string): HttpResponse {
  return answer(status, { kind: 'text', text: content })
}

function node(code: string, message: string, ...details: OperationError[]): OperationError {
  return { code, message, details, additionalInfo: [] }
}

const quote = (value: JsonValue): string => JSON.stringify(value, null, 2).replaceAll('\n', '\r\n')

/** Names under which services without an `error` object say why something failed. */
const OTHER_NAMES: readonly (readonly [string, JsonValue, OperationError])[] = [
  // https://github.com/Azure/azure-sdk-for-go/issues/2179
  ['errors', [{ code: 'X', message: 'x' }], node('X', 'x')],
  // https://github.com/Azure/azure-sdk-for-python/issues/14147
  [
    'provisioningErrors',
    [{ code: 'X', message: 'x' }, 'y'],
    node('', '', node('X', 'x'), node('', 'y'))
  ],
  // https://github.com/Azure/azure-cli/issues/12036
  ['provisioningDetails', 'No such runtime.', node('', 'No such runtime.')],
  ['errorMessage', 'No quota.', node('', 'No quota.')],
  ['errorInfo', { code: 'X', message: 'x' }, node('X', 'x')],
  ['errorDetails', quote({ code: 'X', message: 'x' }), node('X', 'x')],
  ['deploymentErrors', { error: { code: 'X', message: 'x' } }, node('X', 'x')],
  ['FailureReason', 'No quota.', node('', 'No quota.')],
  ['statusDetails', { message: 'No quota.' }, node('', 'No quota.')]
]

describe('readError knows the shape', () => {
  it.each<[name: string, HttpResponse, OperationError]>([
    [
      'E1 error with details and target',
      json(400, {
        error: {
          code: 'BadRequest',
          message: 'Two problems.',
          target: 'vm1',
          details: [
            { code: 'A', message: 'a', target: 'disk' },
            { code: 'B', message: 'b' }
          ]
        }
      }),
      {
        ...node(
          'BadRequest',
          'Two problems.',
          { ...node('A', 'a'), target: 'disk' },
          node('B', 'b')
        ),
        target: 'vm1'
      }
    ],
    [
      'E1 innererror, level upon level',
      json(400, {
        error: {
          code: 'BadArgument',
          message: 'Bad.',
          innererror: { code: 'Password', message: 'Weak.', innerError: { code: 'TooShort' } }
        }
      }),
      node('BadArgument', 'Bad.', node('Password', 'Weak.', node('TooShort', '')))
    ],
    [
      'E2 an operation that failed',
      json(200, { status: 'Failed', error: { code: 'SkuNotAvailable', message: 'None left.' } }),
      node('SkuNotAvailable', 'None left.')
    ],
    [
      'E2 an operation that was canceled',
      json(200, { status: 'Canceled', error: { code: 'OperationPreempted', message: 'Newer.' } }),
      node('OperationPreempted', 'Newer.')
    ],
    [
      'E3 un-nested',
      json(409, { code: 'Conflict', message: 'Busy.', details: [{ code: 'Lock', message: 'l' }] }),
      node('Conflict', 'Busy.', node('Lock', 'l'))
    ],
    [
      'E3 un-nested with capitals, as Web answers',
      json(400, {
        Code: 'INVALID',
        Message: 'Records are invalid.',
        Target: null,
        Details: [
          { Message: 'Records are invalid.' },
          { Code: 'INVALID' },
          { ErrorEntity: [{ code: 'IP', message: 'Invalid [ipaddress].', path: 'records' }] }
        ],
        Innererror: null
      }),
      node(
        'INVALID',
        'Records are invalid.',
        node('', 'Records are invalid.'),
        node('INVALID', ''),
        node('IP', 'Invalid [ipaddress].')
      )
    ],
    [
      'E1 with capitals, as a resource group that cannot be deleted',
      json(409, { Error: { Code: 'ResourceGroupDeletionBlocked', Message: 'Blocked.' } }),
      node('ResourceGroupDeletionBlocked', 'Blocked.')
    ],
    [
      'E4 an operation whose error has no code',
      json(200, { id: '/x', name: 'x', status: 'Failed', error: { message: 'It broke.' } }),
      node('', 'It broke.')
    ],
    ['E6 {Message}', json(404, { Message: 'No such thing.' }), node('', 'No such thing.')],
    ['E6 {message}', json(400, { message: 'Bad.' }), node('', 'Bad.')],
    [
      'E7 properties.error of a failed resource',
      json(200, {
        properties: { provisioningState: 'Failed', error: { code: 'X', message: 'x' } }
      }),
      node('X', 'x')
    ],
    [
      'E7 properties.provisioningError',
      json(200, {
        properties: { provisioningState: 'Failed', provisioningError: { message: 'x' } }
      }),
      node('', 'x')
    ],
    [
      'E7 properties.statusMessage as text',
      json(200, { properties: { provisioningState: 'failed', statusMessage: 'No quota.' } }),
      node('', 'No quota.')
    ],
    [
      'E7 statusMessage as JSON text',
      json(200, { status: 'Failed', statusMessage: quote({ error: { code: 'X', message: 'x' } }) }),
      node('X', 'x')
    ],
    ...OTHER_NAMES.flatMap(([name, value, expected]): [string, HttpResponse, OperationError][] => [
      [
        `E7 ${name} of a failed operation`,
        json(200, { status: 'Failed', [name]: value }),
        expected
      ],
      [
        `E7 properties.${name} of a failed resource`,
        json(200, { id: '/x', properties: { provisioningState: 'Failed', [name]: value } }),
        expected
      ]
    ]),
    [
      'E7 a reason under another name, behind a code without a message',
      json(200, { status: 'Failed', error: { code: 'X' }, failureReason: 'quota' }),
      node('X', '', node('', 'quota'))
    ],
    [
      'E7 a message of its own before a reason under another name',
      json(200, { status: 'Failed', message: 'It broke.', errorMessage: 'quota' }),
      node('', 'It broke.')
    ],
    [
      'E7 two reasons under other names',
      json(200, { status: 'Failed', errors: ['a'], errorMessage: 'b' }),
      node('', '', node('', 'a'), node('', 'b'))
    ],
    [
      'E8 what-if',
      json(200, { status: 'Failed', error: { code: 'InvalidTemplate', message: 'Bad line.' } }),
      node('InvalidTemplate', 'Bad line.')
    ],
    [
      'E8 validate, 200 with an error',
      json(200, { error: { code: 'InvalidTemplate', message: 'Bad line.' } }),
      node('InvalidTemplate', 'Bad line.')
    ],
    [
      'E9 XML',
      text(
        403,
        '<?xml version="1.0"?><Error><Code>AuthFailed</Code><Message>a &lt; b</Message></Error>'
      ),
      node('AuthFailed', 'a < b')
    ],
    [
      'E9 XML with a prefix and no message',
      text(403, '<e:Error xmlns:e="u"><e:Code>AuthFailed</e:Code></e:Error>'),
      node('AuthFailed', '')
    ],
    [
      'E10 a gateway’s page',
      answer(502, {
        kind: 'malformed',
        text: '<html><head><title>502 Bad Gateway</title></head><body>…</body></html>'
      }),
      node(
        'NotAnsweredByAzure',
        'A proxy, firewall or gateway answered HTTP 502 in place of Azure: 502 Bad Gateway'
      )
    ],
    [
      'E10 a page of a provider, with a header of ARM',
      {
        ...answer(502, { kind: 'malformed', text: '<html><title>502 Bad Gateway</title></html>' }),
        headers: { 'x-ms-request-id': '1' }
      },
      node('', '502 Bad Gateway')
    ],
    [
      'E10 a page without a title',
      text(502, '<!DOCTYPE html><p>Sorry'),
      node('', 'The answer is a page, not an ARM error.')
    ],
    ['E10 plain text', text(500, ' upstream error\n'), node('', 'upstream error')],
    ['E10 cut JSON', answer(500, { kind: 'malformed', text: '{"error":' }), node('', '{"error":')],
    [
      'odata.error with a message object',
      json(400, { 'odata.error': { code: 'X', message: { lang: 'en', value: 'x' } } }),
      node('X', 'x')
    ],
    [
      'a reason under another name beside a wrapper',
      json(200, {
        status: 'Failed',
        error: { code: 'ResourceDeploymentFailure', message: 'It failed.' },
        properties: { provisioningErrors: [{ code: 'X', message: 'x' }] }
      }),
      node('ResourceDeploymentFailure', 'It failed.', node('X', 'x'))
    ],
    [
      'reasons under other names in JSON text',
      json(400, {
        error: { code: 'Conflict', message: quote({ errors: [{ code: 'X', message: 'x' }, 'y'] }) }
      }),
      node('Conflict', '', node('', '', node('X', 'x'), node('', 'y')))
    ],
    [
      'JSON in a message that the service has cut',
      json(400, {
        error: {
          code: 'Conflict',
          message:
            '{"error":{"code":"X","message":"x","details":[{"code":"Y","message":"No room in w'
        }
      }),
      node('Conflict', '', node('X', 'x', node('Y', 'No room in w')))
    ],
    [
      'a body that is cut',
      answer(409, { kind: 'malformed', text: '{"error":{"code":"X","message":"x","target":' }),
      node('X', 'x')
    ],
    ['error as text', json(400, { error: 'No.' }), node('', 'No.')],
    [
      'error as text with a message',
      json(404, { error: 'Not Found', message: 'No static resource.' }),
      node('', 'Not Found', node('', 'No static resource.'))
    ],
    [
      'a message next to an error that has none',
      json(200, { status: 'Failed', message: 'It broke.', error: { code: 'X' } }),
      node('X', 'It broke.')
    ],
    [
      'a code of its own next to an error',
      json(400, { code: 'Outer', message: 'o', error: { code: 'Inner', message: 'i' } }),
      node('Outer', 'o', node('Inner', 'i'))
    ],
    [
      'error as JSON text',
      json(400, { error: quote({ code: 'X', message: 'x' }) }),
      node('X', 'x')
    ],
    [
      'details as one object',
      json(400, { error: { code: 'X', message: 'x', details: { code: 'Y', message: 'y' } } }),
      node('X', 'x', node('Y', 'y'))
    ],
    [
      'message as an object that is an error',
      json(400, { code: 'X', message: { code: 'Y', message: 'y' } }),
      node('X', '', node('Y', 'y'))
    ],
    ['a code that is a number', json(400, { code: 404, message: 'x' }), node('404', 'x')],
    ['a list of errors', json(400, [{ code: 'X', message: 'x' }]), node('X', 'x')],
    [
      'a longer list of errors',
      json(400, [{ code: 'X', message: 'x' }, 'y', 5, null, '']),
      node('', '', node('X', 'x'), node('', 'y'))
    ],
    ['a JSON string', json(400, 'Bad.'), node('', 'Bad.')],
    [
      'an object that no rule knows, as it is',
      json(400, { title: 'Invalid', errors: { name: ['is required'] } }),
      node('', '{"title":"Invalid","errors":{"name":["is required"]}}')
    ]
  ])('%s', (_name, response, expected) => {
    expect(readError(response)).toEqual(expected)
  })

  // https://github.com/Azure/azure-cli/issues/6075
  it('policyInfo in innererror, as the policies of the error it came with', () => {
    const info = { policyDefinitionDisplayName: 'Allowed locations', policyAssignmentName: 'a1' }
    const detail = {
      code: 'RequestDisallowedByPolicy',
      message: 'No.',
      innererror: { policyInfo: [info] }
    }
    expect(readError(json(403, { error: detail }))).toEqual({
      ...node('RequestDisallowedByPolicy', 'No.'),
      additionalInfo: [{ type: 'PolicyViolation', info }]
    })
  })

  it('E5, keeping what Recovery Services recommends', () => {
    const details = [
      {
        code: 'BMSUserError',
        message: 'Vault is locked.',
        possibleCauses: 'A lock.',
        recommendedAction: ['Unlock it.'],
        activityId: 'a-1'
      }
    ]
    expect(readError(json(400, { error: { details } }))).toEqual({
      ...node('BMSUserError', 'Vault is locked.'),
      additionalInfo: [
        {
          type: 'Recommendation',
          info: { possibleCauses: 'A lock.', recommendedAction: ['Unlock it.'], activityId: 'a-1' }
        }
      ]
    })
  })
})

describe('readError finds no error in', () => {
  it.each<[name: string, HttpResponse]>([
    [
      'a success that says {code: None}, as Cdn does',
      json(200, { status: 'Succeeded', error: { code: 'None', message: null } })
    ],
    [
      'a success with an empty error, as Cosmos DB does',
      json(200, { status: 'Succeeded', error: {} })
    ],
    ['a success with error null', json(200, { status: 'Succeeded', error: null })],
    [
      'a success that talks about a past error',
      json(200, { status: 'Succeeded', error: { code: 'X', message: 'retried' } })
    ],
    [
      'a running operation with {code: None}',
      json(200, { status: 'InProgress', error: { code: 'none' } })
    ],
    [
      'a resource with a message of its own',
      json(200, { id: '/x', message: 'hello', code: 'blue' })
    ],
    [
      'a resource with a status message',
      json(200, { properties: { statusMessage: 'All is well.' } })
    ],
    ['a failure without an error', json(200, { status: 'Failed' })],
    [
      'a failure whose reasons are empty',
      json(200, { status: 'Failed', errors: [], errorMessage: '', statusDetails: null })
    ],
    ['a resource with a list of errors', json(200, { id: '/x', errors: ['a'] })],
    ['a list', json(200, [{ code: 'X', message: 'x' }])],
    ['a text result', text(200, 'line of a script')],
    ['an empty success', answer(204, { kind: 'empty' })],
    ['an empty refusal', answer(409, { kind: 'empty' })],
    ['a blank refusal', text(500, ' \n')],
    ['{} of a refusal', json(500, {})],
    ['null of a refusal', json(500, null)]
  ])('%s', (_name, response) => {
    expect(readError(response)).toBeUndefined()
    expect(readErrorCode(response)).toBeUndefined()
  })
})

describe('x-ms-error-code', () => {
  const headers = { 'x-ms-error-code': 'FromHeader' }

  it.each<[name: string, HttpResponse, string | undefined]>([
    ['stands in for an empty body', answer(409, { kind: 'empty' }, headers), 'FromHeader'],
    ['stands in for a code that is missing', json(409, { message: 'x' }, headers), 'FromHeader'],
    [
      'yields to the body’s code',
      json(409, { error: { code: 'Own', message: 'x' } }, headers),
      'Own'
    ],
    [
      'yields to a code further down',
      json(409, { error: { message: 'm', details: [{ code: 'Own', message: 'x' }] } }, headers),
      'Own'
    ],
    ['makes no error of a success', json(200, { id: '/x' }, headers), undefined],
    [
      'says nothing when it says None',
      answer(409, { kind: 'empty' }, { 'x-ms-error-code': 'None' }),
      undefined
    ]
  ])('%s', (_name, response, code) => {
    expect(readErrorCode(response)).toBe(code)
  })
})

describe('JSON in a message', () => {
  const nest = (levels: number): JsonValue =>
    levels === 0
      ? { code: 'Deepest', message: 'The real reason.' }
      : { code: `Level${levels}`, message: quote({ status: 'Failed', error: nest(levels - 1) }) }

  // https://github.com/Azure/azure-cli/issues/19213, https://github.com/Azure/bicep/issues/2760
  it.each([1, 5, 8])('is read at depth %i', (levels) => {
    const error = readError(json(400, { error: nest(levels) }))
    expect(flattenErrors(error ?? node('', '')).at(-1)).toEqual({
      depth: levels,
      error: node('Deepest', 'The real reason.')
    })
  })

  it('stays text below depth 8', () => {
    const error = readError(json(400, { error: nest(9) }))
    const last = flattenErrors(error ?? node('', '')).at(-1)?.error
    expect(last?.code).toBe('Level1')
    expect(last?.message).toContain('The real reason.')
  })

  it.each(['{not json', '[ipaddress] is wrong', '{}', '[1,2]', '{"a":1}'])(
    'stays text when it is no error: %s',
    (message) => {
      expect(readError(json(400, { code: 'X', message }))).toEqual(node('X', message))
    }
  )
})

describe('additionalInfo', () => {
  const read = (additionalInfo: JsonValue) =>
    readError(json(400, { error: { code: 'X', message: 'x', additionalInfo } }))?.additionalInfo

  it.each<[name: string, JsonValue, unknown]>([
    [
      'keeps its entries',
      [{ type: 'ActivityId', info: { a: [1, null, true] } }],
      [{ type: 'ActivityId', info: { a: [1, null, true] } }]
    ],
    [
      'reads an entry that stands alone',
      { type: 'T', info: { a: 1 } },
      [{ type: 'T', info: { a: 1 } }]
    ],
    ['reads JSON text', '[{"type":"T","info":{"a":1}}]', [{ type: 'T', info: { a: 1 } }]],
    ['reads info in JSON text', [{ type: 'T', info: '{"a":1}' }], [{ type: 'T', info: { a: 1 } }]],
    [
      'wraps info that is no object',
      [{ type: 'T', info: 'plain' }],
      [{ type: 'T', info: { value: 'plain' } }]
    ],
    ['lives without info or type', [{}, 'x', null], [{ type: '', info: { value: null } }]],
    ['is empty when it is nonsense', 'nonsense', []]
  ])('%s', (_name, value, expected) => {
    expect(read(value)).toEqual(expected)
  })

  it('is cut to 8 levels and 500 values', () => {
    let deep: JsonValue = 'bottom'
    for (let level = 0; level < 20; level++) deep = { deep }
    expect(JSON.stringify(read([{ type: 'T', info: deep }]))).not.toContain('bottom')
    const wide = JSON.stringify(read([{ type: 'T', info: { list: Array(5_000).fill('v') } }]))
    expect(wide.split('"v"').length).toBeLessThan(502)
    const many = Array(600).fill({ type: 'T', info: { a: 1 } })
    expect(read(many)?.length).toBeLessThan(260)
  })
})

describe('a whole error', () => {
  it('has lost nothing', () => {
    const detail = (message: string) =>
      json(400, { code: 'Conflict', details: [{ code: 'Conflict', message }] })
    const text = '{"code":"X","message":"x"}'
    expect(isWholeError(detail(text), 'X')).toBe(true)
    expect(isWholeError(detail(text.slice(0, -2)), 'X')).toBe(false)
  })
})

describe('hostile input', () => {
  const deepJson = (open: string, close: string, levels: number) =>
    JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`)

  it.each<[name: string, () => HttpResponse]>([
    ['100,000 errors inside each other', () => json0(deepJson('{"error":', '}', 100_000))],
    [
      '100,000 details inside each other',
      () => json0(deepJson('{"code":"X","details":[', ']}', 100_000))
    ],
    ['100,000 innererrors', () => json0(deepJson('{"innererror":', '}', 100_000))],
    ['100,000 lists inside each other', () => json0(deepJson('[', ']', 100_000))],
    ['100,000 brackets in a message', () => json(400, { message: '['.repeat(100_000) })],
    [
      'a deep list as JSON in a message',
      () => json(400, { message: `${'['.repeat(50_000)}1${']'.repeat(50_000)}` })
    ],
    [
      'a deep info',
      () => json0({ code: 'X', additionalInfo: [{ info: deepJson('[', ']', 100_000) }] })
    ],
    [
      'a million details',
      () => json0({ code: 'X', details: Array(1_000_000).fill({ code: 'Y', message: 'y' }) })
    ],
    [
      'an object with 300,000 keys',
      () => json0(Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, i])))
    ],
    ['20 MB of markup', () => text(500, `<code>${'<code>'.repeat(3_000_000)}`)]
  ])('%s is read in bounded time and size', (_name, make) => {
    const error = readError(make())
    const nodes = error === undefined ? [] : flattenErrors(error)
    expect(nodes.length).toBeLessThanOrEqual(200)
    expect(JSON.stringify(error ?? '').length).toBeLessThan(1_000_000)
  })

  // The text of a deep value cannot be made by JSON.stringify, which recurses.
  function json0(value: JsonValue): HttpResponse {
    return answer(400, { kind: 'json', value, text: '' })
  }

  it('errors that are not read are counted', () => {
    const error = readError(
      json(400, { code: 'X', details: Array(1_000).fill({ code: 'Y', message: 'y' }) })
    )
    const errors = 1_000 - (error?.details.length ?? 0)
    expect(error?.additionalInfo).toEqual([{ type: 'LeftOut', info: { errors } }])
  })

  it('megabytes of code and message are cut, and the cut is told', () => {
    const error = readError(json(400, { code: 'C'.repeat(3e6), message: 'm'.repeat(3e6) }))
    expect(error?.code).toHaveLength(256)
    expect(error?.message).toMatch(/^m{16384}… \(2971327 more characters\) …m{12289}$/)
  })

  it('the end of a cut message begins with a whole word, for the end of a secret is known to nobody', () => {
    const read = (message: string) => readError(json(400, { code: 'X', message }))?.message
    const tail = ' t'.repeat(8_000)
    const part = 'k'.repeat(500)
    expect(read(`${'m'.repeat(40_000)} ${part}${tail}`)).toMatch(/ characters\) … t t/)
    expect(read(`${'m '.repeat(20_000)}${'t'.repeat(16_384)}`)).toMatch(/characters\) … t{16384}$/)
  })

  it('any JSON with the names of an error is no crash, and its root cause is one of its nodes', () => {
    const name = fc.constantFrom(
      'code',
      'Message',
      'details',
      'error',
      'innererror',
      'additionalInfo',
      'properties',
      'status',
      '__proto__',
      'type',
      'info'
    )
    const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom<JsonValue>('Failed', 'Conflict', 'None', '{"code":"X"}', '[', null, 4),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
        tie('value').map((inner) => JSON.stringify(inner))
      )
    }))
    fc.assert(
      fc.property(value, fc.constantFrom(200, 400), (body, status) => {
        const error = readError(json(status, body))
        if (error === undefined) return
        expect(flattenErrors(error).map((each) => each.error)).toContain(findRootCause(error))
      })
    )
  })

  it('keys of the prototype are plain keys', () => {
    const value: JsonValue = JSON.parse(
      '{"__proto__":{"code":"Evil"},"constructor":{"error":1},"error":{"code":"X","message":"x","additionalInfo":[{"type":"T","info":{"__proto__":{"polluted":true}}}]}}'
    )
    const error = readError(json(400, value))
    expect(error).toMatchObject({ code: 'X', message: 'x' })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Object.getPrototypeOf(error?.additionalInfo[0]?.info)).toBe(Object.prototype)
  })

  it.each<JsonValue>([
    { code: {}, message: 5 },
    { error: [[[]]] },
    { error: { details: [null, 1, [[]]] } },
    { properties: [] },
    { status: 5 }
  ])('nonsense is no crash: %j', (value) => {
    expect(() => readError(json(200, value))).not.toThrow()
    expect(() => readError(json(400, value))).not.toThrow()
  })
})

describe('the reason of a failure that only the author knows as one', () => {
  it.each([
    [{ status: 'Stopped', failureReason: 'quota' }, node('', 'quota')],
    [{ status: 'Stopped', message: 'It broke.' }, node('', 'It broke.')],
    [{ status: 'Stopped' }, undefined]
  ])('of %j', (body, expected) => {
    expect(readFailureReason(json(200, body))).toEqual(expected)
  })

  it('is none without JSON', () => {
    expect(readFailureReason(text(200, 'message: no'))).toBeUndefined()
  })
})
