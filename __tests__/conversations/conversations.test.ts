/**
 * Every conversation in this folder goes as its `expect` says. A file that is put here is a test; docs/replay.md tells how
 * it is written.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { findDifferences } from '../../simulator/judge-replay.ts'
import { playRecording } from '../../simulator/play-recording.ts'
import { readRecording } from '../../simulator/recording.ts'
import { showReplay } from '../../simulator/show-replay.ts'
import { findWrittenSecrets } from '../../simulator/written-secrets.ts'

const FOLDER = '__tests__/conversations'
const files = readdirSync(FOLDER).filter((name) => /\.(?:ya?ml|json)$/.test(name))

it('are several', () => {
  expect(files.length).toBeGreaterThan(3)
})

describe.concurrent.each(files)('%s', (name) => {
  const text = readFileSync(`${FOLDER}/${name}`, 'utf8')

  it('holds no secret', ({ expect }) => {
    expect(findWrittenSecrets(text)).toEqual([])
  })

  it('goes as expected', async ({ expect }) => {
    const recording = readRecording(text, name)
    const { expected } = recording
    if (expected === undefined)
      throw new Error(`${name} needs an expect: npm run replay writes one`)
    const replay = await playRecording(recording, 'src/index.ts')
    expect(findDifferences(replay, expected), showReplay(recording, replay)).toEqual([])
    expect(replay.unasked, 'answers that nothing asks for').toEqual([])
  })
})
