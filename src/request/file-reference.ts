/**
 * The argument of `!file`: the path of a file, and the JSON pointer (RFC 6901) of a part of it. Pure.
 */
import type { BodySource } from './body-source.ts'
import { readPointer } from './json-pointer.ts'

/** Path of a file, and the way to a part of it. */
export interface FileReference {
  readonly path: string
  readonly segments: readonly string[]
}

/** `path`, `path#` or `path#/json/pointer`. */
export function parseReference(text: string): FileReference {
  const at = text.indexOf('#/')
  if (at < 0) return { path: text.replace(/#$/, ''), segments: [] }
  return { path: text.slice(0, at), segments: readPointer(text.slice(at + 1)) }
}

/** Sources of the part of a value that `from` points to, when that part is what stands at `to` in the end. */
export function narrowSources(
  sources: readonly BodySource[],
  { from, to }: { readonly from: string; readonly to: string }
): readonly BodySource[] {
  return sources.flatMap((source) => {
    const { pointer, filePointer } = source
    if (from === pointer || from.startsWith(`${pointer}/`)) {
      return [{ ...source, pointer: to, filePointer: filePointer + from.slice(pointer.length) }]
    }
    return pointer.startsWith(`${from}/`)
      ? [{ ...source, pointer: to + pointer.slice(from.length) }]
      : []
  })
}
