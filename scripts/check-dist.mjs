// Checks the committed dist/ after `npm run build`: it is what the sources build (no file changed, missing or new),
// it keeps to its size, and it runs by itself in a folder with no node_modules near it.
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { measureSize } from '../bench/size.ts'

const MAX_RUN_MS = 20_000
const SMOKE_TOKEN = 'smoke-token'

try {
  checkCommitted()
  checkSizes()
  await checkRuns()
} catch (error) {
  console.error(`check-dist: ${error.message}`)
  process.exitCode = 1
}

// Ignored files count too: .gitignore must not hide a part of the bundle.
function checkCommitted() {
  const tracked = git('ls-files', '--', 'dist')
  if (!tracked.split('\n').includes('dist/index.js'))
    throw new Error('dist/index.js is not committed')
  const changes = git('status', '--porcelain', '--untracked-files=all', '--ignored', '--', 'dist')
  if (changes !== '') throw new Error(`dist/ is not what the sources build:\n${changes}`)
  console.log('dist/ is what the sources build')
}

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trimEnd()
}

function checkSizes() {
  const sizes = measureSize()
  for (const { what, measured, bar } of sizes) {
    console.log(`${what}: ${measured.toFixed(0)}, at most ${bar}`)
  }
  const tooLarge = sizes.filter(({ measured, bar }) => measured > bar)
  if (tooLarge.length > 0) {
    throw new Error(`too large: ${tooLarge.map(({ what }) => what).join('; ')}`)
  }
}

async function checkRuns() {
  const folder = mkdtempSync(join(tmpdir(), 'check-dist-'))
  const server = createServer(answer).listen(0, '127.0.0.1')
  try {
    refuseNodeModules(folder)
    cpSync('dist', join(folder, 'dist'), { recursive: true })
    await new Promise((resolve) => server.once('listening', resolve))
    await checkBadInput(folder)
    await checkGet(folder, `http://127.0.0.1:${server.address().port}`)
  } finally {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function refuseNodeModules(folder) {
  for (let parent = folder; parent !== dirname(parent); parent = dirname(parent)) {
    if (existsSync(join(parent, 'node_modules'))) throw new Error(`node_modules found in ${parent}`)
  }
}

function answer(request, response) {
  const isSignedIn = request.headers.authorization === `Bearer ${SMOKE_TOKEN}`
  response.writeHead(isSignedIn ? 200 : 401, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ name: 'smoke', properties: { provisioningState: 'Succeeded' } }))
}

async function checkBadInput(folder) {
  const { code, stdout, stderr } = await runAction(folder, {
    method: 'FETCH',
    url: '/subscriptions'
  })
  const line = stdout.split('\n').find((text) => text.startsWith('::error'))
  if (code !== 1 || line === undefined || !line.includes('method')) {
    throw new Error(
      `a bad method should be exit 1 and an ::error line: exit ${code}\n${stdout}${stderr}`
    )
  }
  console.log(`bad input: exit 1, ${line}`)
}

async function checkGet(folder, origin) {
  const { code, stdout, stderr, outputs } = await runAction(folder, {
    method: 'GET',
    url: '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/smoke',
    'api-version': '2021-04-01',
    token: SMOKE_TOKEN,
    environment: 'custom',
    'resource-manager-endpoint': origin
  })
  if (code !== 0 || !/^status<<(\S+)\r?\nSucceeded\r?\n\1$/m.test(outputs)) {
    throw new Error(`a GET should succeed: exit ${code}\n${stdout}${stderr}${outputs}`)
  }
  console.log('a GET: exit 0, status Succeeded')
}

// As the runner does it: every declared input is in the environment, with its default or empty.
async function runAction(folder, inputs) {
  const declared = parse(readFileSync('action.yml', 'utf8')).inputs
  const variables = Object.entries(declared).map(([name, input]) => [
    `INPUT_${name.toUpperCase()}`,
    inputs[name] ?? input.default ?? ''
  ])
  const [outputFile, summaryFile] = ['output', 'summary'].map((name) => join(folder, name))
  for (const file of [outputFile, summaryFile]) writeFileSync(file, '')
  const child = spawn(process.execPath, [join('dist', 'index.js')], {
    cwd: folder,
    env: {
      ...Object.fromEntries(variables),
      GITHUB_OUTPUT: outputFile,
      GITHUB_STEP_SUMMARY: summaryFile,
      GITHUB_WORKSPACE: folder,
      RUNNER_TEMP: folder
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MAX_RUN_MS
  })
  const [stdout, stderr, code] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    new Promise((resolve) => child.once('close', resolve))
  ])
  return { code, stdout, stderr, outputs: readFileSync(outputFile, 'utf8') }
}

async function readAll(stream) {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += chunk
  return text
}
