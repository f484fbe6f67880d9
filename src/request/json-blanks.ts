/**
 * The blanks of a JSON text: those in its strings, where ARM templates have line breaks and tabs that JSON does not
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#multi-line-strings), and those between its
 * tokens, which mean nothing. Pure.
 */

const BLANKS = ' \t\r\n'

/** Calls `visit` for each blank outside the comments; `start` is where the string begins that holds it. */
export function visitBlanks(
  text: string,
  visit: (offset: number, start: number | undefined) => void
): void {
  let start: number | undefined
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (BLANKS.includes(character)) visit(at, start)
    else if (start !== undefined) {
      if (character === '\\') at += 1
      else if (character === '"') start = undefined
    } else if (character === '"') start = at
    else if (character === '/') at = findCommentEnd(text, at)
  }
}

/** Offset of the last character of the comment that begins at an offset; the offset itself where none does. */
function findCommentEnd(text: string, at: number): number {
  const mark = text.charAt(at + 1)
  if (mark === '*') {
    const end = text.indexOf('*/', at + 2)
    return end < 0 ? text.length : end + 1
  }
  if (mark !== '/') return at
  let end = at + 1
  while (end + 1 < text.length && !'\r\n'.includes(text.charAt(end + 1))) end += 1
  return end
}

/** Offsets of the line breaks and tabs in strings. */
export function findRawBreaks(text: string): readonly number[] {
  const found: number[] = []
  visitBlanks(text, (offset, start) => {
    if (start !== undefined && text.charAt(offset) !== ' ') found.push(offset)
  })
  return found
}

/** Text of the same length that has a space in place of each raw break, for a parser of strict JSON. */
export function hideRawBreaks(text: string, breaks = findRawBreaks(text)): string {
  if (breaks.length === 0) return text
  let hidden = ''
  let end = 0
  for (const offset of breaks) {
    hidden += `${text.slice(end, offset)} `
    end = offset + 1
  }
  return hidden + text.slice(end)
}

/** The same JSON without the blanks between its tokens. */
export function dropBlanks(json: string): string {
  const parts: string[] = []
  let end = 0
  visitBlanks(json, (offset, start) => {
    if (start !== undefined) return
    if (offset > end) parts.push(json.slice(end, offset))
    end = offset + 1
  })
  return parts.join('') + json.slice(end)
}
