import type { ProgressTrace } from './observe.ts'
import { type Check, duration, fail, ok, plural, skipped, warn } from './report.ts'

const name = 'progress'

/** Shorter runs need none. */
const needsProgressMs = 2000
/** From here on clients see several reports, 100 ms apart, of those who report now and then. */
const needsSeveralMs = 1000

/** Whether what a run has reported as its progress makes sense. */
export function progress(trace: ProgressTrace): Check {
  const { calls, last, outside, fell, nearEndAtMs, apart, runMs } = trace
  const figures = { ...trace }
  if (outside !== null)
    return fail(name, {
      reason: 'outside 0 to 1',
      detail: `it reported ${outside}`,
      advice: 'report the part that is done: progress(done / all)',
      figures,
    })
  if (fell !== null)
    return fail(name, {
      reason: 'falls',
      detail: `it reported ${number(fell.to)} after ${number(fell.from)}`,
      advice: 'report the part of all the work that is done, not that of one of its steps',
      figures,
    })
  if (calls === 0 && runMs <= needsProgressMs)
    return skipped(name, `none is reported, and a run of ${duration(runMs)} needs none`)
  if (calls === 0)
    return warn(name, {
      reason: 'no progress',
      detail: `none in ${duration(runMs)}`,
      advice:
        'call progress(fraction) now and then: a worker that stops sees by it which jobs to finish',
      figures,
    })
  if ((last ?? 0) < 0.9)
    return warn(name, {
      reason: 'ends early',
      detail: `its last report is ${number(last ?? 0)}, and then it is done`,
      advice: 'report the part that is done of all the work, so that it comes near 1',
      figures,
    })
  const nearEndMs = nearEndAtMs === null ? 0 : runMs - nearEndAtMs
  if (runMs > needsSeveralMs && nearEndMs > runMs / 2)
    return warn(name, {
      reason: 'not in proportion',
      detail: `it says 0.95 after ${duration(runMs - nearEndMs)}, and takes ${duration(nearEndMs)} more`,
      advice: 'report the part of the work, not of the items, where some take longer than others',
      figures,
    })
  if (runMs > needsSeveralMs && apart < 3)
    return warn(name, {
      reason: 'too seldom',
      detail: `${plural(apart, 'report')} in ${duration(runMs)}`,
      advice: 'call progress(fraction) oftener: reports closer than 100 ms cost nothing',
      figures,
    })
  return ok(
    name,
    `${plural(calls, 'report')}, never falling, the last ${number(last ?? 0)}`,
    figures,
  )
}

const number = (fraction: number) => String(Number(fraction.toPrecision(3)))
