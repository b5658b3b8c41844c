import { quantileOfTail } from './quantile.ts'
import { offeredLoad, type Queue } from './queue.ts'

/** One server, Poisson arrivals, and all services take the same time. */
export type FixedServiceQueue = Omit<Queue, 'servers'>

/*
 * M/D/1, exact. Where the load is as much as the server can do, or more, waits grow without end: means and quantiles
 * are Infinity, tails 1. All throw RangeError for what is no queue, share or time.
 */

/** Mean time from arrival to the start of service: ρ D / (2 (1 − ρ)), Pollaczek–Khinchine's formula. */
export function md1WaitMs(queue: FixedServiceQueue): number {
  const load = offeredLoad({ ...queue, servers: 1 })
  return load >= 1 ? Infinity : (load * queue.serviceMs) / (2 * (1 - load))
}

/**
 * The share of requests (0 to 1) that wait longer than `ms`.
 *
 * A. K. Erlang's own series (The theory of probabilities and telephone conversations, 1909) alternates in sign, and loses all its digits
 * beyond some tens of service times. This is the form of G. J. Franx (A simple solution for the M/D/c waiting time
 * distribution, Operations Research Letters 29, 2001), all of whose terms are positive: for (k − 1) D ≤ t < kD,
 *
 *   P(W ≤ t) = Σ P(at most k − 1 − j wait) e^(−λ(kD−t)) (λ(kD−t))^j / j!,   j from 0 to k − 1.
 *
 * The share itself is good to 1e-12 or so, whatever the time. It takes time in proportion to k².
 */
export function md1WaitTail(queue: FixedServiceQueue, ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`a time must be 0 ms or more: ${ms}`)
  const load = offeredLoad({ ...queue, servers: 1 })
  if (load >= 1) return 1
  return tail(load, ms / queue.serviceMs, waitingAtMost(load))
}

/**
 * The time within which a share of requests (0.95) has its service begun: by inversion of `md1WaitTail`, whose digits
 * end beyond a share of 1 − 1e-10, which is the largest that is taken.
 */
export function md1WaitQuantileMs(queue: FixedServiceQueue, share: number): number {
  if (!(share <= 1 - 1e-10)) throw new RangeError(`a share must be at most 1 − 1e-10: ${share}`)
  const load = offeredLoad({ ...queue, servers: 1 })
  if (load >= 1) return Infinity
  const waiting = waitingAtMost(load)
  return quantileOfTail((ms) => tail(load, ms / queue.serviceMs, waiting), share, queue.serviceMs)
}

/** @param time in service times */
function tail(load: number, time: number, waitingAtMost: (count: number) => number): number {
  const periods = Math.floor(time) + 1
  const arrivals = load * (periods - time)
  let within = 0
  let probability = Math.exp(-arrivals) // of j arrivals in what is missing to whole service times
  for (let j = 0; j < periods; j++) {
    within += waitingAtMost(periods - 1 - j) * probability
    probability *= arrivals / (j + 1)
  }
  return Math.max(0, 1 - within)
}

/**
 * The probability that at most so many wait, remembered from one call to the next. The number in the system, p, as
 * departures leave it (which is as arrivals find it): as often as it falls from j + 1 to j it rises from j or less
 * to more, a sum of positive terms. With A arrivals in one service, Poisson:
 *
 *   p(j + 1) P(A = 0) = p(0) P(A > j) + Σ p(i) P(A > j + 1 − i),   i from 1 to j
 */
function waitingAtMost(load: number): (count: number) => number {
  const moreThan: number[] = [] // P(A > j)
  const inSystem = [1 - load]
  const atMost: number[] = []
  return (count) => {
    for (let j = atMost.length; j <= count; j++) {
      moreThan.push(poissonTail(load, j))
      let rising = inSystem[0]! * moreThan[j]!
      for (let i = 1; i <= j; i++) rising += inSystem[i]! * moreThan[j + 1 - i]!
      inSystem.push(rising * Math.exp(load))
      atMost.push((atMost[j - 1] ?? inSystem[0]!) + inSystem[j + 1]!)
    }
    return atMost[count]!
  }
}

/** P(A > count), summed upwards from its largest term: the mean is below 1. */
function poissonTail(mean: number, count: number): number {
  let term = Math.exp(-mean)
  for (let j = 1; j <= count + 1; j++) term *= mean / j
  let sum = 0
  for (let j = count + 2; term > sum * Number.EPSILON; j++) {
    sum += term
    term *= mean / j
  }
  return sum
}
