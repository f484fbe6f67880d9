/**
 * What leaves a run before and at its end, in the order that keeps it safe: secrets are masked, then the operation is
 * handed over before its first poll, then the author's outputs are taken from the final response.
 */

import { listMaskTexts, type OutputValue } from '../condition/output-definitions.ts'
import type { Body, HttpResponse } from '../http/message.ts'
import type { Inputs } from '../inputs/flat.ts'
import type { Log } from '../report/log.ts'
import { findSecrets } from '../runner/find-secrets.ts'
import type { Outcome, ResumePoint } from './outcome.ts'

/** Where it goes. */
export interface ResultSinks {
  /** Registers a secret with the runner. */
  readonly mask: (secret: string) => void
  /** Sets the output and the state `operation`. Never throws. */
  readonly handOver: (operation: ResumePoint) => void
  /** Writes the job summary, in the place of an earlier one. Never rejects. */
  readonly writeSummary: (outcome: Outcome) => Promise<void>
}

export class Results {
  readonly #inputs: Inputs
  readonly #log: Log
  readonly #sinks: ResultSinks
  readonly #masked = new Set<string>()
  #wasAnnounced = false

  constructor(inputs: Inputs, log: Log, sinks: ResultSinks) {
    this.#inputs = inputs
    this.#log = log
    this.#sinks = sinks
  }

  /** True once the output `operation` was set. */
  get wasAnnounced(): boolean {
    return this.#wasAnnounced
  }

  /** Writes an accepted operation down, so that it is found again however this run ends. */
  readonly announce = async (draft: Outcome): Promise<void> => {
    const { operation } = draft
    if (operation === undefined) {
      this.#log.warning('This operation cannot be resumed elsewhere: its polling URLs are too long')
      return
    }
    // Whoever resumes has a step already, and an earlier handle leads to the condition as well.
    if (this.#inputs.resume === undefined && !this.#wasAnnounced) this.#log.accepted(operation)
    this.#wasAnnounced = true
    this.#sinks.handOver(operation)
    if (this.#inputs.summary) await this.#sinks.writeSummary(draft)
  }

  /** Masks what is a secret in an answer, by its name or its shape. */
  readonly mask = ({ body }: HttpResponse): void => {
    this.#maskBody(body)
  }

  /** The author's outputs, with every secret masked before any of them is set. Never rejects: the verdict stands. */
  async prepare(outcome: Outcome): Promise<readonly OutputValue[]> {
    try {
      const body = outcome.response?.body
      if (body !== undefined) this.#maskBody(body)
      const values = await this.#evaluate(outcome)
      for (const output of values) this.#maskOutput(output)
      this.#warnOfUnknownNames()
      return values
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#log.warning(`The outputs could not be taken from the response: ${reason}`)
      return []
    }
  }

  async #evaluate({ status, response }: Outcome): Promise<readonly OutputValue[]> {
    const { outputs } = this.#inputs.expressions
    if (outputs.length === 0 || response === undefined) return []
    const { evaluateOutputs } = await import('../condition/evaluate-outputs.ts')
    const { values, warnings } = evaluateOutputs(outputs, response.body)
    // A response that is no success may well lack what a success has.
    if (status === 'Succeeded') for (const text of warnings) this.#log.warning(text)
    return values
  }

  #maskBody(body: Body): void {
    const { secrets, isComplete } = findSecrets(body, this.#inputs.url)
    for (const secret of secrets) this.#mask(secret)
    if (!isComplete) this.#log.warning('The response is too large to find every secret in it')
  }

  #maskOutput(output: OutputValue): void {
    const { name, value, text } = output
    if (this.#isMasked(name)) for (const part of listMaskTexts(output)) this.#mask(part)
    // An output named for a secret holds one, whatever the response calls it.
    const named: Body = { kind: 'json', value: { [name]: value }, text }
    for (const secret of findSecrets(named, this.#inputs.url).secrets) this.#mask(secret)
  }

  #isMasked(name: string): boolean {
    return this.#inputs.maskedOutputs.some((masked) => masked.toLowerCase() === name.toLowerCase())
  }

  #warnOfUnknownNames(): void {
    const { expressions, maskedOutputs } = this.#inputs
    const known = new Set(expressions.outputs.map(({ name }) => name.toLowerCase()))
    const unknown = maskedOutputs.filter((name) => !known.has(name.toLowerCase()))
    if (unknown.length === 0) return
    this.#log.warning(
      `Input masked-outputs names ${unknown.join(', ')}, and no output is called so`
    )
  }

  #mask(secret: string): void {
    if (this.#masked.has(secret)) return
    this.#masked.add(secret)
    this.#sinks.mask(secret)
  }
}
