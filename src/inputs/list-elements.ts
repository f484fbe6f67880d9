/**
 * A loop whose list is known before anything is sent: each of its operations is checked with its element, and what is
 * wrong with several is told once.
 */
import type { LoopElement } from '../batch/plan.ts'
import type { InputError } from '../errors.ts'
import { describeAnew } from '../request/diagnostic.ts'
import { omitUndefined } from '../values.ts'
import { readAll } from './item-attempt.ts'
import type { BodyCheck } from './item-body.ts'
import { createElement } from './item-elements.ts'
import type { ItemSurroundings } from './item-references.ts'
import { fillForCheck, showUrl } from './item-stand-ins.ts'
import type { ItemInput } from './item-words.ts'
import type { KeptBody } from './list-body.ts'
import { MAX_TOLD_FAULTS } from './list-faults.ts'
import type { ItemField, ListItem } from './list-fields.ts'
import { createRead } from './list-prepare.ts'
import type { OperationReading } from './operation.ts'

/** Operations of a loop, checked. */
export interface CheckedElements {
  /** The first that could be read. */
  readonly reading?: OperationReading
  /** Of each, where its tags name the element. */
  readonly bodies: readonly (KeptBody | undefined)[]
  /** Of each, for a dry run. */
  readonly urls: readonly string[]
  /** What is worth telling of one alone, with its name. */
  readonly warnings: readonly (readonly [owner: string, warning: string])[]
}

/** What is known of all operations of a loop when each is looked at. */
export interface ElementsToCheck {
  readonly item: ListItem
  readonly list: ItemSurroundings
  readonly body: BodyCheck
  readonly elements: readonly LoopElement[]
  /** What is wrong with every one of them has been told. */
  readonly told: readonly InputError[]
  /** Warnings that hold for all. */
  readonly warnings: readonly string[]
}

/** Checks each operation of a loop; what is wrong is added to the faults. */
export async function checkElements(parts: ElementsToCheck): Promise<CheckedElements> {
  const { item, list, body } = parts
  const { sender, dryRun } = list
  const faults = collectFaults(parts)
  const [bodies, urls]: [(KeptBody | undefined)[], string[]] = [[], []]
  const warnings: [string, string][] = []
  let first: OperationReading | undefined
  // Where all are wrong alike, some tell what else is.
  const count = parts.told.length > 0 ? MAX_TOLD_FAULTS : parts.elements.length
  for (const [index, each] of parts.elements.slice(0, count).entries()) {
    const element = createElement(item, { ...each, index }, sender.readExpression)
    const { label } = element
    const unfilled = new Set<string>()
    const tell = (input: ItemInput, problem: string) => {
      unfilled.add(input)
      faults.add(label, input, problem)
    }
    const reader = body.forElement(element, tell)
    const filled = fillForCheck(item, list, element, tell)
    const readText = createRead(item.fields, sender.readRaw, filled)
    const isThorough = faults.countFaulty() < MAX_TOLD_FAULTS
    const { reading, errors } = await readAll(list, { readText, load: reader.load, isThorough })
    faults.addErrors(
      label,
      errors.filter(({ input }) => !unfilled.has(input))
    )
    if (reading === undefined) continue
    first ??= reading
    if (body.isOpen()) bodies[index] = reader.kept()
    const { start } = reading.spec
    if (dryRun && start.kind === 'request') {
      urls[index] = showUrl(item, list, { url: start.request.url, element })
    }
    const own = reading.warnings.filter((warning) => !parts.warnings.includes(warning))
    warnings.push(...own.map((warning): [string, string] => [label, warning]))
  }
  faults.tell()
  return omitUndefined({ reading: first, bodies, urls, warnings })
}

interface Group {
  readonly tell: (more: string) => void
  readonly labels: Set<string>
}

/** Faults of the operations of a loop, those that are equal together. */
interface ElementFaults {
  /** Adds what an element does not give. */
  readonly add: (label: string, input: ItemInput, problem: string) => void
  /** Adds what a reader of inputs refused. */
  readonly addErrors: (label: string, errors: readonly InputError[]) => void
  /** Number of operations that have one. */
  readonly countFaulty: () => number
  readonly tell: () => void
}

function collectFaults({ item, list: { faults }, told }: ElementsToCheck): ElementFaults {
  const groups = new Map<string, Group>()
  const faulty = new Set<string>()
  const ofAll = new Set(told.map((error) => toKey(error, item.label)))
  const fields: ReadonlyMap<string, ItemField> = item.fields
  const findAt = (input: string) => fields.get(input)?.at ?? item.at
  const add = (label: string, key: string, tell: Group['tell']) => {
    faulty.add(label)
    const group = groups.get(key) ?? { tell, labels: new Set() }
    groups.set(key, group)
    group.labels.add(label)
  }
  return {
    add: (label, input, problem) =>
      add(label, `${input} ${problem}`, (more) =>
        faults.add({ at: findAt(input), item: label }, { problem: problem + more })
      ),
    addErrors: (label, errors) => {
      for (const error of errors) {
        const key = toKey(error, label)
        if (ofAll.has(key)) continue
        add(label, key, (more) =>
          faults.addError({ at: findAt(error.input), item: label }, withMore(error, more))
        )
      }
    },
    countFaulty: () => faulty.size,
    tell: () => {
      for (const { tell, labels } of groups.values()) tell(tellMore(labels.size - 1))
    }
  }
}

function tellMore(count: number): string {
  return count === 0 ? '' : ` (and ${count.toLocaleString('en-US')} more)`
}

/** What was read is another text for each of them. */
function toKey({ input, details }: InputError, label: string): string {
  return `${input} ${details.problem.replaceAll(label, '')} ${details.allowed ?? ''}`
}

function withMore(error: InputError, more: string): InputError {
  if (more === '') return error
  return describeAnew(error, { ...error.details, problem: error.details.problem + more })
}
