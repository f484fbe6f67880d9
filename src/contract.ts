/**
 * The names of the action's inputs and outputs: the contract with the workflows that use it, as action.yml declares it.
 * Names only; what they mean is a matter of the rooms that read and write them.
 */

/** Names of the inputs, in the order of action.yml. */
export const INPUT_NAMES = [
  'method',
  'url',
  'api-version',
  'headers',
  'body',
  'body-file',
  'all-pages',
  'dry-run',
  'requests',
  'requests-file',
  'max-parallel',
  'fail-fast',
  'subscription-id',
  'token',
  'client-id',
  'tenant-id',
  'client-secret',
  'creds',
  'credential',
  'audience',
  'environment',
  'resource-manager-endpoint',
  'resource-manager-audience',
  'authority-host',
  'wait',
  'timeout',
  'poll-interval',
  'max-poll-interval',
  'final-state-via',
  'success-states',
  'failure-states',
  'accept-status',
  'retry-on',
  'wait-until',
  'wait-until-url',
  'fail-if',
  'resume',
  'outputs',
  'on-timeout',
  'on-cancel',
  'cancel-url',
  'masked-outputs',
  'response-file',
  'summary'
] as const
/** Name of an input. */
export type InputName = (typeof INPUT_NAMES)[number]

/** Names of the outputs that action.yml declares; those of a template come in addition to them. */
export const OUTPUT_NAMES = [
  'status',
  'status-code',
  'response',
  'response-file',
  'resource-id',
  'operation',
  'correlation-id',
  'request-id',
  'headers',
  'portal-url',
  'decided-by',
  'error-code',
  'error-message',
  'error',
  'duration-seconds',
  'poll-count',
  'has-changes',
  'change-counts',
  'changes-markdown',
  'results'
] as const
