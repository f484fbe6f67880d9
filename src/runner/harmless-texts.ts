/**
 * Texts that are never a secret, wherever they stand: with one of them masked, GitHub would drop a verdict, a link or a
 * whole output (https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/pass-job-outputs). Pure.
 */
import { OUTCOME_STATUSES } from '../run/outcome.ts'

/** State words of Azure's and ours, in lower case. */
export const STATE_WORDS: readonly string[] = [
  ...OUTCOME_STATUSES,
  ...['Accepted', 'Running', 'Provisioning', 'Creating', 'Updating', 'Deleting', 'Completed'],
  ...['Cancelled', 'NotFound']
].map((word) => word.toLowerCase())

const SCHEME_OR_HOST =
  /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:(?:[a-z\d-]+\.)+(?:net|com|org|io|dev|ms|cn|us|de|eu|app|local|cloud)\.?)?(?::\d{1,5})?\/?$/i
/** Namespace or type of Azure, as the source of a key is, and the ID of a resource. */
const AZURE_NAME = /^Microsoft\.[\w./]*$|^\/(?:subscriptions|providers)\/[^?]*$/i

/** True for a text that a person needs to read: a state word or a part of one, a scheme or host, a name of Azure's. */
export function isNeededText(text: string): boolean {
  const lower = text.toLowerCase()
  return (
    STATE_WORDS.some((word) => word.includes(lower)) ||
    SCHEME_OR_HOST.test(text) ||
    AZURE_NAME.test(text)
  )
}

/** "A plain word": one of 20 letters and more is rather a key without a digit in it. */
const PLAIN_WORD = /^[a-z]{1,19}$/i
/** Regions, by the words that they are made of: `West Europe`, `eastus2`, `usgovvirginia`. */
const REGION_WORDS =
  /(?:north|south|east|west|central|us|gov|dod|europe|asia|india|jio|uk|france|germany|norway|sweden|switzerland|italy|poland|spain|austria|belgium|denmark|uae|qatar|israel|brazil|canada|mexico|chile|australia|new ?zealand|japan|korea|china|taiwan|indonesia|malaysia|africa|arizona|texas|virginia|iowa|euap|stage)/gi
const MAX_REGION_CHARS = 32
const TIMESTAMP = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/i
/** Address, network or version. */
const DOTTED_NUMBERS = /^\d+(?:\.\d+)+(?:\/\d+)?$/
/** Public by its nature: half of a pair of keys, a certificate, a reference to a secret that is kept elsewhere. */
const PUBLIC_TEXT =
  /^(?:ssh-[a-z\d]+ |ecdsa-|-----BEGIN (?:CERTIFICATE|[A-Z ]*PUBLIC KEY)-|@Microsoft\.KeyVault\()/

/** True for a text that says too little to be a secret, in an answer in which every other text is one. */
export function isHarmlessText(text: string): boolean {
  return (
    isNeededText(text) ||
    PLAIN_WORD.test(text) ||
    TIMESTAMP.test(text) ||
    DOTTED_NUMBERS.test(text) ||
    PUBLIC_TEXT.test(text) ||
    isRegion(text)
  )
}

function isRegion(text: string): boolean {
  return (
    text.length <= MAX_REGION_CHARS &&
    /^[\s\d]*$/.test(text.replace(REGION_WORDS, '')) &&
    /[a-z]/i.test(text)
  )
}

/** Inputs whose text may be a secret, or may hold one. */
const PRIVATE_VARIABLE =
  /^INPUT_(?:BODY|HEADERS|TOKEN|CLIENT-SECRET|CREDS|RESUME)$|TOKEN|SECRET|PASSWORD|_KEY$/i

/** The inputs and the variables of the workflow that are no secret, in lower case: what stands in them is known. */
export function listPlainTexts(environment: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(environment)
    .filter(([name]) => /^(?:INPUT|GITHUB)_/i.test(name) && !PRIVATE_VARIABLE.test(name))
    .map(([, text = '']) => text.toLowerCase())
    .join('\n')
}
