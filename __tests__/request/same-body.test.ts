/**
 * One text, one body: `body`, `body-file` and `!file` read each oddity of real files alike, or refuse it at the same
 * place (https://www.rfc-editor.org/rfc/rfc8259, https://yaml.org/spec/1.2.2/).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_BODY_BYTES, readBody } from '../../src/request/body.ts'

let workspace = ''
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'same-body-'))
})
afterAll(() => rmSync(workspace, { recursive: true, force: true }))

/** Body that is sent, or the reason why none is, without the name of the input and of the file. */
async function read(given: { body?: string; bodyFile?: string }): Promise<string> {
  const around = { workspace, tempFolder: workspace, environment: {}, mask: () => {} }
  const reading = readBody({ body: '', bodyFile: '', ...around, ...given })
  return reading.then(
    (body) => body?.text ?? '',
    (error: unknown) => String(error).replace(/^\w+: Input [\w-]+: (?:(?:in )?"[\w.]+" )?/, '')
  )
}

async function readThrice(extension: string, text: string, bytes: Uint8Array | string) {
  const name = `corpus.${extension}`
  writeFileSync(join(workspace, name), bytes)
  return [
    await read({ body: text }),
    await read({ bodyFile: name }),
    await read({ body: `!file ${name}` })
  ]
}

const FULL = JSON.stringify({ a: 'x'.repeat(MAX_BODY_BYTES - 8) })
const TWICE = 'The last one counts for Azure.'
const CORPUS: [
  oddity: string,
  extension: 'json' | 'yaml',
  text: string,
  sent: string | RegExp,
  bytes?: Uint8Array
][] = [
  ['nothing odd', 'json', '{"a": [1, "b"]}\n', '{"a": [1, "b"]}\n'],
  ['a byte-order mark', 'json', '\ufeff{"a": 1}', '{"a": 1}'],
  ['a byte-order mark', 'yaml', '\ufeffa: 1', '{"a":1}'],
  ['CR', 'json', '{\r"a": 1, // why\r"b": 2}\r', '{\r"a": 1, \r"b": 2}\r'],
  ['CR', 'yaml', 'a: 1\rb:\r  - c\r', '{"a":1,"b":["c"]}'],
  ['CRLF', 'json', '{\r\n"a": 1, // why\r\n"b": 2}', '{\r\n"a": 1, \r\n"b": 2}'],
  ['CRLF', 'yaml', 'a: 1\r\nb: |\r\n  c\r\n  d\r\n', '{"a":1,"b":"c\\nd\\n"}'],
  ['tabs', 'json', '{\t"a":\t1}', '{\t"a":\t1}'],
  ['tabs', 'yaml', 'a:\t1\nb: "\t"', '{"a":1,"b":"\\t"}'],
  [
    'a tab that indents',
    'yaml',
    'a:\n\tb: 1',
    /^at line 2, column 1 \(after "a"\): a tab cannot indent\.$/
  ],
  ['comments', 'json', '// a\n{/* b */"a": "/* c */"} // d', '\n{"a": "/* c */"} '],
  ['comments', 'yaml', '# a\na: "# b" # c\n', '{"a":"# b"}'],
  ['trailing commas', 'json', '{"a": [1, 2, ], }', '{"a": [1, 2 ] }'],
  ['trailing commas', 'yaml', 'a: [1, 2, ]\nb: {c: 1, }', '{"a":[1,2],"b":{"c":1}}'],
  ['a name that is given twice', 'json', `{"a": 1, "a": "${TWICE}"}`, `{"a": 1, "a": "${TWICE}"}`],
  [
    'a name that is given twice',
    'yaml',
    'a: 1\na: 2',
    /^at line 2, column 1 \(after "a"\): "a" is given twice\.$/
  ],
  [
    'big numbers',
    'json',
    '[12345678901234567890, 1.10, 1E400]',
    '[12345678901234567890, 1.10, 1E400]'
  ],
  [
    'big numbers',
    'yaml',
    'a: 12345678901234567890\nb: 1.10',
    '{"a":12345678901234567890,"b":1.10}'
  ],
  ['strings over several lines', 'json', '{"a": "b\n\tc\r\n"}', '{"a": "b\\n\\tc\\r\\n"}'],
  [
    'strings over several lines',
    'yaml',
    'a: "b\n  c"\nd: >\n  e\n  f\n',
    '{"a":"b c","d":"e f\\n"}'
  ],
  [
    'a quote that is missing',
    'json',
    '{"a": "b,\n"c": 1}',
    /^is not valid JSON at line 2, column 2 /
  ],
  ['4 MB', 'json', FULL, FULL],
  ['4 MB', 'yaml', `a: ${FULL.slice(6, -2)}`, FULL],
  ['4 MB and blanks', 'json', `\n ${FULL.replace(':', ' : ')}`, FULL],
  ['more than 4 MB', 'json', FULL.replace('a', 'aa'), /^has 4194305 bytes, more than Azure/],
  [
    'UTF-16',
    'json',
    '\ufeff{"ä": "😀"}',
    '{"ä": "😀"}',
    Buffer.from('\ufeff{"ä": "😀"}', 'utf16le')
  ],
  ['UTF-16', 'yaml', '\ufeffä: 😀', '{"ä":"😀"}', Buffer.from('\ufeffä: 😀', 'utf16le').swap16()],
  ['characters beyond 16 bits', 'json', '["😀\\ud83d\\ude00\u2028"]', '["😀\\ud83d\\ude00\u2028"]'],
  ['names of Object.prototype', 'json', '{"__proto__": 1}', '{"__proto__": 1}'],
  [
    'names of Object.prototype',
    'yaml',
    '__proto__: 1\nconstructor: 2',
    '{"__proto__":1,"constructor":2}'
  ]
]

describe('body, body-file and !file', () => {
  it.each(CORPUS)('are one with %s in %s', async (...[, extension, text, sent, bytes]) => {
    const [inline = '', ...others] = await readThrice(extension, text, bytes ?? text)
    const isAsExpected = typeof sent === 'string' ? inline === sent : sent.test(inline)
    expect(isAsExpected, inline.slice(0, 200)).toBe(true)
    for (const other of others) expect(other === inline, other.slice(0, 200)).toBe(true)
  })
})
