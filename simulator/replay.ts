/**
 * `npm run replay`: plays a conversation that somebody has written down to the committed action, and shows the verdict and
 * what it rests on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { findDifferences } from './judge-replay.ts'
import { playRecording } from './play-recording.ts'
import { readRecording } from './recording.ts'
import { showReplay } from './show-replay.ts'
import { CALLER_FOLDER, readOptions, runTool, UsageError } from './usage.ts'
import { findWrittenSecrets, hideWrittenSecrets } from './written-secrets.ts'

const USAGE = `Usage: npm run replay -- FILE … [--source]

Plays conversations with Azure Resource Manager, each a file of YAML or JSON, to the action: every answer comes from the
file, nothing leaves this machine, and waits pass at once. Shows the verdict and what it rests on. The exit code is 1 when
one is not as its \`expect\` says, and 2 when a file cannot be played. docs/replay.md describes the format.

  FILE      a file, or - for standard input
  --source  plays to src/ as it is, in place of dist/
  --help    shows this`

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : resolve(CALLER_FOLDER, file), 'utf8')
  } catch (error) {
    if (!existsSync(resolve(CALLER_FOLDER, file))) {
      throw new UsageError(`There is no file ${file} in ${CALLER_FOLDER}`)
    }
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/** Plays one, and tells whether it went as expected. */
async function replayFile(file: string, entry: string): Promise<boolean> {
  const text = readText(file)
  for (const { line, what } of findWrittenSecrets(text)) {
    console.error(
      `${file}: line ${line} holds what looks like ${what}. Write *** in its place before you show or keep the file.`
    )
  }
  const recording = readNamed(file, text)
  const replay = await playRecording(recording, entry)
  console.log(showReplay(recording, replay))
  const { expected } = recording
  return expected === undefined || findDifferences(replay, expected).length === 0
}

function readNamed(file: string, text: string) {
  try {
    return readRecording(text, file === '-' ? 'standard input' : basename(file))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${file}: ${hideWrittenSecrets(error.message)}`)
  }
}

await runTool('replay', async () => {
  const { words, flags } = readOptions(process.argv.slice(2), [], ['source', 'help'])
  if (flags.has('help')) {
    console.log(USAGE)
    return 0
  }
  if (words.length === 0) throw new UsageError('Which conversation? A FILE is needed, or -')
  const results: boolean[] = []
  for (const file of words) {
    results.push(await replayFile(file, flags.has('source') ? 'src/index.ts' : 'dist/index.js'))
  }
  return results.every(Boolean) ? 0 : 1
})
