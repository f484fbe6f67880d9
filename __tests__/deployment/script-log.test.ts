/**
 * The end of the log of a script or an extension that failed: asked for once, hidden before it is cut, and told or not.
 */
import { describe, expect, it } from 'vitest'
import { AZURE, empty, json, ORIGIN, START_MS } from '../../__fixtures__/conversation.ts'
import { createError, createFailedOutcome } from '../../__fixtures__/outcomes.ts'
import { addScriptLog } from '../../src/deployment/script-log.ts'
import type { HttpResponse } from '../../src/http/message.ts'
import type { OperationError } from '../../src/operation/error.ts'

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/shop/providers'
const SCRIPT = `${GROUP}/Microsoft.Resources/deploymentScripts/seed`
const EXTENSION = `${GROUP}/Microsoft.Compute/virtualMachines/door/extensions/setup`
const SCRIPT_LOG = `${ORIGIN}${SCRIPT}/logs/default?api-version=2020-10-01`
const VIEW = `${ORIGIN}${EXTENSION}?$expand=instanceView&api-version=2024-07-01`

const about = (target: string, message = 'It failed.') => ({
  ...createError('DeploymentFailed', 'At least one failed.', {
    ...createError('ScriptError', message),
    target
  })
})

interface Setting {
  readonly error?: OperationError
  readonly answer?: HttpResponse | Error
  readonly leftMs?: number
  readonly isCanceled?: boolean
}

async function ask({ error, answer = empty(404), leftMs = 60_000, isCanceled = false }: Setting) {
  const calls: { url: string; timeoutMs: number }[] = []
  const client = {
    get: async (url: string, { timeoutMs }: { readonly timeoutMs: number }) => {
      calls.push({ url, timeoutMs })
      if (answer instanceof Error) throw answer
      return answer
    }
  }
  const context = {
    client,
    request: { method: 'PUT', url: `${ORIGIN}/x` } as const,
    bodySources: [],
    trust: AZURE,
    now: () => START_MS,
    signal: isCanceled ? AbortSignal.abort() : new AbortController().signal,
    tell: () => {},
    mask: () => {},
    hide: (text: string) => text.replaceAll('s3cret\nvalue', '***'),
    maskedOutputs: [],
    reservedOutputs: []
  }
  const before = createFailedOutcome({ error: error ?? createError('Failed', 'No.') })
  const after = await addScriptLog(before, context, START_MS + leftMs)
  return { calls, excerpt: after.addition?.excerpt, isChanged: after !== before }
}

const scriptLog = (log: string | number) => json(200, { properties: { log } })

describe('the log of a deployment script', () => {
  it('is read to its last forty lines that say something', async () => {
    const log = Array.from({ length: 60 }, (_, at) => `line ${at + 1}`).join('\r\n\r\n')
    const { calls, excerpt } = await ask({ error: about(SCRIPT), answer: scriptLog(log) })
    expect(calls).toEqual([{ url: SCRIPT_LOG, timeoutMs: 5_000 }])
    expect(excerpt?.title).toBe('Log of deployment script seed (the last 40 lines)')
    expect(excerpt?.text.split('\n')).toEqual(
      Array.from({ length: 40 }, (_, at) => `line ${at + 21}`)
    )
  })

  it('is found by the message, with the full stop behind its name', async () => {
    const error = about('0', `The script ${SCRIPT}. failed`)
    const { calls, excerpt } = await ask({ error, answer: scriptLog('short') })
    expect(calls[0]?.url).toBe(SCRIPT_LOG)
    expect(excerpt).toEqual({ title: 'Log of deployment script seed', text: 'short' })
  })

  it('is hidden before it is cut, by what is registered and by its shape', async () => {
    const lines = Array.from({ length: 39 }, (_, at) => `line ${at}`)
    const log = ['s3cret', 'value', ...lines, 'Server=x;Password=hunter2hunter2;'].join('\n')
    const { excerpt } = await ask({ error: about(SCRIPT), answer: scriptLog(log) })
    expect(excerpt?.text).not.toMatch(/s3cret|^value$|hunter2/m)
  })

  it('is cut in its lines, and where it is endless', async () => {
    const endless = scriptLog(`${'x'.repeat(200_000)}\n${'y'.repeat(10_000)}\nthe end`)
    const { excerpt } = await ask({ error: about(SCRIPT), answer: endless })
    expect(excerpt?.text).toBe(`${'y'.repeat(500)}…\nthe end`)
  })
})

describe('the output of an extension', () => {
  it('is its standard output and error', async () => {
    const substatuses = [
      { code: 'ComponentStatus/StdOut/succeeded', message: 'reading\n' },
      { code: 'ComponentStatus/StdErr/succeeded', message: 'E: no such package' },
      { code: 'ComponentStatus/StdErr/succeeded', message: '' },
      null
    ]
    const answer = json(200, { properties: { instanceView: { substatuses } } })
    const { calls, excerpt } = await ask({ error: about(EXTENSION), answer })
    expect(calls.map(({ url }) => url)).toEqual([VIEW])
    expect(excerpt).toEqual({
      title: 'Output of extension setup of virtual machine door',
      text: '[stdout]\nreading\n[stderr]\nE: no such package'
    })
  })

  it('is what its agent says, where it has none', async () => {
    const statuses = [{ code: 'ProvisioningState/failed/1', message: 'Enable failed' }]
    const answer = json(200, { properties: { instanceView: { statuses } } })
    expect((await ask({ error: about(EXTENSION), answer })).excerpt?.text).toBe('Enable failed')
  })
})

describe('nothing is told, and nothing asked twice', () => {
  it.each<[string, Setting, number]>([
    ['no script is named', { error: about(`${GROUP}/Microsoft.Web/sites/shop`) }, 0],
    ['there is no time', { error: about(SCRIPT), leftMs: 0 }, 0],
    ['the workflow was canceled', { error: about(SCRIPT), isCanceled: true }, 0],
    ['it may not be read', { error: about(SCRIPT), answer: json(403, { error: {} }) }, 1],
    ['it is gone', { error: about(EXTENSION), answer: empty(404) }, 1],
    ['nothing answers', { error: about(SCRIPT), answer: new Error('ECONNRESET') }, 1],
    ['it is empty', { error: about(SCRIPT), answer: scriptLog(' \n') }, 1],
    ['it is no text', { error: about(SCRIPT), answer: scriptLog(7) }, 1],
    ['there is no view', { error: about(EXTENSION), answer: json(200, []) }, 1]
  ])('where %s', async (_what, setting, count) => {
    const { calls, isChanged } = await ask(setting)
    expect([calls.length, isChanged]).toEqual([count, false])
  })

  it('beyond the time that is left', async () => {
    const { calls } = await ask({ error: about(SCRIPT), leftMs: 700 })
    expect(calls[0]?.timeoutMs).toBe(700)
  })
})
