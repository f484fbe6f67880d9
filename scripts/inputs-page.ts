/**
 * The generated parts of docs/inputs.md: a chapter for each group that a comment of action.yml begins, and a section for
 * each input and output. Texts in, text out: reads and writes no file.
 */
import { isMap, isNode, isScalar, parseDocument } from 'yaml'
import { findRelease, type Kind, TAKES } from './contract-facts.ts'

/** Input or output, as action.yml declares it. */
interface Member {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly preset: string | undefined
}

interface Group {
  readonly title: string
  readonly members: readonly Member[]
}

const WORDS = { inputs: 'input', outputs: 'output' } as const satisfies Record<Kind, string>

/** Page with the parts between its markers filled from the text of action.yml. Throws where something is missing. */
export function fillInputsPage(actionText: string, page: string): string {
  const kinds: readonly Kind[] = ['inputs', 'outputs']
  return kinds.reduce(
    (text, kind) => fill(text, kind, renderKind(kind, readGroups(actionText, kind))),
    page
  )
}

/** Groups in the order of action.yml. */
function readGroups(actionText: string, kind: Kind): readonly Group[] {
  const map = parseDocument(actionText).get(kind, true)
  if (!isMap(map)) throw new Error(`action.yml: has no ${kind}`)
  return map.items.reduce<readonly Group[]>((groups, { key, value }, index) => {
    const member = readMember(kind, key, value)
    // The comment before the first member belongs to the mapping.
    const comment = index === 0 ? map.commentBefore : isNode(key) ? key.commentBefore : undefined
    const title = comment?.trim()
    const group = title === undefined ? groups.at(-1) : { title, members: [] }
    if (group === undefined) throw new Error(`action.yml: \`${member.name}\` belongs to no group`)
    const earlier = title === undefined ? groups.slice(0, -1) : groups
    return [...earlier, { ...group, members: [...group.members, member] }]
  }, [])
}

function readMember(kind: Kind, key: unknown, value: unknown): Member {
  const name = isScalar(key) ? String(key.value) : ''
  const read = (field: string) => (isMap(value) ? value.get(field) : undefined)
  const description = read('description')
  if (typeof description !== 'string' || description.trim() === '') {
    throw new Error(`action.yml: ${WORDS[kind]} \`${name}\` has no description`)
  }
  const preset = read('default')
  return {
    name,
    description: description.trim().replace(/\s+/g, ' '),
    required: read('required') === true,
    preset: preset === undefined ? undefined : String(preset)
  }
}

function renderKind(kind: Kind, groups: readonly Group[]): string {
  const rows = groups.map(({ title, members }) => {
    const links = members.map(({ name }) => `[\`${name}\`](#${toSection(kind, name).anchor})`)
    return `| ${title} | ${links.join(', ')} |`
  })
  const chapters = groups.flatMap(({ title, members }) => [
    `## ${capitalize(kind)}: ${title.toLowerCase()}`,
    ...members.map((member) => renderMember(kind, member))
  ])
  return [
    [`| Group | ${capitalize(kind)} |`, '| --- | --- |', ...rows].join('\n'),
    ...chapters
  ].join('\n\n')
}

/** Heading of a section and its anchor. An output may have the name of an input, so its heading has a word more. */
function toSection(kind: Kind, name: string) {
  return kind === 'outputs'
    ? { title: `Output \`${name}\``, anchor: `output-${name}` }
    : { title: `\`${name}\``, anchor: name }
}

function renderMember(kind: Kind, member: Member): string {
  const { name, description } = member
  const facts = kind === 'inputs' ? listInputFacts(member) : []
  const since = findRelease(kind, name)
  if (since === undefined) {
    throw new Error(`contract-facts.ts: ${WORDS[kind]} \`${name}\` has no release`)
  }
  // A link from action.yml begins at the root of the repository, one of this page in docs/.
  const text = description.replaceAll('](docs/', '](')
  const line = capitalize([...facts, `since ${since}`].join(' · '))
  return `### ${toSection(kind, name).title}\n\n${text}\n\n*${line}*`
}

function listInputFacts({ name, required, preset }: Member): readonly string[] {
  const takes = TAKES[name]
  if (takes === undefined) throw new Error(`contract-facts.ts: input \`${name}\` has no values`)
  const told = preset === undefined ? 'no default' : `default \`${preset}\``
  return [...(required ? ['required'] : []), takes, told]
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function fill(text: string, kind: Kind, content: string): string {
  const [begin, end] = [`<!-- begin ${kind} -->`, `<!-- end ${kind} -->`]
  const [before, rest, ...more] = text.split(begin)
  const [, after, ...again] = (rest ?? '').split(end)
  if (after === undefined || more.length > 0 || again.length > 0) {
    throw new Error(`docs/inputs.md: expected \`${begin}\` and \`${end}\` once each, in this order`)
  }
  return `${before}${begin}\n\n${content}\n\n${end}${after}`
}
