/**
 * The errors that people meet, each with what it means and what to do. Data only, and a chunk of its own: loaded when
 * something failed. The base is https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors.
 */

/** Error that is known. */
export interface KnownError {
  /** Codes, separated by spaces; empty where the text tells it under any code that says nothing of its own. */
  readonly codes: string
  /** Words of the message without which the codes may mean something else. */
  readonly text?: RegExp
  /** The event, in one sentence. */
  readonly meaning: string
  /**
   * The way out, in one or two sentences. `{name|otherwise}` stands for a fact of the error: the missing `action` and
   * its `scope`, a `namespace`, the `lock`, the `newest` api-version.
   */
  readonly fix: string
  /** Page that says more. */
  readonly link: string
}

const LEARN = 'https://learn.microsoft.com/'
const ARM = `${LEARN}azure/azure-resource-manager/`
const HELP = `${ARM}troubleshooting/`
const COMMON = `${HELP}common-deployment-errors`
const RBAC = `${LEARN}azure/role-based-access-control/troubleshooting`
const QUOTA = `${LEARN}azure/quotas/quotas-overview`
const CAPACITY = `${LEARN}troubleshoot/azure/virtual-machines/windows/allocation-failure`
const SCRIPTS = `${ARM}bicep/deployment-script-bicep`
const AKS = `${LEARN}troubleshoot/azure/azure-kubernetes/`
const NETWORK = `${LEARN}azure/virtual-network/`

const GIVE_ROLE =
  'Give the identity that signs in a role with {action|this right} at {scope|this scope} (az role assignment create). A new role takes a few minutes to take effect.'
const MORE_QUOTA = 'Ask for more quota, use less, or use another region or size.'
const OTHER_PLACE = 'Run it again later, or choose another size, zone or region.'
const REGISTER =
  'Register it in the subscription, once: az provider register --namespace {namespace|<namespace>}'
const PURGE = 'Recover it, purge it, or use another name.'
const OTHER_NAME = 'Choose another name.'

/** The errors, and of two that fit the one whose text says so first. */
export const KNOWN_ERRORS: readonly KnownError[] = [
  // Rights.
  {
    codes: 'AuthorizationFailed',
    meaning: 'The identity that signs in lacks a right.',
    fix: GIVE_ROLE,
    link: RBAC
  },
  {
    codes: 'LinkedAuthorizationFailed',
    text: /tenant .{0,100}not authorized to access linked subscription|linked subscription .{0,200}not found/,
    meaning:
      'A resource that the request refers to lies in a subscription that this tenant may not use.',
    fix: 'Check the IDs of the other resources in the body, and that their subscription belongs to this tenant.',
    link: RBAC
  },
  {
    codes: 'LinkedAuthorizationFailed LinkedAccessCheckFailed',
    meaning:
      'The identity that signs in lacks a right on another resource that the request refers to.',
    fix: GIVE_ROLE,
    link: RBAC
  },
  {
    codes: '',
    text: /does not have (?:permission|authorization) to perform action/,
    meaning: 'The identity that signs in lacks a right that a resource of the template needs.',
    fix: GIVE_ROLE,
    link: RBAC
  },
  {
    codes: 'DenyAssignmentAuthorizationFailed',
    meaning: 'A deny assignment forbids this, whatever roles the identity has.',
    fix: 'Do it through what owns the deny assignment (a managed application, a deployment stack), or have that removed.',
    link: `${LEARN}azure/role-based-access-control/deny-assignments`
  },
  {
    codes: 'RoleAssignmentUpdateNotPermitted',
    meaning:
      'A role assignment of this name exists, and its principal, role and scope cannot be changed.',
    fix: 'Make the name from all three, such as guid(scope, principal, role), or delete the old assignment first.',
    link: RBAC
  },
  {
    codes: 'RoleAssignmentExists',
    meaning:
      'The same role is already assigned to the principal at this scope, under another name.',
    fix: 'Delete the assignment that the message names, or use its name; on a PUT of its own accept-status: RoleAssignmentExists takes it for done.',
    link: RBAC
  },
  {
    codes: 'RoleAssignmentLimitExceeded',
    meaning: 'The subscription holds as many role assignments as it can.',
    fix: 'Remove assignments that nobody needs, or assign roles to groups or at a higher scope.',
    link: `${LEARN}azure/role-based-access-control/troubleshoot-limits`
  },
  {
    codes: 'PrincipalNotFound',
    meaning:
      'The principal is not known in this tenant, or not yet: a new one takes a while to be seen everywhere.',
    fix: 'Set principalType in the role assignment, check that principalId is an object ID, or run it again.',
    link: RBAC
  },
  {
    codes: 'ServicePrincipalNotFound',
    meaning: 'The service principal is not known in this tenant, or not yet.',
    fix: 'Check its client ID; if it is new, run it again after a minute, or let retry-on repeat it.',
    link: `${AKS}error-code-serviceprincipalnotfound`
  },
  {
    codes: 'FailedIdentityOperation',
    meaning: 'A managed identity that the resource refers to could not be used.',
    fix: 'Check that the user-assigned identity exists and its ID is written in full, then run it again.',
    link: `${LEARN}entra/identity/managed-identities-azure-resources/known-issues`
  },
  {
    codes:
      'InvalidAuthenticationToken InvalidAuthenticationTokenTenant InvalidAuthenticationTokenAudience AuthenticationFailed AuthenticationFailedMissingToken',
    meaning: 'The token is for another tenant or another service, or damaged.',
    fix: 'Check the inputs tenant-id and environment: the token must be for this tenant and for Azure Resource Manager.',
    link: COMMON
  },
  {
    codes: 'ExpiredAuthenticationToken',
    meaning: 'The token has expired.',
    fix: 'Sign in with client-id and tenant-id, which renews it, instead of the input token.',
    link: COMMON
  },

  // Policy, locks, the subscription.
  {
    codes: 'RequestDisallowedByPolicy',
    meaning: 'An Azure Policy forbids this.',
    fix: 'Change what the policy forbids, or ask for an exemption from it.',
    link: `${HELP}error-policy-requestdisallowedbypolicy`
  },
  {
    codes: 'PolicyDefinitionNotFound',
    meaning: 'An assignment or a set names a policy definition that is not there.',
    fix: 'Deploy the definition first and let the assignment depend on it, and check its ID and scope.',
    link: `${LEARN}azure/governance/policy/troubleshoot/general`
  },
  {
    codes: 'ScopeLocked',
    meaning: 'A lock forbids this change.',
    fix: 'Remove the lock{lock| first}, and set it again afterwards.',
    link: `${ARM}management/lock-resources`
  },
  {
    codes: 'ReadOnlyDisabledSubscription SubscriptionDisabled DisallowedOperation',
    meaning: 'The subscription is disabled, or this is not allowed in it.',
    fix: 'Its owner must enable it or lift the restriction, such as a spending limit.',
    link: `${LEARN}azure/cost-management-billing/manage/subscription-disabled`
  },
  {
    codes: 'SubscriptionNotFound InvalidSubscriptionId',
    meaning: 'The subscription is not there, or not visible to the identity that signs in.',
    fix: 'Check the subscription ID, and that the identity has a role in that subscription and its tenant.',
    link: COMMON
  },
  {
    codes:
      'MissingSubscriptionRegistration SubscriptionNotRegistered InvalidSubscriptionRegistrationState MissingRegistrationForLocation',
    meaning: 'The subscription has not registered the resource provider.',
    fix: REGISTER,
    link: `${HELP}error-register-resource-provider`
  },
  {
    codes: '',
    text: /feature is not (?:enabled|registered) for this subscription/,
    meaning: 'The subscription has not registered a feature that this needs.',
    fix: 'Register the feature that the message names, once: az feature register --namespace <namespace> --name <feature>',
    link: `${ARM}management/preview-features`
  },
  {
    codes: 'InvalidParameter',
    text: /feature is not (?:enabled|registered) for this subscription/,
    meaning: 'The subscription has not registered a feature that this needs.',
    fix: 'Register the feature that the message names, once: az feature register --namespace <namespace> --name <feature>',
    link: `${ARM}management/preview-features`
  },
  {
    codes: 'MarketplacePurchaseEligibilityFailed ResourcePurchaseValidationFailed',
    meaning: 'An offer of the Azure Marketplace cannot be bought in this subscription as it is.',
    fix: 'Accept its terms once (az vm image terms accept), and check that the subscription may buy from the Marketplace.',
    link: `${LEARN}marketplace/purchase-saas-offer-in-azure-portal`
  },
  {
    codes: '',
    text: /[Ll]egal terms|[Mm]arketplace (?:purchase|terms)/,
    meaning:
      'The terms of an offer of the Azure Marketplace are not accepted in this subscription.',
    fix: 'Accept them once: az vm image terms accept --urn <publisher>:<offer>:<plan>:<version>',
    link: `${LEARN}cli/azure/vm/image/terms`
  },

  // Names, types, versions, regions.
  {
    codes: 'ResourceGroupNotFound',
    meaning: 'The resource group is not there.',
    fix: 'Create it first, and check its name and the subscription in the URL.',
    link: COMMON
  },
  {
    codes: 'ParentResourceNotFound',
    meaning: 'The resource that this one belongs to is not there.',
    fix: 'Create the parent first; in a template let the child depend on it.',
    link: `${HELP}error-parent-resource`
  },
  {
    codes: 'ResourceNotFound NotFound',
    meaning: 'A resource that the request is about or refers to is not there.',
    fix: 'Check the names in the URL and the body; what another resource needs must exist first.',
    link: `${HELP}error-not-found`
  },
  {
    codes: 'InvalidResourceReference',
    meaning: 'The body refers to a resource that is not there.',
    fix: 'Check the ID that the message names; in a template let this resource depend on the other.',
    link: `${HELP}error-not-found`
  },
  {
    codes: 'LinkedInvalidPropertyId',
    meaning: 'A property of the body should be a resource ID and is none.',
    fix: 'Write the whole ID: subscription, resource group, provider, type and name, of the parents too.',
    link: `${HELP}error-invalid-name-segments`
  },
  {
    codes: 'InvalidResourceType NoRegisteredProviderFound',
    meaning: 'The provider has no such type with this api-version in this region.',
    fix: 'Check the resource type and the region, or use {newest|another api-version}.',
    link: `${HELP}error-register-resource-provider`
  },
  {
    codes: 'InvalidApiVersionParameter MissingApiVersionParameter UnsupportedApiVersion',
    meaning: 'The api-version is missing, misspelt or not supported for this type.',
    fix: 'Check the resource type in the URL, and use {newest|an api-version of that type}.',
    link: `${ARM}management/resource-providers-and-types`
  },
  {
    codes: 'InvalidResourceNamespace',
    meaning: 'There is no resource provider of this namespace.',
    fix: 'Check the spelling of the namespace behind /providers/ in the URL or the type.',
    link: COMMON
  },
  {
    codes: 'LocationNotAvailableForResourceType',
    meaning: 'The resource type is not offered in this region.',
    fix: 'Choose one of the regions that the message names.',
    link: COMMON
  },
  {
    codes: 'LocationRequired',
    meaning: 'The resource needs a location.',
    fix: 'Add location to the body.',
    link: `${ARM}templates/resource-location`
  },
  {
    codes: 'InvalidResourceLocation',
    meaning:
      'A resource of this name already exists in another region, and none can be moved this way.',
    fix: 'Use its region or another name, or delete it first.',
    link: COMMON
  },
  {
    codes: 'ReservedResourceName',
    meaning: 'The name holds a word or a trademark that Azure reserves.',
    fix: OTHER_NAME,
    link: `${HELP}error-reserved-resource-name`
  },
  {
    codes:
      'StorageAccountAlreadyTaken StorageAccountAlreadyExists StorageAccountInAnotherResourceGroup',
    meaning: 'The name of a storage account is unique in all of Azure, and this one is taken.',
    fix: 'Choose another name, such as one with uniqueString() of the resource group in it.',
    link: `${HELP}error-storage-account-name`
  },
  {
    codes: 'AccountNameInvalid',
    meaning:
      'A storage account has 3 to 24 lower-case letters and digits in its name, and nothing else.',
    fix: OTHER_NAME,
    link: `${HELP}error-storage-account-name`
  },
  {
    codes: 'DnsRecordInUse NameNotAvailable WebsiteAlreadyExists CustomDomainInUse',
    meaning: 'The name is already taken in Azure.',
    fix: OTHER_NAME,
    link: `${ARM}management/resource-name-rules`
  },
  {
    codes: '',
    text: /(?:Website with given name|Server Farm with name) .{0,200}already exists/,
    meaning: 'An app or a plan of this name exists already, perhaps in another subscription.',
    fix: 'Choose another name, or use the resource group that it is in.',
    link: `${ARM}management/resource-name-rules`
  },

  // Soft delete.
  {
    codes: 'VaultAlreadyExists',
    meaning:
      'The name of a key vault is unique in all of Azure: it is taken, or that of a vault that was deleted and can be recovered.',
    fix: 'Choose another name, or recover or purge the deleted vault (az keyvault list-deleted).',
    link: `${LEARN}azure/key-vault/general/key-vault-recovery`
  },
  {
    codes: 'ConflictError',
    text: /deleted state|soft.delete/i,
    meaning: 'A deleted vault of this name can still be recovered.',
    fix: PURGE,
    link: `${LEARN}azure/key-vault/general/key-vault-recovery`
  },
  {
    codes: 'FlagMustBeSetForRestore',
    meaning: 'A deleted account of this name can still be recovered.',
    fix: PURGE,
    link: `${LEARN}azure/ai-services/recover-purge-resources`
  },
  {
    codes: 'SoftDeletedVaultDoesNotExist',
    meaning: 'There is no deleted vault of this name, and createMode asks to recover one.',
    fix: 'Leave createMode out to create a new vault.',
    link: `${LEARN}azure/key-vault/general/key-vault-recovery`
  },
  {
    codes: 'ServiceAlreadyExistsInSoftDeletedState',
    meaning: 'A deleted API Management service of this name can still be recovered.',
    fix: PURGE,
    link: `${LEARN}azure/api-management/soft-delete`
  },
  {
    codes:
      'KeyVaultParameterReferenceNotFound KeyVaultParameterReferenceSecretRetrieveFailed KeyVaultParameterReferenceAuthorizationFailed',
    meaning: 'A parameter that is a secret of a key vault could not be read.',
    fix: 'Check the ID of the vault and the name of the secret, that enabledForTemplateDeployment is set, and the right Microsoft.KeyVault/vaults/deploy/action.',
    link: `${ARM}templates/key-vault-parameter`
  },

  // Something else is at work, or still in use.
  {
    codes:
      'AnotherOperationInProgress RetryableErrorDueToAnotherOperation ConcurrentUpdate ResourceIsBusy AnotherOperationIsInProgress OperationPreempted',
    meaning: 'Another operation is using this resource.',
    fix: 'Wait until it ends, then run this again; do not run both at once.',
    link: COMMON
  },
  {
    codes: 'DeploymentActive DeploymentActiveAndUneditable',
    meaning: 'A deployment of this name is still running.',
    fix: 'Wait for it, cancel it, or use a different name for each run.',
    link: COMMON
  },
  {
    codes: 'ResourceGroupBeingDeleted ResourceBeingDeleted',
    meaning: 'It is being deleted.',
    fix: 'Wait until it is gone, then run this again.',
    link: COMMON
  },
  {
    codes: 'ResourceGroupDeletionBlocked ResourceGroupDeletionTimeout',
    meaning: 'Something in the resource group could not be deleted.',
    fix: 'Delete the resources that the message names, or remove what blocks their deletion, then delete the group again.',
    link: `${ARM}management/delete-resource-group`
  },
  {
    codes: 'CannotDeleteResource',
    meaning: 'There is something in it that has to be deleted first.',
    fix: 'Delete the nested resources that the message names, then run this again.',
    link: `${ARM}management/delete-resource-group`
  },
  {
    codes: 'InUseSubnetCannotBeDeleted SubnetInUse',
    meaning:
      'Something is in the subnet. A template that lists the subnets of a network without this one deletes it.',
    fix: 'Remove what the message names, or list the subnet within the virtual network.',
    link: `${HELP}common-deployment-errors`
  },
  {
    codes:
      'NicInUse PublicIPAddressCannotBeDeleted PublicIPAddressInUse InUseNetworkSecurityGroupCannotBeDeleted',
    meaning: 'Something still uses it.',
    fix: 'Remove that first; the message names it.',
    link: `${NETWORK}virtual-network-network-interface`
  },
  {
    codes: 'PreconditionFailed',
    meaning: 'The resource changed since its etag was read.',
    fix: 'Read it again, or leave If-Match out.',
    link: COMMON
  },
  {
    codes: 'PropertyChangeNotAllowed',
    meaning: 'A property in the body is fixed when the resource is created.',
    fix: 'Leave the property as it is, or recreate the resource.',
    link: COMMON
  },
  {
    codes: 'TooManyRequests SubscriptionRequestsThrottled OperationThrottled ServerBusy',
    meaning: 'Azure is throttling.',
    fix: 'Run fewer requests at once, or run it again after a few minutes.',
    link: `${ARM}management/request-limits-and-throttling`
  },

  // Quota and capacity.
  {
    codes:
      'QuotaExceeded ResourceQuotaExceeded InsufficientQuota SubscriptionIsOverQuotaForSku InternalSubscriptionIsOverQuotaForSku',
    meaning:
      'The quota of the subscription for this region or size is used up; the message has the numbers.',
    fix: MORE_QUOTA,
    link: QUOTA
  },
  {
    codes: 'OperationNotAllowed',
    text: /quota/i,
    meaning:
      'The quota of the subscription for this region or size is used up; the message has the numbers.',
    fix: MORE_QUOTA,
    link: `${HELP}error-resource-quota`
  },
  {
    codes: '',
    text: /exceeding (?:approved|quota)|without additional quota|quota of 0 instances/,
    meaning:
      'The quota of the subscription for this region or size is used up; the message has the numbers.',
    fix: MORE_QUOTA,
    link: QUOTA
  },
  {
    codes: 'PublicIPCountLimitReached',
    meaning: 'The subscription has as many public IP addresses in this region as its quota allows.',
    fix: 'Release some, ask for more quota, or use another region.',
    link: QUOTA
  },
  {
    codes: 'SkuNotAvailable',
    meaning: 'This size is not offered to the subscription there, or is restricted at the moment.',
    fix: 'Choose another size, zone or region; az vm list-skus --location <region> --all shows what is available to you.',
    link: `${HELP}error-sku-not-available`
  },
  {
    codes:
      'AllocationFailed ZonalAllocationFailed OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest',
    meaning: 'Azure has no capacity for this size there at the moment.',
    fix: OTHER_PLACE,
    link: CAPACITY
  },
  {
    codes: 'ServiceUnavailable',
    text: /high demand/,
    meaning: 'The region has no room for another account at the moment.',
    fix: 'Use another region, leave zone redundancy out, or ask for access to the region (https://aka.ms/cosmosdbquota).',
    link: `${LEARN}azure/cosmos-db/how-to-request-quota-increase`
  },
  {
    codes: 'RegionDoesNotAllowProvisioning ProvisioningDisabled',
    meaning: 'The region takes no new servers from this subscription.',
    fix: 'Use another region, or ask for access to this one by a support request.',
    link: `${LEARN}azure/azure-sql/database/quota-increase-request`
  },

  // Templates and bodies.
  {
    codes: 'InvalidContentLink',
    meaning: 'Azure Resource Manager could not download a linked template or its parameters.',
    fix: 'Check the URI and its SAS token; a storage account behind a firewall cannot be read. Compile the template into one file, or use a template spec.',
    link: `${ARM}templates/linked-templates`
  },
  {
    codes: 'InvalidTemplate',
    text: /[Cc]ircular dependency/,
    meaning: 'Resources of the template depend on each other in a circle.',
    fix: 'Remove the dependency that is not needed, or set the property in a later deployment.',
    link: `${HELP}error-invalid-template`
  },
  {
    codes: 'InvalidTemplate InvalidDeployment',
    meaning: 'The template or its parameters are not valid.',
    fix: 'Correct them where the message points.',
    link: `${HELP}error-invalid-template`
  },
  {
    codes: 'InvalidTemplateCircularDependency TemplateResourceCircularDependency',
    meaning: 'Resources of the template depend on each other in a circle.',
    fix: 'Remove the dependency that is not needed, or set the property in a later deployment.',
    link: `${HELP}error-invalid-template`
  },
  {
    codes: 'MismatchingResourceSegments',
    meaning: 'The name of a resource has not as many parts as its type.',
    fix: 'Give a nested resource one more part in its type than in its name.',
    link: `${HELP}error-invalid-name-segments`
  },
  {
    codes: 'DeploymentOutputEvaluationFailed',
    meaning: 'The resources are deployed; an output of the template could not be worked out.',
    fix: 'Correct the output that the message names: often it refers to a resource or a property that a condition left out.',
    link: `${HELP}error-not-found`
  },
  {
    codes: 'InvalidDeploymentLocation',
    meaning: 'A deployment of this name exists at this scope in another region.',
    fix: 'Use its location, or another name for each region.',
    link: `${ARM}templates/deploy-to-subscription`
  },
  {
    codes: 'DeploymentNameInvalidCharacters DeploymentNameLengthLimitExceeded',
    meaning:
      'A deployment has at most 64 letters, digits, hyphens, dots and underscores in its name.',
    fix: OTHER_NAME,
    link: COMMON
  },
  {
    codes: 'DeploymentQuotaExceeded',
    meaning: 'The scope keeps 800 deployments in its history.',
    fix: 'Delete old ones, or turn automatic deletion on.',
    link: `${HELP}deployment-quota-exceeded`
  },
  {
    codes: 'TooManyTargetResourceGroups',
    meaning: 'One deployment reaches at most 800 resource groups.',
    fix: 'Split the deployment.',
    link: `${ARM}templates/deploy-to-resource-group`
  },
  {
    codes: 'DeploymentFailedCleanUp',
    meaning:
      'In the mode Complete the deployment deletes what is not in the template, and not all of that could be deleted.',
    fix: 'Give the identity the right to delete it, or use the mode Incremental.',
    link: `${ARM}templates/deployment-modes`
  },
  {
    codes: 'RequestEntityTooLarge RequestContentTooLarge JobSizeExceeded DeploymentJobSizeExceeded',
    meaning: 'The request or the expanded template is over the limit of 4 MB.',
    fix: 'Split the template, or link its parts.',
    link: `${HELP}error-job-size-exceeded`
  },
  {
    codes: 'InvalidRequestContent InvalidRequestFormat',
    meaning: 'The body has a field that is not known, or lacks one that is needed.',
    fix: 'Correct the body: the message names the field, or line and position.',
    link: COMMON
  },
  {
    codes: 'InvalidParameter InvalidParameterValue ValidationError AccountPropertyCannotBeSet',
    meaning: 'A value in the body is not one that the service takes.',
    fix: 'Correct the property that the message names.',
    link: COMMON
  },

  // Networks.
  {
    codes: 'NetcfgSubnetRangeOutsideVnet NetcfgInvalidSubnet NetcfgSubnetRangesOverlap',
    meaning: 'The address range of a subnet does not fit its virtual network, or overlaps another.',
    fix: 'Choose a range within the network that no other subnet has; some subnets need a certain size.',
    link: `${NETWORK}virtual-network-manage-subnet`
  },
  {
    codes: 'SubnetIsFull',
    meaning: 'The subnet has no address left.',
    fix: 'Release some, or use another or a larger subnet.',
    link: `${NETWORK}virtual-network-manage-subnet`
  },
  {
    codes: 'PrivateIPAddressInReservedRange PrivateIPAddressNotInSubnet',
    meaning:
      'The private IP address is outside its subnet, or one of those that Azure reserves in it.',
    fix: 'Choose another address of the subnet: not one of its first four or its last.',
    link: `${NETWORK}ip-services/private-ip-addresses`
  },
  {
    codes: 'SubnetsNotInSameVnet',
    meaning: 'The network interfaces of one virtual machine belong to one virtual network.',
    fix: 'Put their subnets into the same network.',
    link: COMMON
  },
  {
    codes: 'ReferencedResourceNotProvisioned',
    meaning: 'A resource that this one needs has not been provisioned, or has failed.',
    fix: 'Mend the other resource first, or wait for it; in a template let this resource depend on it.',
    link: `${HELP}error-not-found`
  },

  // Machines, images, extensions, scripts.
  {
    codes:
      'VMExtensionProvisioningError VMExtensionHandlerNonTransientError VMExtensionProvisioningTimeout',
    meaning:
      'A script or an agent that runs in the virtual machine failed or did not end in time; the machine itself is there.',
    fix: 'Read its output in the message, and in the machine under /var/log/azure or C:\\WindowsAzure\\Logs; then correct the script and deploy again.',
    link: `${LEARN}azure/virtual-machines/extensions/troubleshoot`
  },
  {
    codes: 'OSProvisioningTimedOut OSProvisioningInternalError OSProvisioningClientError',
    meaning:
      'The operating system did not come up in time after the machine was created, or the image is not prepared for it.',
    fix: 'Check with the boot diagnostics that the image is generalized, or is deployed as specialized.',
    link: `${LEARN}troubleshoot/azure/virtual-machines/linux/troubleshoot-deployment-new-vm-linux`
  },
  {
    codes: 'ImageNotFound PlatformImageNotFound',
    meaning: 'There is no such image in this region.',
    fix: 'Check publisher, offer, SKU and version (az vm image list --all), or the ID of the image.',
    link: COMMON
  },
  {
    codes: 'InaccessibleImage',
    meaning: 'The container image could not be pulled.',
    fix: 'Write its registry and tag in full, and check the credentials of a private registry.',
    link: COMMON
  },
  {
    codes: 'PasswordTooLong PasswordNotComplex',
    meaning: 'The password does not fulfil the rules of the service.',
    fix: 'Choose another that fulfils what the message says; check that the secret is not empty.',
    link: COMMON
  },
  {
    codes: 'DeploymentScriptError',
    meaning: 'The deployment script itself failed.',
    fix: 'Correct the script where the message points; its whole log is in the resource of the script.',
    link: SCRIPTS
  },
  {
    codes:
      'DeploymentScriptBootstrapScriptExecutionFailed DeploymentScriptContainerGroupCreationFailed DeploymentScriptContainerGroupNotFound DeploymentScriptOperationFailed',
    meaning: 'The service that runs deployment scripts could not start this one.',
    fix: 'Check the container group and the storage account that it uses, their network and policies, and run it again.',
    link: SCRIPTS
  },

  // Kubernetes.
  {
    codes: 'K8sVersionNotSupported AgentPoolK8sVersionNotSupported',
    meaning: 'This version of Kubernetes is not, or no longer, supported in the region.',
    fix: 'Choose one that az aks get-versions --location <region> lists.',
    link: `${LEARN}azure/aks/supported-kubernetes-versions`
  },
  {
    codes: 'PodDrainFailure UnsatisfiablePDB',
    meaning: 'A pod disruption budget keeps a node from being drained.',
    fix: 'Loosen the budget that the message names, or add replicas, then run it again.',
    link: `${AKS}error-code-poddrainfailure`
  }
]
