/**
 * The action's inputs as one frozen, typed value. Every rule about an input lives here or in the room that owns it;
 * bad input is an InputError, before anything is sent.
 */
import type { Method } from './operation/message.ts'
import type { FinalStateVia } from './operation/operation.ts'

export interface Inputs {
  readonly method: Method
  /** Absolute URL on the trusted origin, with api-version and subscription filled in, verbatim otherwise. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** JSON text to send, or undefined for no body. */
  readonly body?: string
  readonly cloud: Cloud
  readonly signIn: SignIn
  readonly wait: boolean
  readonly timeoutMs: number
  readonly pollIntervalMs?: number
  readonly maxPollIntervalMs?: number
  readonly finalStateVia: FinalStateVia
  readonly successStates: readonly string[]
  readonly failureStates: readonly string[]
  /** Statuses of the first answer that count as success. */
  readonly acceptStatus: readonly number[]
  /** Absolute path. */
  readonly responseFile: string
  readonly summary: boolean
}
/** Defined in arm/clouds.ts in the real thing. */
export interface Cloud {
  readonly name: string
  readonly resourceManagerEndpoint: string
  readonly audience: string
  readonly authorityHost: string
}
export type SignIn =
  | { readonly kind: 'token'; readonly token: string }
  | {
      readonly kind: 'client-secret'
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: string
    }
  | { readonly kind: 'auto' }
