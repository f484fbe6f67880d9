/**
 * Azure's limits in an answer: how many calls are left, and whether a 429 is about limits at all. Pure.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
import { readProvisioningState, type StateField } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { findErrorCode, flattenErrors, type OperationError, readError } from './error.ts'
import { isRedirect } from './redirect.ts'

/** Codes with which the network provider and its kin answer 429 for a conflict, which no slower client would avoid. */
const CONFLICT = /another_?operation|retryable_?error|concurren|conflict|in_?progress|superseded/i
const REMAINING_HEADER = /^x-ms-ratelimit-remaining-/
/** A poll is a read: what is left for writing and deleting does not bound it. */
const NOT_FOR_READS = /-(writes|deletes)$/
/** Beginning with so few calls left. The smallest bucket of a subscription refills by 10 each second. */
const FEW_CALLS = 25
/** The wait when none are left, so that even then the end is seen no later than without a limit. */
const MAX_SLOW_DOWN_MS = 15_000

/** The parts of an answer that say what it is about. */
export interface AnswerParts {
  readonly status: number
  readonly provisioningState: StateField
  readonly error: OperationError | undefined
}

/** True for a 429 that is about limits, and not about another operation in the way. */
export function isThrottling({ status, error }: Omit<AnswerParts, 'provisioningState'>): boolean {
  return status === 429 && !isConflict(error)
}

function isConflict(error: OperationError | undefined): boolean {
  return error !== undefined && flattenErrors(error).some((node) => CONFLICT.test(node.error.code))
}

/** An answer in a few words: its status, its code or else its state, and for a 429 what it is about. */
export function describeAnswer({ status, provisioningState, error }: AnswerParts): string {
  if (isRedirect(status)) return `HTTP ${status} (a redirect)`
  const code = error === undefined ? '' : findErrorCode(error)
  const detail = code === '' && provisioningState.kind === 'word' ? provisioningState.word : code
  const words = detail === '' ? `HTTP ${status}` : `HTTP ${status} ${detail}`
  if (status !== 429) return words
  const reason = isThrottling({ status, error }) ? 'throttled' : 'another operation is in the way'
  return `${words} (${reason})`
}

/** An answer in a few words, as `describeAnswer` gives them, where it was not read for the rules of the protocol. */
export function describeResponse(response: HttpResponse): string {
  const provisioningState = readProvisioningState(response.body)
  return describeAnswer({ status: response.status, provisioningState, error: readError(response) })
}

/**
 * The fewest reads that any of the answer's `x-ms-ratelimit-remaining-*` headers leaves us, or undefined when it names
 * none. `Microsoft.Compute/GetOperation3Min;49990,…` is the form of a provider's own limits, whose names tell reads
 * from writes in no common way: each of them counts.
 */
export function readRemainingReads({ headers }: HttpResponse): number | undefined {
  const counts = Object.entries(headers).flatMap(([name, value]) =>
    REMAINING_HEADER.test(name) && !NOT_FOR_READS.test(name) ? parseCounts(value) : []
  )
  return counts.length === 0 ? undefined : Math.min(...counts)
}

function parseCounts(value: string): number[] {
  const matches = value.matchAll(/(?:^\s*|;\s*)(\d{1,9})\s*(?=,|$)/g)
  return Array.from(matches, ([, count]) => Number(count))
}

/** The least wait before the next poll when this many reads are left: none until they are few, then more for each. */
export function slowDownMs(remainingReads: number | undefined): number {
  if (remainingReads === undefined || remainingReads >= FEW_CALLS) return 0
  return Math.round((MAX_SLOW_DOWN_MS * (FEW_CALLS - remainingReads)) / FEW_CALLS)
}
