/**
 * The check of a deployment's body, before it is sent: Azure's own answers to these mistakes do not lead to them.
 */
import { findBodyFaults } from '../deployment/check-body.ts'
import { InputError, quoteText } from '../errors.ts'
import type { BodyInputs } from '../request/body.ts'
import type { RequestBody } from '../request/body-content.ts'
import { decodeText, readJobFile } from '../request/job-file.ts'
import { toPointer } from '../request/json-pointer.ts'
import { withoutByteOrderMark } from '../request/text-origin.ts'
import type { YamlDocument } from '../request/yaml-document.ts'
import { omitUndefined } from '../values.ts'

/**
 * Refuses what Azure would refuse, with all faults in one error, each with its place.
 * @throws InputError
 */
export async function checkDeploymentBody(
  inputs: BodyInputs,
  { text, sources, parts = [], tree }: RequestBody
): Promise<void> {
  const open = parts.flatMap((part) => (typeof part === 'string' ? [] : [part.pointer]))
  const faults = findBodyFaults(text, sources).filter(({ path }) => !isOpen(path, open))
  if (faults.length === 0) return
  // With the parsers: JSON without a fault needs none of them.
  const { describeAt } = await import('../request/find-place.ts')
  const allowed = faults.map((fault) => fault.allowed).find((each) => each !== undefined)
  if (tree === 'gone') {
    const problem = faults.map((fault) => fault.problem).join('; ')
    throw new InputError('body', omitUndefined({ problem, allowed }))
  }
  const written = { ...(tree === undefined ? readWritten(inputs) : readTree(tree)), sources }
  // In a tree it comes with its place in the list.
  const field = tree === undefined ? undefined : 'body'
  const problems = faults.map(({ path, problem }) => describeAt(written, path, problem))
  throw new InputError(
    written.from.input,
    omitUndefined({ problem: problems.join('; '), allowed, field })
  )
}

/** True where what is wrong is not known yet, but filled in later. */
function isOpen(path: readonly string[], open: readonly string[]): boolean {
  const pointer = toPointer(path)
  return open.some((hole) => pointer === hole || pointer.startsWith(`${hole}/`))
}

function readTree(tree: YamlDocument) {
  return { text: tree, from: tree.from } as const
}

/** The body as its author wrote it: it could be read a moment ago. */
function readWritten({ body, bodyFile, ...folders }: BodyInputs) {
  if (bodyFile === '') {
    return { text: withoutByteOrderMark(body), from: { input: 'body', place: '' } } as const
  }
  const text = withoutByteOrderMark(decodeText(readJobFile(bodyFile, folders).bytes))
  return { text, from: { input: 'body-file', place: `in ${quoteText(bodyFile)} ` } } as const
}
