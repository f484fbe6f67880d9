/**
 * How long large texts take beside the least that can be done with them: answers as JSON, and bodies as JSON and YAML.
 */
import { parseDocument } from 'yaml'
import { parseBody } from '../src/http/http.ts'
import { readBody } from '../src/request/body.ts'
import { findSecrets } from '../src/runner/find-secrets.ts'
import { type Figure, median } from './statistics.ts'

const ROUNDS = 9
const MEGABYTE = 1e6
const ANSWER_ITEMS = 60_000
const BODY_ITEMS = 10_000
const YAML_ITEMS = 5_000

const createItem = (index: number) => ({
  name: `item${index}`,
  location: 'westeurope',
  properties: { enabled: true, count: index, text: `a quoted text ${index}`, tags: { a: 'b' } }
})

const createJson = (count: number) =>
  JSON.stringify({ value: Array.from({ length: count }, (_, index) => createItem(index)) })

const createYaml = (count: number) =>
  `items:\n${Array.from({ length: count }, (_, index) => {
    const { name, location, properties } = createItem(index)
    return `  - name: ${name}\n    location: ${location}\n    properties:\n      enabled: true\n      count: ${index}\n      text: "${properties.text}"\n      tags: { a: b }\n`
  }).join('')}`

function readInput(body: string) {
  const context = { workspace: '/', tempFolder: '/', environment: {}, mask: () => {} }
  return readBody({ ...context, body, bodyFile: '' })
}

/** Measures answers of many megabytes. */
export async function measureBigBodies(): Promise<readonly Figure[]> {
  const answer = createJson(ANSWER_ITEMS)
  const input = createJson(BODY_ITEMS)
  const parse = (text: string) => () => JSON.parse(text)
  const body = parseBody(answer, 'application/json')
  return [
    await compare(
      'an answer, read',
      answer,
      () => parseBody(answer, 'application/json'),
      parse(answer)
    ),
    await compare(
      'an answer, looked through for secrets',
      answer,
      () => findSecrets(body, ''),
      parse(answer)
    ),
    await compare('a JSON body, checked', input, () => readInput(input), parse(input))
  ].map((figure) => ({ ...figure, reference: `JSON.parse, ${figure.reference}` }))
}

/** Measures a body in YAML beside the library that reads it. */
export async function measureYaml(): Promise<readonly Figure[]> {
  const text = createYaml(YAML_ITEMS)
  const figure = await compare(
    'a YAML body, as JSON',
    text,
    () => readInput(text),
    () => parseDocument(text, { uniqueKeys: false })
  )
  return [{ ...figure, bar: MAX_YAML_RATIO, reference: `yaml alone, ${figure.reference}` }]
}

const MAX_YAML_RATIO = 2

async function compare(
  what: string,
  text: string,
  work: () => unknown,
  reference: () => unknown
): Promise<Figure> {
  const megabytes = text.length / MEGABYTE
  const [ownMs = 0, otherMs = 0] = await measureMs([work, reference])
  const speeds = [ownMs, otherMs].map((ms) => (megabytes / (ms / 1_000)).toFixed(1))
  return {
    what: `${what}, ${megabytes.toFixed(1)} MB`,
    measured: ownMs / otherMs,
    reference: `${speeds[1]} MB/s; this one ${speeds[0]} MB/s`
  }
}

/** The middle of a few rounds, in turns: all of it is compiled by then, and clearing memory away counts for both. */
async function measureMs(works: readonly (() => unknown)[]): Promise<readonly number[]> {
  const times = works.map((): number[] => [])
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, work] of works.entries()) {
      const startedMs = performance.now()
      await work()
      times[index]?.push(performance.now() - startedMs)
    }
  }
  return times.map(median)
}
