/**
 * The sender of an answer, as far as the answer itself tells: Azure Resource Manager, or a proxy, firewall or gateway
 * on the way to it. Pure.
 */
import type { Body, HttpResponse } from './message.ts'

/** Error code, of ours, of an answer that something on the way to Azure has given. */
export const NOT_ANSWERED_BY_AZURE = 'NotAnsweredByAzure'

/**
 * True for an answer with a mark of Azure Resource Manager: one of its own headers, or JSON, which all of its errors are
 * (https://github.com/Azure/azure-resource-manager-rpc/blob/master/v1.0/common-api-details.md#error-response-content).
 */
export function hasMarkOfAzure({ headers, body }: HttpResponse): boolean {
  return body.kind === 'json' || Object.keys(headers).some((name) => name.startsWith('x-ms-'))
}

/**
 * True for an answer that is not Azure's: a page without a mark of it, whatever its status, or the demand of a proxy for
 * a sign-in of its own (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8).
 */
export function isFromIntermediary(response: HttpResponse): boolean {
  const { status, headers, body } = response
  // A redirect is one whoever gives it, and is told as one.
  if (status >= 300 && status < 400) return false
  return status === 407 || (isPage(body, headers['content-type']) && !hasMarkOfAzure(response))
}

function isPage(body: Body, contentType = ''): boolean {
  return (
    body.kind === 'malformed' && (/\btext\/html\b/i.test(contentType) || /^\s*</.test(body.text))
  )
}

/** What is known of the intermediary that gave this answer, in a sentence. Quotes untrusted text. */
export function describeIntermediary({ status, headers, body }: HttpResponse): string {
  const names = ['server', 'via'].filter((name) => headers[name] !== undefined)
  const told = names.map((name) => `${name}: ${headers[name]}`).join('; ')
  const title = body.kind === 'malformed' && /<title>([^<]*)/i.exec(body.text)?.[1]?.trim()
  return `A proxy, firewall or gateway answered HTTP ${status} in place of Azure${told && ` (${told})`}${title ? `: ${title}` : ''}`
}

/** A refusal, in a sentence: it is called Azure's own only where it bears a mark of it. */
export function describeRefusal(response: HttpResponse): string {
  const what = hasMarkOfAzure(response) ? 'Azure refused the request' : 'The request was refused'
  return `${what} with HTTP ${response.status}`
}
