/**
 * Advice on what to do next, in one line, for the errors people meet. Pure.
 * A table: the codes on the left, what to do on the right. What is quoted from the service stays untrusted text, and
 * what goes into a command to copy is taken only when it is a plain name.
 */
import {
  findErrorCode,
  findRootCause,
  flattenErrors,
  type OperationError,
  RECOMMENDATION
} from '../operation/error.ts'
import type { Outcome } from '../run/outcome.ts'
import { adviseOnProgress, RESUME } from './explanation.ts'
import { listPolicies } from './policies.ts'
import { SIGN_IN_ADVICE } from './sign-in-advice.ts'

/** Writes one line for an error with one of the rule's codes, or none; `tree` is the whole error it stands in. */
type Advise = (error: OperationError, tree: OperationError) => string | undefined

const ROLES = 'az role assignment create'
const QUOTA = 'Read the limit in the message: ask for more quota, use less, or use another region.'

const RULES: readonly (readonly [codes: string, advise: Advise])[] = [
  ['AuthorizationFailed LinkedAuthorizationFailed', adviseOnRights],
  [
    'RoleAssignmentUpdateNotPermitted DenyAssignmentAuthorizationFailed',
    say('Remove the deny assignment or the conflicting role assignment at that scope.')
  ],
  ['RequestDisallowedByPolicy', adviseOnPolicy],
  ['MissingSubscriptionRegistration SubscriptionNotRegistered', adviseOnRegistration],
  [
    'DeploymentActive',
    say(
      'A deployment of this name is still running: wait for it, cancel it, or use a different name for each run.'
    )
  ],
  [
    'DeploymentQuotaExceeded',
    say(
      'The scope keeps 800 deployments: delete old ones from its history, or turn automatic deletion on.'
    )
  ],
  ['QuotaExceeded ResourceQuotaExceeded', say(QUOTA)],
  // Compute's answer to a lack of quota, and to much else.
  ['OperationNotAllowed', ({ message }) => (/quota/i.test(message) ? QUOTA : undefined)],
  [
    'SkuNotAvailable',
    say(
      'Choose another size, zone or region; az vm list-skus --location <region> --all shows what is available to you.'
    )
  ],
  [
    'AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest',
    say(
      'Azure has no capacity for this size there at the moment: run it again later, or choose another size, zone or region.'
    )
  ],
  [
    'ResourceGroupNotFound',
    say('Create the resource group first, and check its name and the subscription in the URL.')
  ],
  [
    'SubscriptionNotFound InvalidSubscriptionId',
    say(
      'Check the subscription ID, and that the identity signed in has a role in that subscription and its tenant.'
    )
  ],
  [
    'ResourceNotFound ParentResourceNotFound NotFound',
    say(
      'Check the names in the URL and the body; a resource that another one needs must exist first.'
    )
  ],
  [
    'InvalidApiVersionParameter NoRegisteredProviderFound MissingApiVersionParameter InvalidResourceType',
    adviseOnApiVersion
  ],
  ['InvalidResourceNamespace', say('Check the spelling of the provider namespace in the URL.')],
  ['LocationNotAvailableForResourceType', say('Choose one of the regions that the message names.')],
  [
    'InvalidResourceLocation',
    say(
      'The resource already exists in another region: delete it first, or use its region or another name.'
    )
  ],
  [
    'ExpiredAuthenticationToken',
    say(
      'The token has expired: sign in with client-id and tenant-id, which renews it, instead of the input token.'
    )
  ],
  [
    'InvalidAuthenticationToken InvalidAuthenticationTokenTenant InvalidAuthenticationTokenAudience AuthenticationFailed AuthenticationFailedMissingToken',
    say(
      'Check the inputs tenant-id and environment: the token must be for this tenant and for Azure Resource Manager.'
    )
  ],
  [
    'TooManyRequests SubscriptionRequestsThrottled OperationThrottled ServerBusy',
    say('Azure is throttling: run fewer requests at once, or run it again after a few minutes.')
  ],
  [
    'AnotherOperationInProgress RetryableErrorDueToAnotherOperation ConcurrentUpdate ResourceIsBusy AnotherOperationIsInProgress OperationPreempted',
    say(
      'Another operation is using this resource: wait until it ends, then run this again; do not run both at once.'
    )
  ],
  ['ScopeLocked', adviseOnLock],
  [
    'ResourceGroupBeingDeleted ResourceBeingDeleted',
    say('It is being deleted: wait until it is gone, then run this again.')
  ],
  [
    'ResourceGroupDeletionBlocked ResourceGroupDeletionTimeout',
    say(
      'Delete the resources that the message names, or remove what blocks their deletion, then delete the group again.'
    )
  ],
  [
    'InvalidTemplate InvalidTemplateDeployment InvalidDeployment InvalidContentLink',
    say('Correct the template or its parameters where the message points.')
  ],
  [
    'InvalidRequestContent InvalidRequestFormat InvalidParameter InvalidParameterValue LinkedInvalidPropertyId',
    say('Correct the body: the message names the property.')
  ],
  [
    'PropertyChangeNotAllowed',
    say(
      'This property is fixed when the resource is created: leave it out, or recreate the resource.'
    )
  ],
  [
    'StorageAccountAlreadyTaken StorageAccountAlreadyExists VaultAlreadyExists DnsRecordInUse NameNotAvailable WebsiteAlreadyExists',
    say('The name is already taken in Azure: choose another one.')
  ],
  [
    'FlagMustBeSetForRestore ConflictError SoftDeletedVaultExists',
    say(
      'A deleted resource of this name can still be recovered: recover it, purge it, or use another name.'
    )
  ],
  [
    'RoleAssignmentExists',
    say('The role assignment is already there under another name: nothing needs to be done.')
  ],
  [
    'PrincipalNotFound',
    say(
      'A new identity takes a while to become visible everywhere: set principalType in the body, or run it again.'
    )
  ],
  [
    'InUseSubnetCannotBeDeleted NicInUse PublicIPAddressCannotBeDeleted SubnetInUse DiskInUse InUseNetworkSecurityGroupCannotBeDeleted',
    say('Something still uses it: remove that first; the message names it.')
  ],
  [
    'ReadOnlyDisabledSubscription DisallowedOperation SubscriptionDisabled',
    say('The subscription is disabled or restricted: its owner must enable it.')
  ],
  [
    'PreconditionFailed',
    say('The resource changed since its etag was read: read it again, or leave If-Match out.')
  ],
  [
    'RequestEntityTooLarge RequestContentTooLarge JobSizeExceeded',
    say('The request is over the limit of 4 MB: split the template, or link its parts.')
  ]
]

const SIGN_IN_LINES: ReadonlyMap<string, string> = new Map(spread(SIGN_IN_ADVICE))
const RULE_BY_CODE: ReadonlyMap<string, Advise> = new Map([
  ...spread(RULES),
  ...spread(SIGN_IN_ADVICE).map(([code, line]) => [code, say(line)] as const)
])

function spread<T>(rules: readonly (readonly [codes: string, value: T])[]) {
  return rules.flatMap(([codes, value]) =>
    codes.split(' ').map((code) => [code.toLowerCase(), value] as const)
  )
}

/** One line on what to do next, or undefined when there is nothing better to say than the error itself. */
export function adviseOn(outcome: Outcome): string | undefined {
  const { ending, operation, error } = outcome
  switch (ending.kind) {
    case 'succeeded':
      return undefined
    case 'not-sent':
      return adviseOnCode(error) ?? 'Nothing was sent: run it again once the cause is fixed.'
    case 'left':
      return ending.by === 'deadline' ? adviseOnTimeout(operation) : adviseOnProgress(operation)
    case 'unanswered':
      return ending.by === 'deadline' ? adviseOnTimeout(operation) : adviseOnUnknown(outcome)
    case 'undecided':
      return adviseOnUnknown(outcome)
    case 'condition-left':
    case 'fail-if':
      return adviseOnCondition(operation)
    case 'condition-undecided':
      return error === undefined ? adviseOnCondition(operation) : adviseOnUnknown(outcome)
    case 'refused':
      return [adviseOnEnd(outcome), adviseOnRetry(outcome)].filter(Boolean).join(' ') || undefined
    case 'failed':
    case 'not-read':
    case 'canceled':
      return adviseOnEnd(outcome)
    default:
      return ending satisfies never
  }
}

function adviseOnEnd(outcome: Outcome): string | undefined {
  const { error } = outcome
  return error === undefined ? adviseOnStatus(outcome) : adviseOnError(outcome, error)
}

/** Such a refusal may pass with time, and only its reader can tell: the line to repeat it is there to be copied. */
function adviseOnRetry({ response, error, isRetryGiven }: Outcome): string | undefined {
  const status = response?.status
  if ((status !== 409 && status !== 429) || isRetryGiven === true) return undefined
  const codes = error === undefined ? [] : [findRootCause(error).code, findErrorCode(error)]
  const plain = codes.find((code) => /^[A-Za-z][\w.-]{0,255}$/.test(code))
  return `If it passes with time, this input repeats the request until it is accepted: "retry-on: ${plain ?? status}".`
}

function adviseOnTimeout(operation: Outcome['operation']): string {
  return operation === undefined
    ? 'Look at the resource before you run this again, or give it more time with the input timeout.'
    : `${RESUME} instead of running this again, or give it more time with the input timeout.`
}

function adviseOnCode(error: OperationError | undefined): string | undefined {
  return error && RULE_BY_CODE.get(error.code.toLowerCase())?.(error, error)
}

function adviseOnCondition(operation: Outcome['operation']): string {
  return operation === undefined
    ? 'The operation is done in Azure: look at its result before you run this again.'
    : `${RESUME} to go on waiting for the condition; the operation itself is done.`
}

/** A status that may not be read is a matter of rights or of the sign-in: the end is still there to be read. */
function adviseOnUnknown({ error, operation }: Outcome): string {
  const look = 'Look at the resource before you run this again: it might run twice.'
  const root = error === undefined ? undefined : findRootCause(error)
  const code = root?.code.toLowerCase() ?? ''
  const first =
    root !== undefined && code === 'authorizationfailed'
      ? adviseOnRights(root)
      : SIGN_IN_LINES.get(code)
  const before = first === undefined ? '' : `${first} `
  return operation === undefined
    ? before + look
    : `${before}${RESUME} to find out how it ends: it might run twice if you run it again.`
}

function adviseOnError(outcome: Outcome, tree: OperationError): string | undefined {
  const errors = [findRootCause(tree), ...flattenErrors(tree).map(({ error }) => error)]
  for (const error of errors) {
    const advice = RULE_BY_CODE.get(error.code.toLowerCase())?.(error, tree)
    if (advice !== undefined) return advice
  }
  return quoteRecommendation(errors) ?? adviseOnStatus(outcome)
}

function adviseOnStatus({ response, error }: Outcome): string | undefined {
  switch (response?.status) {
    case 401:
      return 'Check how the step signs in: Azure did not accept its token.'
    case 403:
      return 'Give the identity that signs in a role with this right at this scope.'
    case 429:
      return 'Azure is throttling: run fewer requests at once, or run it again after a few minutes.'
    default:
      return error === undefined || findErrorCode(error) === ''
        ? 'Look for the correlation ID in the activity log of the subscription.'
        : undefined
  }
}

function say(line: string): Advise {
  return () => line
}

// "…does not have authorization to perform action 'A' over scope 'S'", "…action(s) 'A' on the linked scope(s) 'S'".
function adviseOnRights({ message }: OperationError): string {
  // A linked error names what is allowed first and what is missing last.
  const [, action] = [...message.matchAll(/\baction(?:\(s\))? '([^']{1,500})'/g)].at(-1) ?? []
  const [, scope] = [...message.matchAll(/\bscope(?:\(s\))? '([^']{1,1000})'/g)].at(-1) ?? []
  const right = action === undefined ? 'this right' : `the action ${action}`
  const where = scope === undefined ? 'this scope' : `the scope ${scope}`
  return `Give the identity that signs in a role with ${right} at ${where} (${ROLES}); a new role takes a few minutes to take effect.`
}

function adviseOnPolicy(_error: OperationError, tree: OperationError): string {
  const policies = listPolicies(flattenErrors(tree).map((node) => node.error))
  return policies.length === 0
    ? 'Change the request so that it complies with the policy, or ask for an exemption.'
    : `Change the request so that it complies with ${policies.join('; ')}, or ask for an exemption.`
}

function adviseOnRegistration({ message }: OperationError): string {
  const namespace = /\bnamespace '([A-Za-z0-9.]{1,100})'/.exec(message)?.[1]
  return namespace === undefined
    ? 'Register the resource provider in the subscription, once: az provider register --namespace <namespace>'
    : `Register the resource provider in the subscription, once: az provider register --namespace ${namespace}`
}

function adviseOnApiVersion({ message }: OperationError): string {
  const versions = message.match(/\b20\d\d-\d\d-\d\d\b(?!-)/g) ?? []
  const isList = /supported|following/i.test(message) && versions.length > 0
  const newest = [...new Set(versions)].sort().at(-1)
  return isList
    ? `Check the resource type and region, or use an api-version that the message lists (newest: ${newest}).`
    : 'Check the resource type in the URL, the region, and the api-version.'
}

function adviseOnLock({ message }: OperationError): string {
  const scope = /\blocked: '([^']{1,1000})'/.exec(message)?.[1]
  return scope === undefined
    ? 'Remove the lock first, and set it again afterwards.'
    : `Remove the lock on ${scope} first, and set it again afterwards.`
}

// Recovery Services says itself what to do.
function quoteRecommendation(errors: readonly OperationError[]): string | undefined {
  return errors
    .flatMap(({ additionalInfo }) => additionalInfo)
    .filter(({ type }) => type === RECOMMENDATION)
    .map(({ info }) => info.recommendedAction)
    .flatMap((action) => (Array.isArray(action) ? action : [action]))
    .find((action) => typeof action === 'string' && action.trim() !== '')
}
