/** Moving a file that another program holds for a moment, which only Windows lets it do. */
import { expect, it } from 'vitest'
import { moveFile } from '../../src/runner/move-file.ts'

it.each<[NodeJS.Platform, string, number, string | undefined, number]>([
  ['win32', 'EPERM', 0, undefined, 0],
  ['win32', 'EPERM', 3, undefined, 300],
  ['win32', 'EBUSY', 9, undefined, 900],
  ['win32', 'EACCES', 10, 'EACCES', 900],
  ['win32', 'ENOSPC', 1, 'ENOSPC', 0],
  ['linux', 'EPERM', 1, 'EPERM', 0],
  ['darwin', 'EACCES', 1, 'EACCES', 0]
])('on %s, with %s %d times: %s after %d ms', async (platform, code, times, fault, waited) => {
  let left = times
  let time = 0
  const move = async () => {
    left -= 1
    if (left >= 0) throw Object.assign(new Error(code), { code })
  }
  const sleep = async (ms: number) => {
    time += ms
  }
  const moving = moveFile('a', 'b', { platform, move, sleep })
  if (fault === undefined) await moving
  else await expect(moving).rejects.toThrow(fault)
  expect(time).toBe(waited)
})
