/**
 * `npm run simulator`: serves the simulator by itself until Ctrl+C, and says how to point the action at it.
 */
import { parseArgs } from 'node:util'
import { RealClock } from './clock.ts'
import { type Simulator, startSimulator } from './simulator.ts'

const USAGE = `Usage: npm run simulator -- [--port 8080] [--speed 10]

  --port   port on 127.0.0.1 (default: any free one)
  --speed  how many times as fast as Azure time passes (default: 1)
  --help   show this`

interface ServeOptions {
  readonly port: number
  readonly speed: number
  readonly help: boolean
}

function readOptions(): ServeOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      speed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false }
    }
  })
  const port = Number(values.port)
  const speed = Number(values.speed)
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) {
    throw new RangeError(`--port must be a number from 0 to 65535, got '${values.port}'`)
  }
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new RangeError(`--speed must be a number above 0, got '${values.speed}'`)
  }
  return { port, speed, help: values.help }
}

function printUse({ origin, inputs }: Simulator, speed: number): void {
  const lines = Object.entries(inputs).map(([name, value]) => `  ${name}: ${value}`)
  console.log(`Azure Resource Manager simulator on ${origin} (speed ${speed}, Ctrl+C stops it)`)
  console.log(`Inputs that point the action at it:\n${lines.join('\n')}`)
}

/** Serves until SIGINT or SIGTERM, or Ctrl+Break on Windows. */
async function serve({ port, speed }: ServeOptions): Promise<void> {
  const simulator = await startSimulator({ port, clock: new RealClock(speed) })
  printUse(simulator, speed)
  await new Promise<void>((stop) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGBREAK']) process.once(name, () => stop())
  })
  await simulator.close()
}

try {
  const options = readOptions()
  if (options.help) console.log(USAGE)
  else await serve(options)
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exitCode = 1
}
