/**
 * docs/sign-in.md can be followed: every sign-in method has its place, every failure with advice is told, and its workflows
 * sign in.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ActionCall, playWorkflow, readWorkflow } from '../__fixtures__/workflow.ts'
import { CLOUD_NAMES, readCloud } from '../src/arm/clouds.ts'
import { CREDENTIALS, readSignIn } from '../src/auth/sign-in.ts'
import { SIGN_IN_ADVICE } from '../src/report/sign-in-advice.ts'

const GUIDE = readFileSync('docs/sign-in.md', 'utf8')
const ACTION = 'arm-operation/arm-operation@v0'
const ID = '00000000-0000-0000-0000-000000000000'

const snippets = [...GUIDE.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text)

/** A whole workflow as it is; steps as the only job of one. */
function toWorkflow(snippet: string): string {
  if (snippet.startsWith('permissions:')) return `on: push\n${snippet}`
  const steps = snippet.replace(/^(?=.)/gm, '      ')
  return `on: push\njobs:\n  guide:\n    runs-on: ubuntu-latest\n    steps:\n${steps}`
}

async function collectCalls(snippet: string): Promise<ActionCall[]> {
  const calls: ActionCall[] = []
  const creds = JSON.stringify({ clientId: ID, tenantId: ID, clientSecret: 'secret' })
  await playWorkflow(readWorkflow('docs/sign-in.md', toWorkflow(snippet)), {
    action: ACTION,
    contexts: {
      vars: { AZURE_CLIENT_ID: ID, AZURE_TENANT_ID: ID, AZURE_SUBSCRIPTION_ID: ID },
      secrets: {
        ARM_ACCESS_TOKEN: 'token',
        AZURE_CLIENT_SECRET: 'secret',
        AZURE_CREDENTIALS: creds
      },
      runner: { temp: '/temp' }
    },
    run: async (call) => {
      calls.push(call)
      return {}
    }
  })
  return calls
}

describe('docs/sign-in.md', () => {
  it.each(CREDENTIALS.filter((name) => name !== 'auto'))('has a place for %s', (name) => {
    expect(GUIDE).toContain(`\n### ${name}\n`)
    expect(GUIDE).toContain(`(#${name})`)
  })

  it.each(SIGN_IN_ADVICE.flatMap(([codes]) => codes.split(' ')))('tells of %s', (code) => {
    expect(GUIDE).toMatch(new RegExp(`\\b${code}\\b`))
  })

  it.each(CLOUD_NAMES.filter((name) => name !== 'custom'))(
    'tells the addresses of %s',
    async (name) => {
      const { authorityHost, idTokenAudience } = await readCloud({
        environment: name,
        endpoint: '',
        audience: '',
        authorityHost: ''
      })
      expect(GUIDE).toContain(`| \`${name}\` | \`${authorityHost}\` | \`${idTokenAudience}\` |`)
    }
  )

  it('has a snippet for each sign-in method', () => {
    expect(snippets).toHaveLength(10)
  })

  it.each(snippets)('has a snippet that signs in: %#', async (snippet) => {
    const calls = await collectCalls(snippet)
    expect(calls).toHaveLength(1)
    for (const { inputs } of calls) {
      const { signIn, warnings } = await readSignIn((name) => inputs[name] ?? '', 0)
      expect(warnings).toEqual([])
      expect([inputs.credential, 'auto', 'token', 'client-secret']).toContain(signIn.kind)
    }
  })
})
