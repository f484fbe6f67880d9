/**
 * Reads action.yml with GitHub's own parser.
 */
import { readFileSync } from 'node:fs'
import { NoOperationTraceWriter } from '@actions/workflow-parser'
import {
  type ActionTemplate,
  convertActionTemplate,
  parseAction
} from '@actions/workflow-parser/actions/index'

/** The manifest in this text. Throws with every error that GitHub's parser finds. */
export function readManifest(content: string): ActionTemplate {
  const { context, value } = parseAction(
    { name: 'action.yml', content },
    new NoOperationTraceWriter()
  )
  const manifest = value && convertActionTemplate(context, value)
  const errors = context.errors.getErrors().map((error) => error.message)
  if (errors.length > 0 || manifest === undefined) throw new Error(errors.join('\n'))
  return manifest
}

/** The committed action.yml. */
export function readOwnManifest(): ActionTemplate {
  return readManifest(readFileSync('action.yml', 'utf8'))
}
