/**
 * The place in the template's file where the cause of a failure is. Pure.
 * ARM counts lines in the body as it was sent, or names the JSON path; both are led back to the file that the part of
 * the body was read from.
 */
import { findNodeAtLocation, getLocation, type JSONPath, parseTree } from 'jsonc-parser'
import type { JsonObject } from '../http/message.ts'
import { findCauses, type OperationError } from '../operation/error.ts'
import type { BodySource } from '../request/body-source.ts'
import { hideRawBreaks } from '../request/json-blanks.ts'
import { readPointer } from '../request/json-pointer.ts'
import type { FilePlace } from '../run/outcome.ts'

const TEMPLATE: JSONPath = ['properties', 'template']
const MESSAGE_POSITION = /\bat line '(\d{1,7})' and column '(\d{1,7})'/

/** The place of an error in the files that the body came from; only the file where ARM names no line. */
export function findTemplatePlace(
  error: OperationError,
  body: string | undefined,
  sources: readonly BodySource[]
): FilePlace | undefined {
  for (const path of listPaths(error, body ?? '')) {
    const place = locate(path, sources)
    if (place !== undefined) return place
  }
  const whole = findSource(TEMPLATE, sources)
  return whole === undefined ? undefined : { file: whole.source.file }
}

/** JSON paths in the body that the error points to, the most exact first. */
function listPaths(error: OperationError, body: string): readonly JSONPath[] {
  // The place of one error is none of another's.
  const nodes = findCauses(error)[0]?.about ?? [error]
  const violations = nodes
    .flatMap(({ additionalInfo }) => additionalInfo)
    .filter(({ type }) => type.toLowerCase() === 'templateviolation')
    .map(({ info }) => info)
  const positions = [
    ...violations.map(({ lineNumber, linePosition }) => ({
      line: lineNumber,
      column: linePosition
    })),
    ...nodes.flatMap(({ message }) => {
      const [, line, column] = MESSAGE_POSITION.exec(message) ?? []
      return line === undefined ? [] : [{ line: Number(line), column: Number(column) }]
    })
  ]
  return [
    ...violations.flatMap(readViolationPath),
    ...positions.flatMap(({ line, column }) => {
      const offset = toOffset(body, line, column)
      return offset === undefined ? [] : [getLocation(body, offset).path]
    })
  ]
}

/** `properties.template.resources[0]`; a path that begins in the template is one of the body too. */
function readViolationPath({ path }: JsonObject): readonly JSONPath[] {
  if (typeof path !== 'string' || path === '' || path.length > 2_000) return []
  const segments: JSONPath = Array.from(
    path.matchAll(/\[(\d+)\]|\['([^']*)'\]|([^.[\]]+)/g),
    ([, index, quoted, name]) => (index === undefined ? (quoted ?? name ?? '') : Number(index))
  )
  const isWhole = String(segments[0]).toLowerCase() === 'properties'
  return [isWhole ? segments : [...TEMPLATE, ...segments]]
}

function toOffset(text: string, line: unknown, column: unknown): number | undefined {
  if (typeof line !== 'number' || typeof column !== 'number' || line < 1) return undefined
  let start = 0
  for (let count = 1; count < line; count += 1) {
    start = text.indexOf('\n', start) + 1
    if (start === 0) return undefined
  }
  const offset = start + Math.max(0, column - 1)
  return offset < text.length ? offset : undefined
}

function locate(path: JSONPath, sources: readonly BodySource[]): FilePlace | undefined {
  const found = findSource(path, sources)
  if (found === undefined) return undefined
  const { source, rest } = found
  const { file, text } = source
  // A string over several lines would end at the first one for the parser.
  const root = text === undefined ? undefined : parseTree(hideRawBreaks(text))
  if (text === undefined || root === undefined) return { file }
  const wanted = [...toPath(source.filePointer), ...rest]
  for (let length = wanted.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(root, wanted.slice(0, length))
    if (node !== undefined) return { file, ...toLineAndColumn(text, node.offset) }
  }
  return { file }
}

/** The source that holds a path of the body most closely, and the rest of the path in it. */
function findSource(path: JSONPath, sources: readonly BodySource[]) {
  const [closest] = sources
    .map((source) => ({ source, pointer: toPath(source.pointer) }))
    .filter(({ pointer }) => pointer.every((segment, index) => isSameSegment(segment, path[index])))
    .toSorted((one, other) => other.pointer.length - one.pointer.length)
  return closest === undefined
    ? undefined
    : { source: closest.source, rest: path.slice(closest.pointer.length) }
}

function isSameSegment(one: string | number, other: string | number | undefined): boolean {
  return String(one).toLowerCase() === String(other).toLowerCase()
}

/** Path of a pointer; a number may be an index or a name, and stands for the index. */
function toPath(pointer: string): JSONPath {
  return readPointer(pointer).map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment))
}

function toLineAndColumn(text: string, offset: number) {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
