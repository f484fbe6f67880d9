/**
 * The parts of a value that an expression reads. Pure.
 */

/** Parts of a value that are read: all of it, or these of its fields; `*` stands for each element of a list, and for any field. */
export type ReadPaths = 'all' | ReadonlyMap<string, ReadPaths>

/** Both together. */
export function joinPaths(one: ReadPaths, other: ReadPaths | undefined): ReadPaths {
  if (other === undefined) return one
  if (one === 'all' || other === 'all') return 'all'
  const joined = new Map(one)
  for (const [name, paths] of other) joined.set(name, joinPaths(paths, joined.get(name)))
  return joined
}

/** Adds what an expression reads, by the names that it looks up. */
export function addPaths(
  paths: Map<string, ReadPaths>,
  { listPaths }: { readonly listPaths: () => ReadonlyMap<string, ReadPaths> }
): void {
  for (const [name, each] of listPaths()) paths.set(name, joinPaths(each, paths.get(name)))
}
