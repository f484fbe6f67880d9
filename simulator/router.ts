/**
 * One request to one answer: who may ask, what every answer has in common, and which room answers. No sockets here.
 */
import { randomUUID } from 'node:crypto'
import { parseArmPath } from './arm-path.ts'
import { answerCollection } from './collections.ts'
import { answerContainerAppJob } from './container-app-jobs.ts'
import { answerDataFactory } from './data-factories.ts'
import { answerDeploymentStack } from './deployment-stacks.ts'
import { answerDeployment } from './deployments.ts'
import { answerError } from './errors.ts'
import { answerProvider } from './generic-provider.ts'
import { fillAnswer, loseAnswer, refuseInstructions } from './instructions.ts'
import { isJsonObject, type JsonObject, parseJson } from './json.ts'
import { answerKeyVault } from './key-vaults.ts'
import { answerManagedCluster } from './managed-clusters.ts'
import type { Answer, RequestRecord, SimulatedRequest } from './message.ts'
import { answerResourceGroup } from './resource-groups.ts'
import type { Script } from './script.ts'
import { answerStackWhatIf } from './stack-what-if.ts'
import { answerStorageAccount } from './storage-accounts.ts'
import { answerStorageKeys } from './storage-keys.ts'
import { ARM_LIMITS, answerThrottled, type Buckets, kindOf, type Taken } from './throttling.ts'
import { answerUserIdentity } from './user-identities.ts'
import { answerVirtualMachine } from './virtual-machines.ts'
import { answerWebApp } from './web-apps.ts'
import type { World } from './world.ts'

/** Tells whether a bearer token is good. */
export type TokenCheck = (token: string) => boolean

export interface RouterOptions {
  readonly world: World
  readonly script: Script
  readonly acceptsToken: TokenCheck
  /** Called for a request that a script should have had. */
  readonly onUnexpected: (request: RequestRecord) => void
  /** The limits on requests; undefined where there are none. */
  readonly buckets: Buckets | undefined
}

type Room = (request: SimulatedRequest, world: World) => Answer | undefined

// The first room that has an answer gives it.
const ROOMS: readonly Room[] = [
  (request, world) => world.operations.answer(request, world.origin),
  answerResourceGroup,
  answerDeployment,
  answerDeploymentStack,
  answerStackWhatIf,
  answerVirtualMachine,
  answerStorageAccount,
  answerStorageKeys,
  answerUserIdentity,
  answerWebApp,
  answerContainerAppJob,
  answerManagedCluster,
  answerKeyVault,
  answerDataFactory,
  answerCollection,
  answerProvider
]

/** Answers one request, with the headers that every answer of Resource Manager has. */
export function route(record: RequestRecord, options: RouterOptions): Answer {
  const requestId = randomUUID()
  const correlationId = record.headers['x-ms-correlation-request-id'] ?? randomUUID()
  const taken = takeToken(record, options)
  const answer =
    taken.retryAfterSeconds === undefined
      ? answerSafely(record, correlationId, options)
      : answerThrottled(options.world.clock.toClientSeconds(taken.retryAfterSeconds))
  const common = createCommonHeaders(record, taken, { requestId, correlationId })
  return { ...answer, headers: { ...common, ...answer.headers } }
}

// Without limits each request finds its bucket full.
function takeToken(record: RequestRecord, { buckets }: RouterOptions): Taken {
  const kind = kindOf(record.method)
  return buckets?.take(record) ?? { kind, left: ARM_LIMITS[kind].size - 1 }
}

// A bug of the simulator must not pass for a fault of Azure or of the network.
function answerSafely(record: RequestRecord, correlationId: string, options: RouterOptions) {
  try {
    return answerAuthorized(record, correlationId, options)
  } catch (error) {
    options.onUnexpected(record)
    const text = error instanceof Error ? error.stack : undefined
    return answerError(500, 'SimulatorBug', text ?? String(error))
  }
}

function answerAuthorized(
  record: RequestRecord,
  correlationId: string,
  options: RouterOptions
): Answer {
  const refusal = refuseToken(record, options.acceptsToken)
  if (refusal !== undefined) return refusal
  const cue = options.script.play(record)
  if (cue.kind === 'unexpected') options.onUnexpected(record)
  if (cue.kind === 'answer' || cue.kind === 'unexpected') return cue.answer
  const answer = answerBuiltIn(record, correlationId, options.world)
  return cue.kind === 'pass-through' ? { ...answer, ...cue.change } : answer
}

function refuseToken({ headers }: RequestRecord, acceptsToken: TokenCheck): Answer | undefined {
  const token = /^Bearer (.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim()
  if (token !== undefined && token !== '' && acceptsToken(token)) return undefined
  const [code, message] =
    headers.authorization === undefined
      ? ['AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."]
      : ['InvalidAuthenticationToken', 'The access token is invalid.']
  const challenge = `Bearer authorization_uri="https://login.windows.net/common", error="invalid_token", error_description="${message}"`
  const answer = answerError(401, code, message)
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } }
}

function answerBuiltIn(record: RequestRecord, correlationId: string, world: World): Answer {
  const [pathname = '', query = ''] = record.path.split('?', 2)
  const search = new URLSearchParams(query)
  const apiVersion = [...search].find(([name]) => name.toLowerCase() === 'api-version')?.[1]
  if (apiVersion === undefined || apiVersion === '') {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.'
    return answerError(400, 'MissingApiVersionParameter', message)
  }
  const json = readJsonBody(record.body)
  if (json === undefined) {
    const message =
      'The request content was invalid and could not be deserialized as a JSON object.'
    return answerError(400, 'InvalidRequestContent', message)
  }
  const armPath = parseArmPath(pathname)
  const request = { ...record, pathname, query: search, armPath, apiVersion, json, correlationId }
  const started = world.ledger.entries.length
  const answer = refuseInstructions(request) ?? fillAnswer(request, askRooms(request, world))
  return world.ledger.entries.length > started ? loseAnswer(request, answer) : answer
}

function askRooms(request: SimulatedRequest, world: World): Answer {
  for (const room of ROOMS) {
    const answer = room(request, world)
    if (answer !== undefined) return answer
  }
  const message = `No route of the simulator answers ${request.method} ${request.pathname}.`
  return answerError(404, 'InvalidResourceType', message)
}

function readJsonBody(text: string): JsonObject | undefined {
  if (text.trim() === '') return {}
  const value = parseJson(text)
  return isJsonObject(value) ? value : undefined
}

function createCommonHeaders(
  { at, headers }: RequestRecord,
  { kind, left }: Taken,
  ids: { readonly requestId: string; readonly correlationId: string }
): Readonly<Record<string, string>> {
  const date = new Date(at)
  const { requestId, correlationId } = ids
  const clientRequestId = headers['x-ms-client-request-id']
  const wantsEcho = headers['x-ms-return-client-request-id']?.toLowerCase() === 'true'
  const echo = wantsEcho && clientRequestId !== undefined
  return {
    'cache-control': 'no-cache',
    date: date.toUTCString(),
    'x-ms-request-id': requestId,
    'x-ms-correlation-request-id': correlationId,
    'x-ms-routing-request-id': `WESTEUROPE:${date.toISOString().replace(/[-:]|\.\d+/g, '')}:${requestId}`,
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(left),
    ...(echo ? { 'x-ms-client-request-id': clientRequestId } : {})
  }
}
