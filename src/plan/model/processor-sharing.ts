import { offeredLoad, type Queue } from './queue.ts'

/**
 * Mean time from arrival to the end of service where one server works on all requests at once, each an equal
 * share of it (M/G/1-PS): s / (1 − ρ), whatever the distribution of service times is. So it is of a core with more
 * threads than one can ever want. Infinity where the load is as much as the server can do, or more.
 *
 * L. Kleinrock, Time-shared systems: a theoretical treatment, Journal of the ACM 14, 1967; M. Sakata, S. Noguchi and
 * J. Oizumi, An analysis of the M/G/1 queue under round-robin scheduling, Operations Research 19, 1971.
 *
 * @throws {RangeError} if the queue is none
 */
export function processorSharingSojournMs(queue: Omit<Queue, 'servers'>): number {
  const load = offeredLoad({ ...queue, servers: 1 })
  return load >= 1 ? Infinity : queue.serviceMs / (1 - load)
}
