/**
 * Advice on a sign-in that failed, or on the way to Azure, one line for each code that people meet. Data only.
 * The codes of Microsoft Entra ID: https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
 */

const ADD_FEDERATED_CREDENTIAL =
  'Add a federated credential with exactly this issuer, subject and audience to the application; the log has its JSON. A repository created since 15 July 2026 has ids in its subject, which a credential with only the names does not match.'
const CHECK_CLIENT_ID =
  'Check client-id and tenant-id: the application (client) ID, not its object ID, in the tenant it lives in, and the environment of that tenant.'

/** Codes, separated by spaces, and the advice for them. */
export const SIGN_IN_ADVICE: readonly (readonly [codes: string, line: string])[] = [
  [
    'AADSTS700213 AADSTS700211 AADSTS700212 AADSTS70021 AADSTS70025 AADSTS700238',
    ADD_FEDERATED_CREDENTIAL
  ],
  ['AADSTS700016 AADSTS7000229', CHECK_CLIENT_ID],
  [
    'AADSTS7000215',
    'Give the value of the client secret, not its ID, and of this application; a new secret takes a few minutes to take effect.'
  ],
  [
    'AADSTS7000222',
    'The client secret has expired: add a new one to the application, or sign in with client-id, tenant-id and id-token: write, which need none.'
  ],
  [
    'AADSTS700024',
    'The ID token had expired: give client-id and tenant-id to this action, which asks GitHub for a new one each time, in place of the session of azure/login; on your own runner check its clock.'
  ],
  [
    'AADSTS700027',
    'Upload the certificate at AZURE_CLIENT_CERTIFICATE_PATH to this application, and check that it has not expired.'
  ],
  [
    'AADSTS90002 AADSTS900021 AADSTS900023',
    'Check tenant-id and environment: this tenant is not in this cloud.'
  ],
  [
    'AADSTS500011',
    'The tenant does not know the audience of the token: check environment and resource-manager-audience.'
  ],
  ['AADSTS7000112', 'The application is disabled in this tenant: an administrator must enable it.'],
  [
    'AADSTS53003',
    'A Conditional Access policy blocks this sign-in: ask its owner, or use a runner at an address that it allows.'
  ],
  [
    'AADSTS50076 AADSTS50079',
    'This user has to confirm the sign-in with a second factor, which no workflow can do: sign in as an application, with client-id and tenant-id.'
  ],
  [
    'AADSTS700082 AADSTS70043 AADSTS50173',
    'The session on this machine has ended: run azure/login in an earlier step of this job, or give client-id and tenant-id, which need no session.'
  ],
  [
    'IdTokenPermissionMissing',
    'Give the job the permission id-token: write; a reusable workflow needs it from its caller too, and a pull request from a fork never gets it. For an identity of the machine itself name it: credential: managed-identity.'
  ],
  [
    'NoSignInFound',
    'Give client-id and tenant-id and the permission id-token: write; or client-id, tenant-id and client-secret; or a token; or run azure/login in an earlier step.'
  ],
  [
    'AzureCliFailed AzurePowerShellFailed',
    'Run azure/login in an earlier step of this job (for Azure PowerShell with enable-AzPSSession: true), or give client-id and tenant-id, which need no tool.'
  ],
  [
    'ManagedIdentityFailed',
    'Give the machine a managed identity; a user-assigned one is named by client-id, its client ID and not its object ID.'
  ],
  [
    'NotAnsweredByAzure',
    'Let the proxy or firewall pass on what goes to the host of Azure Resource Manager; HTTPS_PROXY and NO_PROXY choose the way.'
  ],
  [
    'SignInFailed',
    'Check the sign-in inputs and that the runner reaches the sign-in service, through HTTPS_PROXY if it has to.'
  ]
]
