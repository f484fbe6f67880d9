/**
 * HTTPS_PROXY and NO_PROXY mean the same to Azure Resource Manager, Microsoft Entra ID and GitHub: all three on
 * 0.0.0.0, which leads to this machine and is, unlike 127.0.0.1, no address that is never proxied.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  CLIENT_ID,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../../__fixtures__/sign-in-servers.ts'
import { type Certificate, createServerCertificate } from '../../simulator/certificate.ts'
import { startProxy } from '../../simulator/proxy.ts'
import type { ActionRun } from '../../simulator/run-action.ts'
import { startTlsRelay, type TlsRelay } from '../../simulator/tls-relay.ts'
import { isLinkLocal } from '../../src/http/http.ts'
import { runBundle } from './action.ts'

const HOST = '0.0.0.0'

let servers: SignInServers
let relay: TlsRelay
beforeAll(async () => {
  const certificate: Certificate = await createServerCertificate([HOST])
  servers = await startSignInServers({
    entra: { server: { certificate, host: HOST } },
    github: { certificate, host: HOST }
  })
  relay = await startTlsRelay(certificate, Number(new URL(servers.arm.origin).port))
})
afterAll(async () => {
  await Promise.all([relay.close(), servers.close()])
})

/** `host:port` of all three, in the order in which they are asked. */
function listHosts(): readonly string[] {
  const { ACTIONS_ID_TOKEN_REQUEST_URL } = servers.github.environment
  const urls = [ACTIONS_ID_TOKEN_REQUEST_URL, servers.entra.origin, `https://${HOST}:${relay.port}`]
  return urls.map((url) => new URL(url).host)
}

async function run(createEnvironment: (proxyAddress: string) => Record<string, string>) {
  const proxy = await startProxy()
  const result: ActionRun = await runBundle({
    inputs: {
      ...servers.inputs,
      'resource-manager-endpoint': `https://${HOST}:${relay.port}`,
      'client-id': CLIENT_ID,
      'tenant-id': TENANT_ID,
      method: 'GET',
      url: '/subscriptions/{subscriptionId}/resourcegroups?api-version=2021-04-01'
    },
    env: {
      ...servers.environment,
      ...servers.github.environment,
      ...createEnvironment(proxy.address)
    }
  })
  await proxy.close()
  return { result, hosts: [...new Set(proxy.tunnels)] }
}

describe.concurrent('a proxy', () => {
  it.each<[string, (address: string) => Record<string, string>]>([
    ['HTTPS_PROXY', (address) => ({ HTTPS_PROXY: `http://${address}` })],
    [
      'https_proxy, which comes first',
      (address) => ({
        https_proxy: `http://${address}`,
        HTTPS_PROXY: 'http://127.0.0.1:1'
      })
    ],
    ['HTTPS_PROXY without a scheme', (address) => ({ HTTPS_PROXY: address })],
    [
      'HTTPS_PROXY beside names that do not fit',
      (address) => ({
        HTTPS_PROXY: `http://${address}`,
        NO_PROXY: '10.0.0.0,example.com,0.0.0.0:1'
      })
    ]
  ])('is used for all three: %s', async (_name, createEnvironment) => {
    const { result, hosts } = await run(createEnvironment)
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(hosts).toEqual(listHosts())
  })

  it.each<[string, (address: string) => Record<string, string>]>([
    ['NO_PROXY names the host', () => ({ NO_PROXY: HOST })],
    ['NO_PROXY is *', () => ({ NO_PROXY: '*' })],
    ['NO_PROXY names a domain that it is in', () => ({ NO_PROXY: 'example.com, 0.0' })],
    ['NO_PROXY names the ports', () => ({ NO_PROXY: listHosts().join(',') })],
    ['NO_PROXY names all below a domain', () => ({ NO_PROXY: 'example.com,*.0.0' })],
    ['no_proxy is in small letters', () => ({ no_proxy: HOST })],
    [
      'only HTTP_PROXY and ALL_PROXY are set',
      (address) => ({
        HTTPS_PROXY: '',
        HTTP_PROXY: `http://${address}`,
        ALL_PROXY: `http://${address}`
      })
    ]
  ])('is used for none of the three where %s', async (_name, createEnvironment) => {
    const { result, hosts } = await run((address) => ({
      HTTPS_PROXY: `http://${address}`,
      ...createEnvironment(address)
    }))
    expect(result.outputs.status, result.stdout).toBe('Succeeded')
    expect(hosts).toEqual([])
  })

  it('that cannot be read is an error, and nothing goes past it', async () => {
    const { result, hosts } = await run((address) => ({
      HTTPS_PROXY: `http://user:hu%sh@${address}`
    }))
    expect(result.exitCode).toBe(1)
    expect(result.annotations).toMatchObject([
      { message: expect.stringContaining('HTTPS_PROXY: is not the address of a proxy') }
    ])
    const masks = ['::add-mask::hu%25sh', '::add-mask::hu%sh']
    const shown = result.stdout.split('\n').filter((line) => !masks.includes(line))
    expect([...shown, result.summary].join('\n')).not.toMatch(/hu%(?:25)?sh/)
    expect(hosts).toEqual([])
    expect(result.stdout).not.toContain('Signed in')
  })

  it.each([
    ['http://169.254.169.254/metadata/identity/oauth2/token', true],
    ['http://169.254.169.254.example.com/', false],
    ['https://management.azure.com/?http://169.254.169.254/', false]
  ])('stands between a machine and its own metadata service never: %s', (url, expected) => {
    expect(isLinkLocal(url)).toBe(expected)
  })
})
