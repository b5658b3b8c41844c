import { Latencies } from '../../measure/summary/latencies.ts'

/** More equally likely values do not change a prediction. */
const mostValues = 500

export interface Sample {
  /** Equally likely, ascending. */
  values: number[]
  /** Of how many they come. */
  count: number
}

/** A histogram of a summary as some hundreds of equally likely values. @throws {UsageError} where it is none */
export function sampleOf(histogram: string): Sample {
  const latencies = Latencies.decode(histogram)
  const values = latencies.middles(Math.min(mostValues, latencies.count))
  return { values, count: latencies.count }
}

/** Equally likely values of several samples together, each in proportion to its count. Ascending. */
export function pooled(samples: readonly Sample[]): number[] {
  const weighted = samples
    .flatMap(({ values, count }) =>
      values.map((value) => ({ value, weight: count / values.length })),
    )
    .toSorted((a, b) => a.value - b.value)
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0)
  const number = Math.min(mostValues, weighted.length)
  const result: number[] = []
  let below = 0
  for (const { value, weight } of weighted) {
    below += weight
    while (result.length < number && (result.length + 0.5) / number <= below / total + 1e-12)
      result.push(value)
  }
  return result
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Squared coefficient of variation: variance over squared mean. */
export function scvOf(values: readonly number[]): number {
  const middle = mean(values)
  if (!(middle > 0)) return 0
  return mean(values.map((value) => (value - middle) ** 2)) / middle ** 2
}

/** The value at a share (0 to 1) of equally likely ones, ascending. */
export function at(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!
}
