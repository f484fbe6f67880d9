/**
 * What is hidden of the events of a list: every text that the log tells.
 */
import { describe, expect, it } from 'vitest'
import { createReport, ended } from '../../__fixtures__/list-reports.ts'
import { moved } from '../../__fixtures__/run.ts'
import type { Hiding } from '../../src/report/hide.ts'
import { hideListEvent } from '../../src/report/hide-list.ts'
import type { ListLogEvent } from '../../src/report/list-report.ts'
import { describeListEvent } from '../../src/report/step-log.ts'
import { describeListEnd } from '../../src/report/step-log-end.ts'
import { EMPTY_STEP_LOG } from '../../src/report/step-log-lines.ts'

const SECRET = 'P@ss_w0rd*~  |<x>'
const HIDING: Hiding = {
  hide: (text) => text.replaceAll(SECRET, '***'),
  keepHandle: (handle) => `${handle}-anew`
}
const said = `It is ${SECRET}`

const PLANNED: ListLogEvent = {
  kind: 'planned',
  at: 0,
  rules: { maxParallel: 1, failFast: true },
  items: [
    {
      name: 'a',
      needs: [],
      shown: { method: 'PUT', url: `/x/${SECRET}`, condition: `b == '${SECRET}'`, body: said }
    },
    {
      name: 'b',
      needs: ['a'],
      shown: { method: 'GET', url: '/y', forEach: `[?x == '${SECRET}']` },
      loop: {}
    }
  ]
}

const EVENTS: readonly ListLogEvent[] = [
  PLANNED,
  { kind: 'told', name: 'a', event: moved({ at: 0, status: said }) },
  { kind: 'told', name: 'a', event: { kind: 'warned', text: said } },
  {
    kind: 'not-sent',
    at: 0,
    name: 'a',
    status: 'Failed',
    notSent: { kind: 'fault', message: said }
  },
  {
    kind: 'not-sent',
    at: 0,
    name: 'a',
    status: 'Skipped',
    notSent: { kind: 'lost', message: said }
  },
  {
    kind: 'signed-in',
    credential: said,
    why: said,
    identity: { application: said, object: said, tenant: said, host: said }
  },
  { kind: 'sign-in-retrying', at: 0, reason: said, delayMs: 1 },
  {
    kind: 'id-token-refused',
    claims: { issuer: said, subject: said, audience: said, clientId: said }
  }
]

/** Everything that the log tells of an event, what it holds back included. */
function tell(event: ListLogEvent): string {
  const { state, lines } = describeListEvent(EMPTY_STEP_LOG, event)
  return JSON.stringify([lines, describeListEnd(state, createReport([], 0)).lines])
}

describe('hideListEvent', () => {
  it.each(EVENTS)('lets the log tell it without a secret: $kind', (event) => {
    expect(tell(event)).toContain('P@ss')
    const hidden = hideListEvent(event, HIDING)
    expect(tell(hidden)).not.toMatch(/P@ss|w0rd/)
    expect(tell(hidden)).toContain('***')
    expect(JSON.stringify(hidden)).not.toContain('P@ss')
  })

  it('writes a handle anew', () => {
    const point = { handle: 'armop3.a', step: 'resume: armop3.a' }
    const event: ListLogEvent = { kind: 'told', name: 'a', event: { kind: 'resumable', point } }
    expect(JSON.stringify(hideListEvent(event, HIDING))).toContain('resume: armop3.a-anew')
  })

  it.each<ListLogEvent>([
    { kind: 'started', at: 0, name: 'a' },
    { kind: 'minute', at: 0 },
    { kind: 'opened', at: 0, name: 'a', operations: [{ key: 'b', name: 'a[b]' }] },
    { kind: 'ended', at: 0, record: ended({ name: 'a', call: 'PUT A.B/c/d' }) },
    { kind: 'not-sent', at: 0, name: 'a', status: 'Skipped', notSent: { kind: 'if' } }
  ])('changes nothing else: $kind', (event) => {
    expect(hideListEvent(event, HIDING)).toEqual(event)
  })
})
