/**
 * Where a deployment's template and parameters come from: the request itself, or a link. Links lead to what the
 * simulator was started with: it fetches nothing. Pure.
 */
import { TemplateError } from './errors.ts'
import { isJsonObject, type JsonObject, readObject, readString } from './json.ts'

export interface TemplateSource {
  readonly template: JsonObject
  /** Its own URI, which relative links in it start from. */
  readonly uri?: string
  /** The link as a deployment shows it. */
  readonly link?: JsonObject
}

/** What links may lead to, by URI (without its query) or by ID. */
export type LinkedFiles = Readonly<Record<string, JsonObject>>

/** The template of a deployment's properties; undefined when there is neither a template nor a link. */
export function readTemplate(
  properties: JsonObject,
  files: LinkedFiles,
  parentUri: string | undefined
): TemplateSource | undefined {
  const { template, templateLink } = properties
  if (isJsonObject(template)) return { template }
  if (!isJsonObject(templateLink)) return undefined
  const name = readLink(templateLink, parentUri)
  const isId = readString(templateLink, 'id') !== undefined
  return {
    template: fetchLinked(name, files),
    link: isId ? { id: name } : { uri: name },
    ...(isId ? {} : { uri: name })
  }
}

/** The parameters of a deployment's properties: in place, or behind `parametersLink`. */
export function readLinkedParameters(
  properties: JsonObject,
  files: LinkedFiles,
  parentUri: string | undefined
): JsonObject {
  const { parametersLink } = properties
  if (!isJsonObject(parametersLink)) return readObject(properties, 'parameters')
  return readObject(fetchLinked(readLink(parametersLink, parentUri), files), 'parameters')
}

function readLink(link: JsonObject, parentUri: string | undefined): string {
  const [uri, id, path] = ['uri', 'id', 'relativePath'].map((key) => readString(link, key))
  if (id !== undefined) return id
  if (uri !== undefined) return uri.replace(/\?.*$/s, '')
  if (path !== undefined && parentUri !== undefined) return new URL(path, parentUri).href
  const message = 'The template link needs a uri, an id, or a relativePath in a linked template.'
  throw new TemplateError('InvalidTemplateLink', message)
}

function fetchLinked(name: string, files: LinkedFiles): JsonObject {
  const key = Object.keys(files).find((each) => each.toLowerCase() === name.toLowerCase())
  const file = key === undefined ? undefined : files[key]
  if (file !== undefined) return file
  const message = `Unable to download deployment content from '${name}'. Please see https://aka.ms/arm-deployments for usage details.`
  throw new TemplateError('InvalidContentLink', message)
}
