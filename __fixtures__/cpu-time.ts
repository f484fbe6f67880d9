/**
 * Bounds on computing, for text that is made to be slow: in processor time, which a busy machine does not stretch.
 */

/** Milliseconds of processor time that this process spends on `work`. */
export function measureCpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
