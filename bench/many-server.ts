/** The simulator of the benchmark of many operations, in a process of its own: tells where it is, and what it was asked. */
import { startSimulator } from '../simulator/simulator.ts'

const simulator = await startSimulator({ retryAfterSeconds: 1 })
let told = 0
process.on('message', () => {
  // Each time what is new.
  process.send?.({ requests: simulator.requests.length - told })
  told = simulator.requests.length
})
process.on('disconnect', () => process.exit())
process.send?.({ origin: simulator.origin, inputs: simulator.inputs })
