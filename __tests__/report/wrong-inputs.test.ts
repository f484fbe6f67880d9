/**
 * What is told of inputs that cannot be used, where a secret stands in them.
 */
import { expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { explainWrongInputs } from '../../src/report/wrong-inputs.ts'

const SECRET = 'Ab~cd8Q~zQ9Vault'

function explain(read: string, problem: string, allowed?: string) {
  const fault = new InputError('wait-until', { read, problem, ...(allowed && { allowed }) })
  const hide = (text: string) => text.replaceAll(SECRET, '***')
  const { notices } = explainWrongInputs([fault], undefined, { hide, keepHandle: (text) => text })
  return notices[0]?.message
}

it.each<[string, string, string?]>([
  [`a == ${SECRET}`, 'is not valid JMESPath: character 8 is not expected: "~cd8Q~zQ9V"'],
  [SECRET, 'is wrong', 'such as "cd8Q~zQ9"'],
  [`${SECRET}-x ${SECRET} y`, 'reads Vault-x as a subtraction, and cd8Q~z too']
])('a problem that quotes a piece of a secret is not told: %s', (read, problem, allowed) => {
  const message = explain(read, problem, allowed)
  expect(message).toMatch(/cannot be used as it is; what is wrong is not shown/)
  expect(message).not.toMatch(/~|Vault/)
})

it('a problem that quotes nothing of it, or what is no secret, is told', () => {
  expect(explain(`a == ${SECRET}`, 'has no end')).toBe('Input wait-until: "a == ***" has no end.')
  expect(explain('a == b', 'reads "a == b" as two')).toContain('reads "a == b" as two')
})

it.each<[readonly [input: string, count?: number][], string, string]>([
  [[['url']], '❌ Failed: an input cannot be used', 'Input url: is wrong.'],
  [[['url'], ['body']], '❌ Failed: 2 inputs cannot be used', '2 inputs cannot be used: Input url'],
  [[['requests']], '❌ Failed: an input cannot be used', 'Input requests: is wrong.'],
  [[['requests'], ['requests']], '❌ Failed: 2 faults in requests', '2 faults in requests: Input'],
  [
    [['requests-file'], ['requests-file', 12]],
    '❌ Failed: 13 faults in requests-file',
    '13 faults'
  ],
  [[['url'], ['requests', 3]], '❌ Failed: 4 faults in the inputs', '4 faults in the inputs: Input']
])('%j are counted', (given, heading, message) => {
  const faults = given.map(
    ([input, count]) => new InputError(input, { problem: 'is wrong', ...(count && { count }) })
  )
  const hiding = { hide: (text: string) => text, keepHandle: (text: string) => text }
  const { summary, outputs, notices } = explainWrongInputs(faults, undefined, hiding)
  expect(summary).toContain(`## ${heading}\n`)
  expect(new Map(outputs).get('error-message')).toContain(message)
  expect(notices).toHaveLength(given.length)
})

it('a place in a list stands before what was read, and is told whatever is hidden', () => {
  const details = { place: 'at line 2, column 3, "a": url ', read: SECRET, problem: 'is wrong' }
  const hide = (text: string) => text.replaceAll(SECRET, '***')
  const hiding = { hide, keepHandle: (text: string) => text }
  const tell = (problem: string) =>
    explainWrongInputs([new InputError('requests', { ...details, problem })], undefined, hiding)
      .notices[0]?.message
  expect(tell('is wrong')).toBe('Input requests: at line 2, column 3, "a": url "***" is wrong.')
  expect(tell('holds cd8Q~zQ9')).toMatch(
    /^Input requests: at line 2, column 3, "a": url "\*\*\*" cannot/
  )
})

it.each([
  ['armop3.x', 'The operation of the handle in resume may still be running'],
  ['armlist1.x', 'What the state in resume names may still be running'],
  ['/tmp/arm-operation-x.state', 'What the state in resume names may still be running']
])('what %s stands for is kept', (held, sentence) => {
  const hiding = { hide: (text: string) => text, keepHandle: (text: string) => text }
  const fault = new InputError('requests', { problem: 'is wrong' })
  const { summary, outputs } = explainWrongInputs([fault], held, hiding)
  expect(summary).toContain(sentence)
  expect(Object.fromEntries(outputs)).toMatchObject({ operation: held, status: 'Unknown' })
})
