/**
 * How long a sign-in with GitHub OIDC and a PUT take where Azure is some way off: beside a script that does the same one
 * after the other. What the action computes is hidden where it connects to one while it waits for another.
 */
import { measureRounds } from './child.ts'
import { createScenes } from './scenes.ts'
import { startBenchServers } from './servers.ts'
import { type Figure, median } from './statistics.ts'

const ROUND_TRIPS_MS = [20, 60]
const MAX_RATIO = 0.95
const BARRED_MS = 60

/** Measures each distance in `rounds` rounds. */
export async function measureRoundTrips(rounds: number): Promise<readonly Figure[]> {
  const servers = await startBenchServers()
  const figures: Figure[] = []
  try {
    for (const roundTripMs of ROUND_TRIPS_MS) {
      const scenes = await createScenes(servers, roundTripMs)
      const measured = await measureRounds(
        [scenes['bare OIDC + PUT'], scenes['OIDC + PUT']],
        rounds
      )
      const [bareMs, ownMs] = [0, 1].map((at) =>
        median(measured.map((samples) => samples[at]?.wallMs ?? 0)).toFixed(0)
      )
      const figure = {
        what: `OIDC + PUT, ${roundTripMs} ms away: wall`,
        measured: median(measured.map(([bare, own]) => (own?.wallMs ?? 0) / (bare?.wallMs ?? 1))),
        reference: `bare OIDC + PUT, ${bareMs} ms; this one ${ownMs} ms`
      }
      figures.push(roundTripMs === BARRED_MS ? { ...figure, bar: MAX_RATIO } : figure)
    }
    return figures
  } finally {
    await servers.close()
  }
}
