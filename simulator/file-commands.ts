/**
 * GitHub's file commands: what an action writes to GITHUB_OUTPUT and GITHUB_STATE, read as strictly as the runner
 * reads it: https://docs.github.com/actions/reference/workflow-commands#multiline-strings. Pure.
 */

/**
 * Reads `name=value` lines and `name<<DELIMITER` blocks. Throws on anything else, as the runner does.
 * @param platform the runner's; default: this machine's
 */
export function parseFileCommands(
  text: string,
  platform: NodeJS.Platform = process.platform
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/\r$/, '')
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (heredoc < 0 && equals < 0) throw new Error(`Invalid format '${line}'`)
    // Whichever comes first decides.
    if (heredoc < 0 || (equals >= 0 && equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    const name = line.slice(0, heredoc)
    const delimiter = line.slice(heredoc + 2)
    if (name === '' || delimiter === '') throw new Error(`Invalid format '${line}'`)
    const end = lines.findIndex(
      (each, index) => index > at && each.replace(/\r$/, '') === delimiter
    )
    if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`)
    const value = lines.slice(at + 1, end).join('\n')
    // The line break before the delimiter is none of the value, and on Windows it may have two characters.
    values[name] = platform === 'win32' ? value.replace(/\r$/, '') : value
    at = end
  }
  return values
}
