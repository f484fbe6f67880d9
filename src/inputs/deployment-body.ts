/**
 * The check of a deployment's body, before it is sent: Azure's own answers to these mistakes do not lead to them.
 */
import { findBodyFaults } from '../deployment/check-body.ts'
import { InputError, quoteText } from '../errors.ts'
import type { BodyInputs } from '../request/body.ts'
import type { RequestBody } from '../request/body-content.ts'
import { decodeText, readJobFile } from '../request/job-file.ts'
import { withoutByteOrderMark } from '../request/text-origin.ts'
import { omitUndefined } from '../values.ts'

/**
 * Refuses what Azure would refuse, with all faults in one error, each with its place.
 * @throws InputError
 */
export async function checkDeploymentBody(
  inputs: BodyInputs,
  { text, sources }: RequestBody
): Promise<void> {
  const faults = findBodyFaults(text, sources)
  if (faults.length === 0) return
  // With the parsers: JSON without a fault needs none of them.
  const { describeAt } = await import('../request/find-place.ts')
  const written = { ...readWritten(inputs), sources }
  const problems = faults.map(({ path, problem }) => describeAt(written, path, problem))
  const allowed = faults.map((fault) => fault.allowed).find((each) => each !== undefined)
  throw new InputError(written.from.input, omitUndefined({ problem: problems.join('; '), allowed }))
}

/** The body as its author wrote it: it could be read a moment ago. */
function readWritten({ body, bodyFile, ...folders }: BodyInputs) {
  if (bodyFile === '') {
    return { text: withoutByteOrderMark(body), from: { input: 'body', place: '' } } as const
  }
  const text = withoutByteOrderMark(decodeText(readJobFile(bodyFile, folders).bytes))
  return { text, from: { input: 'body-file', place: `in ${quoteText(bodyFile)} ` } } as const
}
