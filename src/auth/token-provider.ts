/**
 * The door of this room: gives the token for each request, from every kind of sign-in. A run with a `token` input
 * needs nothing behind it, so the code that signs in is loaded only when it is needed.
 */
import type { Cloud } from '../arm/clouds.ts'
import { SignInError } from '../errors.ts'
import type { CredentialDependencies, TokenProvider } from './contract.ts'
import { readTokenIdentity } from './jwt.ts'
import type { SignIn } from './sign-in.ts'

/**
 * A provider for the sign-in that the inputs chose. Nothing is asked for yet.
 * Rejects with InputError when the cloud is custom and the authority or audience it needs was not given.
 */
export async function createTokenProvider(
  signIn: SignIn,
  cloud: Cloud,
  dependencies: CredentialDependencies
): Promise<TokenProvider> {
  if (signIn.kind === 'token') return provideGivenToken(signIn, dependencies)
  const { createCredentialProvider } = await import('./credential.ts')
  return createCredentialProvider(signIn, cloud, dependencies)
}

function provideGivenToken(
  { token, why }: Extract<SignIn, { kind: 'token' }>,
  { onSignIn }: CredentialDependencies
): TokenProvider {
  onSignIn?.({ credential: 'token', why, identity: readTokenIdentity(token) })
  return {
    canRefresh: false,
    getToken: async ({ signal, refusedToken, claims }) => {
      signal.throwIfAborted()
      if (refusedToken === undefined && claims === undefined) return token
      const message = 'The token was refused, and a given token cannot be replaced.'
      throw new SignInError(message, undefined, true)
    },
    describeFault: () => undefined,
    close: () => {}
  }
}
