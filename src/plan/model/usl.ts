/*
 * The Universal Scalability Law: N. J. Gunther, Guerrilla Capacity Planning, Springer, 2007, chapters 4 to 6.
 * With kappa = 0 it is Amdahl's law, with both 0 there is no contention at all.
 */

export interface UslParameters {
  /** Contention: the share of work that is done one after another. 0 or more. */
  sigma: number
  /** Coherency: what each pair costs. 0 or more. */
  kappa: number
}

/**
 * What n at once get done, in units of what one alone does: n / (1 + σ (n − 1) + κ n (n − 1)).
 *
 * @param n 1 or more; it need not be whole, for it may be a mean
 * @throws {RangeError} if n is below 1
 */
export function throughput(n: number, parameters: UslParameters): number {
  return n * speed(n, parameters)
}

/** How fast each of n at once is, where one alone has 1: the throughput over n; Gunther's efficiency. Throws as that. */
export function speed(n: number, { sigma, kappa }: UslParameters): number {
  if (!(n >= 1)) throw new RangeError(`at least 1 must be at work: ${n}`)
  return 1 / (1 + sigma * (n - 1) + kappa * n * (n - 1))
}

/**
 * How many at once get most done: √((1 − σ) / κ), and at least 1. Infinity where more always get more done, or as
 * much (κ = 0, and σ at most 1). Not rounded.
 */
export function peak({ sigma, kappa }: UslParameters): number {
  if (sigma > 1) return 1
  return kappa === 0 ? Infinity : Math.max(1, Math.sqrt((1 - sigma) / kappa))
}
