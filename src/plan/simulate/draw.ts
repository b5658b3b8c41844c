/**
 * What draws durations in milliseconds. `random` gives numbers in [0, 1): `createRandom(seed, streams.work)`, say.
 */

/**
 * Values that were seen, each as likely as the others.
 *
 * @throws {RangeError} where there is none
 */
export function empirical(valuesMs: readonly number[], random: () => number): () => number {
  if (valuesMs.length === 0) throw new RangeError('There are no values to draw from.')
  const values = Float64Array.from(valuesMs)
  const count = values.length
  return () => values[Math.floor(random() * count)]!
}

export function constant(ms: number): () => number {
  return () => ms
}

/** By inversion; with 32 random bits the longest is 22 times the mean. */
export function exponential(meanMs: number, random: () => number): () => number {
  return () => -meanMs * Math.log(1 - random())
}
