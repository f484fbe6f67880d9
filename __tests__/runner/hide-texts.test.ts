/**
 * Texts that are replaced in another one: all of them wherever they stand, what overlaps together, in linear time.
 */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { measureCpuMs } from '../../__fixtures__/cpu-time.ts'
import { createGrowingHider, createHider } from '../../src/runner/hide-texts.ts'

describe('createHider', () => {
  it.each<[string, readonly string[], string, string]>([
    ['nothing', [], 'as it is', 'as it is'],
    ['nothing for an empty text', [''], 'as it is', 'as it is'],
    ['a text at each of its places', ['abcd'], 'abcd-abcd', '***-***'],
    ['a text that is all there is', ['abcd'], 'abcd', '***'],
    ['no part of one', ['abcdefgh'], 'abcdefg', 'abcdefg'],
    ['the longer of two at one place', ['abcd', 'abcdef'], 'abcdefg', '***g'],
    ['a text inside a longer one that is not all there', ['cdef', 'abcdefgh'], 'abcdefg', 'ab***g'],
    ['what overlaps, together', ['abcdef', 'efghij'], 'xabcdefghijx', 'x***x'],
    ['a text that overlaps itself', ['abab'], 'xabababx', 'x***x'],
    ['each of two side by side', ['abcd', 'efgh'], 'abcdefgh', '******'],
    ['letter by letter', ['Abcd'], 'abcd Abcd', 'abcd ***'],
    ['marks of patterns and replacements', ['a$&b.*', '$1\\'], 'a$&b.* $1\\', '*** ***'],
    ['what is no letter', ['\u{1f511}\u{1f511}', 'größe'], 'größe \u{1f511}\u{1f511}', '*** ***'],
    ['halves of characters', ['\ud83d!ab'], 'x\ud83d!ab', 'x***']
  ])('hides %s', (_what, texts, text, hidden) => {
    expect(createHider(texts)(text)).toBe(hidden)
  })

  const secret = 'kX7q9Zt4Lm8Wp3vB'
  const long = 'word '.repeat(50)

  it.each<[string, string, string]>([
    ['by a mark', `see ${secret.slice(0, 9)}… (7 more)`, 'see ***… (7 more)'],
    ['at the end of a long text', long + secret.slice(0, 8), `${long}***`],
    ['too early to tell anything', `${long}${secret.slice(0, 7)}`, `${long}${secret.slice(0, 7)}`],
    ['at the end of a text too short to have been cut', secret.slice(0, 9), secret.slice(0, 9)]
  ])('knows the beginning of one that was cut %s', (_how, text, hidden) => {
    expect(createHider([secret])(text)).toBe(hidden)
  })

  it('hides as much of the texts that it has no room for at once', () => {
    const texts = Array.from({ length: 8 }, (_, at) => `${at}${'abcdefgh'.repeat(12_500)}${at}`)
    const hide = createHider(['short', ...texts])
    expect(hide(`a short one, ${texts.join(' ')}.`)).toBe(`a *** one, ${'*** '.repeat(8).trim()}.`)
  })

  const MEGABYTE = 1 << 20
  const keys = Array.from({ length: 1_000 }, (_, at) => `${at}-${'Zq9Vault'.repeat(10)}-${at}`)

  it.each<[string, readonly string[], string]>([
    ['lines of a log', keys, '2026-11-26T08:00:00Z it goes on, and on\n'.repeat(MEGABYTE / 40)],
    ['nothing but secrets', keys, keys.join('').repeat(12)],
    ['the beginnings of them', keys, '7-Zq9Vault'.repeat(MEGABYTE / 10)],
    [
      'one mark, and runs of it',
      keys.slice(100).map((_, at) => 'a'.repeat(at + 4)),
      'a'.repeat(MEGABYTE)
    ],
    ['blanks', [' '.repeat(300), `${' '.repeat(300)}x`], ' '.repeat(MEGABYTE)]
  ])('takes linear time for a thousand texts in a megabyte: %s', (_what, texts, text) => {
    const hide = createHider(texts)
    expect(measureCpuMs(() => hide(text))).toBeLessThan(3_000)
  })
})

describe('createGrowingHider', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  const TEXTS = Array.from({ length: 2_000 }, (_, at) => `${at}-${'kX7q9Zt4'.repeat(4)}-${at}`)

  it('hides what was added at any time, in each of its forms', () => {
    const { add, hide } = createGrowingHider((text) => [text, text.toUpperCase()])
    expect(hide('abcd')).toBe('abcd')
    add('abcd')
    add('efgh')
    expect(hide('abcd ABCD EFGH ijkl')).toBe('*** *** *** ijkl')
    add('cdef')
    add('ijkl')
    expect(hide('xabcdefx ijkl')).toBe('x***x ***')
  })

  it('takes each text up a few times, however often one is added and one is hidden in turn', () => {
    // Each node that is built, and each character that is looked at, asks for one.
    const asked = vi.spyOn(String.prototype, 'charCodeAt')
    const { add, hide } = createGrowingHider((text) => [text])
    const texts = TEXTS.slice(0, 500)
    for (const text of texts) {
      add(text)
      expect(hide(`x${text}`)).toBe('x***')
    }
    const chars = texts.join('').length
    const groups = Math.ceil(Math.log2(texts.length)) + 1
    expect(asked.mock.calls.length).toBeLessThan(chars * groups * 2)
  })

  it('hides as much beyond the room that there is, and looks for it by its beginning', () => {
    const { add, hide } = createGrowingHider((text) => [text])
    const long = TEXTS.map((text) => text.repeat(12))
    for (const text of long) add(text)
    const compared = vi.spyOn(String.prototype, 'startsWith')
    const shown = long.slice(-50)
    expect(hide(shown.join(' '))).toBe(Array(50).fill('***').join(' '))
    expect(compared.mock.calls.length).toBeLessThan(5_000)
  })
})
