import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, json } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BodyInputs, MAX_BODY_BYTES, readBody } from '../../src/request/body.ts'

let root = ''
let workspace = ''
let tempFolder = ''
const inWorkspace = (name: string) => join(workspace, name)
const read = (given: Partial<BodyInputs>) =>
  readBody({
    body: '',
    bodyFile: '',
    workspace,
    tempFolder,
    environment: {},
    mask: () => {},
    ...given
  })
const readInline = async (body: string) => (await read({ body }))?.text
const readFile = async (bodyFile: string) => (await read({ bodyFile }))?.text

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'body-test-')))
  workspace = join(root, 'workspace')
  tempFolder = join(root, 'temp')
  mkdirSync(join(workspace, 'infra'), { recursive: true })
  mkdirSync(join(root, 'workspace-beside'))
  writeFileSync(join(root, 'outside.json'), '{}')
  writeFileSync(join(root, 'workspace-beside', 'a.json'), '{}')
  writeFileSync(inWorkspace('infra/body.json'), '{ "a": 1 } // end')
  writeFileSync(inWorkspace('..dots.json'), '[1]')
  writeFileSync(inWorkspace('bom.json'), '\ufeff{"ä":1}')
  writeFileSync(inWorkspace('utf16.json'), Buffer.from('\ufeff{}', 'utf16le'))
  writeFileSync(inWorkspace('utf16be.json'), Buffer.from('\ufeff{}', 'utf16le').swap16())
  writeFileSync(inWorkspace('latin1.json'), Buffer.from('{"ä":1}', 'latin1'))
  writeFileSync(inWorkspace('broken.json'), '{\n  "a": tru\n}')
  writeFileSync(inWorkspace('empty.json'), '')
  mkdirSync(join(tempFolder, 'inner'), { recursive: true })
  writeFileSync(join(tempFolder, 'answer.json'), '{"b": 2}')
  symlinkSync(join(tempFolder, 'answer.json'), join(tempFolder, 'inner/link.json'))
  symlinkSync(join(root, 'outside.json'), join(tempFolder, 'out.json'))
  symlinkSync(inWorkspace('infra/body.json'), join(tempFolder, 'to-workspace.json'))
  symlinkSync(join(tempFolder, 'answer.json'), inWorkspace('to-temp.json'))
  symlinkSync(inWorkspace('infra/body.json'), inWorkspace('inside-link.json'))
  symlinkSync(join(root, 'outside.json'), inWorkspace('outside-link.json'))
  symlinkSync(root, inWorkspace('folder-link'))
  symlinkSync(inWorkspace('loop.json'), inWorkspace('loop.json'))
  symlinkSync('/dev/null', inWorkspace('device.json'))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Puts fillers around every token and a trailing comma before every bracket that may have one. */
function decorate(text: string, fillers: readonly string[]): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? []
  return tokens
    .map((token, index) => {
      const closes = /^[\]}]$/.test(token) && !/^[[{]$/.test(tokens[index - 1] ?? '')
      const filler = fillers[index % fillers.length] ?? ''
      return `${filler}${closes ? ',' : ''}${filler}${token}`
    })
    .join('')
}

// API Management policies are XML, the drafts of Automation runbooks PowerShell or Python.
describe('readBody, with a Content-Type that is not JSON,', () => {
  const contentType = 'text/powershell'

  it.each([
    '<policies>\n  <inbound><base /></inbound>\n</policies>\n',
    '[CmdletBinding()]\nparam([string] $Name)\n',
    '{ Get-Date } # no JSON',
    '# head\r\n@{ a = 1 }\r\n',
    'a: 1 # no YAML either\n',
    '!text run.ps1',
    '  {"a": 1,} // as it is\n',
    '\ufeffparam()',
    '| not\n  a block',
    '|\n  neither\nis this'
  ])('sends %j as it is', async (body) => {
    expect(await read({ body, contentType })).toEqual({ text: body, sources: [], diagnostics: [] })
    writeFileSync(inWorkspace('as-it-is.ps1'), body)
    expect((await read({ bodyFile: 'as-it-is.ps1', contentType }))?.text).toBe(body)
  })

  it.each([
    ['|\n  a\n    b\n\n  c\n', 'a\n  b\n\nc\n'],
    ['|-\n a: 1\n', 'a: 1'],
    ['|+\n  a\n\n', 'a\n\n'],
    ['|-\n  a', 'a']
  ])('sends the YAML block %j as %j', async (body, sent) => {
    expect((await read({ body, contentType }))?.text).toBe(sent)
  })

  it('does not take a block out of a file', async () => {
    writeFileSync(inWorkspace('block.txt'), '|\n  a\n')
    expect((await read({ bodyFile: 'block.txt', contentType }))?.text).toBe('|\n  a\n')
  })

  it('takes any file that is text, whatever its name', async () => {
    writeFileSync(inWorkspace('main.bicep'), 'param a string')
    writeFileSync(inWorkspace('odd.json'), 'no JSON')
    expect((await read({ bodyFile: 'main.bicep', contentType }))?.text).toBe('param a string')
    expect((await read({ bodyFile: 'odd.json', contentType }))?.text).toBe('no JSON')
    // As it is, or not at all: a request says that its text is UTF-8.
    await expect(read({ bodyFile: 'utf16.json', contentType })).rejects.toThrow('is not UTF-8 text')
  })

  it('keeps to the limit', async () => {
    const body = 'a'.repeat(MAX_BODY_BYTES + 1)
    await expect(read({ body, contentType })).rejects.toThrow('more than Azure Resource Manager')
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/Merge-Patch+JSON',
    'text/json',
    ''
  ])('but not with %j, which is JSON', async (type) => {
    expect((await read({ body: 'a: 1', contentType: type }))?.text).toBe('{"a":1}')
    await expect(read({ body: '<policies />', contentType: type })).rejects.toThrow('Input body')
  })

  it.each(['application/jsonl', 'application/json-seq', 'x/y; kind=+json-like'])(
    'which %j is',
    async (type) => {
      expect((await read({ body: 'a: 1', contentType: type }))?.text).toBe('a: 1')
    }
  )
})

describe('readBody', () => {
  it.each(['', ' \n '])('has no body for %j', async (body) => {
    await expect(readInline(body)).resolves.toBeUndefined()
  })

  it.each([
    '{}',
    '[]',
    '"text"',
    'null',
    'true',
    '5',
    '-1.50e+10',
    '  {"b": 1,\r\n\t"a":2}\n',
    '{"big": 12345678901234567890, "precise": 1.000, "exponent": 1E5}',
    '{"10": 1, "2": 2, "a": 3, "a": 4}',
    '{"text": "// no comment, /* none */", "escaped": "\\u0041\\"\\\\", "end": ",}"}',
    '["\u2028", "ä😀"]'
  ])('sends %j byte for byte', async (body) => {
    await expect(readInline(body)).resolves.toBe(body)
  })

  it.each([
    ['{"a": 1,}', '{"a": 1}'],
    ['[1, 2,\n]', '[1, 2\n]'],
    ['{"a": [1,], "b": {"c": 2,},}', '{"a": [1], "b": {"c": 2}}'],
    ['{"a": [{},],}', '{"a": [{}]}'],
    ['[[1], [],]', '[[1], []]'],
    ['{"a": 1, /* last */ }', '{"a": 1  }'],
    ['{ // why\n"a": 1}', '{ \n"a": 1}'],
    ['// head\n{"a": 1}\n/* tail */', '\n{"a": 1}\n'],
    ['/* a, b */ [1 /* } */, 2]', ' [1 , 2]'],
    ['{"a": 1.00, "big": 12345678901234567890, }', '{"a": 1.00, "big": 12345678901234567890 }'],
    ['{"a": "//,]",}', '{"a": "//,]"}'],
    ['\ufeff{"a": 1}', '{"a": 1}'],
    ['\ufeff{"a": 1,} // x', '{"a": 1} '],
    // https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax#multi-line-strings
    ['["a\nb"]', '["a\\nb"]'],
    ['["\r\n\t\r"]', '["\\r\\n\\t\\r"]'],
    ['{"a": "[and(\n\ttrue())]",\n"n": 1.0,}', '{"a": "[and(\\n\\ttrue())]",\n"n": 1.0}'],
    ['["// \n /* ",] // "\n/* "\n" */', '["// \\n /* "] \n'],
    ['["\\"\n\\\\", "\n"]', '["\\"\\n\\\\", "\\n"]'],
    ['// "\r["a\nb"]', '\r["a\\nb"]']
  ])('sends %j as %j', async (body, sent) => {
    await expect(readInline(body)).resolves.toBe(sent)
  })

  it('sends strict JSON however deep it is', async () => {
    const body = '['.repeat(20_000) + ']'.repeat(20_000)
    expect((await readInline(body)) === body).toBe(true)
  })

  it('strips comments and trailing commas from anywhere, and nothing else', async () => {
    const filler = constantFrom('', ' ', '\n', '/* , " } */', '// ]\n', '\t')
    await assert(
      asyncProperty(
        json(),
        array(filler, { minLength: 1, maxLength: 5 }),
        async (text, fillers) => {
          expect(JSON.parse((await readInline(decorate(text, fillers))) ?? '')).toEqual(
            JSON.parse(text)
          )
        }
      )
    )
  })

  it.each([
    ['{"a": 1 "b": 2}', 'line 1, column 9 (after "a"): a comma is expected.'],
    ['{"a": tru}', 'line 1, column 7 (after "a"): this is not a JSON value.'],
    ['{"a" 1}', 'line 1, column 6: a colon is expected.'],
    ['{"a":}', 'line 1, column 6 (after "a"): a value is expected.'],
    ['{"a": 1', 'line 1, column 8 (after "a"): a comma or "}" is expected.'],
    ['[1\n', 'line 2, column 1: a comma or "]" is expected.'],
    ['[1,,2]', 'line 1, column 4: a value is expected.'],
    ['[,]', 'line 1, column 2: a value is expected.'],
    ['{,}', 'line 1, column 2: a value is expected.'],
    ['{} {}', 'line 1, column 4: nothing more is expected.'],
    ['{\n  "a": 01\n}', 'line 2, column 9 (after "a"): a comma is expected.'],
    ['{\r\n  a: 1\r\n}', 'line 2, column 3: this is not a JSON value.'],
    ["{'a': 1}", 'line 1, column 2: this is not a JSON value.'],
    ['{"a": 1. }', 'line 1, column 7 (after "a"): the number is cut short.'],
    ['["a\nb]', 'line 1, column 2: the string has no end.'],
    [
      '{"a": "x,\n  "b": 1}',
      'line 2, column 4 (after "a"): this is not a JSON value; a string over several lines ends before it, whose own closing quote may be missing.'
    ],
    ['{"a": "x",\r\n"b": "y\r\n}', 'line 2, column 6 (after "b"): the string has no end.'],
    ['{"a": 1,\n"b\nc": 2}', 'line 2, column 1 (after "a"): a property name is on one line'],
    ['{"a\t": 1}', 'line 1, column 2: a property name is on one line, without tabs; is a quote'],
    ['{"a": "x\ny" "b": 1}', 'line 2, column 4 (after "a"): a comma is expected; a string over'],
    ['{"a": "x\ny", "b" 1}', 'line 2, column 9 (after "a"): a colon is expected.'],
    ['["a\\\nb"]', 'line 1, column 2: the string holds an escape that JSON does not have.'],
    ['["\\x"]', 'line 1, column 2: the string holds an escape that JSON does not have.'],
    ['["\\u12"]', 'line 1, column 2: a \\u escape takes four hexadecimal digits.'],
    ['["\u0001"]', 'line 1, column 2: the string holds a control character.'],
    ['["\t\f"]', 'line 1, column 2: the string holds a control character.'],
    ['{} /* x', 'line 1, column 4: the comment has no end.'],
    ['// nothing', 'line 1, column 11: a value is expected.'],
    [`[${'1,'.repeat(50)}x]`, 'column 102: this is not a JSON value.'],
    ['{"a": {"b": 1}, "c" 2}', 'column 21 (after "b"): a colon is expected.']
  ])('refuses %j', async (body, message) => {
    await expect(readInline(body)).rejects.toThrow(message)
    await expect(readInline(body)).rejects.toThrow(
      /^Input body: is not valid JSON at line \d+, column \d+(?: \(after "."\))?: /
    )
  })

  it.each([
    ['nul', 'line 1, column 1'],
    ['\n\n  <xml/>', 'line 3, column 3'],
    ['a: 1', 'line 1, column 1']
  ])('says of a JSON file with %j that it is none', async (text, position) => {
    writeFileSync(inWorkspace('none.json'), text)
    await expect(readFile('none.json')).rejects.toThrow(
      `Input body-file: "none.json" is not JSON: something else begins at ${position}.`
    )
    await expect(readFile('none.json')).rejects.toThrow('Allowed: JSON, such as { "location"')
  })

  it.each([
    '{"password": "hidden" "b": 1}',
    '{"password": "hidden\n}',
    '{"password": "hid"den\nhidden", "a": "b"}',
    '{"password": "hidden,\n"a": 1}',
    '{"a": ["hidden", "hid\\"den", x]}',
    '{"a": \'hidden\'}'
  ])('never quotes a string value, as of %j', async (body) => {
    await expect(readInline(body)).rejects.toThrow(/^(?!.*hid)Input body: is not valid JSON/)
  })

  it('refuses what nests too deeply to be read', async () => {
    await expect(readInline('['.repeat(500_000))).rejects.toThrow(
      'Input body: is nested too deeply to be read.'
    )
  })

  // https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
  it('refuses a body beyond the limit of ARM', async () => {
    const fill = (bytes: number) => JSON.stringify('ä'.repeat((bytes - 2) / 2))
    await expect(readInline(fill(MAX_BODY_BYTES))).resolves.toHaveLength(MAX_BODY_BYTES / 2 + 1)
    await expect(readInline(fill(MAX_BODY_BYTES + 2))).rejects.toThrow(
      'Input body: has 4194306 bytes, more than Azure Resource Manager accepts. Allowed: 4194304 bytes.'
    )
    await expect(readInline(`{} // ${'x'.repeat(MAX_BODY_BYTES)}`)).resolves.toBe('{} ')
  })

  it('drops blanks from a body that is beyond the limit with them', async () => {
    const blanks = ' \t\r\n'.repeat(MAX_BODY_BYTES / 4)
    const given = `${blanks}{ "a  b": [1.00,${blanks}2] , "c\\" ": " d\t" }`
    const sent = '{"a  b":[1.00,2],"c\\" ":" d\\t"}'
    await expect(readInline(given)).resolves.toBe(sent)
    await expect(readInline(sent.replaceAll(',', ', '))).resolves.toBe(sent.replaceAll(',', ', '))
    writeFileSync(inWorkspace('pretty.json'), given)
    await expect(readInline('a: !file pretty.json')).resolves.toBe(`{"a":${sent}}`)
  })

  // `${{ toJSON(steps.x.outputs.y) }}` of an output that is JSON already.
  it.each(['{"a": 1}', '[]', ' [1, 2]\n'])('refuses the JSON string of %j', async (inner) => {
    const message =
      'is one JSON string that holds JSON, and Azure would get a text. Allowed: the JSON itself: drop toJSON() around it.'
    const text = JSON.stringify(inner)
    await expect(readInline(` ${text}\n`)).rejects.toThrow(`Input body: ${message}`)
    writeFileSync(inWorkspace('twice.json'), `${text} // twice`)
    await expect(readFile('twice.json')).rejects.toThrow(`Input body-file: "twice.json" ${message}`)
  })

  it.each(['"[parameters(\'a\')]"', '"5"', '"null"', '"{"', '"a plain text"', '["[1]"]'])(
    'sends %s, whose text is no JSON',
    async (body) => {
      await expect(readInline(body)).resolves.toBe(body)
    }
  )

  // `az rest --body @file` (https://learn.microsoft.com/cli/azure/reference-index#az-rest)
  it.each(['@body.json', ' @infra/dcr.json\n', '@{"a": 1}'])(
    'names body-file for %j',
    async (body) => {
      const message =
        'Input body: begins with "@", which stands for a file in other tools. Allowed: the path of the file, without "@", in body-file;'
      await expect(readInline(body)).rejects.toThrow(message)
    }
  )

  it('names body-file for text of another kind only where nothing but a path is given', async () => {
    const contentType = 'text/plain'
    await expect(read({ body: '@policy.xml\n', contentType })).rejects.toThrow('in body-file;')
    await expect(read({ body: '@{ a = 1 }', contentType })).resolves.toMatchObject({})
  })
})

describe('readBody of a file', () => {
  it.each([
    ['infra/body.json', '{ "a": 1 } '],
    ['./infra/../infra/body.json', '{ "a": 1 } '],
    ['inside-link.json', '{ "a": 1 } '],
    ['..dots.json', '[1]'],
    ['bom.json', '{"ä":1}'],
    // What `>` of Windows PowerShell writes; `az rest` reads it too.
    ['utf16.json', '{}'],
    ['utf16be.json', '{}']
  ])('reads %s', async (path, sent) => {
    await expect(readFile(path)).resolves.toBe(sent)
    await expect(readFile(inWorkspace(path))).resolves.toBe(sent)
  })

  it.each([
    ['missing.json', 'does not exist; was the repository checked out?'],
    ['infra/body.json/x', 'does not exist; was the repository checked out?'],
    ['infra', 'is a directory.'],
    ['.', 'is a directory.'],
    ['../outside.json', 'is outside the folders of the job.'],
    ['..', 'is outside the folders of the job.'],
    ['../workspace-beside/a.json', 'is outside the folders of the job.'],
    ['infra/../../missing.json', 'is outside the folders of the job.'],
    ['/etc/hostname', 'is outside the folders of the job.'],
    ['outside-link.json', 'leads through a link out of its folder.'],
    ['folder-link/outside.json', 'leads through a link out of its folder.'],
    ['device.json', 'leads through a link out of its folder.'],
    ['loop.json', 'cannot be read (ELOOP).'],
    ['a\u0000b', 'cannot be read (ERR_INVALID_ARG_VALUE).'],
    ['latin1.json', 'is not UTF-8 text. Allowed: a file saved as UTF-8.']
  ])('refuses %j', async (path, message) => {
    await expect(readFile(path)).rejects.toThrow(message)
    await expect(readFile(path)).rejects.toThrow(/^Input body-file: ".+" /)
  })

  describe('in the temporary folder of the runner', () => {
    it.each([
      ['answer.json', '{"b": 2}'],
      ['inner/link.json', '{"b": 2}']
    ])('reads %s by its absolute path', async (name, sent) => {
      const body = await read({ bodyFile: join(tempFolder, name) })
      const file = join(tempFolder, 'answer.json')
      expect(body).toMatchObject({ text: sent, sources: [{ pointer: '', file }] })
      expect(await readInline(`a: !file ${join(tempFolder, name)}`)).toBe(`{"a":${sent}}`)
      expect(await readFile(join('..', 'temp', name))).toBe(sent)
    })

    it.each([
      ['out.json', 'leads through a link out of its folder.'],
      // A checkout may be a stranger's, and other steps leave credentials here.
      ['to-workspace.json', 'leads through a link out of its folder.'],
      ['none.json', 'does not exist. Allowed: a file in the workspace or'],
      ['../outside.json', 'is outside the folders of the job.'],
      ['inner', 'is a directory.']
    ])('refuses %s', async (name, message) => {
      await expect(readFile(join(tempFolder, name))).rejects.toThrow(message)
      await expect(readInline(`a: !text ${join(tempFolder, name)}`)).rejects.toThrow(message)
      await expect(readInline(`a: !base64 ${join(tempFolder, name)}`)).rejects.toThrow(message)
    })

    it('is not reached by a link in the workspace', async () => {
      await expect(readFile('to-temp.json')).rejects.toThrow('leads through a link out of')
    })

    it('may hold the workspace', async () => {
      const folders = { workspace, tempFolder: root }
      expect(await read({ ...folders, bodyFile: 'bom.json' })).toMatchObject({ text: '{"ä":1}' })
      expect(await read({ ...folders, bodyFile: 'to-temp.json' })).toMatchObject({
        text: '{"b": 2}'
      })
    })
  })

  it('refuses what is no regular file', async () => {
    await expect(read({ bodyFile: 'null', workspace: '/dev' })).rejects.toThrow(
      'Input body-file: "null" is not a regular file.'
    )
  })

  it.each([
    [
      'broken.json',
      'Input body-file: "broken.json" is not valid JSON at line 2, column 8 (after "a"): '
    ],
    ['empty.json', 'Input body-file: "empty.json" is not valid JSON at line 1, column 1: a value']
  ])('names the place in %s', async (path, message) => {
    await expect(readFile(path)).rejects.toThrow(message)
  })

  it('refuses both inputs at once', async () => {
    await expect(read({ body: '{}', bodyFile: 'a.json' })).rejects.toThrow(
      'Input body-file: "a.json" is given together with body. Allowed: one of the two.'
    )
  })
})
