/** A share of all values, and the value that this share does not exceed. */
export interface Quantile {
  quantile: number
  value: number
}

/**
 * The smallest value with at least this share of all at or below it (nearest rank).
 *
 * @param ascending at least one value
 */
export function nearestRank(ascending: readonly number[], quantile: number): number {
  const rank = Math.ceil(quantile * ascending.length - 1e-9)
  return ascending[Math.min(ascending.length, Math.max(1, rank)) - 1]!
}

/** The largest share that a sample supports: one value lies beyond it. */
export function supported(count: number): number {
  return count < 1 ? 0 : 1 - 1 / count
}

/**
 * Values at shares from 0 to what the sample supports, evenly spaced where percentiles are drawn:
 * by the logarithm of what lies beyond. Where the sample has fewer values than points, each is one.
 */
export function quantiles(ascending: readonly number[], points: number): Quantile[] {
  const values = ascending.length
  if (values === 0) return []
  const ranks = new Set<number>([0])
  for (let point = 1; point <= points; point++)
    ranks.add(Math.min(values - 1, Math.round(values - values ** (1 - point / points))))
  return [...ranks].map((rank) => ({
    quantile: rank / values,
    value: nearestRank(ascending, rank / values),
  }))
}
