/**
 * `npm run simulator`: serves the simulator by itself until Ctrl+C, and says what it answers, how to spoil that, and how to
 * point the action at it.
 */
import { stringify } from 'yaml'
import { RealClock } from './clock.ts'
import { ROUTES, SPOILING_HEADERS } from './routes.ts'
import { type Simulator, startSimulator } from './simulator.ts'
import { SIMULATOR_VARIABLE } from './try-options.ts'
import { readOptions, readSpeed, runTool, showColumns, UsageError } from './usage.ts'

const USAGE = `Usage: npm run simulator -- [--port 8080] [--speed 10]

  --port   port on 127.0.0.1 (default: any free one)
  --speed  how many times as fast as Azure time passes (default: 1)
  --help   show this`

interface ServeOptions {
  readonly port: number
  readonly speed: number
}

function readServeOptions(): ServeOptions | undefined {
  const { values, flags, words } = readOptions(process.argv.slice(2), ['port', 'speed'], ['help'])
  if (flags.has('help')) return undefined
  if (words.length > 0) throw new UsageError(`Nothing stands without a name, got '${words[0]}'`)
  const portText = values.port?.at(-1) ?? '0'
  const port = Number(portText)
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw new UsageError(`--port must be a number from 0 to 65535, got '${portText}'`)
  }
  return { port, speed: readSpeed(values.speed?.at(-1) ?? '1') }
}

function showUse({ origin, inputs }: Simulator, speed: number): string {
  const example =
    "POST '/subscriptions/{subscriptionId}/resourceGroups/demo/providers/Microsoft.Compute/virtualMachines/web-1/start' --api-version 2024-07-01"
  return `Azure Resource Manager simulator on ${origin} (speed ${speed}, Ctrl+C stops it)

It answers, for any subscription, API version and bearer token (a namespace stands after …/providers/ in any scope):
${showColumns(ROUTES.map(({ methods, path, what }) => [methods, path, what]))}

A request spoils what it starts by headers such as these (input \`headers\`):
${showColumns(SPOILING_HEADERS)}
What goes wrong on the way, \`npm run try\` spoils: --spoil 503@2, and --help lists what there is.

To try the action on it:
  npm run try -- --simulator ${origin} ${example}
or, for every \`npm run try\` in a terminal:
  export ${SIMULATOR_VARIABLE}=${origin}

Inputs of a step that point the action at it:
${stringify(inputs)
  .trimEnd()
  .replace(/^(?=.)/gm, '  ')}`
}

/** Serves until SIGINT or SIGTERM, or Ctrl+Break on Windows. */
async function serve({ port, speed }: ServeOptions): Promise<void> {
  const simulator = await startSimulator({ port, clock: new RealClock(speed) })
  console.log(showUse(simulator, speed))
  await new Promise<void>((stop) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGBREAK']) process.once(name, () => stop())
  })
  await simulator.close()
}

await runTool('simulator', async () => {
  const options = readServeOptions()
  if (options === undefined) console.log(USAGE)
  else await serve(options)
  return 0
})
