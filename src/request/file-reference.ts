/**
 * The argument of `!file`: the path of a file, and the JSON pointer (RFC 6901) of a part of it. Pure.
 */
import type { BodySource } from './body-source.ts'

/** Path of a file, and the way to a part of it. */
export interface FileReference {
  readonly path: string
  readonly segments: readonly string[]
}

/** `path`, `path#` or `path#/json/pointer`. */
export function parseReference(text: string): FileReference {
  const at = text.indexOf('#/')
  if (at < 0) return { path: text.replace(/#$/, ''), segments: [] }
  return {
    path: text.slice(0, at),
    segments: text
      .slice(at + 2)
      .split('/')
      .map(unescapeSegment)
  }
}

// RFC 6901 section 4: `~1` before `~0`, or `~01` would become a slash.
function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** JSON pointer of the segments. */
export function toPointer(segments: readonly string[]): string {
  return segments
    .map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
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
