import type { RequestRecord } from '../../measure/records/record.ts'
import { findRun, readRecords, readRun } from '../../measure/records/run-folder.ts'

/** What became of a request that matters here; `runMs` of one that ran to its end. */
export type Traced = Pick<RequestRecord, 'due' | 'ended' | 'runMs'>

/** Requests for the task of a run, by the key of their condition. */
export async function tracesOf(run: string): Promise<Map<string, Traced[]>> {
  const folder = findRun(run, process.cwd())
  const { trials } = readRun(folder)
  const found = new Map<string, Traced[]>()
  for await (const { trial, kind, due, ended, runMs, outcome } of readRecords(folder)) {
    if (kind !== 'task') continue
    const { condition } = trials[trial]!
    const traces = found.get(condition) ?? []
    found.set(condition, traces)
    traces.push({ due, ended, ...(outcome === 'completed' && runMs !== undefined && { runMs }) })
  }
  return found
}

/** Of fewer, chance says more than the machine. */
const leastRuns = 30

/**
 * How much work each request was, in the order in which they were due: the time of its run, each part of it at the
 * speed that it has among so many at once; so long it would have taken alone. Of one that did not run to its end it is the
 * mean. Milliseconds; null where too few are known.
 *
 * @param speedAmong how fast each of so many is that run at once; 1 is as fast as alone
 */
export function worksOf(
  traces: readonly Traced[],
  speedAmong: (running: number) => number,
): number[] | null {
  const runs = traces.flatMap(({ ended, runMs }) =>
    runMs === undefined ? [] : [{ from: ended - runMs, to: ended }],
  )
  if (runs.length < leastRuns) return null
  const doneAt = progress(runs, speedAmong)
  const workOf = ({ ended, runMs }: Traced) =>
    runMs === undefined ? undefined : doneAt.get(ended)! - doneAt.get(ended - runMs)!
  const works = traces.toSorted((a, b) => a.due - b.due).map(workOf)
  const known = works.filter((work) => work !== undefined)
  const mean = known.reduce((sum, work) => sum + work, 0) / known.length
  return works.map((work) => work ?? mean)
}

/** At each start and end of a run: how far one would have come that ran from the first start on. */
function progress(
  runs: readonly { from: number; to: number }[],
  speedAmong: (running: number) => number,
): Map<number, number> {
  const changes = runs
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at)
  const doneAt = new Map<number, number>()
  let [running, done, last] = [0, 0, changes[0]?.at ?? 0]
  for (const { at, by } of changes) {
    if (running > 0) done += (at - last) * speedAmong(running)
    doneAt.set(at, done)
    running += by
    last = at
  }
  return doneAt
}
