import { describe, expect, it } from 'vitest'
import { createReport, ended, unsent } from '../../__fixtures__/list-reports.ts'
import { describeListResume } from '../../src/report/list-resume.ts'
import { renderListSummary } from '../../src/report/step-summary.ts'

const point = {
  handle: 'armop3.x',
  step: [
    '# azure/login comes first',
    '- uses: own/action@v1',
    '  with:',
    '    resume: armop3.x',
    '    subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}',
    '    # and the headers of the step that started it'
  ].join('\n')
}
const left = ended({ name: 'a', call: 'PUT A.B/c/d', status: 'InProgress' })
const { explanation } = left
const open = {
  ...left,
  explanation: { ...explanation, outcome: { ...explanation.outcome, operation: point } }
}
const cut = createReport([open, unsent('b', { kind: 'cancellation' })], 9, 'cancellation')

describe('how to go on with a whole list', () => {
  it('is a step with its output operation and the same list, with what else that needs', () => {
    expect(describeListResume({ ...cut, state: 'text' })?.step).toEqual([
      '# azure/login comes first',
      "- if: always() && steps.ID.outputs.operation != '' # ID: the id of this step",
      '  uses: own/action@v1',
      '  with:',
      '    resume: ${{ steps.ID.outputs.operation }}',
      '    requests-file: ops.yml # or requests: the same list as here',
      '    subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}'
    ])
  })

  it('is told where no operation has a handle, and where the output is a path', () => {
    const report = createReport([unsent('b', { kind: 'deadline' })], 9, 'deadline')
    const resume = describeListResume({ ...report, state: 'file' })
    expect(resume?.step).toContain('    resume: ${{ steps.ID.outputs.operation }}')
    expect(resume?.text).toMatch(/The output is the path of a file here/)
  })

  it('is not told where nothing is left', () => {
    expect(describeListResume(cut)).toBeUndefined()
  })

  it('stands in the summary before the steps for each operation', () => {
    const summary = renderListSummary({ ...cut, state: 'text' })
    const [whole, each] = ['**To go on with the whole list:**', 'How to wait for one'].map((text) =>
      summary.indexOf(text)
    )
    expect(whole).toBeGreaterThan(0)
    expect(each).toBeGreaterThan(whole ?? 0)
  })
})
