/**
 * How many jobs a worker takes at a time: one a thread, and of short jobs a few ahead, so that a thread
 * that ends one need not wait for Redis to bring the next (2.4 ms jobs reached 0.93 of the bare loop so,
 * against 0.90). Never ahead of long ones: another worker may be idle.
 */

// Time of work that is held ahead of a thread. About what a fetch takes when every core is busy.
const aheadMs = 15
// Of empty jobs, as many as one step in Redis is about: 8,000 a second were done with 3 ahead, 13,000 with so many.
const mostAhead = 32

/**
 * @param meanRunMs of recent jobs; undefined before the first one has ended
 * @returns jobs to hold at a time, running and waiting for a thread
 */
export function jobsToHold(threads: number, meanRunMs: number | undefined): number {
  if (meanRunMs === undefined) return threads
  const ahead = Math.min(mostAhead, Math.floor(aheadMs / Math.max(meanRunMs, 0.001)))
  return threads * (1 + ahead)
}

/** A mean that follows the last dozen or so of values. */
export function recentMean(): { add(value: number): void; value(): number | undefined } {
  let mean: number | undefined
  return {
    add(value) {
      mean = mean === undefined ? value : mean + (value - mean) / 8
    },
    value: () => mean,
  }
}
