/**
 * What GitHub asks of an issue form before it shows it: a form that breaks a rule is left out without a word. As its
 * page "Common validation errors when creating issue forms" says.
 */
import { parse } from 'yaml'
import type { JsonObject, JsonValue } from '../src/http/message.ts'
import { isList, isObject } from './workflow-matrix.ts'

const TOP_KEYS = ['name', 'description', 'title', 'labels', 'assignees', 'projects', 'type', 'body']
const ELEMENT_KEYS = ['type', 'id', 'attributes', 'validations']
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  markdown: ['value'],
  input: ['label', 'description', 'placeholder', 'value'],
  textarea: ['label', 'description', 'placeholder', 'value', 'render'],
  dropdown: ['label', 'description', 'multiple', 'options', 'default'],
  checkboxes: ['label', 'description', 'options']
}
const ID = /^[\w-]+$/
/** Words that a label may not have, lest people paste what they name. */
const FORBIDDEN_WORD = /password|token|secret|credential|api.?key/i

/** Every rule that a form breaks. */
export function findFormFaults(text: string): readonly string[] {
  const form: JsonValue = parse(text)
  if (!isObject(form)) return ['the form is not a mapping']
  const body = isList(form.body) ? form.body.filter(isObject) : []
  const named = body.filter(({ type }) => type !== 'markdown')
  return [
    ...findUnknown(form, TOP_KEYS),
    ...['name', 'description'].filter((key) => !isText(form[key])).map((key) => `no ${key}`),
    ...(named.length === 0 ? ['nothing to fill in'] : []),
    ...findTwins(named.map(({ id }) => id)).map((id) => `two elements ${id}`),
    ...findTwins(named.map((each) => readAttributes(each).label)).map((label) => `twice: ${label}`),
    ...body.flatMap((element, index) =>
      findElementFaults(element).map((fault) => `body[${index}]: ${fault}`)
    )
  ]
}

function findElementFaults(element: JsonObject): readonly string[] {
  const { type, id } = element
  const allowed = ATTRIBUTES[String(type)]
  if (allowed === undefined) return [`${type} is no type`]
  const attributes = readAttributes(element)
  const required = type === 'markdown' ? 'value' : 'label'
  return [
    ...findUnknown(element, ELEMENT_KEYS),
    ...findUnknown(attributes, allowed),
    ...(isText(attributes[required]) ? [] : [`no ${required}`]),
    ...(type === 'markdown' || (isText(id) && ID.test(id)) ? [] : [`${id} is no id`]),
    ...(FORBIDDEN_WORD.test(String(attributes.label)) ? [`${attributes.label} is a label`] : []),
    ...(allowed.includes('options') ? findOptionFaults(attributes.options) : [])
  ]
}

function findOptionFaults(options: JsonValue | undefined): readonly string[] {
  if (!isList(options) || options.length === 0) return ['no options']
  const labels = options.map((option) => (isObject(option) ? option.label : option))
  return [
    ...labels.filter((label) => !isText(label)).map((label) => `${label} is no text`),
    ...labels.filter((label) => /^none$/i.test(String(label))).map(() => 'None is reserved'),
    ...findTwins(labels).map((label) => `two options ${label}`)
  ]
}

function findUnknown(object: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `${key} is no key`)
}

function findTwins(values: readonly (JsonValue | undefined)[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index).map(String)
}

function readAttributes({ attributes }: JsonObject): JsonObject {
  return attributes !== undefined && isObject(attributes) ? attributes : {}
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.trim() !== ''
}
