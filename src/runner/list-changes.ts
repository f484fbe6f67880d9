/**
 * The changes that all what-ifs of a list predict together, as the outputs of one. Pure.
 */
import { cutLines } from '../report/list-record.ts'
import type { ListReport } from '../report/list-report.ts'
import { toCodeSpan } from '../report/markdown.ts'
import { parseJson } from '../values.ts'

const MAX_MARKDOWN_CHARS = 60_000
const MIN_SHARE_CHARS = 500

/** Outputs of one what-if, by their names. */
interface Preview {
  readonly name: string
  readonly outputs: ReadonlyMap<string, string>
}

/** Outputs of all what-ifs together; none where there was no what-if. */
export function listChanges(
  report: ListReport
): readonly (readonly [name: string, compose: () => string])[] {
  const previews = listPreviews(report)
  if (previews.length === 0) return []
  const valuesOf = (name: string) => previews.map(({ outputs }) => outputs.get(name) ?? '')
  return [
    ['has-changes', () => String(valuesOf('has-changes').includes('true'))],
    ['change-counts', () => sumCounts(valuesOf('change-counts'))],
    ['changes-markdown', () => joinMarkdown(previews)]
  ]
}

function listPreviews({ records }: ListReport): readonly Preview[] {
  return records.flatMap((record) => {
    const given = record.kind === 'ended' ? record.explanation.outcome.addition?.outputs : undefined
    const outputs = new Map(given?.map(({ name, value }) => [name, value]))
    return outputs.has('has-changes') ? [{ name: record.name, outputs }] : []
  })
}

/** In the order in which the first what-if tells them, which is that of the types. */
function sumCounts(texts: readonly string[]): string {
  const sums = new Map<string, number>()
  for (const text of texts) {
    for (const [type, count] of Object.entries(parseJson(text) ?? {})) {
      if (typeof count === 'number') sums.set(type, (sums.get(type) ?? 0) + count)
    }
  }
  return JSON.stringify(Object.fromEntries(sums))
}

function joinMarkdown(previews: readonly Preview[]): string {
  const share = Math.max(MIN_SHARE_CHARS, Math.floor(MAX_MARKDOWN_CHARS / previews.length))
  let left = MAX_MARKDOWN_CHARS
  const sections = previews.flatMap(({ name, outputs }) => {
    const text = cutLines(outputs.get('changes-markdown') ?? '', share)
    const section = `### ${toCodeSpan(name)}\n\n${text}`
    left -= section.length
    return left < 0 ? [] : [section]
  })
  const more = previews.length - sections.length
  return [...sections, ...(more > 0 ? [`_And ${more} more what-ifs._`] : [])].join('\n\n')
}
