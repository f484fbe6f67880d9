/**
 * The packing of a handle: its text, which is mostly known words and repeated URLs, in less than half of the bytes.
 * Pure. Part of format 3: the words and the codes never change.
 *
 * Not zlib's: that costs every run several milliseconds to load, and its bytes differ from one Node to the next, where
 * a handle is to be the same text each time.
 */

/** Texts that handles have in common; a packed text refers to them as if they stood before it. */
export const KNOWN = [
  '"k":"failed","ec":""wu":"properties.provisioningState == \'Succeeded\'""fi":""m":"DELETE""PATCH""POST"/start',
  'App/containerApps/ContainerService/managedClusters/KeyVault/vaults/Network/virtualNetworks/Sql/servers/databases/',
  'Storage/storageAccounts/Web/sites/Compute/virtualMachines/northeuropewesteuropeeastusasyncOperations/',
  '"s":["Creating","Updating","Accepted""v":"location-url""resource""condition""confirming""a":200"l":"=","p":true',
  ',"w":"Succeeded""InProgress""Running","h":"operation-location"&t=63&c=MII&s=&h={"o":"https://management.azure.com"',
  ',"m":"PUT","u":"/subscriptions/\u0001s\u0002/resourceGroups//providers/Microsoft.Resources/deployments/',
  '?api-version=2025-01-01-preview","f":201,"f":202,"t":17,"n":1,"r":15000,"v":"status-url","g":"/subscriptions/\u0001s\u0002',
  '/providers/Microsoft./locations/operationResults/operationStatuses/","e":true,"c":"","i":"","q":"","ks":"","kt":""}'
].join('')

/** A code below is a character of ASCII as it stands; from here on it is a copy, with its length in it. */
export const COPY = 0x80
/** Code of a run of letters as base64url has them: the number of fours, then three bytes for each. */
export const RUN = 0xff
export const MIN_COPY_CHARS = 4
const MAX_COPY_CHARS = MIN_COPY_CHARS + RUN - COPY - 1
const MAX_DISTANCE = 0xffff
/** Places that are tried for a copy: a text of one letter is not to take for ever. */
const MAX_CANDIDATES = 48
const BEYOND_ASCII = /[\u0080-\uffff]/g
/** Runs that are worth their two bytes of overhead; the count of fours is one byte. */
const RUNS = /(?:[\w-]{4}){3,255}/g

/** The packed JSON text; undefined where `unpackJson` would refuse it for its length. */
export function packJson(json: string, maxChars: number): Uint8Array | undefined {
  const text = json.replace(BEYOND_ASCII, toEscape)
  return text.length > maxChars ? undefined : pack(KNOWN + text)
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const HASH_BITS = 12

/** Places in a text, by the characters that stand there: the last one of each hash, and before each place the one before. */
interface Places {
  readonly last: Int32Array
  readonly before: Int32Array
}

const NOWHERE = -1

/** Places of the known texts, worked out once: a step may pack thousands of handles. */
let placesOfKnown: Places | undefined

/** Places of a text that begins with the known ones; those of the text itself are still to be noted. */
function openPlaces(whole: string): Places {
  placesOfKnown ??= notePlacesOfKnown()
  const before = new Int32Array(whole.length)
  before.set(placesOfKnown.before)
  return { last: placesOfKnown.last.slice(), before }
}

/** Where fewer characters are left, the text that follows decides what stands there. */
const KNOWN_PLACES = KNOWN.length - MIN_COPY_CHARS + 1

function notePlacesOfKnown(): Places {
  const last = new Int32Array(1 << HASH_BITS).fill(NOWHERE)
  const places = { last, before: new Int32Array(KNOWN.length) }
  for (let at = 0; at < KNOWN_PLACES; at += 1) notePlace(places, KNOWN, at)
  return places
}

/** @param whole the known texts, and the text to pack */
function pack(whole: string): Uint8Array {
  const places = openPlaces(whole)
  const packed: Uint8Array[] = []
  let learnt = KNOWN_PLACES
  let plainFrom = KNOWN.length
  for (let at = KNOWN.length; at < whole.length; ) {
    for (; learnt < at; learnt += 1) notePlace(places, whole, learnt)
    const copy = findCopy(places, whole, at)
    if (copy === undefined) {
      at += 1
      continue
    }
    const distance = at - copy.from
    const code = COPY + copy.length - MIN_COPY_CHARS
    packed.push(...packPlain(whole.slice(plainFrom, at)))
    packed.push(Uint8Array.of(code, distance >> 8, distance & 0xff))
    at += copy.length
    plainFrom = at
  }
  return Buffer.concat([...packed, ...packPlain(whole.slice(plainFrom))])
}

/** Number of a few bits for the characters that stand here; beyond the end of the text there are none. */
function hashStart(whole: string, at: number): number {
  let start = 0
  for (let next = at; next < at + MIN_COPY_CHARS; next += 1) {
    start = start * COPY + (next < whole.length ? whole.charCodeAt(next) : 0)
  }
  return Math.imul(start, 0x9e3779b1) >>> (32 - HASH_BITS)
}

function notePlace({ last, before }: Places, whole: string, at: number): void {
  const hash = hashStart(whole, at)
  before[at] = last[hash] ?? NOWHERE
  last[hash] = at
}

interface Copy {
  readonly from: number
  readonly length: number
}

/** The longest text that stands here and somewhere before; the nearest of equal ones. */
function findCopy({ last, before }: Places, whole: string, at: number): Copy | undefined {
  let best: Copy | undefined
  let left = MAX_CANDIDATES
  for (
    let from = last[hashStart(whole, at)] ?? NOWHERE;
    from !== NOWHERE && left > 0;
    from = before[from] ?? NOWHERE
  ) {
    const length = measureCopy(whole, from, at)
    if (length < MIN_COPY_CHARS) continue
    left -= 1
    if (at - from <= MAX_DISTANCE && length > (best?.length ?? 0)) best = { from, length }
  }
  return best
}

/** A copy ends before the place that it is copied to. */
function measureCopy(whole: string, from: number, at: number): number {
  const most = Math.min(MAX_COPY_CHARS, at - from, whole.length - at)
  let length = 0
  while (length < most && whole.charCodeAt(from + length) === whole.charCodeAt(at + length)) {
    length += 1
  }
  return length
}

function packPlain(text: string): Uint8Array[] {
  const packed: Uint8Array[] = []
  let done = 0
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    packed.push(Buffer.from(text.slice(done, index)), Uint8Array.of(RUN, run.length / 4))
    packed.push(Buffer.from(run, 'base64url'))
    done = index + run.length
  }
  return [...packed, Buffer.from(text.slice(done))]
}
