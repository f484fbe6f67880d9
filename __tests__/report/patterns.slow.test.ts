/**
 * Work on hostile text grows with its length and no faster: every pattern of the source, and every way that a word of
 * the service takes through the report, the secrets and the sign-in. One that looks at a megabyte once for each of its
 * characters would outlast the job, and no signal would be answered meanwhile.
 */
import { describe, expect, it } from 'vitest'
import {
  HOSTILE_UNITS,
  type HostileText,
  listHostileTexts,
  listPatterns,
  listSourcePatterns,
  measureGrowth,
  type SourcePattern
} from '../../__fixtures__/hostile-texts.ts'
import { explainFailure, hideSecrets } from '../../src/auth/explain.ts'
import { flattenText, hideUrlSecrets } from '../../src/errors.ts'
import { parseBody } from '../../src/http/http.ts'
import { readError } from '../../src/operation/error.ts'
import { readLastSegment } from '../../src/operation/polling-url.ts'
import { toShownWord } from '../../src/operation/status.ts'
import {
  toCodeSpan,
  toFencedBlock,
  toHtml,
  toMarkdown,
  toMermaidLabel,
  toMermaidText
} from '../../src/report/markdown.ts'
import { describeUrl, toLine, toLines } from '../../src/report/sanitize.ts'
import { findSecrets } from '../../src/runner/find-secrets.ts'

function findSlow(work: (text: string) => void, texts: readonly HostileText[]) {
  return texts.flatMap((text) => {
    const { isLinear, ms, ratio } = measureGrowth(work, text)
    return isLinear ? [] : [{ ...text, ms, ratio }]
  })
}

function removeAll({ source, flags }: Omit<SourcePattern, 'file'>): (text: string) => void {
  const everywhere = new RegExp(source, flags.includes('g') ? flags : `${flags}g`)
  return (text) => void text.replace(everywhere, '')
}

const patterns = listSourcePatterns()
const files = [...new Set(patterns.map(({ file }) => file))]

describe('every pattern of the source', () => {
  it('is what these tests read', () => {
    expect(files).toContain('src/runner/find-secrets.ts')
    expect(patterns.length).toBeGreaterThan(150)
  })

  it.each(files)('is linear on what it is made of itself: %s', (file) => {
    for (const pattern of patterns.filter((each) => each.file === file)) {
      const slow = findSlow(removeAll(pattern), listHostileTexts(pattern.source))
      expect(slow, pattern.source).toEqual([])
    }
  })

  it.each([
    // The token, and the blanks before a mark, as they are written first and are too slow; two stars over the same text.
    String.raw`/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g`,
    String.raw`/(AADSTS\d+).*?(?=\s*(?:Trace ID:)|$)/`,
    String.raw`/(?:^|[;,\s])\s*Password\s*=/`,
    String.raw`/\/+$/`
  ])('would not be: %s', (literal) => {
    const [pattern = { source: '', flags: '' }] = listPatterns('example.ts', `const A = ${literal}`)
    const isSlow = (text: HostileText) => !measureGrowth(removeAll(pattern), text).isLinear
    expect(listHostileTexts(pattern.source).some(isSlow)).toBe(true)
  })
})

describe('every way of a word of the service', () => {
  const asBody = (text: string) => ({ kind: 'json', value: { error: text, text }, text }) as const

  it.each<readonly [string, (text: string) => void]>([
    ['findSecrets in a value', (text) => findSecrets(asBody(text), 'https://x/y')],
    ['findSecrets in a text', (text) => findSecrets({ kind: 'text', text }, 'https://x/y')],
    [
      'findSecrets in a name',
      (text) => findSecrets({ kind: 'json', value: { [text]: 'a-value-of-it' }, text }, '')
    ],
    ['toLine', (text) => toLine(text)],
    ['toLines', (text) => toLines(text, 20)],
    ['toHtml', (text) => toHtml(text)],
    ['toMarkdown', (text) => toMarkdown(text)],
    ['toCodeSpan', (text) => toCodeSpan(text)],
    ['toFencedBlock', (text) => toFencedBlock(text, 1_000)],
    ['toMermaidLabel', (text) => toMermaidLabel(text)],
    ['toMermaidText', (text) => toMermaidText(text, 40)],
    ['describeUrl', (text) => describeUrl(`https://x/${text}`)],
    ['readError of a field', (text) => readError({ status: 400, headers: {}, body: asBody(text) })],
    [
      'readError of a text',
      (text) => readError({ status: 400, headers: {}, body: { kind: 'text', text } })
    ],
    ['explainFailure', (text) => explainFailure(new Error(text), {}, ['a-secret'])],
    [
      'explainFailure of a refusal',
      (text) => explainFailure(new Error(''), { refusal: `AADSTS7000215: ${text}` }, ['a-secret'])
    ],
    ['hideSecrets', (text) => hideSecrets(text, ['a-secret'])],
    ['flattenText', (text) => flattenText(text, 80)],
    ['hideUrlSecrets', (text) => hideUrlSecrets(text)],
    ['parseBody', (text) => parseBody(text, 'application/json')],
    ['toShownWord', (text) => toShownWord(text)],
    ['readLastSegment', (text) => readLastSegment(`/${text}`)]
  ])('is linear: %s', (_name, work) => {
    expect(
      findSlow(
        work,
        HOSTILE_UNITS.map((unit) => ({ head: '', unit }))
      )
    ).toEqual([])
  })

  it('is linear in the number of fields, too', () => {
    const names = (text: string) =>
      Object.fromEntries(Array.from({ length: text.length }, (_, index) => [`n${index}`, 'text']))
    const work = (text: string) => findSecrets({ kind: 'json', value: names(text), text: '' }, '')
    expect(measureGrowth(work, { head: '', unit: 'x' }).isLinear).toBe(true)
  })
})
