/** The sign-in that the inputs ask for, and every way to ask for none. */
import { describe, expect, it } from 'vitest'
import {
  CREDENTIALS,
  listSignInSecrets,
  MACHINE_CREDENTIALS,
  needsNoAuthority,
  readSignIn,
  type SignIn,
  type SignInInput
} from '../../src/auth/sign-in.ts'
import { InputError } from '../../src/errors.ts'

type Given = Partial<Record<SignInInput, string>>

const GUID = '00000000-1111-2222-3333-444444444444'
const OTHER = '55555555-6666-7777-8888-999999999999'
const NOW = 1_700_000_000_000
const IDS: Given = { 'client-id': GUID, 'tenant-id': GUID }
const PRINCIPAL: Given = { ...IDS, 'client-secret': 'hidden' }
const FIELDS = { clientId: GUID, clientSecret: 'hidden', tenantId: 'example.onmicrosoft.com' }
const CREDS: Given = { creds: JSON.stringify(FIELDS) }
const TOKEN: Given = { token: 'opaque' }

const reader = (given: Given) => (name: SignInInput) => given[name] ?? ''
const read = (given: Given) => readSignIn(reader(given), NOW)

function createJwt(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none' })}.${encode(claims)}.hidden`
}

describe('readSignIn', () => {
  const bySecret = {
    kind: 'client-secret',
    tenantId: GUID,
    clientId: GUID,
    clientSecret: 'hidden',
    why: 'client-secret is given'
  } as const
  const byCreds = { ...bySecret, tenantId: 'example.onmicrosoft.com', why: 'creds is given' }

  it.each<[Given, SignIn]>([
    [TOKEN, { kind: 'token', token: 'opaque', why: 'token is given' }],
    [
      { ...TOKEN, credential: 'TOKEN' },
      { kind: 'token', token: 'opaque', why: 'credential is token' }
    ],
    [
      { ...TOKEN, ...IDS },
      { kind: 'token', token: 'opaque', why: 'token is given' }
    ],
    [PRINCIPAL, bySecret],
    [{ ...PRINCIPAL, credential: 'auto' }, bySecret],
    [
      { ...PRINCIPAL, credential: 'Client-Secret' },
      { ...bySecret, why: 'credential is client-secret' }
    ],
    [
      { ...PRINCIPAL, 'tenant-id': 'adfs' },
      { ...bySecret, tenantId: 'adfs' }
    ],
    [CREDS, byCreds],
    [
      { ...CREDS, credential: 'client-secret' },
      { ...byCreds, why: 'credential is client-secret' }
    ],
    [
      { ...CREDS, 'client-id': GUID.toUpperCase(), 'tenant-id': 'Example.onmicrosoft.com' },
      byCreds
    ],
    [
      { ...IDS, credential: 'oidc' },
      { kind: 'oidc', tenantId: GUID, clientId: GUID, why: 'credential is oidc' }
    ],
    [
      { ...IDS, credential: 'oidc', audience: 'api://mine' },
      {
        kind: 'oidc',
        tenantId: GUID,
        clientId: GUID,
        audience: 'api://mine',
        why: 'credential is oidc'
      }
    ],
    [{}, { kind: 'auto' }],
    [{ 'client-id': GUID }, { kind: 'auto', clientId: GUID }],
    [
      { ...IDS, audience: 'api://mine' },
      { kind: 'auto', tenantId: GUID, clientId: GUID, audience: 'api://mine' }
    ],
    ...MACHINE_CREDENTIALS.map((credential): [Given, SignIn] => [
      { credential, 'client-id': GUID },
      { kind: credential, clientId: GUID, why: `credential is ${credential}` }
    ])
  ])('reads %j', async (given, signIn) => {
    const choice = await read(given)
    expect(choice.signIn).toEqual(signIn)
    expect(Object.isFrozen(choice.signIn)).toBe(true)
    expect(choice.warnings).toEqual([])
  })

  it('takes a token that has not expired', async () => {
    const token = createJwt({ exp: NOW / 1000 + 1 })
    expect((await read({ token })).signIn).toMatchObject({ kind: 'token', token })
  })

  it('hands on the creds, also when something else signs in', async () => {
    const creds = JSON.stringify({ ...FIELDS, subscriptionId: OTHER, galleryEndpointUrl: 'x' })
    expect((await read({ creds })).creds).toEqual({ ...FIELDS, subscriptionId: OTHER })
    expect((await read({ creds, ...TOKEN })).creds).toMatchObject({ subscriptionId: OTHER })
  })

  it.each<[Given, string[]]>([
    [{ ...TOKEN, ...PRINCIPAL }, ['Input client-secret is not used: signing in with token.']],
    [{ ...TOKEN, ...CREDS }, ['Input creds is not used: signing in with token.']],
    [
      { ...PRINCIPAL, audience: 'api://a' },
      ['Input audience is not used: signing in with client-secret.']
    ],
    [
      { credential: 'azure-cli', audience: 'api://a' },
      ['Input audience is not used: signing in with azure-cli.']
    ]
  ])('warns of what %j leaves unused', async (given, warnings) => {
    expect((await read(given)).warnings).toEqual(warnings)
  })

  const alone = 'is missing; client-secret needs client-id and tenant-id.'
  const broken = (fields: object): Given => ({ creds: JSON.stringify({ ...FIELDS, ...fields }) })

  it.each<[Given, SignInInput, string]>([
    [
      { credential: 'password' },
      'credential',
      `"password" is not one of the allowed values. Allowed: ${CREDENTIALS.join(', ')}.`
    ],
    [{ token: 'Bearer hidden' }, 'token', 'begins with "Bearer"; give what comes after it.'],
    [{ token: 'hid den' }, 'token', 'holds a character that no token has.'],
    [{ token: 'hid\tden' }, 'token', 'holds a character that no token has.'],
    [
      { token: createJwt({ exp: NOW / 1000 }) },
      'token',
      'expired 0 min ago; get a new one in this job.'
    ],
    [
      { token: createJwt({ exp: NOW / 1000 - 61 }) },
      'token',
      'expired 2 min ago; get a new one in this job.'
    ],
    [{ credential: 'token' }, 'token', 'is missing, and credential is token.'],
    // Half a service principal.
    [{ ...PRINCIPAL, 'client-id': '' }, 'client-id', alone],
    [{ ...PRINCIPAL, 'tenant-id': '' }, 'tenant-id', alone],
    [{ 'client-secret': 'hidden' }, 'client-id', alone],
    [
      { ...IDS, credential: 'client-secret' },
      'client-secret',
      'is missing, and so is creds; one of them is needed.'
    ],
    [
      { credential: 'oidc', 'tenant-id': GUID },
      'client-id',
      'is missing; credential oidc needs client-id and tenant-id.'
    ],
    [{ credential: 'oidc', 'client-id': GUID }, 'tenant-id', 'is missing; credential oidc needs'],
    // Ids.
    [
      { 'client-id': 'me' },
      'client-id',
      '"me" is not a GUID. Allowed: a text such as 00000000-0000-0000-0000-000000000000.'
    ],
    [{ 'tenant-id': 'my tenant' }, 'tenant-id', '"my tenant" is neither a GUID nor a domain.'],
    [{ 'tenant-id': 'common' }, 'tenant-id', '"common" is neither a GUID nor a domain.'],
    [
      { 'tenant-id': '../x.example' },
      'tenant-id',
      '"../x.example" is neither a GUID nor a domain.'
    ],
    // Creds.
    [
      { creds: 'hidden' },
      'creds',
      'is not a JSON object. Allowed: JSON such as {"clientId": "…", "clientSecret": "…", "tenantId": "…", "subscriptionId": "…"}.'
    ],
    [{ creds: '["hidden"]' }, 'creds', 'is not a JSON object.'],
    [{ creds: 'null' }, 'creds', 'is not a JSON object.'],
    [{ creds: '{"clientSecret": "hidden"}' }, 'creds', 'has no clientId.'],
    [broken({ clientSecret: undefined }), 'creds', 'has no clientSecret.'],
    [broken({ clientSecret: '' }), 'creds', 'has no clientSecret.'],
    [broken({ tenantId: null }), 'creds', 'has no tenantId.'],
    [broken({ clientSecret: { hidden: 1 } }), 'creds', 'has a clientSecret that is not text.'],
    [broken({ clientId: 'hidden' }), 'creds', 'has a clientId that is not a GUID.'],
    [broken({ tenantId: 'hidden' }), 'creds', 'has a tenantId that is neither a GUID nor a domain'],
    [broken({ subscriptionId: 'hidden' }), 'creds', 'has a subscriptionId that is not a GUID.'],
    // Contradictions.
    [
      { ...CREDS, 'client-secret': 'hidden' },
      'creds',
      'is given together with client-secret. Allowed: one of the two.'
    ],
    [
      { ...CREDS, 'client-id': OTHER },
      'client-id',
      `"${OTHER}" differs from the clientId in creds. Allowed: no client-id together with creds.`
    ],
    [{ ...CREDS, 'tenant-id': GUID }, 'tenant-id', `"${GUID}" differs from the tenantId in creds.`],
    [
      { ...PRINCIPAL, ...TOKEN, credential: 'client-secret' },
      'token',
      'is given, and credential is client-secret. Allowed: credential token or auto, or no token.'
    ],
    [
      { ...PRINCIPAL, credential: 'oidc' },
      'client-secret',
      'is given, and credential is oidc. Allowed: credential client-secret or auto, or no client-secret.'
    ],
    [
      { ...CREDS, credential: 'managed-identity' },
      'creds',
      'is given, and credential is managed-identity. Allowed: credential client-secret or auto, or no creds.'
    ],
    [
      { ...IDS, audience: 'api://a b' },
      'audience',
      '"api://a b" holds a space, a control character or a character outside ASCII.'
    ]
  ])('refuses %j', async (given, input, message) => {
    let thrown: unknown
    try {
      await read(given)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(InputError)
    expect(thrown).toMatchObject({
      input,
      message: expect.stringContaining(`Input ${input}: ${message}`)
    })
    expect(String(thrown)).not.toMatch(/hid|\n/)
  })
})

describe('listSignInSecrets', () => {
  it.each<[Given, string[]]>([
    [{}, []],
    [{ ...TOKEN, ...PRINCIPAL }, ['opaque', 'hidden']],
    [CREDS, [GUID, 'hidden', 'example.onmicrosoft.com']],
    [
      {
        creds: '{"a": " one ", "b": "", "c": 3, "d": "https://management.azure.com/", "e": "one"}'
      },
      ['one']
    ],
    [{ creds: "{'clientSecret': 'broken~secret', 'x': 'short'}" }, ['broken~secret']],
    [{ creds: 'broken-secret' }, ['broken-secret']]
  ])('of %j', async (given, secrets) => {
    expect(await listSignInSecrets(reader(given))).toEqual(secrets)
  })
})

describe('needsNoAuthority', () => {
  it.each(
    MACHINE_CREDENTIALS.map(
      (kind) =>
        [kind, ['managed-identity', 'azure-cli', 'azure-powershell'].includes(kind)] as const
    )
  )('%s: %s', (kind, expected) => {
    expect(needsNoAuthority({ kind, why: '' })).toBe(expected)
  })
})
