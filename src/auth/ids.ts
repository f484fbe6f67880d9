/**
 * The forms of the ids of a sign-in. Pure.
 */

import { GUID } from '../values.ts'

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i

/** True for a GUID, a domain of the tenant, and `adfs` as on Azure Stack. */
export function isTenant(text: string): boolean {
  return GUID.test(text) || /^adfs$/i.test(text) || DOMAIN.test(text)
}
