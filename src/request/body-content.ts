/**
 * A body that has been read, and what it may be read from. Types only.
 */
import type { BodySource } from './body-source.ts'
import type { Diagnostic } from './diagnostic.ts'

/** What a body may draw on. */
export interface BodyContext {
  /** Absolute path. */
  readonly workspace: string
  /** What `!env` reads, and what a compiler runs in. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Registers a secret that the body draws on, before anything else is done with it. */
  readonly mask: (secret: string) => void
}

export interface Body {
  /** JSON text to send. */
  readonly text: string
  /** The files that parts of it came from, in the order of the text. */
  readonly sources: readonly BodySource[]
  /** What compilers said of those files that was no error. */
  readonly diagnostics: readonly Diagnostic[]
}
