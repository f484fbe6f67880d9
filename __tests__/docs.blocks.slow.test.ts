/**
 * Every block of YAML that uses this action is played to a green end against the simulator: here, or by the test that
 * knows what it has to do.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type DocBlock, listBlocks, OWN_ACTION } from '../__fixtures__/doc-blocks.ts'
import { setUpRunner } from '../__fixtures__/in-process.ts'
import { lintWorkflow } from '../__fixtures__/lint-workflow.ts'
import { playBlock } from '../__fixtures__/play-block.ts'

/** Where other tests name the blocks, by heading or file, that they play with stronger checks. */
const PLAYED: readonly (readonly [documents: RegExp, ...files: string[]])[] = [
  [
    /^examples\//,
    '__tests__/examples/examples.slow.test.ts',
    '__tests__/examples/lists.slow.test.ts'
  ],
  [/^docs\/many-jobs\.md$/, '__tests__/examples/jobs.slow.test.ts'],
  [/^docs\/migrating\.md$/, '__tests__/examples/migrating.slow.test.ts'],
  [/^docs\/recipes\.md$/, '__fixtures__/recipe-plays.ts']
]

function isPlayedElsewhere({ path, heading }: DocBlock): boolean {
  const [, ...files] = PLAYED.find(([documents]) => documents.test(path)) ?? []
  return files.some((file) => readFileSync(file, 'utf8').includes(`'${heading}'`))
}

const ours = listBlocks().filter(({ workflow = '' }) => workflow.includes(OWN_ACTION))
const played = new Set(ours.filter(isPlayedElsewhere).map(({ text }) => text))
const elsewhere = ours.filter(({ text }) => played.has(text))
const here = ours
  .filter((block) => !elsewhere.includes(block))
  .map((block) => ({ ...block, place: `${block.path}:${block.line}` }))

describe('blocks that use this action', () => {
  const runner = setUpRunner({}, { retryAfterSeconds: 0 })

  it(`are ${ours.length}, ${here.length} played here and ${elsewhere.length} in other tests`, () => {
    const documents = PLAYED.map(([pattern]) => pattern)
    const shown = documents.filter((pattern) => ours.some(({ path }) => pattern.test(path)))
    expect(documents.filter((each) => elsewhere.some(({ path }) => each.test(path)))).toEqual(shown)
  })

  it.each(here)('$place: $heading', async (block) => {
    const { kind, path, workflow = '' } = block
    if (kind === 'refused' && (await lintWorkflow(path, workflow)).length > 0) return
    const steps = await playBlock(block, runner)
    const red = steps.filter(({ isGreen }) => !isGreen)
    // An output may be empty: what the made-up resources are like is not the block's to say.
    const told = steps
      .flatMap(({ stdout }) => stdout.match(/^::(?:error|warning).*$/gm) ?? [])
      .filter((line) => !/^::warning::The output \S+ is empty: /.test(line))
    expect(steps.length).toBeGreaterThan(0)
    if (kind === 'refused') expect(red).not.toEqual([])
    else expect(told).toEqual([])
    expect(runner.simulator.unexpected).toEqual([])
  })
})
