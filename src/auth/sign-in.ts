/**
 * The sign-in that the inputs ask for: one choice, checked before anything is sent. Reads no environment variable and
 * sends nothing; credential-chain.ts finds out what the machine has to offer.
 */
import { InputError } from '../errors.ts'
import { GUID, MINUTE_MS, omitUndefined } from '../values.ts'
import type { Creds } from './creds.ts'
import { isTenant } from './ids.ts'
import { readTokenExpiry } from './jwt.ts'

/** The inputs that are about signing in. */
export type SignInInput =
  | 'audience'
  | 'client-id'
  | 'client-secret'
  | 'credential'
  | 'creds'
  | 'tenant-id'
  | 'token'

/** The trimmed text of an input, `''` when it is not given. */
export type ReadSignInInput = (name: SignInInput) => string

/** Credentials that the machine may hold; the ids choose among identities where there are several. */
export const MACHINE_CREDENTIALS = [
  'client-certificate',
  'workload-identity',
  'managed-identity',
  'azure-cli',
  'azure-powershell'
] as const
/** Name of a credential that the machine may hold. */
export type MachineCredential = (typeof MACHINE_CREDENTIALS)[number]

/** Every value of the input `credential`. */
export const CREDENTIALS = [
  'auto',
  'oidc',
  'client-secret',
  ...MACHINE_CREDENTIALS,
  'token'
] as const
/** Value of the input `credential`. */
export type CredentialName = (typeof CREDENTIALS)[number]

/** Sign-in with all that it takes. `why` is the reason for the choice, for the log. */
export type SignIn =
  | { readonly kind: 'token'; readonly token: string; readonly why: string }
  | {
      readonly kind: 'client-secret'
      readonly tenantId: string
      readonly clientId: string
      readonly clientSecret: string
      readonly why: string
    }
  | {
      readonly kind: 'oidc'
      readonly tenantId: string
      readonly clientId: string
      /** Of the ID token; the cloud's own when absent. */
      readonly audience?: string
      readonly why: string
    }
  | {
      readonly kind: MachineCredential
      readonly tenantId?: string
      readonly clientId?: string
      readonly why: string
    }
  /** The first that is there. */
  | {
      readonly kind: 'auto'
      readonly tenantId?: string
      readonly clientId?: string
      readonly audience?: string
    }

/** Sign-in that the inputs ask for, with `creds` as far as given and the warnings about the other inputs. */
export interface SignInChoice {
  readonly signIn: SignIn
  /** Present when `creds` is given, whether or not it is what signs in. */
  readonly creds?: Creds
  /** Inputs that were given and have no effect, in one sentence each. */
  readonly warnings: readonly string[]
}

/** The secrets among the inputs, whether or not the rest can be read; they are masked first. */
export async function listSignInSecrets(read: ReadSignInInput): Promise<readonly string[]> {
  const creds = read('creds')
  const credsSecrets = creds === '' ? [] : (await loadCreds()).listCredsSecrets(creds)
  const secrets = [read('token'), read('client-secret'), ...credsSecrets]
  return [...new Set(secrets.filter((secret) => secret !== ''))]
}

/** True for a sign-in that asks no authority: a tool or the machine's own endpoint does, and knows its own. */
export function needsNoAuthority({ kind }: SignIn): boolean {
  return kind === 'azure-cli' || kind === 'azure-powershell' || kind === 'managed-identity'
}

/**
 * The sign-in that the inputs ask for. `auto` takes what was given on purpose before what the machine may have.
 * @param now milliseconds since the epoch
 * @throws InputError
 */
export async function readSignIn(read: ReadSignInInput, now: number): Promise<SignInChoice> {
  const credential = readCredential(read)
  refuseContradictions(read, credential)
  const creds = read('creds') === '' ? undefined : (await loadCreds()).readCreds(read('creds'))
  const ids = readPrincipalIds(read, creds)
  const signIn = Object.freeze(chooseSignIn(read, { credential, ids, creds, now }))
  return omitUndefined({
    signIn,
    creds,
    warnings: listUnused(read, signIn)
  })
}

/** The rules of `creds` are a chunk of their own: most steps sign in with something else. */
function loadCreds() {
  return import('./creds.ts')
}

function readCredential(read: ReadSignInInput): CredentialName {
  const text = read('credential')
  if (text === '') return 'auto'
  const name = CREDENTIALS.find((candidate) => candidate === text.toLowerCase())
  if (name !== undefined) return name
  throw new InputError('credential', {
    read: text,
    problem: 'is not one of the allowed values',
    allowed: CREDENTIALS.join(', ')
  })
}

/** The inputs that hold a secret, each with the credential that uses it. */
const SECRET_INPUTS = [
  ['token', 'token'],
  ['client-secret', 'client-secret'],
  ['creds', 'client-secret']
] as const

/** A secret that is handed over for one sign-in is not quietly left aside for another one. */
function refuseContradictions(read: ReadSignInInput, credential: CredentialName): void {
  for (const [name, use] of SECRET_INPUTS) {
    if (credential === 'auto' || credential === use || read(name) === '') continue
    throw new InputError(name, {
      problem: `is given, and credential is ${credential}`,
      allowed: `credential ${use} or auto, or no ${name}`
    })
  }
  if (read('creds') === '' || read('client-secret') === '') return
  const problem = 'is given together with client-secret'
  throw new InputError('creds', { problem, allowed: 'one of the two' })
}

interface PrincipalIds {
  readonly tenantId: string
  readonly clientId: string
}

function readPrincipalIds(read: ReadSignInInput, creds: Creds | undefined): PrincipalIds {
  const clientId = readClientId(read)
  const tenantId = readTenantId(read)
  if (creds === undefined) return { tenantId, clientId }
  const pairs = [
    ['client-id', clientId, 'clientId', creds.clientId],
    ['tenant-id', tenantId, 'tenantId', creds.tenantId]
  ] as const
  for (const [name, given, field, own] of pairs) {
    if (given === '' || given.toLowerCase() === own.toLowerCase()) continue
    const problem = `differs from the ${field} in creds`
    throw new InputError(name, { read: given, problem, allowed: `no ${name} together with creds` })
  }
  return { tenantId: creds.tenantId, clientId: creds.clientId }
}

function readClientId(read: ReadSignInInput): string {
  const text = read('client-id')
  if (text === '' || GUID.test(text)) return text
  const allowed = 'a text such as 00000000-0000-0000-0000-000000000000'
  throw new InputError('client-id', { read: text, problem: 'is not a GUID', allowed })
}

function readTenantId(read: ReadSignInInput): string {
  const text = read('tenant-id')
  if (text === '' || isTenant(text)) return text
  throw new InputError('tenant-id', {
    read: text,
    problem: 'is neither a GUID nor a domain',
    allowed: 'a text such as 00000000-0000-0000-0000-000000000000 or example.onmicrosoft.com'
  })
}

interface SignInFacts {
  readonly credential: CredentialName
  readonly ids: PrincipalIds
  readonly creds: Creds | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

function chooseSignIn(read: ReadSignInInput, { credential, ids, creds, now }: SignInFacts): SignIn {
  const asked = `credential is ${credential}`
  const given = (name: SignInInput) => credential === 'auto' && read(name) !== ''
  if (credential === 'token' || given('token')) {
    const why = credential === 'token' ? asked : 'token is given'
    return { kind: 'token', token: readToken(read, now), why }
  }
  if (credential === 'client-secret' || given('client-secret') || given('creds')) {
    const name = creds === undefined ? 'client-secret' : 'creds'
    const why = credential === 'auto' ? `${name} is given` : asked
    return { kind: 'client-secret', ...readPrincipal(read, ids, creds), why }
  }
  const audience = readIdTokenAudience(read)
  if (credential === 'oidc') {
    needIds('credential oidc', ids)
    return { kind: 'oidc', ...ids, ...audience, why: asked }
  }
  const optional = omitUndefined({
    tenantId: ids.tenantId === '' ? undefined : ids.tenantId,
    clientId: ids.clientId === '' ? undefined : ids.clientId
  })
  return credential === 'auto'
    ? { kind: 'auto', ...optional, ...audience }
    : { kind: credential, ...optional, why: asked }
}

function readPrincipal(
  read: ReadSignInInput,
  ids: PrincipalIds,
  creds: Creds | undefined
): PrincipalIds & { readonly clientSecret: string } {
  const clientSecret = creds?.clientSecret ?? read('client-secret')
  if (clientSecret === '') {
    const problem = 'is missing, and so is creds; one of them is needed'
    throw new InputError('client-secret', { problem })
  }
  needIds('client-secret', ids)
  return { ...ids, clientSecret }
}

function needIds(what: string, { clientId, tenantId }: PrincipalIds): void {
  const missing = clientId === '' ? 'client-id' : tenantId === '' ? 'tenant-id' : undefined
  if (missing === undefined) return
  throw new InputError(missing, { problem: `is missing; ${what} needs client-id and tenant-id` })
}

function readIdTokenAudience(read: ReadSignInInput): { readonly audience?: string } {
  const audience = read('audience')
  if (audience === '') return {}
  if (/^[\x21-\x7e]+$/.test(audience)) return { audience }
  throw new InputError('audience', {
    read: audience,
    problem: 'holds a space, a control character or a character outside ASCII',
    allowed: 'a URI such as api://AzureADTokenExchange'
  })
}

function readToken(read: ReadSignInInput, now: number): string {
  const token = read('token')
  const refuse = (problem: string): never => {
    throw new InputError('token', {
      problem,
      allowed: 'an access token for Azure Resource Manager'
    })
  }
  if (token === '') refuse('is missing, and credential is token')
  if (/^bearer\s/i.test(token)) refuse('begins with "Bearer"; give what comes after it')
  // RFC 6750 section 2.1.
  if (!/^[\w.~+/-]+=*$/.test(token)) refuse('holds a character that no token has')
  const expiry = readTokenExpiry(token)
  if (expiry !== undefined && expiry <= now) {
    refuse(`expired ${Math.ceil((now - expiry) / MINUTE_MS)} min ago; get a new one in this job`)
  }
  return token
}

function listUnused(read: ReadSignInInput, signIn: SignIn): readonly string[] {
  const unused: SignInInput[] = []
  if (signIn.kind === 'token') unused.push('client-secret', 'creds')
  if (signIn.kind !== 'oidc' && signIn.kind !== 'auto') unused.push('audience')
  return unused
    .filter((name) => read(name) !== '')
    .map((name) => `Input ${name} is not used: signing in with ${signIn.kind}.`)
}
