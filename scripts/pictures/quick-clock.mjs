// Loaded into the action before its own code: makes its time as quick as the simulator's, so that a run that is told as
// one of minutes takes seconds.
const { CLOCK_SPEED, CLOCK_STARTED_AT } = process.env
const speed = Number(CLOCK_SPEED)
const startedAt = Number(CLOCK_STARTED_AT)

const readMachine = Date.now
const readMachineNs = process.hrtime.bigint
const startedNs = readMachineNs()
const now = () => startedAt + (readMachine() - startedAt) * speed
const startTimer = globalThis.setTimeout

globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [now()] : args))
  }
  static now() {
    return now()
  }
}
process.hrtime.bigint = () => startedNs + (readMachineNs() - startedNs) * BigInt(speed)
globalThis.setTimeout = (run, ms = 0, ...args) => startTimer(run, ms / speed, ...args)
