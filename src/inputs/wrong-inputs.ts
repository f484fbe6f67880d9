/**
 * All inputs that cannot be used, found in one run: after each, the inputs are read again with something usable in its
 * place, until nothing is left to refuse. A chunk of its own: inputs that can be used never pay for it. Sends nothing.
 */
import { readState, STATE_PREFIX } from '../batch/state-text.ts'
import type { InputName } from '../contract.ts'
import { InputError } from '../errors.ts'
import { readApiVersion } from '../operation/polling-url.ts'
import { isWholeHandle } from '../operation/read-handle.ts'
import type { ReadInput } from './reader.ts'
import type { MisspeltInput } from './unknown-inputs.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Inputs as they were written, and the reading that refuses them. */
export interface RefusedReading {
  readonly readText: ReadInput
  readonly environment: Environment
  readonly misspelt: readonly MisspeltInput[]
  /** Reads the inputs as `readText` has them; rejects with an InputError for the first that cannot be used. */
  readonly readAll: (readText: ReadInput, environment: Environment) => Promise<unknown>
}

/** Texts by the names of inputs and environment variables. */
type Texts = Readonly<Record<string, string>>

/** A limit to the reading, and more than anyone looks through. */
const MAX_FAULTS = 50

/**
 * Finds every input that cannot be used: the error of one, with those of the others.
 * @param first what a reading has found already
 */
export async function findWrongInputs(
  first: InputError,
  { readText, environment, misspelt, readAll }: RefusedReading
): Promise<InputError> {
  const faults = misspelt.map(({ fault }) => fault)
  const replacements = new Map<string, readonly Texts[]>()
  let texts: Texts = {}
  const readRaw: ReadInput = (name) => texts[name] ?? readText(name)
  const read: ReadInput = (name) => readRaw(name).trim()
  for (const { variable, meant } of misspelt) {
    // What was given under the right name, too, is most likely that of the other one's default.
    if (read(meant) === '') texts = { ...texts, [meant]: environment[variable] ?? '' }
    else replacements.set(meant, listReplacements(meant, read))
  }
  const resume = read('resume')
  const findNext = () => findFault(readAll, readRaw, { ...environment, ...texts })
  let fault = misspelt.length === 0 ? first : await findNext()
  while (fault !== undefined && faults.length < MAX_FAULTS) {
    const { input } = fault
    if (fault.faults.length > 0) {
      // A list is read last, and all that is wrong in it is found at once.
      faults.push(...fault.faults.filter((each) => !isListConsequence(each, replacements)))
      break
    }
    if (!isConsequence(input, [...replacements.keys()], read)) faults.push(fault)
    const shorter = replacements.has(input) ? undefined : dropLines(fault, read)
    const [next, ...others] = shorter ?? replacements.get(input) ?? listReplacements(input, read)
    if (next === undefined) break
    if (shorter === undefined) replacements.set(input, others)
    texts = { ...texts, ...next }
    fault = await findNext()
  }
  const { input, details } = faults[0] ?? first
  return new InputError(input, details, faults, isHeld(resume) ? resume : undefined)
}

/** True for the handle of an operation, or the state of a list or its file: what was accepted is not lost with this step. */
function isHeld(resume: string): boolean {
  if (isWholeHandle(resume) || /[\\/]arm-operation-[\w-]{1,64}\.state$/.test(resume)) return true
  return resume.startsWith(STATE_PREFIX) && readState(resume).kind === 'state'
}

async function findFault(
  readAll: RefusedReading['readAll'],
  read: ReadInput,
  environment: Environment
): Promise<InputError | undefined> {
  try {
    await readAll(read, environment)
    return undefined
  } catch (error) {
    return error instanceof InputError ? error : undefined
  }
}

const LINE_INPUTS = [
  'accept-status',
  'failure-states',
  'headers',
  'masked-outputs',
  'outputs',
  'retry-on',
  'success-states'
] as const satisfies readonly InputName[]

/** The same input with the lines that are wrong left blank, so that the others keep their numbers. */
function dropLines({ input, details }: InputError, read: ReadInput): readonly Texts[] | undefined {
  const name = LINE_INPUTS.find((candidate) => candidate === input)
  const wrong = details.read ?? ''
  if (name === undefined || wrong === '') return undefined
  const lines = read(name).split(/\r?\n/)
  const others = lines.map((line) => {
    const [head = ''] = line.split(':', 1)
    const parts = [line, head, line.slice(head.length + 1)]
    return parts.some((part) => part.trim() === wrong) ? '' : line
  })
  const text = others.join('\n')
  return text === read(name) ? undefined : [{ [name]: text }]
}

/** Inputs that a step with a list has none of. */
const NOT_OF_LISTS: readonly string[] = ['url', 'body', 'body-file', 'resume']

function hasList(read: ReadInput): boolean {
  return read('requests') !== '' || read('requests-file') !== ''
}

const ID = '00000000-0000-0000-0000-000000000000'
/** Path of a resource that every rule of a URL takes. */
export const ANY_RESOURCE = `/subscriptions/${ID}/resourceGroups/x/providers/X.X/x/x`
const PATH = `${ANY_RESOURCE}/x`

/** Texts that can be read in the place of a wrong one, one after the other; the last one is empty. */
function listReplacements(input: string, read: ReadInput): readonly Texts[] {
  const version = read('api-version') || '1'
  const isList = hasList(read)
  if (isList && NOT_OF_LISTS.includes(input)) return [{ [input]: '' }]
  const request = read('url') === '' && !isList ? { url: `${PATH}?api-version=${version}` } : {}
  switch (input) {
    case 'method':
      return [{ method: 'PUT', ...request }, { method: '' }]
    case 'url': {
      const hasVersion = read('url') === '' || readApiVersion(read('url')) !== undefined
      return [{ url: hasVersion ? `${PATH}?api-version=${version}` : PATH }, { url: '' }]
    }
    case 'resume':
      return [{ method: 'PUT', ...request, resume: '' }]
    case 'api-version': {
      const texts = [{ 'api-version': '' }, { 'api-version': '1' }]
      // The operations of a list may need one.
      return isList ? texts.toReversed() : texts
    }
    case 'environment': {
      const isCustom = read('resource-manager-endpoint') !== ''
      return [{ environment: isCustom ? 'custom' : '' }, { environment: '' }]
    }
    case 'creds': {
      const ids = { clientId: read('client-id') || ID, tenantId: read('tenant-id') || ID }
      const creds = JSON.stringify({ ...ids, clientSecret: 'x', subscriptionId: ID })
      return [{ creds }, { creds: '' }]
    }
    default:
      return [...(STAND_INS[input] ?? []), ''].map((text) => ({ [input]: text }))
  }
}

const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  'authority-host': ['https://login.microsoftonline.com'],
  body: ['{}'],
  'client-id': [ID],
  'client-secret': ['x'],
  'resource-manager-audience': ['https://management.azure.com/'],
  'resource-manager-endpoint': ['https://management.azure.com'],
  'subscription-id': [ID],
  'tenant-id': [ID],
  token: ['x'],
  'wait-until': ['`true`']
}

const URL_INPUTS = ['url', 'cancel-url', 'wait-until-url'] as const satisfies readonly InputName[]
/** Inputs that decide where a URL may point. */
const CLOUD_INPUTS = ['environment', 'resource-manager-endpoint', 'creds'] as const
const END_INPUTS = ['on-timeout', 'on-cancel'] as const satisfies readonly InputName[]

/** Inputs that look wrong, too, because another one is. */
const CONSEQUENCES: Readonly<Record<string, readonly string[]>> = {
  'api-version': ['cancel-url', 'wait-until-url'],
  AZURE_AUTHORITY_HOST: ['authority-host'],
  'body-file': ['body'],
  credential: ['authority-host', 'resource-manager-audience'],
  creds: ['resource-manager-endpoint'],
  environment: [
    'AZURE_AUTHORITY_HOST',
    'authority-host',
    'creds',
    'resource-manager-audience',
    'resource-manager-endpoint',
    'resume',
    ...URL_INPUTS
  ],
  'resource-manager-endpoint': ['creds', 'resume', ...URL_INPUTS]
}

/** True for a URL in a list that is only wrong because the cloud is not the one that was meant. */
function isListConsequence(
  { details: { problem } }: InputError,
  replacements: ReadonlyMap<string, unknown>
): boolean {
  const isElsewhere = /^(?:is not on the resource manager|does not use https)/.test(problem)
  return isElsewhere && CLOUD_INPUTS.some((name) => replacements.has(name))
}

/** True for an input whose text is no longer what was written, or was judged by another that was wrong. */
function isConsequence(input: string, replaced: readonly string[], read: ReadInput): boolean {
  if (replaced.includes(input)) return true
  const endInput = END_INPUTS.find((name) => name === input)
  // Beside a handle it is refused where no url stands, and one stood there.
  if (endInput !== undefined && replaced.includes('url')) return /^cancel$/i.test(read(endInput))
  const urlInput = URL_INPUTS.find((name) => name === input)
  // Only of an absolute URL it matters which endpoint it is on.
  if (urlInput !== undefined && read(urlInput).startsWith('/')) return false
  return replaced.some((name) => CONSEQUENCES[name]?.includes(input))
}
