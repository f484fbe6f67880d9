/**
 * Every link of the documents leads somewhere, and so does every name of a document in the other texts of the
 * repository, its messages among them; every page can be reached from README.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listDocuments } from '../__fixtures__/doc-blocks.ts'
import {
  judgeLink,
  listAnchors,
  listLinks,
  listLooseEnds,
  listMentions,
  resolveLink,
  toAnchor
} from '../__fixtures__/doc-links.ts'

/** Hosts that documents may lead to. */
const HOSTS = [
  'aka.ms',
  'docs.github.com',
  'github.com',
  'jmespath.site',
  'learn.microsoft.com',
  'portal.azure.com',
  'semver.org',
  'www.rfc-editor.org'
]

const documents = listDocuments().map((path) => {
  const text = readFileSync(path, 'utf8')
  return { path, links: listLinks(path, text), mentions: listMentions(path, text), text }
})

/** Texts that are no documents, and speak of some. */
const TEXTS = [
  'action.yml',
  'src',
  'scripts',
  'simulator',
  'bench',
  'examples',
  '.github',
  'workflow-templates'
]
const texts = TEXTS.filter(existsSync).flatMap(listTexts)
const mentions = texts.flatMap((path) => listMentions(path, readFileSync(path, 'utf8')))

function listTexts(path: string): readonly string[] {
  if (!path.includes('.') || path === '.github') {
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .map((name) => join(path, name))
      .filter((name) => /\.(?:ts|mjs|ya?ml|json)$/.test(name))
  }
  return [path]
}

const linkCount = documents.reduce((sum, { links }) => sum + links.length, 0)

describe(`${linkCount} links of ${documents.length} documents`, () => {
  it.each(documents)('$path', ({ path, text, links, mentions: named }) => {
    expect(listLooseEnds(path, text)).toEqual([])
    const faults = [
      ...links.map((link) => judgeLink(link, { hosts: HOSTS })),
      ...named.map((link) => judgeLink(link, { hosts: HOSTS, isMention: true }))
    ]
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  it('lead from README.md to every page', () => {
    const reached = new Set(['README.md'])
    for (const path of reached) {
      for (const link of documents.find((each) => each.path === path)?.links ?? []) {
        const [inside] = resolveLink(link)?.split('#') ?? []
        if (inside !== undefined) reached.add(inside)
      }
    }
    const pages = ['docs', 'examples'].flatMap((folder) =>
      readdirSync(folder).map((name) => `${folder}/${name}`)
    )
    expect(pages.filter((page) => !reached.has(page))).toEqual([])
  })

  it('go with commands that exist', () => {
    const { scripts }: { scripts: object } = JSON.parse(readFileSync('package.json', 'utf8'))
    const named = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm (?:run )?(test(?::[a-z]+)?|(?<=run )[a-z:-]+)/g)].map(
        ([, script = '']) => ({ path, script })
      )
    )
    expect(named.filter(({ script }) => !(script in scripts))).toEqual([])
    const [, table = ''] = readFileSync('CONTRIBUTING.md', 'utf8').split('\n| Command |')
    const [rows = ''] = table.split('\n\n')
    const told = (name: string) => new RegExp(`\`npm (?:run )?${name}(?![\\w:-])`).test(rows)
    expect(Object.keys(scripts).filter((name) => !told(name))).toEqual([])
  })
})

describe(`${mentions.length} names of documents elsewhere`, () => {
  it('are those of files', () => {
    const faults = mentions.map((link) => judgeLink(link, { hosts: HOSTS, isMention: true }))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })
})

describe('toAnchor', () => {
  it.each([
    ['Sign in without azure/login', 'sign-in-without-azurelogin'],
    ['PUT: create or update', 'put-create-or-update'],
    ['`az deployment … what-if`', 'az-deployment--what-if'],
    ['The `outputs` of [a list](many.md)', 'the-outputs-of-a-list'],
    ['client_secret, *and* more', 'client_secret-and-more'],
    ['0.1.0 (not released)', '010-not-released']
  ])('%s: %s', (heading, anchor) => {
    expect(toAnchor(heading)).toBe(anchor)
  })
})

describe('listAnchors', () => {
  it('numbers what is the same, and takes those that are named, and none of code', () => {
    const text =
      '# A b\n\n<a id="here"></a>\n## A b ##\n\nOther\n-----\n\n```sh\n# Not me\n```\n### A b\n'
    expect([...listAnchors(text)]).toEqual(['a-b', 'a-b-1', 'other', 'a-b-2', 'here'])
  })
})

describe('judgeLink', () => {
  const judge = (markdown: string) =>
    listLinks('docs/many.md', markdown).map((link) => judgeLink(link, { hosts: HOSTS }))

  it.each([
    ['[a](../README.md)', undefined],
    ['[a](../README.md#gone)', 'no such heading'],
    ['[a](#references)', undefined],
    ['[a](#reference)', 'no such heading'],
    ['[a](gone.md)', 'no such file'],
    ['[a](../../x.md)', 'leads out of the repository'],
    ['![a](gone.png "title")', 'no such file'],
    ['<img alt="" src="gone.png">', 'no such file'],
    ['[a]: gone.md', 'no such file'],
    ['[a](../package.json#scripts)', 'an anchor in no document'],
    ['<http://aka.ms/x>', 'not https'],
    ['See https://example.org/x.', 'example.org is not among the hosts'],
    ['https://github.com/arm-operation/arm-operation/blob/main/gone.md', 'no such file'],
    ['https://github.com/arm-operation/arm-operation/blob/v0/README.md', undefined],
    ['https://github.com/arm-operation/arm-operation/wrong', 'no page of this repository'],
    ['https://github.com/arm-operation/arm-operation/issues/new', undefined]
  ])('%s: %s', (markdown, fault) => {
    expect(judge(markdown)).toEqual([
      fault === undefined ? undefined : expect.stringContaining(fault)
    ])
  })

  it.each(['`[a](gone.md)`', '```text\n[a](gone.md)\n```\n'])(
    'leaves code alone: %s',
    (markdown) => {
      expect(judge(markdown)).toEqual([])
    }
  )
})
