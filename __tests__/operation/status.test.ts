/**
 * What a state word means, word by word.
 */
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../__fixtures__/conversation.ts'
import {
  type ExtraStates,
  interpretProvisioningState,
  interpretStatus,
  isRunningWord,
  type StateMeaning,
  toShownWord
} from '../../src/operation/status.ts'

const NO_EXTRA: ExtraStates = { success: [], failure: [] }

interface Row {
  readonly rule: string
  readonly source: string
  readonly word: string
  /** As the status of an operation. */
  readonly status: StateMeaning
  /** As the provisioning state of a resource; the same when absent. */
  readonly provisioningState?: StateMeaning
  readonly extra?: ExtraStates
}

const COST_MANAGEMENT = 'https://github.com/Azure/azure-sdk-for-go/issues/20342'
const STACKS = 'https://learn.microsoft.com/rest/api/resources/deployment-stacks'

const TERMINAL: Row[] = [
  {
    rule: 'A3 Succeeded',
    source: SOURCES.contract,
    word: 'Succeeded',
    status: 'succeeded'
  },
  { rule: 'A3 Failed', source: SOURCES.contract, word: 'Failed', status: 'failed' },
  { rule: 'A3 Canceled', source: SOURCES.contract, word: 'Canceled', status: 'canceled' },
  { rule: 'A3 Cancelled', source: SOURCES.goPollers, word: 'Cancelled', status: 'canceled' },
  {
    rule: 'A3 Completed ends an operation, not a resource',
    source: COST_MANAGEMENT,
    word: 'Completed',
    status: 'succeeded',
    provisioningState: 'running'
  },
  {
    rule: 'A3 Completed in lower case',
    source: COST_MANAGEMENT,
    word: 'completed',
    status: 'succeeded',
    provisioningState: 'running'
  },
  {
    rule: 'A3 succeeded in lower case (deployment stacks)',
    source: STACKS,
    word: 'succeeded',
    status: 'succeeded'
  },
  {
    rule: 'A3 failed in lower case (deployment stacks)',
    source: STACKS,
    word: 'failed',
    status: 'failed'
  },
  {
    rule: 'A3 canceled in lower case (deployment stacks)',
    source: STACKS,
    word: 'canceled',
    status: 'canceled'
  },
  { rule: 'A3 upper case', source: SOURCES.goPollers, word: 'SUCCEEDED', status: 'succeeded' },
  { rule: 'A3 CANCELLED', source: SOURCES.goPollers, word: 'CANCELLED', status: 'canceled' },
  {
    rule: 'A3 white space is trimmed',
    source: SOURCES.contract,
    word: ' Failed\r\n',
    status: 'failed'
  }
]

const RUNNING_WORDS: readonly (readonly [source: string, words: readonly string[]])[] = [
  [
    SOURCES.contract,
    ['Deleted', 'Ready', 'Active', 'Created', 'InProgress', 'Accepted', 'Running', 'Unknown', '']
  ],
  [
    'https://github.com/Azure/azure-sdk-for-js/tree/main/sdk/core/core-lro',
    [
      'FailoverInProgress',
      'PartiallySucceeded',
      'CancelInProgress',
      'Canceling',
      'NotFailed',
      'SucceededWithWarnings',
      'Completing',
      'Success',
      'Fail',
      'Cancel'
    ]
  ],
  [
    'https://github.com/hashicorp/go-azure-sdk/pull/1221',
    [
      'AuthorizeReplication',
      'BreakReplication',
      'Patching',
      'Building',
      'ConfiguringNetworking',
      'CreatingVirtualMachines',
      'SettingUpStreamingRuntime',
      'Creating',
      'Dequeued',
      'finishNewStorageSyncService',
      'newManagedIdentityCredentialStep',
      'newPrivateDnsEntries',
      'newReplicaGroup',
      'notifySyncServicePartition',
      'validateInput',
      'Pausing',
      'Resuming',
      'Scaling',
      'Provisioning',
      'Pending',
      'Preparing System Configuration',
      'ProvisioningResources',
      'Restarting',
      'Updating',
      'Working',
      'AwaitingManualAction'
    ]
  ],
  [STACKS, ['canceling', 'updatingDenyAssignments', 'deletingResources']]
]

const RUNNING: Row[] = RUNNING_WORDS.flatMap(([source, words]) =>
  words.map((word) => ({
    rule: `A3 ${word || '(empty)'} runs on`,
    source,
    word,
    status: 'running'
  }))
)

const OWN: ExtraStates = { success: ['Ready', 'FullyFailedOver'], failure: [' stopped '] }

const EXTRA: Row[] = [
  {
    rule: 'A3 success-states adds a word',
    source: SOURCES.contract,
    word: 'ready',
    status: 'succeeded',
    extra: OWN
  },
  {
    rule: 'A3 failure-states adds a word, trimmed',
    source: SOURCES.contract,
    word: 'Stopped',
    status: 'failed',
    extra: OWN
  },
  {
    rule: 'A3 own words are matched whole',
    source: SOURCES.contract,
    word: 'NotReady',
    status: 'running',
    extra: OWN
  },
  {
    rule: 'A3 own words leave the contract its own',
    source: SOURCES.contract,
    word: 'Failed',
    status: 'failed',
    extra: OWN
  },
  {
    rule: 'A3 an own word wins over the contract’s',
    source: SOURCES.contract,
    word: 'Canceled',
    status: 'succeeded',
    extra: { success: ['Canceled'], failure: [] }
  }
]

describe('state words', () => {
  it.each([...TERMINAL, ...RUNNING, ...EXTRA])('$rule', (row) => {
    const { word, status, provisioningState = status, extra = NO_EXTRA, source } = row
    expect(interpretStatus(word, extra), source).toBe(status)
    expect(interpretProvisioningState(word, extra), source).toBe(provisioningState)
  })
})

describe('words of work', () => {
  it.each([
    'Accepted',
    'InProgress',
    'pending',
    'QUEUED',
    'NotStarted',
    'Started',
    'Running',
    ' Updating ',
    'FailoverInProgress',
    'InProgress:{"upgradeDescription":{}}'
  ])('%s says that work goes on', (word) => {
    expect(isRunningWord(word)).toBe(true)
  })

  it.each([
    'Ready',
    'Online',
    'Active',
    'Created',
    'Complete',
    'CompletedWithWarnings',
    'NoDataFound',
    'Restarted',
    'Succeeded',
    'Failed',
    ''
  ])('%s does not', (word) => {
    expect(isRunningWord(word)).toBe(false)
  })
})

const SERVICE_FABRIC =
  'https://learn.microsoft.com/rest/api/servicefabric/managedclusters/applications/start-rollback'

describe('the word that is shown', () => {
  it.each([
    ['Running', 'Running'],
    ['Preparing System Configuration', 'Preparing System Configuration'],
    ['InProgress:{"upgradeDescription":{"name":"a:{b"}}', 'InProgress'],
    ['Building {"step": 3}', 'Building'],
    ['a:b', 'a:b'],
    ['{"state": 1}', '{"state": 1}']
  ])('of %s is %s', (word, shown) => {
    expect(toShownWord(word), SERVICE_FABRIC).toBe(shown)
  })
})
