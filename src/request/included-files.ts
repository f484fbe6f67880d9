/**
 * The files that a body includes, each parsed or compiled once.
 */
import { InputError, quoteText } from '../errors.ts'
import { compileBicep } from './bicep.ts'
import type { BodyContext, RequestBody } from './body-content.ts'
import type { Diagnostic } from './diagnostic.ts'
import { decodeText, FileError, type JobFile, readJobFile } from './job-file.ts'
import { toJsonText } from './json-text.ts'
import { looksLikeJson, type TextOrigin, withoutByteOrderMark } from './text-origin.ts'
import { parseYaml, type YamlDocument } from './yaml-document.ts'

/** File as a part of the body: JSON to put in as it is, or a YAML tree still to be printed. */
export type LoadedFile =
  | {
      readonly kind: 'json'
      /** Relative to the workspace, with `/`. */
      readonly name: string
      /** Strict JSON. */
      readonly json: string
      /** The file's own text; absent when it was compiled. */
      readonly text?: string
    }
  | { readonly kind: 'yaml'; readonly name: string; readonly document: YamlDocument }

/** A file that does not compile. */
export class CompileFailure extends FileError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(problem: string, diagnostics: readonly Diagnostic[], allowed?: string) {
    super(problem, allowed)
    this.diagnostics = diagnostics
  }
}

/** Files that a body, or each of a list, includes: one that comes again is not read, parsed or compiled again. */
export class IncludedFiles {
  readonly #input: TextOrigin['input']
  readonly #context: BodyContext
  /** By the path as it was written. */
  readonly #named = new Map<string, LoadedFile | Error>()
  /** By the real path. */
  readonly #loaded = new Map<string, LoadedFile>()
  readonly #printed = new Map<string, string>()
  readonly #diagnostics: Diagnostic[] = []

  constructor(input: TextOrigin['input'], context: BodyContext) {
    this.#input = input
    this.#context = context
  }

  /** Warnings and notes on the files so far. */
  get diagnostics(): RequestBody['diagnostics'] {
    return this.#diagnostics
  }

  /** Bytes that are put in as they are. @throws FileError */
  readBytes(path: string): Uint8Array {
    const file = readJobFile(path, this.#context)
    this.#diagnostics.push(...checkScript(file))
    return file.bytes
  }

  /**
   * Reads a file by its name and content: Bicep, JSON or YAML.
   * @throws FileError for one that cannot be used, InputError for one that cannot be parsed
   */
  load(path: string): LoadedFile {
    const loaded = this.#named.get(path) ?? this.#tryToLoad(path)
    this.#named.set(path, loaded)
    if (loaded instanceof Error) throw loaded
    return loaded
  }

  /** JSON that is made of a file, one text for all that ask by the same key. */
  printOnce(key: string, print: () => string): string {
    const json = this.#printed.get(key) ?? print()
    this.#printed.set(key, json)
    return json
  }

  #tryToLoad(path: string): LoadedFile | Error {
    try {
      return this.#loadByRealPath(path)
    } catch (error) {
      if (error instanceof FileError || error instanceof InputError) return error
      throw error
    }
  }

  #loadByRealPath(path: string): LoadedFile {
    const file = readJobFile(path, this.#context)
    const known = this.#loaded.get(file.realPath)
    if (known !== undefined) return known
    const isBicep = /\.bicep(?:param)?$/i.test(file.name)
    const loaded = isBicep ? this.#compile(file) : this.#parse(file)
    this.#loaded.set(file.realPath, loaded)
    return loaded
  }

  #compile({ name, realPath }: JobFile): LoadedFile {
    const { workspace, environment } = this.#context
    const result = compileBicep(realPath, { workspace, environment })
    if (result.kind === 'failed') {
      throw new CompileFailure(result.problem, result.diagnostics, result.allowed)
    }
    this.#diagnostics.push(...result.diagnostics)
    return { kind: 'json', name, json: result.json }
  }

  #parse({ name, bytes }: JobFile): LoadedFile {
    const text = withoutByteOrderMark(decodeText(bytes))
    const from = { input: this.#input, place: `in ${quoteText(name)} ` }
    const isJson = /\.jsonc?$/i.test(name) || looksLikeJson(text)
    return isJson
      ? { kind: 'json', name, json: toJsonText(text, from), text }
      : { kind: 'yaml', name, document: parseYaml(text, from) }
  }
}

const MAX_FIRST_LINE_BYTES = 1024

/** Git checks a script out like that on Windows, and nothing but a machine of Azure would say so. */
function checkScript({ name, bytes }: JobFile): readonly Diagnostic[] {
  const head = Buffer.from(bytes.subarray(0, MAX_FIRST_LINE_BYTES)).toString('latin1')
  const [line = ''] = head.split('\n', 1)
  if (!line.startsWith('#!') || !line.endsWith('\r')) return []
  const message =
    'Linux does not find the shell of this script: its first line ends in CRLF, and the CR counts as a part of the name. It is sent as it is; "*.sh text eol=lf" in .gitattributes checks scripts out with LF.'
  const title = 'Script with CRLF'
  return [
    { file: name, line: 1, column: line.length, code: 'CRLF', title, message, level: 'warning' }
  ]
}
