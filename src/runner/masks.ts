/**
 * The one registry of secrets: every secret that this step learns of goes through it to the runner, which then blanks
 * it in the log. Registering comes before anything that may hold the secret is logged, set or written.
 */
import { listMaskTexts, type OutputValue } from '../condition/output-definitions.ts'
import type { ArmRequest, Body } from '../http/message.ts'
import { findSecrets } from './find-secrets.ts'
import { type AskedSecrets, findAskedSecrets } from './secret-answers.ts'

/** Registry of secrets of one step. */
export interface Masks {
  /** Registers a secret, once. */
  readonly add: (secret: string) => void
  /**
   * Registers what is a secret in the body of an answer to `url`, by its name or its shape. False when the body is too
   * large to find every one.
   */
  readonly addFromBody: (body: Body, url: string) => boolean
  /** Registers the texts of an answer that is secret by what `request` asks for, and tells how far that went. */
  readonly addFromAnswer: (body: Body, request: ArmRequest) => Omit<AskedSecrets, 'secrets'>
  /** The text with every secret that is registered replaced, as it stands and as JSON has it. */
  readonly hide: (text: string) => string
  /** Registers what is a secret among the author's outputs, and the values of those that the author masks. */
  readonly addFromOutputs: (outputs: readonly OutputValue[], rules: OutputMaskRules) => void
}

/** Rules for masking outputs. */
export interface OutputMaskRules {
  /** Names of outputs whose values are secrets; compared without regard to case. */
  readonly maskedOutputs: readonly string[]
  /** URL of the request that the outputs are about. */
  readonly url: string
}

/**
 * Registry of secrets that holds none yet.
 * @param setSecret registers a text with the runner
 * @param plainTexts texts of the step that are public, in lower case
 */
export function createMasks(setSecret: (secret: string) => void, plainTexts = ''): Masks {
  const known = new Set<string>()
  const add = (secret: string) => {
    if (known.has(secret)) return
    known.add(secret)
    setSecret(secret)
  }
  const addFromBody = (body: Body, url: string) => {
    const { secrets, isComplete } = findSecrets(body, url)
    for (const secret of secrets) add(secret)
    return isComplete
  }
  return {
    add,
    addFromBody,
    addFromAnswer: (body, request) => {
      const { secrets, ...rest } = findAskedSecrets(body, request, plainTexts)
      for (const secret of secrets) add(secret)
      return rest
    },
    hide: (text) => hideAll(text, known),
    addFromOutputs: (outputs, { maskedOutputs, url }) => {
      const masked = new Set(maskedOutputs.map((name) => name.toLowerCase()))
      for (const output of outputs) {
        const { name, value, text } = output
        if (masked.has(name.toLowerCase())) for (const part of listMaskTexts(output)) add(part)
        // An output named for a secret holds one, even where the response calls it otherwise.
        addFromBody({ kind: 'json', value: { [name]: value }, text }, url)
      }
    }
  }
}

function hideAll(text: string, secrets: ReadonlySet<string>): string {
  // A secret within a longer one must not leave the rest of that behind.
  const forms = [...secrets].flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
  return forms
    .filter((form) => form !== '')
    .sort((one, other) => other.length - one.length)
    .reduce((hidden, form) => hidden.replaceAll(form, '***'), text)
}
