/**
 * Finds what is a secret in an answer, by its name or its shape, so that it is masked before anything is logged or set;
 * what is one by what was asked for, `secret-answers.ts` finds. Pure, and bounded.
 * Errs towards masking, but never masks what a person needs to read: a state word, a host, an ID of the request, a tag.
 */
import { isList, isObject } from '../http/body.ts'
import type { Body, JsonObject, JsonValue } from '../http/message.ts'
import { isSecretName, listSecretShapes } from '../secret-shapes.ts'
import { isNeededText } from './harmless-texts.ts'

const MAX_VALUES = 200_000
const MAX_SECRETS = 1_000
/** Masking a shorter text would blank half of the log. */
const MIN_SECRET_CHARS = 8

/** Lists of named secrets: the text is in `value` (`kubeconfigs`, ACR's `passwords`, `listKeys`). */
const SECRET_LIST_NAME =
  /(?:keys|kubeconfigs|secrets|passwords|tokens|credentials|connectionstrings)$/i
/** Names of siblings that make `value` a secret: the one that they speak of. */
const SECRET_SIBLING = /^(?:keyname|connectionstring|secretname|passwordname)$/i

const TAGS = /^tags$/i
const VALUE = /^value$/i

interface Place {
  /** Name of the field, or of the list that the value stands in; empty at the top. */
  readonly name: string
  /** The value stands where its list or a sibling makes it a secret. */
  readonly isSecretValue: boolean
}

/** The secrets of one answer, each once, and whether there were more than can be told. */
export interface FoundSecrets {
  readonly secrets: readonly string[]
  readonly isComplete: boolean
}

/**
 * The secrets in a body, by their names and shapes.
 * @param known text that is public already (the request's URL): what stands in it is no secret
 */
export function findSecrets(body: Body | undefined, known: string): FoundSecrets {
  const found = new Set<string>()
  const search = { found, known: known.toLowerCase(), valuesLeft: MAX_VALUES }
  if (body?.kind === 'json') searchValue(body.value, { name: '', isSecretValue: false }, search)
  else if (body?.kind === 'text' || body?.kind === 'malformed') searchShapes(body.text, search)
  const secrets = [...found].slice(0, MAX_SECRETS)
  return { secrets, isComplete: search.valuesLeft > 0 && found.size <= MAX_SECRETS }
}

interface Located {
  readonly value: JsonValue
  readonly place: Place
}

interface SecretSearch {
  readonly found: Set<string>
  readonly known: string
  valuesLeft: number
}

// With a stack of its own: a body may be nested more deeply than the machine's stack goes.
function searchValue(root: JsonValue, rootPlace: Place, search: SecretSearch): void {
  const stack: Located[] = [{ value: root, place: rootPlace }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (search.valuesLeft <= 0 || search.found.size > MAX_SECRETS) return
    search.valuesLeft -= 1
    const { value, place } = next
    if (typeof value === 'string') searchText(value, place, search)
    else if (isList(value)) {
      // One more than may be looked at tells that there are more.
      for (const item of value.slice(0, search.valuesLeft + 1)) stack.push({ value: item, place })
    } else if (isObject(value)) pushEntries(value, place, stack)
  }
}

function pushEntries(value: JsonObject, place: Place, stack: Located[]): void {
  const names = Object.keys(value)
  const isBesideName = names.some((name) => SECRET_SIBLING.test(name))
  for (const name of names) {
    // Whoever may write a tag must not decide what is hidden.
    if (TAGS.test(name)) continue
    stack.push({ value: value[name] ?? null, place: placeOf(name, isBesideName, place) })
  }
}

function placeOf(name: string, isBesideName: boolean, above: Place): Place {
  return {
    name,
    isSecretValue:
      name.length === 5 && VALUE.test(name) && (isBesideName || SECRET_LIST_NAME.test(above.name))
  }
}

function searchText(text: string, { name, isSecretValue }: Place, search: SecretSearch): void {
  if (isSecretName(name) || isSecretValue) add(text, search)
  searchShapes(text, search)
}

function searchShapes(text: string, search: SecretSearch): void {
  for (const secret of listSecretShapes(text)) add(secret, search)
}

function add(text: string, { found, known }: SecretSearch): void {
  const secret = text.trim()
  const isShort = secret.length < MIN_SECRET_CHARS
  if (isShort || isNeededText(secret) || known.includes(secret.toLowerCase())) return
  found.add(secret)
}
