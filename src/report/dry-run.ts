/**
 * A dry run as an outcome: the request as it would be sent, for the log and the summary. Pure. A chunk of its own.
 * What a request holds is its author's text, so it is shown as it is, but for what is a secret: what is registered as
 * one, what is named or shaped like one, and the value of a parameter that the template in the body declares secure.
 */
import { type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { ArmRequest } from '../http/message.ts'
import type { Outcome } from '../run/outcome.ts'
import { hideSecretShapes, isSecretName } from '../secret-shapes.ts'
import { fenceLines } from './markdown.ts'
import { bound, MAX_LINE_CHARS, makeVisible, neutralizeCommands } from './sanitize.ts'

/** Request that is not sent. */
export interface UnsentRequest {
  readonly request: ArmRequest
  /** All that would be sent, names in lower case, but for the token. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** Lines of the request in the log, which folds them. */
const MAX_LOG_LINES = 5_000
const MAX_SUMMARY_LINES = 200
const MARK = '***'

/**
 * Outcome of a dry run.
 * @param at milliseconds since the epoch
 * @param hide replaces what is registered as a secret
 */
export function describeDryRun(
  { request, headers, body = '' }: UnsentRequest,
  at: number,
  hide: (text: string) => string
): Outcome {
  const text = [
    `${request.method} ${hideQuery(request.url)}`,
    ...Object.entries({ authorization: `Bearer ${MARK}`, ...headers }).map(
      ([name, value]) => `${name}: ${isSecretName(name) ? MARK : value}`
    ),
    ...(body === '' ? [] : ['', printBody(body)])
  ].join('\n')
  const lines = hide(text).split(/\r\n|[\r\n]/)
  return {
    ending: { kind: 'skipped' },
    request,
    changes: [],
    warnings: [],
    startedAt: at,
    endedAt: at,
    pollCount: 0,
    addition: {
      outputs: [],
      log: { title: 'Request as it would be sent', lines: showLines(lines, MAX_LOG_LINES) },
      summary: [fenceLines(showLines(lines, MAX_SUMMARY_LINES))]
    }
  }
}

function hideQuery(url: string): string {
  return url.replace(/([?&])([^=&?]*)=[^&]*/g, (pair, mark: string, name: string) =>
    isSecretName(name) ? `${mark}${name}=${MARK}` : pair
  )
}

/** The lines as they are, each harmless and without what has the shape of a secret. */
function showLines(lines: readonly string[], most: number): readonly string[] {
  const shown = lines
    .slice(0, most)
    .map((line) => neutralizeCommands(bound(hideSecretShapes(makeVisible(line)), MAX_LINE_CHARS)))
  const more = lines.length - most
  return more > 0 ? [...shown, `… (${more} more lines)`] : shown
}

/** JSON with a line for each value, digits and order as they are sent; any other text as it is. */
function printBody(text: string): string {
  try {
    const errors: ParseError[] = []
    const root = parseTree(text, errors, { disallowComments: true })
    return root !== undefined && errors.length === 0
      ? printNode(root, { text, depth: 0, secure: listSecure(root) })
      : hideElements(text)
  } catch (error) {
    if (error instanceof RangeError) return '(nested too deeply to be shown)'
    throw error
  }
}

/** XML without the text of elements with the names of secrets. */
function hideElements(text: string): string {
  return text.replace(
    /<([^<>/\s]+)(?:\s[^<>]*)?>([^<>]+)/g,
    (element, name: string, inner: string) =>
      isSecretName(name) ? `${element.slice(0, -inner.length)}${MARK}` : element
  )
}

/** Values of parameters that the template keeps secret. */
function listSecure(root: Node): ReadonlySet<Node> {
  const properties = findValue(root, 'properties')
  const template = findValue(properties, 'template')
  const declared = findValue(template, 'parameters')
  const given = findValue(properties, 'parameters')?.children ?? []
  const values = given.flatMap(({ children: [name, form] = [] }) => {
    const value = findValue(form, 'value')
    const declaration = findValue(declared, String(name?.value))
    return value !== undefined && isSecure(declaration, template) ? [value] : []
  })
  return new Set(values)
}

const MAX_REFERENCES = 10

function isSecure(declaration: Node | undefined, template: Node | undefined): boolean {
  const definitions = findValue(template, 'definitions')
  let next = declaration
  for (let count = 0; next !== undefined && count < MAX_REFERENCES; count += 1) {
    if (/^secure/i.test(String(findValue(next, 'type')?.value))) return true
    const reference = String(findValue(next, '$ref')?.value)
    next = findValue(definitions, reference.split('/').at(-1) ?? '')
  }
  return false
}

/** Value of a field; Azure reads names without regard to case. */
function findValue(node: Node | undefined, name: string): Node | undefined {
  const wanted = name.toLowerCase()
  const isWanted = ({ children: [key] = [] }: Node) => String(key?.value).toLowerCase() === wanted
  return node?.type === 'object' ? node.children?.findLast(isWanted)?.children?.[1] : undefined
}

interface Printing {
  readonly text: string
  readonly depth: number
  readonly secure: ReadonlySet<Node>
}

const MAX_DEPTH = 60

function printNode(node: Node, printing: Printing): string {
  const { text, depth, secure } = printing
  const { type, offset, length, children = [] } = node
  if (secure.has(node) || isSecret(node)) return `"${MARK}"`
  if (children.length === 0) return text.slice(offset, offset + length)
  if (depth >= MAX_DEPTH) return '…'
  const inner = { ...printing, depth: depth + 1 }
  const items = children.map((child) => {
    const [name, value] = child.type === 'property' ? (child.children ?? []) : []
    if (name === undefined || value === undefined) return printNode(child, inner)
    return `${text.slice(name.offset, name.offset + name.length)}: ${printNode(value, inner)}`
  })
  const [opening, closing] = type === 'array' ? '[]' : '{}'
  const indent = `\n${'  '.repeat(depth)}`
  return `${opening}${items.map((item) => `${indent}  ${item}`).join(',')}${indent}${closing}`
}

/** Properties that are a secret as a whole. */
const SECRET_PARTS = /^(?:customData|userData|protectedSettings|secureValue)$/i

/** True for what its own name makes a secret, or the name that it is the value of. */
function isSecret(node: Node): boolean {
  const { name, object } = findOwner(node)
  if (SECRET_PARTS.test(name)) return true
  if (isSecretName(name)) return node.type === 'string' || node.type === 'number'
  if (object === undefined || !/^(?:default)?value$/i.test(name)) return false
  const sibling: unknown = findValue(object, 'name')?.value
  return isSecretName(findOwner(object).name) || isSecretName(String(sibling))
}

function findOwner({ parent }: Node): {
  readonly name: string
  readonly object?: Node | undefined
} {
  if (parent?.type !== 'property') return { name: '' }
  return { name: String(parent.children?.[0]?.value), object: parent.parent }
}
