/**
 * One line, first come, first served, in front of equal servers; requests come at random (Poisson) unless a formula
 * says otherwise.
 */
export interface Queue {
  /** A whole number, 1 or more. */
  servers: number
  /** Requests a second, 0 or more. */
  ratePerS: number
  /** Mean time that a server takes for one, above 0. */
  serviceMs: number
}

/**
 * Arrival rate × mean service time, in erlangs: how many servers are busy on average, if there are enough.
 *
 * @throws {RangeError} if the queue is none
 */
export function offeredLoad({ servers, ratePerS, serviceMs }: Queue): number {
  if (!Number.isInteger(servers) || servers < 1)
    throw new RangeError(`servers must be a whole number, 1 or more: ${servers}`)
  if (!(ratePerS >= 0 && ratePerS < Infinity))
    throw new RangeError(`the rate must be 0 or more, and finite: ${ratePerS}`)
  if (!(serviceMs > 0 && serviceMs < Infinity))
    throw new RangeError(`the service time must be above 0, and finite: ${serviceMs}`)
  return (ratePerS * serviceMs) / 1000
}
