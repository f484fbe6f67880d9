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

/** @param whole the known texts, and the text to pack */
function pack(whole: string): Uint8Array {
  const places = new Map<string, number[]>()
  const packed: Uint8Array[] = []
  let learnt = 0
  let plain = ''
  for (let at = KNOWN.length; at < whole.length; ) {
    for (; learnt < at; learnt += 1) notePlace(places, whole, learnt)
    const copy = findCopy(places, whole, at)
    if (copy === undefined) {
      plain += whole.charAt(at)
      at += 1
      continue
    }
    const distance = at - copy.from
    const code = COPY + copy.length - MIN_COPY_CHARS
    packed.push(...packPlain(plain), Uint8Array.of(code, distance >> 8, distance & 0xff))
    plain = ''
    at += copy.length
  }
  return Buffer.concat([...packed, ...packPlain(plain)])
}

function notePlace(places: Map<string, number[]>, whole: string, at: number): void {
  const start = whole.slice(at, at + MIN_COPY_CHARS)
  const known = places.get(start)
  if (known === undefined) places.set(start, [at])
  else known.push(at)
}

interface Copy {
  readonly from: number
  readonly length: number
}

/** The longest text that stands here and somewhere before; the nearest of equal ones. */
function findCopy(
  places: ReadonlyMap<string, readonly number[]>,
  whole: string,
  at: number
): Copy | undefined {
  const known = places.get(whole.slice(at, at + MIN_COPY_CHARS)) ?? []
  let best: Copy | undefined
  for (const from of known.slice(-MAX_CANDIDATES).reverse()) {
    const length = measureCopy(whole, from, at)
    const isReal = length >= MIN_COPY_CHARS && at - from <= MAX_DISTANCE
    if (isReal && length > (best?.length ?? 0)) best = { from, length }
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
