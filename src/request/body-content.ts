/**
 * A body that has been read, and the sources it may draw on. Types only.
 */
import type { BodySource } from './body-source.ts'
import type { BodyParts } from './body-template.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { YamlDocument } from './yaml-document.ts'

/** Sources that a body may draw on. */
export interface BodyContext {
  /** Absolute path. */
  readonly workspace: string
  /** Absolute path of the runner's temporary folder, where the steps of a job leave files for each other. */
  readonly tempFolder: string
  /** Variables that `!env`, `!var` and `!json` read and a compiler runs in. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Registers a secret that the body draws on, before anything else is done with it; `what` begins a sentence on it. */
  readonly mask: (secret: string, what?: string) => void
}

/** A body that has been read. */
export interface RequestBody {
  /** Text to send: JSON, unless the author's Content-Type says that it is not. */
  readonly text: string
  /** The files that parts of it came from, in the order of the text. */
  readonly sources: readonly BodySource[]
  /** Warnings and notes of compilers on those files. */
  readonly diagnostics: readonly Diagnostic[]
  /** The text with its holes, of a body that may refer to responses: then `text` has something in their place. */
  readonly parts?: BodyParts
  /** The tree that it was written as, where it is no text of its own; `gone` once nobody can be shown a place in it. */
  readonly tree?: YamlDocument | 'gone'
}
