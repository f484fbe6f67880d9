/**
 * What a handle is enough for: to wait. What it must be about before a step cancels anything by it, the author says.
 */
import { describe, expect, it } from 'vitest'
import { createHandle } from '../../__fixtures__/handles.ts'
import { type GivenInputs, readInputs } from '../../__fixtures__/inputs.ts'
import { InputError } from '../../src/errors.ts'

const GUID = '00000000-1111-2222-3333-444444444444'
const ENDPOINT = 'https://management.azure.com'
const GROUP = `/subscriptions/${GUID}/resourceGroups/shop`
const PATH = `${GROUP}/providers/Microsoft.Resources/deployments/web`
const VERSION = '2025-04-01'
const URL_SENT = `${ENDPOINT}${PATH}?api-version=${VERSION}`

const read = (given: GivenInputs, url = URL_SENT) =>
  readInputs({ resume: createHandle(url), 'subscription-id': GUID, ...given })

describe('a handle is about the request that the author names', () => {
  it.each<[string, GivenInputs, string?]>([
    ['nothing is named', {}],
    ['the same words', { url: URL_SENT }],
    ['a path, and the version beside it', { url: PATH, 'api-version': VERSION }],
    ['a placeholder', { url: `${PATH.replace(GUID, '{subscriptionId}')}?api-version=${VERSION}` }],
    ['other capitals', { url: `${PATH.toUpperCase()}?API-version=${VERSION}` }],
    ['no slash at the end', { url: URL_SENT }, `${ENDPOINT}${PATH}/?api-version=${VERSION}`],
    [
      'a name that need not be escaped',
      { url: `${PATH.replace('shop', '%73hop')}?api-version=${VERSION}` }
    ],
    ['its version alone', { 'api-version': VERSION }],
    [
      'the same query in another order',
      { url: `${PATH}?force=true&api-version=${VERSION}` },
      `${URL_SENT}&force=true`
    ]
  ])('%s', async (_what, given, url) => {
    expect(await read(given, url)).toMatchObject({ method: 'PUT', url: url ?? URL_SENT })
  })

  it.each<[string, GivenInputs, string, string?]>([
    [
      'a request for all pages',
      { 'all-pages': 'true' },
      'Input all-pages: is true together with resume, which only waits'
    ],
    [
      'another resource',
      { url: `${GROUP}/providers/Microsoft.Resources/deployments/db?api-version=${VERSION}` },
      `Input url: is ${ENDPOINT}${GROUP}/providers/Microsoft.Resources/deployments/db?api-version=${VERSION}, and the handle in resume is about ${URL_SENT}:`
    ],
    [
      'another version',
      { url: PATH, 'api-version': '2024-01-01' },
      `Input url: is ${ENDPOINT}${PATH}?api-version=2024-01-01, and the handle in resume is about ${URL_SENT}:`
    ],
    [
      'another version alone',
      { 'api-version': '2024-01-01' },
      `Input api-version: is 2024-01-01, and the handle in resume is about ${VERSION}:`
    ],
    [
      'another query, whose values are not shown',
      { url: URL_SENT },
      `is ${URL_SENT}, and the handle in resume is about ${URL_SENT}&key=…:`,
      `${URL_SENT}&key=signature`
    ],
    [
      'another host of the same cloud',
      { url: URL_SENT },
      `is ${URL_SENT}, and the handle in resume is about https://westus.management.azure.com`,
      URL_SENT.replace('management', 'westus.management')
    ],
    ['a URL that is none', { url: 'shop' }, 'Input url: "shop" is neither a path nor'],
    ['a URL without its version', { url: PATH }, 'Input api-version: is missing']
  ])('and about nothing else: %s', async (_what, given, message, url) => {
    const error = await read(given, url).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toHaveProperty('message', expect.stringContaining(message))
    expect(String(error)).not.toContain('signature')
  })
})

describe('a step that resumes cancels', () => {
  const stop = `${PATH}/stop`

  it.each<[string, GivenInputs, string | undefined]>([
    ['what url names', { url: URL_SENT }, undefined],
    ['by cancel-url', { 'cancel-url': `${stop}?api-version=1` }, `${stop}?api-version=1`],
    [
      'by cancel-url in the version beside it',
      { 'cancel-url': stop, 'api-version': VERSION },
      `${stop}?api-version=${VERSION}`
    ],
    [
      'by cancel-url in the version of url',
      { 'cancel-url': stop, url: URL_SENT },
      `${stop}?api-version=${VERSION}`
    ]
  ])('%s', async (_what, given, cancelPath) => {
    const asked = { 'on-timeout': 'cancel', 'on-cancel': 'cancel', ...given }
    const { onTimeout, onCancel, cancelUrl } = await read(asked)
    expect({ onTimeout, onCancel }).toEqual({ onTimeout: 'cancel', onCancel: 'cancel' })
    expect(cancelUrl).toBe(cancelPath && ENDPOINT + cancelPath)
  })

  const refusal = 'is cancel together with resume, and a handle alone is not enough to cancel by.'

  it.each<[GivenInputs, string]>([
    [{ 'on-timeout': 'cancel' }, `Input on-timeout: ${refusal}`],
    [{ 'on-cancel': 'cancel' }, `Input on-cancel: ${refusal}`],
    [{ 'on-cancel': 'cancel', 'api-version': VERSION }, `Input on-cancel: ${refusal}`],
    [
      { 'on-cancel': 'cancel', 'cancel-url': `${stop}?sig=hidden` },
      `Input cancel-url: "${stop.slice(0, 80)}`
    ]
  ])('nothing by a handle alone: %j', async (given, message) => {
    const error = await read(given).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(InputError)
    expect(error).toHaveProperty('message', expect.stringContaining(message))
    expect(String(error)).toContain('cancel-url')
    expect(String(error)).not.toContain('hidden')
  })
})
