import { cpus } from 'node:os'

/** `2 × AMD EPYC 7B13, Node 26.10.0`: every figure stands beside where it was made. */
export function machine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
}

/** The mean of the two in the middle where their number is even; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The nearest rank: the smallest value with at least that share of all (0 to 1) at or below it. */
export function nearestRank(ascending: readonly number[], share: number): number {
  // What is taken off keeps 1000 × 0.999, which floats get wrong, at 999.
  const rank = Math.max(1, Math.ceil(ascending.length * share - 1e-6))
  return ascending[rank - 1] ?? Number.NaN
}
