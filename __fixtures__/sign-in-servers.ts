/**
 * Everything that a sign-in meets, on this machine: Entra, GitHub's ID tokens, a managed identity, and a resource
 * manager that takes the tokens of that Entra and no others.
 */
import { createClientCertificate } from '../simulator/certificate.ts'
import { type Clock, RealClock } from '../simulator/clock.ts'
import { type Entra, type EntraOptions, startEntra } from '../simulator/entra.ts'
import { type GitHub, type GitHubOptions, startGitHub } from '../simulator/github.ts'
import { type ManagedIdentity, startManagedIdentity } from '../simulator/managed-identity.ts'
import { type Simulator, startSimulator } from '../simulator/simulator.ts'

export const TENANT_ID = '22222222-2222-4222-8222-222222222222'
export const CLIENT_ID = '33333333-3333-4333-8333-333333333333'
export const SECRET = 'not/so+secret='
export const EXPIRED_SECRET = 'good~until~yesterday'
export const AUDIENCE = 'api://AzureADTokenExchange'

export interface SignInServersOptions {
  readonly clock?: Clock
  readonly github?: GitHubOptions
  readonly entra?: Partial<EntraOptions>
  /** Subject of the federated credential, when that is not the job's own. */
  readonly trustedSubject?: string
}

export interface SignInServers {
  readonly entra: Entra
  readonly github: GitHub
  readonly identity: ManagedIdentity
  readonly arm: Simulator
  /** Key and certificate of the application, in one PEM text as the Azure SDKs read it. */
  readonly certificatePem: string
  /** The inputs that point the action at all of it, without any that sign in. */
  readonly inputs: Readonly<Record<string, string>>
  /** Makes a child process trust Entra's certificate. */
  readonly environment: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts it all, on free ports. */
export async function startSignInServers(
  options: SignInServersOptions = {}
): Promise<SignInServers> {
  const clock = options.clock ?? new RealClock()
  const github = await startGitHub({ clock, ...options.github })
  const certificate = await createClientCertificate()
  const entra = await startEntra({
    tenant: TENANT_ID,
    clientId: CLIENT_ID,
    secret: SECRET,
    expiredSecret: EXPIRED_SECRET,
    certificates: [certificate.cert],
    federated: [
      {
        issuer: github.issuer,
        subject: options.trustedSubject ?? github.subject,
        audience: AUDIENCE,
        isGenuine: github.isGenuine
      }
    ],
    clock,
    ...options.entra
  })
  const identity = await startManagedIdentity({ entra, clock })
  const arm = await startSimulator({ clock, tokens: entra.acceptsToken })
  const { token: _token, ...inputs } = arm.inputs
  return {
    entra,
    github,
    identity,
    arm,
    certificatePem: `${certificate.key}\n${certificate.cert}`,
    inputs: { ...inputs, 'authority-host': entra.origin },
    environment: { NODE_EXTRA_CA_CERTS: entra.caFile },
    close: async () => {
      await Promise.all([arm.close(), identity.close(), entra.close(), github.close()])
    }
  }
}
