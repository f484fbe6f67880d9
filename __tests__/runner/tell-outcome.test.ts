/**
 * The telling of an outcome: whatever goes wrong in it is a warning, and never an exception in the run that is told.
 */
import { describe, expect, it } from 'vitest'
import { toSpec } from '../../__fixtures__/flat-inputs.ts'
import { createInputs } from '../../__fixtures__/inputs.ts'
import {
  createAnswer,
  createError,
  createFailedOutcome,
  createOutcome
} from '../../__fixtures__/outcomes.ts'
import { HIDING_NOTHING, recordLog } from '../../__fixtures__/run.ts'
import type { Edge } from '../../src/runner/edge.ts'
import { createMasks } from '../../src/runner/masks.ts'
import { createStepOutputs } from '../../src/runner/outputs.ts'
import { explainOutcome, summarizeOutcome, tellOutcome } from '../../src/runner/tell-outcome.ts'

interface RecordedEdge extends Edge {
  /** Of the log. */
  readonly lines: readonly string[]
  /** Outputs, and warnings about them. */
  readonly values: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

/** Edge of a step without a runner, and what is told over it. */
function openEdge(): RecordedEdge {
  const { log, lines } = recordLog()
  const values: Record<string, string> = {}
  const warnings: string[] = []
  const setOutput = (name: string, value: string) => {
    values[name] = value
  }
  return {
    environment: {},
    log,
    lines,
    values,
    warnings,
    masks: createMasks({ setSecret: () => {}, warn: log.warn, environment: {} }),
    outputs: createStepOutputs(
      { setOutput, warning: (text) => warnings.push(text) },
      HIDING_NOTHING
    ),
    signal: new AbortController().signal,
    close: () => {}
  }
}

/** Outcome that a defect keeps from being explained. */
const UNEXPLAINABLE = createFailedOutcome({
  error: {
    ...createError('Conflict', 'x'),
    get details(): never {
      throw new Error('a defect')
    }
  }
})

describe('an outcome that cannot be explained', () => {
  it('is told without what cannot be explained', async () => {
    const edge = openEdge()
    const rules = { spec: toSpec(createInputs()), isGreen: true, summary: true }
    await tellOutcome(UNEXPLAINABLE, rules, edge)
    expect(edge.lines).toEqual(
      expect.arrayContaining([
        // What is below the root is not told where the secrets in it cannot be hidden.
        'warning: The errors could not be told: a defect',
        'Result: Failed'
      ])
    )
    expect(edge.warnings).toEqual([])
    expect(edge.values).toMatchObject({ status: 'Failed', 'error-code': 'Conflict' })
  })

  it('costs a checkpoint nothing', async () => {
    const edge = openEdge()
    await summarizeOutcome(UNEXPLAINABLE, edge)
    expect(edge.lines).toEqual([])
  })
})

describe('an outcome that quotes its answer', () => {
  const outcome = (body: Parameters<typeof createAnswer>[1]) =>
    createOutcome({ ending: { kind: 'failed' }, response: createAnswer(200, body) })

  it('quotes no secret that is known, or that it finds in the answer', async () => {
    const { masks } = openEdge()
    masks.add('of-the-job')
    masks.add('of-the-job-and-"more"')
    const body = {
      note: 'of-the-job, of-the-job-and-"more"',
      keys: [{ keyName: 'a', value: 'a-key-of-mine' }]
    }
    const { quote } = await explainOutcome(outcome(body), { masks })
    expect(quote).toBe('{"note":"***, ***","keys":[{"keyName":"a","value":"***"}]}')
  })

  it('quotes nothing of an answer with too many secrets to find', async () => {
    const body = { found: Array.from({ length: 1_100 }, (_, at) => ({ key: `key-number-${at}` })) }
    const { quote } = await explainOutcome(outcome(body), openEdge())
    expect(quote).toBeUndefined()
  })
})

describe('an outcome that repeats a secret', () => {
  const secret = 'xK_9_*q*~Wz'
  const error = createError('Conflict', `'${secret}' is in use, and so is a-key-of-mine`)
  const response = createAnswer(409, { keys: [{ keyName: 'a', value: 'a-key-of-mine' }] })
  const outcome = createFailedOutcome({ error, response, resourceId: `/x/${secret}` })

  it('is explained without it, also where only its own answer gives it away', async () => {
    const { masks } = openEdge()
    masks.add(secret)
    const explanation = await explainOutcome(outcome, { masks })
    expect(explanation.cause?.message).toBe("'***' is in use, and so is ***")
    expect(JSON.stringify(explanation.facts)).not.toContain('xK')
  })

  it('is told with what a later step needs', async () => {
    const edge = openEdge()
    edge.masks.add(secret)
    const rules = { spec: toSpec(createInputs()), isGreen: true, summary: false }
    await tellOutcome(outcome, rules, edge)
    expect(edge.values).toMatchObject({
      'error-message': "'***' is in use, and so is ***",
      'resource-id': `/x/${secret}`
    })
    expect(edge.values.response).toContain('a-key-of-mine')
    expect(edge.lines.join('\n')).not.toMatch(/xK|a-key/)
  })
})
