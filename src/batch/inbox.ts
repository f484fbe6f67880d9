/**
 * Where what has ended waits to be looked at, all of it at once. Decides nothing.
 */

/** Inbox with one reader. */
export interface Inbox<T> {
  readonly post: (message: T) => void
  /** Lets the reader go on without a message. */
  readonly wake: () => void
  /** Messages since the last time, in the order in which they came; waits until there are any, or for `wake`. */
  readonly take: () => Promise<readonly T[]>
}

/** Inbox in which nothing is yet. */
export function createInbox<T>(): Inbox<T> {
  let messages: T[] = []
  let bell = Promise.withResolvers<void>()
  return {
    post: (message) => {
      messages.push(message)
      bell.resolve()
    },
    wake: () => bell.resolve(),
    take: async () => {
      await bell.promise
      bell = Promise.withResolvers<void>()
      const taken = messages
      messages = []
      return taken
    }
  }
}
