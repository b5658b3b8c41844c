import { erlangC } from './erlang-c.ts'
import { mmcWaitMs } from './mmc.ts'
import { assertShare } from './quantile.ts'
import { offeredLoad, type Queue } from './queue.ts'

/** M/G/c, and GI/G/c where `arrivalScv` is given: two moments of each distribution. */
export interface GeneralQueue extends Queue {
  /** Squared coefficient of variation of the service times: 0 if all are the same, 1 if exponential. */
  serviceScv: number
  /** The same of the times between arrivals: 1, which is Poisson, unless given; 0 if they are even. */
  arrivalScv?: number
}

/*
 * Where the load is as much as the servers can do, or more, waits grow without end: Infinity. All throw RangeError
 * for what is no queue or share.
 */

/**
 * Mean time from arrival to the start of service, approximately: that of M/M/c, times (ca² + cs²) / 2.
 *
 * The Allen–Cunneen approximation: A. O. Allen, Probability, Statistics, and Queueing Theory with Computer Science
 * Applications, 1978 (2nd ed. 1990). Exact for M/M/c and for M/G/1. For M/G/c it is right as the load nears what
 * the servers can do (J. Köllerström, Heavy traffic theory for queues with several servers, Journal of Applied
 * Probability 11, 1974), and off below, where waits are short: for M/D/4 it is 13% too low at half load, 1.5% at
 * nine tenths. For arrivals that are not Poisson it is a rule of thumb.
 */
export function allenCunneenWaitMs(queue: GeneralQueue): number {
  const { serviceScv, arrivalScv = 1 } = queue
  assertScv(serviceScv)
  assertScv(arrivalScv)
  const exponential = mmcWaitMs(queue)
  return exponential === Infinity ? Infinity : (exponential * (arrivalScv + serviceScv)) / 2
}

/**
 * Mean time from arrival to the start of service with one server and Poisson arrivals, exact:
 * λ E[S²] / (2 (1 − ρ)). F. Pollaczek, 1930; A. Khinchine, 1932; in L. Kleinrock, Queueing Systems I, 1975,
 * chapter 5.
 */
export function pollaczekKhinchineWaitMs(
  queue: Omit<GeneralQueue, 'servers' | 'arrivalScv'>,
): number {
  const { serviceMs, serviceScv } = queue
  assertScv(serviceScv)
  const load = offeredLoad({ ...queue, servers: 1 })
  return load >= 1 ? Infinity : (load * serviceMs * (1 + serviceScv)) / (2 * (1 - load))
}

/**
 * The time within which a share of requests (0.95) has its service begun, approximately: as many must wait as in
 * M/M/c, and the waits of those are taken as exponential, with the mean that makes that of all the one of
 * `allenCunneenWaitMs`. Both are exact for M/M/c. Tails of waits are exponential whatever the service times are, if
 * these have light tails (H. C. Tijms, A First Course in Stochastic Models, 2003, chapter 9), but the
 * rate here comes from the mean alone: it overstates where few wait and times vary little.
 */
export function mgcWaitQuantileMs(queue: GeneralQueue, share: number): number {
  assertShare(share)
  const mean = allenCunneenWaitMs(queue)
  const delayed = erlangC(queue.servers, offeredLoad(queue))
  return delayed <= 1 - share ? 0 : Math.log(delayed / (1 - share)) * (mean / delayed)
}

function assertScv(scv: number): void {
  if (!(scv >= 0 && scv < Infinity))
    throw new RangeError(`a squared coefficient of variation must be 0 or more, and finite: ${scv}`)
}
