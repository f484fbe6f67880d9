/**
 * The scripts in the workflows that only GitHub runs, played with a `gh` that answers what a case says. Bash runs them as
 * the runner does.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflow-steps-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

interface Step {
  readonly name: string
  readonly run?: string
}

function findScript(file: string, job: string, name: string): string {
  const { jobs } = parse(readFileSync(`.github/workflows/${file}`, 'utf8'))
  const steps: readonly Step[] = jobs[job].steps
  const { run } = steps.find((step) => step.name === name) ?? {}
  if (run === undefined) throw new Error(`${file} has no script "${name}" in ${job}`)
  return run
}

/** Runs a script; `gh` is the body of what stands in for it. Tells each call of `gh`, too. */
function runScript(script: string, gh: string, env: Readonly<Record<string, string>>) {
  const tools = { gh: `printf '%s\\n' "$*" >> calls\n${gh}`, git: 'echo 0123abc', sleep: '' }
  for (const [name, body] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  writeFileSync(join(folder, 'calls'), '')
  const { status, stdout } = spawnSync('bash', ['-e', '-c', script], {
    cwd: folder,
    env: { PATH: `${folder}:${process.env.PATH}`, REPOSITORY: 'o/r', ...env },
    encoding: 'utf8'
  })
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n')
  return { status, stdout, calls }
}

describe('Move it', () => {
  const move = (gh: string) =>
    runScript(findScript('release.yml', 'move', 'Move it'), gh, { MAJOR: 'v0' })
  const PATCH = 'api --method PATCH repos/o/r/git/refs/tags/v0 -f sha=0123abc -F force=true'
  const POST = 'api --method POST repos/o/r/git/refs -f ref=refs/tags/v0 -f sha=0123abc'

  it.each([
    ['moves the tag', '', [PATCH]],
    ['makes the first one', '[ "$3" = POST ]', [PATCH, POST]]
  ])('%s', (_what, gh, calls) => {
    expect(move(gh)).toEqual({ status: 0, stdout: '', calls })
  })

  it('says how a person moves it where GitHub refuses', () => {
    const { status, stdout } = move('exit 1')
    expect(status).toBe(1)
    expect(stdout).toMatch(/^::error::.* git push --force origin 0123abc:refs\/tags\/v0\n$/)
  })
})

describe('Draft the release', () => {
  const draft = (gh: string) =>
    runScript(findScript('release.yml', 'draft', 'Draft the release'), gh, {
      TAG: 'v0.1.0',
      COMMIT: '0123abc'
    })

  it('drafts a release of the commit', () => {
    const create =
      'release create v0.1.0 --draft --target 0123abc --title v0.1.0 --notes-file release/notes.md release/sbom.cdx.json'
    expect(draft('[ "$2" = create ]')).toMatchObject({
      status: 0,
      calls: ['release view v0.1.0', create]
    })
  })

  it('leaves one that is there as it is', () => {
    expect(draft('')).toEqual({
      status: 1,
      stdout: 'There is a release or a draft of v0.1.0 already.\n',
      calls: ['release view v0.1.0']
    })
  })
})

describe('the check of canceled jobs', () => {
  const LOG = 'Azure accepted the cancel request\nDeployment outlasting was canceled in Azure\n'
  const answer = (jobs: string, log: string) =>
    `case "$*" in *attempts*) echo ${jobs} ;; *) ${log} ;; esac`
  const tell = (text: string) => `printf '${text.replaceAll('\n', '\\n')}'`
  const check = (gh: string) => {
    const name = 'Read what the steps and their post steps said'
    return runScript(findScript('cancel.yml', 'check', name), gh, { RUN: '7', ATTEMPT: '1' })
  }

  it.each([
    ['is content with four', '1 2 3 4', tell(LOG), 0],
    [
      'waits for a log that comes late',
      '1 2 3 4',
      `[ "$(grep -c jobs/1/ calls)" -gt 2 ] && ${tell(LOG)}`,
      0
    ],
    ['misses a job', '1 2 3', tell(LOG), 1],
    ['misses a log', '1 2 3 4', 'exit 1', 1],
    ['misses the post step', '1 2 3 4', tell('Azure accepted the cancel request\n'), 1],
    ['misses the step', '1 2 3 4', tell('Deployment outlasting was canceled in Azure\n'), 1]
  ])('%s', (_what, jobs, log, status) => {
    expect(check(answer(jobs, log)).status).toBe(status)
  })
})
