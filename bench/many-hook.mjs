/** Loaded before a measured process: tells its peak memory, its CPU and its sockets on file descriptor 2 when it ends. */
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'

const open = new Set()
let most = 0
let opened = 0
subscribe('net.client.socket', ({ socket }) => {
  opened += 1
  open.add(socket)
  for (const one of open) if (one.destroyed) open.delete(one)
  most = Math.max(most, open.size)
})
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const cpuMs = (userCPUTime + systemCPUTime) / 1_000
  const measured = { peakMiB: maxRSS / 1_024, cpuMs, sockets: most, opened }
  writeSync(2, `measured ${JSON.stringify(measured)}\n`)
})
