/**
 * Secrets that a service repeats: GitHub masks by literal replacement, line by line, so what the action registers must
 * be gone before it escapes, folds or cuts a text. That nothing registered can be read is what the harness checks of
 * every run (`runBundle`); here are the runs that make it hard, and what has to stay whole.
 */
import { describe, expect, it } from 'vitest'
import { passJobOutputs } from '../../__fixtures__/runner-masking.ts'
import { accepted, expectGreen, RESOURCE, route, runActionScenario, STATUS } from './action.ts'

const BODY = 'properties:\n  password: !env VALUE\n'

/** A failure that repeats a value wherever a service can. */
function repeat(value: string) {
  const text = `The password '${value}' is in use`
  const error = {
    code: `Bad-${value}`,
    message: text,
    target: value,
    details: [{ code: `Inner-${value}`, message: `${text}\nby ${value}` }],
    additionalInfo: [{ type: 'PolicyViolation', info: { policyAssignmentName: value } }]
  }
  return [
    route('PUT', RESOURCE, accepted()),
    route(
      'GET',
      STATUS,
      { body: { status: `Checking ${value}` } },
      { body: { status: 'Failed', error } }
    )
  ]
}

describe.concurrent('a secret that the service repeats', () => {
  it.each([
    ['with marks of Markdown', 'xK_9_*q*~Wz~[a](b)#1'],
    ['with marks of HTML', 'xK9<b>&amp;"Wz\'$&'],
    ['with bars and backticks', 'xK9|`Wz`|``q'],
    ['with blanks that are folded', 'xK9  q \t Wz'],
    ['with what a log could read as a command', 'xK9::Wz ##[x]'],
    ['as long as a key', 'xK9qWz7+'.repeat(40)]
  ])('can be read nowhere: one %s', async (_what, value) => {
    const env = { VALUE: value }
    const { run } = await runActionScenario({ routes: repeat(value), inputs: { body: BODY }, env })
    expect(run.outputs.status).toBe('Failed')
    expect(run.commands).toContainEqual({ command: 'add-mask', properties: {}, message: value })
    for (const name of ['error-code', 'error-message', 'error']) {
      expect(run.outputs[name]).toContain('***')
    }
    expect(run.stdout).toContain('Checking ***')
    expect(run.summary).toContain('in use')
  })

  it.each([100, 200, 300, 500, 600, 1_000, 2_000, 4_000])(
    'can be read nowhere, where a text is cut after %i characters',
    async (at) => {
      const value = 'xK9qWz7p'.repeat(8)
      const message = `${'lorem '.repeat(1_000).slice(0, at - 30)}${value}${' ipsum'.repeat(99)}`
      const error = { code: 'Conflict', message, details: [{ code: 'Inner', message }] }
      const { run } = await runActionScenario({
        routes: [route('PUT', RESOURCE, { status: 409, body: { error } })],
        inputs: { body: BODY },
        env: { VALUE: value }
      })
      const told = [run.stdout.replace(/^::add-mask::.*$/gm, ''), run.summary]
      for (const text of [...told, JSON.stringify(run.outputs)]) {
        // The response is for a later step, and whole.
        expect(text.replaceAll(value, '')).not.toContain('xK9qWz7p')
      }
      expect(run.outputs.response).toContain(value)
    }
  )
})

it('stays whole in what a later step needs, and costs no job output but those that hold it', async () => {
  const value = 'xK_9_*q*~Wz'
  const played = await runActionScenario({
    routes: [
      route('PUT', RESOURCE, {
        body: { id: RESOURCE, properties: { provisioningState: 'Succeeded', echo: value } }
      })
    ],
    inputs: { body: BODY, outputs: 'echo: properties.echo' },
    env: { VALUE: value }
  })
  expectGreen(played)
  const { outputs } = played.run
  expect(outputs).toMatchObject({ echo: value, 'resource-id': RESOURCE })
  expect(outputs.response).toContain(value)
  const passed = passJobOutputs(outputs, [value])
  expect(
    Object.keys(outputs)
      .filter((name) => !(name in passed))
      .toSorted()
  ).toEqual(['echo', 'response'])
})

it('is not registered where it would hide what the outputs consist of', async () => {
  const { run } = await runActionScenario({
    routes: [route('PUT', RESOURCE, { body: { id: RESOURCE, tags: {} } })],
    inputs: { body: 'a: !env SHORT\nb: !env WORD\nc: !env NAME\n' },
    env: { SHORT: 'xyz', WORD: 'succeed', NAME: 'redis/cart' }
  })
  expect(run.outputs).toMatchObject({ status: 'Succeeded', 'resource-id': RESOURCE })
  expect(run.commands.filter(({ command }) => command === 'add-mask')).toHaveLength(1)
  expect(run.annotations.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^The value of !env SHORT is not masked: it has fewer than 4/),
    expect.stringMatching(/^The value of !env WORD is not masked: it is part of a word/)
  ])
})
