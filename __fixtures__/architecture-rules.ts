/**
 * The rules that keep the house in order, as functions of a file's text: what may import what, and where time and
 * chance may come from. Each returns what it found, in words, and nothing when all is well.
 */
import { posix } from 'node:path'
import { parseSync, Visitor } from 'vite'

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  readonly text: string
}

interface Import {
  readonly specifier: string
  /** `dynamic` is `import()`; `type` is erased by the compiler. */
  readonly kind: 'static' | 'dynamic' | 'type'
}

/** From the door down; a file or a folder with all in it. A file may import from its own layer and from those below. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/index.ts'],
  [
    'src/main.ts',
    'src/run/run-operation.ts',
    'src/run/conditions.ts',
    'src/run/cancel.ts',
    'src/run/confirm-end.ts',
    'src/run/resume-point.ts',
    'src/run/results.ts',
    'src/run/resume-step.ts'
  ],
  [
    'src/run/hooks.ts',
    'src/run/saved-run.ts',
    'src/run/spec.ts',
    'src/report/',
    'src/deployment/',
    'src/inputs/',
    'src/runner/',
    'src/run/conclude.ts'
  ],
  ['src/arm/', 'src/auth/'],
  ['src/operation/', 'src/request/', 'src/condition/', 'src/run/outcome.ts'],
  ['src/http/', 'src/contract.ts', 'src/errors.ts', 'src/clock.ts', 'src/values.ts']
]

/** Packages that only these files may import. */
const PACKAGE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': [
    'src/main.ts',
    'src/inputs/step.ts',
    'src/runner/outputs.ts',
    'src/report/log.ts'
  ],
  '@actions/http-client': ['src/http/http.ts'],
  '@azure/identity': ['src/auth/credential.ts'],
  '@jmespath-community/jmespath': ['src/condition/expression.ts']
}

/** Cost time to load and are not needed by every step: only by import(), when their turn comes. */
const LAZY_PACKAGES = ['@azure/identity', '@jmespath-community/jmespath']

const PURE_ROOM = 'src/operation/'

/** Every import that a file of src/ may not have. */
export function findForbiddenImports(file: SourceFile): string[] {
  const layer = findLayer(file.path)
  if (layer === undefined) return [`${file.path} belongs to no layer`]
  return readImports(file).flatMap((found) =>
    found.specifier.startsWith('.') ? checkRelative(file, layer, found) : checkPackage(file, found)
  )
}

function checkRelative(file: SourceFile, layer: number, { specifier }: Import): string[] {
  const target = resolveImport(file.path, specifier)
  const targetLayer = findLayer(target)
  if (targetLayer === undefined)
    return [`${file.path} imports ${target}, which belongs to no layer`]
  const isOutsidePureRoom =
    file.path.startsWith(PURE_ROOM) && !target.startsWith(PURE_ROOM) && !isPureGround(target)
  return targetLayer < layer || isOutsidePureRoom ? [`${file.path} may not import ${target}`] : []
}

/** Ground that touches no socket: the pure room may stand on it. */
function isPureGround(path: string): boolean {
  return (path.startsWith('src/http/') && path !== 'src/http/http.ts') || path === 'src/values.ts'
}

function checkPackage(file: SourceFile, { specifier, kind }: Import): string[] {
  if (file.path.startsWith(PURE_ROOM)) return [`${file.path} may not import ${specifier}`]
  const name = Object.keys(PACKAGE_ROOMS).find(
    (candidate) => specifier === candidate || specifier.startsWith(`${candidate}/`)
  )
  if (name === undefined) return []
  if (!PACKAGE_ROOMS[name]?.includes(file.path)) return [`${file.path} may not import ${specifier}`]
  return LAZY_PACKAGES.includes(name) && kind === 'static'
    ? [`${file.path} may import ${specifier} by import() only`]
    : []
}

function findLayer(path: string): number | undefined {
  const index = LAYERS.findIndex((rooms) => rooms.some((room) => isIn(path, room)))
  return index < 0 ? undefined : index
}

function isIn(path: string, room: string): boolean {
  return room.endsWith('/') ? path.startsWith(room) : path === room
}

function resolveImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier)
}

/** A way round from a file back to itself, by its imports: one line for each file that has one. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map((file) => [
      file.path,
      readImports(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier }) => resolveImport(file.path, specifier))
    ])
  )
  return [...graph.keys()].flatMap((start) => {
    const round = findWay(graph, start, start, new Set())
    return round === undefined ? [] : [[start, ...round].join(' → ')]
  })
}

function findWay(
  graph: ReadonlyMap<string, readonly string[]>,
  from: string,
  to: string,
  seen: Set<string>
): string[] | undefined {
  for (const next of graph.get(from) ?? []) {
    if (next === to) return [to]
    if (seen.has(next)) continue
    seen.add(next)
    const rest = findWay(graph, next, to, seen)
    if (rest !== undefined) return [next, ...rest]
  }
  return undefined
}

function readImports(file: SourceFile): Import[] {
  const imports: Import[] = []
  const add = (source: { readonly value: unknown } | null, kind: Import['kind']) => {
    if (typeof source?.value === 'string') imports.push({ specifier: source.value, kind })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type' ? 'type' : 'static'),
    ExportNamedDeclaration: (node) =>
      add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ExportAllDeclaration: (node) =>
      add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    TSImportType: (node) => add(node.source, 'type'),
    ImportExpression: (node) => {
      if (node.source.type !== 'Literal') throw new Error(`${file.path}: import() of no fixed name`)
      add(node.source, 'dynamic')
    }
  }).visit(parse(file))
  return imports
}

function parse(file: SourceFile): ReturnType<typeof parseSync>['program'] {
  const { program, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path}: ${errors[0]?.message}`)
  return program
}

/** Where the machine's clock may be touched, and what for. */
const CLOCK_FILE = 'src/clock.ts'
/** Here AbortSignal.timeout bounds one exchange; when it is over is no decision of theirs. */
const EXCHANGE_FILES = ['src/http/http.ts', 'src/arm/client.ts']

const CLOCK_MEMBERS = new Set(['Date.now', 'process.hrtime', 'process.uptime', 'Math.random'])
const CLOCK_NAMES = new Set(['setTimeout', 'setInterval', 'setImmediate', 'performance'])

/** Every use of the machine's clock or of chance, outside the one file that is made for it. */
export function findHiddenTime(file: SourceFile): string[] {
  if (file.path === CLOCK_FILE) return []
  const found: string[] = []
  const add = (what: string) => found.push(`${file.path} uses ${what}`)
  new Visitor({
    MemberExpression: (node) => {
      const name = `${toName(node.object)}.${toName(node.property)}`
      if (CLOCK_MEMBERS.has(name)) add(name)
      if (name === 'AbortSignal.timeout' && !EXCHANGE_FILES.includes(file.path)) add(name)
    },
    NewExpression: (node) => {
      if (toName(node.callee) === 'Date' && node.arguments.length === 0) add('new Date()')
    },
    CallExpression: (node) => {
      if (toName(node.callee) === 'Date') add('Date()')
    },
    Identifier: (node) => {
      if (CLOCK_NAMES.has(node.name)) add(node.name)
    }
  }).visit(parse(file))
  const timers = readImports(file).filter(({ specifier }) =>
    /^(node:)?(timers|perf_hooks)\b/.test(specifier)
  )
  return [...found, ...timers.map(({ specifier }) => `${file.path} uses ${specifier}`)]
}

// `globalThis.Date` is `Date`; anything that is no plain name has none.
function toName(node: { readonly type: string }): string {
  if (node.type === 'Identifier' && 'name' in node) return String(node.name)
  if (node.type !== 'MemberExpression' || !('object' in node && 'property' in node)) return ''
  const { object, property } = node
  return isNode(object) && isNode(property) && toName(object) === 'globalThis'
    ? toName(property)
    : ''
}

function isNode(value: unknown): value is { readonly type: string } {
  return typeof value === 'object' && value !== null && 'type' in value
}

/** What ties a text to the machine that it was written on, each with the pattern that gives it away. */
const MACHINE_TRACES: readonly (readonly [string, RegExp])[] = [
  ['a path of one machine', /(?<![\w.@-])\/(?:work|root|home\/(?!runner\b)\w+|Users\/\w+)\/\w+/],
  ['a folder beside the repository', /\.\.\/shared\b/],
  ['a package registry', /\bregistry\.[a-z0-9-]+\.[a-z]{2,}/i]
]

/** Everything in a committed text that would only make sense on the machine that it was written on. */
export function findMachineTraces(file: SourceFile): string[] {
  return MACHINE_TRACES.flatMap(([what, pattern]) => {
    const match = pattern.exec(file.text)
    return match === null ? [] : [`${file.path} names ${what}: ${match[0]}`]
  })
}
