/**
 * The packing of a handle: its text, which is mostly known words and repeated URLs, in less than half of the bytes.
 * Pure. Part of format 3: the words and the codes never change.
 *
 * Not zlib's: that costs every run several milliseconds to load, and its bytes differ from one Node to the next, where
 * a handle is to be the same text each time. Untrusted bytes are unpacked with a bound on what they make.
 */

/** Texts that handles have in common; a packed text refers to them as if they stood before it. */
const KNOWN = [
  ...['"k":"failed","ec":"', '"k":"succeeded"', '"k":"canceled"', '"k":"fail-if"'],
  ...[
    '"wu":"properties.provisioningState == \'Succeeded\'"',
    '"wl":"',
    '"fi":"',
    '"y":["',
    '"z":["'
  ],
  ...['"x":"azure-async-operation"', '"x":"operation-location"', '"x":"original-uri"'],
  ...['Microsoft.ApiManagement/service/', 'Microsoft.App/containerApps/', 'Microsoft.Cache/redis/'],
  ...['Microsoft.CognitiveServices/accounts/', 'Microsoft.ContainerService/managedClusters/'],
  ...['Microsoft.DBforPostgreSQL/flexibleServers/', 'Microsoft.DocumentDB/databaseAccounts/'],
  ...['Microsoft.KeyVault/vaults/', 'Microsoft.MachineLearningServices/workspaces/'],
  ...['Microsoft.Management/managementGroups/', 'Microsoft.Resources/deploymentStacks/'],
  ...['Microsoft.Network/virtualNetworks/', 'Microsoft.Network/virtualNetworkGateways/'],
  ...['Microsoft.Sql/servers/', '/databases/', 'Microsoft.Storage/storageAccounts/'],
  ...['Microsoft.Web/sites/', '/slots/', 'Microsoft.Compute/virtualMachines/', '/extensions/'],
  ...['centralus', 'eastus2', 'westus3', 'northeurope', 'uksouth', 'westeurope'],
  ...['/operationresults/', '/operationsStatus/', '/asyncOperations/', '/operations/'],
  ...['"s":["Accepted","Creating","Updating","Provisioning","Deleting","Running"]'],
  ...['"m":"DELETE"', '"m":"PATCH"', '"m":"POST"', '/restart', '/start', '"f":200', '"f":201'],
  ...['"v":"location-url"', '"v":"absence"', '"v":"confirming","mf":true', '"v":"condition"'],
  ...['"v":"resource"', '"b":true', '"a":200', '"a":201', '"l":"=","p":true,"w":"InProgress"'],
  ...['"h":"operation-location","e":true', ',"d":1', '"w":"Succeeded"', '"ct":17', '"c":"'],
  ...['{"o":"https://management.azure.com","m":"PUT","u":"/subscriptions/\u0001s\u0002'],
  ...['/resourcegroups/', '/resourceGroups/', '/providers/Microsoft.Resources/deployments/'],
  ...[
    '?api-version=2023-',
    '?api-version=2024-',
    '?api-version=2025-',
    '-01-preview',
    '01","f":202'
  ],
  ...[',"t":17', ',"n":1', ',"r":15000', '"w":"Accepted"', '"w":"Running"', ',"v":"status-url"'],
  ...[',"g":"/subscriptions/\u0001s\u0002/providers/Microsoft.', '/locations/'],
  ...['/operationResults/', '/operationStatuses/', '&t=63', '&c=MII', '&s=', '&h=', '"'],
  ...[',"e":true', ',"i":"', '","q":"', '","ks":"', '","kt":"', '"}']
].join('')

/** A code below is a character of ASCII as it stands; from here on it is a copy, with its length in it. */
const COPY = 0x80
/** Code of a run of letters as base64url has them: the number of fours, then three bytes for each. */
const RUN = 0xff
const MIN_COPY_CHARS = 4
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

/** The text that was packed; undefined where the bytes are none that were, or it has more than `maxChars`. */
export function unpackJson(bytes: Uint8Array, maxChars: number): string | undefined {
  const made = Buffer.alloc(KNOWN.length + maxChars)
  let end = made.write(KNOWN, 'latin1')
  for (let at = 0; at < bytes.length; ) {
    const { piece, size } = unpackPiece(made.subarray(0, end), bytes.subarray(at))
    at += size
    const isGood = piece.length > 0 && at <= bytes.length && end + piece.length <= made.length
    if (!isGood) return undefined
    made.set(piece, end)
    end += piece.length
  }
  return made.toString('latin1', KNOWN.length, end)
}

/** The first piece of the packed text, empty where it is none, and the bytes that it takes. */
function unpackPiece(made: Uint8Array, bytes: Uint8Array) {
  const [code = 0, second = 0, third = 0] = bytes
  if (code < COPY) return { piece: bytes.subarray(0, 1), size: 1 }
  if (code < RUN) {
    const distance = second * 0x100 + third
    const length = code - COPY + MIN_COPY_CHARS
    const from = made.length - distance
    const isThere = from >= 0 && length <= distance
    return { piece: isThere ? made.subarray(from, from + length) : NOTHING, size: 3 }
  }
  const size = 2 + second * 3
  return { piece: Buffer.from(toBase64Url(bytes.subarray(2, size))), size }
}

const NOTHING = new Uint8Array()

function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
