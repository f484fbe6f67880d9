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
