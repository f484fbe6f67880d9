/**
 * The sign-in of a step that resumes this one, as inputs to be pasted. Pure. Ids and secrets are references: GitHub
 * shows the value of either as `***` where it is kept as a secret, and a secret never leaves the step.
 */
import type { SignIn } from '../auth/sign-in.ts'

/** Names and values of inputs. */
export type SignInInputs = readonly (readonly [name: string, value: string])[]

const CLIENT_ID = ['client-id', '$' + '{{ vars.AZURE_CLIENT_ID }}'] as const
const TENANT_ID = ['tenant-id', '$' + '{{ vars.AZURE_TENANT_ID }}'] as const

/** Inputs that sign in as this step does; none where the sign-in came from elsewhere, so that `azure/login` has to come first. */
export function listResumeSignIn(signIn: SignIn, hasCreds: boolean): SignInInputs {
  switch (signIn.kind) {
    case 'token':
    case 'azure-cli':
    case 'azure-powershell':
      return []
    case 'client-secret':
      return hasCreds
        ? [['creds', '$' + '{{ secrets.AZURE_CREDENTIALS }}']]
        : [CLIENT_ID, TENANT_ID, ['client-secret', '$' + '{{ secrets.AZURE_CLIENT_SECRET }}']]
    case 'auto':
      return [...listIds(signIn), ...listAudience(signIn)]
    case 'oidc':
      return [...listIds(signIn), ['credential', signIn.kind], ...listAudience(signIn)]
    case 'client-certificate':
    case 'workload-identity':
    case 'managed-identity':
      return [...listIds(signIn), ['credential', signIn.kind]]
    default:
      return signIn satisfies never
  }
}

function listIds({ clientId, tenantId }: { clientId?: string; tenantId?: string }): SignInInputs {
  if (clientId === undefined) return []
  return tenantId === undefined ? [CLIENT_ID] : [CLIENT_ID, TENANT_ID]
}

function listAudience({ audience }: { audience?: string }): SignInInputs {
  return audience === undefined ? [] : [['audience', audience]]
}
