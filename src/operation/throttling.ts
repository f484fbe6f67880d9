/**
 * What an answer says about Azure's limits: how many calls are left, and whether a 429 is about them at all. Pure.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
import { readProvisioningState } from '../http/body.ts'
import type { HttpResponse } from '../http/message.ts'
import { findErrorCode, flattenErrors, readError } from './error.ts'

/** Codes with which the network provider and its kin answer 429 for a conflict, which no slower client would avoid. */
const CONFLICT = /another_?operation|retryable_?error|concurren|conflict|in_?progress|superseded/i
const REMAINING_HEADER = /^x-ms-ratelimit-remaining-/
/** A poll is a read: what is left for writing and deleting does not bound it. */
const NOT_FOR_READS = /-(writes|deletes)$/
/** Beginning with so few calls left. The smallest bucket of a subscription refills by 10 each second. */
const FEW_CALLS = 25
/** The wait when none are left, so that even then the end is seen no later than without a limit. */
const MAX_SLOW_DOWN_MS = 15_000

/** True for a 429 that is about limits, and not about another operation in the way. */
export function isThrottling(response: HttpResponse): boolean {
  return response.status === 429 && !isConflict(response)
}

function isConflict(response: HttpResponse): boolean {
  const error = readError(response)
  return error !== undefined && flattenErrors(error).some((node) => CONFLICT.test(node.error.code))
}

/** An answer in a few words: its status, its code or else its state, and for a 429 what it is about. */
export function describeAnswer(response: HttpResponse): string {
  const error = readError(response)
  const state = readProvisioningState(response.body)
  const code = error === undefined ? '' : findErrorCode(error)
  const detail = code === '' && state.kind === 'word' ? state.word : code
  const words = detail === '' ? `HTTP ${response.status}` : `HTTP ${response.status} ${detail}`
  if (response.status !== 429) return words
  return `${words} (${isThrottling(response) ? 'throttled' : 'another operation is in the way'})`
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
