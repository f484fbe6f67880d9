import { describe, expect, it } from 'vitest'
import {
  describeProblem,
  flattenText,
  hideUrlSecrets,
  InputError,
  quoteText,
  SignInError
} from '../src/errors.ts'

const LONG_URL = `https://management.azure.com/subscriptions/${'0'.repeat(36)}/resourceGroups/${'x'.repeat(90)}//y`

describe('InputError', () => {
  it.each([
    [{ problem: 'is missing' }, 'Input url: is missing.'],
    [{ problem: 'is wrong', read: 'x' }, 'Input url: "x" is wrong.'],
    [{ problem: 'is wrong', read: '', allowed: 'y' }, 'Input url: "" is wrong. Allowed: y.'],
    [{ problem: 'is wrong', allowed: 'y; or why?' }, 'Input url: is wrong. Allowed: y; or why?'],
    [{ problem: 'is wrong', readUrl: LONG_URL }, `Input url: "${LONG_URL}" is wrong.`]
  ])('of %o reads as a sentence', (problem, message) => {
    const error = new InputError('url', problem)
    expect(error).toMatchObject({ name: 'InputError', code: 'InvalidInput', input: 'url', message })
  })
})

describe('describeProblem', () => {
  const hide = (text: string) => text.replaceAll(/s+e?cret\S*/g, '***')
  const secret = `secret${'x'.repeat(100)}`

  it.each([
    [{ problem: 'is wrong', read: `a ${secret}` }, 'Input url: "a ***" is wrong.'],
    [{ problem: 'is wrong', readUrl: `/a/${secret}?b#c` }, 'Input url: "/a/***" is wrong.'],
    [{ problem: 'is wrong', readUrl: '/a?b=c' }, 'Input url: "/a?…" is wrong.']
  ])('hides the secrets of %o before it cuts', (problem, message) => {
    expect(describeProblem('url', problem, hide)).toBe(message)
  })
})

describe('SignInError', () => {
  it('has a code of its own', () => {
    expect(new SignInError('no')).toMatchObject({ name: 'SignInError', code: 'SignInFailed' })
  })
})

describe('quoteText', () => {
  it.each([
    ['plain', '"plain"'],
    ['a\nb\r\u0000', '"a\\u{a}b\\u{d}\\u{0}"'],
    ['\u001b[31m', '"\\u{1b}[31m"'],
    ['bidi \u202e', '"bidi \\u{202e}"'],
    ['line \u2028 end', '"line \\u{2028} end"'],
    ['x'.repeat(80), `"${'x'.repeat(80)}"`],
    ['x'.repeat(81), `"${'x'.repeat(80)}…"`],
    ['😀'.repeat(81), `"${'😀'.repeat(80)}…"`]
  ])('writes %j on one short line', (text, quoted) => {
    expect(quoteText(text)).toBe(quoted)
  })
})

describe('flattenText', () => {
  it('cuts where it is told', () => {
    expect(flattenText('abcdef', 3)).toBe('abc…')
  })
})

describe('hideUrlSecrets', () => {
  it.each([
    ['https://host/path', 'https://host/path'],
    ['https://user:password@host/path', 'https://…@host/path'],
    ['https://a@b@host/path', 'https://…@host/path'],
    ['https:\\\\user:password@host', 'https:\\\\…@host'],
    ['/path?sig=secret', '/path?…'],
    ['/path#secret\nmore', '/path#…'],
    ['/path?', '/path?']
  ])('of %s shows %s', (url, shown) => {
    expect(hideUrlSecrets(url)).toBe(shown)
  })
})
