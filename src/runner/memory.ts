/**
 * How this process deals with memory where a step has many operations: it frees sooner what is let go, for some more
 * computing. By itself Node takes two to three times as much before it looks for what is free.
 */
import { setFlagsFromString } from 'node:v8'

/** Flags of V8: grow the space for what is new, and the heap, by little at a time. */
export const FRUGAL_FLAGS = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'] as const

/** Operations at once from which it is worth the computing. */
const MANY = 100

/** Makes this process frugal where so many operations run at once; for good. */
export function beFrugal(operations: number): void {
  if (operations < MANY) return
  for (const flag of FRUGAL_FLAGS) setFlagsFromString(flag)
}
