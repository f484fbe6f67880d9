/** Runs the action with no reader of what it prints: stdout and stderr are closed at once. Ends as it ends. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const entry = fileURLToPath(new URL('../../dist/index.js', import.meta.url))
const child = spawn(process.execPath, [entry], { stdio: ['ignore', 'pipe', 'pipe'] })
child.stdout.destroy()
child.stderr.destroy()
child.once('exit', (code, signal) => {
  process.exitCode = code ?? 100
  if (signal !== null) process.exitCode = 101
})
