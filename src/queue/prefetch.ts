/**
 * How many jobs a worker takes at a time: one a thread, and of short jobs some ahead, so that no thread waits for
 * Redis to bring the next. Never ahead of long ones: another worker may be idle, and a job wait beside it for as long
 * as what is held ahead takes.
 */

// Time of work that is held ahead of a thread: some rounds of end-and-take.ts, with what ends meanwhile gathered.
// Where all cores are busy, a round costs as much as some jobs of a millisecond: on two cores, one worker did
// a quarter more jobs of 2.5 ms with 40 ms of work ahead than with 15 ms, and with 60 ms 4% more of 10 ms.
const aheadMs = 60
// Of empty jobs, as many as one step in Redis is about.
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
