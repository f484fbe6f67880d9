/**
 * The signals of a runner that cancels a job: on Linux and macOS SIGINT and SIGTERM, on Windows Ctrl+C and Ctrl+Break,
 * which Node.js hands on as SIGINT and SIGBREAK (https://nodejs.org/api/process.html#signal-events).
 */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { listenForCancellation } from '../../src/runner/signals.ts'

const NAMES = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const
let before: readonly (readonly NodeJS.SignalsListener[])[] = []

// Whoever listens already, such as a run in this process before, must not hear of it.
beforeEach(() => {
  before = NAMES.map((name) => process.listeners(name))
  for (const name of NAMES) process.removeAllListeners(name)
})

afterEach(() => {
  vi.restoreAllMocks()
  for (const [index, name] of NAMES.entries()) {
    process.removeAllListeners(name)
    for (const listener of before[index] ?? []) process.on(name, listener)
  }
})

it.each<readonly NodeJS.Signals[]>([
  ['SIGINT'],
  ['SIGTERM'],
  ['SIGBREAK'],
  ['SIGINT', 'SIGTERM'],
  ['SIGINT', 'SIGBREAK']
])('a step is canceled by %s, and goes on until it has told the end', (...names) => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended')
  })
  const { signal, stopListening } = listenForCancellation()
  expect(signal.aborted).toBe(false)
  for (const name of names) process.emit(name, name)
  expect(signal.aborted).toBe(true)
  expect(exit).not.toHaveBeenCalled()
  stopListening()
  for (const name of names) expect(() => process.emit(name, name)).toThrow('ended')
})
