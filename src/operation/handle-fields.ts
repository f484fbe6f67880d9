/**
 * Checked readers of a handle's single fields, for every format. Pure. A handle is untrusted: it says where a token is
 * sent, so nothing is believed that was not checked here.
 */
import type { JsonValue } from '../http/message.ts'
import { isTrustedUrl, type Trust } from '../http/trust.ts'
import { MAX_STATUS_CHARS } from './handle.ts'
import { resolvePollingUrl } from './polling-url.ts'

/** Inputs that fill in what a handle leaves out. */
export type IdInput = 'subscription-id' | 'tenant-id'

/** Problem that ends the reading of a handle; never leaves `decodeHandle`. */
export class Refusal extends Error {
  readonly input: IdInput | undefined

  constructor(problem: string, input?: IdInput) {
    super(problem)
    this.input = input
  }
}

/** Problem of a handle that is not as it was written. */
export const DAMAGED = 'is damaged: copy the whole output operation of the step that started it'

/** A URL that the token may follow, exactly as it stands in the handle but for the origin of a path. */
export function readUrl(value: JsonValue | undefined, trust: Trust): string {
  if (typeof value !== 'string') throw new Refusal(DAMAGED)
  const url = resolvePollingUrl(value, trust.origin, trust)
  const isWhole = url === value || url === trust.origin + value
  if (url !== undefined && isWhole && isTrustedUrl(url, trust)) return url
  const host = URL.canParse(value) ? new URL(value).host.slice(0, MAX_STATUS_CHARS) : ''
  const where = host === '' ? 'an address' : `an address (${host})`
  throw new Refusal(
    `names ${where} that is not on the resource manager endpoint, and the token goes nowhere else`
  )
}

/** HTTP status; throws a Refusal for anything else. */
export function readHttpStatus(value: JsonValue | undefined): number {
  const status = readNumber(value, 599)
  if (status < 100) throw new Refusal(DAMAGED)
  return status
}

/** Whole number from 0 to `max`; throws a Refusal for anything else. */
export function readNumber(value: JsonValue | undefined, max: number): number {
  const isGood =
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
  if (!isGood) throw new Refusal(DAMAGED)
  return value
}

/** True or absent; throws a Refusal for anything else. */
export function readFlag(value: JsonValue | undefined): boolean {
  if (value !== undefined && value !== true) throw new Refusal(DAMAGED)
  return value === true
}

/** Text of this form, or undefined when absent; throws a Refusal for anything else. */
export function readOptionalText(value: JsonValue | undefined, form: RegExp): string | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !form.test(value)) throw new Refusal(DAMAGED)
  return value
}

/** One of the choices; throws a Refusal for anything else. */
export function readOneOf<Choice extends string>(
  value: JsonValue | undefined,
  choices: readonly Choice[]
): Choice {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw new Refusal(DAMAGED)
  return choice
}
