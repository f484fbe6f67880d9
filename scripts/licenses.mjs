// Prints the notices of all packages whose code is in the bundle, from the statistics of its build: every module names
// its file. A package without a notice is an error, so that none is ever shipped without. Notices that are the same are
// printed once, below the packages that they belong to. The order is by name: two builds give the same text.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const NOTICE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i
const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/
const RULE = `\n${'-'.repeat(80)}\n\n`
const HEADER = `The files in this folder hold code of these packages, each under the notice below its name.
The source of each is at https://www.npmjs.com/package/NAME/v/VERSION.
`

try {
  process.stdout.write(printNotices(process.argv.slice(2)))
} catch (error) {
  console.error(`licenses: ${error.message}`)
  process.exitCode = 1
}

function printNotices(statisticsFiles) {
  const modules = statisticsFiles.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')).modules)
  // What is in no chunk was left out of the bundle, or is told within the module that it was joined to.
  const folders = findFolders(modules.filter(({ chunks }) => chunks.length > 0))
  const packages = [...folders].map(readPackage).sort(byTitle)
  const titles = Map.groupBy(packages, (each) => findNotice(each, packages))
  const notices = [...titles].map(
    ([notice, owners]) => `${owners.map(({ title }) => `${title}\n`).join('')}\n${notice}\n`
  )
  return [HEADER, ...notices].join(RULE)
}

function findFolders(modules, folders = new Set()) {
  for (const { nameForCondition, modules: joined = [] } of modules) {
    const folder = PACKAGE.exec(nameForCondition ?? '')?.[0]
    if (folder !== undefined) folders.add(folder)
    findFolders(joined, folders)
  }
  return folders
}

function readPackage(folder) {
  const file = readFileSync(join(folder, 'package.json'), 'utf8')
  const { name = basename(folder), version, license, repository } = JSON.parse(file)
  const notice = readdirSync(folder)
    .filter((each) => NOTICE.test(each))
    .sort()
    .map((each) => readFileSync(join(folder, each), 'utf8').replaceAll('\r', '').trim())
    .join('\n\n')
  const home = `${license} ${repository?.url ?? repository ?? ''}`
  return { title: `${name} ${version} (${license})`, notice, home }
}

function byTitle(one, other) {
  return one.title < other.title ? -1 : 1
}

// A package of a repository with several may come without the notice that the others have.
function findNotice({ title, notice, home }, packages) {
  const found = notice || packages.find((each) => each.home === home && each.notice !== '')?.notice
  if (found === undefined) throw new Error(`${title} is in the bundle and has no notice`)
  return found
}
