/**
 * Text from the service is hostile until proven harmless: anything that stands in codes, messages, names, states and
 * headers, the log, the annotations, the summary, the outputs and the files of a run stay the action's own.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readOwnManifest } from '../../__fixtures__/action-manifest.ts'
import { readWorkMs, slowed } from '../../__fixtures__/slowness.ts'
import type { ScriptedRoute } from '../../simulator/simulator.ts'
import { accepted, expectRed, RESOURCE, route, runActionScenario, STATUS } from './action.ts'

const ESCAPE = '\u001b'
const LINES = [
  '::error::',
  '::stop-commands::x',
  '##[error]',
  '# Heading',
  '| a | b |',
  '---',
  '```'
]

/** What is tried, each in every place that the service can write to. */
const PAYLOADS: Readonly<Record<string, string>> = {
  'an output command': '\n::set-output name=status::Succeeded\n',
  'a command that stops commands': '\r\n::stop-commands::pause\r\n::add-mask::e\r\n',
  'an annotation, the old way': '##[error]##[group]x',
  'an annotation with properties': '\n::error file=a.ts,line=1,title=x::y%0A::z\n',
  'an environment file': 'status=Succeeded\nstatus<<EOF\nSucceeded\nEOF\n',
  'a delimiter of an output': '\nghadelimiter_00000000-0000-0000-0000-000000000000\nstatus=x\n',
  'terminal escapes': `${ESCAPE}[2J${ESCAPE}[31mred${ESCAPE}]0;title\u0007\u009b1A`,
  Markdown:
    '\n\n# Succeeded\n\n[click](https://evil.example) ![x](https://evil.example/x.png) **b** `c` ~~d~~ @all #1\n\n- a\n> q\n',
  'a table': '| a | b |\n|---|---|\n| c | d |\n',
  'a fence': '\n```\n````\n~~~\n# Heading\n',
  HTML: '<img src=x onerror=alert(1)><script>alert(1)</script></details></td><!-- <h1>',
  mermaid:
    'gantt\nsection x : done, crit, 2020-01-01, 1d\n click a href "javascript:alert(1)"\n%%{init: {}}%%',
  'a formula': '$`x`$ $$\\href{javascript:alert(1)}{x}$$',
  'bidi marks': '\u202egnp.exe\u2066\u2067\u2068\u2069\u200f\u061c',
  'NUL and other controls': 'a\u0000b\u0001c\u0008\u007f\u0085\u2028\u2029d',
  'invisible characters': '\u200b\u200d\ufeff\u00ad\u{e0041}\u{e007f}',
  'half a character': '\ud800 \udfff',
  'a path': '../../../../etc/passwd\u0000.json',
  'a signed URL': 'https://x.blob.core.windows.net/c/b?sv=2022&sig=c2VjcmV0c2lnbmF0dXJl',
  'a megabyte': `${'lorem ipsum '.repeat(90_000)}\n${LINES.join('\n')}`,
  'ten thousand lines': LINES.join('\n').repeat(1_400)
}

const OWN_COMMANDS = ['add-mask', 'group', 'endgroup', 'warning', 'error']
const OWN_OUTPUTS = new Set((readOwnManifest().outputs ?? []).map(({ id }) => id))
/** The one heading of the summary. */
const OWN_HEADINGS = /^## ❌ PUT of `cart` failed after [\d.]+ s$/

function toHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, ' ').slice(0, 4_000)
}

/** A failure that says it everywhere. */
function fail(payload: string): readonly ScriptedRoute[] {
  const headers = {
    'x-ms-request-id': toHeader(payload),
    'x-ms-correlation-request-id': toHeader(payload),
    'x-ms-error-code': toHeader(payload),
    'x-ms-failure-cause': toHeader(payload)
  }
  const detail = { code: payload, message: payload, target: payload }
  const policy = { policyDefinitionDisplayName: payload, policyAssignmentName: payload }
  const error = {
    ...detail,
    details: [detail, { code: 'Nested', message: JSON.stringify({ error: detail }) }],
    innererror: { [payload]: payload },
    additionalInfo: [
      { type: 'PolicyViolation', info: policy },
      { type: payload, info: { [payload]: payload } }
    ]
  }
  return [
    route('PUT', RESOURCE, { ...accepted(), headers: { ...accepted().headers, ...headers } }),
    route(
      'GET',
      STATUS,
      { body: { status: payload, percentComplete: 7 }, headers },
      { body: { status: 'Failed', id: payload, name: payload, error }, headers }
    ),
    route('GET', RESOURCE, { body: { id: payload } })
  ]
}

/** Controls but for tab and line feed, marks that are not seen or turn the text round, and halves of characters. */
const INVISIBLE = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u
const MAX_LINE_CHARS = 10_000
const MAX_LINES = 300
const MIB = 1024 * 1024

describe.concurrent('hostile text', () => {
  it.each(Object.entries(PAYLOADS))('%s', async (_what, payload) => {
    const played = await runActionScenario({ routes: fail(payload) })
    const { run } = played
    expectRed(played, { status: 'Failed', 'status-code': '200' })

    const lines = run.stdout.split('\n')
    const commands = run.commands.map(({ command }) => command)
    expect(commands.filter((command) => !OWN_COMMANDS.includes(command))).toEqual([])
    // The token, and the signature of the URL that is a secret by its form.
    const masks = payload.includes('c2VjcmV0c2ln') ? 2 : 1
    expect(commands.filter((command) => command === 'add-mask')).toHaveLength(masks)
    expect(lines.filter((line) => line.includes('##['))).toEqual([])
    expect(lines.filter((line) => INVISIBLE.test(line))).toEqual([])
    expect(lines.length).toBeLessThan(MAX_LINES)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(MAX_LINE_CHARS)
    for (const { file } of run.annotations) expect(file).toBeUndefined()

    expect(Object.keys(run.outputs).filter((name) => !OWN_OUTPUTS.has(name))).toEqual([])
    expect(run.state).toEqual({ phase: 'post', run: '' })
    const size = Object.values(run.outputs).join('').length
    expect(size).toBeLessThan(MIB)
    expect(
      readdirSync(run.temp).filter((name) => !/^arm-operation-[\da-f-]+\.json$/.test(name))
    ).toEqual([])
    expect(readdirSync(run.workspace)).toEqual([])

    expect(Buffer.byteLength(run.summary)).toBeLessThan(MIB)
    checkSummary(run.summary)
    const shown = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n')
    expect(`${shown}${run.summary}${run.outputs['error-message']}`).not.toContain('c2VjcmV0c2ln')
  })
})

describe.concurrent('work without end', () => {
  it('is bounded: a megabyte of what looks like tokens, and an expression that grows', async () => {
    const text = 'eyJ-'.repeat(MIB / 4)
    const grows = `${Array(27).fill('[@,@][]').join('|')}`
    const played = await runActionScenario({
      routes: [route('GET', RESOURCE, { body: { properties: { text } } })],
      inputs: { method: 'GET', outputs: `big: properties|${grows}\nsmall: length(properties.text)` }
    })
    const { run } = played
    expect(run).toMatchObject({ exitCode: 1, signal: null })
    expect(run.outputs).toMatchObject({ status: 'Succeeded', small: `${MIB}` })
    expect(run.annotations.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^Input outputs: big: .*too costly/)
      })
    ])
    expect(readWorkMs(run)).toBeLessThan(slowed(5_000, run))
  })
})

/** A mark of our own, plain words, and our own tag and times. */
const OWN_TASK =
  /^ {2}[✅❌🚫⏳] [\p{L}\p{N} ._/…›-]* :(done|active|crit)(, [\d-]{10} [\d:]{8}){2}$/u

/** The summary has the structure that the action gave it, and no other. */
function checkSummary(summary: string): void {
  expect(INVISIBLE.test(summary.replaceAll('\n', ''))).toBe(false)
  const blocks = summary.split(/^(`{3,})(\w+)\n[\s\S]*?^\1$/m)
  const prose = blocks.filter((_part, index) => index % 3 === 0).join('')
  const headings = prose.split('\n').filter((line) => /^\s{0,3}#/.test(line))
  expect(headings.filter((line) => !OWN_HEADINGS.test(line))).toEqual([])
  const withoutCode = prose.replace(/(`+)(?:(?!\1)[\s\S])*?\1(?!`)/g, '')
  const tags = withoutCode.match(/<[a-z!/][^>\n]*>/gi) ?? []
  expect(tags.filter((tag) => !/^<(\/?(details|summary)|https:\/\/[^>]*)>$/.test(tag))).toEqual([])
  expect(withoutCode).not.toMatch(/!\[|\]\(https?:/)
  const charts = summary.match(/^```mermaid\n[\s\S]*?^```$/gm) ?? []
  const rows = charts.flatMap((chart) => chart.split('\n').slice(1, -1))
  const isOwn = (row: string) =>
    /^(gantt| {2}(dateFormat YYYY-MM-DD HH:mm:ss|axisFormat %H:%M(:%S)?|tickInterval \d+[a-z]+|todayMarker off))$/.test(
      row
    ) || OWN_TASK.test(row)
  expect(rows.filter((row) => !isOwn(row))).toEqual([])
}
