/**
 * What a played conversation came to, beside what was expected of it. Pure.
 */
import { isDeepStrictEqual } from 'node:util'
import { parseJson } from './json.ts'
import type { Exchange } from './play-recording.ts'
import type { Expectation } from './recording.ts'
import { type ActionRun, renderLog } from './run-action.ts'

/** What is judged of a played conversation. */
export interface Judged {
  readonly run: Pick<ActionRun, 'exitCode' | 'outputs' | 'stdout'>
  readonly exchanges: readonly Exchange[]
}

/** The requests in order by their names in the file, neighbours of one name as `name x2`. */
export function listRequests(exchanges: readonly Exchange[]): readonly string[] {
  const folded: { readonly name: string; count: number }[] = []
  for (const { label, method, path } of exchanges) {
    const name = label ?? `${method} ${path.split('?')[0]}`
    const last = folded.at(-1)
    if (last?.name === name) last.count += 1
    else folded.push({ name, count: 1 })
  }
  return folded.map(({ name, count }) => (count === 1 ? name : `${name} x${count}`))
}

/** Everything that is not as it was expected, a line for each. */
export function findDifferences(
  { run, exchanges }: Judged,
  expected: Expectation
): readonly string[] {
  const log = renderLog(run.stdout)
  const { exitCode } = expected
  const outputs = Object.entries(expected.outputs).flatMap(([name, value]) => {
    const was = run.outputs[name] ?? ''
    const wanted = typeof value === 'string' ? value : JSON.stringify(value)
    const isSame = was === wanted || isDeepStrictEqual(parseJson(was), parseJson(wanted) ?? NaN)
    return isSame ? [] : [`${name}: expected ${wanted}, was ${was === '' ? 'empty' : was}`]
  })
  return [
    ...outputs,
    ...(exitCode === undefined || exitCode === run.exitCode
      ? []
      : [`exit-code: expected ${exitCode}, was ${run.exitCode}`]),
    ...expected.log
      .filter((text) => !log.includes(text))
      .map((text) => `log: nothing says ${text}`),
    ...compareRequests(listRequests(exchanges), expected.requests)
  ]
}

/** `name +` is one or more of it. */
function compareRequests(were: readonly string[], expected: readonly string[] | undefined) {
  if (expected === undefined) return []
  const told = were.map((name, at) => {
    const bare = name.replace(/ x\d+$/, '')
    return expected[at] === `${bare} +` ? `${bare} +` : name
  })
  return isDeepStrictEqual(told, expected)
    ? []
    : [`requests: expected ${expected.join(', ')}; were ${told.join(', ')}`]
}
