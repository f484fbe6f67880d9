import { describe, expect, it } from 'vitest'
import { parseHeaders } from '../../src/request/headers.ts'

describe('parseHeaders', () => {
  it.each([
    ['', {}],
    ['\n  \n', {}],
    ['If-Match: *', { 'If-Match': '*' }],
    ['  x-a :  b  ', { 'x-a': 'b' }],
    ['x-a:', { 'x-a': '' }],
    ['x-a: b: c', { 'x-a': 'b: c' }],
    ['x-a: tab\there', { 'x-a': 'tab\there' }],
    [
      'Content-Type: application/merge-patch+json',
      { 'Content-Type': 'application/merge-patch+json' }
    ],
    ['x-a: 1\r\n\r\nx-b: 2\n', { 'x-a': '1', 'x-b': '2' }]
  ])('reads %j', (text, headers) => {
    expect(parseHeaders(text)).toEqual(headers)
  })

  it('keeps a name that objects treat specially', () => {
    expect(Object.entries(parseHeaders('__proto__: a'))).toEqual([['__proto__', 'a']])
  })

  // A token has one way in, the sign-in inputs; RFC 9110 section 7.6.1 says what belongs to the connection.
  it.each([
    ['Authorization', 'it is set from the sign-in inputs'],
    ['AUTHORIZATION', 'it is set from the sign-in inputs'],
    ['x-ms-authorization-auxiliary', 'it carries tokens, which come from the sign-in inputs alone'],
    ['Cookie', 'Azure Resource Manager uses none'],
    ['Host', 'it is set from the URL'],
    ['Content-Length', 'it is set from the body'],
    ['Accept-Encoding', 'answers are read uncompressed'],
    ['Connection', 'it belongs to the connection'],
    ['Transfer-Encoding', 'it belongs to the connection'],
    ['Upgrade', 'it belongs to the connection'],
    ['Expect', 'it belongs to the connection'],
    ['Proxy-Authorization', 'it belongs to the connection'],
    ['proxy-anything', 'it belongs to the connection']
  ])('refuses %s', (name, reason) => {
    expect(() => parseHeaders(`x-ok: 1\n${name}: hidden`)).toThrow(
      `Input headers: "${name}" is not allowed here: ${reason}.`
    )
  })

  it.each([
    [
      'no colon',
      'Input headers: line 1 has no colon, and a value cannot continue on another line.'
    ],
    ['x-a: 1\n continued', 'Input headers: line 2 has no colon'],
    [': value', 'Input headers: "" on line 1 is not a header name.'],
    ['x a: b', 'Input headers: "x a" on line 1 is not a header name.'],
    ['x-ä: b', 'Input headers: "x-ä" on line 1 is not a header name.'],
    ['x-a: b\rx-b: c', 'Input headers: "x-a" has a value with a line break, a control character'],
    ['x-a: b\u0000', 'Input headers: "x-a" has a value with a line break, a control character'],
    ['x-a: ü', 'a character outside ASCII. Allowed: printable ASCII.'],
    ['x-a: 1\nX-A: 2', 'Input headers: "X-A" is given twice. Allowed: each name once.']
  ])('refuses %j', (text, message) => {
    expect(() => parseHeaders(text)).toThrow(message)
  })

  it.each(['Authorization: hidden', 'hidden', 'x-a: hidden\u0000', 'x-a: 1\nx-a: hidden'])(
    'never quotes a value, as of %j',
    (text) => {
      expect(() => parseHeaders(text)).toThrow(/^Input headers: (?!.*hidden)/)
    }
  )
})
