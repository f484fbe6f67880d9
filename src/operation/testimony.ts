/**
 * Words about the sources that tell how an operation ended. Pure.
 */
import { describePollingUrl } from './polling-url.ts'
import type { Testimony, Witness } from './state.ts'

const TITLES: Readonly<Record<Witness, string>> = {
  'first-answer': 'the first answer',
  'status-url': 'the status URL',
  location: 'the Location',
  resource: 'the resource',
  absence: 'the resource',
  proof: 'the resource'
}

/** A witness for people. */
export function describeWitness(witness: Witness): string {
  return TITLES[witness]
}

/** Words of the witnesses, each with its path: `the status URL (/…/7) answered HTTP 404 NotFound`. */
export function describeTestimonies(testimonies: readonly Testimony[]): string {
  return testimonies
    .map(({ witness, url, report: { status, message } }) => {
      const said = status === undefined ? 'gave no answer: ' : 'answered '
      return `${TITLES[witness]} (${describePollingUrl(url)}) ${said}${message}`
    })
    .join('; ')
}
