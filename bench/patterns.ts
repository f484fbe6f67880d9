/**
 * How long a megabyte of hostile text takes in everything that looks for patterns in it: the slowest kind of text, as a
 * ratio to reading the same text as JSON. A pattern that is not linear takes minutes for it.
 */
import { repeatUnit } from '../__fixtures__/hostile-texts.ts'
import { explainFailure } from '../src/auth/explain.ts'
import { toMarkdown } from '../src/report/markdown.ts'
import { toLine } from '../src/report/sanitize.ts'
import { findSecrets } from '../src/runner/find-secrets.ts'
import type { Figure } from './statistics.ts'

const CHARS = 1 << 20
const ROUNDS = 2
const UNITS = [
  'eyJ-',
  ' ',
  'a ',
  '/a?b=c ',
  '?sig=',
  '; Password = ',
  '\u001b[',
  ':',
  '`',
  '\u200b'
]

const WAYS: readonly (readonly [string, (text: string) => void])[] = [
  ['secrets in a body', (text) => findSecrets({ kind: 'text', text }, '')],
  ['one line of the log', (text) => toLine(text)],
  ['Markdown of the summary', (text) => toMarkdown(text)],
  ['refusal of a sign-in', (text) => explainFailure(new Error(`AADSTS1: ${text}`), {}, [])]
]

/** Measures each way on a megabyte of each kind of hostile text. */
export function measurePatterns(): readonly Figure[] {
  return WAYS.map(([what, work]) => ({
    what: `${what}, slowest of ${UNITS.length} hostile texts`,
    measured: Math.max(...UNITS.map((unit) => compareWithJson(unit, work))),
    bar: 200,
    reference: 'JSON.parse of the same 1 MB, same run'
  }))
}

function compareWithJson(unit: string, work: (text: string) => void): number {
  const text = repeatUnit({ head: '', unit }, CHARS)
  const json = JSON.stringify(text)
  return measureMs(() => work(text)) / measureMs(() => JSON.parse(json))
}

/** The best of a few rounds: what else the machine does is no property of a pattern. */
function measureMs(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedMs = performance.now()
    work()
    return performance.now() - startedMs
  })
  return Math.min(...times)
}
