/**
 * The load of the benchmark of many operations: requests of all habits of providers, two in a hundred of which fail, with
 * answers of 56 kB and polling URLs of 2 kB. Pure.
 */
import { HABITS } from '../simulator/simulator.ts'

/** Request of the load; the form of an item of the input `requests`. */
export interface LoadItem {
  readonly name: string
  readonly method: 'PUT'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, string>>
}

const BODY_BYTES = 56_000
/** In addition to the 1.2 kB that each has. */
const URL_BYTES = 800
const FAILING_EACH = 50
/** As many operations of one subscription as its limits let go on without a wait. */
const PER_SUBSCRIPTION = 20

/** Requests whose operations take this long. */
export function createLoad(
  count: number,
  origin: string,
  seconds: number,
  prefix = 'op'
): readonly LoadItem[] {
  const habits = HABITS.filter((habit) => habit !== 'sync')
  return Array.from({ length: count }, (_, index) => {
    const subscription = `00000000-0000-4000-8000-${String(Math.floor(index / PER_SUBSCRIPTION)).padStart(12, '0')}`
    const name = `${prefix}${index}`
    const id = `/subscriptions/${subscription}/resourceGroups/bench/providers/Contoso.Load/things/${name}`
    const error = isFailing(index) ? { 'x-ms-simulator-error': 'quota' } : {}
    return {
      name,
      method: 'PUT',
      url: `${origin}${id}?api-version=2024-01-01`,
      headers: {
        'x-ms-simulator-seconds': String(seconds),
        'x-ms-simulator-habit': habits[index % habits.length] ?? 'body',
        'x-ms-simulator-body-bytes': String(BODY_BYTES),
        'x-ms-simulator-url-bytes': String(URL_BYTES),
        ...error
      },
      body: { location: 'westeurope' }
    }
  })
}

/** True for an operation that fails. */
export function isFailing(index: number): boolean {
  return index % FAILING_EACH === FAILING_EACH - 1
}
