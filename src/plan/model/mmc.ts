import { erlangC } from './erlang-c.ts'
import { assertShare, quantileOfTail } from './quantile.ts'
import { offeredLoad, type Queue } from './queue.ts'

/*
 * M/M/c: Poisson arrivals, exponential service times, all formulas exact. L. Kleinrock, Queueing Systems I: Theory,
 * 1975, section 3.5; D. Gross and C. M. Harris, Fundamentals of Queueing Theory, 3rd ed. 1998, chapter 2. Where the load is as
 * much as the servers can do, or more, waits grow without end: means and quantiles are Infinity, tails 1.
 * All throw RangeError for what is no queue, share or time.
 */

/** Mean time from arrival to the start of service: C / (cμ − λ). */
export function mmcWaitMs(queue: Queue): number {
  return erlangC(queue.servers, offeredLoad(queue)) * meanIfDelayedMs(queue)
}

/** Mean number of requests that wait: Little's law, λ × mean wait. */
export function mmcQueueLength(queue: Queue): number {
  return queue.ratePerS === 0 ? 0 : (queue.ratePerS * mmcWaitMs(queue)) / 1000
}

/** The share of requests (0 to 1) that wait longer than `ms`: C exp(−(cμ − λ) t). */
export function mmcWaitTail(queue: Queue, ms: number): number {
  assertTime(ms)
  return erlangC(queue.servers, offeredLoad(queue)) * Math.exp(-ms / meanIfDelayedMs(queue))
}

/** The time within which a share of requests (0.95) has its service begun: ln(C / (1 − p)) / (cμ − λ), or 0. */
export function mmcWaitQuantileMs(queue: Queue, share: number): number {
  assertShare(share)
  const delayed = erlangC(queue.servers, offeredLoad(queue))
  return delayed <= 1 - share ? 0 : Math.log(delayed / (1 - share)) * meanIfDelayedMs(queue)
}

/** Mean time from arrival to the end of service. */
export function mmcSojournMs(queue: Queue): number {
  return mmcWaitMs(queue) + queue.serviceMs
}

/**
 * The share of requests (0 to 1) that are not done within `ms`. Wait and service are independent: the wait is 0, or
 * exponential with rate cμ − λ; their sum is hypoexponential.
 */
export function mmcSojournTail(queue: Queue, ms: number): number {
  assertTime(ms)
  const delayed = erlangC(queue.servers, offeredLoad(queue))
  const waitMs = meanIfDelayedMs(queue)
  if (waitMs === Infinity) return 1
  return (
    (1 - delayed) * Math.exp(-ms / queue.serviceMs) +
    delayed * tailOfSum(ms, Math.max(waitMs, queue.serviceMs), Math.min(waitMs, queue.serviceMs))
  )
}

/** The time within which a share of requests (0.95) is done: by inversion of `mmcSojournTail`, to the last digits. */
export function mmcSojournQuantileMs(queue: Queue, share: number): number {
  assertShare(share)
  const mean = mmcSojournMs(queue)
  return mean === Infinity
    ? Infinity
    : quantileOfTail((ms) => mmcSojournTail(queue, ms), share, mean)
}

/** 1 / (cμ − λ): the mean wait of those who wait. */
function meanIfDelayedMs(queue: Queue): number {
  return queue.serviceMs / Math.max(0, queue.servers - offeredLoad(queue))
}

/**
 * Of two exponential times, one with a mean as long as the other's, or longer. Written so that nothing cancels
 * where the means are nearly the same, which is where it turns into Erlang's distribution.
 */
function tailOfSum(ms: number, longerMs: number, shorterMs: number): number {
  const slow = 1 / longerMs
  const apart = (1 / shorterMs - slow) * ms
  return Math.exp(-slow * ms) * (1 + slow * ms * (apart === 0 ? 1 : -Math.expm1(-apart) / apart))
}

function assertTime(ms: number): void {
  if (!(ms >= 0)) throw new RangeError(`a time must be 0 ms or more: ${ms}`)
}
