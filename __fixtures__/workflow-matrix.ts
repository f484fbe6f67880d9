/**
 * Fills the matrix of a workflow job as GitHub does. Pure.
 */
import type { JsonObject, JsonValue } from '../src/http/message.ts'

/**
 * The combinations of a matrix: the cross product, less what `exclude` names, and with `include` added
 * (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixinclude).
 */
export function expandMatrix(matrix: JsonObject): JsonObject[] {
  const { include, exclude, ...axes } = matrix
  const product = Object.entries(axes).reduce<JsonObject[]>(
    (rows, [name, values]) =>
      rows.flatMap((row) => toList(values, name).map((value) => ({ ...row, [name]: value }))),
    Object.keys(axes).length === 0 ? [] : [{}]
  )
  const excluded = toObjects(exclude, 'exclude')
  const kept = product.filter((row) => !excluded.some((entry) => hasAll(row, entry)))
  return addIncluded(kept, toObjects(include, 'include'))
}

// An entry extends every combination of the axes that it does not contradict; values added by an earlier entry may
// be overwritten, those of an axis may not. An entry that extends none is a combination of its own.
function addIncluded(rows: readonly JsonObject[], included: readonly JsonObject[]): JsonObject[] {
  const extended = rows.map((axes) => ({ axes, row: axes }))
  const added: JsonObject[] = []
  for (const entry of included) {
    const fitting = extended.filter(({ axes }) =>
      Object.entries(entry).every(([key, value]) => !(key in axes) || axes[key] === value)
    )
    for (const match of fitting) match.row = { ...match.row, ...entry }
    if (fitting.length === 0) added.push(entry)
  }
  return [...extended.map(({ row }) => row), ...added]
}

function hasAll(row: JsonObject, entry: JsonObject): boolean {
  return Object.entries(entry).every(([key, value]) => row[key] === value)
}

function toList(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  if (value === undefined) return []
  if (isList(value)) return value
  throw new Error(`matrix.${name} is not a list`)
}

function toObjects(value: JsonValue | undefined, name: string): JsonObject[] {
  return toList(value, name).map((item) => {
    if (isObject(item)) return item
    throw new Error(`matrix.${name} holds something that is not a mapping`)
  })
}

/** True for a JSON array. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** True for a JSON object. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
