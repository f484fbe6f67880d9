/**
 * What is shown of a long message.
 */
import { describe, expect, it } from 'vitest'
import { excerptMessage } from '../../src/report/excerpt.ts'

const lines = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) => `${word} ${i}`)

describe('excerptMessage', () => {
  it('keeps what is short as it is, without blank lines', () => {
    expect(excerptMessage('one\r\n\n  two  \n')).toBe('one\n  two')
  })

  it('keeps the head and the tail of many lines', () => {
    const shown = excerptMessage(lines(40, 'line').join('\n')).split('\n')
    expect(shown).toHaveLength(13)
    expect(shown.slice(0, 5)).toEqual([
      'line 0',
      'line 1',
      'line 2',
      'line 3',
      '… (28 more lines) …'
    ])
    expect(shown.at(-1)).toBe('line 39')
  })

  it.each([
    '[stdout]\n%o[stderr]\n%e',
    '[stderr]\n%e[stdout]\n%o',
    '---stdout---\n%o---stderr---\n%e'
  ])('puts what a script wrote to stderr before the rest: %j', (form) => {
    const output = form
      .replace('%o', `${lines(40, 'out').join('\n')}\n`)
      .replace('%e', 'E: no package\nError 100\n')
    const shown = excerptMessage(`It failed with exit status=1\n${output}`).split('\n')
    expect(shown[0]).toBe('It failed with exit status=1')
    expect(shown[1]).toMatch(/stderr/)
    expect(shown.slice(2, 4)).toEqual(['E: no package', 'Error 100'])
    expect(shown[4]).toMatch(/stdout/)
    expect(shown.at(-1)).toBe('out 39')
    expect(shown.length).toBeLessThan(15)
  })

  it('keeps some of the output beside a long stderr', () => {
    const text = ['head', '[stdout]', ...lines(40, 'out'), '[stderr]', ...lines(40, 'err')].join(
      '\n'
    )
    const shown = excerptMessage(text).split('\n')
    expect(shown).toContain('err 39')
    expect(shown).toContain('out 39')
    expect(shown.length).toBeLessThan(16)
  })

  it('takes an empty stderr for none', () => {
    const text = ['head', '[stdout]', 'out', '[stderr]'].join('\n')
    expect(excerptMessage(text)).toBe(text)
  })

  it('keeps the head and the tail of a long line, and no query of a URL', () => {
    const shown = excerptMessage(`begin ${'x'.repeat(5_000)} https://x/y?sig=abcdef end`)
    expect(shown).toMatch(/^begin x+… \(\d+ more characters\) …x+ https:\/\/x\/y\?… end$/)
    expect(shown.length).toBeLessThan(2_100)
  })
})
