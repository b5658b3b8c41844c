/** The largest share that a sample supports: one value lies beyond it. */
export function supported(count: number): number {
  return count < 1 ? 0 : 1 - 1 / count
}

/**
 * Shares from 0 to what a sample supports, evenly spaced where percentiles are drawn: by the logarithm of
 * what lies beyond. Of a small sample there are fewer, since each is that of a value.
 */
export function sharesOf(count: number, points: number): number[] {
  if (count === 0) return []
  const ranks = new Set<number>([0])
  for (let point = 1; point <= points; point++)
    ranks.add(Math.min(count - 1, Math.round(count - count ** (1 - point / points))))
  return [...ranks].map((rank) => rank / count)
}
