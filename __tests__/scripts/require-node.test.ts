/**
 * On a Node.js too old every script says so in one line: each of ours loads the guard, and the guard tells old from new.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const GUARD = './scripts/require-node.cjs'

/** Runs a script of one line behind the guard, on a Node.js that takes itself for another. */
function runAs(version: string, options = '') {
  const fake = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } });`
  const code = `${fake} require('${GUARD}'); console.log('ran')`
  const env = { PATH: process.env.PATH, NODE_OPTIONS: options }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
    encoding: 'utf8',
    env
  })
  return { status, stdout, stderr }
}

it.each(['24.0.0', '24.21.0', '26.1.0', '100.0.0'])('lets a script run on %s', (version) => {
  expect(runAs(version)).toEqual({ status: 0, stdout: 'ran\n', stderr: '' })
})

it.each([
  ['8.17.0', '', 'runs on 8.17.0: '],
  ['20.20.2', '', 'runs on 20.20.2: '],
  ['22.18.0', '', 'runs on 22.18.0: '],
  ['24.21.0', '--no-experimental-strip-types', 'runs on 24.21.0, without its type stripping: ']
])('stops one on %s %s', (version, options, text) => {
  const { status, stdout, stderr } = runAs(version, options)
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  expect(stderr).toMatch(/^This needs Node\.js 24 or newer, [^\n]+\n$/)
  expect(stderr).toContain(text)
})

it('stands before every script of package.json that runs a file of ours, and before the tests', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const ours = Object.values<string>(scripts).filter((command) => command.startsWith('node '))
  expect(ours.length).toBeGreaterThan(8)
  for (const command of ours) expect(command).toMatch(/^node -r \.\/scripts\/require-node\.cjs \S/)
  expect(readFileSync('vitest.config.ts', 'utf8')).toContain(`import '${GUARD}'\n`)
})
