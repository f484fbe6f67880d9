/**
 * UUIDs that are the same each time, made from a text: names of role assignments, of runs, of schedules. Pure.
 */
import { createHash } from 'node:crypto'

/**
 * Namespace of the function guid() of templates, so that a name made there and one made here are equal: the constant
 * ARMNamespaceGuid of https://www.nuget.org/packages/Azure.Deployments.Expression.
 */
const NAMESPACE = Buffer.from('11fb06fb712d4ddd98c7e71bbd588830', 'hex')

/** UUID of version 5 (RFC 9562 section 5.5) of the texts, equal to that of `guid(…)` in a template or in Bicep. */
export function createGuid(...texts: readonly string[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(texts.join('-'))
  const bytes = hash.digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
