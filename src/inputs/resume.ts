/**
 * The input `resume`, and what may stand beside it. A handle may come from anywhere, so what it says is believed only
 * as far as reading goes: before anything else is done with it, the author says what it must be about.
 */
import type { InputName } from '../contract.ts'
import { flattenText, InputError } from '../errors.ts'
import type { ArmRequest } from '../http/message.ts'
import type { Handle } from '../operation/handle.ts'
import { isSelfReference, readApiVersion } from '../operation/polling-url.ts'
import { decodeHandle } from '../operation/read-handle.ts'
import type { Connection } from './connection.ts'
import { type ReadInput, readBoolean } from './reader.ts'
import { readRequestUrl } from './request-url.ts'

/** Inputs that describe a request, and `resume` sends none. */
const REQUEST_INPUTS = [
  'method',
  'body',
  'body-file',
  'accept-status'
] as const satisfies readonly InputName[]

/**
 * Handle of an operation that an earlier step started.
 * @throws InputError
 */
export function readResume(read: ReadInput, connection: Connection): Handle {
  const other = REQUEST_INPUTS.find((name) => read(name) !== '')
  if (other !== undefined) {
    throw new InputError(other, {
      problem: 'is given together with resume, which sends no request'
    })
  }
  if (readBoolean(read, 'all-pages', false)) {
    throw new InputError('all-pages', { problem: 'is true together with resume, which only waits' })
  }
  if (!readBoolean(read, 'wait', true)) {
    throw new InputError('wait', { problem: 'is false together with resume, which only waits' })
  }
  const reading = decodeHandle(read('resume'), connection.cloud.trust, connection.ids)
  if (reading.kind !== 'handle') {
    const { problem, input = 'resume' } = reading
    throw new InputError(input, { problem })
  }
  checkRequest(read, reading.handle.operation.facts.request, connection)
  return reading.handle
}

/** Holds a handle to what the author says that it is about. */
function checkRequest(read: ReadInput, { url }: ArmRequest, connection: Connection): void {
  const apiVersion = read('api-version')
  if (read('url') === '') {
    if (apiVersion === '' || isSameVersion(apiVersion, readApiVersion(url))) return
    refuse('api-version', apiVersion, readApiVersion(url) ?? 'none')
  }
  const named = readRequestUrl(read('url'), apiVersion, connection)
  if (!isSameRequest(named, url)) refuse('url', describe(named), describe(url))
}

function refuse(input: InputName, named: string, told: string): never {
  const [one, other] = [named, told].map((text) => flattenText(text, MAX_SHOWN_CHARS))
  throw new InputError(input, {
    problem: `is ${one}, and the handle in resume is about ${other}: take the handle of this operation, or leave ${input} out`
  })
}

const MAX_SHOWN_CHARS = 500

function isSameRequest(one: string, other: string): boolean {
  return (
    new URL(one).origin === new URL(other).origin &&
    isSelfReference(one, other) &&
    isSameVersion(readApiVersion(one), readApiVersion(other))
  )
}

function isSameVersion(one = '', other = ''): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/** URL as it may be shown: of its query only the api-version, and that there is more. */
function describe(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  const names = [...searchParams.keys()].filter((name) => name.toLowerCase() !== 'api-version')
  const others = names.map((name) => `&${name}=…`).join('')
  return `${origin}${pathname}?api-version=${readApiVersion(url) ?? ''}${others}`
}
