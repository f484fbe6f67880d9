/**
 * What a release is made of, and what refuses one. `prepare` prints the notes of the version in package.json and gives
 * its tag as the output `tag`; `major` gives the tag that moves to the release TAG, or nothing. Runs without any package,
 * because jobs that may write install none.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'

const MAIN = 'refs/heads/main'
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/
const DATE = String.raw`\d{4}-\d\d-\d\d`

/** The section of a version in CHANGELOG.md, without its heading. Throws where there is none that names its day. */
export function cutNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1)
  const section = sections.find((each) => each.startsWith(`${version} `))
  if (section === undefined) throw new Error(`CHANGELOG.md has no section ${version}`)
  const [heading = '', ...lines] = section.split('\n')
  if (!new RegExp(`^${version.replaceAll('.', '\\.')} \\(${DATE}\\)$`).test(heading)) {
    throw new Error(`"## ${heading}" in CHANGELOG.md has to be "## ${version} (YYYY-MM-DD)"`)
  }
  const notes = lines.join('\n').trim()
  if (notes === '') throw new Error(`the section ${version} of CHANGELOG.md is empty`)
  return notes
}

interface State {
  /** What is released, as GITHUB_REF names it; undefined where GitHub does not run this. */
  readonly ref: string | undefined
  /** `version` of package.json and of package-lock.json. */
  readonly version: string
  readonly lockedVersion: string
  readonly tags: readonly string[]
}

/** The tag of the next release. Throws off `main`, where the versions differ, or where the tag is there already. */
export function nameTag({ ref = MAIN, version, lockedVersion, tags }: State): string {
  // What comes from elsewhere would be refused its moving tag, once it is published for good.
  if (ref !== MAIN) throw new Error(`${ref} is not ${MAIN}, the only one that is released`)
  if (!VERSION.test(version)) throw new Error(`${version} in package.json is not X.Y.Z`)
  if (version !== lockedVersion) {
    throw new Error(`package.json has ${version}, and package-lock.json ${lockedVersion}`)
  }
  const tag = `v${version}`
  if (tags.includes(tag)) throw new Error(`${tag} exists, and a tag of a version never moves`)
  return tag
}

interface Published {
  readonly tag: string
  /** `version` of package.json in the commit of the tag. */
  readonly version: string
  readonly isPrerelease: boolean
  readonly tags: readonly string[]
}

/** `vX` when this release is the newest of its major version; undefined when the tag stays where it is. */
export function findMajorTag({ tag, version, isPrerelease, tags }: Published): string | undefined {
  if (tag !== `v${version}`) throw new Error(`${tag} holds the version ${version}`)
  const own = readVersion(tag)
  if (own === undefined) throw new Error(`${tag} is not vX.Y.Z`)
  const isOlder = tags.some((each) => {
    const other = readVersion(each)
    return other?.[0] === own[0] && compareVersions(other, own) > 0
  })
  return isPrerelease || isOlder ? undefined : `v${own[0]}`
}

type Version = readonly [major: number, minor: number, patch: number]

function readVersion(tag: string): Version | undefined {
  const [, major, minor, patch] = VERSION.exec(tag.replace(/^v/, '')) ?? []
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)]
}

function compareVersions(one: Version, other: Version): number {
  return one[0] - other[0] || one[1] - other[1] || one[2] - other[2]
}

function readJsonVersion(file: string): string {
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return version
}

function listTags(): readonly string[] {
  return execFileSync('git', ['tag', '--list'], { encoding: 'utf8' }).split('\n')
}

function giveOutput(tag: string): void {
  const { GITHUB_OUTPUT = '' } = process.env
  if (GITHUB_OUTPUT !== '') appendFileSync(GITHUB_OUTPUT, `tag=${tag}\n`)
  console.error(`tag: ${tag}`)
}

function prepare(): void {
  const version = readJsonVersion('package.json')
  const lockedVersion = readJsonVersion('package-lock.json')
  const ref = process.env.GITHUB_REF
  const tag = nameTag({ ref, version, lockedVersion, tags: listTags() })
  console.log(cutNotes(readFileSync('CHANGELOG.md', 'utf8'), version))
  giveOutput(tag)
}

function findMajor(): void {
  const { TAG = '', PRERELEASE } = process.env
  const version = readJsonVersion('package.json')
  const isPrerelease = PRERELEASE === 'true'
  giveOutput(findMajorTag({ tag: TAG, version, isPrerelease, tags: listTags() }) ?? '')
}

if (import.meta.main) {
  try {
    const [, , command] = process.argv
    if (command === 'prepare') prepare()
    else if (command === 'major') findMajor()
    else throw new Error('usage: node scripts/release.ts prepare|major')
  } catch (error) {
    console.error(`release: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}
