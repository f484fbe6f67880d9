/**
 * Names and shapes of secrets: what a field is called that holds one, and what one looks like in any text. Pure, and
 * linear in the length of the text: no pattern may begin anew within what it has passed over.
 */
import { decodePart } from './values.ts'

/** Names whose text is a secret: they end so, an index aside (`accessSAS`, `primaryKey`, `key1`, `adminPassword`). */
const SECRET_NAME =
  /(?:key|keyvalue|secret|secretvalue|secrettext|password|pwd|passphrase|token|sas|sasurl|sasuri|credentials?|connectionstring|kubeconfig|certificatedata)(?:[ _-]?\d{1,2})?$/i
/** Names that end like one and name something else. */
const HARMLESS_NAME =
  /(?:public|partition|sort|row|foreign|primarykeycolumn|group|tag|object|resource|routing|sshpublic|hash|shard|lookup|cache|idempotency)[ _-]?key$|(?:continuation|next|skip|page|sync|publickey)[ _-]?token$/i

/** True for the name of a field that holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name)
}

/** The part of a token before its first dot, with what stands before that; it begins where its run of characters does. */
const JWT = /(?<![\w-])([\w-]{11,})(?=(\.[\w-]{8,}\.[\w-]*))/g
/** Parts of a query that are a credential: of shared access signatures, function keys and webhooks. */
const SIGNED_QUERY =
  /[?&](?:sig=([^&\s"'<>]{8,})|(?:code|token|access_token|subscription-key)=([^&\s"'<>]{20,}))/gi
/** Parts of connection strings; in a sentence the name stands after a blank, a quote or a comma as well. */
const CONNECTION_PART =
  /(?:AccountKey|AccessKey|SharedAccessSignature|Password|Pwd|Secret|PrimaryKey|ApiKey)\s*=\s*(?:"([^"]{4,})"|'([^']{4,})'|([^;\s]{4,}))/gi
/** Password in a URL: `postgres://user:password@host`. */
const URL_PASSWORD = /:\/\/[^\s:@/?#]*:([^\s@/]{4,})@/g
const MIN_SHAPE_CHARS = 4
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
/** 512 bits in base64, as Storage, Cosmos DB and Service Bus make their keys. */
const LONG_KEY = /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/g

/** A pattern that takes more characters than some millions breaks off with an error, so a longer text is read in parts. */
const MAX_PART_CHARS = 1_000_000
/** Longer than any secret by its shape: one that a part cuts is whole in the next one. */
const OVERLAP_CHARS = 20_000

/** What every shape has in it somewhere. Nearly all texts of an answer have nothing of it. */
const SIGN_OF_SHAPE = /[=@]|eyJ|-----BEGIN/

/** The secrets in a text that can be told by their shapes; all of the text where it is a private key. */
export function listSecretShapes(text: string): readonly string[] {
  if (!SIGN_OF_SHAPE.test(text)) return []
  const parts = PRIVATE_KEY.test(text) ? [[text]] : []
  for (let start = 0; start === 0 || start + OVERLAP_CHARS < text.length; ) {
    parts.push(listShapesOf(text.slice(start, start + MAX_PART_CHARS)))
    start += MAX_PART_CHARS - OVERLAP_CHARS
  }
  return parts.flat()
}

function listShapesOf(text: string): string[] {
  return [
    ...(text.match(LONG_KEY) ?? []),
    ...[...text.matchAll(JWT)].flatMap(([, head = '', rest = '']) => {
      const at = head.search(/\beyJ[\w-]{8}/)
      return at < 0 ? [] : [head.slice(at) + rest]
    }),
    ...[...text.matchAll(SIGNED_QUERY)].flatMap(([, signature, code = '']) => {
      const part = signature ?? code
      // `code=AuthorizationFailed` is no credential.
      return /^[a-z]*$/i.test(code) && signature === undefined
        ? []
        : [part, decodePart(part) ?? part]
    }),
    ...[...text.matchAll(URL_PASSWORD)].flatMap(([, part = '']) => [
      part,
      decodePart(part) ?? part
    ]),
    ...[...text.matchAll(CONNECTION_PART)].flatMap(
      ([, double, single, plain = '']) =>
        [double, single].find((part) => part !== undefined) ?? listEnds(plain)
    )
  ]
}

/** A private key as it is written, over several lines; to the end where its own end is missing. */
const PRIVATE_KEY_BLOCK =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g

/** The text without the private keys in it. */
export function hidePrivateKeys(text: string): string {
  return text.replace(PRIVATE_KEY_BLOCK, MARK)
}

const MARK = '***'
/** Each secret costs a look at the whole text, so a long text with very many of them is hidden as one. */
const MAX_WORK_CHARS = 100_000_000

/** The text with what has the shape of a secret replaced, for a place that nothing masks later. */
export function hideSecretShapes(text: string): string {
  const shown = hidePrivateKeys(text)
  const secrets = [...new Set(listSecretShapes(shown))].filter(
    (secret) => secret.length >= MIN_SHAPE_CHARS
  )
  if (secrets.length * shown.length > MAX_WORK_CHARS) return MARK
  return secrets
    .toSorted((one, other) => other.length - one.length)
    .reduce((hidden, secret) => hidden.replaceAll(secret, MARK), shown)
}

/** The part as far as a blank or a semicolon, and as far as the quote, comma or bracket that may end it before that. */
function listEnds(part: string): readonly string[] {
  const bare = part.replace(/^["'`]/, '')
  const end = bare.search(/["'`,)\]}]/)
  const cut = bare.slice(0, end)
  if (end < 0) return [bare]
  return end === bare.length - 1 ? [cut] : [bare, cut]
}
