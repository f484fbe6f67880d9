/**
 * The events of a list without a secret in any text of them that somebody may read, as `hide.ts` does it for one
 * operation: a field that is added to one is an error of types until it is decided here. Pure.
 */
import type { ShownItem } from '../batch/plan.ts'
import type { NotSent } from '../batch/schedule.ts'
import { omitUndefined } from '../values.ts'
import { type Hiding, hideEvent } from './hide.ts'
import type { ListLogEvent } from './list-report.ts'

type Hide = Hiding['hide']

/** The event, without a secret in any text of it that the log tells. The names of operations are their author's. */
export function hideListEvent(event: ListLogEvent, hiding: Hiding): ListLogEvent {
  const { hide } = hiding
  switch (event.kind) {
    case 'planned': {
      const items = event.items.map(({ name, needs, shown, loop, ...others }) => {
        others satisfies Record<string, never>
        return omitUndefined({ name, needs, shown: hideShown(shown, hide), loop })
      })
      return { ...event, items }
    }
    case 'told':
      return { ...event, event: hideEvent(event.event, hiding) }
    case 'not-sent':
      return { ...event, notSent: hideNotSent(event.notSent, hide) }
    case 'signed-in':
    case 'sign-in-retrying':
    case 'id-token-refused':
      return hideEvent(event, hiding)
    // The record of an operation that has ended was made of an outcome without secrets.
    case 'ended':
    // The keys of its operations are without secrets from the start.
    case 'opened':
    case 'started':
    case 'minute':
      return event
    default:
      return event satisfies never
  }
}

/** A request as its author wrote it, without a registered secret. */
export function hideShown(shown: ShownItem, hide: Hide): ShownItem {
  const { method, url, condition, forEach, body } = shown
  const hideText = (text: string | undefined) => (text === undefined ? undefined : hide(text))
  return omitUndefined({
    method,
    url: hide(url),
    condition: hideText(condition),
    forEach: hideText(forEach),
    body: hideText(body)
  } satisfies { readonly [Field in keyof Required<ShownItem>]: ShownItem[Field] | undefined })
}

/** The reason why something was not sent: that of a fault may quote what a service sent. */
export function hideNotSent(notSent: NotSent, hide: Hide): NotSent {
  return 'message' in notSent ? { ...notSent, message: hide(notSent.message) } : notSent
}
