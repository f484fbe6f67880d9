// Stands in for the entry of @azure/msal-node in the bundle: the clients of an application and of a managed identity, as
// they are. The one that signs a person in is named by @azure/identity and made by no credential of this action.
export { AuthError, LogLevel } from '../../node_modules/@azure/msal-common/dist/index-node.mjs'
export { ConfidentialClientApplication } from '../../node_modules/@azure/msal-node/dist/client/ConfidentialClientApplication.mjs'
export { ManagedIdentityApplication } from '../../node_modules/@azure/msal-node/dist/client/ManagedIdentityApplication.mjs'

export class PublicClientApplication {
  constructor() {
    throw new Error('not bundled: no credential of this action signs a person in')
  }
}
