/**
 * The inputs about what is kept of the final response. Looks at the place of the file, and writes nothing.
 */
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseMaskedOutputs } from '../condition/output-definitions.ts'
import { InputError } from '../errors.ts'
import type { ResultRules } from '../run/spec.ts'
import type { InputContext, ReadInput } from './reader.ts'

type ResultContext = Pick<InputContext, 'tempFolder' | 'uniqueId' | 'workspace'>

/** Reads which outputs are secrets, and where the final body is written. */
export function readResults(read: ReadInput, context: ResultContext): ResultRules {
  const maskedOutputs = Object.freeze(parseMaskedOutputs(read('masked-outputs')))
  const ownFolders = Object.freeze([context.workspace, context.tempFolder])
  const responseFile = readResponseFile(read, context)
  return Object.freeze({ maskedOutputs, responseFile, ownFolders })
}

function readResponseFile(read: ReadInput, context: ResultContext): string {
  const path = read('response-file')
  if (path === '') return join(context.tempFolder, `arm-operation-${context.uniqueId}.json`)
  const target = resolve(context.workspace, path)
  const problem = /[\\/]$/.test(path) ? 'is a directory' : findFileProblem(target)
  if (problem === undefined) return target
  throw new InputError('response-file', {
    read: path,
    problem,
    allowed: 'the path of a file, relative to the workspace or absolute'
  })
}

/** Reason why no file can be written there; found out now, because after the operation it would be too late. */
function findFileProblem(path: string): string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? 'is a directory' : undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error
    return `cannot be written (${code})`
  }
}
