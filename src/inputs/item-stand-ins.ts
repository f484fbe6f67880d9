/**
 * The fields of an operation before its responses are there: with what is known of its element filled in, and
 * something that every rule takes in the place of the rest; and as they are shown to people.
 */
import { readApiVersion } from '../operation/polling-url.ts'
import { joinLines } from '../request/url.ts'
import type { CheckedElement } from './item-elements.ts'
import type { ItemSurroundings } from './item-references.ts'
import { FILLED_INPUTS, type ItemInput } from './item-words.ts'
import { type Evaluate, FillError, showTemplate } from './list-body.ts'
import type { ItemField, ListItem } from './list-fields.ts'
import { fillField } from './list-prepare.ts'
import { ANY_RESOURCE } from './wrong-inputs.ts'

/** Told of what an element does not give, with the field that needs it. */
export type TellFill = (input: ItemInput, problem: string) => void

/** Texts of an operation's fields with something in the place of each reference that every rule takes. */
export function fillForCheck(
  item: ListItem,
  list: ItemSurroundings,
  element?: CheckedElement,
  tell: TellFill = () => {}
): ReadonlyMap<ItemInput, string> {
  const filled = new Map<ItemInput, string>()
  const version = item.fields.get('api-version')?.text ?? '1'
  if (item.faulty.has('url')) filled.set('url', `${ANY_RESOURCE}?api-version=${version}`)
  for (const input of [...FILLED_INPUTS, 'body-file'] as const) {
    const field = item.fields.get(input)
    if (field?.pieces === undefined) continue
    const fill = (known?: CheckedElement) =>
      filled.set(input, fillField(input, field, standIn(input, field, { item, list, known })))
    try {
      fill(element)
    } catch (error) {
      if (!(error instanceof FillError) || element === undefined) throw error
      tell(input, error.message)
      fill()
    }
  }
  return filled
}

interface StandingIn {
  readonly item: ListItem
  readonly list: ItemSurroundings
  readonly known: CheckedElement | undefined
}

function standIn(input: ItemInput, field: ItemField, { item, list, known }: StandingIn): Evaluate {
  let isFirst = true
  return (expression) => {
    const wasFirst = isFirst
    isFirst = false
    const reading = known?.evaluate(expression)
    if (reading !== undefined) return reading
    return { kind: 'value', value: wasFirst ? standInFor(input, field, { item, list }) : 'x' }
  }
}

/** At the beginning of a URL a reference is the id of a resource, or the URL of something. */
function standInFor(
  input: ItemInput,
  { pieces: [piece] = [] }: ItemField,
  { item, list }: Omit<StandingIn, 'known'>
): string {
  const template = piece?.template ?? []
  const isUrl = input !== 'headers' && input !== 'body-file'
  if (!isUrl || template[0]?.kind !== 'reference') return 'x'
  if (input !== 'url' || template.length > 1) return ANY_RESOURCE
  const version = findApiVersion(item, list)
  const method = item.fields.get('method')?.text || list.sender.readRaw('method').trim()
  const path = /^post$/i.test(method.trim()) ? `${ANY_RESOURCE}/x` : ANY_RESOURCE
  return version === '' ? `${path}?api-version=1` : path
}

/** The api-version beside the URL; empty where there is none. */
function findApiVersion({ fields }: ListItem, { sender }: ItemSurroundings): string {
  return fields.get('api-version')?.text || sender.readRaw('api-version').trim()
}

/** A URL with references, with an api-version if it has none of its own. */
function addApiVersion(url: string, version: string): string {
  if (version === '' || readApiVersion(url) !== undefined) return url
  return `${url}${url.includes('?') ? '&' : '?'}api-version=${version}`
}

function fillSubscription(url: string, { sender }: ItemSurroundings): string {
  const { subscriptionId } = sender.connection.ids
  return subscriptionId === undefined ? url : url.replace(/\{subscriptionId\}/gi, subscriptionId)
}

/** A URL for a dry run: with the subscription and the api-version, and with its references as far as nothing is known. */
export function showUrl(
  item: ListItem,
  list: ItemSurroundings,
  read: { readonly url: string; readonly element?: CheckedElement }
): string {
  const field = item.fields.get('url')
  const evaluate = read.element?.evaluate ?? (() => undefined)
  const pieces = field?.pieces ?? []
  const isOpen = pieces.some(({ template }) =>
    template.some((part) => part.kind === 'reference' && evaluate(part.expression) === undefined)
  )
  if (!isOpen) return read.url
  const texts = pieces.map(({ template }) =>
    showTemplate(template, evaluate, (value, place) =>
      place === 0 ? String(value) : encodeURIComponent(String(value).toWellFormed())
    )
  )
  const text = joinLines(read.element === undefined ? (field?.text ?? '') : texts.join('\n'))
  return addApiVersion(fillSubscription(text, list), findApiVersion(item, list))
}
