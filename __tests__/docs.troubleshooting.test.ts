/**
 * docs/troubleshooting.md quotes what people really see: each box with words of this action is played, and what it says
 * of Azure is what the action says. Boxes of another kind (`console`) hold the words of other programs.
 */
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createHandle } from '../__fixtures__/handles.ts'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import {
  createError,
  createOutcome,
  type OutcomeOverrides,
  STARTED_AT
} from '../__fixtures__/outcomes.ts'
import { moved, recordLog, waiting } from '../__fixtures__/run.ts'
import { type ScriptedAnswer, type ScriptedRoute, SUBSCRIPTION_ID } from '../simulator/simulator.ts'
import { renderLog } from '../simulator/workflow-commands.ts'
import type { HttpResponse } from '../src/http/message.ts'
import { readError } from '../src/operation/error.ts'
import { describeFailure } from '../src/report/describe-failure.ts'
import { explain } from '../src/report/explain.ts'
import { KNOWN_ERRORS } from '../src/report/known-errors.ts'
import { TITLES } from '../src/report/verdict.ts'
import { OUTCOME_STATUSES } from '../src/run/outcome.ts'

const PAGE = readFileSync('docs/troubleshooting.md', 'utf8')

type Texts = Readonly<Record<string, string>>

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/shop`
const THING = `${GROUP}/providers/Microsoft.Cache/redis/cart`
const STATUS = `${GROUP}/providers/Microsoft.Cache/operationStatuses/7`
const DEPLOYMENT = `${GROUP}/providers/Microsoft.Resources/deployments/web`

const GET: Texts = { method: 'GET', url: THING, 'api-version': '2024-11-01' }
const PUT: Texts = { ...GET, method: 'PUT', body: 'location: westeurope' }
const RESTART: Texts = { ...GET, method: 'POST', url: `${THING}/restart` }
const DEPLOY: Texts = { ...PUT, url: DEPLOYMENT, 'api-version': '2025-04-01' }
const PUBLIC: Texts = {
  ...GET,
  environment: 'AzureCloud',
  'resource-manager-endpoint': '',
  'resource-manager-audience': '',
  'authority-host': ''
}
const SIGNED_IN: Texts = { ...PUBLIC, token: 'x'.repeat(20) }
const NOWHERE: Texts = { PATH: '/nowhere', HOME: '/nowhere', RUNNER_ENVIRONMENT: 'github-hosted' }

/** A run of the action, and what it meets. */
interface Scene {
  readonly inputs: Texts
  readonly env?: Texts
  readonly files?: Texts
  readonly routes?: readonly ScriptedRoute[]
  /** The workflow is canceled as soon as the action has polled. */
  readonly isCanceled?: boolean
}

/** Scenes, or texts where a scene would have to wait for hours. */
type Proof = readonly (Scene | (() => string))[]

const wrongBody = (body: string, more: Partial<Scene> = {}): Scene => ({
  inputs: { ...PUT, body },
  ...more
})
const route = (method: string, path: string, ...answers: ScriptedAnswer[]): ScriptedRoute => ({
  method,
  path,
  answers
})
const refuse = (status: number, code: string, message: string): ScriptedAnswer => ({
  status,
  body: { error: { code, message } }
})
const refused = (answer: ScriptedAnswer): Scene => ({
  inputs: PUT,
  routes: [route('PUT', THING, answer)]
})
const found = (properties: Readonly<Record<string, string | number>>, inputs: Texts): Scene => ({
  inputs: { ...GET, timeout: '1', ...inputs },
  routes: [route('GET', THING, { body: { id: THING, properties } })]
})
const ACCEPTED: ScriptedAnswer = {
  status: 202,
  headers: { 'azure-asyncoperation': `{origin}${STATUS}` }
}
const answered = (answer: ScriptedAnswer, inputs: Texts = {}): Scene => ({
  inputs: { ...RESTART, ...inputs },
  routes: [route('POST', `${THING}/restart`, answer)]
})
const polled = (answers: readonly ScriptedAnswer[], inputs: Texts = {}): Scene => ({
  inputs: { ...RESTART, timeout: '1', ...inputs },
  routes: [route('POST', `${THING}/restart`, ACCEPTED), route('GET', STATUS, ...answers)]
})
const RUNNING: ScriptedAnswer = { body: { status: 'Running' } }
const FORBIDDEN = refuse(
  403,
  'AuthorizationFailed',
  "The client does not have authorization to perform action 'Microsoft.Cache/operationStatuses/read' over scope '/subscriptions/x'."
)

const HANDLE = createHandle('https://management.azure.com/a/b?api-version=2025-04-01')

const PROXY_PAGE: HttpResponse = {
  status: 403,
  headers: { 'content-type': 'text/html', server: 'squid/6.1', via: '1.1 proxy-7' },
  body: { kind: 'malformed', text: '<html><title>Access denied</title></html>' }
}

/** The annotation of an outcome. */
function tell(outcome: OutcomeOverrides): string {
  const { title, message } = describeFailure(
    explain(createOutcome(outcome), { knownErrors: KNOWN_ERRORS })
  )
  return `${title}: ${message}`
}

/** What proves the boxes of each entry, by its heading. */
const PROOFS: Readonly<Record<string, Proof>> = {
  'is not an input of this action': [{ inputs: GET, env: { INPUT_APIVERSION: '2024-11-01' } }],
  'api-version is missing': [{ inputs: { ...GET, 'api-version': '' } }],
  'has an empty segment': [
    { inputs: { ...GET, url: THING.replace('resourceGroups/shop', 'resourceGroups/') } }
  ],
  'subscription-id is missing': [
    { inputs: { ...GET, url: '/subscriptions/{subscriptionId}/resources', 'subscription-id': '' } }
  ],
  'is not on the resource manager endpoint': [
    { inputs: { ...GET, url: 'https://shop.vault.azure.net/secrets/a' } }
  ],
  'holds JSON, and Azure would get a text': [
    wrongBody(JSON.stringify('{"location": "westeurope"}'))
  ],
  'is not valid JSON, a mapping cannot begin here, a tab cannot indent': [
    wrongBody('{ "location": "westeurope" "sku": 1 }'),
    wrongBody('location: westeurope\ndescription: a: b')
  ],
  'the environment variable is not set': [wrongBody('a: !env DATABASE_PASSWORD')],
  'does not exist; was the repository checked out?': [wrongBody('a: !file infra/main.json')],
  'needs the Bicep CLI': [
    wrongBody('a: !file main.bicep', { files: { 'main.bicep': 'x' }, env: NOWHERE })
  ],
  'more than Azure Resource Manager accepts': [
    wrongBody(JSON.stringify({ a: 'x'.repeat(4_300_000) }))
  ],
  'is not a duration': [{ inputs: { ...GET, timeout: '45 minutes' } }],
  'JMESPath: quotes and backticks': [
    { inputs: { ...GET, 'wait-until': 'properties.state == "Ready"' } },
    { inputs: { ...GET, 'fail-if': 'properties.exitCode != 0' } },
    { inputs: { ...GET, 'fail-if': 'properties.enabled == true' } },
    { inputs: { ...GET, 'fail-if': '!properties.ready' } },
    { inputs: { ...GET, outputs: 'team: tags.cost-center' } }
  ],
  'A handle is refused': [
    { inputs: { resume: 'abc' } },
    { inputs: { resume: HANDLE.slice(0, -20) } },
    { inputs: { resume: 'armop9.abc.def' } },
    { inputs: { ...SIGNED_IN, method: '', url: '/a/c', resume: HANDLE, 'api-version': '' } }
  ],
  'No sign-in was found': [{ inputs: { ...PUBLIC, token: '' }, env: NOWHERE }],
  'no permission id-token: write': [
    {
      inputs: { ...PUBLIC, token: '', 'client-id': SUBSCRIPTION_ID, 'tenant-id': SUBSCRIPTION_ID },
      env: NOWHERE
    }
  ],
  'The session of azure/login has ended': [
    () =>
      tell({
        ending: { kind: 'undecided' },
        error: createError(
          'AADSTS700024',
          'The client assertion is not within its valid time range.'
        )
      })
  ],
  AuthorizationFailed: [
    refused(
      refuse(
        403,
        'AuthorizationFailed',
        "The client '1' with object id '2' does not have authorization to perform action 'Microsoft.Cache/redis/write' over scope '/subscriptions/x' or the scope is invalid."
      )
    )
  ],
  RoleAssignmentExists: [
    refused(refuse(409, 'RoleAssignmentExists', 'The role assignment already exists.'))
  ],
  'AnotherOperationInProgress (409)': [
    refused(
      refuse(
        409,
        'AnotherOperationInProgress',
        'Another operation on this or dependent resource is in progress.'
      )
    )
  ],
  DeploymentActive: [
    {
      inputs: { ...DEPLOY, body: 'properties: { mode: Incremental, template: { resources: [] } }' },
      routes: [
        route(
          'PUT',
          DEPLOYMENT,
          refuse(
            409,
            'DeploymentActive',
            `The deployment with resource id '${DEPLOYMENT}' cannot be saved, because this would overwrite an existing deployment which is still active.`
          )
        ),
        route('GET', DEPLOYMENT, {
          body: {
            id: DEPLOYMENT,
            properties: {
              provisioningState: 'Running',
              correlationId: 'c1',
              timestamp: '2026-11-26T10:00:00Z'
            }
          }
        })
      ]
    }
  ],
  'TooManyRequests (429)': [
    {
      inputs: { ...PUT, timeout: '3' },
      routes: [
        route('PUT', THING, {
          ...refuse(429, 'TooManyRequests', 'Too many requests.'),
          headers: { 'retry-after': '1' }
        })
      ]
    }
  ],
  'A proxy, firewall or gateway answered': [
    () =>
      tell({
        status: 'Failed',
        request: { method: 'GET', url: `https://management.azure.com${THING}` },
        accepted: PROXY_PAGE,
        response: PROXY_PAGE,
        error: readError(PROXY_PAGE) ?? createError('', '')
      })
  ],
  'ResourceNotFound (404)': [
    {
      inputs: GET,
      routes: [
        route(
          'GET',
          THING,
          refuse(
            404,
            'ResourceNotFound',
            "The Resource 'Microsoft.Cache/redis/cart' under resource group 'shop' was not found."
          )
        )
      ]
    }
  ],
  'Failed, without a reason': [polled([{ body: { status: 'Failed' } }])],
  'The state could not be read': [polled([refuse(404, 'NotFound', 'Not found.')])],
  'still Running after …': [
    () => {
      const { log, lines } = recordLog({ warning: '', group: '', endGroup: '' })
      const request = { method: 'GET', url: `https://h.example${THING}` } as const
      log.write({ kind: 'requested', request, at: STARTED_AT, correlationId: 'c' })
      log.write(moved({ at: STARTED_AT, status: 'Running' }))
      log.write(waiting(STARTED_AT + 60_000, STARTED_AT + 75_000))
      log.finish(explain(createOutcome({ status: 'TimedOut' })))
      return lines.join('\n')
    }
  ],
  "It never ends, and the last status is a word of the provider's own": [
    polled([{ body: { status: 'Done' } }])
  ],
  'which counts as success': [
    {
      inputs: RESTART,
      routes: [
        route('POST', `${THING}/restart`, {
          status: 202,
          headers: { location: `{origin}${STATUS}` }
        }),
        route('GET', STATUS, {
          body: { id: STATUS, name: '7', status: 'NoDataFound', startTime: '2026-11-26T10:00:00Z' }
        })
      ]
    }
  ],
  'had not settled within the time allowed': [
    {
      inputs: { ...PUT, timeout: '2' },
      routes: [
        route('PUT', THING, { ...ACCEPTED, status: 201 }),
        route('GET', STATUS, { body: { status: 'Succeeded' } }),
        route('GET', THING, {
          body: { id: THING, properties: { provisioningState: 'Updating' } }
        })
      ]
    }
  ],
  'the condition of wait-until was not met in time': [
    found({ state: 'Warming' }, { 'wait-until': "properties.state == 'Ready'" })
  ],
  'fail-if is true for its result': [
    found({ exitCode: 1 }, { 'fail-if': 'properties.exitCode != `0`' })
  ],
  '403 while polling': [polled([FORBIDDEN], { timeout: '30' })],
  'The sign-in was refused while polling': [
    polled([refuse(401, 'ExpiredAuthenticationToken', 'The access token has expired.')])
  ],
  'The answer to the request was lost': [
    answered({ fault: 'reset' }),
    answered(refuse(500, 'InternalServerError', 'Internal error.')),
    {
      inputs: { ...PUT, timeout: '1' },
      routes: [
        route('PUT', THING, { fault: 'reset' }),
        route('GET', THING, {
          body: { id: THING, properties: { provisioningState: 'Updating' } }
        })
      ]
    }
  ],
  'without a usable polling URL': [answered({ status: 202 })],
  'its host is not the trusted endpoint': [
    answered({ status: 202, headers: { location: 'https://evil.example/x' } })
  ],
  'The timeout expired': [polled([RUNNING])],
  'it was not canceled: no cancel request is known': [
    polled([RUNNING], { 'on-timeout': 'cancel' })
  ],
  'The workflow was canceled': [{ ...polled([RUNNING], { timeout: '30' }), isCanceled: true }],
  'Canceled, and it was not this workflow': [polled([{ body: { status: 'Canceled' } }])],
  'The output response is left out': [found({ a: 'x'.repeat(950_000) }, {})],
  'The output is empty': [found({}, { outputs: 'a: properties.b' })],
  'The result is one page of a list': [
    {
      inputs: GET,
      routes: [route('GET', THING, { body: { value: [{}], nextLink: `{origin}${THING}?page=2` } })]
    }
  ],
  'masked-outputs names …, but there is no output with that name': [
    found({}, { 'masked-outputs': 'b' })
  ],
  'The template output is not set': [
    {
      inputs: { ...DEPLOY, 'masked-outputs': 'key' },
      routes: [
        route('PUT', DEPLOYMENT, {
          body: {
            id: DEPLOYMENT,
            properties: {
              provisioningState: 'Succeeded',
              outputs: { status: { type: 'String', value: 'x' }, key: { type: 'SecureString' } }
            }
          }
        })
      ]
    }
  ],
  'The proxy cannot be used': [
    { inputs: SIGNED_IN, env: { HTTPS_PROXY: 'http://shop:50%@proxy.example:3128' } },
    {
      inputs: { ...SIGNED_IN, timeout: '1' },
      env: { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' }
    }
  ],
  'self-signed certificate in certificate chain': [
    { inputs: SIGNED_IN, env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }
  ]
}

const runner = setUpRunner({}, { retryAfterSeconds: 0 })

async function play(scene: Scene): Promise<string> {
  for (const [path, text] of Object.entries(scene.files ?? {})) {
    const file = join(runner.folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  runner.simulator.script(scene.routes ?? [])
  const timer = scene.isCanceled === true ? setInterval(cancelWhenPolled, 20) : undefined
  const { stdout } = await runner.run(scene.inputs, { GITHUB_STATE: '', ...scene.env })
  clearInterval(timer)
  return renderLog(stdout)
}

function cancelWhenPolled(): void {
  if (runner.simulator.requests.length > 2) process.emit('SIGINT')
}

interface Entry {
  readonly heading: string
  readonly boxes: readonly string[]
  /** Where Azure stands by this entry, in the page's own words; undefined where it does not say. */
  readonly standing: string | undefined
}

const entries: readonly Entry[] = PAGE.split(/^### /m)
  .slice(1)
  .map((section) => {
    const [heading = ''] = section.split('\n', 1)
    const [own = ''] = section.split(/^## /m)
    const boxes = [...own.matchAll(/^```text\n(.*?)\n```$/gms)].map(([, text = '']) => text)
    const standing = /\*\*In\s+Azure:\*\*\s+([^.;]+)[.;]/.exec(own)?.[1]?.replace(/\s+/g, ' ')
    return { heading, boxes, standing }
  })
const quoting = entries.filter(({ boxes }) => boxes.length > 0)

/** What the action says where the page says this of Azure. */
const STANDINGS: readonly (readonly [words: string, said: RegExp])[] = [
  ['nothing was started', /Nothing was started in Azure\.|^Error: \[Input /m],
  ['it may still be running', /It may still be running in Azure\./],
  ['it is over', /It is no longer running in Azure\.|Result: Succeeded/]
]

/** The box as a pattern: `…` is anything on one line. */
function toPattern(box: string): RegExp {
  const quote = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(box.split('…').map(quote).join('.*'))
}

describe('docs/troubleshooting.md', () => {
  it('has a proof for each entry with a box, and none without', () => {
    expect(Object.keys(PROOFS)).toEqual(quoting.map(({ heading }) => heading))
  })

  it.each(quoting)('$heading', async ({ heading, boxes, standing }) => {
    let said = ''
    for (const proof of PROOFS[heading] ?? []) {
      said += `\n${typeof proof === 'function' ? proof() : await play(proof)}`
    }
    for (const box of boxes) expect(said).toMatch(toPattern(box))
    const [, wanted] = STANDINGS.find(([words]) => standing?.startsWith(words) === true) ?? []
    expect(wanted, `unknown: In Azure: ${standing}`).toBeDefined()
    expect(said).toMatch(wanted ?? '')
  })

  it('leads on from every title of an annotation', () => {
    const [, first = ''] = PAGE.split('\n## First look\n')
    const rows = [...first.matchAll(/^\| `([^`:]+)(?:: …)?` \| `(\w+)` \| .*\]\(#/gm)]
    const told = rows.map(([, title, status]) => [status, title])
    const red = OUTCOME_STATUSES.filter((status) => !['Succeeded', 'Skipped'].includes(status))
    const titles = red.map((status) => [status, TITLES[status][1]])
    expect(told).toEqual([['Failed', 'Input …'], ...titles])
  })

  it('has every known code in its table', () => {
    const codes = KNOWN_ERRORS.flatMap((known) => known.codes.split(' ')).filter(Boolean)
    for (const code of codes) expect(PAGE).toContain(`\`${code}\``)
  })
})
