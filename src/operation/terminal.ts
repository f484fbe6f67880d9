/**
 * End of an operation: whether there is one. Pure.
 */
import type { Operation, TerminalOperation } from './state.ts'

/** True when there is nothing left to ask. */
export function isTerminal(operation: Operation): operation is TerminalOperation {
  switch (operation.state) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
    case 'unknown':
      return true
    default:
      return false
  }
}
