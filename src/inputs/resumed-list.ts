/**
 * A step that resumes a list without the list itself: it waits for what Azure had accepted, tells again what had ended,
 * and starts nothing.
 */
import {
  type Carried,
  nameOperation,
  type PastOperation,
  type PlannedItem,
  type Prepared
} from '../batch/plan.ts'
import type { StateItem, StateOperation, StepState } from '../batch/step-state.ts'
import type { InputName } from '../contract.ts'
import { InputError } from '../errors.ts'
import type { JsonValue } from '../http/message.ts'
import { omitUndefined } from '../values.ts'
import type { ListSender } from './list-prepare.ts'
import { checkHandle, restoreOutcome } from './past-outcome.ts'
import { type ReadInput, readBoolean, readChoice } from './reader.ts'

/** Inputs that are about one operation, and this step has none of its own. */
const OF_ONE = [
  'method',
  'url',
  'api-version',
  'body',
  'body-file',
  'accept-status',
  'retry-on',
  'wait-until',
  'wait-until-url',
  'fail-if',
  'cancel-url'
] as const satisfies readonly InputName[]

/**
 * Refuses what cannot stand beside the state of a list alone.
 * @throws InputError
 */
export function refuseBesideState(read: ReadInput): void {
  const other = OF_ONE.find((name) => read(name) !== '')
  if (other !== undefined) {
    throw new InputError(other, {
      problem:
        'is given together with the state of a list in resume, which is about several operations'
    })
  }
  for (const name of ['dry-run', 'all-pages'] as const) {
    if (readBoolean(read, name, false)) {
      throw new InputError(name, { problem: 'is true together with resume, which sends nothing' })
    }
  }
  if (!readBoolean(read, 'wait', true)) {
    throw new InputError('wait', { problem: 'is false together with resume, which only waits' })
  }
  for (const name of ['on-timeout', 'on-cancel'] as const) {
    if (readChoice(read, name, ['leave', 'cancel'], 'leave') === 'leave') continue
    throw new InputError(name, {
      problem: 'is cancel together with resume, and a state alone is not enough to cancel by',
      allowed: 'cancel with the same requests beside the state, or leave'
    })
  }
}

/** The operations of a state, with nothing to start. */
export interface ResumedList {
  readonly items: readonly PlannedItem[]
  readonly operations: ReadonlyMap<string, PastOperation>
  readonly carried: Carried
  /** Number of operations that had not started. */
  readonly notStarted: number
}

/**
 * The list that a state tells of.
 * @throws InputError
 */
export function planResumed(
  state: StepState,
  sender: Omit<ListSender, 'readExpression'>
): ResumedList {
  const operations = new Map<string, PastOperation>()
  const origins = new Map<string, StateOperation>()
  let notStarted = 0
  for (const [name, operation] of listOperations(state.items)) {
    origins.set(name, operation)
    const past = toPast(name, operation, sender)
    if (past.kind === 'not-resumed') notStarted += 1
    operations.set(name, past)
  }
  const carried = { origins, gone: new Map(), isAlone: true } as const
  return { items: state.items.map(toItem), operations, carried, notStarted }
}

/** The operations of a state by their names. */
export function listOperations(
  items: readonly StateItem[]
): readonly (readonly [name: string, operation: StateOperation])[] {
  return items.flatMap(({ name, own, operations = [] }) => [
    ...(own === undefined ? [] : [[name, own] as const]),
    ...operations.map(
      (operation) => [nameOperation(name, operation.element?.key ?? ''), operation] as const
    )
  ])
}

/** An item that the list does not have any more. */
export function toGoneItem(name: string, { digest, method, url }: StateItem): PlannedItem {
  return toItem({ name, digest, method, url })
}

function toItem({ name, digest, method, url, operations }: StateItem): PlannedItem {
  const elements = operations?.map(({ element }) => ({ key: element?.key ?? '', value: null }))
  return omitUndefined({
    name,
    needs: [],
    shown: { method, url },
    reads: new Map(),
    digest,
    judge: () => ({ kind: 'true' as const }),
    prepare: () => Promise.reject(new Error('this step starts nothing')),
    loop: elements && { elements, followed: [], isJudgedWhole: false }
  })
}

function toPast(
  name: string,
  { past }: StateOperation,
  sender: Omit<ListSender, 'readExpression'>
): PastOperation {
  switch (past.kind) {
    case 'not-started':
      return { kind: 'not-resumed' }
    case 'left-out':
      return { kind: 'not-sent' }
    case 'fault':
      return { kind: 'not-sent', message: past.message }
    case 'ended':
      return { kind: 'ended', outcome: restoreOutcome(past.end, sender.connection) }
    case 'accepted': {
      const { handle } = past
      checkHandle(name, handle, sender.connection)
      return { kind: 'accepted', prepare: () => prepareHandle(name, handle, sender) }
    }
    default:
      return past satisfies never
  }
}

/** What an operation never has of the inputs of a step that resumes a list. */
const OF_STEP: ReadonlySet<InputName> = new Set([
  ...OF_ONE,
  'outputs',
  'all-pages',
  'on-timeout',
  'on-cancel'
])

/** An operation by its handle alone. Its response may be read by others, so the final one counts. */
export async function prepareHandle(
  name: string,
  handle: string,
  { readRaw, connection, context, readOperation }: Omit<ListSender, 'readExpression'>
): Promise<Prepared> {
  const read: ReadInput = (input) =>
    input === 'resume' ? handle : OF_STEP.has(input) ? '' : readRaw(input)
  const { spec, warnings } = await readOperation(read, connection, context)
  const rules = { ...spec.rules, isFirstAnswerEnough: false }
  return { kind: 'ready', spec: { ...spec, name, rules }, warnings }
}

/** Of the responses what the state holds, by the names of the operations. */
export function listResponses({
  origins
}: Pick<Carried, 'origins'>): ReadonlyMap<string, JsonValue> {
  return new Map(
    [...origins].flatMap(([name, { response }]) =>
      response === undefined ? [] : [[name, response.value] as const]
    )
  )
}
