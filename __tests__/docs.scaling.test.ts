/**
 * The numbers of docs/scaling.md are those of the model.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { billMinutes, countPerMinute, countRunning, JOB_SECONDS, WAYS } from '../bench/scaling.ts'
import { ARM_LIMITS } from '../simulator/throttling.ts'

const GUIDE = readFileSync('docs/scaling.md', 'utf8')
const write = (count: number) => Math.floor(count).toLocaleString('en-US')
const writeRow = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** Rows of the table that begins with this text, without its head. */
function readTable(head: string): readonly string[] {
  const [, rest = ''] = GUIDE.split(`\n| ${head} |`)
  const [table = ''] = rest.split('\n\n', 1)
  return table.split('\n').slice(2)
}

describe('docs/scaling.md', () => {
  it('tells the billed minutes of each way', () => {
    const rows = Object.entries(WAYS).map(([way, jobs]) =>
      writeRow([
        way,
        ...[30, 600, 7_200].map((seconds) => write(billMinutes(jobs({ operations: 10, seconds }))))
      ])
    )
    expect(readTable('Way | 30 s each | 10 min each | 2 h each')).toEqual(rows)
    expect(GUIDE).toContain(`a job takes ${JOB_SECONDS} seconds beyond its work`)
  })

  it('tells how many operations a subscription takes', () => {
    const rows = [1, 2, 5, 10, 15, 30, 60].map((pollSeconds) =>
      writeRow([
        `${pollSeconds} s`,
        ...[120, 600].flatMap((seconds) => {
          const operation = { seconds, pollSeconds }
          return [write(countPerMinute(operation)), write(countRunning(operation))]
        })
      ])
    )
    const head = 'Polls each | 2 min each: a minute | at once | 10 min each: a minute | at once'
    expect(readTable(head)).toEqual(rows)
    const { reads, writes, deletes } = ARM_LIMITS
    const text = GUIDE.replace(/\s+/g, ' ')
    expect(text).toContain(
      `${reads.size} reads, of which ${reads.refillPerSecond} come back each second, ${writes.size} writes and ${deletes.size} deletes, of which ${writes.refillPerSecond} come back each second`
    )
    expect(text).toContain(
      `${writes.refillPerSecond} a second, which is ${writes.refillPerSecond * 60} a minute`
    )
    expect(deletes.refillPerSecond).toBe(writes.refillPerSecond)
  })
})
