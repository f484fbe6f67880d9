/**
 * The outputs of a template as step outputs: those that are set, that are secret, and that cannot be set. Pure.
 */
import { isOutputName, MAX_OUTPUT_BYTES } from '../condition/output-definitions.ts'
import { asObject, listLeaves, readField, readObject } from '../http/body.ts'
import type { HttpResponse, JsonObject, JsonValue } from '../http/message.ts'
import type { NamedOutput } from '../run/outcome.ts'
import { readExactLeaf, readExactValue, writeExactValue } from './exact-numbers.ts'

/** Outputs of a template, ready to be set, and the deployment's answer without its secrets. */
export interface TemplateOutputs {
  readonly outputs: readonly NamedOutput[]
  /** Names of all outputs, of those that are not set as well. */
  readonly names: readonly string[]
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
  const all = readOutputs(asObject(readExactValue(response.body))) ?? {}
  const found = Object.entries(all).map(([name, output]) => readOutput(name, output, rules))
  return {
    outputs: found.flatMap(({ output }) => (output === undefined ? [] : [output])),
    names: Object.keys(all),
    secrets: found.flatMap(({ secrets }) => secrets),
    refusals: found.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
    response: found.some(({ isHidden }) => isHidden) ? hideSecureValues(response) : response
  }
}

function readOutputs(object: JsonObject | undefined): JsonObject | undefined {
  return asObject(readField(asObject(readField(object, 'properties')), 'outputs'))
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
  const text = toText(value)
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

function toText(value: JsonValue): string {
  return typeof value === 'string' ? readExactLeaf(value) : writeExactValue(value)
}

/** The value as it is printed, and the texts in it. */
function listSecrets(value: JsonValue): readonly string[] {
  const whole = toText(value)
  const parts = typeof value === 'string' ? [] : listTexts(value)
  return [whole, ...parts.filter((part) => part.length >= MIN_SECRET_PART_CHARS)].filter(
    (secret) => secret.trim() !== '' && secret !== 'null'
  )
}

function listTexts(value: JsonValue): readonly string[] {
  return listLeaves(value)
    .filter((leaf) => typeof leaf === 'string' || typeof leaf === 'number')
    .map((leaf) => readExactLeaf(String(leaf)))
}

function hideSecureValues(response: HttpResponse): HttpResponse {
  const { body } = response
  const [value, exact] = [readObject(body), asObject(readExactValue(body))].map(omitSecureValues)
  if (value === undefined || exact === undefined) return response
  return { ...response, body: { kind: 'json', value, text: writeExactValue(exact) } }
}

function omitSecureValues(object: JsonObject | undefined): JsonObject | undefined {
  const properties = asObject(readField(object, 'properties'))
  const outputs = readOutputs(object)
  if (object === undefined || properties === undefined || outputs === undefined) return undefined
  const kept = Object.entries(outputs).map(([name, raw]) => {
    const output = asObject(raw)
    if (output === undefined || !isSecureType(output)) return [name, raw] as const
    const { value: _secret, ...rest } = output
    return [name, rest] as const
  })
  const named = replaceField(properties, 'outputs', Object.fromEntries(kept))
  return replaceField(object, 'properties', named)
}

function replaceField(object: JsonObject, name: string, value: JsonObject): JsonObject {
  const key = Object.keys(object).find((candidate) => isSameName(candidate, name)) ?? name
  return { ...object, [key]: value }
}

function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
