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

/** The ground: imports nothing but ground. */
const GROUND = [
  'src/clock.ts',
  'src/contract.ts',
  'src/errors.ts',
  'src/secret-places.ts',
  'src/secret-shapes.ts',
  'src/values.ts'
]
/** What goes over the wire, without the sockets that it goes through. */
const WIRE = [
  'src/http/body.ts',
  'src/http/deep-json.ts',
  'src/http/message.ts',
  'src/http/proxy-secrets.ts',
  'src/http/proxy.ts',
  'src/http/retry-after.ts',
  'src/http/sender.ts',
  'src/http/trust.ts'
]

/**
 * Everything that each room may import in addition to its own files; a file, or a folder with all in it. A room is a
 * folder of src/, or one of the few files that stand next to them.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/index.ts': ['src/main.ts'],
  'src/main.ts': [
    'src/connect.ts',
    'src/list-post.ts',
    'src/list-step.ts',
    'src/open-run.ts',
    'src/runner/',
    'src/inputs/',
    'src/run/',
    'src/report/dry-run.ts',
    'src/report/explain.ts',
    'src/report/sanitize.ts',
    'src/arm/client.ts',
    ...GROUND
  ],
  'src/open-run.ts': [
    'src/connect.ts',
    'src/runner/',
    'src/inputs/connection.ts',
    'src/run/',
    'src/deployment/find-hooks.ts',
    'src/arm/client.ts',
    ...WIRE,
    ...GROUND
  ],
  'src/list-step.ts': [
    'src/connect.ts',
    'src/open-run.ts',
    'src/runner/',
    'src/inputs/',
    'src/batch/',
    'src/condition/expression.ts',
    'src/run/',
    'src/report/',
    'src/arm/client.ts',
    'src/arm/shared-client.ts',
    ...WIRE,
    ...GROUND
  ],
  'src/list-post.ts': [
    'src/open-run.ts',
    'src/inputs/step.ts',
    'src/runner/',
    'src/run/',
    'src/report/',
    'src/arm/client.ts',
    ...GROUND
  ],
  'src/connect.ts': [
    'src/inputs/connection.ts',
    'src/run/events.ts',
    'src/arm/client.ts',
    'src/arm/pace.ts',
    'src/arm/shared-client.ts',
    'src/auth/token-provider.ts',
    'src/http/http.ts',
    'src/http/lanes.ts',
    'src/http/trust.ts',
    ...GROUND
  ],
  'src/runner/': [
    'src/batch/events.ts',
    'src/batch/plan.ts',
    'src/batch/schedule.ts',
    'src/batch/state-keeper.ts',
    'src/batch/state-text.ts',
    'src/batch/step-state.ts',
    'src/inputs/',
    'src/report/',
    'src/run/events.ts',
    'src/run/outcome.ts',
    'src/run/results.ts',
    'src/run/resume-point.ts',
    'src/run/saved-run.ts',
    'src/run/spec.ts',
    'src/auth/environment.ts',
    'src/auth/sign-in.ts',
    'src/condition/output-definitions.ts',
    'src/operation/error.ts',
    'src/operation/handle.ts',
    'src/request/diagnostic.ts',
    'src/request/job-file.ts',
    ...WIRE,
    ...GROUND
  ],
  'src/batch/': ['src/run/', 'src/condition/', ...WIRE, ...GROUND],
  'src/inputs/': [
    'src/batch/',
    'src/run/outcome.ts',
    'src/run/spec.ts',
    'src/auth/azure-cli-profile.ts',
    'src/auth/creds.ts',
    'src/auth/environment.ts',
    'src/auth/sign-in.ts',
    'src/arm/clouds.ts',
    'src/arm/resource-id.ts',
    'src/arm/retry-policy.ts',
    'src/condition/',
    'src/deployment/check-body.ts',
    'src/deployment/recognize.ts',
    'src/request/',
    'src/operation/',
    ...WIRE,
    ...GROUND
  ],
  'src/report/': [
    'src/batch/events.ts',
    'src/batch/plan.ts',
    'src/batch/schedule.ts',
    'src/run/events.ts',
    'src/run/outcome.ts',
    'src/run/resume-step.ts',
    'src/operation/error.ts',
    'src/operation/redirect.ts',
    'src/operation/state.ts',
    ...WIRE,
    ...GROUND
  ],
  'src/deployment/': [
    'src/run/hooks.ts',
    'src/run/outcome.ts',
    'src/run/spec.ts',
    'src/report/format.ts',
    'src/report/policies.ts',
    'src/report/markdown.ts',
    'src/report/sanitize.ts',
    'src/arm/known-operations.ts',
    'src/condition/output-definitions.ts',
    'src/request/body-source.ts',
    'src/request/json-blanks.ts',
    'src/request/json-pointer.ts',
    'src/operation/',
    ...WIRE,
    ...GROUND
  ],
  'src/run/': [
    'src/arm/',
    'src/condition/',
    'src/operation/',
    'src/request/body-source.ts',
    'src/http/',
    ...GROUND
  ],
  'src/auth/': ['src/arm/clouds.ts', 'src/http/', ...GROUND],
  'src/arm/': ['src/operation/', 'src/http/', ...GROUND],
  'src/condition/': ['src/operation/', 'src/request/url.ts', ...WIRE, ...GROUND],
  'src/request/': [...WIRE, ...GROUND],
  'src/operation/': [...WIRE, 'src/values.ts'],
  'src/http/': GROUND,
  'src/clock.ts': GROUND,
  'src/contract.ts': GROUND,
  'src/errors.ts': GROUND,
  'src/secret-places.ts': GROUND,
  'src/secret-shapes.ts': GROUND,
  'src/values.ts': GROUND
}

/** Packages that only these rooms and files may import. */
const PACKAGE_ROOMS: Readonly<Record<string, string>> = {
  '@actions/core': 'src/runner/',
  '@actions/http-client': 'src/http/http.ts',
  '@azure/identity': 'src/auth/credential.ts',
  '@jmespath-community/jmespath': 'src/condition/jmespath.ts'
}

/** Cost time to load and are not needed by every step: only by import(), when their turn comes. */
const LAZY_PACKAGES = ['@azure/identity', '@jmespath-community/jmespath']

const PURE_ROOM = 'src/operation/'
/** The room of the runner's side: no other knows the process. */
const RUNNER_ROOM = 'src/runner/'

/** Every import that a file of src/ may not have. */
export function findForbiddenImports(file: SourceFile): string[] {
  const room = findRoom(file.path)
  if (room === undefined) return [`${file.path} belongs to no room`]
  return readImports(file).flatMap((found) =>
    found.specifier.startsWith('.') ? checkRelative(file, room, found) : checkPackage(file, found)
  )
}

function checkRelative(file: SourceFile, room: string, { specifier }: Import): string[] {
  const target = resolveImport(file.path, specifier)
  if (findRoom(target) === undefined) {
    return [`${file.path} imports ${target}, which belongs to no room`]
  }
  const allowed = [room, ...(ROOMS[room] ?? [])]
  return allowed.some((place) => isIn(target, place))
    ? []
    : [`${file.path} may not import ${target}`]
}

function checkPackage(file: SourceFile, { specifier, kind }: Import): string[] {
  if (file.path.startsWith(PURE_ROOM)) return [`${file.path} may not import ${specifier}`]
  const name = Object.keys(PACKAGE_ROOMS).find(
    (candidate) => specifier === candidate || specifier.startsWith(`${candidate}/`)
  )
  if (name === undefined) return []
  if (!isIn(file.path, PACKAGE_ROOMS[name] ?? '')) {
    return [`${file.path} may not import ${specifier}`]
  }
  return LAZY_PACKAGES.includes(name) && kind === 'static'
    ? [`${file.path} may import ${specifier} by import() only`]
    : []
}

function findRoom(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => isIn(path, room))
}

function isIn(path: string, room: string): boolean {
  return room.endsWith('/') ? path.startsWith(room) : path === room
}

/** Every use of the process outside the runner's room, but for the time that it tells to the clock. */
export function findProcessUses(file: SourceFile): string[] {
  if (file.path.startsWith(RUNNER_ROOM)) return []
  const found: string[] = []
  const allowed = new Set<number>()
  new Visitor({
    MemberExpression: ({ object, property }) => {
      const isTime = `${toName(object)}.${toName(property)}` === 'process.hrtime'
      if (isTime && file.path === CLOCK_FILE) allowed.add(object.start)
    },
    Identifier: (node) => {
      if (node.name === 'process' && !allowed.has(node.start)) {
        found.push(`${file.path} uses process`)
      }
    }
  }).visit(parse(file))
  const imports = readImports(file).filter(({ specifier }) => /^(node:)?process$/.test(specifier))
  return [...found, ...imports.map(({ specifier }) => `${file.path} uses ${specifier}`)]
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

type Program = ReturnType<typeof parseSync>['program']

/** What has been read already: each rule looks at every file. */
const parsed = new WeakMap<SourceFile, Program>()

function parse(file: SourceFile): Program {
  const known = parsed.get(file)
  if (known !== undefined) return known
  const { program, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path}: ${errors[0]?.message}`)
  parsed.set(file, program)
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
