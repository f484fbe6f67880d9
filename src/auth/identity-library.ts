/**
 * The part of @azure/identity that is used, as types of our own: a test can stand in for it, and only credential.ts
 * has to know the package. Types only.
 */

/** The credential classes of @azure/identity that a sign-in may take. */
export interface IdentityLibrary {
  readonly ClientSecretCredential: new (
    tenantId: string,
    clientId: string,
    clientSecret: string,
    options: LibraryOptions
  ) => Credential
  readonly ClientCertificateCredential: new (
    tenantId: string,
    clientId: string,
    certificate: {
      readonly certificatePath: string
      readonly certificatePassword?: string
    },
    options: LibraryOptions & { readonly sendCertificateChain: boolean }
  ) => Credential
  readonly ClientAssertionCredential: new (
    tenantId: string,
    clientId: string,
    getAssertion: () => Promise<string>,
    options: LibraryOptions
  ) => Credential
  readonly WorkloadIdentityCredential: new (
    options: LibraryOptions & { readonly clientId?: string; readonly tenantId?: string }
  ) => Credential
  readonly ManagedIdentityCredential: new (
    options: ClientOptions & { readonly clientId?: string }
  ) => Credential
  readonly AzurePowerShellCredential: new (options: ToolOptions) => Credential
}

/** Options that make the library talk over a client of ours, once, and follow no redirect. */
export interface ClientOptions {
  readonly httpClient: LibraryHttpClient
  readonly retryOptions: { readonly maxRetries: 0 }
  readonly redirectOptions: { readonly maxRetries: 0 }
  readonly proxyOptions: { readonly host: string; readonly port: number }
}

/** Options of a credential that asks an authority; `authorityHost` is its URL. */
export interface LibraryOptions extends ClientOptions {
  readonly authorityHost: string
  readonly disableInstanceDiscovery: boolean
}

/** Options of a credential that asks a command-line tool, which has `processTimeoutInMs` to answer. */
export interface ToolOptions {
  readonly processTimeoutInMs: number
  readonly tenantId?: string
}

/** Credential of the library. Where it has no token, `getToken` resolves to null or rejects. */
export interface Credential {
  getToken(
    scope: string,
    options: {
      readonly abortSignal: AbortSignal
      readonly enableCae: boolean
      readonly claims?: string
    }
  ): Promise<{
    readonly token: string
    /** Milliseconds since the epoch, as the next one. */
    readonly expiresOnTimestamp: number
    readonly refreshAfterTimestamp?: number | undefined
  } | null>
}

/** HTTP client in the form that the library takes. `headers` and `bodyAsText` are those of the whole answer. */
export interface LibraryHttpClient {
  readonly sendRequest: <Request extends LibraryRequest>(
    request: Request
  ) => Promise<{
    readonly request: Request
    readonly status: number
    readonly headers: LibraryHeaders
    readonly bodyAsText: string
  }>
}

/** Request of the library, as much of it as is sent on. */
export interface LibraryRequest {
  readonly url: string
  readonly method: string
  readonly headers: Pick<LibraryHeaders, 'toJSON'>
  /** A form, as text; nothing else is ever sent to sign in. */
  readonly body?: unknown
}

/** Headers in the form that the library takes, found by name without regard to case. */
export interface LibraryHeaders extends Iterable<[string, string]> {
  get(name: string): string | undefined
  has(name: string): boolean
  set(name: string, value: string | number | boolean): void
  delete(name: string): void
  toJSON(): Record<string, string>
}
