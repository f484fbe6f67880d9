/**
 * Lists of operations for the tests of what people see: of any size, as they stand at their end, or when their step
 * ended before them.
 */
import type { ListEvent } from '../src/batch/events.ts'
import { itemOf, nameOperation } from '../src/batch/plan.ts'
import type { NotSent } from '../src/batch/schedule.ts'
import type { ArmRequest } from '../src/http/message.ts'
import { groupItems } from '../src/report/list-items.ts'
import type {
  EndedRecord,
  ListLogEvent,
  ListReport,
  LoopReport,
  OperationRecord
} from '../src/report/list-report.ts'
import { statusOfRecord } from '../src/report/list-standing.ts'
import type { RunEvent } from '../src/run/events.ts'
import type { OutcomeStatus } from '../src/run/outcome.ts'
import { omitUndefined } from '../src/values.ts'
import { explain } from './explain.ts'
import {
  createAnswer,
  createError,
  createOutcome,
  type OutcomeOverrides,
  STARTED_AT
} from './outcomes.ts'
import { answered, moved } from './run.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop'

/** Id of a resource of the group `shop`. */
export function toId(path: string): string {
  return `${GROUP}/providers/${path}`
}

/** Request of an operation on a resource. */
export function toRequest(method: ArmRequest['method'], path: string): ArmRequest {
  return { method, url: `https://management.azure.com${toId(path)}?api-version=2024-07-01` }
}

/** Facts of an operation that are other than usual. */
export interface RecordFacts extends OutcomeOverrides {
  readonly name: string
  /** `PUT Microsoft.Web/sites/shop`. */
  readonly call: string
  /** Seconds after the start of the list. */
  readonly from?: number
  readonly seconds?: number
}

/** An operation that was sent and has ended. */
export function ended({
  name,
  call,
  from = 0,
  seconds = 10,
  ...overrides
}: RecordFacts): EndedRecord {
  const [method = '', path = ''] = call.split(' ')
  const request = toRequest(method === 'GET' || method === 'POST' ? method : 'PUT', path)
  const isAction = method === 'POST'
  const resourceId = toId(isAction ? path.split('/').slice(0, -1).join('/') : path)
  const startedAt = STARTED_AT + from * 1_000
  const outcome = createOutcome({
    request,
    resourceId,
    portalUrl: `https://portal.azure.com/#resource${resourceId}`,
    correlationId: `0f8a1c22-5b1e-4b8e-9d5e-${name.padStart(12, '0').slice(-12)}`,
    startedAt,
    endedAt: startedAt + seconds * 1_000,
    changes: [],
    ...overrides
  })
  return {
    kind: 'ended',
    name,
    explanation: explain(outcome),
    isGreen: outcome.ending.kind === 'succeeded',
    resource: { resourceId }
  }
}

/** An operation that Azure refused. */
export function refused(facts: RecordFacts, code: string, message: string, status = 409) {
  const value = { error: { code, message } }
  const response = createAnswer(status, value, { 'x-ms-request-id': 'r' })
  const error = createError(code, message)
  return ended({ seconds: 0.4, ...facts, status: 'Failed', accepted: response, response, error })
}

/** An operation that was never sent. */
export function unsent(name: string, notSent: NotSent): OperationRecord {
  const statuses: Readonly<Partial<Record<NotSent['kind'], OutcomeStatus>>> = {
    deadline: 'TimedOut',
    cancellation: 'Canceled',
    fault: 'Failed',
    defect: 'Failed'
  }
  return { kind: 'not-sent', name, status: statuses[notSent.kind] ?? 'Skipped', notSent }
}

/** A report of these operations, which took so many seconds. */
export function createReport(
  records: readonly OperationRecord[],
  seconds: number,
  endedBy?: ListReport['endedBy']
): ListReport {
  const endedAt = STARTED_AT + seconds * 1_000
  return omitUndefined({
    records,
    loops: [],
    startedAt: STARTED_AT,
    endedAt,
    endedBy,
    pollCount: 9
  })
}

/** Records of a loop, and the loop of a report. */
export function loopOf(
  name: string,
  keys: readonly string[],
  toRecord: (name: string, key: string, index: number) => OperationRecord
): { readonly loop: LoopReport; readonly records: readonly OperationRecord[] } {
  const operations = keys.map((key) => ({ name: nameOperation(name, key), key }))
  const records = operations.map((each, index) => toRecord(each.name, each.key, index))
  return { loop: { name, operations }, records }
}

/** Keys of a loop that stand for something else wherever they are written. */
export const HOSTILE_KEYS: readonly string[] = [
  'a|b',
  '`a` ``b`',
  '<b>a</b><script>alert(1)</script>',
  '::error::a',
  '##[group]a',
  ']]> a',
  '"a" --> b["',
  '"]; click n0 href "javascript:alert(1)"',
  '%%{init: {"theme":"dark"}}%% a',
  '[a](https://evil.example/?t=secret)',
  '😀 ünï',
  '\u202eabc\u200f',
  'end',
  'a:b, c #35; &amp;',
  '@octo-org/team $x$ **a** ~~b~~',
  `/${'x'.repeat(59)}`
]

const RESUME_STEP = [
  '- uses: octo-org/arm@v1',
  '  with:',
  '    method: POST',
  '    url: https://management.azure.com/x',
  '    resume: armop3.handle'
].join('\n')

/** Point to resume an operation from. */
export const POINT = { handle: 'armop3.handle', step: RESUME_STEP }

/** One that succeeded, one that failed, and one that was skipped. */
export const THREE: ListReport = createReport(
  [
    ended({ name: 'plan', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 19 }),
    refused(
      { name: 'site', call: 'PUT Microsoft.Web/sites/shop', from: 19 },
      'Conflict',
      'Website with given name shop already exists.'
    ),
    unsent('slot', { kind: 'needs', name: 'site' })
  ],
  20
)

/** A list, 48 machines to stop, and tags that need all of them: two machines are busy. */
export const FIFTY: ListReport = createReport(
  [
    ended({ name: 'list', call: 'GET Microsoft.Compute/virtualMachines', seconds: 0.4 }),
    ...Array.from({ length: 48 }, (_, index) => stopMachine(index + 1)),
    unsent('tag', { kind: 'needs', name: 'stop_12' })
  ],
  150
)

function stopMachine(number: number, name?: string): OperationRecord {
  const index = String(number).padStart(2, '0')
  const facts = {
    name: name ?? `stop_${index}`,
    call: `POST Microsoft.Compute/virtualMachines/vm-${index}/deallocate`,
    from: 1 + Math.floor(number / 20) * 45,
    seconds: 31 + ((number * 7) % 25)
  }
  return number === 12 || number === 31
    ? refused(
        facts,
        'OperationNotAllowed',
        `Operation 'deallocate' is not allowed on VM vm-${index} since it is being updated.`
      )
    : ended(facts)
}

const MACHINES = loopOf(
  'stop',
  Array.from({ length: 48 }, (_, index) => `vm-${String(index + 1).padStart(2, '0')}`),
  (name, _key, index) => stopMachine(index + 1, name)
)

/** The same, with a loop over the machines that the list gives. */
export const LOOP_OF_48: ListReport = {
  ...createReport(
    [
      ended({ name: 'list', call: 'GET Microsoft.Compute/virtualMachines', seconds: 0.4 }),
      ...MACHINES.records,
      unsent('tag', { kind: 'needs', name: 'stop' })
    ],
    150
  ),
  loops: [MACHINES.loop]
}

const REGIONS = ['westeurope', 'northeurope']
const SITES = loopOf('site', REGIONS, (name, key, index) => {
  const facts = { name, call: `PUT Microsoft.Web/sites/shop-${key}`, from: 19, seconds: 30 + index }
  return index === 0 ? ended(facts) : refused(facts, 'Conflict', 'The name is taken.')
})
const SWAPS = loopOf('swap', REGIONS, (name, key, index) =>
  index === 0
    ? ended({
        name,
        call: `POST Microsoft.Web/sites/shop-${key}/slotsswap`,
        from: 49,
        seconds: 30
      })
    : unsent(name, { kind: 'needs', name: nameOperation('site', key) })
)

/** A plan, a site for each of two regions, and a swap for each of these. */
export const TWO_LOOPS: ListReport = {
  ...createReport(
    [
      ended({ name: 'plan', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 19 }),
      ...SITES.records,
      ...SWAPS.records
    ],
    80
  ),
  loops: [SITES.loop, SWAPS.loop]
}

/** A thousand machines, of which nine are refused and three do not answer. */
export const THOUSAND: ListReport = createReport(
  Array.from({ length: 1_000 }, (_, index) => stopOneOfMany(index)),
  191
)

function stopOneOfMany(index: number): OperationRecord {
  const number = String(index).padStart(4, '0')
  const facts = {
    name: `stop_${number}`,
    call: `POST Microsoft.Compute/virtualMachines/vm-${number}/deallocate`,
    from: Math.floor(index / 200) * 36,
    seconds: 30 + ((index * 7) % 25)
  }
  if (index % 110 === 57) {
    return refused(facts, 'Conflict', `The machine vm-${number} is being changed by another call.`)
  }
  return index % 400 === 33
    ? ended({
        ...facts,
        status: 'Unknown',
        reason: 'Azure answered 403 to every poll.',
        lastStatus: 'InProgress',
        operation: POINT
      })
    : ended(facts)
}

/** The workflow was canceled: one is done, two run, one had not started. */
export const CANCELED: ListReport = createReport(
  [
    ended({ name: 'group', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 3 }),
    ended({
      name: 'web',
      call: 'PUT Microsoft.Web/sites/web',
      from: 3,
      seconds: 27,
      ending: { kind: 'left', by: 'cancellation' },
      reason: 'The workflow was canceled.',
      lastStatus: 'Running',
      operation: POINT
    }),
    {
      kind: 'running',
      name: 'api',
      startedAt: STARTED_AT + 4_000,
      request: toRequest('PUT', 'Microsoft.Web/sites/api'),
      point: POINT
    },
    unsent('swap', { kind: 'cancellation' })
  ],
  30,
  'cancellation'
)

/** The time was over. */
export const TIMED_OUT: ListReport = createReport(
  [
    ended({ name: 'plan', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 19 }),
    ended({
      name: 'site',
      call: 'PUT Microsoft.Web/sites/shop',
      from: 19,
      seconds: 3_581,
      status: 'TimedOut',
      reason: 'The status was still Running at the deadline.',
      lastStatus: 'Running',
      operation: POINT
    }),
    unsent('slot', { kind: 'deadline' })
  ],
  3_600,
  'deadline'
)

/** Everything succeeded, but for one that its own `if` left out. */
export const SUCCEEDED: ListReport = createReport(
  [
    ended({ name: 'plan', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 19 }),
    ended({ name: 'site', call: 'PUT Microsoft.Web/sites/shop', from: 19, seconds: 42 }),
    unsent('swap', { kind: 'if' })
  ],
  61
)

/** `wait: false`: two were accepted, and one that needs them could not start. */
export const NOT_AWAITED: ListReport = createReport(
  [
    ...['web', 'api'].map((name) => ({
      ...ended({
        name,
        call: `PUT Microsoft.Web/sites/${name}`,
        seconds: 0.9,
        status: 'InProgress',
        lastStatus: 'Accepted',
        operation: POINT
      }),
      isGreen: true
    })),
    unsent('swap', { kind: 'needs', name: 'web' })
  ],
  1
)

/** In the middle of its run. */
export const MIDDLE: ListReport = createReport(
  [
    ended({ name: 'plan', call: 'PUT Microsoft.Web/serverfarms/plan', seconds: 19 }),
    {
      kind: 'running',
      name: 'site',
      startedAt: STARTED_AT + 19_000,
      request: toRequest('PUT', 'Microsoft.Web/sites/shop'),
      point: POINT
    },
    { kind: 'waiting', name: 'slot' }
  ],
  30
)

/** Every list that people see, by what it shows. */
export const REPORTS: readonly (readonly [what: string, report: ListReport])[] = [
  ['3 operations', THREE],
  ['50 operations', FIFTY],
  ['1,000 operations', THOUSAND],
  ['canceled', CANCELED],
  ['timed out', TIMED_OUT],
  ['succeeded', SUCCEEDED],
  ['not awaited', NOT_AWAITED],
  ['in the middle', MIDDLE],
  ['a loop of 48 operations', LOOP_OF_48],
  ['a loop that another follows', TWO_LOOPS]
]

/** What a plan says of items beside what their records do. */
export interface PlanFacts {
  readonly needs?: Readonly<Record<string, readonly string[]>>
  /** Loops whose lists come from a response. */
  readonly unknown?: readonly string[]
  readonly follows?: Readonly<Record<string, string>>
}

/** The plan of a list, each operation after those that it needs. */
export function planOf(
  report: ListReport,
  { needs = {}, unknown = [], follows = {} }: PlanFacts = {}
): ListEvent {
  const items = groupItems(report).map((item) => {
    const { name } = item
    const common = { name, needs: needs[name] ?? [] }
    if (item.kind === 'single') return { ...common, shown: showRequest(item.record) }
    const operations = report.loops.find((loop) => loop.name === name)?.operations
    const loop = omitUndefined({
      operations: unknown.includes(name) ? undefined : operations,
      follows: follows[name]
    })
    const shown = { method: 'POST', url: '${item.id}/deallocate', forEach: 'list.value' } as const
    return { ...common, loop, shown }
  })
  const rules = { maxParallel: 20, failFast: true }
  return { kind: 'planned', at: report.startedAt, rules, items }
}

function showRequest(record: OperationRecord) {
  const { method, url } =
    record.kind === 'ended'
      ? record.explanation.outcome.request
      : record.kind === 'running'
        ? record.request
        : { method: 'PUT' as const, url: `\${site.id}/slots/${record.name}` }
  return { method, url: url.replace('https://management.azure.com', '') }
}

/** Statuses of a list, each with how many have it. */
export function countStatuses({ records }: ListReport): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const record of records) {
    const status = statusOfRecord(record)
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

/** Somebody has signed in. */
export const SIGNED_IN: ListLogEvent = {
  kind: 'signed-in',
  credential: 'GitHub OIDC',
  why: 'ACTIONS_ID_TOKEN_REQUEST_URL is set',
  identity: {
    application: '1f2e0000-0000-4000-8000-00000000abcd',
    object: undefined,
    tenant: 'contoso.onmicrosoft.com',
    host: 'login.microsoftonline.com'
  }
}

/** Every event of a list in the order of its times, as a run of it would tell them, a heartbeat each minute. */
export function replayReport(report: ListReport, facts?: PlanFacts): readonly ListLogEvent[] {
  const timed = [
    ...report.loops.flatMap((loop) => openLoop(loop, report)),
    ...report.records.flatMap((record) => listEvents(record, report.endedAt))
  ]
  const minutes = Array.from(
    { length: Math.floor((report.endedAt - report.startedAt) / 60_000) },
    (_, index): TimedEvent => {
      const at = report.startedAt + (index + 1) * 60_000
      return { at, event: { kind: 'minute', at } }
    }
  )
  const events = [...timed, ...minutes].toSorted((one, other) => one.at - other.at)
  return [SIGNED_IN, planOf(report, facts), ...events.map(({ event }) => event)]
}

/** When the first of its operations starts. */
function openLoop(
  { name, operations }: LoopReport,
  { records, startedAt }: ListReport
): readonly TimedEvent[] {
  if (operations === undefined) return []
  const starts = records.flatMap((record) =>
    record.kind === 'ended' && itemOf(record.name) === name
      ? record.explanation.outcome.startedAt
      : []
  )
  const at = starts.length === 0 ? startedAt : Math.min(...starts)
  return [{ at, event: { kind: 'opened', at, name, operations } }]
}

interface TimedEvent {
  readonly at: number
  readonly event: ListLogEvent
}

function listEvents(record: OperationRecord, end: number): readonly TimedEvent[] {
  const { name } = record
  const told = (at: number, event: RunEvent): TimedEvent => ({
    at,
    event: { kind: 'told', name, event }
  })
  switch (record.kind) {
    case 'waiting':
      return []
    case 'not-sent': {
      const { status, notSent } = record
      return [{ at: end, event: { kind: 'not-sent', at: end, name, status, notSent } }]
    }
    case 'running':
      return [
        { at: record.startedAt, event: { kind: 'started', at: record.startedAt, name } },
        told(record.startedAt, requested(record.request, record.startedAt)),
        ...listAccepted(record.startedAt + 400, 202).map((event) =>
          told(record.startedAt + 400, event)
        )
      ]
    case 'ended': {
      const { request, startedAt, endedAt, accepted } = record.explanation.outcome
      const status = accepted?.status ?? 202
      const isLong = endedAt - startedAt > 1_000
      const at = startedAt + 400
      return [
        { at: startedAt, event: { kind: 'started', at: startedAt, name } },
        told(startedAt, requested(request, startedAt)),
        ...(isLong ? listAccepted(at, status) : [answered(at, status)]).map((event) =>
          told(at, event)
        ),
        { at: endedAt, event: { kind: 'ended', at: endedAt, record } }
      ]
    }
    default:
      return record satisfies never
  }
}

function requested(request: ArmRequest, at: number): RunEvent {
  return { kind: 'requested', at, request, correlationId: 'c' }
}

function listAccepted(at: number, status: number): readonly RunEvent[] {
  return [
    answered(at, status),
    moved({ at, status: 'Running' }),
    { kind: 'resumable', point: POINT }
  ]
}
