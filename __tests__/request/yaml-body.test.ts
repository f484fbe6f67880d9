/** The body language: YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema) and its tags. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { array, assert, asyncProperty, constantFrom, json } from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { MAX_BODY_BYTES, readBody } from '../../src/request/body.ts'
import type { RequestBody } from '../../src/request/body-content.ts'

let root = ''
let workspace = ''
let tempFolder = ''

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'infra/main.json': '{\n  // why\n  "big": 12345678901234567890,\n  "list": [1, {"x": 1.00}],\n}',
  'infra/prod.parameters.json':
    '{"$schema": "s", "parameters": {"a": {"value": 1.50}, "a/b~c": 1, "": 2, "d": 1, "d": 2}}',
  'infra/bom.jsonc': '\ufeff{"a": 1, /* x */}',
  'infra/values.yaml': 'shared: &s\n  region: westeurope\nprod:\n  <<ok: 1\n  where: *s\n',
  'infra/tags.yaml':
    'secret: !env PASSWORD\nscript: !text run.sh\nmain: !file infra/main.json\ndeep: !file infra/values.yaml#/prod/where\n',
  'infra/broken.json': '{\n  "a": tru\n}',
  'infra/broken.yaml': 'a: 1\nb: [1\n',
  'infra/named.json': 'a: 1',
  'infra/flow.yaml': '{a: 1}',
  'text.yaml': 'just words',
  'empty.yaml': '# nothing\n',
  'merge.yaml':
    'both: !merge [{a: 1, b: {}}, {f: !file infra/main.json#/list/1}, !values {b: 2.0}]\nwrapped: !values {b: 1}\nlist: !json LIST\n',
  'self.yaml': 'a: !file self.yaml\n',
  'part.yaml': 'a: !file part.yaml#/b\nb: 1\n',
  'ping.yaml': 'a: !file pong.yaml\n',
  'pong.yaml': 'b: !file ping.yaml#/a\n',
  'run.sh': '#!/bin/sh\necho "ä"\r\n',
  'crlf.sh': '#!/bin/bash\r\necho\r\n',
  'script.ps1': 'Get-Item\r\n',
  'odd #1.json': '[1]',
  'bytes.bin': new Uint8Array([0, 255, 128, 10]),
  'huge.json': JSON.stringify('x'.repeat(MAX_BODY_BYTES)),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [
      `deep${index}.yaml`,
      `a: !file deep${index + 1}.yaml`
    ])
  )
}

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'yaml-body-test-')))
  workspace = join(root, 'workspace')
  tempFolder = join(root, 'temp')
  for (const [name, content] of Object.entries(FILES)) {
    const path = join(workspace, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  writeFileSync(join(root, 'outside.json'), '{}')
  symlinkSync(join(root, 'outside.json'), join(workspace, 'link.json'))
  symlinkSync(join(workspace, 'infra/main.json'), join(workspace, 'alias.json'))
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

const ENVIRONMENT = {
  PASSWORD: 'p"w\n',
  EMPTY: '',
  MY_INPUT_A: '1',
  ACTION_A: '2',
  INPUTS: '3',
  TITLE: 'Fix "x": {y} #1\n',
  LIST: '[1.00,\n "x\ny", /* why */]',
  COUNT: '5',
  OBJECT: '{"a": 3}',
  TWICE: '"{\\"a\\":1}"',
  BROKEN: '{\n "a": tru}',
  INPUT_TOKEN: 'x',
  ACTIONS_RUNTIME_TOKEN: 'x'
}

async function read(body: string, masked: string[] = []): Promise<RequestBody> {
  const mask = (secret: string) => masked.push(secret)
  const found = await readBody({
    body,
    bodyFile: '',
    workspace,
    tempFolder,
    environment: ENVIRONMENT,
    mask
  })
  if (found === undefined) throw new Error('there is no body')
  return found
}

const readText = async (body: string) => (await read(body)).text

describe('a YAML body', () => {
  it.each([
    ['a: 1', '{"a":1}'],
    ['\ufeffa: 1', '{"a":1}'],
    ['# why\n---\na: 1\n...\n', '{"a":1}'],
    ['%YAML 1.2\n---\na: 1', '{"a":1}'],
    ['- a\n- 1\n- {b: c}\n-', '["a",1,{"b":"c"},null]'],
    ['b: 1\na:\n  - x: y\n    z: []\n  - {}', '{"b":1,"a":[{"x":"y","z":[]},{}]}'],
    [
      'a: yes\nb: no\nc: on\nd: 2001-12-14\ne: 1_000\nf: 12:30',
      '{"a":"yes","b":"no","c":"on","d":"2001-12-14","e":"1_000","f":"12:30"}'
    ],
    [
      'a: true\nb: False\nc: null\nd: ~\ne:\nf: NULL',
      '{"a":true,"b":false,"c":null,"d":null,"e":null,"f":null}'
    ],
    [
      'a: "true"\nb: \'1\'\nd: !!str 5\ne: !!int "5"\nf: !!map {}\ng: "!"',
      '{"a":"true","b":"1","d":"5","e":5,"f":{},"g":"!"}'
    ],
    ['a: |\n  one\n  "two"\nb: >-\n  x\n  y', '{"a":"one\\n\\"two\\"\\n","b":"x y"}'],
    ['a: 1\rb:\r  - "c\r    d"\r\n  - |\r    e\r', '{"a":1,"b":["c d","e\\n"]}'],
    ['a: {b: ~, c: null, d: "", e: !!null }', '{"a":{"b":null,"c":null,"d":"","e":null}}'],
    ['a: [1, 2,]\nb: {c: d,}', '{"a":[1,2],"b":{"c":"d"}}'],
    [
      '80: http\ntrue: x\n0x1F: y\n"": z\n? k\n: v',
      '{"80":"http","true":"x","0x1F":"y","":"z","k":"v"}'
    ],
    [
      'a: &x {b: [1]}\nc: *x\nd: [*x, *x]',
      '{"a":{"b":[1]},"c":{"b":[1]},"d":[{"b":[1]},{"b":[1]}]}'
    ],
    ['a: &x 1\nb: *x\nc: &x 2\nd: *x', '{"a":1,"b":1,"c":2,"d":2}'],
    ['&k a: 1\n*k : 2'.replace('*k : 2', 'b: *k'), '{"a":1,"b":"a"}'],
    ['"<<": 1', '{"<<":1}'],
    ['__proto__: 1', '{"__proto__":1}'],
    ['expression: "[parameters(\'a\')]"', '{"expression":"[parameters(\'a\')]"}'],
    ['a: \u{1F600}\nb: "\\ud83d\\x41"', '{"a":"\u{1F600}","b":"\\ud83dA"}']
  ])('reads %j as %s', async (body, sent) => {
    expect(await readText(body)).toBe(sent)
    JSON.parse(sent)
  })

  it.each([
    ['12345678901234567890', '12345678901234567890'],
    ['1.000', '1.000'],
    ['-1.5E+10', '-1.5E+10'],
    ['+5', '5'],
    ['-007', '-7'],
    ['00', '0'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-.5e3', '-0.5e3'],
    ['0xFFFFFFFFFFFFFFFF', '18446744073709551615'],
    ['0o17', '15'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827']
  ])('keeps the digits of %s', async (number, sent) => {
    expect(await readText(`a: ${number}`)).toBe(`{"a":${sent}}`)
  })

  it('means what the YAML library reads, for anything that JSON can say', async () => {
    await assert(
      asyncProperty(json(), async (text) => {
        // Wrapped, because text that begins with a bracket is JSON.
        const body = `a:\n ${text.replaceAll('\n', ' ')}`
        const expected: unknown = parseDocument(body, { uniqueKeys: false }).toJS()
        expect(JSON.parse(await readText(body))).toEqual(expected)
      })
    )
  })

  it.each([
    ['a: 1\na: 2', 'at line 2, column 1 (after "a"): "a" is given twice.'],
    ['1: a\n"1": b', 'at line 2, column 1 (after "1"): "1" is given twice.'],
    ['a:\n\tb: 1', 'at line 2, column 1 (after "a"): a tab cannot indent.'],
    ['a:\n   b: 1\n  c: 2', 'at line 3, column 1 (after "b"): '],
    ['a: "x', 'at line 1, column 6 (after "a"): something is missing here'],
    [
      'a: [1',
      'at line 1, column 6 (after "a"): the indentation does not fit the lines before, or a bracket'
    ],
    [
      'a: b: c',
      'at line 1, column 4 (after "a"): a mapping cannot begin here; text that holds ": " needs'
    ],
    [
      'a: @b',
      'at line 1, column 4 (after "a"): text that begins with this character needs quotes.'
    ],
    [
      'a: "\\q"',
      'at line 1, column 5 (after "a"): the string holds an escape that YAML does not have.'
    ],
    [
      'a: *b',
      'at line 1, column 4 (after "a"): no anchor "&" with this name comes before the alias;'
    ],
    ['a: *b\nb: &b 1', 'at line 1, column 4 (after "a"): no anchor'],
    [
      'a: &a [*a]',
      'at line 1, column 7 (after "a"): an alias in here refers to a value that contains it.'
    ],
    ['<<: {a: 1}', 'at line 1, column 1: merge keys ("<<") are not part of YAML 1.2.'],
    ['? [a]\n: b', 'at line 1, column 3: a name is one piece of text'],
    [': b', 'a name is missing.'],
    ['!text a: b', 'a name is one piece of text'],
    [
      'a: !foo b',
      'at line 1, column 4 (after "a"): this tag is not known; text that begins with "!" needs quotes. Allowed: !file, !text, !base64, !env, !var, !json, !guid, !values, !merge.'
    ],
    ['a: !File b', 'this tag is not known;'],
    ['a: !file-x b', 'this tag is not known;'],
    ['a: 1\nb: ! 5', 'at line 2, column 4 (after "b"): this tag is not known; text that begins'],
    ['a: ! {b: 1}', 'at line 1, column 4 (after "a"): this tag is not known;'],
    ['a: !\n  b: 1', 'at line 1, column 4 (after "a"): this tag is not known;'],
    ['"é": "!"\na: |\n  !\nb: [x, !]', 'at line 4, column 8 (after "b"): this tag is not known;'],
    [
      'a: { b: x,y, c: 1 }',
      'at line 1, column 11 (after "a"): a name between braces has no value;'
    ],
    ['a: { b: , c: 1 }', 'at line 1, column 6 (after "a"): a name between braces has no value;'],
    ['a: [b: ]', 'at line 1, column 5 (after "a"): a name between braces has no value; text with'],
    ['a: {? b}', 'text with a comma needs quotes. Allowed: null for no value.'],
    [
      'a: !file [b]',
      'at line 1, column 4 (after "a"): !file takes one piece of text, not a list or mapping.'
    ],
    [
      'a: !!binary aGk=',
      'has no meaning in JSON. Allowed: !file, !text, !base64, !env, !var, !json, !guid, !values, !merge.'
    ],
    ['a: .inf', 'at line 1, column 4 (after "a"): JSON has no such number.'],
    ['a: .NaN', 'at line 1, column 4 (after "a"): JSON has no such number.'],
    ['a: 1\n---\nb: 2', 'at line 2, column 1: a second document begins, and only one is read.'],
    ['%YAML 1.1\n---\na: yes', 'at line 1, column 1: YAML 1.1 is asked for'],
    ['infra/main.json', 'at line 1, column 1: the body is one piece of text. Allowed: a mapping'],
    ["'quoted'", 'at line 1, column 1: the body is one piece of text.'],
    ['# nothing', 'holds no value. Allowed: JSON or YAML.'],
    ['---', 'at line 1']
  ])('refuses %j', async (body, message) => {
    if (message === 'at line 1') expect(await readText(body)).toBe('null')
    else {
      await expect(read(body)).rejects.toThrow(message)
      await expect(read(body)).rejects.toThrow(/^Input body: [^"]/)
    }
  })

  it.each(['{a: 1}', '[a]', '  {"a": 1', '// x\na: 1'])('never reads %j as YAML', async (body) => {
    await expect(read(body)).rejects.toThrow('Input body: is not valid JSON at line')
  })

  it.each([
    'password: hidden: x',
    'password: "hidden',
    'password: "hidden \\q"',
    'a: hidden\n\tb: hidden',
    'a: |hidden\n  b',
    'a: [hidden'
  ])('never quotes a value, as of %j', async (body) => {
    await expect(read(body)).rejects.toThrow(/^(?!.*hidden)Input body: at line \d+, column \d+ /)
  })

  // GitHub hides a registered value only as a whole, so a piece of one must not be shown
  // (https://docs.github.com/actions/concepts/security/secrets).
  it.each<[string, (secret: string) => string]>([
    ['JSON, within quotes', (secret) => `{"properties":{"password":"${secret}"}}`],
    ['JSON, bare', (secret) => `{"properties":{"password":${secret}}}`],
    ['YAML, bare', (secret) => `properties:\n  password: ${secret}\n  mode: x\n`],
    ['YAML, within quotes', (secret) => `properties:\n  - password: "${secret}"\n    mode: x\n`],
    ['YAML, between braces', (secret) => `properties: { password: ${secret}, mode: x }\n`]
  ])('never quotes a piece of a value that breaks it, as %s', async (_name, wrap) => {
    const marks = [...'"\'{}[],:*&!|>#\\%@`<?-/ \t', ': ', ', ', '- ', ' #', '!!str ']
    const piece = array(constantFrom(...marks), { maxLength: 3 })
    const secret = array(piece, { minLength: 1, maxLength: 4 }).map((pieces) =>
      pieces.map((each) => `${each.join('')}HUSH`).join('')
    )
    await assert(
      asyncProperty(secret, async (text) => {
        const message = await read(wrap(text)).then(() => '', String)
        expect(message).not.toMatch(/HUSH/)
      }),
      { numRuns: 300 }
    )
  })

  it.each([
    ['{"a": {"password": "x"y"}}', 'at line 1, column 23 (after "password"): '],
    ['a:\n  password: *x', 'at line 2, column 13 (after "password"): '],
    ['a:\n  - b: 1\n    password: !x', 'at line 3, column 15 (after "password"): '],
    ['a:\n  password: {b: 1, b: 2}', 'column 20 (after "password"): a name is given twice.']
  ])('names the property before the fault, of %j', async (body, message) => {
    await expect(read(body)).rejects.toThrow(message)
  })

  it('is bounded, however much its aliases make of it', async () => {
    const levels = Array.from({ length: 30 }, (_, n) => {
      const before = n === 0 ? 'x' : `*l${n - 1}`
      return `l${n}: &l${n} [${Array.from({ length: 10 }, () => before).join(', ')}]`
    })
    await expect(read(levels.join('\n'))).rejects.toThrow(
      'Input body: has aliases that stand for more than 250000 values.'
    )
  })

  it.each([`a: ${'['.repeat(20_000)}`, `${'- '.repeat(20_000)}a`, `a: ${'{a: '.repeat(20_000)}`])(
    'refuses what nests too deeply',
    async (body) => {
      await expect(read(body)).rejects.toThrow(/^Input body: .*(?:too deeply|too deep)/)
    }
  )

  it('takes no quadratic time for many names', async () => {
    const body = Array.from({ length: 20_000 }, (_, n) => `n${n}: ${n}`).join('\n')
    expect((await readText(body)).length).toBeGreaterThan(200_000)
  })

  it('is refused beyond the limit of ARM, with its size', async () => {
    await expect(read('a: !file huge.json')).rejects.toThrow(
      `Input body: has ${MAX_BODY_BYTES + 8} bytes, more than Azure Resource Manager accepts. Allowed: 4194304 bytes.`
    )
  })
})

describe('!file', () => {
  const MAIN = '{\n  \n  "big": 12345678901234567890,\n  "list": [1, {"x": 1.00}]\n}'

  it.each([
    ['infra/main.json', MAIN],
    ['./infra/../infra/main.json', MAIN],
    ['alias.json', MAIN],
    ['"infra/main.json"', MAIN],
    ['infra/main.json#', MAIN],
    ['infra/main.json#/big', '12345678901234567890'],
    ['infra/main.json#/list/1', '{"x": 1.00}'],
    ['infra/prod.parameters.json#/parameters/a', '{"value": 1.50}'],
    ['infra/prod.parameters.json#/parameters/a~1b~0c', '1'],
    ['infra/prod.parameters.json#/parameters/', '2'],
    ['infra/prod.parameters.json#/parameters/d', '2'],
    ['infra/bom.jsonc', '{"a": 1 }'],
    ['infra/values.yaml#/prod/where/region', '"westeurope"'],
    ['infra/values.yaml#/prod', '{"<<ok":1,"where":{"region":"westeurope"}}'],
    ['infra/tags.yaml#/main/list/0', '1'],
    ['infra/tags.yaml#/deep', '{"region":"westeurope"}'],
    ['part.yaml', '{"a":1,"b":1}'],
    ['"odd #1.json"', '[1]'],
    ['"odd #1.json#/0"', '1']
  ])('inserts %s', async (reference, part) => {
    expect(await readText(`a: !file ${reference}`)).toBe(`{"a":${part}}`)
  })

  it('is a whole body', async () => {
    expect(await readText('!file infra/main.json')).toBe(MAIN)
    expect(await readText('!file infra/main.json#/list')).toBe('[1, {"x": 1.00}]')
  })

  it('says where each part came from', async () => {
    const { sources } = await read(
      'properties:\n  template: !file infra/main.json\n  "p/q": [!file infra/tags.yaml]\n'
    )
    const text = String(FILES['infra/main.json'])
    expect(sources).toEqual([
      { pointer: '/properties/template', file: 'infra/main.json', filePointer: '', text },
      { pointer: '/properties/p~1q/0', file: 'infra/tags.yaml', filePointer: '' },
      { pointer: '/properties/p~1q/0/main', file: 'infra/main.json', filePointer: '', text },
      { pointer: '/properties/p~1q/0/deep', file: 'infra/values.yaml', filePointer: '/prod/where' }
    ])
  })

  it.each([
    ['missing.json', '!file "missing.json" does not exist; was the repository checked out?'],
    ['infra', '!file "infra" is a directory.'],
    ['../outside.json', '!file "../outside.json" is outside the folders of the job.'],
    ['/etc/hostname', '!file "/etc/hostname" is outside the folders of the job.'],
    ['link.json', '!file "link.json" leads through a link out of its folder.'],
    ['bytes.bin', '!file "bytes.bin" is not UTF-8 text.'],
    ['infra/main.json#/list/2', '!file "infra/main.json" has nothing at "/list/2".'],
    ['infra/main.json#/list/01', '!file "infra/main.json" has nothing at "/list/01".'],
    ['infra/main.json#/big/x', '!file "infra/main.json" has nothing at "/big/x".'],
    ['infra/values.yaml#/prod/none', '!file "infra/values.yaml" has nothing at "/prod/none".'],
    ['infra/tags.yaml#/main/none', '!file "infra/main.json" has nothing at "/none".'],
    ['text.yaml', '!file "text.yaml" is one piece of text, which !text inserts.'],
    ['self.yaml', '!file includes itself: "self.yaml" → "self.yaml".'],
    [
      'ping.yaml',
      '!file includes itself: "ping.yaml" → "pong.yaml" → "ping.yaml/a" → "pong.yaml".'
    ],
    ['deep0.yaml', '!file goes deeper than 8 files: "deep0.yaml" → '],
    ['', '!file has nothing after it. Allowed: !file and the path of a file.']
  ])('refuses %j', async (path, message) => {
    await expect(read(`a:\n  b: !file ${path}`)).rejects.toThrow(message)
    await expect(read(`a:\n  b: !file ${path}`)).rejects.toThrow(
      /^Input body: (?:in ".+" )?at line \d+, column \d+ \(after "\w+"\): !file /
    )
  })

  it.each([
    ['infra/broken.json', 'Input body: "infra/broken.json" is not valid JSON at line 2, column 8'],
    [
      'infra/broken.yaml',
      'Input body: in "infra/broken.yaml" at line 3, column 1 (after "b"): the indentation'
    ],
    [
      'infra/named.json',
      'Input body: "infra/named.json" is not JSON: something else begins at line 1'
    ],
    ['infra/flow.yaml', 'Input body: "infra/flow.yaml" is not valid JSON at line 1, column 2'],
    ['empty.yaml', 'Input body: "empty.yaml" holds no value.']
  ])('names the place in %s', async (path, message) => {
    await expect(read(`a: !file ${path}`)).rejects.toThrow(message)
  })
})

describe('!text and !base64', () => {
  it('insert a file as it is', async () => {
    expect(JSON.parse(await readText('a: !text run.sh\nb: !base64 bytes.bin'))).toEqual({
      a: '#!/bin/sh\necho "ä"\r\n',
      b: 'AP+ACg=='
    })
  })

  it.each<[string, string, readonly object[]]>([
    ['!text crlf.sh', '#!/bin/bash\r\necho\r\n', [{ file: 'crlf.sh', line: 1, column: 12 }]],
    ['!base64 crlf.sh', 'IyEvYmluL2Jhc2gNCmVjaG8NCg==', [{ title: 'Script with CRLF' }]],
    ['!text run.sh', '#!/bin/sh\necho "ä"\r\n', []],
    ['!text script.ps1', 'Get-Item\r\n', []]
  ])(
    'insert %s as it is, and warn of a shell that Linux would not find',
    async (tag, text, found) => {
      const body = await read(`a: ${tag}\nb: ${tag}`)
      expect(JSON.parse(body?.text ?? '')).toEqual({ a: text, b: text })
      expect(body?.diagnostics).toMatchObject(found)
      expect(body?.diagnostics).toHaveLength(found.length)
    }
  )

  it.each([
    ['!text bytes.bin', '!text "bytes.bin" is not UTF-8 text. Allowed: a file saved as UTF-8.'],
    ['!text missing', '!text "missing" does not exist'],
    ['!base64 link.json', '!base64 "link.json" leads through a link out of its folder.'],
    ['!base64 ../outside.json', '!base64 "../outside.json" is outside the folders of the job.']
  ])('refuse %s', async (value, message) => {
    await expect(read(`a: ${value}`)).rejects.toThrow(`Input body: at line 1, column`)
    await expect(read(`a: ${value}`)).rejects.toThrow(message)
  })
})

describe('!env', () => {
  it('inserts a variable as text, and registers it as a secret', async () => {
    const masked: string[] = []
    const { text } = await read('a: !env PASSWORD\nb: !file infra/tags.yaml#/secret', masked)
    expect(JSON.parse(text)).toEqual({ a: 'p"w\n', b: 'p"w\n' })
    expect(masked).toEqual(['p"w\n', 'p"w\n'])
  })

  it('takes variables that are only named alike', async () => {
    const { text } = await read('a: !env MY_INPUT_A\nb: !env ACTION_A\nc: !env INPUTS')
    expect(JSON.parse(text)).toEqual({ a: '1', b: '2', c: '3' })
  })

  it('registers nothing that is not used', async () => {
    const masked: string[] = []
    await read('a: !file infra/tags.yaml#/deep', masked)
    expect(masked).toEqual([])
  })

  it.each([
    ['MISSING', 'the environment variable "MISSING" is not set. Allowed: a variable'],
    ['EMPTY', 'the environment variable "EMPTY" is empty. Allowed: a variable'],
    ['', '!env has nothing after it. Allowed: !env and the name of an environment variable.'],
    // Variables of the runner and not of the author: https://docs.github.com/actions/reference/workflows-and-actions/variables
    ['INPUT_TOKEN', `!env "INPUT_TOKEN" is refused: INPUT_* are this action's inputs`],
    ['Input_Client-Secret', '!env "Input_Client-Secret" is refused'],
    ['ACTIONS_RUNTIME_TOKEN', '!env "ACTIONS_RUNTIME_TOKEN" is refused']
  ])('refuses %j', async (name, message) => {
    await expect(read(`a: !env ${name}`)).rejects.toThrow(`Input body: at line 1, column`)
    await expect(read(`a: !env ${name}`)).rejects.toThrow(message)
  })
})

describe('!var and !json', () => {
  it('insert a variable as text and as JSON, and register nothing as a secret', async () => {
    const masked: string[] = []
    const body = 'a: !var TITLE\nb: !json LIST\nc: !json COUNT\nd: !var COUNT\ne: [!json LIST]'
    const { text } = await read(body, masked)
    const list = '[1.00,\n "x\\ny" ]'
    expect(text).toBe(`{"a":"Fix \\"x\\": {y} #1\\n","b":${list},"c":5,"d":"5","e":[${list}]}`)
    expect(masked).toEqual([])
  })

  it.each([
    ['!var MISSING', 'the environment variable "MISSING" is not set. Allowed: a variable that'],
    ['!var EMPTY', "is empty. Allowed: a variable that the step's env gives a value."],
    ['!json EMPTY', 'the environment variable "EMPTY" is empty.'],
    ['!var', '!var has nothing after it. Allowed: !var and the name of an environment variable.'],
    ['!json INPUT_TOKEN', `!json "INPUT_TOKEN" is refused: INPUT_* are this action's inputs`],
    ['!var actions_runtime_token', '!var "actions_runtime_token" is refused'],
    ['!json [A]', '!json takes one piece of text, not a list or mapping.'],
    [
      '!json TWICE',
      '!json "TWICE" is one JSON string that holds JSON. Allowed: the JSON itself: drop'
    ]
  ])('refuse %j', async (value, message) => {
    await expect(read(`a: ${value}`)).rejects.toThrow(`Input body: at line 1, column`)
    await expect(read(`a: ${value}`)).rejects.toThrow(message)
  })

  it('name the place in a variable that is no JSON, and none of its text', async () => {
    await expect(read('a: !json TITLE')).rejects.toThrow(
      'Input body: the environment variable "TITLE" is not JSON: something else begins at line 1, column 1.'
    )
    await expect(read('a: !json BROKEN')).rejects.toThrow(
      /^Input body: the environment variable "BROKEN" is not valid JSON at line 2, column 7 \(after "a"\): this is not a JSON value\.$/
    )
  })
})

describe('!guid', () => {
  it('makes the UUID that guid() makes of the text in a template', async () => {
    const { text } = await read('name: !guid shop-reader\nb: [!guid "ä😀"]')
    expect(JSON.parse(text)).toEqual({
      name: '62aaacb1-965a-5a0a-8c6f-269a0fd7bd2d',
      b: ['2baeeeaa-43ed-54e7-904f-005a2104ee45']
    })
  })

  it('needs a text', async () => {
    await expect(read('a: !guid')).rejects.toThrow(
      'Input body: at line 1, column 9 (after "a"): !guid has nothing after it. Allowed: !guid and a text.'
    )
  })
})

// https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files
describe('!values and !merge', () => {
  it.each([
    ['!values {a: 1}', '{"a":{"value":1}}'],
    ['!values\na: 1.0\nb:\n', '{"a":{"value":1.0},"b":{"value":null}}'],
    ['a: !values {}', '{"a":{}}'],
    [
      'a: !values\n  x: [1, {y: z}]\n  p: !env PASSWORD\n  f: !file infra/main.json#/list',
      '{"a":{"x":{"value":[1,{"y":"z"}]},"p":{"value":"p\\"w\\n"},"f":{"value":[1, {"x": 1.00}]}}}'
    ],
    ['!merge []', '{}'],
    ['!merge [{a: 1, b: {c: 2}}, {b: {d: 3}, e: 4}]', '{"a":1,"b":{"d":3},"e":4}'],
    [
      '!merge\n- !file infra/prod.parameters.json#/parameters\n- !values { a: 2, "a/b~c": x }',
      '{"a":{"value":2},"a/b~c":{"value":"x"},"":2,"d":2}'
    ],
    ['a: &x {b: 1, c: 2}\nd: !merge [*x, {b: 3.0}]', '{"a":{"b":1,"c":2},"d":{"b":3.0,"c":2}}'],
    ['!merge [!merge [{a: 1}, {a: 2}], !json OBJECT, {__proto__: 1}]', '{"a":3,"__proto__":1}'],
    ['a: !file merge.yaml#/both/b', '{"a":{"value":2.0}}'],
    ['a: !file merge.yaml#/both/f/x', '{"a":1.00}'],
    ['a: !file merge.yaml#/wrapped/b/value', '{"a":1}'],
    ['a: !file merge.yaml#/list/1', '{"a":"x\\ny"}']
  ])('make of %j %s', async (body, sent) => {
    expect(await readText(body)).toBe(sent)
    JSON.parse(sent)
  })

  it.each([
    ['!values [1]', 'at line 1, column 1: !values takes a mapping: !values { name: value }.'],
    ['a: !values x', 'at line 1, column 4 (after "a"): !values takes a mapping'],
    ['a: !values', '!values takes a mapping'],
    ['a: !merge {b: 1}', 'at line 1, column 4 (after "a"): !merge takes a list of mappings'],
    ['a: !values {b: 1, b: 2}', 'a name is given twice.'],
    ['a: !values {b: x,y}', 'at line 1, column 18 (after "a"): a name between braces has no value'],
    [
      'a: !merge [{b: 1}, [c]]',
      'at line 1, column 20 (after "a"): !merge joins mappings, and this'
    ],
    [
      'a: !merge\n  - b: 1\n  - !file infra/main.json#/list',
      'at line 3, column 11 (after "b"): !merge joins'
    ],
    ['a: !merge [!env PASSWORD]', '!merge joins mappings, and this is not one.'],
    ['a: !merge [~]', '!merge joins mappings, and this is not one.'],
    ['a: &x !merge [*x]', 'an alias in here refers to a value that contains it.'],
    ['a: !file merge.yaml#/both/none', '!file "merge.yaml" has nothing at "/both/none".'],
    ['a: !file merge.yaml#/both/0', '!file "merge.yaml" has nothing at "/both/0".']
  ])('refuse %j', async (body, message) => {
    await expect(read(body)).rejects.toThrow(`Input body: at line`)
    await expect(read(body)).rejects.toThrow(message)
  })

  it('say where each part came from, and forget what is replaced', async () => {
    const { sources } = await read(
      'properties:\n  parameters: !merge\n    - !file infra/prod.parameters.json#/parameters\n    - !values { d: !file infra/main.json#/list, e: 1 }\n'
    )
    const file = 'infra/prod.parameters.json'
    const text = String(FILES[file])
    expect(sources).toEqual([
      ...['/a', '/a~1b~0c', '/'].map((name) => ({
        pointer: `/properties/parameters${name}`,
        file,
        filePointer: `/parameters${name}`,
        text
      })),
      {
        pointer: '/properties/parameters/d/value',
        file: 'infra/main.json',
        filePointer: '/list',
        text: FILES['infra/main.json']
      }
    ])
  })

  it('say where a part of a joined mapping came from', async () => {
    const { sources } = await read('a: !file merge.yaml#/both/f/x')
    expect(sources).toMatchObject([
      { pointer: '/a', file: 'infra/main.json', filePointer: '/list/1/x' }
    ])
  })
})

describe('body-file', () => {
  it('may be YAML, and names its places', async () => {
    const readFile = (bodyFile: string) =>
      readBody({
        body: '',
        bodyFile,
        workspace,
        tempFolder,
        environment: ENVIRONMENT,
        mask: () => {}
      })
    expect(await readFile('infra/tags.yaml')).toMatchObject({
      text: expect.stringContaining('"secret":"p\\"w\\n","script":"#!/bin/sh'),
      sources: [
        { pointer: '', file: 'infra/tags.yaml', filePointer: '' },
        { pointer: '/main', file: 'infra/main.json' },
        { pointer: '/deep', file: 'infra/values.yaml' }
      ]
    })
    await expect(readFile('infra/broken.yaml')).rejects.toThrow(
      'Input body-file: in "infra/broken.yaml" at line 3, column 1 (after "b"): '
    )
  })
})
