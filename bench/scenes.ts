/** The processes that are measured: the built action with each sign-in, and what does the same with nothing else. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLIENT_ID, SECRET, TENANT_ID } from '../__fixtures__/sign-in-servers.ts'
import { SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import type { Measurable } from './child.ts'
import { ARM_HOST, type BenchServers, ENTRA_HOST } from './servers.ts'

const GROUPS = `/subscriptions/${SUBSCRIPTION_ID}/resourcegroups`
const API_VERSION = 'api-version=2021-04-01'
const GROUP_BODY = '{"location":"westeurope"}'
const SCOPE = encodeURIComponent('https://management.core.windows.net//.default')

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Names of the scenes. */
export type Scene =
  | 'bare GET'
  | 'bare secret + PUT'
  | 'bare OIDC + PUT'
  | 'token + GET'
  | 'secret + PUT'
  | 'OIDC + PUT'
  | 'certificate + PUT'

/** Every scene, at this many milliseconds from the servers. */
export async function createScenes(
  { upstream, folder, leadTo, job }: BenchServers,
  roundTripMs: number
): Promise<Readonly<Record<Scene, Measurable>>> {
  const way = await leadTo(roundTripMs)
  const { token } = upstream.entra.issueToken('bench')
  const certificate = join(folder, 'certificate.pem')
  writeFileSync(certificate, upstream.certificatePem)
  const get = { method: 'GET', url: `${GROUPS}?${API_VERSION}` }
  const put = { method: 'PUT', url: `${GROUPS}/bench?${API_VERSION}`, body: GROUP_BODY }
  const ids = { 'client-id': CLIENT_ID, 'tenant-id': TENANT_ID }
  const form = `grant_type=client_credentials&client_id=${CLIENT_ID}&scope=${SCOPE}`
  const bareSignIn = {
    ...way,
    BENCH_URL: `https://${ARM_HOST}${put.url}`,
    BENCH_BODY: GROUP_BODY,
    BENCH_TOKEN_URL: `https://${ENTRA_HOST}/${TENANT_ID}/oauth2/v2.0/token`
  }
  const bare = (
    name: string,
    script: string,
    env: Readonly<Record<string, string>>
  ): Measurable => ({
    name,
    entry: fileOf(script),
    env
  })
  const action = (
    name: string,
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {}
  ): Measurable => ({
    name,
    entry: fileOf('../dist/index.js'),
    env: { ...way, ...createRunner(folder), ...env, ...toVariables(inputs) }
  })
  const bySecret = encodeURIComponent(SECRET)
  return {
    'bare GET': bare('bare GET', 'bare-get.cjs', {
      ...way,
      BENCH_URL: `https://${ARM_HOST}${get.url}`,
      BENCH_TOKEN: token
    }),
    'bare secret + PUT': bare('bare secret + PUT', 'bare-sign-in.cjs', {
      ...bareSignIn,
      BENCH_FORM: `${form}&client_secret=${bySecret}`
    }),
    'bare OIDC + PUT': bare('bare OIDC + PUT', 'bare-sign-in.cjs', {
      ...bareSignIn,
      ...job,
      BENCH_FORM: form
    }),
    'token + GET': action('token + GET', { ...get, token }),
    'secret + PUT': action('secret + PUT', { ...put, ...ids, 'client-secret': SECRET }),
    'OIDC + PUT': action('OIDC + PUT', { ...put, ...ids }, job),
    'certificate + PUT': action(
      'certificate + PUT',
      { ...put, ...ids, credential: 'client-certificate' },
      { AZURE_CLIENT_CERTIFICATE_PATH: certificate }
    )
  }
}

function createRunner(folder: string): Readonly<Record<string, string>> {
  const [output, summary, state] = ['output', 'summary', 'state'].map((name) => {
    const file = join(folder, name)
    writeFileSync(file, '')
    return file
  })
  return {
    HOME: folder,
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    GITHUB_OUTPUT: output ?? '',
    GITHUB_STEP_SUMMARY: summary ?? '',
    GITHUB_STATE: state ?? ''
  }
}

function toVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  )
}
