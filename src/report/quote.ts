/**
 * What Azure said, where a failure names no reason that anything else could show: the body of the answer itself. Pure.
 * It may hold secrets, so nothing is quoted that the caller cannot hide them in, and they are hidden before it is cut.
 */
import { asObject } from '../http/body.ts'
import type { JsonValue } from '../http/message.ts'
import { flattenErrors } from '../operation/error.ts'
import { isRedirect } from '../operation/redirect.ts'
import type { Outcome } from '../run/outcome.ts'

const MAX_QUOTED_CHARS = 1_000
/** Beyond the longest secret that could stand at the end of the quotation. */
const MAX_READ_CHARS = 20_000

/** Fields that hold a secret by their name: one may be too short to be known as a secret of the job. */
const SECRET_FIELD =
  /("[^"]*(?:key|password|pwd|passphrase|secret|token|sas|credential|connectionstring)s?\d*"\s*:\s*)"(?:[^"\\]|\\.)*"/gi

/** Text of the answer's body with every secret in it replaced; empty where they cannot all be found. */
export type HideSecrets = (text: string) => string

/** The beginning of the body of a failure without a reason; undefined for every other outcome. */
export function quoteAnswer(
  { ending, error, response, isCanceling }: Outcome,
  hideSecrets: HideSecrets
): string | undefined {
  // Of what this step canceled itself there is no reason to look for.
  if (ending.kind === 'canceled' && isCanceling === true) return undefined
  const isBadEnd = ['failed', 'canceled', 'refused'].includes(ending.kind)
  const isTold =
    error !== undefined && flattenErrors(error).some((node) => node.error.message !== '')
  const body = response?.body ?? { kind: 'empty' }
  if (!isBadEnd || isTold || body.kind === 'empty' || isRedirect(response?.status ?? 0))
    return undefined
  if (body.kind === 'json' && saysNothing(body.value)) return undefined
  const text = hideSecrets(unescapeAscii(body.text.slice(0, MAX_READ_CHARS)))
    .replace(SECRET_FIELD, '$1"***"')
    .trim()
  if (!/\w/.test(text)) return undefined
  return text.length <= MAX_QUOTED_CHARS ? text : `${text.slice(0, MAX_QUOTED_CHARS)}…`
}

const MAX_STATUS_DEPTH = 3

/** Fields of a status that give no reason. */
const SILENT_FIELDS =
  /^(?:id|name|type|status|provisioningState|(?:start|end)(?:Time|ed)|createdTime|lastUpdatedTime|percentComplete|operationId|resourceId|correlationId|trackingId)$/i

/** True for a status and nothing that the headline, the times and the ids do not tell. */
function saysNothing(value: JsonValue, depth = 0): boolean {
  if (value === null || value === '') return true
  const object = asObject(value)
  return (
    object !== undefined &&
    depth < MAX_STATUS_DEPTH &&
    Object.entries(object).every(([name, each]) =>
      SILENT_FIELDS.test(name)
        ? typeof each !== 'object' || each === null
        : saysNothing(each, depth + 1)
    )
  )
}

// Some services escape every mark of a key (`\u002B`), which no search for the key would find.
function unescapeAscii(text: string): string {
  return text
    .replace(/\\u00([2-7][0-9a-f])/gi, (escaped, code: string) => {
      const character = String.fromCharCode(Number.parseInt(code, 16))
      return /["\\\x7f]/.test(character) ? escaped : character
    })
    .replaceAll('\\/', '/')
}
