/**
 * The federated credential that a refused ID token would have fitted, as lines to copy. Pure.
 * A subject holds the name of a branch or an environment, which a stranger may have chosen: it only ever stands in
 * a JSON string, in plain ASCII, and never in a command.
 */

import type { RefusedClaims } from '../run/events.ts'

const MAX_NAME_CHARS = 120

/**
 * Lines to save and run so that the ID token is accepted; none where a claim is missing.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust
 */
export function describeFederatedCredential(refused: RefusedClaims): readonly string[] {
  const { issuer, subject, audience, clientId } = refused
  if (issuer === undefined || subject === undefined || audience === undefined) return []
  const credential = { name: toName(subject), issuer, subject, audiences: [audience] }
  return [
    'The federated credential that matches this job, as credential.json:',
    ...toAscii(JSON.stringify(credential, undefined, 2)).split('\n'),
    'Add it to the application:',
    `az ad app federated-credential create --id ${toWord(clientId)} --parameters credential.json`
  ]
}

function toName(subject: string): string {
  const name = subject.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return `github-${name}`.slice(0, MAX_NAME_CHARS)
}

function toWord(id: string): string {
  return /^[\w-]+$/.test(id) ? id : '<client-id>'
}

function toAscii(json: string): string {
  return json.replace(
    /[^\x20-\x7e\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
}
