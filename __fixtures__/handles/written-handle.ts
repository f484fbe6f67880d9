/**
 * What the tables of handles that releases have written are made of: the type of a row, and the parts that recur.
 */
import type { ArmRequest, HttpResponse } from '../../src/http/message.ts'
import type { Trust } from '../../src/http/trust.ts'
import type { AzureIds, Handle, ResumableOperation } from '../../src/operation/handle.ts'
import type { Facts, Operation, RunningOperation } from '../../src/operation/state.ts'

/** Handle as a release has written it, and what it says. */
export interface WrittenHandle {
  readonly name: string
  readonly text: string
  /** Ids of the step that reads it. */
  readonly ids: AzureIds
  /** Endpoint of the step that reads it; Azure's own when absent. */
  readonly trust?: Trust
  readonly handle: Handle
  /** Answer to the GET that it names, and the state that follows. Absent for a condition, which has rules of its own. */
  readonly next?: { readonly answer: HttpResponse; readonly state: Operation['state'] }
}

export const SUBSCRIPTION = { subscriptionId: '5f3b1c2d-0000-4aaa-9bbb-0123456789ab' }
export const IDS = { ...SUBSCRIPTION, tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47' }
export const CACHE =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Cache/redis/cart?api-version=2025-04-01'
export const RESTART =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/resourceGroups/shop/providers/Microsoft.Cache/redis/cart/restart?api-version=2025-04-01'
export const STATUS =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/providers/Microsoft.Cache/locations/westeurope/operationStatuses/7?api-version=2025-04-01'
export const RESULT =
  'https://management.azure.com/subscriptions/5f3b1c2d-0000-4aaa-9bbb-0123456789ab/providers/Microsoft.Cache/locations/westeurope/operationResults/7?api-version=2025-04-01'
export const MANAGEMENT_GROUP =
  'https://management.azure.com/providers/Microsoft.Management/managementGroups/shop?api-version=2025-04-01'

export function facts(request: ArmRequest, firstStatus: number, more: Partial<Facts> = {}): Facts {
  const startedAtMs = Date.UTC(2026, 0, 1)
  const usual = { pollCount: 0, sawProgress: false, fellBack: false, warnings: [] }
  return { request, firstStatus, startedAtMs, ...usual, ...more }
}

export function running(
  known: Facts,
  more: Pick<RunningOperation, 'via' | 'url'> & Partial<RunningOperation>
): RunningOperation {
  const usual = { everReadable: false, missedRounds: 0, absences: 0 }
  return { state: 'running', facts: known, wait: { kind: 'none' }, ...usual, ...more }
}

export function handle(operation: ResumableOperation, more: Partial<Handle> = {}): Handle {
  const extraStates = { success: [], failure: [] }
  return { operation, finalStateVia: 'auto', extraStates, conditions: {}, ...more }
}
