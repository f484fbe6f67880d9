/**
 * `npm run test:mutations [-- --only NAME …]`: makes each mutation of the table in a copy of the repository, one at a
 * time, and expects every witness that its row names to turn red. Ends with an error where one stays green, and where a
 * mutation cannot be made or a witness is red without it.
 */
import { spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { countFinds, MUTATIONS, type Mutation } from './mutations.ts'

const COPIED = [
  '__fixtures__',
  '__tests__',
  'docs',
  'examples',
  'scripts',
  'simulator',
  'src',
  'stubs',
  'action.yml',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts'
]
const PROOF_RUNS = 600
const PROOF_SEED = 20_260_201
const WITNESS_TIMEOUT_MS = 120_000

/** What a witness says of the source as it stands in the copy. */
type Verdict = { readonly kind: 'green' } | { readonly kind: 'red'; readonly by: string }

/** One way to notice a mutation. */
interface Witness {
  readonly name: string
  readonly ask: () => Promise<Verdict>
}

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const { only } = values
const chosen = MUTATIONS.filter(({ name }) => only === undefined || only.includes(name))
if (chosen.length === 0) throw new Error(`no mutation is called ${only?.join(' or ')}`)

const folder = mkdtempSync(join(tmpdir(), 'arm-operation-mutations-'))
const remove = () => rmSync(folder, { recursive: true, force: true })
process.once('exit', remove)
process.once('SIGINT', () => process.exit(130))
for (const name of COPIED) cpSync(name, join(folder, name), { recursive: true })
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))

const greenBefore = new Map<string, Promise<Verdict>>()
let survivors = 0
for (const mutation of chosen) {
  const startedAt = performance.now()
  const problems = await tryMutation(mutation).catch((error: unknown) => [String(error)])
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`${problems.length === 0 ? 'noticed ' : 'SURVIVED'} ${mutation.name} (${seconds} s)`)
  for (const problem of problems) console.log(`  ! ${problem}`)
  survivors += Math.min(1, problems.length)
}
console.log(`${chosen.length} mutations, ${survivors} survived or could not be tried`)
if (survivors > 0) process.exitCode = 1

/** Makes one mutation and takes it back. What is wrong with it is returned, what noticed it is printed. */
async function tryMutation(mutation: Mutation): Promise<string[]> {
  const witnesses = listWitnesses(mutation)
  const problems: string[] = []
  const askBefore = async ({ name, ask }: Witness) => {
    const before = greenBefore.get(name) ?? ask()
    greenBefore.set(name, before)
    const verdict = await before
    if (verdict.kind === 'red') problems.push(`${name} is red without it: ${verdict.by}`)
  }
  await Promise.all(witnesses.map(askBefore))
  if (problems.length > 0) return problems
  const path = join(folder, mutation.file)
  const text = readFileSync(path, 'utf8')
  const found = countFinds(text, mutation.find)
  if (found !== 1) return [`its text is found ${found} times in ${mutation.file}`]
  writeFileSync(
    path,
    text.replace(mutation.find, () => mutation.replace)
  )
  try {
    const askNow = async ({ name, ask }: Witness) => {
      const verdict = await ask()
      if (verdict.kind === 'green') problems.push(`${name} stays green`)
      else console.log(`  ${name}: ${verdict.by}`)
    }
    await Promise.all(
      witnesses.map((each) => askNow(each).catch((error: unknown) => problems.push(String(error))))
    )
  } finally {
    writeFileSync(path, text)
  }
  return problems
}

function listWitnesses({ tests, proof }: Mutation): Witness[] {
  const files = tests.map((file) => ({ name: file, ask: () => askTests(file) }))
  if (proof === undefined) return files
  const habits = proof.length === 0 ? ['none'] : proof
  return [...files, { name: `proof of ${habits.join(', ')}`, ask: () => askProof(habits) }]
}

/** The part of Vitest's report that is read. */
interface TestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

async function askTests(file: string): Promise<Verdict> {
  const output = join(folder, `${file.replaceAll('/', '-')}.json`)
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const reporting = ['--reporter', 'json', '--outputFile', output]
  const { stdout, stderr } = await runNode([
    ...[vitest, 'run', file, '--bail', '1', '--maxWorkers', '1'],
    ...reporting
  ])
  if (!existsSync(output)) throw new Error(`${file}: ${stderr || stdout}`)
  const report: TestReport = JSON.parse(readFileSync(output, 'utf8'))
  rmSync(output)
  if (report.success) return { kind: 'green' }
  const failed = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ status }) => status === 'failed')
  // A file that cannot even be loaded shows nothing of the mistake.
  if (failed === undefined) throw new Error(`${file}: ${report.testResults[0]?.message}`)
  return { kind: 'red', by: failed.fullName }
}

async function askProof(habits: readonly string[]): Promise<Verdict> {
  const size = ['--one', '--runs', `${PROOF_RUNS}`, '--seed', `${PROOF_SEED}`, '--no-shrink']
  const named = habits.flatMap((habit) => ['--habits', habit])
  const { code, stdout, stderr } = await runNode([
    join('__tests__', 'faults', 'main.ts'),
    ...size,
    ...named
  ])
  if (code === 0) return { kind: 'green' }
  const broken = /^Broken: (.*)/m.exec(stdout)?.[1]
  if (broken === undefined) throw new Error(stderr || stdout)
  return { kind: 'red', by: broken }
}

interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function runNode(args: readonly string[]): Promise<Finished> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: folder, timeout: WITNESS_TIMEOUT_MS })
    const written = { stdout: '', stderr: '' }
    child.stdout.on('data', (data) => {
      written.stdout += data
    })
    child.stderr.on('data', (data) => {
      written.stderr += data
    })
    child.once('error', fail)
    child.once('close', (code, signal) => {
      if (signal === null) done({ code, ...written })
      else fail(new Error(`${args.join(' ')} was ended by ${signal}`))
    })
  })
}
