// Writes docs/requests.schema.json, by which an editor knows what stands in a list of operations: the words and fields of
// the reader itself, with what action.yml says of each.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { MAX_OPERATIONS } from '../src/batch/plan.ts'
import { METHODS } from '../src/http/message.ts'
import { EARLY_ENDS } from '../src/inputs/early-end.ts'
import { ITEM_INPUTS, LINE_INPUTS, WORDS } from '../src/inputs/item-words.ts'
import { MAX_NAME_CHARS } from '../src/inputs/list-fields.ts'
import { RESERVED } from '../src/inputs/requests-list.ts'
import { FINAL_STATE_VIA } from '../src/operation/state.ts'
import { bringUpToDate } from './generated-file.mjs'

const FILE = 'docs/requests.schema.json'

const SCALARS = ['string', 'number', 'boolean', 'null']
const TEXT = { type: SCALARS }
const LINES = { type: [...SCALARS, 'array'], items: { type: SCALARS, pattern: '^[^\\r\\n]*$' } }

/** What an editor takes a tag for, `!var LEVEL`, is the text after it. */
const VARIABLE = '^[A-Z_][A-Z0-9_]*$'

const choose = (words, shown = words) => ({
  type: [...new Set(['string', 'null', ...shown.map((word) => typeof word)])],
  // As lenient as the reader: blanks around it, and nothing at all.
  anyOf: [{ enum: shown }, { pattern: `^\\s*(?:${anyCase(words)})?\\s*$` }, { pattern: VARIABLE }]
})

/** Rules of the fields that are not any text. */
const FIELD_RULES = {
  method: choose(METHODS),
  url: { type: 'string', minLength: 1 },
  'all-pages': choose(['true', 'false'], [true, false]),
  'final-state-via': choose(FINAL_STATE_VIA),
  'on-timeout': choose(EARLY_ENDS),
  'on-cancel': choose(EARLY_ENDS),
  headers: {
    type: ['string', 'object', 'null'],
    propertyNames: { pattern: '^[^:\\r\\n]+$' },
    additionalProperties: { type: SCALARS, pattern: '^[^\\r\\n]*$' }
  },
  body: {},
  ...Object.fromEntries(LINE_INPUTS.map((name) => [name, LINES]))
}

/** What an operation has beside the inputs of a request. */
const WORD_RULES = {
  name: {
    description:
      'Required, and unique whatever the case: a letter, then letters, digits and `_`. Expressions know the response by it.',
    type: 'string',
    maxLength: MAX_NAME_CHARS,
    pattern: `^(?!(?:${anyCase([...RESERVED])})$)[A-Za-z][A-Za-z0-9_]*$`,
    patternErrorMessage: `A name is a letter, then letters, digits and _, and none of ${[...RESERVED].join(', ')}.`
  },
  needs: {
    description: 'A name, or a list of names: the operation starts when these are done.',
    type: ['string', 'array', 'null'],
    minLength: 1,
    items: { type: 'string', minLength: 1 }
  },
  if: {
    description:
      'JMESPath over the responses so far, or true or false: when it is not true, the operation is skipped.',
    type: ['string', 'boolean'],
    minLength: 1
  },
  'for-each': {
    description:
      'One operation for each element: a list, JMESPath that gives one, or the name of another loop, whose operations are then followed one by one. `item` and `index` are the element and its place.',
    type: ['array', 'string'],
    minLength: 1
  },
  'max-parallel': {
    description: 'How many operations of this loop run at once. Only beside `for-each`.',
    type: ['integer', 'string'],
    minimum: 1
  }
}

bringUpToDate(FILE, 'action.yml', () => {
  const { inputs = {} } = parse(readFileSync('action.yml', 'utf8'))
  return `${JSON.stringify(createSchema(inputs), null, 2)}\n`
})

function createSchema(inputs) {
  const fields = ITEM_INPUTS.map((name) => [name, describeField(name, inputs[name])])
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Operations of one step of ARM Operation',
    description: 'What `requests` and the file of `requests-file` hold.',
    type: 'array',
    minItems: 1,
    maxItems: MAX_OPERATIONS,
    items: {
      type: 'object',
      required: ['name', 'url'],
      properties: Object.fromEntries([...WORDS.map(describeWord), ...fields]),
      additionalProperties: false,
      dependencies: { 'max-parallel': ['for-each'] }
    }
  }
}

function describeWord(word) {
  const { description, ...rules } = WORD_RULES[word]
  return [word, { ...describe(description), ...rules }]
}

function describeField(name, input) {
  const text = input?.description
  if (typeof text !== 'string') throw new Error(`action.yml: input \`${name}\` has no description`)
  return { ...describe(text.trim().replace(/\s+/g, ' ')), ...(FIELD_RULES[name] ?? TEXT) }
}

/** Some editors know the second, which has code as code. */
function describe(description) {
  return { description, markdownDescription: description }
}

/** The part of a pattern for any of these words, whatever the case: a schema has no flag for it. */
function anyCase(words) {
  return words
    .map((word) => word.replace(/[a-z]/gi, (it) => `[${it.toUpperCase()}${it.toLowerCase()}]`))
    .join('|')
}
