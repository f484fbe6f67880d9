/**
 * What docs/inputs.md tells of an input or output and action.yml has no field for: what an input takes, and the release
 * that brought it. A new input or output gets its row here, or `npm run docs` fails.
 */
import { CLOUD_NAMES } from '../src/arm/clouds.ts'
import { CREDENTIALS } from '../src/auth/sign-in.ts'
import { METHODS } from '../src/http/message.ts'
import { EARLY_ENDS } from '../src/inputs/early-end.ts'
import { FINAL_STATE_VIA } from '../src/operation/state.ts'

const oneOf = (words: readonly string[]) =>
  `one of ${words.map((word) => `\`${word}\``).join(', ')}`
const FLAG = '`true` or `false`'
const TEXT = 'text'
const ID = 'an ID'
const LIST = 'a YAML or JSON list'
const PATH = 'the path of a file'
const URL = 'a path that begins with `/`, or a URL'
const HOST = 'a URL'
const DURATION = 'a duration: `90s`, `45m`, `1h30m`, `PT45M`, or seconds'
const CONDITION = 'a [JMESPath condition](conditions.md)'

/** Values that each input takes. */
export const TAKES: Readonly<Record<string, string>> = {
  method: oneOf(METHODS),
  url: URL,
  'api-version': 'an API version',
  headers: 'lines, `Name: value` each',
  body: '[JSON, YAML or other text](bodies.md)',
  'body-file': PATH,
  'dry-run': FLAG,
  'all-pages': FLAG,
  requests: LIST,
  'requests-file': PATH,
  'max-parallel': 'a whole number from 1',
  'fail-fast': FLAG,
  'subscription-id': ID,
  token: TEXT,
  'client-id': ID,
  'tenant-id': 'an ID or a domain',
  'client-secret': TEXT,
  creds: 'JSON',
  credential: oneOf(CREDENTIALS),
  audience: TEXT,
  environment: oneOf(CLOUD_NAMES),
  'resource-manager-endpoint': HOST,
  'resource-manager-audience': HOST,
  'authority-host': HOST,
  wait: FLAG,
  timeout: DURATION,
  'poll-interval': DURATION,
  'max-poll-interval': DURATION,
  'final-state-via': oneOf(FINAL_STATE_VIA),
  'success-states': 'lines, one word each',
  'failure-states': 'lines, one word each',
  'accept-status': 'lines, one status or error code each',
  'retry-on': 'lines, one status or error code each',
  'wait-until': CONDITION,
  'wait-until-url': URL,
  'fail-if': CONDITION,
  resume: 'an output `operation`, or the path of a file that holds one',
  'on-timeout': oneOf(EARLY_ENDS),
  'on-cancel': oneOf(EARLY_ENDS),
  'cancel-url': URL,
  outputs: 'lines, `name: JMESPath` each',
  'masked-outputs': 'lines, one name each',
  'response-file': PATH,
  summary: FLAG
}

/** Either of the two things that action.yml declares. */
export type Kind = 'inputs' | 'outputs'

/** Names that each release brought, the oldest first. */
export const SINCE: Readonly<Record<string, Readonly<Record<Kind, readonly string[]>>>> = {
  '0.1.0': {
    inputs: words(`
      method url api-version headers body body-file dry-run all-pages requests requests-file max-parallel fail-fast
      subscription-id token client-id tenant-id client-secret creds credential audience environment
      resource-manager-endpoint resource-manager-audience authority-host wait timeout poll-interval max-poll-interval
      final-state-via success-states failure-states accept-status retry-on wait-until wait-until-url fail-if resume
      on-timeout on-cancel cancel-url outputs masked-outputs response-file summary`),
    outputs: words(`
      status status-code response response-file resource-id operation correlation-id request-id headers portal-url
      decided-by error-code error-message error duration-seconds poll-count has-changes change-counts changes-markdown
      results`)
  }
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}

/** Release that brought this input or output. */
export function findRelease(kind: Kind, name: string): string | undefined {
  return Object.entries(SINCE).find(([, brought]) => brought[kind].includes(name))?.[0]
}
