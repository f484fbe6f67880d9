/**
 * The bill of materials that a release carries is about what is in dist/, and no other.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createSbom } from '../../scripts/sbom.ts'

const RULE = `\n${'-'.repeat(80)}\n\n`
const INTEGRITY = `sha512-${Buffer.from('digest').toString('base64')}`

function createLock(...names: readonly string[]) {
  const packages = names.map((name) => [
    `node_modules/${name}`,
    { version: '1.0.0', integrity: INTEGRITY }
  ])
  return { version: '0.1.0', packages: Object.fromEntries(packages) }
}

describe('createSbom', () => {
  const notices = [
    'Head.\n',
    'a 1.0.0 (MIT)\n@scope/b 1.0.0 (Apache-2.0)\n\nA notice.\n\nnot-a-package 9.9.9 (MIT)\n',
    'c 1.0.0 (ISC)\n\nAnother.\n'
  ].join(RULE)

  it('has the packages of the notices, with digest and license', () => {
    const hashes = [{ alg: 'SHA-512', content: Buffer.from('digest').toString('hex') }]
    expect(createSbom(notices, createLock('a', '@scope/b', 'c', 'unused'))).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      metadata: { component: { name: 'arm-operation', version: '0.1.0' } },
      components: [
        { name: 'a', hashes },
        {
          name: '@scope/b',
          purl: 'pkg:npm/%40scope/b@1.0.0',
          licenses: [{ license: { id: 'Apache-2.0' } }]
        },
        { name: 'c' }
      ]
    })
  })

  it('is the same each time', () => {
    const lock = createLock('a', '@scope/b', 'c')
    expect(createSbom(notices, lock)).toEqual(createSbom(notices, lock))
  })

  it('refuses a package that is not locked, and notices of none', () => {
    expect(() => createSbom(notices, createLock('a', 'c'))).toThrow('no digest of @scope/b 1.0.0')
    expect(() => createSbom('Head.\n', createLock())).toThrow('names no package')
  })

  it('has every package of the committed dist/', () => {
    const committed = readFileSync('dist/licenses.txt', 'utf8')
    const sbom = createSbom(committed, JSON.parse(readFileSync('package-lock.json', 'utf8')))
    const titles = committed.match(/^\S+ \d+\.\d+\.\d+\S* \([\w.-]+\)$/gm) ?? []
    expect(titles.length).toBeGreaterThan(10)
    expect(sbom).toMatchObject({ components: { length: titles.length } })
  })
})
