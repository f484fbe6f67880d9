/**
 * The file that a part of the request body came from, so that a fault in it can be shown there. Types only.
 */

/** A part of the body that was read from a file. */
export interface BodySource {
  /** JSON pointer of the part in the body that is sent (`/properties/template`); `''` is the whole body. */
  readonly pointer: string
  /** The file, relative to the workspace, with `/`; absolute when it is in the runner's temporary folder. */
  readonly file: string
  /** JSON pointer of the part in the file; `''` is the whole file. */
  readonly filePointer: string
  /** The file's text when it is JSON, with comments or without: a fault can then be told by its line. */
  readonly text?: string
}
