/**
 * One temporary folder for a whole run of the tests, and gone with it: all that a test, a fixture or the simulator
 * leaves in os.tmpdir() is in there. A worker cannot clean up after itself, because it may be ended before it is done.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export default function setup(): () => void {
  const root = mkdtempSync(join(tmpdir(), 'arm-operation-tests-'))
  // Workers inherit it, and what they start.
  process.env.TMPDIR = root
  const remove = () => rmSync(root, { recursive: true, force: true })
  // Where the tests are interrupted, what is returned is never called.
  process.once('exit', remove)
  return remove
}
