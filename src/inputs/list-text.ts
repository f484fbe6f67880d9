/**
 * The text of a list of operations, from `requests` or `requests-file`, and the tree that it is.
 */
import { InputError, quoteText } from '../errors.ts'
import { decodeText, FileError, type JobFolders, readJobFile } from '../request/job-file.ts'
import { parseJsonDocument } from '../request/json-document.ts'
import { looksLikeJson, withoutByteOrderMark } from '../request/text-origin.ts'
import { parseYaml, type YamlDocument } from '../request/yaml-document.ts'
import type { ReadInput } from './reader.ts'

/** List that has been parsed, and its text, in which the places of its tree are counted. */
export interface ListText {
  readonly document: YamlDocument
  readonly text: string
}

/**
 * Parses the list.
 * @throws InputError naming `requests` or `requests-file`
 */
export function readListText(readRaw: ReadInput, folders: JobFolders): ListText {
  const path = readRaw('requests-file').trim()
  if (path === '') {
    const text = withoutByteOrderMark(readRaw('requests'))
    const from = { input: 'requests', place: '' } as const
    return { text, document: isJson(text) ? parseJsonDocument(text, from) : parseYaml(text, from) }
  }
  const { name, text } = readFile(path, folders)
  const from = { input: 'requests-file', place: `in ${quoteText(path)} ` } as const
  const asJson = /\.jsonc?$/i.test(name) || isJson(text)
  return { text, document: asJson ? parseJsonDocument(text, from) : parseYaml(text, from) }
}

function readFile(path: string, folders: JobFolders) {
  try {
    const { name, bytes } = readJobFile(path, folders)
    return { name, text: withoutByteOrderMark(decodeText(bytes)) }
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    throw new InputError('requests-file', error.describe(path))
  }
}

/**
 * True for JSON and nothing else, so that a broken JSON list is never read as YAML. Brackets alone do not make it JSON,
 * since YAML has them, too, and tags may stand in them: JSON is what begins as an object or a comment of JSON does, or
 * as a list whose first object has its first name in quotes.
 */
function isJson(text: string): boolean {
  return looksLikeJson(text) && !/^\s*\[(?!\s*(?:\{\s*"|\/\/|\/\*))/.test(text)
}
