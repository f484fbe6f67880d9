/**
 * What one operation of a step is run with: a client whose answers have had their secrets registered, the hooks of its
 * kind, and the places where its events, its checkpoints and its state go.
 */
import { randomUUID } from 'node:crypto'
import { type ArmClient, chooseTracing } from './arm/client.ts'
import { systemClock } from './clock.ts'
import { type ConnectContext, connect, type OpenConnection } from './connect.ts'
import { OUTPUT_NAMES } from './contract.ts'
import { findHooks } from './deployment/find-hooks.ts'
import type { ArmRequest, HttpResponse } from './http/message.ts'
import type { Connection } from './inputs/connection.ts'
import type { RunContext } from './run/live-run.ts'
import { describeAction } from './run/resume-step.ts'
import { type OperationSpec, requestOf } from './run/spec.ts'
import { registerAnswerSecrets } from './runner/author-outputs.ts'
import type { Edge } from './runner/edge.ts'
import { omitUndefined } from './values.ts'

/** Surroundings of one operation, and what becomes of what is learned of it. */
export interface RunPlaces extends Pick<RunContext, 'observe' | 'checkpoint' | 'save' | 'signal'> {
  readonly connection: Connection
  readonly open: OpenConnection
  readonly edge: RunEdge
  /** End of the operation's time, in milliseconds since the epoch, where others share its connection. */
  readonly deadlineMs?: number
}

/** As much of an edge as one operation takes. */
export interface RunEdge extends Pick<Edge, 'environment' | 'masks'> {
  readonly log: Pick<Edge['log'], 'warn'>
}

/** Context for running an operation. */
export async function openRun(spec: OperationSpec, places: RunPlaces): Promise<RunContext> {
  const { connection, edge, observe, checkpoint, save, signal } = places
  const { start, headers } = spec
  const ownId = (start.kind === 'resume' ? start.handle.correlationId : undefined) ?? randomUUID()
  const tracing = chooseTracing(headers, ownId)
  const client = openClient(places, { tracing, headers, requestUrl: requestOf(spec).url })
  const { now } = systemClock
  const hooks = await findHooks(spec, {
    client,
    trust: connection.cloud.trust,
    now,
    signal,
    tell: (verb, text) => observe({ kind: 'progressed', at: now(), verb, text }),
    mask: edge.masks.add,
    hide: edge.masks.hide,
    reservedOutputs: OUTPUT_NAMES
  })
  return omitUndefined({
    client,
    tracing,
    clock: systemClock,
    cloud: connection.cloud,
    ids: connection.ids,
    signIn: connection.resumeSignIn,
    action: describeAction(edge.environment),
    signal,
    observe,
    checkpoint,
    registerSecrets: createRegistrar(edge, (text) =>
      observe({ kind: 'progressed', at: now(), text })
    ),
    save,
    hooks
  })
}

/** What a connection of a step takes beyond the inputs. */
export interface ConnectionUse
  extends Pick<ConnectContext, 'observe' | 'deadlineMs' | 'firstUrl' | 'isShared'> {
  readonly edge: Pick<Edge, 'environment' | 'masks'>
}

/** Connects, and lets everything go when `work` is done. */
export async function useConnection<T>(
  connection: Connection,
  { edge, ...use }: ConnectionUse,

  work: (open: OpenConnection) => Promise<T>
): Promise<T> {
  const { environment, masks } = edge
  const open = await connect(connection, {
    ...use,
    clock: systemClock,
    environment,
    mask: masks.add
  })
  try {
    return await work(open)
  } finally {
    try {
      open.close()
    } catch {
      // What was learned over the connection stays as it is.
    }
  }
}

/** Client for one operation, whose answers have had their secrets registered before anyone reads them. */
export function openClient(
  { open, edge, deadlineMs }: Pick<RunPlaces, 'open' | 'edge' | 'deadlineMs'>,
  operation: Parameters<OpenConnection['openClient']>[0]
): ArmClient {
  return registerAnswers(open.openClient(operation, deadlineMs), createRegistrar(edge))
}

type Register = RunContext['registerSecrets']

function createRegistrar({ masks, log }: RunEdge, tell?: (text: string) => void): Register {
  const sinks = omitUndefined({ masks, warn: log.warn, tell })
  return ({ body }, request) => registerAnswerSecrets(body, request, sinks)
}

function registerAnswers(client: ArmClient, register: Register): ArmClient {
  const learn = async (request: ArmRequest, sent: Promise<HttpResponse>) => {
    const answer = await sent
    register(answer, request)
    return answer
  }
  return {
    send: (request, options) => learn(request, client.send(request, options)),
    get: (url, options) => learn({ method: 'GET', url }, client.get(url, options)),
    post: (url, options) => learn({ method: 'POST', url }, client.post(url, options))
  }
}
