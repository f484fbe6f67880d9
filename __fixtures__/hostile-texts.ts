/**
 * Texts that make a bad pattern slow: its own words and marks over and over, and never what would end it. Every pattern
 * of src/ is read out of the source, so that one that is written tomorrow is tried as well.
 */
import { globSync, readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'vite'
import { measureCpuMs } from './cpu-time.ts'

/** Pattern as a file of src/ has it. */
export interface SourcePattern {
  readonly file: string
  readonly source: string
  readonly flags: string
}

/** Every regular expression that is written out in a text of TypeScript. */
export function listPatterns(file: string, text: string): readonly SourcePattern[] {
  const patterns: SourcePattern[] = []
  const visitor = new Visitor({
    Literal: (node) => {
      if ('regex' in node) {
        patterns.push({ file, source: node.regex.pattern, flags: node.regex.flags })
      }
    }
  })
  visitor.visit(parseSync(file, text).program)
  return patterns
}

/** Every regular expression that is written out in src/. */
export function listSourcePatterns(): readonly SourcePattern[] {
  return globSync('src/**/*.ts').flatMap((file) => listPatterns(file, readFileSync(file, 'utf8')))
}

/** Text that is nothing but `unit`, behind `head`. */
export interface HostileText {
  readonly head: string
  readonly unit: string
}

/** Units that every pattern is tried with. */
const PLAIN_UNITS: readonly string[] = [
  ' ',
  '\n',
  '-',
  '.',
  '/',
  '"',
  '<',
  ':',
  ';',
  '=',
  '0',
  'a',
  'a '
]

/** What a text is made of where nothing is known of who reads it. */
export const HOSTILE_UNITS: readonly string[] = [
  ...[
    ' ',
    '\t',
    '\n',
    '\r\n',
    '\u00a0',
    '-',
    '_',
    '.',
    '/',
    '\\',
    ':',
    ';',
    ',',
    '=',
    '&',
    '?',
    '#'
  ],
  ...[
    '"',
    "'",
    '`',
    '<',
    '>',
    '(',
    '[',
    '{',
    '}',
    '*',
    '|',
    '@',
    '$',
    '%',
    '0',
    'a',
    'Z',
    'é',
    '\u200b'
  ],
  ...[
    'eyJ-',
    'eyJ',
    'eyJaaaaaaaa.',
    'eyJaaaaaaaa.eyJ-',
    'a.',
    '%25',
    '\\u0041',
    '\u001b[',
    '\u001b]'
  ],
  ...['"key":"', '"key" ', '?sig=', 'sig=', '; Password = ', '-----BEGIN ', 'http://', '/a?b=c '],
  ...[
    'AADSTS1 ',
    'Description: ',
    'error: ',
    "scope '",
    '<code>',
    '&amp',
    '::',
    '##[',
    'a a',
    '\ud800'
  ]
]

/** The texts for a pattern: its own words and marks over and over, and each word before much of what is like nothing. */
export function listHostileTexts(source: string): readonly HostileText[] {
  const plain = source
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16))
    )
    .replace(/\(\?[<!=:]+|\\[bB]/g, '(')
    .replace(/\\s/g, ' ')
    .replace(/\\[wd]/g, '0')
    .replace(/\{\d+,?\d*\}/g, '')
    .replace(/\\(.)/g, '$1')
  const words = plain.split(/[|()[\]*+?^$]+/).filter((word) => word !== '')
  const marks = plain.match(/[^\w\s]/g) ?? []
  const joined = words.flatMap((word) => [`${word} `, `${word}-`])
  const units = new Set([...PLAIN_UNITS, ...words, ...joined, ...marks])
  return [
    ...[...units].map((unit) => ({ head: '', unit })),
    ...words.flatMap((head) => [' ', '0', '/'].map((unit) => ({ head, unit })))
  ]
}

/** A text of about `chars` characters, with an end that fits nothing. */
export function repeatUnit({ head, unit }: HostileText, chars: number): string {
  return `${head}${unit.repeat(Math.ceil(chars / unit.length))}\u0001`
}

/** Growth of work with four times the text: four where each character costs the same, sixteen where all before it do. */
export interface Growth {
  readonly isLinear: boolean
  readonly ms: number
  readonly ratio: number
}

const SMALL_CHARS = 8_192
const LARGE_CHARS = 4 * SMALL_CHARS
/** Far above what any pattern takes for so little text, far below what all pairs of its characters take. */
const NOTHING_MS = 60
const MAX_RATIO = 9
const TRIES = 3

/**
 * Growth of the work on a hostile text. It is no matter of a slow machine: only what is far too slow and grows
 * too fast, in processor time and each time that it is tried, is not linear.
 */
export function measureGrowth(work: (text: string) => void, hostile: HostileText): Growth {
  const [small, large] = [repeatUnit(hostile, SMALL_CHARS), repeatUnit(hostile, LARGE_CHARS)]
  for (let tries = 1; ; tries += 1) {
    const ms = measureCpuMs(() => work(large))
    if (ms < NOTHING_MS) return { isLinear: true, ms, ratio: 0 }
    const ratio =
      ms /
      Math.max(
        1,
        measureCpuMs(() => work(small))
      )
    if (ratio < MAX_RATIO || tries === TRIES) return { isLinear: ratio < MAX_RATIO, ms, ratio }
  }
}
