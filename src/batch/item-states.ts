/**
 * The states of the operations of a list, as a value that is cheap to change: there may be thousands of operations, and
 * each of them changes it more than once.
 */
import type { ItemState } from './schedule.ts'

/** States of all operations, in the order of the list. */
export interface ItemStates extends Iterable<readonly [name: string, state: ItemState]> {
  readonly get: (name: string) => ItemState | undefined
  readonly list: readonly ItemState[]
  /** The same states, to be changed. */
  readonly edit: () => StatesDraft
}

/** States that are being changed. */
export interface StatesDraft {
  readonly get: (name: string) => ItemState | undefined
  readonly set: (name: string, state: ItemState) => void
  readonly finish: () => ItemStates
}

/** States of operations that all are in this one. */
export function createStates(names: readonly string[], state: ItemState): ItemStates {
  const places = new Map(names.map((name, place) => [name, place]))
  return toStates(
    places,
    names.map(() => state)
  )
}

function toStates(places: ReadonlyMap<string, number>, list: readonly ItemState[]): ItemStates {
  const getIn = (states: readonly ItemState[]) => (name: string) => states[places.get(name) ?? -1]
  return {
    get: getIn(list),
    list,
    edit: () => {
      const changed = list.slice()
      return {
        get: getIn(changed),
        set: (name, state) => {
          const place = places.get(name)
          if (place !== undefined) changed[place] = state
        },
        finish: () => toStates(places, changed)
      }
    },
    *[Symbol.iterator]() {
      for (const [name, place] of places) {
        const state = list[place]
        if (state !== undefined) yield [name, state] as const
      }
    }
  }
}
