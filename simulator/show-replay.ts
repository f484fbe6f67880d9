/**
 * A played conversation as text: what the action said, each exchange, what the verdict rests on, and whether that was
 * expected. Pure.
 */
import { stringify } from 'yaml'
import { isJsonObject, parseJson, readObject, readString } from './json.ts'
import { findDifferences, listRequests } from './judge-replay.ts'
import type { Exchange, Replay } from './play-recording.ts'
import type { Expectation, RecordedAnswer, Recording } from './recording.ts'
import { showUrl } from './show-requests.ts'
import { createMask, leaveOutHandles, showHeading, showPart, showRun } from './show-run.ts'
import { hideWrittenSecrets } from './written-secrets.ts'

const TOLD_HEADERS = ['azure-asyncoperation', 'operation-location', 'location', 'retry-after']
const TIME_CHARS = 9
const MAX_WORD_CHARS = 200

/** All of it, without what is or looks like a secret. */
export function showReplay(recording: Recording, replay: Replay): string {
  const { run, exchanges, unasked } = replay
  const startedAt = exchanges[0]?.at ?? 0
  const hide = createMask(run)
  const lines = exchanges.flatMap((exchange) => showExchange(exchange, startedAt))
  const text = [
    showHeading(recording.title),
    showRun(run),
    showPart('Exchanges, by the clock of the action', hide(lines.join('\n'))),
    ...(unasked.length === 0 ? [] : [`Never asked for: ${unasked.join(', ')}`]),
    showPart('Verdict', hide(showVerdict(replay))),
    recording.expected === undefined
      ? showPart('To keep it as a test, add', hide(showExpectation(replay)))
      : showPart('Expected', hide(showDifferences(replay, recording.expected)))
  ].join('\n')
  return hideWrittenSecrets(leaveOutHandles(text))
}

function showExchange(exchange: Exchange, startedAt: number): readonly string[] {
  const { label, method, host, path, at, answer } = exchange
  const time = `${((at - startedAt) / 1000).toFixed(1)} s`.padStart(TIME_CHARS)
  const name = label ?? 'not in the conversation'
  const indent = ' '.repeat(TIME_CHARS)
  return [
    `${time}  ${method} https://${host}${showUrl(path)}  (${name})`,
    `${indent}    ${answer === undefined ? 'no answer' : showAnswer(answer)}`
  ]
}

/** What there is to follow an operation by: status, headers, states and codes. */
function showAnswer({ status, headers, body }: RecordedAnswer): string {
  const told = TOLD_HEADERS.flatMap((name) => {
    const value = headers[name]
    return value === undefined ? [] : [`${name}: ${showUrl(value)}`]
  })
  const value = parseJson(body)
  const owner = isJsonObject(value) ? value : {}
  const words = [
    ['status', readString(owner, 'status')],
    ['provisioningState', readString(readObject(owner, 'properties'), 'provisioningState')],
    ['error', readString(readObject(owner, 'error'), 'code') ?? readString(owner, 'code')]
  ].flatMap(([name, word]) =>
    word === undefined ? [] : [`${name} ${word.slice(0, MAX_WORD_CHARS)}`]
  )
  return [`HTTP ${status}`, ...told, ...words].join('  ')
}

function showVerdict({ run, exchanges }: Replay): string {
  const { status = 'none', 'decided-by': witness = '' } = run.outputs
  const decided = witness === '' ? 'nothing has decided' : `decided by ${witness}`
  const seconds = run.outputs['duration-seconds'] ?? '0'
  const count = exchanges.length
  return `${status}: ${decided}, after ${seconds} s and ${count} ${count === 1 ? 'request' : 'requests'}; exit code ${run.exitCode}`
}

/** What a test of this conversation would expect, as it is now. */
function showExpectation({ run, exchanges }: Replay): string {
  const { status, 'decided-by': witness, 'error-code': code } = run.outputs
  const expect = Object.fromEntries(
    Object.entries({
      status,
      'decided-by': witness,
      'error-code': code,
      requests: listRequests(exchanges)
    }).filter(([, value]) => value !== undefined && value !== '')
  )
  return stringify({ expect }, { lineWidth: 0 }).trimEnd()
}

function showDifferences(replay: Replay, expected: Expectation): string {
  const differences = findDifferences(replay, expected)
  return differences.length === 0
    ? 'As expected.'
    : ['NOT as expected:', ...differences.map((line) => `  ${line}`)].join('\n')
}
