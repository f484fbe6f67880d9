// Packs what the action takes of other people's packages: ncc makes one module of each entry in stubs/, which is then
// minified whole, since nobody reads it. tsconfig.json names what stands in for parts that no run reaches (`paths`).
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { parseSync } from 'vite'

const run = promisify(execFile)

/** Packages in the bundle, and the entry in stubs/ that says what is taken of each. */
export const ENTRIES = {
  '@actions/core': 'actions',
  '@actions/http-client': 'actions',
  '@azure/core-process': 'core-process',
  '@azure/identity': 'azure-identity',
  '@jmespath-community/jmespath': 'jmespath',
  'jsonc-parser': 'jsonc-parser',
  yaml: 'yaml'
}

/**
 * Classes of MSAL that its applications name and make only to sign a person in, or to act for one. No credential of this
 * action asks for that.
 */
const UNREACHED = [
  'AuthorizationCodeClient',
  'OnBehalfOfClient',
  'RefreshTokenClient',
  'SilentFlowClient',
  'UserFederatedIdentityCredentialClient',
  'UsernamePasswordClient'
]

/**
 * Each entry as one module: its `name`, `code` and `exports`, and the `statistics` file that lists what went into it.
 * Writes below `folder`. Fails on what is more than one module, and where a class to be left out is not found.
 */
export function packPackages(folder) {
  const names = [...new Set(Object.values(ENTRIES))]
  return Promise.all(names.map((name) => packEntry(name, `${folder}/${name}`)))
}

async function packEntry(name, folder) {
  const statistics = `${folder}.json`
  const options = ['-o', folder, '--no-cache', '--quiet', '--stats-out', statistics]
  await run('node_modules/.bin/ncc', ['build', `stubs/${name}/index.js`, ...options])
  const [file, ...more] = readdirSync(folder).filter((each) => each.endsWith('.js'))
  if (more.length > 0) throw new Error(`${name}: ncc made more than one module`)
  const code = readFileSync(`${folder}/${file}`, 'utf8')
  const exports = parseSync(name, code).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName }) => exportName.name)
  )
  return { name, code: name === 'azure-identity' ? leaveOut(code) : code, exports, statistics }
}

function leaveOut(code) {
  const found = parseSync('azure-identity.js', code).program.body.filter(
    ({ type, id }) => type === 'ClassDeclaration' && UNREACHED.includes(id.name)
  )
  const missing = UNREACHED.filter((name) => !found.some(({ id }) => id.name === name))
  if (missing.length > 0) throw new Error(`no class to leave out: ${missing.join(', ')}`)
  return found.reduceRight((text, { start, end, id: { name } }) => {
    const error = `new Error('not bundled: no credential of this action needs a ${name}')`
    return `${text.slice(0, start)}class ${name} { constructor() { throw ${error} } }${text.slice(end)}`
  }, code)
}
