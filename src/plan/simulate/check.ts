import type { SimulateOptions } from './system.ts'

/** @throws {RangeError} that names every number which makes no sense */
export function checkOptions({ system, warmUp, requests }: SimulateOptions): void {
  const { executor, servers, workers, threads, cores, speeds, deadlineMs, failures } = system
  const { lineLimit, queueLimit } = system
  const { meanBetweenMs = 1, downMs = 0, handBackMs = 0 } = failures ?? {}
  const instances = executor === 'queue' ? { workers } : { servers }
  const mistakes = [
    ...unless(isCount, 'a whole number from 1 on', { ...instances, cores, requests }),
    ...unless(isCount, 'a whole number from 1 on', executor === 'event-loop' ? {} : { threads }),
    ...unless((value) => value === 0 || isCount(value), 'a whole number from 0 on', { warmUp }),
    ...unless((value) => value >= 0, '0 or more', { lineLimit, queueLimit, deadlineMs }),
    ...unless(isDuration, '0 or more and finite', { downMs, handBackMs }),
    ...unless((value) => value > 0 && isDuration(value), 'above 0 and finite', { meanBetweenMs }),
    ...(speeds.length === cores && speeds.every((speed) => speed > 0 && isDuration(speed))
      ? []
      : [
          `speeds are [${speeds.join(', ')}] and not numbers above 0, one for each number of tasks up to ${cores} cores`,
        ]),
  ]
  if (mistakes.length > 0) throw new RangeError(`This cannot be simulated: ${mistakes.join('; ')}.`)
}

/** @throws {RangeError} that says what a load has drawn that is no duration; overheads may be a little below 0 */
export function assertDrawn(workMs: number, overheadMs: number): void {
  if (!isDuration(workMs))
    throw new RangeError(`The work of a task is 0 ms or more, and finite: workMs() gave ${workMs}.`)
  if (!Number.isFinite(overheadMs))
    throw new RangeError(`The overhead of a request is finite: overheadMs() gave ${overheadMs}.`)
}

/** @throws {RangeError} where a request comes before the one before it, or at no time at all */
export function assertInOrder(nextMs: number, afterMs: number): void {
  if (nextMs >= afterMs) return
  throw new RangeError(
    Number.isNaN(nextMs)
      ? `A request comes at some time: next() gave NaN, after ${afterMs} ms.`
      : `Requests come one after another: one at ${nextMs} ms is after ${afterMs} ms.`,
  )
}

function unless(
  isRight: (value: number) => boolean,
  what: string,
  values: Record<string, number>,
): string[] {
  return Object.entries(values)
    .filter(([, value]) => !isRight(value))
    .map(([name, value]) => `${name} is ${value} and not ${what}`)
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 1
}

function isDuration(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY
}
