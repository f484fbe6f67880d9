/**
 * Finds what is a secret in an answer, by its name or its shape, so that it is masked before anything is logged or
 * set: listKeys, beginGetAccess and their kin answer with credentials. Pure, and bounded.
 * Errs towards masking, but never masks what a person needs to read: a state word, or an ID of the request.
 */
import { isList, isObject } from '../http/body.ts'
import type { Body, JsonValue } from '../http/message.ts'
import { OUTCOME_STATUSES } from '../run/outcome.ts'

const MAX_VALUES = 200_000
const MAX_SECRETS = 1_000
/** Masking a shorter text would blank half of the log. */
const MIN_SECRET_CHARS = 8

/** Names whose text is a secret: they end so, an index aside (`accessSAS`, `primaryKey`, `key1`, `adminPassword`). */
const SECRET_NAME =
  /(?:key|keyvalue|secret|secretvalue|secrettext|password|pwd|passphrase|token|sas|sasurl|sasuri|credentials?|connectionstring|kubeconfig|privatekey|certificatedata)[ _-]?\d{0,2}$/i
/** Names that end like one and name something else. */
const HARMLESS_NAME =
  /(?:public|partition|sort|row|foreign|primarykeycolumn|group|tag|object|resource|routing|sshpublic|hash|shard|lookup|cache|idempotency)[ _-]?key$|(?:continuation|next|skip|page|sync|publickey)[ _-]?token$/i
/** Lists of named secrets: the text is in `value` (`kubeconfigs`, ACR's `passwords`, `listKeys`). */
const SECRET_LIST_NAME =
  /(?:keys|kubeconfigs|secrets|passwords|tokens|credentials|connectionstrings)$/i
/** Names of siblings that make `value` a secret: the one that they speak of. */
const SECRET_SIBLINGS = new Set(['keyname', 'connectionstring', 'secretname', 'passwordname'])

/** The part of a token before its first dot, with what is before that. It begins where its run of characters does: one
 * that may begin anywhere in there is looked for once for each of its characters. */
const JWT = /(?<![\w-])([\w-]{11,})(?=(\.[\w-]{8,}\.[\w-]*))/g
const SIGNED_QUERY = /[?&]sig=([^&\s"'<>]{8,})/gi
const CONNECTION_PART =
  /(?:^|;)\s*(?:AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|Secret|ClientSecret|PrimaryKey|ApiKey)\s*=\s*([^;\s]{4,})/gi
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
/** 512 bits in base64, as Storage, Cosmos DB and Service Bus make their keys. */
const LONG_KEY = /^[A-Za-z0-9+/]{86}==$/

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
 * The secrets in a body.
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

interface SecretSearch {
  readonly found: Set<string>
  readonly known: string
  valuesLeft: number
}

// With a stack of its own: a body may be nested more deeply than the machine's stack goes.
function searchValue(root: JsonValue, rootPlace: Place, search: SecretSearch): void {
  const stack: { readonly value: JsonValue; readonly place: Place }[] = [
    { value: root, place: rootPlace }
  ]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (search.valuesLeft <= 0 || search.found.size > MAX_SECRETS) return
    search.valuesLeft -= 1
    const { value, place } = next
    if (typeof value === 'string') searchText(value, place, search)
    else if (isList(value)) {
      // One more than may be looked at tells that there are more.
      for (const item of value.slice(0, search.valuesLeft + 1)) stack.push({ value: item, place })
    } else if (isObject(value)) {
      const isBesideName = Object.keys(value).some((key) => SECRET_SIBLINGS.has(key.toLowerCase()))
      for (const [name, inner] of Object.entries(value)) {
        stack.push({ value: inner, place: placeOf(name, isBesideName, place) })
      }
    }
  }
}

function placeOf(name: string, isBesideName: boolean, above: Place): Place {
  const isValue = name.toLowerCase() === 'value'
  return { name, isSecretValue: isValue && (isBesideName || SECRET_LIST_NAME.test(above.name)) }
}

function searchText(text: string, { name, isSecretValue }: Place, search: SecretSearch): void {
  const isNamed = SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
  if (isNamed || isSecretValue || LONG_KEY.test(text) || PRIVATE_KEY.test(text)) add(text, search)
  searchShapes(text, search)
}

function searchShapes(text: string, search: SecretSearch): void {
  for (const [, head = '', rest = ''] of text.matchAll(JWT)) {
    const at = head.search(/\beyJ[\w-]{8}/)
    if (at >= 0) add(head.slice(at) + rest, search)
  }
  for (const [, signature = ''] of text.matchAll(SIGNED_QUERY)) {
    add(signature, search)
    add(decode(signature), search)
  }
  for (const [, secret = ''] of text.matchAll(CONNECTION_PART)) add(secret, search)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const STATE_WORDS = new Set(
  [...OUTCOME_STATUSES, 'Completed', 'Cancelled', 'Creating', 'Updating', 'Deleting'].map((word) =>
    word.toLowerCase()
  )
)

function add(text: string, { found, known }: SecretSearch): void {
  const secret = text.trim()
  const lower = secret.toLowerCase()
  if (secret.length < MIN_SECRET_CHARS || STATE_WORDS.has(lower) || known.includes(lower)) return
  // A name of something in Azure, such as `Microsoft.Storage` as the source of a key, or a resource ID.
  if (/^Microsoft\.\w+$/i.test(secret) || /^\/subscriptions\/[^?]*$/i.test(secret)) return
  found.add(secret)
}
