/**
 * The turns at the sockets of a step, on a clock of our own.
 */
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../simulator/clock.ts'
import { createLanes, MAX_CHANGES, MAX_TURNS, type Turn } from '../../src/http/lanes.ts'

const never = new AbortController().signal
const READS = 48
const SLOW = 32

interface Exchange {
  readonly name: string
  readonly answer: () => void
  readonly fail: (error: Error) => void
}

/** Lanes, and the exchanges that are under way in them, in the order in which they got their sockets. */
function openLanes() {
  const clock = new VirtualClock()
  const lanes = createLanes({ now: () => clock.now(), sleep: (ms) => clock.sleep(ms) })
  const running: Exchange[] = []
  const ended: string[] = []
  const take = (turn: Turn, name: string, signal = never) => {
    const taken = lanes.take(
      turn,
      signal,
      (cut) =>
        new Promise<string>((resolve, reject) => {
          const leave = (error: Error) => {
            running.splice(running.indexOf(exchange), 1)
            reject(error)
          }
          const exchange = {
            name,
            answer: () => {
              running.splice(running.indexOf(exchange), 1)
              resolve(name)
            },
            fail: leave
          }
          running.push(exchange)
          cut.addEventListener('abort', () => leave(new Error('cut')), { once: true })
        })
    )
    taken.then(
      () => ended.push(name),
      () => ended.push(`${name} rejected`)
    )
    return taken
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const names = async () => {
    await settle()
    return running.map(({ name }) => name)
  }
  const find = (name: string) => {
    const found = running.find((exchange) => exchange.name === name)
    if (found === undefined) throw new Error(`test bug: ${name} is not under way`)
    return found
  }
  const advance = async (ms: number) => {
    clock.advance(ms)
    await settle()
  }
  return { take, names, find, advance, ended, isSlow: lanes.isSlow }
}

const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}${index}`)

describe('the sockets of a step', () => {
  it('are taken in order, and never by all changes: what runs already is asked about', async () => {
    const { take, names, find } = openLanes()
    for (const name of many(MAX_CHANGES + 2, 'c')) void take('change', name)
    expect(await names()).toEqual(many(MAX_CHANGES, 'c'))
    for (const name of many(20, 'r')) void take('read', name)
    expect((await names()).slice(MAX_CHANGES)).toEqual(many(MAX_TURNS - MAX_CHANGES, 'r'))
    find('c7').answer()
    expect((await names()).at(-1)).toBe(`c${MAX_CHANGES}`)
  })

  it('are kept in part for changes', async () => {
    const { take, names } = openLanes()
    for (const name of many(100, 'r')) void take('read', name)
    for (const name of many(20, 'c')) void take('change', name)
    const under = await names()
    expect(under.filter((name) => name.startsWith('r'))).toHaveLength(READS)
    expect(under.filter((name) => name.startsWith('c'))).toHaveLength(MAX_TURNS - READS)
  })

  it('go to changes first', async () => {
    const { take, names, find } = openLanes()
    for (const name of many(READS, 'r')) void take('read', name)
    for (const name of many(MAX_TURNS - READS, 'c')) void take('change', name)
    void take('read', 'later')
    void take('change', 'first')
    await names()
    find('r0').answer()
    expect((await names()).at(-1)).toBe('first')
    find('r1').answer()
    expect((await names()).at(-1)).toBe('later')
  })

  it('are given to a few slow reads before others, and to more where nobody waits', async () => {
    const { take, names } = openLanes()
    for (const name of many(40, 's')) void take('slow', name)
    expect(await names()).toEqual(many(SLOW, 's'))
    const busy = openLanes()
    for (const name of many(READS, 'r')) void busy.take('read', name)
    for (const name of many(20, 'new')) void busy.take('read', name)
    for (const name of many(20, 's')) void busy.take('slow', name)
    await busy.names()
    for (const name of many(10, 'r')) busy.find(name).answer()
    const slow = (await busy.names()).filter((name) => name.startsWith('s'))
    expect(slow).toEqual(many(4, 's'))
  })

  it('are freed by what fails, too', async () => {
    const { take, names, find, ended } = openLanes()
    for (const name of many(READS + 1, 'r')) take('read', name).catch(() => {})
    await names()
    find('r0').fail(new Error('reset'))
    expect((await names()).at(-1)).toBe(`r${READS}`)
    expect(ended).toEqual(['r0 rejected'])
  })
})

describe('a wait for a socket', () => {
  it('ends with its signal, and leaves no turn behind', async () => {
    const { take, names, find } = openLanes()
    for (const name of many(READS, 'r')) void take('read', name)
    const gone = new AbortController()
    const waited = take('read', 'gone', gone.signal)
    void take('read', 'next')
    await names()
    gone.abort(new Error('the job ends'))
    await expect(waited).rejects.toThrow('the job ends')
    find('r3').answer()
    expect((await names()).at(-1)).toBe('next')
  })

  it('is none after its signal', async () => {
    const { take, names } = openLanes()
    const gone = AbortSignal.abort(new Error('the job ends'))
    await expect(take('change', 'c', gone)).rejects.toThrow('the job ends')
    expect(await names()).toEqual([])
  })
})

describe('a change that hangs', () => {
  it('keeps its socket: it may have taken effect, and is not sent again', async () => {
    const { take, names, advance } = openLanes()
    void take('change', 'c')
    for (const name of many(READS, 'r')) void take('read', name)
    await advance(2_000)
    void take('read', 'new')
    expect((await names())[0]).toBe('c')
  })
})

describe('a read that hangs', () => {
  it('keeps its socket where nobody waits', async () => {
    const { take, names, advance } = openLanes()
    for (const name of many(READS, 'r')) void take('read', name)
    await advance(600_000)
    expect(await names()).toEqual(many(READS, 'r'))
  })

  it('yields to those that wait, in the lane of the slow ones, and counts as one', async () => {
    const { take, names, advance, find, ended } = openLanes()
    const findOk = async () => (await names()).find((name) => name.startsWith('ok'))
    for (const name of many(64, 'hang')) void take('read', name)
    await advance(0)
    for (const name of many(100, 'ok')) void take('read', name)
    expect((await names()).some((name) => name.startsWith('ok'))).toBe(false)
    // The first 48 make room, then the other 16; the slow ones never take more than 16 sockets of those that answer.
    for (let turn = 0; turn < 4; turn += 1) {
      await advance(2_000)
      for (let next = await findOk(); next !== undefined; next = await findOk()) find(next).answer()
    }
    await names()
    expect(ended.filter((name) => name.startsWith('ok'))).toHaveLength(100)
    expect(ended.filter((name) => name.startsWith('hang'))).toEqual([])
    const hanging = await names()
    expect(hanging.length).toBeLessThanOrEqual(READS)
    find(hanging[0] ?? '').answer()
    await names()
    expect(ended.filter((name) => name.startsWith('hang'))).toHaveLength(1)
  })

  it('yields no sooner than it is slow, and as many as wait', async () => {
    const { take, names, advance } = openLanes()
    for (const name of many(READS, 'r')) void take('read', name)
    await advance(1_000)
    for (const name of many(3, 'new')) void take('read', name)
    await advance(999)
    expect((await names()).filter((name) => name.startsWith('new'))).toEqual([])
    await advance(1)
    const under = await names()
    expect(under.filter((name) => name.startsWith('new'))).toHaveLength(3)
    expect(under.filter((name) => name.startsWith('r'))).toHaveLength(READS - 3)
    expect(under.length).toBe(READS)
  })

  it('is cut by its own signal at any time, and the slow lane has an end', async () => {
    const { take, names, advance, ended } = openLanes()
    const gone = new AbortController()
    const hung = take('read', 'hang', gone.signal)
    for (const name of many(READS - 1, 'r')) void take('read', name)
    await advance(2_000)
    void take('read', 'new')
    await names()
    gone.abort(new Error('the deadline'))
    await expect(hung).rejects.toThrow()
    expect(ended).toContain('hang rejected')
  })

  it('never takes the place of a change', async () => {
    const { take, names, advance } = openLanes()
    for (const name of many(READS, 'r')) void take('read', name)
    await advance(2_000)
    for (const name of many(SLOW + 4, 'new')) void take('read', name)
    for (const name of many(MAX_TURNS - READS, 'c')) void take('change', name)
    const under = await names()
    expect(under.filter((name) => name.startsWith('c'))).toHaveLength(MAX_TURNS - READS)
    expect(under.length).toBeLessThanOrEqual(MAX_TURNS)
  })

  it('is one that takes longer than others: where all do, none yields', async () => {
    const { take, names, advance, find, isSlow } = openLanes()
    expect([isSlow(1_999), isSlow(2_000)]).toEqual([false, true])
    for (let turn = 0; turn < 20; turn += 1) {
      void take('read', `usual${turn}`)
      await advance(3_000)
      find(`usual${turn}`).answer()
      await names()
    }
    expect([isSlow(9_000), isSlow(12_000)]).toEqual([false, true])
    for (const name of many(READS, 'r')) void take('read', name)
    void take('read', 'waits')
    await advance(9_000)
    expect(await names()).toEqual(many(READS, 'r'))
    await advance(3_000)
    expect(await names()).toContain('waits')
  })
})
