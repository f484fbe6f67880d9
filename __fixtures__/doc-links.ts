/**
 * Links of the repository's documents, and names of documents in its other texts: where each leads, and what is wrong
 * with it. What lies outside of the repository is judged by its address alone; nothing is fetched.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Place in a document that leads somewhere. */
export interface DocLink {
  readonly path: string
  readonly line: number
  /** As it is written. */
  readonly target: string
}

const FENCED = /^( *)(`{3,}|~{3,})[^\n]*\n.*?^ *\2`* *$/gms
const INLINE_CODE = /(`+)(?!`).*?[^`]\1(?!`)/gs

// Lines stay what they are.
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ')
}

const LINKS: readonly RegExp[] = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g,
  /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)/gm,
  /\b(?:href|src|srcset)="([^"\s]+)/g,
  /(?<![("=\w])<?(https?:\/\/[^\s<>)"'`\]]+[^\s<>)"'`\].,;:])/g
]

/** Every link of a Markdown document, but for what is code. */
export function listLinks(path: string, document: string): readonly DocLink[] {
  const text = document.replaceAll(FENCED, blank).replaceAll(INLINE_CODE, blank)
  return LINKS.flatMap((pattern) => findAll(path, text, pattern))
}

const WHOLE_LINK = /!?\[(?:[^[\]]|\[[^\]]*\])*\]\([^)]*\)/g

/** Every end of a link that has lost its beginning, by its place. */
export function listLooseEnds(path: string, document: string): readonly string[] {
  const text = document.replaceAll(FENCED, blank).replaceAll(INLINE_CODE, blank)
  const rest = text.replaceAll(WHOLE_LINK, blank).replaceAll(WHOLE_LINK, blank)
  return findAll(path, rest, /(\]\()/g).map(({ line }) => `${path}:${line}: a link without its "["`)
}

function findAll(path: string, text: string, pattern: RegExp): readonly DocLink[] {
  return [...text.matchAll(pattern)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length
    return { path, line, target: match[1] ?? '' }
  })
}

const OWN_FILES =
  /(?<![\w/.:-])((?:docs|examples)\/[\w./-]+\.(?:md|ya?ml|png|json)(?:#[\w-]+)?|[A-Z]{4,}\.md(?:#[\w-]+)?)/g
const OWN_URLS =
  /(https:\/\/(?:github\.com|raw\.githubusercontent\.com)\/arm-operation\/arm-operation\b[\w./#@-]*[\w#])/g

/** Every file of the repository that a text names by its path, and every address of the repository itself. */
export function listMentions(path: string, text: string): readonly DocLink[] {
  return [...findAll(path, text, OWN_FILES), ...findAll(path, text, OWN_URLS)]
}

/** The anchor that GitHub gives a heading. */
export function toAnchor(heading: string): string {
  return heading
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<[^>]*>/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** Every anchor of a document: of its headings, numbered where they are the same, and those that it names. */
export function listAnchors(document: string): ReadonlySet<string> {
  const text = document.replaceAll(FENCED, blank)
  const anchors = new Set<string>()
  const counts = new Map<string, number>()
  for (const [, hashed, underlined] of text.matchAll(HEADING)) {
    const plain = toAnchor(hashed ?? underlined ?? '')
    const count = counts.get(plain) ?? 0
    counts.set(plain, count + 1)
    anchors.add(count === 0 ? plain : `${plain}-${count}`)
  }
  for (const [, id = ''] of text.matchAll(/<\w+ [^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

const HEADING = /^ {0,3}#{1,6} +(.*?)(?: +#+)? *$|^(\S[^\n]*)\n(?:=+|-{2,}) *$/gm

const OWN_URL =
  /^https:\/\/(?:github\.com\/arm-operation\/arm-operation(?:\/(?:blob|tree|raw|edit))?|raw\.githubusercontent\.com\/arm-operation\/arm-operation)\/(?:main|v0)\/(.+)$/
const OWN_PAGE =
  /^https:\/\/github\.com\/arm-operation\/arm-operation(?:\.git|\/(?:issues|discussions|releases|security|actions|pulls|pkgs|attestations|wiki)\b.*)?$/

/** Path in this repository that a link leads to, with its anchor; undefined where it leads out. */
export function resolveLink({ path, target }: DocLink, isMention = false): string | undefined {
  const own = OWN_URL.exec(target)?.[1]
  if (own !== undefined) return own
  if (/^[a-z]+:/i.test(target)) return undefined
  if (target.startsWith('#')) return `${path}${target}`
  return join(isMention ? '.' : dirname(path), target).replaceAll('\\', '/')
}

/** What is wrong with a link, with its place; undefined for a good one. */
export function judgeLink(
  link: DocLink,
  { hosts, isMention = false }: { readonly hosts: readonly string[]; readonly isMention?: boolean }
): string | undefined {
  const inside = resolveLink(link, isMention)
  const fault = inside === undefined ? judgeAddress(link.target, hosts) : judgeInside(inside)
  return fault === undefined ? undefined : `${link.path}:${link.line}: ${link.target}: ${fault}`
}

function judgeAddress(target: string, hosts: readonly string[]): string | undefined {
  if (OWN_PAGE.test(target)) return undefined
  if (/\barm-operation\/arm-operation\b/.test(target)) return 'no page of this repository'
  if (!URL.canParse(target)) return 'no address'
  const { protocol, host } = new URL(target)
  if (protocol !== 'https:') return 'not https'
  return hosts.includes(host) ? undefined : `${host} is not among the hosts`
}

function judgeInside(inside: string): string | undefined {
  const [path = '', anchor] = inside.split('#', 2)
  if (path.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(path)) return 'no such file'
  if (anchor === undefined) return undefined
  if (!path.endsWith('.md')) return /^L\d+/.test(anchor) ? undefined : 'an anchor in no document'
  const anchors = listAnchors(readFileSync(path, 'utf8'))
  return anchors.has(decodeURIComponent(anchor)) ? undefined : 'no such heading'
}
