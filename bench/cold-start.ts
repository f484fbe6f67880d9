/**
 * What a run costs from nothing to its end: CPU time of the process against one bare GET over https that trusts the same
 * certificates, and its memory. One request each, answered at once by servers on this machine. Ratios are taken within a
 * round: absolute times move with the load of the machine, ratios of CPU time hardly do.
 */
import { measureRounds } from './child.ts'
import { createScenes, type Scene } from './scenes.ts'
import { startBenchServers } from './servers.ts'
import { type Figure, median } from './statistics.ts'

const SCENES: readonly Scene[] = [
  'bare GET',
  'bare secret + PUT',
  'bare OIDC + PUT',
  'token + GET',
  'secret + PUT',
  'OIDC + PUT',
  'certificate + PUT'
]
const CPU_BARS: Partial<Record<Scene, number>> = {
  'token + GET': 1.65,
  'secret + PUT': 2.36,
  'OIDC + PUT': 2.42
}
const MAX_MEMORY_RATIO = 1.25

/** Measures each scene once in each of `rounds` rounds. */
export async function measureColdStart(rounds: number): Promise<readonly Figure[]> {
  const servers = await startBenchServers()
  try {
    const scenes = await createScenes(servers, 0)
    const measured = await measureRounds(
      SCENES.map((scene) => scenes[scene]),
      rounds
    )
    const compare = (one: Scene, other: Scene, key: 'cpuMs' | 'wallMs' | 'peakMiB') =>
      median(
        measured.map((samples) => {
          const [a, b] = [one, other].map((scene) => samples[SCENES.indexOf(scene)]?.[key] ?? 0)
          return (a ?? 0) / (b ?? 1)
        })
      )
    const cpuMs = (scene: Scene) =>
      median(measured.map((samples) => samples[SCENES.indexOf(scene)]?.cpuMs ?? 0)).toFixed(0)
    const times = SCENES.filter((scene) => scene !== 'bare GET').flatMap((scene): Figure[] => {
      const bar = CPU_BARS[scene]
      const reference = `bare GET, ${cpuMs('bare GET')} ms; this one ${cpuMs(scene)} ms`
      const cpu = {
        what: `${scene}: CPU`,
        measured: compare(scene, 'bare GET', 'cpuMs'),
        reference
      }
      const wall = compare(scene, 'bare GET', 'wallMs')
      return [
        bar === undefined ? cpu : { ...cpu, bar },
        { what: `${scene}: wall`, measured: wall, reference: 'bare GET' }
      ]
    })
    return [
      ...times,
      {
        what: 'token + GET: memory',
        measured: compare('token + GET', 'bare GET', 'peakMiB'),
        reference: 'bare GET'
      },
      {
        what: 'secret + PUT: memory',
        measured: compare('secret + PUT', 'bare secret + PUT', 'peakMiB'),
        bar: MAX_MEMORY_RATIO,
        reference: 'bare secret + PUT'
      }
    ]
  } finally {
    await servers.close()
  }
}
