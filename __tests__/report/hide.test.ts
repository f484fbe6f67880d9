/**
 * What is hidden of events and outcomes, and what stays whole: every text that somebody may read is without secrets,
 * and a secret that holds marks of Markdown, blanks or quotes is as well.
 */
import { describe, expect, it } from 'vitest'
import { request } from '../../__fixtures__/conversation.ts'
import { explain } from '../../__fixtures__/explain.ts'
import { createAnswer, createError, createFailedOutcome } from '../../__fixtures__/outcomes.ts'
import { blinded, moved } from '../../__fixtures__/run.ts'
import { describeFailure } from '../../src/report/describe-failure.ts'
import { type Hiding, hideEvent, hideOutcome } from '../../src/report/hide.ts'
import { describeEnd, describeEvent, EMPTY_LOG } from '../../src/report/log.ts'
import { renderSummary } from '../../src/report/summary.ts'
import type { RunEvent, SignInEvent } from '../../src/run/events.ts'
import type { Outcome } from '../../src/run/outcome.ts'

const SECRET = 'P@ss_w0rd*~  |<x>'
const HIDING: Hiding = {
  hide: (text) => text.replaceAll(SECRET, '***'),
  keepHandle: (handle) => `${handle}-anew`
}
const said = `It is ${SECRET}`
const headers = { 'x-ms-request-id': said, 'x-ms-failure-cause': said }

const EVENTS: readonly (RunEvent | SignInEvent)[] = [
  {
    kind: 'requested',
    at: 0,
    request: { method: 'PUT', url: `https://x.example/${SECRET}` },
    correlationId: said,
    portalUrl: `https://portal.azure.com/#resource/${SECRET}`
  },
  {
    kind: 'resumed',
    at: 1,
    request: { method: 'PUT', url: `https://x.example/${SECRET}` },
    acceptedAt: 0,
    correlationId: said,
    firstAnswer: createAnswer(202, {})
  },
  { kind: 'retrying', at: 0, reason: said, delayMs: 1 },
  { kind: 'sign-in-retrying', at: 0, reason: said, delayMs: 1 },
  { kind: 'answered', at: 0, response: { ...createAnswer(200, {}), headers } },
  moved({ at: 0, status: said }),
  blinded(0, said),
  { kind: 'condition-read', at: 0, seen: said },
  { kind: 'progressed', at: 0, verb: 'failed', text: said },
  { kind: 'warned', text: said },
  {
    kind: 'signed-in',
    credential: said,
    why: said,
    identity: { application: said, object: said, tenant: said, host: said }
  },
  {
    kind: 'id-token-refused',
    claims: { issuer: said, subject: said, audience: said, clientId: said }
  }
]

describe('hideEvent', () => {
  it.each(EVENTS)('lets the log tell it without a secret: $kind', (event) => {
    const signedIn = { ...EMPTY_LOG, isSignedIn: true }
    const before = describeEvent(signedIn, event)
    const after = describeEvent(signedIn, hideEvent(event, HIDING))
    expect(JSON.stringify(before.lines)).toMatch(/P@ss|P%40ss/)
    expect(JSON.stringify(after.lines)).not.toMatch(/P@ss|w0rd/)
    expect(JSON.stringify(after.lines)).toContain('***')
  })

  it('writes the handle anew, in the step to copy as well', () => {
    const point = { handle: 'armop3.a.b', step: 'resume: armop3.a.b\nmethod: GET' }
    expect(hideEvent({ kind: 'resumable', point }, HIDING)).toEqual({
      kind: 'resumable',
      point: { handle: 'armop3.a.b-anew', step: 'resume: armop3.a.b-anew\nmethod: GET' }
    })
  })

  it('leaves alone what the log does not tell', () => {
    const event: RunEvent = { kind: 'noted', note: said }
    expect(hideEvent(event, HIDING)).toBe(event)
  })
})

const POLICY = { policyAssignmentDisplayName: said, [SECRET]: [said, { inner: said, lines: 7 }] }

/** An outcome that says it everywhere. */
const SAID: Outcome = createFailedOutcome({
  request: { ...request('PUT'), url: `https://management.azure.com/x/${SECRET}` },
  reason: said,
  error: {
    code: said,
    message: `${'word '.repeat(799)}${SECRET} and more`,
    target: said,
    details: [createError(said, said)],
    additionalInfo: [{ type: 'PolicyViolation', info: POLICY }]
  },
  response: { ...createAnswer(409, { said }), headers },
  accepted: { ...createAnswer(201, { said }), headers },
  lastStatus: said,
  pollingPath: `/x/${SECRET}`,
  changes: [{ at: 0, status: said }],
  warnings: [said],
  decision: said,
  correlationId: said,
  requestId: said,
  failureRequestId: said,
  resourceId: `/x/${SECRET}`,
  portalUrl: `https://portal.azure.com/#resource/${SECRET}`,
  parts: [{ name: said, id: `/x/${SECRET}`, type: said, from: 0, to: 1, state: 'failed' }],
  addition: {
    outputs: [{ name: 'of-the-template', value: said }],
    log: { title: 'Changes', lines: [said] },
    summary: [said],
    excerpt: { title: said, text: `first\n${said}` },
    finding: said,
    place: { file: `${SECRET}.bicep`, line: 1 }
  },
  operation: { handle: 'armop3.a.b', step: 'resume: armop3.a.b' },
  knownEnd: 'armop3.c.d'
})

describe('hideOutcome', () => {
  const hidden = hideOutcome(SAID, HIDING)

  it('leaves no secret in any text, but in what a later step needs whole', () => {
    const { response, accepted, addition, ...rest } = hidden
    expect(JSON.stringify(rest)).not.toContain('P@ss')
    expect(JSON.stringify({ ...addition, outputs: [] })).not.toContain('P@ss')
    expect(JSON.stringify([response?.headers, accepted?.headers])).not.toContain('P@ss')
    expect([response?.body, accepted?.body]).toEqual([SAID.response?.body, SAID.accepted?.body])
    expect(addition?.outputs).toEqual(SAID.addition?.outputs)
    expect(hidden.operation).toEqual({
      handle: 'armop3.a.b-anew',
      step: 'resume: armop3.a.b-anew'
    })
    expect(hidden.knownEnd).toBe('armop3.c.d-anew')
  })

  it('changes nothing else', () => {
    expect(hideOutcome(SAID, { hide: (text) => text, keepHandle: (handle) => handle })).toEqual(
      SAID
    )
  })

  it('leaves none to the log, the summary and the annotation, escaped, folded or cut', () => {
    const explanation = explain(hidden)
    const told = [
      JSON.stringify(describeEnd(EMPTY_LOG, explanation).lines),
      renderSummary(explanation),
      JSON.stringify(describeFailure(explanation))
    ]
    for (const text of told) {
      expect(text).not.toMatch(/P(?:@|&#64;|%40)ss|w0rd/)
      expect(text).toContain('***')
    }
  })

  it('leaves out what it cannot hide the secrets in, and says so', () => {
    const parts = [
      {
        get name(): never {
          throw new Error('a defect')
        },
        id: '',
        type: '',
        from: 0,
        to: 1,
        state: 'failed' as const
      }
    ]
    expect(hideOutcome({ ...SAID, parts }, HIDING)).toMatchObject({
      ending: SAID.ending,
      warnings: ['It is ***', 'The timeline could not be told: a defect']
    })
    expect(hideOutcome({ ...SAID, parts }, HIDING).parts).toBeUndefined()
  })
})
