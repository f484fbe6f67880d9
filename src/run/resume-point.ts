/**
 * Keeps the point from which an operation could be resumed, and writes it as a handle. Knows the inputs that the
 * resuming run has to have, and nothing of how a handle is handed over.
 */
import type { Inputs } from '../inputs/step.ts'
import {
  type AwaitingCondition,
  encodeHandle,
  isMonitored,
  type ResumableOperation,
  toResumable
} from '../operation/handle.ts'
import type { Operation } from '../operation/state.ts'
import type { ResumePoint } from './outcome.ts'
import { renderResumeStep } from './resume-step.ts'

/** Of the first answer, to find the operation by. */
export interface OperationIds {
  readonly correlationId: string
  readonly requestId?: string
}

export class HandOver {
  readonly #inputs: Inputs
  readonly #uses: string
  #monitored: ResumableOperation | undefined
  #latest: ResumePoint | undefined

  /** @param uses `owner/repository@ref` of this action */
  constructor(inputs: Inputs, uses: string) {
    this.#inputs = inputs
    this.#uses = uses
  }

  /** The last one that was described. */
  get latest(): ResumePoint | undefined {
    return this.#latest
  }

  /** Remembers the states that an operation can be taken up from again. */
  observe(operation: Operation): void {
    const isFirst = this.#monitored === undefined
    if (isMonitored(operation)) this.#monitored = operation
    else if (isFirst) this.#monitored = toResumable(operation, undefined)
  }

  /** Where to resume what is left in this state; undefined when there is nothing to wait for, or it cannot be told. */
  describe(operation: Operation | AwaitingCondition, ids: OperationIds): ResumePoint | undefined {
    const resumable =
      operation.state === 'awaiting-condition' ? operation : toResumable(operation, this.#monitored)
    if (resumable === undefined) return undefined
    const {
      cloud,
      ids: hidden,
      conditions,
      finalStateVia,
      successStates,
      failureStates
    } = this.#inputs
    const extraStates = { success: successStates, failure: failureStates }
    const handle = encodeHandle(
      { operation: resumable, ...ids, conditions, finalStateVia, extraStates },
      cloud.trust.origin,
      hidden
    )
    if (handle === undefined) return undefined
    this.#latest = { handle, step: this.#renderStep(handle) }
    return this.#latest
  }

  #renderStep(handle: string): string {
    const { cloud, ids } = this.#inputs
    const addresses = [
      ['environment', cloud.name],
      ['resource-manager-endpoint', cloud.resourceManagerEndpoint],
      ['resource-manager-audience', cloud.audience],
      ['authority-host', cloud.authorityHost]
    ] as const
    const given = addresses.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const]
    )
    const isCustom = cloud.name === 'custom'
    return renderResumeStep({
      handle,
      uses: this.#uses,
      needsTenant: ids.tenantId !== undefined,
      cloud: isCustom ? given : cloud.name === 'AzureCloud' ? [] : given.slice(0, 1)
    })
  }
}
