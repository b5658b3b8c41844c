import { type Check, duration, fail, ok, skipped, warn } from './report.ts'

/** A run that nobody wants must have stopped using CPU by then: the service's promise. */
export const promisedMs = 200

/**
 * Whether runs that were given up ended in time.
 *
 * @param lingeredMs how long each run's thread was there afterwards; null where longer than was waited for
 */
export function cancellable(lingeredMs: readonly (number | null)[]): Check {
  const name = 'cancellable'
  if (lingeredMs.length === 0)
    return skipped(name, 'its runs are over before they can be ended in the middle')
  const all = lingeredMs.map((ms) => ms ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  const medianMs = all[Math.floor((all.length - 1) / 2)]!
  const worstMs = all.at(-1)!
  const figures = { lingeredMs, medianMs: finite(medianMs), worstMs: finite(worstMs), promisedMs }
  const late = all.filter((ms) => ms > promisedMs).length
  const times = `${late} of ${all.length} times; at worst ${length(worstMs)}`
  if (late > 1 || (late === 1 && all.length === 1))
    return fail(name, {
      reason: `cannot be cancelled within ${promisedMs} ms`,
      detail: `its thread went on for longer than that, ${times}`,
      advice:
        'a thread cannot be ended inside one long native call (a hash, zip, regular expression): ' +
        'make it many short ones',
      figures,
    })
  if (late === 1)
    return warn(name, {
      reason: `once not cancelled within ${promisedMs} ms`,
      detail: `its thread went on for ${length(worstMs)}; ${length(medianMs)} in the median of ${all.length}`,
      advice:
        'try again while this machine does nothing else; or it makes a long native call now and then',
      figures,
    })
  return ok(
    name,
    `its thread was gone after ${length(medianMs)} (median of ${all.length}; worst ${length(worstMs)})`,
    figures,
  )
}

export interface DeadlineFacts {
  /** Of a whole run with the parameters of the check. */
  runMs: number
  /** How long one run may take. */
  limitMs: number
  /** Of runs whose deadline fell in their middle: how long after it their threads were gone. */
  lateMs: readonly (number | null)[]
}

/** Whether a run ends at its deadline, and is done before that of its task. */
export function deadline({ runMs, limitMs, lateMs }: DeadlineFacts): Check {
  const name = 'deadline'
  const worst = Math.max(...lateMs.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  const best = Math.min(...lateMs.map((ms) => ms ?? Number.POSITIVE_INFINITY))
  const figures = { runMs, limitMs, lateMs }
  const whole = `a run takes ${duration(runMs)} of ${duration(limitMs)}`
  // Two of two: what else the machine does may delay one.
  if (lateMs.length > 0 && best > promisedMs)
    return fail(name, {
      reason: 'goes on after its deadline',
      detail: `its thread was gone ${length(worst)} after the deadline`,
      advice: `it has ${promisedMs} ms; a thread cannot be ended inside one long native call: make it many short ones`,
      figures,
    })
  if (runMs > 0.7 * limitMs)
    return warn(name, {
      reason: 'close to its limit',
      detail: whole,
      advice: 'a slower or busier machine will end it: raise timeoutMs, or take smaller defaults',
      figures,
    })
  if (lateMs.length === 0) return ok(name, whole, figures)
  return ok(
    name,
    `${whole}; with less time it was ended ${length(best)} after its deadline`,
    figures,
  )
}

const finite = (ms: number) => (Number.isFinite(ms) ? ms : null)
const length = (ms: number) => (Number.isFinite(ms) ? duration(ms) : 'several seconds')
