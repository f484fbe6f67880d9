/**
 * The door: awaits the run, so that a promise lost on the way ends in a red job and never in a green one.
 */
import { run } from './main.ts'

await run()
