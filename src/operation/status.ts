/**
 * Meaning of a state word. Pure.
 * Only exact matches end an operation: substring tests turn `FailoverInProgress` into a failure and
 * `PartiallySucceeded` into a success. Every word that is not listed runs on, because providers invent their own
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md#provisioningstate-property).
 */

/** Meaning of a state word. */
export type StateMeaning = 'running' | 'succeeded' | 'failed' | 'canceled'

/** Terminal words that the workflow author adds for a provider that invents its own. */
export interface ExtraStates {
  readonly success: readonly string[]
  readonly failure: readonly string[]
}

const TERMINAL_WORDS: ReadonlyMap<string, StateMeaning> = new Map([
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['canceled', 'canceled'],
  // Go's and JavaScript's SDKs accept the second spelling; those that do not poll for ever.
  ['cancelled', 'canceled']
])

/** The meaning of a resource's provisioning state. */
export function interpretProvisioningState(word: string, extra: ExtraStates): StateMeaning {
  const normal = normalizeWord(word)
  if (extra.success.some((own) => normalizeWord(own) === normal)) return 'succeeded'
  if (extra.failure.some((own) => normalizeWord(own) === normal)) return 'failed'
  return TERMINAL_WORDS.get(normal) ?? 'running'
}

/**
 * The meaning of an operation's status. In addition to the contract's words, Cost Management ends with `Completed`
 * (https://github.com/Azure/azure-sdk-for-go/issues/20342).
 */
export function interpretStatus(word: string, extra: ExtraStates): StateMeaning {
  const meaning = interpretProvisioningState(word, extra)
  return meaning === 'running' && normalizeWord(word) === 'completed' ? 'succeeded' : meaning
}

const RUNNING_WORDS: ReadonlySet<string> = new Set([
  'accepted',
  'inprogress',
  'pending',
  'queued',
  'notstarted',
  'started',
  'running'
])

/** True for a word that says of itself that work goes on (`Queued`, `FailoverInProgress`, `Updating`). */
export function isRunningWord(word: string): boolean {
  const normal = normalizeWord(toShownWord(word))
  return RUNNING_WORDS.has(normal) || /(?:ing|inprogress)$/.test(normal)
}

/**
 * The part of a state word that people are shown: Service Fabric writes several hundred characters of JSON behind it
 * (`InProgress:{"upgradeDescription":…}`), which change while the state does not.
 */
export function toShownWord(word: string): string {
  return /^[^{]*?(?=:?\{)/.exec(word)?.[0].trim() || word
}

function normalizeWord(word: string): string {
  return word.trim().toLowerCase()
}
