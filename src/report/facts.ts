/**
 * The facts of an outcome in the order people look for them: one list for the log and the summary. Pure.
 */
import { mayStillRun, type Outcome, statusOf } from '../run/outcome.ts'
import { formatTimestamp } from '../values.ts'
import { formatDuration } from './format.ts'
import { describeUrl } from './sanitize.ts'

/** One fact. The value is untrusted text; a `url` is one that we composed. */
export interface Fact {
  readonly name: string
  readonly value: string
  readonly kind: 'text' | 'code' | 'url'
}

/** Facts of a run: what was asked, what came back, how long it took, and where to find it again. */
export function listFacts(outcome: Outcome): readonly Fact[] {
  if (outcome.ending.kind === 'skipped') return []
  const { request, lastStatus, pollingPath, correlationId, requestId, resourceId, portalUrl } =
    outcome
  return [
    fact('Request', `${request.method} ${describeUrl(request.url)}`, 'code'),
    fact('HTTP status', describeHttpStatus(outcome)),
    fact('Last status', lastStatus, 'code'),
    fact('Duration', formatDuration(outcome.endedAt - outcome.startedAt)),
    fact('Polls', String(outcome.pollCount)),
    fact('Ended', formatTimestamp(outcome.endedAt)),
    fact('Resource ID', resourceId, 'code'),
    fact('Polling path', isOpen(outcome) ? pollingPath : undefined, 'code'),
    fact('Correlation ID', correlationId, 'code'),
    fact('Request ID', requestId, 'code'),
    fact('Last request', outcome.failureRequestId, 'code'),
    fact('Decided by', outcome.decision),
    fact('Error source', outcome.response?.headers['x-ms-failure-cause']),
    fact('Portal', portalUrl, 'url')
  ].filter((each) => each.value !== '')
}

function fact(name: string, value: string | undefined, kind: Fact['kind'] = 'text'): Fact {
  return { name, value: value?.trim() ?? '', kind }
}

function describeHttpStatus({ response, accepted }: Outcome): string {
  const last = response?.status
  const first = accepted?.status
  if (last === undefined) return first === undefined ? 'no answer' : `${first} (first answer)`
  return first === undefined || first === last ? String(last) : `${last} (first answer ${first})`
}

// Where the operation is polled is worth a line only while there is something to find there.
function isOpen({ ending }: Outcome): boolean {
  return mayStillRun(ending) || statusOf(ending) === 'Unknown'
}
