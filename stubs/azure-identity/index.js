// Stands in for the entry of @azure/identity in the bundle: the credentials that this action takes, as they are, and
// none of those that open a browser, show a code or ask a developer's tools.
// Imported for no use, so that what imports it later needs no file of its own.
import 'open'

export { AzurePowerShellCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/azurePowerShellCredential.js'
export { ClientAssertionCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/clientAssertionCredential.js'
export { ClientCertificateCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/clientCertificateCredential.js'
export { ClientSecretCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/clientSecretCredential.js'
export { ManagedIdentityCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/managedIdentityCredential/index.js'
export { WorkloadIdentityCredential } from '../../node_modules/@azure/identity/dist/esm/credentials/workloadIdentityCredential.js'
