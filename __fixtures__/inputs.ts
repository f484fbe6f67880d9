/**
 * Inputs for the tests of what comes after them: as the value that a run gets, and read from what a person writes.
 */
import { readCloud } from '../src/arm/clouds.ts'
import type { InputName } from '../src/contract.ts'
import type { InputContext } from '../src/inputs/reader.ts'
import { ACTION, RESOURCE, START_MS, toUrl } from './conversation.ts'
import { type Inputs, parseInputs } from './flat-inputs.ts'

/** Inputs as they are written, by name. */
export type GivenInputs = Readonly<Partial<Record<InputName, string>>>

const TOKEN = 'opaque'
const CLOUD = await readCloud({ environment: '', endpoint: '', audience: '', authorityHost: '' })

/**
 * Inputs of somebody who gave a method, a URL and a token and nothing else, but for the overrides. The URL is that of
 * the resource of the conversations, for a POST that of its action.
 */
export function createInputs(overrides: Partial<Inputs> = {}): Inputs {
  return {
    method: 'PUT',
    url: toUrl(overrides.method === 'POST' ? ACTION : RESOURCE),
    headers: {},
    cloud: CLOUD,
    signIn: { kind: 'token', token: TOKEN, why: 'token is given' },
    wait: true,
    timeoutMs: 3_600_000,
    finalStateVia: 'auto',
    successStates: [],
    failureStates: [],
    acceptStatus: [],
    retryOn: { statuses: [], codes: [] },
    conditions: {},
    expressions: { outputs: [] },
    maskedOutputs: [],
    ids: {},
    resumeSignIn: [],
    onTimeout: 'leave',
    onCancel: 'leave',
    responseFile: '/temp/arm-operation-id.json',
    ownFolders: ['/workspace', '/temp'],
    summary: true,
    warnings: [],
    ...overrides
  }
}

/** The inputs that these texts are read as, on a runner that has nothing special about it; with a token. */
export function readInputs(
  given: GivenInputs,
  context: Partial<InputContext> = {}
): Promise<Inputs> {
  const all: GivenInputs = { token: TOKEN, ...given }
  return parseInputs((name) => all[name] ?? '', {
    workspace: '/',
    tempFolder: '/temp',
    uniqueId: 'id',
    now: START_MS,
    environment: {},
    mask: () => {},
    hide: (text) => text,
    ...context
  })
}
