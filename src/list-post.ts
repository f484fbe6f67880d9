/**
 * The post step of a list whose workflow was canceled: saved runs → connection → ends → log, summary. Works from the file
 * of the saved runs alone, and reads nothing of the requests. A chunk of its own. Every fault in here is a warning.
 */
import { chooseTracing } from './arm/client.ts'
import { systemClock } from './clock.ts'
import type { PostInputs } from './inputs/step.ts'
import { openClient, useConnection } from './open-run.ts'
import type { ListReport, OperationRecord } from './report/list-report.ts'
import { isGreen } from './run/conclude.ts'
import { canFind, POST_STEP_CANCEL_WINDOW_MS } from './run/confirm-end.ts'
import { confirmAll } from './run/confirm-list.ts'
import type { NamedRun } from './run/saved-run.ts'
import type { Edge } from './runner/edge.ts'
import { findTempFolder } from './runner/job.ts'
import { readPostInputs } from './runner/read-inputs.ts'
import { readSavedRuns } from './runner/runs-file.ts'
import {
  keepTelling,
  type ListEdge,
  openListEdge,
  recordEnd,
  summarizeList
} from './runner/tell-list.ts'

const { now } = systemClock

/**
 * Tells how the operations of a list ended that its step had to leave.
 * @param state of the step, as it names the file
 */
export async function runListPost(state: string, edge: Edge): Promise<void> {
  const saved = readSavedRuns(state, findTempFolder(edge.environment))
  const runs = saved.runs.filter(({ run }) => canFind(run))
  const names = runs.map(({ name }) => name)
  const listEdge = openListEdge(edge, names)
  for (const warning of saved.warnings) listEdge.log.warn(warning)
  if (runs.length === 0) return
  const { environment, masks, log } = listEdge
  const inputs = await readPostInputs({ now: now(), environment, masks })
  const report = await confirmRuns(runs, inputs, listEdge)
  log.finish(report)
  if (inputs.summary) await summarizeList(report, listEdge)
}

async function confirmRuns(
  runs: readonly NamedRun[],
  { connection, headers }: PostInputs,
  edge: ListEdge
): Promise<ListReport> {
  const startedAt = now()
  const { masks, log, signal } = edge
  const { cloud, ids } = connection
  const records = listRunning(runs, startedAt, masks.hide)
  for (const { name } of runs) log.write({ kind: 'started', at: startedAt, name })
  const deadlineMs = startedAt + POST_STEP_CANCEL_WINDOW_MS
  const isOver = new AbortController()
  void keepTelling(edge, isOver.signal)
  const use = { edge, deadlineMs, observe: log.write, isShared: true } as const
  try {
    await useConnection(connection, use, (open) =>
      confirmAll(runs, {
        clock: systemClock,
        cloud,
        ids,
        signal,
        openClient: ({ request, correlationId }) => {
          const tracing = chooseTracing(headers, correlationId)
          const operation = { tracing, headers, requestUrl: request.url }
          return openClient({ open, edge, deadlineMs }, operation)
        },
        observe: (name, event) => log.write({ kind: 'told', name, event }),
        ended: async (name, outcome) => {
          const end = { name, outcome, isGreen: isGreen(outcome, true) }
          const record = await recordEnd(end, false, edge)
          records.set(name, record)
          log.write({ kind: 'ended', at: now(), record })
        }
      })
    )
  } finally {
    isOver.abort()
  }
  return createReport(records, startedAt)
}

function listRunning(
  runs: readonly NamedRun[],
  startedAt: number,
  hide: (text: string) => string
): Map<string, OperationRecord> {
  return new Map(
    runs.map(({ name, run }) => {
      const request = { ...run.request, url: hide(run.request.url) }
      return [name, { kind: 'running', name, startedAt, request }]
    })
  )
}

function createReport(
  records: ReadonlyMap<string, OperationRecord>,
  startedAt: number
): ListReport {
  const all = [...records.values()]
  const polls = all.map((record) =>
    record.kind === 'ended' ? record.explanation.outcome.pollCount : 0
  )
  return {
    records: all,
    loops: [],
    startedAt,
    endedAt: now(),
    endedBy: 'cancellation',
    pollCount: polls.reduce((sum, count) => sum + count, 0)
  }
}
