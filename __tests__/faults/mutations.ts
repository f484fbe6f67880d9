/**
 * Mistakes that this action must never make, as changes of its source: each is a text that is found once in one file,
 * and what stands there instead. `npm run test:mutations` makes them one by one, and every witness that a row names
 * has to turn red. A new rule of the protocol gets a row here, with the mistake that it forbids.
 */

export interface Mutation {
  readonly name: string
  /** Where the mistake was made, or the rule is written down. */
  readonly source: string
  readonly file: string
  /** Text that the file has exactly once. */
  readonly find: string
  readonly replace: string
  /** Test files that turn red, each of them. */
  readonly tests: readonly string[]
  /** Names of the habits under which the randomized proof turns red; an empty list is a proof without habits. */
  readonly proof?: readonly string[]
}

const CONTRACT =
  'https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/async-api-reference.md'

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a lost PUT is sent again blindly',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/arm/retry-policy.ts',
    find: "    case 'PUT':\n      return { kind: 'verify' }\n",
    replace:
      "    case 'PUT':\n      return retry(delay(retries, retryAfterMs), { ambiguous: false })\n",
    tests: ['__tests__/arm/retry-policy.test.ts', '__tests__/arm/submit.test.ts'],
    proof: []
  },
  {
    name: 'a lost POST is sent again blindly',
    source: 'https://github.com/Azure/bicep-deploy/issues/328',
    file: 'src/arm/retry-policy.ts',
    find: "    case 'PATCH':\n    case 'POST':\n      return { kind: 'lost' }\n",
    replace:
      "    case 'PATCH':\n      return { kind: 'lost' }\n    case 'POST':\n      return retry(delay(retries, retryAfterMs), { ambiguous: false })\n",
    tests: ['__tests__/arm/retry-policy.test.ts'],
    proof: []
  },
  {
    name: 'any URL over https is trusted',
    source: 'https://github.com/Azure/azure-sdk-for-python/pull/48804',
    file: 'src/http/trust.ts',
    find: 'if (origin === trust.origin) return true',
    replace: "if (origin === trust.origin || protocol === 'https:') return true",
    tests: ['__tests__/operation/polling-url.test.ts'],
    proof: []
  },
  {
    name: 'a 4xx on a status URL is a failure',
    source: CONTRACT,
    file: 'src/operation/poll-answer.ts',
    find: 'return isSuccess ? readStatusUrl(operation, answer, rules) : unreadable(answer)',
    replace:
      'return isSuccess ? readStatusUrl(operation, answer, rules) : readLocationError(answer)',
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: []
  },
  {
    name: 'an empty 200 of a status URL is a success',
    source: CONTRACT,
    file: 'src/operation/poll-answer.ts',
    find: "provisioningState.kind === 'word' ? readState(provisioningState.word, rules) : MALFORMED",
    replace:
      "provisioningState.kind === 'word' ? readState(provisioningState.word, rules) : SUCCEEDED",
    tests: ['__tests__/operation/poll-answer.test.ts'],
    proof: []
  },
  {
    name: 'a poll is not cut at the deadline',
    source: 'https://github.com/Azure/terraform-provider-azapi/issues/1079',
    file: 'src/operation/poller.ts',
    find: 'Math.min(MAX_POLL_MS, leftMs)',
    replace: 'MAX_POLL_MS',
    tests: ['__tests__/operation/poller.test.ts'],
    proof: []
  },
  {
    name: 'a state is read by a part of its word',
    source: `${CONTRACT}#provisioningstate-property`,
    file: 'src/operation/status.ts',
    find: "return TERMINAL_WORDS.get(normal) ?? 'running'",
    replace:
      "return [...TERMINAL_WORDS].find(([word]) => normal.includes(word.slice(0, 4)))?.[1] ?? 'running'",
    tests: ['__tests__/operation/status.test.ts', '__tests__/differential/core-lro.test.ts'],
    proof: []
  }
]

/** How often a text stands in another. */
export function countFinds(text: string, wanted: string): number {
  return text.split(wanted).length - 1
}
