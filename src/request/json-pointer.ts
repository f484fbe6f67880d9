/**
 * JSON pointers (https://www.rfc-editor.org/rfc/rfc6901): the way to a part of a value, as one text. Pure.
 */

/** Segments of a pointer: the names and indexes on the way. */
export function readPointer(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(unescapeSegment)
}

/** Segment as it was before it was escaped. */
export function unescapeSegment(segment: string): string {
  // In this order, or `~01` would become a slash.
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** Pointer of the segments. */
export function toPointer(segments: readonly string[]): string {
  return segments
    .map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('')
}
