/**
 * What the bundle has in place of packages (stubs/): the same as they do, as far as it is used, and none of what they
 * load.
 */
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUDIENCE,
  CLIENT_ID,
  SECRET,
  type SignInServers,
  startSignInServers,
  TENANT_ID
} from '../../__fixtures__/sign-in-servers.ts'
import { RESOURCE, runBundle, VERSION } from './action.ts'

interface Jwt {
  sign(claims: object, key: KeyObject | string, options: { readonly header: object }): string
  verify(token: string, key: KeyObject, options: { readonly algorithms: readonly string[] }): object
  decode(token: string, options: { readonly complete: true }): object
}

interface Headers {
  set(name: string, value: unknown): void
  get(name: string): string | undefined
  has(name: string): boolean
  delete(name: string): void
  toJSON(): object
}

interface Pipeline {
  createHttpHeaders(given?: object): Headers
  createPipelineRequest(given: object): object
}

const require = createRequire(import.meta.url)
const loadStub = (file: string) => import(new URL(`../../stubs/${file}`, import.meta.url).href)

describe('jsonwebtoken', () => {
  const original: Jwt = require('jsonwebtoken')
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const encrypted = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' })
    .toString()
  const claims = {
    aud: 'https://e/token',
    exp: 4_000_000_000,
    iss: 'a',
    sub: 'a',
    nbf: 1,
    jti: 'b'
  }
  let standIn: Jwt

  beforeAll(async () => {
    standIn = (await loadStub('jsonwebtoken/index.cjs')).default
  })

  it.each(['RS256', 'PS256'])('signs with %s what the original verifies', (alg) => {
    const header = { alg, 'x5t#S256': 'thumb', x5c: ['MII'] }
    for (const key of [privateKey, pem]) {
      const token = standIn.sign(claims, key, { header })
      expect(original.verify(token, publicKey, { algorithms: [alg] })).toMatchObject(claims)
      const [own, theirs] = [token, original.sign(claims, key, { header })].map((one) =>
        original.decode(one, { complete: true })
      )
      const issuedAt = { iat: expect.closeTo(Date.now() / 1_000, -1) }
      expect(own).toEqual({
        ...theirs,
        payload: { ...claims, ...issuedAt },
        signature: expect.any(String)
      })
      expect(theirs).toMatchObject({ payload: issuedAt })
    }
  })

  it.each([
    ['an EC key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'PS256'],
    ['a short key', generateKeyPairSync('rsa', { modulusLength: 1_024 }).privateKey, 'PS256'],
    ['another algorithm', privateKey, 'HS256'],
    ['an encrypted key without its password', encrypted, 'PS256'],
    ['no key at all', '-----BEGIN CERTIFICATE-----', 'PS256']
  ])('refuses %s, as the original does', (_what, key, alg) => {
    for (const one of [original, standIn]) {
      expect(() => one.sign(claims, key, { header: { alg } })).toThrow()
    }
  })
})

describe('@azure/core-rest-pipeline', () => {
  const original: Pipeline = require('@azure/core-rest-pipeline')

  it('makes headers and requests as the original does', async () => {
    const standIn: Pipeline = await loadStub('azure-core-rest-pipeline/index.js')
    const use = ({ createHttpHeaders, createPipelineRequest }: Pipeline) => {
      const headers = createHttpHeaders({ Accept: ' application/json ', 'X-One': 1 })
      headers.set('x-one', true)
      headers.set('Two', 2)
      headers.delete('TWO')
      const request = { url: 'https://e/', method: 'POST', body: 'a=b', headers }
      return [
        headers.get('x-ONE'),
        headers.has('two'),
        headers.toJSON(),
        createHttpHeaders().toJSON(),
        { ...createPipelineRequest(request), headers: {} },
        { ...createPipelineRequest({ url: 'https://e/' }), headers: {} }
      ]
    }
    expect(use(original)).toMatchObject(use(standIn))
  })
})

describe('the bundle', () => {
  let servers: SignInServers

  beforeAll(async () => {
    servers = await startSignInServers()
  })

  afterAll(() => servers.close())

  /** Parts of Node.js that take long to load, and that nothing here is done with. */
  const UNWANTED = /undici|http2|worker_threads|webstreams|perf_hooks|^NativeModule assert$/
  const HOOK = `process.on('exit', () => console.error(JSON.stringify(process.moduleLoadList)))`

  it.each(['token', 'client-secret', 'oidc'])(
    'loads no more of Node.js than it needs: %s',
    async (credential) => {
      const ids = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
      const { token } = servers.entra.issueToken('test')
      const inputs = {
        token: { token },
        'client-secret': { ...ids, 'client-secret': SECRET },
        oidc: { ...ids, audience: AUDIENCE }
      }[credential]
      const run = await runBundle({
        inputs: {
          ...servers.inputs,
          method: 'GET',
          url: RESOURCE,
          'api-version': VERSION,
          'accept-status': '404',
          ...inputs
        },
        env: {
          ...servers.environment,
          ...servers.github.environment,
          NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(HOOK)}`
        }
      })
      expect(run.exitCode, run.stdout).toBe(0)
      const loaded: unknown = JSON.parse(run.stderr)
      expect(Array.isArray(loaded) && loaded.filter((name) => UNWANTED.test(String(name)))).toEqual(
        []
      )
    }
  )
})
