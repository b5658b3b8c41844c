import { isDeepStrictEqual } from 'node:util'
import type { Task } from '../tasks/define.ts'
import { firstDifference, jsonLosses, type Loss } from './json-loss.ts'

/** What a task has reported as its progress: each call, before the executor drops any. */
export interface ProgressTrace {
  calls: number
  last: number | null
  /** The first report that is no number from 0 to 1, as text. */
  outside: string | null
  /** The first report below the one before it. */
  fell: { from: number; to: number } | null
  /** When it first said 0.95 or more, in milliseconds from the start of the run. */
  nearEndAtMs: number | null
  /** Reports at least 100 ms apart, with the first: what clients can see. */
  apart: number
  /** How long the run took. */
  runMs: number
}

/** What only somebody beside the task can see of a run. */
export interface Observed {
  progress: ProgressTrace
  losses: Loss[]
  /** The first of its parameters that it has changed, such as `params.list[0]`. */
  changed: string | null
  /** What keeps the process busy after the run, and did not before it: `Timeout`, … */
  left: string[]
}

/** The same task, watched. `observed` says what was seen of the last run that has ended. */
export function observe(task: Task): { task: Task; observed(): Observed | undefined } {
  let observed: Observed | undefined
  const run: Task['run'] = async (params, { signal }) => {
    const before = structuredClone(params)
    const resources = process.getActiveResourcesInfo()
    const trace = createTrace()
    const seen = (losses: Loss[]) => {
      const left = besides(process.getActiveResourcesInfo(), resources)
      const changed = isDeepStrictEqual(params, before)
        ? null
        : (firstDifference(params, before, 'params')?.path ?? 'params')
      observed = { progress: trace.end(), losses, changed, left }
    }
    try {
      const result = await task.run(params, { progress: trace.report, signal })
      seen(jsonLosses(result))
      return result
    } catch (error) {
      seen([])
      throw error
    }
  }
  return { task: { ...task, run }, observed: () => observed }
}

export function createTrace(now: () => number = () => performance.now()) {
  const start = now()
  let calls = 0
  let last: number | null = null
  let outside: string | null = null
  let fell: ProgressTrace['fell'] = null
  let nearEndAtMs: number | null = null
  let apart = 0
  let reportedAt = Number.NEGATIVE_INFINITY
  return {
    report(fraction: number): void {
      const at = now()
      calls++
      if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) {
        outside ??= typeof fraction === 'number' ? String(fraction) : `a ${typeof fraction}`
        return
      }
      if (last !== null && fraction < last) fell ??= { from: last, to: fraction }
      last = fraction
      if (fraction >= 0.95) nearEndAtMs ??= at - start
      if (at - reportedAt < 100) return
      reportedAt = at
      apart++
    },
    end: (): ProgressTrace => ({
      calls,
      last,
      outside,
      fell,
      nearEndAtMs,
      apart,
      runMs: now() - start,
    }),
  }
}

// Not streams and files, which Node keeps open for itself.
const telling =
  /Timeout|Immediate|TCP|UDP|Server|ProcessWrap|FSEvent|StatWatcher|MessagePort|Worker/

/** What is in `all` oftener than in `before`. */
function besides(all: string[], before: string[]): string[] {
  const rest = [...before]
  return all.filter((each) => {
    if (!telling.test(each)) return false
    const place = rest.indexOf(each)
    if (place >= 0) rest.splice(place, 1)
    return place < 0
  })
}
