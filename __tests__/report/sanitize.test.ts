/**
 * Hostile text, sink by sink. What a sink must never let through is checked for every hostile text there is.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  toCodeSpan,
  toFencedBlock,
  toHtml,
  toMarkdown,
  toMarkdownLink,
  toMermaidLabel,
  toTableCode
} from '../../src/report/markdown.ts'
import {
  describeUrl,
  neutralizeCommands,
  redactQueries,
  toAnnotationProperty,
  toLine,
  toLines
} from '../../src/report/sanitize.ts'

const ESC = '\u001b'
const NUL = '\u0000'
const HOSTILE: readonly string[] = [
  '::add-mask::x',
  '  ::set-output name=a::b',
  '\t\u00a0\u2003::error::x',
  'ok\n::error::x',
  'ok\r::error::x',
  'ok\u2028::error::x',
  'ok\u0085::error::x',
  'ok\u000b::error::x',
  ':\u200b:error::x',
  `:${ESC}[0m:error::x`,
  `:${NUL}:error::x`,
  ':::error::x',
  '##[error]x',
  'text ##[add-mask]x',
  '#\u2060#[group]x',
  `#${ESC}]0;t\u0007#[group]x`,
  '####[group]x',
  '::stop-commands::t',
  `${ESC}[31mred${ESC}[0m ${ESC}]8;;https://evil.example\u0007link${ESC}]8;;\u0007`,
  '\u009b31mred',
  'a\u202ecod.exe\u202c\u2066b\u2069',
  'a\ufeffb\u00adc\u200dd\u{e0041}e\u3164f',
  'lone \ud800 surrogate',
  '</td></tr><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '" onmouseover="x',
  '| a | b |\n|---|---|',
  '# heading',
  '- item',
  '+ item',
  '1. item',
  '12) item',
  '> quote',
  '=====',
  '-----',
  '**bold** _em_ ~~gone~~ `code`',
  '[click](https://evil.example) ![x](https://evil.example/i.png)',
  '[ref]: https://evil.example',
  '<https://evil.example>',
  'https://evil.example www.evil.example',
  '@octocat #1 $x^2$ :smile:',
  '```\n```mermaid\nclick a',
  '`` ` ```` ',
  '\\',
  '\\`x\\`',
  '&lt;b&gt; &#58;',
  '%%{init: {}}%%',
  'section a :crit, 1, 2',
  'https://management.azure.com/s/x?api-version=2025-04-01&t=638&s=secret&h=secret',
  ''
]

const each = HOSTILE.map((text) => [JSON.stringify(text), text] as const)

/** What the runner takes for a command: `::` after leading white space, `##[` anywhere. */
const COMMAND = /^[\s\u0085\u00a0]*::|##\[/m
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u3164]/u

describe('every hostile text is harmless', () => {
  it.each(each)('as a log line: %s', (_name, text) => {
    const line = toLine(text)
    expect(line).not.toMatch(COMMAND)
    expect(line).not.toMatch(/[\r\n]/)
    expect(line).not.toMatch(UNSEEN)
    expect(line).not.toContain('secret')
  })

  it.each(each)('as log lines: %s', (_name, text) => {
    for (const line of toLines(text, 5)) {
      expect(line).not.toMatch(COMMAND)
      expect(line).not.toMatch(UNSEEN)
    }
  })

  it.each(each)('as Markdown: %s', (_name, text) => {
    const markdown = toMarkdown(text)
    expect(markdown).not.toMatch(/[<>$@\n]|:\/\/|www\./)
    expect(markdown).not.toMatch(/^(?:[-+=#>]|\d+[.)])/)
    // Every mark of structure is escaped: none stands after an even number of backslashes.
    expect(markdown.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/&#\d+;/g, '')).not.toMatch(
      /[\\`*[\]|~!#]|(?<![A-Za-z0-9])_/
    )
  })

  it.each(each)('as a code span: %s', (_name, text) => {
    const span = toCodeSpan(text)
    if (span === '') return
    const fence = /^`+/.exec(span)?.[0] ?? ''
    const inner = span.slice(fence.length, -fence.length)
    expect(span.endsWith(fence)).toBe(true)
    expect(inner.match(/`+/g) ?? []).not.toContain(fence)
    expect(inner).not.toMatch(/^`|`$|\n/)
  })

  it.each(each)('as code in a table: %s', (_name, text) => {
    expect(toTableCode(text)).not.toMatch(/(?<!\\)\||\n/)
  })

  it.each(each)('as a fenced block: %s', (_name, text) => {
    const lines = toFencedBlock(text, 5).split('\n')
    const fence = /^`{3,}/.exec(lines[0] ?? '')?.[0] ?? ''
    expect(lines.at(-1)).toBe(fence)
    expect(lines.slice(1, -1).filter((line) => line.includes(fence))).toEqual([])
  })

  it.each(each)('as a label of a chart: %s', (_name, text) => {
    expect(toMermaidLabel(text)).toMatch(/^[\p{L}\p{N}._/… -]*$/u)
  })

  it.each(each)('as HTML: %s', (_name, text) => {
    expect(toHtml(text)).not.toMatch(/[<>"'`*_[\]|\n]|&(?!#\d+;)/)
  })

  it.each(each)('as a property of an annotation: %s', (_name, text) => {
    expect(toAnnotationProperty(text)).not.toMatch(/[\r\n]/)
    expect(toAnnotationProperty(text)).not.toMatch(COMMAND)
  })
})

describe('any text', () => {
  const piece = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' }), fc.string())
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

  it('is harmless in a line, and stays so between other parts', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const line = neutralizeCommands(toLine(one) + toLine(other))
        expect(line).not.toMatch(COMMAND)
        expect(line).not.toMatch(UNSEEN)
      })
    )
  })

  it('stays inside its cell, its item and its block', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(toMarkdown(one)).not.toMatch(/[<>\n]|(?<!\\)(?:\\\\)*\|/)
        expect(toTableCode(one)).not.toMatch(/\n/)
        expect(toHtml(one)).not.toMatch(/[<>"'\n]/)
        expect(toMermaidLabel(one)).not.toMatch(/[:;#%\n]/)
      })
    )
  })
})

describe('toLine', () => {
  it.each([
    [
      "Changing property 'priority' is not allowed.",
      "Changing property 'priority' is not allowed."
    ],
    ['std::vector at fe80::1', 'std::vector at fe80::1'],
    ['  two\r\n  lines\t here ', 'two lines here'],
    ['::error::x', ': :error::x'],
    [':::', ': : :'],
    ['a ##[error]b', 'a # #[error]b'],
    ['####[x', '### #[x'],
    [`${ESC}[1;31mred${ESC}[0m`, 'red'],
    [`a${ESC}]8;;https://evil.example\u0007b`, 'ab'],
    ['日本語 ünï', '日本語 ünï']
  ])('turns %j into %j', (text, line) => {
    expect(toLine(text)).toBe(line)
  })

  it('bounds the length and says so', () => {
    expect(toLine('a'.repeat(50), 20)).toBe(`${'a'.repeat(20)}… (30 more characters)`)
    expect(toLine('a'.repeat(10_000)).length).toBeLessThan(4_100)
  })

  it('does not leave half a character where it cuts', () => {
    expect(toLine('ab😀', 3)).toBe('ab\ufffd… (1 more characters)')
  })

  it.each([
    ['terminal escapes', `${ESC}[`.repeat(500_000)],
    ['unfinished links', `${ESC}]`.repeat(500_000)],
    ['colons', ':'.repeat(1_000_000)],
    ['white space', ' '.repeat(1_000_000)],
    ['slashes', 'a/'.repeat(500_000)],
    ['questions', '/?='.repeat(300_000)]
  ])('takes a megabyte of %s without delay', (_name, text) => {
    expect(toLine(text).length).toBeLessThan(10_000)
  })
})

describe('toLines', () => {
  it('keeps the lines, drops blank ones and counts the rest', () => {
    expect(toLines('a\r\n\r\n b\nc\nd', 2)).toEqual(['a', '… (2 more lines) …', 'd'])
  })
})

describe('neutralizeCommands', () => {
  it('breaks a command that two harmless parts form', () => {
    expect(neutralizeCommands(`${toLine(':')}${toLine(':error: :x')}`)).toBe(': :error: :x')
    expect(neutralizeCommands(`${toLine('#')}${toLine('#[error]')}`)).toBe('# #[error]')
  })
})

describe('toMarkdown', () => {
  it.each([
    ["'sshKeyData' of Standard_D2s_v3 (x86)", "'sshKeyData' of Standard_D2s_v3 (x86)"],
    ['1. item', '1\\. item'],
    ['a | b', 'a \\| b'],
    ['see https://aka.ms/x', 'see https&#58;//aka.ms/x'],
    ['@octocat', '&#64;octocat'],
    ['C:\\temp', 'C:\\\\temp']
  ])('writes %j as %j', (text, markdown) => {
    expect(toMarkdown(text)).toBe(markdown)
  })
})

describe('toMarkdownLink', () => {
  it.each([
    ['https://portal.azure.com/#resource/x', '[Open](<https://portal.azure.com/#resource/x>)'],
    [
      'https://h.example/a)(b<c>[d]|e`f',
      '[Open](<https://h.example/a%29%28b%3Cc%3E%5Bd%5D%7Ce%60f>)'
    ],
    ['https://h.example/a?t=1&s=2', '[Open](<https://h.example/a?>)'],
    ['javascript:alert(1)', 'Open'],
    ['http://h.example/', 'Open'],
    ['not a url', 'Open']
  ])('of %s', (url, link) => {
    expect(toMarkdownLink('Open', url)).toBe(link)
  })
})

describe('describeUrl', () => {
  it.each([
    ['https://management.azure.com/s/x?api-version=2025-04-01', '/s/x?api-version=2025-04-01'],
    [
      'https://u:p@h.example/s/x?t=1&Api-Version=2025-04-01-preview&s=2#f',
      '/s/x?api-version=2025-04-01-preview'
    ],
    ['https://h.example/s/x?sig=abc', '/s/x'],
    ['https://h.example/s/x?api-version=%0A::error::', '/s/x'],
    ['/s/x?sig=abc', '/s/x'],
    ['', '']
  ])('of %s', (url, path) => {
    expect(describeUrl(url)).toBe(path)
  })
})

describe('redactQueries', () => {
  it.each([
    [
      "GET 'https://h.example/x?api-version=2025-04-01&t=1&c=MII'.",
      "GET 'https://h.example/x?api-version=2025-04-01'."
    ],
    ['/subscriptions/1/x?t=1&s=2 gone', '/subscriptions/1/x?… gone'],
    [
      'see https://go.microsoft.com/fwlink/?LinkId=123',
      'see https://go.microsoft.com/fwlink/?LinkId=123'
    ],
    ['token sv=2024&sig=a%2Bb%3D&se=x', 'token sv=2024&sig=…&se=x'],
    ['either/or? a=b', 'either/or? a=b'],
    ['why? because', 'why? because']
  ])('in %j', (text, redacted) => {
    expect(redactQueries(text)).toBe(redacted)
  })
})
