/** What makes the pictures: the clock that is loaded into the action is the one that the action reads. */
import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const SPEED = 20

it('lets the time of the action pass as quickly as that of the simulator', () => {
  const script = `
    import { systemClock } from ${JSON.stringify(pathToFileURL('src/clock.ts').href)}
    const [started, date] = [systemClock.now(), Date.now()]
    await systemClock.sleep(1000)
    console.log(JSON.stringify([systemClock.now() - started, Date.now() - date]))
  `
  const started = performance.now()
  const out = execFileSync(
    process.execPath,
    ['--import=./scripts/pictures/quick-clock.mjs', '--input-type=module', '--eval', script],
    {
      encoding: 'utf8',
      env: { ...process.env, CLOCK_SPEED: String(SPEED), CLOCK_STARTED_AT: String(Date.now()) }
    }
  )
  const most = (performance.now() - started) * SPEED
  const passed: readonly number[] = JSON.parse(out)
  for (const ms of passed) {
    expect(ms).toBeGreaterThanOrEqual(1000 - SPEED)
    expect(ms).toBeLessThan(most)
  }
})
