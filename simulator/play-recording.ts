/**
 * Plays a recorded conversation to the action: the action believes that it is in Azure, under Azure's own addresses, and
 * nothing that it sends leaves this machine. Its waits pass at once.
 */

import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServerCertificate } from './certificate.ts'
import { RealClock } from './clock.ts'
import { answerError } from './errors.ts'
import type { Answer, RequestRecord } from './message.ts'
import { startProxy } from './proxy.ts'
import type { RecordedAnswer, RecordedCall, Recording } from './recording.ts'
import { type ActionRun, runAction } from './run-action.ts'
import { startWebServer } from './web-server.ts'

/** A request of the action, and what it was answered. */
export interface Exchange {
  /** As the conversation names it; undefined where it does not know it. */
  readonly label: string | undefined
  readonly method: string
  readonly host: string
  readonly path: string
  /** By the action's clock, in milliseconds since the epoch. */
  readonly at: number
  /** Undefined where the connection broke. */
  readonly answer: RecordedAnswer | undefined
}

/** What became of a conversation. */
export interface Replay {
  readonly run: ActionRun
  readonly exchanges: readonly Exchange[]
  /** Labels of the calls that the action has not made. */
  readonly unasked: readonly string[]
}

/** The resource manager of each cloud that has a name. */
const HOSTS = [
  'management.azure.com',
  'management.usgovcloudapi.net',
  'management.chinacloudapi.cn',
  'management.sovcloud-api.fr',
  'management.sovcloud-api.de'
]
/** Unlike any word that it would be masked in. */
const TOKEN = 'token-of-a-replay'
/** What the conversation does not know is neither there nor gone: it may not be read. */
const UNKNOWN_STATUS = 403
const BOUND_MS = 120_000

/** Plays a conversation from its first request to the verdict. */
export async function playRecording(recording: Recording, entry: string): Promise<Replay> {
  const folder = await mkdtemp(join(tmpdir(), 'replay-'))
  const trace = join(folder, 'trace')
  const trusted = join(folder, 'trusted.pem')
  const certificate = await createServerCertificate(listHosts(recording))
  await writeFile(trusted, certificate.cert)
  await writeFile(trace, '')
  const player = createPlayer(recording.calls, (request) => readTime(trace, request))
  const server = await startWebServer({
    clock: new RealClock(),
    certificate,
    answer: player.answer
  })
  const proxy = await startProxy(server.port)
  const startedAt = readStart(recording)
  try {
    const run = await runAction({
      entry,
      inputs: { token: TOKEN, ...recording.inputs },
      boundMs: BOUND_MS,
      env: {
        GITHUB_ACTION_REF: 'v0',
        GITHUB_ACTION_REPOSITORY: 'arm-operation/arm-operation',
        HTTPS_PROXY: `http://${proxy.address}`,
        JUMPING_CLOCK_START: String(startedAt),
        JUMPING_CLOCK_TRACE: trace,
        NODE_EXTRA_CA_CERTS: trusted,
        NODE_OPTIONS: `--import=${new URL('jumping-clock.ts', import.meta.url).href}`
      }
    })
    return { run, exchanges: player.exchanges, unasked: player.listUnasked() }
  } finally {
    await proxy.close()
    await server.close()
    await rm(folder, { recursive: true })
  }
}

/** Every host that the conversation speaks of, and those that its inputs may mean. */
function listHosts({ calls, inputs }: Recording): readonly string[] {
  const answers = calls.flatMap((call) => call.answers.map((answer) => answer?.headers))
  const text = JSON.stringify([calls.map(({ url }) => url), answers, inputs])
  const named = [...text.matchAll(/https:\/\/([\w.-]+)/g)].map(([, host = '']) => host)
  return [...new Set([...HOSTS, ...named.map((host) => host.toLowerCase())])]
}

/** The time of the first answer that has one, so that what Azure dates is as old as it was. */
function readStart({ calls }: Recording): number {
  const dates = calls.flatMap(({ answers }) => answers.map((answer) => answer?.headers.date))
  const first = dates.find((date) => date !== undefined)
  const at = first === undefined ? Number.NaN : Date.parse(first)
  return Number.isNaN(at) ? Date.now() : at
}

/** The action has written down when it sent this. */
function readTime(trace: string, { method, path }: RequestRecord): number {
  const lines = readFileSync(trace, 'utf8').split('\n')
  const line = lines.findLast((each) => each.endsWith(` ${method} ${path}`))
  return line === undefined ? Date.now() : Number.parseInt(line, 10)
}

function createPlayer(
  calls: readonly RecordedCall[],
  tellTime: (request: RequestRecord) => number
) {
  const exchanges: Exchange[] = []
  const played = new Map<RecordedCall, number>()
  const answer = (request: RequestRecord): Answer => {
    const { method, path, headers } = request
    const host = headers.host ?? ''
    const call = findCall(calls, method, host + path)
    const count = call === undefined ? 0 : (played.get(call) ?? 0)
    if (call !== undefined) played.set(call, count + 1)
    const given = call?.answers[Math.min(count, call.answers.length - 1)]
    const at = tellTime(request)
    const known = call === undefined ? refuse(method, path) : given
    exchanges.push({ label: call?.label, method, host, path, at, answer: known })
    if (known === undefined) return { status: 0, fault: 'reset' }
    return { ...known, headers: { date: new Date(at).toUTCString(), ...known.headers } }
  }
  const listUnasked = () => calls.filter((call) => !played.has(call)).map(({ label }) => label)
  return { answer, exchanges, listUnasked }
}

/** The call whose query is the same, else one whose query is part of it: the action may add an API version. */
function findCall(calls: readonly RecordedCall[], method: string, target: string) {
  const [asked = '', query = ''] = target.toLowerCase().split(/\?(.*)/s, 2)
  const parts = new Set(query.split('&'))
  const fitting = calls
    .filter((call) => call.method === method)
    .map((call) => {
      const [place = '', wanted = ''] = call.url
        .replace(/^https:\/\//i, '')
        .toLowerCase()
        .split(/\?(.*)/s, 2)
      return { call, place, wanted }
    })
    .filter(
      ({ place }) => place === (place.startsWith('/') ? asked.slice(asked.indexOf('/')) : asked)
    )
  const isPart = (wanted: string) =>
    wanted === '' || wanted.split('&').every((part) => parts.has(part))
  const exact = fitting.find(({ wanted }) => wanted === query)
  return (exact ?? fitting.find(({ wanted }) => isPart(wanted)))?.call
}

function refuse(method: string, path: string): RecordedAnswer {
  const message = `The conversation has no answer to ${method} ${path.split('?')[0]}.`
  const { body } = answerError(UNKNOWN_STATUS, 'NotInTheConversation', message)
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status: UNKNOWN_STATUS, headers, body: JSON.stringify(body) }
}
