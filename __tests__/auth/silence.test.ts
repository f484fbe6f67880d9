/**
 * Whom a wait for a token waited for in vain: the service or the tool that was asked and has not answered.
 */
import { describe, expect, it } from 'vitest'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import { readCloud } from '../../src/arm/clouds.ts'
import type { IdentityLibrary } from '../../src/auth/identity-library.ts'
import type { SignIn } from '../../src/auth/sign-in.ts'
import { createTokenProvider } from '../../src/auth/token-provider.ts'
import type { Http } from '../../src/http/http.ts'

const IDS = { tenantId: 'tenant', clientId: 'client', why: 'test' }
const CLOUD = await readCloud({ environment: '', endpoint: '', audience: '', authorityHost: '' })

const silent = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

/** A library whose credentials ask one URL over the client they are given, and whose tools never end. */
function createLibrary(url: string): IdentityLibrary {
  const asking = class {
    readonly #http
    constructor(...args: readonly unknown[]) {
      const options = args.at(-1)
      this.#http = Object(options).httpClient
    }
    async getToken() {
      const headers = { toJSON: () => ({}) }
      await this.#http.sendRequest({ url, method: 'GET', headers })
      return null
    }
  }
  const tool = class {
    getToken(_scope: string, { abortSignal }: { readonly abortSignal: AbortSignal }) {
      return silent(abortSignal)
    }
  }
  return {
    ClientSecretCredential: asking,
    ClientCertificateCredential: asking,
    ClientAssertionCredential: asking,
    WorkloadIdentityCredential: asking,
    ManagedIdentityCredential: asking,
    AzurePowerShellCredential: tool
  }
}

const ENTRA = 'https://login.example/tenant/oauth2/v2.0/token'
const MACHINE = 'http://127.0.0.1:41/msi/token'
const JOB = {
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://github.example/token',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'secret'
}

describe('a sign-in that hangs names', () => {
  it.each<[string, SignIn, string]>([
    [
      'Microsoft Entra ID (login.example)',
      { kind: 'client-secret', clientSecret: 'client-secret', ...IDS },
      ENTRA
    ],
    ["GitHub's ID-token endpoint (github.example)", { kind: 'oidc', ...IDS }, ENTRA],
    [
      'the managed identity endpoint (127.0.0.1:41)',
      { kind: 'managed-identity', why: '' },
      MACHINE
    ],
    ['Azure CLI', { kind: 'azure-cli', why: '' }, ENTRA],
    ['Azure PowerShell', { kind: 'azure-powershell', why: '' }, ENTRA]
  ])('%s', async (who, signIn, url) => {
    const time = new VirtualTime(0)
    const send: Http['send'] = (_request, { signal }) => silent(signal)
    const provider = await createTokenProvider(signIn, CLOUD, {
      now: time.now,
      sleep: time.sleep,
      send,
      environment: JOB,
      deadlineMs: 3_600_000,
      mask: () => {},
      loadIdentityLibrary: async () => createLibrary(url),
      runTool: ({ signal }) => silent(signal)
    })
    const controller = new AbortController()
    const token = provider.getToken({ signal: controller.signal })
    // Asked before it is given up: nothing of what comes before takes time here.
    await new Promise((resolve) => setTimeout(resolve, 20))
    controller.abort(new Error('enough'))
    await expect(token).rejects.toThrow('enough')
    expect(provider.describeFault()).toBe(`${who} has not answered`)
    provider.close()
  })
})
