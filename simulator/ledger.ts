/**
 * What really happened in the simulated cloud, as opposed to what was asked: one entry for each piece of work that
 * started. A refused, repeated or merely read request leaves nothing here.
 */

export const SIDE_EFFECTS = [
  'deployment',
  'deployment-cancel',
  'deployment-delete',
  'deployment-stack',
  'deployment-stack-delete',
  'resource-action',
  'resource-create',
  'resource-delete',
  'resource-group-create',
  'resource-group-delete',
  'resource-group-update',
  'resource-update',
  'script',
  'vm-deallocate',
  'vm-power-off',
  'vm-restart',
  'vm-start'
] as const
export type SideEffect = (typeof SIDE_EFFECTS)[number]

export interface LedgerEntry {
  /** Simulated milliseconds since the epoch. */
  readonly at: number
  readonly kind: SideEffect
  readonly method: string
  /** Resource ID of what it happened to; for `script`, the path as the script writes it. */
  readonly id: string
}

export class Ledger {
  readonly #entries: LedgerEntry[] = []

  /** Every side effect, oldest first. */
  get entries(): readonly LedgerEntry[] {
    return this.#entries
  }

  record(entry: LedgerEntry): void {
    this.#entries.push(entry)
  }

  /**
   * How often something really started: everything of a kind, everything done to an id, or a kind done to an id.
   * Ids are compared without regard to case, as Azure does.
   */
  count(kindOrId: string, id?: string): number {
    const isSame = (entry: LedgerEntry, wanted: string) =>
      entry.kind === wanted || entry.id.toLowerCase() === wanted.toLowerCase()
    return this.#entries.filter(
      (entry) => isSame(entry, kindOrId) && (id === undefined || isSame(entry, id))
    ).length
  }
}
