/**
 * The outputs of a template as step outputs: those that are set, that are secret, and that cannot be set. Pure.
 */
import { isOutputName, MAX_OUTPUT_BYTES } from '../condition/output-definitions.ts'
import { asObject, listLeaves, readField, readObject } from '../http/body.ts'
import { writeJsonText } from '../http/deep-json.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import type { NamedOutput } from '../run/outcome.ts'

/** Outputs of a template, ready to be set, and the deployment's answer without its secrets. */
export interface TemplateOutputs {
  readonly outputs: readonly NamedOutput[]
  /** Masked before anything is set. */
  readonly secrets: readonly string[]
  /** Reasons why an output is not set, each with advice, a sentence each. They hold untrusted names. */
  readonly refusals: readonly string[]
  /** The answer without the values of secure outputs, as Azure itself leaves them out. */
  readonly response: HttpResponse
}

/** Rules for a template's outputs; names are compared without regard to case. */
export interface OutputRules {
  /** Names that are taken, by this action's own outputs. */
  readonly reserved: readonly string[]
  /** Names of outputs that are set as secrets. */
  readonly masked: readonly string[]
}

/** Masking shorter parts would hide half the log. */
const MIN_SECRET_PART_CHARS = 4

/** The outputs that a deployment's answer holds. */
export function readTemplateOutputs(response: HttpResponse, rules: OutputRules): TemplateOutputs {
  const all = asObject(
    readField(asObject(readField(readObject(response.body), 'properties')), 'outputs')
  )
  const found = Object.entries(all ?? {}).map(([name, output]) => readOutput(name, output, rules))
  return {
    outputs: found.flatMap(({ output }) => (output === undefined ? [] : [output])),
    secrets: found.flatMap(({ secrets }) => secrets),
    refusals: found.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
    response: found.some(({ isHidden }) => isHidden) ? hideSecureValues(response) : response
  }
}

interface FoundOutput {
  readonly output?: NamedOutput
  readonly refusal?: string
  readonly secrets: readonly string[]
  /** Its value must not stay in the response. */
  readonly isHidden: boolean
}

function readOutput(name: string, raw: JsonValue, { reserved, masked }: OutputRules): FoundOutput {
  const object = asObject(raw)
  const value = readField(object, 'value')
  const isSecure = isSecureType(object)
  const isNamed = masked.some((each) => isSameName(each, name))
  const secrets = value !== undefined && (isSecure || isNamed) ? listSecrets(value) : []
  const base = { secrets, isHidden: isSecure && value !== undefined }
  if (isSecure && !isNamed) return base
  if (value === undefined || value === null) {
    return isNamed && isSecure ? { ...base, refusal: describeWithheld(name) } : base
  }
  const text = typeof value === 'string' ? value : writeJsonText(value)
  const refusal = explainRefusal(name, text, reserved)
  return refusal === undefined ? { ...base, output: { name, value: text } } : { ...base, refusal }
}

function explainRefusal(
  name: string,
  text: string,
  reserved: readonly string[]
): string | undefined {
  const advice = `read it as fromJSON(steps.<id>.outputs.response).properties.outputs['${name}'].value`
  if (reserved.some((each) => isSameName(each, name))) {
    return `The template output ${name} is not set: the name is one of this action's own outputs. Rename it in the template, or ${advice}.`
  }
  if (!isOutputName(name)) {
    return `The template output ${name} is not set: the name of a step output has letters, digits, "-" and "_" only, and does not begin with a digit or "-". Rename it in the template, or ${advice}.`
  }
  return Buffer.byteLength(text) > MAX_OUTPUT_BYTES
    ? `The template output ${name} is not set: it is larger than ${MAX_OUTPUT_BYTES} bytes. Read it from the file in the output response-file.`
    : undefined
}

function describeWithheld(name: string): string {
  return `The secure template output ${name} is not set: Azure does not return the values of secure outputs. Read the secret where it is kept, in a key vault for instance.`
}

function isSecureType(output: JsonObject | undefined): boolean {
  const type = readField(output, 'type')
  return typeof type === 'string' && /^secure/i.test(type.trim())
}

/** The value as it is printed, and the texts in it. */
function listSecrets(value: JsonValue): readonly string[] {
  const whole = typeof value === 'string' ? value : writeJsonText(value)
  const parts = typeof value === 'string' ? [] : listTexts(value)
  return [whole, ...parts.filter((part) => part.length >= MIN_SECRET_PART_CHARS)].filter(
    (secret) => secret.trim() !== '' && secret !== 'null'
  )
}

function listTexts(value: JsonValue): readonly string[] {
  return listLeaves(value)
    .filter((leaf) => typeof leaf === 'string' || typeof leaf === 'number')
    .map(String)
}

function hideSecureValues(response: HttpResponse): HttpResponse {
  const { body } = response
  const object = readObject(body)
  const properties = asObject(readField(object, 'properties'))
  const outputs = asObject(readField(properties, 'outputs'))
  if (object === undefined || properties === undefined || outputs === undefined) return response
  const kept = Object.entries(outputs).map(([name, raw]) => {
    const output = asObject(raw)
    if (output === undefined || !isSecureType(output)) return [name, raw] as const
    const { value: _secret, ...rest } = output
    return [name, rest] as const
  })
  const value = replaceField(
    object,
    'properties',
    replaceField(properties, 'outputs', Object.fromEntries(kept))
  )
  return { ...response, body: { kind: 'json', value, text: writeJsonText(value) } }
}

function replaceField(object: JsonObject, name: string, value: JsonObject): JsonObject {
  const key = Object.keys(object).find((candidate) => isSameName(candidate, name)) ?? name
  return { ...object, [key]: value }
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
