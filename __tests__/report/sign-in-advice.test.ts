/** One line for each way to fail at signing in. */
import { describe, expect, it } from 'vitest'
import { createError, createOutcome } from '../../__fixtures__/outcomes.ts'
import { adviseOn as adviseFully } from '../../src/report/advice.ts'
import { SIGN_IN_ADVICE } from '../../src/report/sign-in-advice.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const adviseOn = (outcome: Outcome) => adviseFully(outcome)?.text
const advise = (code: string) =>
  adviseOn(
    createOutcome({
      ending: { kind: 'not-sent', by: 'fault' },
      error: createError(code, 'It failed.')
    })
  )

describe('the advice on signing in', () => {
  it.each([
    ['AADSTS700213', 'Add a federated credential'],
    ['AADSTS700211', 'Add a federated credential'],
    ['AADSTS70021', 'A repository created since 15 July 2026 has ids in its subject'],
    ['AADSTS700016', 'the application (client) ID, not its object ID'],
    ['AADSTS7000215', 'the value of the client secret, not its ID'],
    ['AADSTS7000222', 'has expired'],
    ['AADSTS700024', 'asks GitHub for a new one each time'],
    ['AADSTS700027', 'Upload the certificate'],
    ['AADSTS90002', 'Check tenant-id and environment'],
    ['IdTokenPermissionMissing', 'id-token: write'],
    ['NoSignInFound', 'run azure/login'],
    ['AzureCliFailed', 'Run azure/login'],
    ['ManagedIdentityFailed', 'Give the machine a managed identity'],
    ['SignInFailed', 'HTTPS_PROXY']
  ])('on %s', (code, advice) => {
    expect(advise(code)).toContain(advice)
  })

  it('falls back on what holds for all', () => {
    expect(advise('AADSTS1')).toBe('Nothing was sent: run it again once the cause is fixed.')
  })

  it('stands before that on an operation that may be at work', () => {
    const ending = { kind: 'undecided' } as const
    const outcome = createOutcome({ ending, error: createError('AADSTS7000222', 'It failed.') })
    expect(adviseOn(outcome)).toMatch(/^The client secret has expired: .* might run twice\.$/)
  })

  it('is one line each, and knows each code once', () => {
    const codes = SIGN_IN_ADVICE.flatMap(([list]) => list.split(' '))
    expect(new Set(codes).size).toBe(codes.length)
    for (const [, line] of SIGN_IN_ADVICE) expect(line).toMatch(/^[A-Z][^\n]*\.$/)
  })
})
