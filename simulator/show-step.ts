/**
 * A step of a workflow as YAML to copy. Pure.
 */
import { stringify } from 'yaml'

/** Lines of the input `headers` that only a simulator understands. */
const OWN_HEADER = /^\s*x-ms-simulator-/i

/** A step that uses the published action with these inputs. */
export function showStep(inputs: Readonly<Record<string, string>>): string {
  const entries = Object.entries(inputs).flatMap(([name, value]) => {
    const lines = value.split('\n').filter((line) => name !== 'headers' || !OWN_HEADER.test(line))
    return lines.length === 0 ? [] : [[name, lines.join('\n')] as const]
  })
  const step = [{ uses: 'arm-operation/arm-operation@v0', with: Object.fromEntries(entries) }]
  const yaml = stringify(step, { lineWidth: 0, blockQuote: 'literal' })
  return `# azure/login comes first\n${yaml.trimEnd()}`
}
