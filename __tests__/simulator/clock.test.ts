/** The two clocks: one runs as fast as it is told, the other not at all. */
import { expect, it } from 'vitest'
import { RealClock, VirtualClock } from '../../simulator/clock.ts'
import { Ledger } from '../../simulator/ledger.ts'

it('a virtual clock moves only when advanced, and wakes those whose time has come', async () => {
  const clock = new VirtualClock(1000)
  const woken: number[] = []
  const sleeps = [30, 10, 20].map((ms) => clock.sleep(ms).then(() => woken.push(ms)))
  await clock.sleep(0)
  clock.advance(20)
  await Promise.all(sleeps.slice(1))
  expect(woken).toEqual([10, 20])
  expect(clock.now()).toBe(1020)
  clock.advance(10)
  await Promise.all(sleeps)
  expect(clock.toClientSeconds(17)).toBe(17)
})

it('a virtual clock with steps moves each time that it is asked', async () => {
  const clock = new VirtualClock(1000, 10)
  const slept = clock.sleep(20)
  expect([clock.now(), clock.now()]).toEqual([1010, 1020])
  await slept
})

it('a real clock shortens sleeps and Retry-After by its speed', async () => {
  const clock = new RealClock(1000)
  const before = clock.now()
  await clock.sleep(20_000)
  expect(clock.now() - before).toBeGreaterThanOrEqual(19_000)
  expect(clock.toClientSeconds(17_000)).toBe(17)
  expect(clock.toClientSeconds(0.1)).toBe(1)
  expect(clock.toClientSeconds(0)).toBe(0)
})

it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
  'a real clock refuses the speed %s',
  (speed) => {
    expect(() => new RealClock(speed)).toThrow(RangeError)
  }
)

it('a ledger counts by kind, by id, and by both', () => {
  const ledger = new Ledger()
  ledger.record({ at: 0, kind: 'vm-start', method: 'POST', id: '/A' })
  ledger.record({ at: 1, kind: 'vm-deallocate', method: 'POST', id: '/a' })
  ledger.record({ at: 2, kind: 'vm-start', method: 'POST', id: '/b' })
  expect(ledger.count('vm-start')).toBe(2)
  expect(ledger.count('/a')).toBe(2)
  expect(ledger.count('vm-start', '/a')).toBe(1)
  expect(ledger.count('/c')).toBe(0)
})
