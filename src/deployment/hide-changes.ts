/**
 * Hides the registered secrets in the changes that a what-if predicts, before any of them is cut or rendered. Pure.
 */
import { isList, isObject, parseJsonText } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { JsonValue } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { ChangeReport, PropertyChange, ResourceChange } from './what-if.ts'

type Hide = (text: string) => string

/** The report without the secrets in its texts and values; the words for what changes are Azure's own, and stay. */
export function hideChanges(report: ChangeReport, hide: Hide): ChangeReport {
  const { changes, diagnostics, skipped } = report
  return {
    changes: changes.map((change) => hideChange(change, hide)),
    diagnostics: diagnostics.map(({ level, code, message, target }) => ({
      level: hide(level),
      code: hide(code),
      message: hide(message),
      target: hide(target)
    })),
    skipped: skipped.map(hide)
  }
}

function hideChange(change: ResourceChange, hide: Hide): ResourceChange {
  const { changeType, isPotential, name, type, scope, traits, note, properties } = change
  return {
    changeType,
    isPotential,
    name: hide(name),
    type: hide(type),
    scope: hide(scope),
    traits: hide(traits),
    note: hide(note),
    properties: properties.map((property) => hideProperty(property, hide))
  }
}

function hideProperty({ path, before, after }: PropertyChange, hide: Hide): PropertyChange {
  const hideEither = (value: JsonValue | undefined) =>
    value === undefined ? undefined : hideValue(value, hide)
  return omitUndefined({ path: hide(path), before: hideEither(before), after: hideEither(after) })
}

/** As text, for a value may be nested more deeply than the machine's stack goes; a number may be a secret as well. */
function hideValue(value: JsonValue, hide: Hide): JsonValue {
  if (typeof value === 'string') return hide(value)
  const text = writeJsonText(value)
  const hidden = hide(text)
  if (hidden === text) return value
  const kept = isList(value) || isObject(value) ? parseJsonText(hidden) : undefined
  return kept ?? hidden
}
