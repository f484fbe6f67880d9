/**
 * What `npm run try` is asked for: the inputs of the action, which simulator, and what is to go wrong. Pure.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readSpoiling, SPOIL_LINES, SPOIL_SYNTAX, type Spoiling } from './spoil.ts'
import { type GivenOptions, readOptions, readSpeed, showColumns, UsageError } from './usage.ts'

/** The variable that holds the address of a simulator that runs. */
export const SIMULATOR_VARIABLE = 'ARM_SIMULATOR'
const DEFAULT_SPEED = '10'

export const TRY_USAGE = `Usage: npm run try -- METHOD URL [--api-version VERSION] [--body BODY] [--NAME VALUE …] [options]
       npm run try -- --requests FILE [--NAME VALUE …] [options]

Runs the action, as it is built in dist/, against a simulator of Azure Resource Manager, and shows what a job shows of
it. The exit code is that of the job; 2 says that nothing was run.

${showColumns([
  ['--NAME VALUE', 'any input of action.yml; given more than once, its lines'],
  ['--input NAME=VALUE', 'the same'],
  ['--requests FILE', 'a list of operations; FILE and other paths count from where you are'],
  [
    '--simulator ADDRESS',
    `one that runs (npm run simulator); else $${SIMULATOR_VARIABLE}; else one is started`
  ],
  [
    '--speed N',
    `how many times as fast as Azure the one that is started is (default: ${DEFAULT_SPEED})`
  ],
  ['--spoil FAULT[@N]', 'what goes wrong with the Nth exchange (default: 1, the request itself);'],
  ['', '@N-M is several, @N- all from there on; may be given more than once'],
  ['--source', 'runs src/ as it is, in place of dist/'],
  ['--help', 'shows this']
])}

FAULT is one of:
${showColumns(SPOIL_LINES)}

For example:
  npm run try -- POST '/subscriptions/{subscriptionId}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/web-1/start' --api-version 2024-07-01 --spoil 503@2`

/** What leads the action to Azure and lets it in. Here it goes to a simulator, and nowhere else. */
const SET_BY_TRY = [
  'environment',
  'resource-manager-endpoint',
  'resource-manager-audience',
  'authority-host',
  'token',
  'client-id',
  'tenant-id',
  'client-secret',
  'creds',
  'credential',
  'audience'
]

/** What is to be tried. */
export interface TryPlan {
  /** Inputs of the action that the caller has given, in the order of action.yml. */
  readonly inputs: Readonly<Record<string, string>>
  /** Origin of a simulator that runs; undefined where one is to be started. */
  readonly simulator: string | undefined
  readonly speed: number
  readonly spoilings: readonly Spoiling[]
  /** Whether src/ is run in place of what is built. */
  readonly isSource: boolean
}

/** What the caller's place says. */
export interface TryPlace {
  /** Names of the inputs that action.yml declares. */
  readonly declared: readonly string[]
  /** Value of the variable that names a simulator. */
  readonly simulator: string | undefined
  /** The folder that paths count from. */
  readonly folder: string
}

/** Reads the arguments; undefined when they ask for help. Throws UsageError. */
export function readTryOptions(args: readonly string[], place: TryPlace): TryPlan | undefined {
  const own = ['input', 'simulator', 'speed', 'spoil']
  const given = readOptions(args, [...place.declared, ...own], ['help', 'source'])
  if (given.flags.has('help')) return undefined
  const { simulator = [], speed = [], spoil = [] } = given.values
  const address = simulator.at(-1) ?? place.simulator
  return {
    inputs: readTriedInputs(given, place),
    simulator: address === undefined || address === '' ? undefined : readAddress(address),
    speed: readSpeed(speed.at(-1) ?? DEFAULT_SPEED),
    spoilings: spoil.map(readFault),
    isSource: given.flags.has('source')
  }
}

function readFault(text: string): Spoiling {
  const spoiling = readSpoiling(text)
  if (spoiling !== undefined) return spoiling
  throw new UsageError(
    `--spoil takes ${SPOIL_SYNTAX} with a fault that --help lists, got '${text}'`
  )
}

function readTriedInputs(given: GivenOptions, place: TryPlace): Readonly<Record<string, string>> {
  const { words, values } = given
  const pairs = [
    ...readRequestWords(words),
    ...place.declared.flatMap((name) =>
      (values[name] ?? []).map((value) => [name, value] as const)
    ),
    ...(values.input ?? []).map((pair) => readPair(pair, place.declared))
  ]
  const taken = pairs.find(([name]) => SET_BY_TRY.includes(name))?.[0]
  if (taken !== undefined) {
    throw new UsageError(
      `${taken} cannot be given: what is tried goes to a simulator, and nowhere else`
    )
  }
  const inputs = new Map<string, string>()
  for (const name of place.declared) {
    const lines = pairs.filter(([each]) => each === name).map(([, value]) => value)
    if (lines.length > 0) inputs.set(name, lines.join('\n'))
  }
  return nameListFile(inputs, place.folder)
}

function readRequestWords(words: readonly string[]): (readonly [string, string])[] {
  const [method, url, extra] = words
  if (method === undefined) return []
  if (extra !== undefined) {
    throw new UsageError(
      `METHOD and URL are all that stands without a name, and '${extra}' came after`
    )
  }
  if (url === undefined || !/^[A-Za-z]+$/.test(method)) {
    throw new UsageError(
      `A method and a URL are needed, as in GET /subscriptions/…; got '${words.join(' ')}'`
    )
  }
  return [
    ['method', method.toUpperCase()],
    ['url', url]
  ]
}

function readPair(pair: string, declared: readonly string[]): readonly [string, string] {
  const [name = '', value] = pair.split(/=(.*)/s, 2)
  if (value === undefined || !declared.includes(name)) {
    throw new UsageError(`--input takes NAME=VALUE with an input of action.yml, got '${pair}'`)
  }
  return [name, value]
}

/** A list that is the path of a file is that file; text without a mark of a list can be nothing else. */
function nameListFile(inputs: ReadonlyMap<string, string>, folder: string) {
  const list = inputs.get('requests') ?? ''
  const isFile = list !== '' && !list.includes('\n') && existsSync(resolve(folder, list))
  if (list !== '' && !isFile && !/[\n:[{]/.test(list)) {
    throw new UsageError(`There is no file ${list} in ${folder}`)
  }
  const named = [...inputs].map(([name, value]) =>
    name === 'requests' && isFile ? ['requests-file', value] : [name, value]
  )
  if (named.length === 0) {
    throw new UsageError('What is to be tried? A method and a URL are needed, or --requests FILE')
  }
  return Object.fromEntries(named)
}

/** A token that goes to a simulator could not be taken back from anything else. */
function readAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isLoopback = url !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)
  if (isLoopback && url.protocol === 'http:') return url.origin
  throw new UsageError(`The simulator's address must be like http://127.0.0.1:8080, got '${text}'`)
}
