/**
 * The words and fields that an operation of a list may have: one table for the reader, and for what tells others of it.
 */
import type { InputName } from '../contract.ts'

/** Words of an operation of a list, which no step with one request has. */
export const WORDS = ['name', 'needs', 'if', 'for-each', 'max-parallel'] as const
/** Word of an operation of a list. */
export type Word = (typeof WORDS)[number]

/** Words in the place of which others are written. */
export const MEANT_WORDS: Readonly<Record<string, Word>> = {
  each: 'for-each',
  for: 'for-each',
  items: 'for-each',
  loop: 'for-each',
  matrix: 'for-each',
  'with-items': 'for-each',
  condition: 'if',
  when: 'if',
  after: 'needs',
  'depends-on': 'needs',
  dependson: 'needs'
}

const TEXT_INPUTS = [
  'method',
  'url',
  'api-version',
  'body-file',
  'all-pages',
  'timeout',
  'poll-interval',
  'max-poll-interval',
  'final-state-via',
  'wait-until',
  'wait-until-url',
  'fail-if',
  'on-timeout',
  'on-cancel',
  'cancel-url'
] as const satisfies readonly InputName[]

/** Fields with one thing per line, which may be a list. */
export const LINE_INPUTS = [
  'success-states',
  'failure-states',
  'accept-status',
  'retry-on'
] as const satisfies readonly InputName[]

/** Inputs that an operation of a list may have as its fields. */
export const ITEM_INPUTS = [...TEXT_INPUTS, ...LINE_INPUTS, 'headers', 'body'] as const
/** Input that an operation of a list may have as a field. */
export type ItemInput = (typeof ITEM_INPUTS)[number]

/** Fields whose texts may refer to responses; the body is another. */
export const FILLED_INPUTS = ['url', 'wait-until-url', 'cancel-url', 'headers'] as const
/** Field whose text may refer to responses. */
export type FilledInput = (typeof FILLED_INPUTS)[number]

/** Inputs of the step alone, which a list has for all its operations together. */
export const STEP_INPUTS: ReadonlySet<string> = new Set<InputName>([
  'dry-run',
  'wait',
  'resume',
  'requests',
  'requests-file',
  'fail-fast',
  'outputs',
  'masked-outputs',
  'response-file',
  'summary',
  'token',
  'client-id',
  'tenant-id',
  'client-secret',
  'creds',
  'credential',
  'audience',
  'subscription-id',
  'environment',
  'resource-manager-endpoint',
  'resource-manager-audience',
  'authority-host'
])
