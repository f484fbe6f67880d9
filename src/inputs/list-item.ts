/**
 * One operation of a list: checked by the rules of a single one before anything is sent, with something in the place of
 * what only responses will tell, and read by them again when that is known.
 */
import type { PlannedItem, PlannedLoop, ShownItem } from '../batch/plan.ts'
import { addPaths, type ReadPaths } from '../condition/paths.ts'
import { InputError } from '../errors.ts'
import { joinLines } from '../request/url.ts'
import { omitUndefined } from '../values.ts'
import { readAll } from './item-attempt.ts'
import { createBodyCheck } from './item-body.ts'
import { createElement } from './item-elements.ts'
import { createFinder, findArgumentFault, type ItemSurroundings } from './item-references.ts'
import { fillForCheck, showUrl } from './item-stand-ins.ts'
import { FILLED_INPUTS } from './item-words.ts'
import { hasHoles, type KeptBody, showBody } from './list-body.ts'
import { type CheckedElements, checkElements } from './list-elements.ts'
import {
  addExpressionFault,
  ELEMENT_NAMES,
  judgeCondition,
  type ListExpression,
  unwrapExpression
} from './list-expressions.ts'
import { type ListFaults, MAX_TOLD_FAULTS } from './list-faults.ts'
import type { ItemField, ListItem } from './list-fields.ts'
import type { Loop } from './list-loops.ts'
import { createRead, keepItem, prepareAsRead, prepareFilled, refers } from './list-prepare.ts'
import { createResume, type ResumeOperation } from './list-resume.ts'
import type { OperationReading } from './operation.ts'

/** Operation that has been checked. */
export interface CheckedItem {
  readonly item: ListItem
  /** What its condition, its references and the list of its loop read, by the names of the operations. */
  readonly reads: PlannedItem['reads']
  readonly loop?: PlannedLoop
  /** With the names of the operations that they are about. */
  readonly warnings: CheckedElements['warnings']
  readonly shown: ShownItem
  readonly judge: PlannedItem['judge']
  /** @param isResultRead true where something reads its response */
  readonly createPrepare: (isResultRead: boolean) => Pick<ReadItem, 'prepare' | 'resume'>
}

/** Operation, or loop, that has been read. */
export interface ReadItem extends PlannedItem {
  readonly resume: ResumeOperation
}

/** Operation that was looked at. */
export interface ItemCheck extends Pick<CheckedItem, 'item' | 'reads' | 'loop'> {
  /** Undefined where it has a fault, which is then among the faults. */
  readonly checked: CheckedItem | undefined
}

/**
 * Checks an operation.
 * @param loop that it is of, whose expressions are read with its element in them
 */
export async function checkItem(
  item: ListItem,
  list: ItemSurroundings,
  loop?: Loop
): Promise<ItemCheck> {
  const { faults, sender } = list
  const before = faults.count()
  const reads = new Map<string, ReadPaths>()
  const find = createFinder(item, list, reads)
  for (const input of FILLED_INPUTS) {
    const field = item.fields.get(input)
    for (const { template, text, at } of field?.pieces ?? []) find(template, { text, at, input })
  }
  const isFileTold = checkBodyFile(item, list, loop)
  const condition = readCondition(item, list, reads)
  const body = createBodyCheck({ item, list, loop, find })
  const readText = createRead(item.fields, sender.readRaw, fillForCheck(item, list))
  const isThorough = faults.count() < MAX_TOLD_FAULTS
  const attempt = await readAll(list, { readText, load: body.load, isThorough })
  const isTold = ({ input }: InputError) => isFileTold && input === 'body-file'
  const told = tellErrors(
    attempt.errors.filter((error) => !isTold(error)),
    item,
    faults
  )
  const looked = omitUndefined({ item, ...planLoop(loop, condition, reads) })
  const warnings = attempt.reading?.warnings ?? []
  const elements =
    loop?.elements === undefined || isFileTold
      ? undefined
      : await checkElements({ item, list, body, elements: loop.elements, told, warnings })
  const reading = body.isOpen()
    ? (elements?.reading ?? (attempt.reading && { ...attempt.reading, warnings: [] }))
    : attempt.reading
  const isFaulty = reading === undefined || faults.count() > before
  if (isFaulty) return { ...looked, checked: undefined }
  const parts = { ...looked, list, reading, body: body.kept(), condition, elements }
  return { ...looked, checked: createCheckedItem(parts) }
}

/** Adds what is wrong with an operation to the faults, but for fields that are among them already. */
function tellErrors(
  errors: readonly InputError[],
  { at, label, fields, faulty }: ListItem,
  faults: ListFaults
): readonly InputError[] {
  const ownFields: ReadonlyMap<string, ItemField> = fields
  const toldFields: ReadonlySet<string> = faulty
  const news = errors.filter(({ input }) => !toldFields.has(input))
  for (const error of news) {
    const field = ownFields.get(error.input)
    const told = field?.text.includes('{{') === true ? withReference(error) : error
    faults.addError({ at: field?.at ?? at, item: label }, told)
  }
  return news
}

/** Two braces are how others write what a reference is here. */
function withReference({ input, details }: InputError): InputError {
  const { allowed } = details
  if (allowed === undefined || details.field !== undefined) return new InputError(input, details)
  const references = `${allowed}, and references, \${item} or \${name.path}`
  return new InputError(input, { ...details, allowed: references })
}

function checkBodyFile(
  item: ListItem,
  { faults, sender: { readExpression } }: ItemSurroundings,
  loop: Loop | undefined
): boolean {
  const field = item.fields.get('body-file')
  const before = faults.count()
  for (const { template } of field?.pieces ?? []) {
    const problem = findArgumentFault(template, 'body-file', { loop, readExpression })
    if (problem !== undefined)
      faults.add({ at: field?.at ?? item.at, item: item.label }, { problem })
  }
  return faults.count() > before
}

/** What a loop is run by, and what it reads of other operations. */
function planLoop(
  loop: Loop | undefined,
  condition: Condition,
  found: PlannedItem['reads']
): Pick<ItemCheck, 'reads'> & { readonly loop: PlannedLoop | undefined } {
  if (loop === undefined) return { reads: found, loop }
  const { reads: listReads, isFromResponse: _, ...own } = loop
  const reads = new Map(listReads)
  addPaths(reads, { listPaths: () => found })
  const itemReads = reads.get('item')
  const ownReads = new Map(found)
  for (const name of ELEMENT_NAMES) {
    reads.delete(name)
    ownReads.delete(name)
  }
  const judged = typeof condition === 'object' ? condition.reads : []
  const isOfElement = (name: string) => ELEMENT_NAMES.has(name) || own.followed.includes(name)
  const isJudgedWhole = !judged.some(isOfElement)
  return { reads, loop: omitUndefined({ ...own, isJudgedWhole, ownReads, itemReads }) }
}

type Condition = ListExpression | 'true' | 'false' | undefined

function readCondition(
  { condition, label }: ListItem,
  { faults, sender: { readExpression } }: ItemSurroundings,
  reads: Map<string, ReadPaths>
): Condition {
  if (condition === undefined) return undefined
  const text = unwrapExpression(condition.text)
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 'true' : 'false'
  if (text.includes('${')) {
    const problem = 'holds "${": a condition is one expression, in which names stand as they are'
    faults.add({ at: condition.at, item: label, field: 'if' }, { problem })
    return undefined
  }
  const read = readExpression(text, 'if')
  if (read.kind === 'fault') {
    const isOfGitHub = condition.text.includes('${{')
    addExpressionFault(faults, { at: condition.at, label, field: 'if', isOfGitHub }, read)
    return undefined
  }
  addPaths(reads, read.expression)
  return read
}

interface Checked {
  readonly item: ListItem
  readonly list: ItemSurroundings
  readonly reading: OperationReading
  readonly body: KeptBody | undefined
  readonly condition: Condition
  readonly reads: PlannedItem['reads']
  readonly loop?: PlannedLoop
  readonly elements: CheckedElements | undefined
}

function createCheckedItem(checked: Checked): CheckedItem {
  const { item, list, reading, body, condition, reads, elements } = checked
  const { name, fields } = item
  const { warnings: ownWarnings = [], bodies = [] } = elements ?? {}
  const refersAnywhere =
    bodies.length > 0 ||
    FILLED_INPUTS.some((input) => refers(fields.get(input))) ||
    (body !== undefined && hasHoles(body))
  const isElementKnown = elements !== undefined
  const toldWarnings = [...reading.warnings, ...ownWarnings.map(([, warning]) => warning)]
  return {
    ...omitUndefined({ item, reads, loop: addShow(checked) }),
    warnings: [...reading.warnings.map((warning) => [name, warning] as const), ...ownWarnings],
    shown: showItem(checked),
    judge: createJudge(condition),
    createPrepare: (isResultRead) => {
      const rules = { name, isResultRead }
      const kept = keepItem(item, { body, bodies }, toldWarnings)
      return {
        prepare: refersAnywhere
          ? prepareFilled(kept, list.sender, rules)
          : prepareAsRead(reading.spec, body, rules),
        resume: createResume({ ...kept, isElementKnown }, list.sender, rules)
      }
    }
  }
}

/** A dry run shows each operation of a loop that is known. */
function addShow(checked: Checked): PlannedLoop | undefined {
  const { loop, list, elements, item, body } = checked
  if (loop?.elements === undefined || elements === undefined || !list.dryRun) return loop
  const known = loop.elements
  const general = showItem(checked)
  return {
    ...loop,
    show: (index) => {
      const each = known[index]
      if (each === undefined) return general
      const { evaluate } = createElement(item, { ...each, index }, list.sender.readExpression)
      const own = body ?? elements.bodies[index]
      const shownBody = own && showBody(own, evaluate)
      return omitUndefined({
        ...general,
        url: elements.urls[index] ?? general.url,
        body: shownBody
      })
    }
  }
}

// What it is made of is no part of it: it lives as long as the step, and holds nothing of the list's tree.

function createJudge(condition: Condition): PlannedItem['judge'] {
  return (scope) =>
    typeof condition === 'object' ? judgeCondition(condition, scope) : { kind: condition ?? 'true' }
}

/**
 * An operation as its author wrote it. A dry run shows what would be sent: with the subscription, the host and the
 * api-version, as far as a reference does not stand in their place.
 */
function showItem({ item, list, reading, body }: Checked): ShownItem {
  const { start } = reading.spec
  if (start.kind !== 'request') throw new Error('an operation of a list sends a request')
  const { method } = start.request
  const url = list.dryRun
    ? showUrl(item, list, start.request)
    : joinLines(item.fields.get('url')?.text ?? '')
  const condition = item.condition?.text
  const written = item.loop?.list
  const forEach = written?.kind === 'text' ? unwrapExpression(written.text) : undefined
  // Without a dry run nobody reads it, and it may be large.
  const shownBody = list.dryRun && body !== undefined ? showBody(body) : undefined
  return omitUndefined({ method, url, condition, forEach, body: shownBody })
}
