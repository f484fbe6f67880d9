/**
 * Prints what is in dist/ as a bill of materials in CycloneDX: the packages whose notices the build has put into
 * dist/licenses.txt, which is what the bundler took from each, with the digests of package-lock.json. (`npm sbom` tells of
 * what is installed, and leaves out what the tools need too.) The same sources give the same text, without any package.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
}

interface Lock {
  readonly version: string
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** A bundled package, as dist/licenses.txt names it: `yaml 2.9.1 (ISC)`. */
const TITLE = /^((?:@[\w.-]+\/)?[\w.-]+) (\d+\.\d+\.\d+\S*) \(([^()]+)\)$/gm
const RULE = /^-{80}$/m
const SPEC = '1.6'

/** Bill of materials of the bundle whose notices these are. Throws on a package that the lock does not hold. */
export function createSbom(notices: string, lock: Lock): object {
  const components = notices
    .split(RULE)
    .slice(1)
    // Titles stand above the notice, which is free text.
    .flatMap((section) => [...(section.trimStart().split('\n\n')[0] ?? '').matchAll(TITLE)])
    .map(([, name = '', version = '', license = '']) => {
      const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
      const hashes = [{ alg: 'SHA-512', content: findDigest(lock, name, version) }]
      const licenses = [{ license: { id: license } }]
      return { type: 'library', 'bom-ref': purl, name, version, purl, hashes, licenses }
    })
  if (components.length === 0) throw new Error('dist/licenses.txt names no package')
  const name = 'arm-operation'
  const component = { type: 'application', 'bom-ref': name, name, version: lock.version }
  return {
    bomFormat: 'CycloneDX',
    specVersion: SPEC,
    serialNumber: `urn:uuid:${createUuid(JSON.stringify([lock.version, components]))}`,
    version: 1,
    metadata: { component },
    components
  }
}

function findDigest({ packages }: Lock, name: string, version: string): string {
  const found = Object.entries(packages).find(
    ([path, each]) => path.endsWith(`node_modules/${name}`) && each.version === version
  )
  const [, base64] = /^sha512-(\S+)$/.exec(found?.[1].integrity ?? '') ?? []
  if (base64 === undefined) throw new Error(`package-lock.json has no digest of ${name} ${version}`)
  return Buffer.from(base64, 'base64').toString('hex')
}

/** UUID of version 8 from the text's digest. */
function createUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

if (import.meta.main) {
  const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const sbom = createSbom(readFileSync('dist/licenses.txt', 'utf8'), lock)
  console.log(JSON.stringify(sbom, null, 2))
}
