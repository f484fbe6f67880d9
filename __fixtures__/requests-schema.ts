/**
 * docs/requests.schema.json, as an editor applies it to a list of operations.
 */
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

/** Words of VS Code, beside those of JSON Schema. */
const EDITOR_WORDS = ['markdownDescription', 'patternErrorMessage']

let validate: ValidateFunction | undefined

/** Everything that the schema finds wrong in a list, as `place: message`. */
export function findSchemaFaults(list: unknown): readonly string[] {
  validate ??= new Ajv({ allErrors: true, allowUnionTypes: true, strict: true })
    .addVocabulary(EDITOR_WORDS)
    .compile(JSON.parse(readFileSync('docs/requests.schema.json', 'utf8')))
  validate(list)
  return (validate.errors ?? []).map(
    ({ instancePath, message = '' }) => `${instancePath}: ${message}`
  )
}
