/**
 * How the step to paste signs in: as the step that prints it, where inputs did that, and never with a secret in clear.
 */
import { describe, expect, it } from 'vitest'
import { readConnection } from '../../src/inputs/connection.ts'

const CLIENT = '33333333-3333-4333-8333-333333333333'
const TENANT = '22222222-2222-4222-8222-222222222222'
const IDS = { 'client-id': CLIENT, 'tenant-id': TENANT }
const SECRET = 'not/so+secret='
const CREDS = JSON.stringify({
  clientId: CLIENT,
  clientSecret: SECRET,
  tenantId: TENANT,
  subscriptionId: TENANT
})

const CLIENT_LINE = ['client-id', '$' + '{{ vars.AZURE_CLIENT_ID }}']
const TENANT_LINE = ['tenant-id', '$' + '{{ vars.AZURE_TENANT_ID }}']

const list = async (given: Readonly<Record<string, string>>) => {
  const context = { environment: {}, now: 0 }
  return (await readConnection((name) => given[name] ?? '', context)).connection.resumeSignIn
}

describe('the step that resumes', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly (readonly string[])[]]>([
    ['the ids', IDS, [CLIENT_LINE, TENANT_LINE]],
    [
      'their credential and audience',
      { ...IDS, credential: 'oidc', audience: 'api://mine' },
      [CLIENT_LINE, TENANT_LINE, ['credential', 'oidc'], ['audience', 'api://mine']]
    ],
    [
      'where the secret is kept, beside the ids',
      { ...IDS, 'client-secret': SECRET },
      [CLIENT_LINE, TENANT_LINE, ['client-secret', '$' + '{{ secrets.AZURE_CLIENT_SECRET }}']]
    ],
    [
      'where creds are kept',
      { creds: CREDS },
      [['creds', '$' + '{{ secrets.AZURE_CREDENTIALS }}']]
    ],
    [
      'which identity of the machine',
      { credential: 'managed-identity', 'client-id': CLIENT },
      [CLIENT_LINE, ['credential', 'managed-identity']]
    ]
  ])('names %s', async (_what, given, expected) => {
    const listed = await list(given)
    expect(listed).toEqual(expected)
    expect(JSON.stringify(listed)).not.toContain(SECRET)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['nothing is given', {}],
    ['a token is given', { token: 'a-token-of-somewhere-else' }],
    ['a token is given beside ids', { ...IDS, token: 'a-token-of-somewhere-else' }],
    ['the Azure CLI signs in', { credential: 'azure-cli', 'tenant-id': TENANT }],
    ['Azure PowerShell signs in', { credential: 'azure-powershell' }]
  ])('names none where %s: azure/login comes first', async (_what, given) => {
    expect(await list(given)).toEqual([])
  })
})
