/** Requests and answers of the sign-in library, over our own client. */
import { describe, expect, it } from 'vitest'
import { VirtualTime } from '../../__fixtures__/virtual-time.ts'
import type { LibraryRequest } from '../../src/auth/identity-library.ts'
import { createClientOptions } from '../../src/auth/library-http.ts'
import { type Http, type HttpRequest, NoAnswerError } from '../../src/http/http.ts'
import type { HttpResponse, JsonValue } from '../../src/http/message.ts'

function json(
  status: number,
  value: JsonValue,
  headers: Record<string, string> = {}
): HttpResponse {
  return { status, headers, body: { kind: 'json', value, text: JSON.stringify(value) } }
}

function createBench(...answers: readonly (HttpResponse | Error)[]) {
  const sent: HttpRequest[] = []
  const masked: string[] = []
  const refusals: string[] = []
  const retries: string[] = []
  const time = new VirtualTime()
  const send: Http['send'] = async (request) => {
    sent.push(request)
    const answer = answers[Math.min(sent.length, answers.length) - 1]
    if (answer === undefined || answer instanceof Error) throw answer
    return answer
  }
  const { httpClient } = createClientOptions(
    {
      send,
      now: time.now,
      sleep: time.sleep,
      mask: (secret) => masked.push(secret),
      onRefusal: (description) => refusals.push(description),
      onRetry: (reason) => retries.push(reason)
    },
    new AbortController().signal
  )
  return { httpClient, sent, masked, refusals, retries }
}

function request(url: string, rest: Partial<LibraryRequest> = {}): LibraryRequest {
  return { url, method: 'GET', headers: { toJSON: () => ({}) }, ...rest }
}

const ENTRA = 'https://login.example/tenant/oauth2/v2.0/token'
const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token/?resource=a'

describe('the HTTP client of the library', () => {
  it('sends what it is given, but for what speaks of the connection, and masks the proof', async () => {
    const { httpClient, sent, masked } = createBench(json(200, {}))
    const headers = {
      Accept: 'application/json',
      'Accept-Encoding': 'gzip',
      'content-length': '3',
      Host: 'x',
      connection: 'close'
    }
    const body = 'client_id=a&client_secret=s%2Fe%20c&client_assertion=x.y.z&client_secret='
    await httpClient.sendRequest(
      request(ENTRA, { method: 'POST', headers: { toJSON: () => headers }, body })
    )
    const expected = { method: 'POST', url: ENTRA, headers: { Accept: 'application/json' }, body }
    expect(sent).toEqual([expected])
    expect(masked).toEqual(['s/e c', 'x.y.z'])
  })

  it('gives the answer back with headers that can be read in any case', async () => {
    const { httpClient } = createBench(json(200, { a: 1 }, { 'x-one': '1' }))
    const asked = request(ENTRA)
    const { headers, ...answer } = await httpClient.sendRequest(asked)
    expect(answer).toEqual({ request: asked, status: 200, bodyAsText: '{"a":1}' })
    expect([headers.get('X-One'), headers.has('x-ONE'), headers.has('x-two')]).toEqual([
      '1',
      true,
      false
    ])
    headers.set('X-Two', 2)
    headers.delete('X-One')
    expect(headers.toJSON()).toEqual({ 'x-two': '2' })
    expect([...headers]).toEqual([['x-two', '2']])
  })

  it('turns an answer that never came into one that says nothing', async () => {
    const { httpClient } = createBench(new NoAnswerError('ECONNREFUSED: nobody', false))
    const { status, bodyAsText } = await httpClient.sendRequest(request(ENTRA))
    expect([status, bodyAsText]).toEqual([503, ''])
  })

  it.each<[HttpResponse, string[]]>([
    [json(400, { error: 'invalid', error_description: 'AADSTS1: No.' }), ['AADSTS1: No.']],
    [json(200, { error_description: 'not a refusal' }), []],
    [json(400, { error: 'invalid' }), []],
    [json(400, { error_description: 1 }), []],
    [json(400, null), []],
    [{ status: 400, headers: {}, body: { kind: 'text', text: 'error_description' } }, []]
  ])('tells what a refusal said: %j', async (answer, told) => {
    const { httpClient, refusals } = createBench(answer)
    await httpClient.sendRequest(request(ENTRA))
    expect(refusals).toEqual(told)
  })

  // https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
  it.each([
    ['the managed identity endpoint', METADATA, 404, 1],
    ['the managed identity endpoint', METADATA, 410, 1],
    ['the managed identity endpoint', METADATA, 400, 0],
    ['the managed identity endpoint', 'http://127.0.0.1:42356/msi/token', 404, 0],
    ['the managed identity endpoint', 'http://127.0.0.1:42356/msi/token', 500, 1],
    ['Microsoft Entra ID', ENTRA, 404, 0],
    ['Microsoft Entra ID', ENTRA, 500, 1]
  ])('asks %s (%s) again after %i: %i times', async (who, url, status, times) => {
    const { httpClient, retries } = createBench(json(status, {}), json(200, {}))
    await httpClient.sendRequest(request(url))
    expect(retries).toEqual(
      Array(times).fill(`${who} (${new URL(url).host}) answered HTTP ${status}`)
    )
  })
})
