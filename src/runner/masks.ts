/**
 * The one registry of secrets: every secret that this step learns of goes through it to the runner, which then blanks
 * it in the log. Registering comes before anything that may hold the secret is logged, set or written.
 *
 * The runner replaces literally, line by line. A text that was escaped for Markdown, folded or cut first goes through
 * in clear, so the registry hides it in every text before that is done (`report/hide.ts`). It also drops every output
 * of a job that holds a registered text, so nothing is registered that the outputs, or half of the log, consist of.
 */
import { listMaskTexts, type OutputValue } from '../condition/output-definitions.ts'
import type { ArmRequest, Body } from '../http/message.ts'
import { FORMAT, PREFIX, rewriteHandle } from '../operation/handle.ts'
import type { Hiding } from '../report/hide.ts'
import { makeVisible } from '../report/sanitize.ts'
import { GUID, trimEnd } from '../values.ts'
import { findSecrets } from './find-secrets.ts'
import { listPlainTexts, STATE_WORDS } from './harmless-texts.ts'
import { createGrowingHider } from './hide-texts.ts'
import type { JobEnvironment } from './job.ts'
import { type AskedSecrets, findAskedSecrets } from './secret-answers.ts'

/** Registry of secrets of one step. */
export interface Masks extends Hiding {
  /**
   * Registers a secret, once.
   * @param what it is, as the beginning of the sentence that says why it cannot be registered
   */
  readonly add: (secret: string, what?: string) => void
  /**
   * Registers what is a secret in the body of an answer to `url`, by its name or its shape. False when the body is too
   * large to find every one.
   */
  readonly addFromBody: (body: Body, url: string) => boolean
  /** Registers the texts of an answer that is secret by what `request` asks for, and tells how far that went. */
  readonly addFromAnswer: (body: Body, request: ArmRequest) => Omit<AskedSecrets, 'secrets'>
  /** True for a text in which the runner finds a secret, in any form in which it looks for one: it drops an output. */
  readonly isUnfit: (text: string) => boolean
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

/** Surroundings of a registry. */
export interface MaskOptions {
  /** Registers a text with the runner. */
  readonly setSecret: (secret: string) => void
  /** Says what could not be registered. */
  readonly warn: (text: string) => void
  readonly environment: JobEnvironment
}

/** Registry of secrets that holds none yet. */
export function createMasks({ setSecret, warn, environment }: MaskOptions): Masks {
  const asked = new Set<string>()
  const hidden = createGrowingHider(listHiddenForms)
  const ofRunner = createGrowingHider(listRunnerForms)
  const address = listAddresses(environment)
  const plainTexts = listPlainTexts(environment)
  const add = (secret: string, what = 'A secret') => {
    if (asked.has(secret)) return
    asked.add(secret)
    const lines = listLines(secret)
    const good = lines.filter((line) => explainRefusal(line) === '' && !occursAmong(address, line))
    // The runner takes a text over several lines apart itself, and registers a lone brace as well.
    const isWhole = good.length > 0 && good.length === lines.length
    const texts = isWhole ? [secret] : good
    for (const text of texts) setSecret(text)
    for (const text of good.length === 0 ? [] : new Set([secret, ...good])) {
      hidden.add(text)
      ofRunner.add(text)
    }
    const why = good.length === 0 ? lines.map(explainRefusal).find(Boolean) : undefined
    if (why !== undefined) warn(`${what} is not masked: ${why}`)
  }
  const isUnfit = (text: string) => ofRunner.hide(text) !== text
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
    hide: (text) => {
      const shown = hidden.hide(text)
      // What nobody sees is left out where the text is written, and must not part a secret until then.
      const visible = makeVisible(shown)
      const seen = visible === shown ? shown : hidden.hide(visible)
      return seen === visible ? shown : seen
    },
    keepHandle: (handle) => rewriteHandle(handle, isUnfit),
    isUnfit,
    addFromOutputs: (outputs, { maskedOutputs, url }) => {
      const masked = new Set(maskedOutputs.map((name) => name.toLowerCase()))
      for (const output of outputs) {
        const { name, value, text } = output
        if (masked.has(name.toLowerCase())) {
          for (const part of listMaskTexts(output)) add(part, `A value in the output ${name}`)
        }
        // An output named for a secret holds one, even where the response calls it otherwise.
        addFromBody({ kind: 'json', value: { [name]: value }, text }, url)
      }
    }
  }
}

/** Masking a shorter text would blank half of the log. */
const MIN_SECRET_CHARS = 4

/** Words that the outputs, and what is told of every run, are made of. */
const OWN_WORDS = [
  ...STATE_WORDS,
  ...['true', 'false', 'null', `${PREFIX}${FORMAT}.`, 'armlist1.'],
  ...['https://management.azure.com/', 'https://portal.azure.com/#resource'],
  ...['/subscriptions/', '/resourcegroups/', '/providers/microsoft.']
]

/** Reason why a line cannot be registered, as the end of a sentence; empty where it can. */
function explainRefusal(line: string): string {
  if (line.length < MIN_SECRET_CHARS) {
    return `it has fewer than ${MIN_SECRET_CHARS} characters, and half of the log would be hidden with it`
  }
  return occursAmong(OWN_WORDS, line)
    ? 'it is part of a word that the log and the outputs need to be read'
    : ''
}

/** Texts that everyone may read in the inputs: they make the ID of the resource, which the runner would drop. */
function listAddresses(environment: JobEnvironment): readonly string[] {
  const urls = ['INPUT_URL', 'INPUT_RESOURCE-MANAGER-ENDPOINT']
  const ids = ['INPUT_SUBSCRIPTION-ID', 'AZURE_SUBSCRIPTION_ID']
  return [
    ...urls.map((name) => environment[name]?.split(/[?#]/)[0] ?? ''),
    // A secret may be pasted into the wrong input.
    ...ids.map((name) => environment[name]?.trim() ?? '').filter((id) => GUID.test(id))
  ].map((text) => text.toLowerCase())
}

function occursAmong(words: readonly string[], line: string): boolean {
  const lower = line.toLowerCase()
  return words.some((word) => word.includes(lower))
}

function listLines(secret: string): readonly string[] {
  return secret.split(/[\r\n]+/).filter((line) => line !== '')
}

/** Forms in which a service repeats a secret: as it is, in JSON as several writers make it, URL, base64, XML, HTML. */
function listHiddenForms(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1)
  const markup = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quoted = markup.replaceAll('"', '&quot;')
  return [
    secret,
    json,
    json.replace(/[<>&]/g, (mark) => toEscape(mark).toLowerCase()),
    secret.replaceAll('\\', '\\\\').replace(/["'`+<>&]/g, toEscape),
    encodeURIComponent(secret.toWellFormed()),
    trimEnd(Buffer.from(secret).toString('base64'), '='),
    markup,
    quoted,
    ...['&apos;', '&#39;', '&#x27;'].map((entity) => quoted.replaceAll("'", entity))
  ]
}

function toEscape(mark: string): string {
  return `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`
}

/**
 * Forms that the runner looks for and a handle may hold: among them base64 as a longer text has it, at each of three
 * places (https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/ValueEncoders.cs).
 */
function listRunnerForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const shifted = [0, 1, 2].flatMap((shift) => {
    const whole = bytes.subarray(shift, bytes.length - ((bytes.length - shift) % 3))
    return [whole.toString('base64'), whole.toString('base64url')]
  })
  const forms = [secret, secret.replace(/^["']+|["']+$/g, ''), ...shifted]
  return forms.filter((form) => form.length >= MIN_SECRET_CHARS)
}
