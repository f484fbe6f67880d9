/**
 * Bound on the sockets of a step that are open at once, idle ones included, over all the servers that it talks to. Knows
 * nothing of turns: those bound what is under way, and this ends what lies idle elsewhere.
 */
import type { Agent } from 'node:http'
import type { Duplex } from 'node:stream'
import { MAX_SOCKETS } from './lanes.ts'

/** Makes room for one more socket of an agent, before it is opened. */
export type MakeRoom = (agent: Agent) => void

/** Bound over all agents that it has been told of. */
export function createSocketBound(): MakeRoom {
  const agents = new Set<Agent>()
  return (agent) => {
    agents.add(agent)
    if (listOpen(agent.freeSockets).length > 0) return
    const others = [...agents].filter((other) => other !== agent)
    const idle = others.flatMap((other) => listOpen(other.freeSockets))
    const busy = [...agents].flatMap((one) => listOpen(one.sockets))
    const excess = idle.length + busy.length + 1 - MAX_SOCKETS
    for (const socket of idle.slice(0, Math.max(0, excess))) socket.destroy()
  }
}

function listOpen(sockets: Agent['sockets'] | Agent['freeSockets']): readonly Duplex[] {
  return Object.values(sockets).flatMap((list) => list?.filter(({ destroyed }) => !destroyed) ?? [])
}
