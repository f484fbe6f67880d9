/**
 * Errors that are known, as a service has sent or its documentation tells them: code, message, and where that stands.
 * Names and ids are cut short.
 */
export const ERROR_BODIES: readonly (readonly [code: string, message: string, source: string])[] = [
  [
    'AuthorizationFailed',
    `The client 'c' with object id 'o' does not have authorization to perform action 'Microsoft.Compute/virtualMachines/write' over scope '/subscriptions/s' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting'
  ],
  [
    'LinkedAuthorizationFailed',
    `The client has permission to perform action 'Microsoft.Network/virtualNetworks/subnets/join/action' on scope '/s', however the current tenant 't' is not authorized to access linked subscription 's'.`,
    'https://github.com/Azure/OpenShift/issues/41'
  ],
  [
    'LinkedAuthorizationFailed',
    `The client 'c' with object id 'o' has permission to perform action 'Microsoft.Compute/virtualMachineScaleSets/write' on scope '/v'; however, it does not have permission to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) '/i' or the linked scope(s) are invalid.`,
    'https://github.com/Azure/aad-pod-identity/issues/613'
  ],
  [
    'LinkedAccessCheckFailed',
    `The client with object id 'o' does not have authorization to perform action 'Microsoft.Network/publicIPAddresses/join/action' over scope '/p' or the scope is invalid`,
    'https://github.com/Azure/mpf/issues/44'
  ],
  [
    'InvalidTemplateDeployment',
    `Authorization failed for template resource 'g' of type 'Microsoft.Authorization/roleAssignments'. The client 'c' with object id 'o' does not have permission to perform action 'Microsoft.Authorization/roleAssignments/write' at scope '/s'.`,
    'https://github.com/Azure/deployment-stacks/issues/212'
  ],
  [
    'DenyAssignmentAuthorizationFailed',
    `The client 'c' has permission to perform action 'Microsoft.Storage/storageAccounts/delete' on scope '/s'; however, the access is denied because of the deny assignment with name 'd'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/bicep/deployment-stacks'
  ],
  [
    'RoleAssignmentUpdateNotPermitted',
    `Tenant ID, application ID, principal ID, and scope are not allowed to be updated.`,
    'https://github.com/Azure/Azure-Landing-Zones/issues/2040'
  ],
  [
    'RoleAssignmentExists',
    `The role assignment already exists.`,
    'https://github.com/Azure/azure-cli/issues/9868'
  ],
  [
    'RoleAssignmentLimitExceeded',
    `No more role assignments can be created.`,
    'https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits'
  ],
  [
    'PrincipalNotFound',
    `Principal p does not exist in the directory d. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay.`,
    'https://github.com/Azure/avdaccelerator/issues/99'
  ],
  [
    'ServicePrincipalNotFound',
    `Service principal clientID: c not found in Active Directory tenant t.`,
    'https://github.com/Azure/AKS/issues/1163'
  ],
  [
    'FailedIdentityOperation',
    `Identity operation for resource '/s' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'.'`,
    'https://github.com/Azure/azure-cli/issues/31837'
  ],
  [
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer 'i'. It must match the tenant 't' associated with this subscription.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ExpiredAuthenticationToken',
    `The access token expiry UTC time is earlier than current UTC time.`,
    'https://learn.microsoft.com/rest/api/azure/'
  ],
  [
    'RequestDisallowedByPolicy',
    `Resource 'r' was disallowed by policy. Policy identifiers: '[{"policyAssignment":{"name":"A","id":"/a"},"policyDefinition":{"name":"D","id":"/d"}}]'.`,
    'https://github.com/microsoft/vscode-apimanagement/issues/348'
  ],
  [
    'PolicyDefinitionNotFound',
    `The policy assignment create request is invalid. The policy definition '/d' could not be found.`,
    'https://github.com/Azure/Enterprise-Scale/issues/445'
  ],
  [
    'ScopeLocked',
    `The scope '/s' cannot perform delete operation because following scope(s) are locked: '/l'. Please remove the lock and try again.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources'
  ],
  [
    'ReadOnlyDisabledSubscription',
    `The subscription 's' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    'https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-disabled'
  ],
  [
    'SubscriptionNotFound',
    `The subscription 's' could not be found.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace 'Microsoft.App'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider'
  ],
  [
    'BadRequest',
    `The property 'securityProfile.encryptionAtHost' is not valid because the 'Microsoft.Compute/EncryptionAtHost' feature is not enabled for this subscription.`,
    'https://github.com/MicrosoftDocs/azure-docs/issues/68028'
  ],
  [
    'InvalidParameter',
    `The property 'securityProfile.encryptionAtHost' is not valid because the 'Microsoft.Compute/EncryptionAtHost' feature is not enabled for this subscription.`,
    'https://github.com/Azure/azure-cli/issues/16788'
  ],
  [
    'ResourcePurchaseValidationFailed',
    `User failed validation to purchase resources. Error message: 'Offer with PublisherId: p, OfferId: o cannot be purchased due to validation errors. See details for more information.'`,
    'https://github.com/MicrosoftDocs/azure-docs/issues/28395'
  ],
  [
    'BadRequest',
    `You must accept the legal terms through the Azure portal.`,
    'https://github.com/Azure/azure-rest-api-specs/issues/12838'
  ],
  [
    'ResourceGroupNotFound',
    `Resource group 'g' could not be found.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ParentResourceNotFound',
    `Can not perform requested operation on nested resource. Parent resource 'p' not found.`,
    'https://github.com/microsoftarchive/Learn-LTI/issues/187'
  ],
  [
    'ResourceNotFound',
    `The Resource 'Microsoft.ApiManagement/service/a' under resource group 'g' was not found.`,
    'https://github.com/Azure-Samples/azure-health-data-and-ai-samples/issues/96'
  ],
  [
    'InvalidResourceReference',
    `Resource /v referenced by resource /n was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'LinkedInvalidPropertyId',
    `Property id 'x' at path 'properties.id' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'NoRegisteredProviderFound',
    `No registered resource provider found for location 'westus' and API version '2015-05-01' for type 'x'. The supported api-versions are '2023-01-01, 2024-06-01'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider'
  ],
  [
    'InvalidApiVersionParameter',
    `The api-version '2013-03-01' is invalid. The supported versions are '2024-03-01,2023-07-01'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types'
  ],
  [
    'InvalidResourceNamespace',
    `The resource namespace 'Microsoft.Wbe' is invalid.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'LocationNotAvailableForResourceType',
    `The provided location 'westus' is not available for resource type 't'. List of available regions for the resource type is 'westeurope'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-location'
  ],
  [
    'LocationRequired',
    `The location property is required for this definition.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'InvalidResourceLocation',
    `The resource 'r' already exists in location 'westus' in resource group 'g'. A resource with the same name cannot be created in location 'eastus'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ReservedResourceName',
    `The resource name 'office365' or a part of the name is a trademarked or reserved word.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name'
  ],
  [
    'StorageAccountAlreadyTaken',
    `The storage account named s is already taken.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name'
  ],
  [
    'AccountNameInvalid',
    `S is not a valid storage account name. Storage account name must be between 3 and 24 characters in length and use numbers and lower-case letters only.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-storage-account-name'
  ],
  [
    'CustomDomainInUse',
    `Please pick a different name. The subdomain name 'c' is not available as it's already used by a resource.`,
    'https://github.com/Azure-Samples/azure-search-openai-demo/issues/1093'
  ],
  [
    'Conflict',
    `Server Farm with name 'f' already exists for subscription 's'.`,
    'https://github.com/microsoftarchive/Learn-LTI/issues/187'
  ],
  [
    'VaultAlreadyExists',
    `The vault name 'v' is already in use. Vault names are globally unique so it is possible that the name is already taken.`,
    'https://github.com/Esri/arcgis-gitops/issues/174'
  ],
  [
    'ConflictError',
    `A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault.`,
    'https://github.com/Azure-Samples/contoso-chat/issues/55'
  ],
  [
    'FlagMustBeSetForRestore',
    `An existing resource with ID '/a' has been soft-deleted. To restore the resource, you must specify 'restore' to be 'true' in the property.`,
    'https://github.com/Azure/azure-cli/issues/18146'
  ],
  [
    'SoftDeletedVaultDoesNotExist',
    `A soft deleted vault with the given name does not exist.`,
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/12972'
  ],
  [
    'ServiceAlreadyExistsInSoftDeletedState',
    `Api service a was soft-deleted. In order to create the new service with the same name, you have to either undelete the service or purge it.`,
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/12839'
  ],
  [
    'KeyVaultParameterReferenceNotFound',
    `The specified KeyVault '/v' could not be found. Please see https://aka.ms/arm-keyvault for usage details.`,
    'https://github.com/Azure/bicep/pull/1571'
  ],
  [
    'AnotherOperationInProgress',
    `Another operation on this or dependent resource is in progress.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'DeploymentActive',
    `Unable to edit or replace deployment 'd': previous deployment from 't' is still active.`,
    'https://github.com/Azure/bicep-deploy/issues/328'
  ],
  [
    'ResourceGroupBeingDeleted',
    `The resource group 'g' is in deprovisioning state and cannot perform this operation.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ResourceGroupDeletionBlocked',
    `Deletion of resource group 'g' failed as resources with identifiers 'r' could not be deleted.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group'
  ],
  [
    'CannotDeleteResource',
    `Cannot delete resource while nested resources exist. Please delete all nested resources before deleting this resource.`,
    'https://github.com/Azure/terraform-provider-azapi/issues/894'
  ],
  [
    'InUseSubnetCannotBeDeleted',
    `Subnet s is in use by /n and cannot be deleted. In order to delete the subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.`,
    'https://github.com/Azure/bicep/issues/13267'
  ],
  [
    'PublicIPAddressCannotBeDeleted',
    `Public IP address /p can not be deleted since it is still allocated to resource /n.`,
    'https://github.com/ernestio/ernest/issues/514'
  ],
  [
    'PreconditionFailed',
    `The condition of the If-Match header is not met.`,
    'https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md'
  ],
  [
    'PropertyChangeNotAllowed',
    `Changing property 'osDisk.name' is not allowed.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'SubscriptionRequestsThrottled',
    `Number of requests for subscription 's' and operation 'o' exceeded the backend storage limit. Please try again after '6' seconds.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'SubscriptionIsOverQuotaForSku',
    `Operation cannot be completed without additional quota. Current Limit (Basic VMs): 0`,
    'https://github.com/MicrosoftDocs/msteams-docs/issues/13495'
  ],
  [
    'OperationNotAllowed',
    `Operation could not be completed as it results in exceeding approved Total Regional Cores quota.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-resource-quota'
  ],
  [
    'Unauthorized',
    `Operation cannot be completed without additional quota. Current Limit (Total VMs): 0`,
    'https://github.com/DataDog/stratus-red-team/pull/875'
  ],
  [
    'PublicIPCountLimitReached',
    `Cannot create more than 20 public IP addresses for this subscription in this region.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'SkuNotAvailable',
    `The requested size for resource 'r' is currently not available in location 'westus' zones '1' for subscription 's'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-sku-not-available'
  ],
  [
    'AllocationFailed',
    `Allocation failed. We do not have sufficient capacity for the requested VM size in this region.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ServiceUnavailable',
    `Sorry, we are currently experiencing high demand in this region, and cannot fulfill your request at this time.`,
    'https://github.com/microsoft/vscode-cosmosdb/issues/1410'
  ],
  [
    'ProvisioningDisabled',
    `Provisioning is restricted in this region. Please choose a different region.`,
    'https://github.com/hashicorp/terraform-provider-azurerm/issues/5011'
  ],
  [
    'InvalidContentLink',
    `Unable to download deployment content from 'https://s/n.json'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'InvalidTemplate',
    `Deployment template validation failed: 'Circular dependency detected on resource: r'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template'
  ],
  [
    'InvalidTemplate',
    `Deployment template validation failed: 'The template resource 'r' for type 't' at line '1' and column '24' has incorrect segment lengths.'`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-invalid-template'
  ],
  [
    'InvalidTemplateCircularDependency',
    `The template has a circular dependency.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'MismatchingResourceSegments',
    `The resource type and name have a different number of segments.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'DeploymentOutputEvaluationFailed',
    `The template output 's' is not valid: The language expression property array index '1' is out of bounds..`,
    'https://github.com/Azure/data-management-zone/issues/286'
  ],
  [
    'InvalidDeploymentLocation',
    `Invalid deployment location 'westus'. The deployment 'd' already exists in location 'eastus'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-subscription'
  ],
  [
    'DeploymentNameLengthLimitExceeded',
    `The deployment name has more than 64 characters.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'DeploymentQuotaExceeded',
    `Creating the deployment 'd' would exceed the quota of '800'. The current deployment count is '800'.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/deployment-quota-exceeded'
  ],
  [
    'TooManyTargetResourceGroups',
    `The deployment has too many target resource groups.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'DeploymentFailedCleanUp',
    `Unable to delete resources that are not in the template.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'JobSizeExceeded',
    `The job size is too large.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-job-size-exceeded'
  ],
  [
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: 'Could not find member 'x' on object of type 'KeyVaultReference'. Path 'p', line 1, position 1691.'.`,
    'https://github.com/mspnp/template-building-blocks/issues/369'
  ],
  [
    'InvalidParameter',
    `The value of parameter p is invalid.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'NetcfgInvalidSubnet',
    `Subnet 'AzureFirewallManagementSubnet' is not valid in virtual network 'v'.`,
    'https://github.com/Azure/Azure-Landing-Zones/issues/3420'
  ],
  [
    'SubnetIsFull',
    `Subnet Subnet1 with address prefix 10.0.0.0/24 does not have enough capacity for 1 IP addresses.`,
    'https://github.com/MicrosoftDocs/azure-docs/issues/88211'
  ],
  [
    'PrivateIPAddressInReservedRange',
    `Private static IP address 10.0.0.1 falls within reserved IP range of subnet prefix 10.0.0.0/24.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'SubnetsNotInSameVnet',
    `Subnets s1 and s2 are not in the same virtual network.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'ReferencedResourceNotProvisioned',
    `Cannot proceed with operation because resource /v used by resource /p is not in Succeeded state. Resource is in Updating state.`,
    'https://github.com/Azure-Samples/azuresandbox/issues/25'
  ],
  [
    'VMExtensionProvisioningError',
    `VM has reported a failure when processing extension 'CustomScript'. Error message: "Enable failed: failed to execute command: command terminated with exit status=127".`,
    'https://github.com/Azure/custom-script-extension-linux/issues/186'
  ],
  [
    'OSProvisioningTimedOut',
    `OS Provisioning for VM 'v' did not finish in the allotted time. The VM may still finish provisioning successfully.`,
    'https://github.com/Azure/aks-engine/issues/3694'
  ],
  [
    'ImageNotFound',
    `The Image '/i' cannot be found in 'westus' region.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'InaccessibleImage',
    `The image 'i' in container group 'g' is not accessible. Please check the image and registry credential.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'PasswordTooLong',
    `The password has too many characters.`,
    'https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors'
  ],
  [
    'DeploymentScriptError',
    `The provided script failed with the following error: System.Management.Automation.PSInvalidOperationException: Run Connect-AzAccount to login.`,
    'https://github.com/MicrosoftDocs/azure-docs/issues/79123'
  ],
  [
    'DeploymentScriptBootstrapScriptExecutionFailed',
    `A service error occurred, the container group resource failed to start script execution. Please try again later.`,
    'https://github.com/Azure/bicep/issues/19447'
  ],
  [
    'AgentPoolK8sVersionNotSupported',
    `Version 1.20.7 is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.`,
    'https://github.com/dspace-group/simphera-reference-architecture-azure/issues/29'
  ],
  [
    'UnsatisfiablePDB',
    `Upgrade is blocked due to invalid Pod Disruption Budgets (PDBs). Please review the PDB spec to allow disruptions during upgrades.`,
    'https://github.com/Azure/AKS/issues/4860'
  ]
]
