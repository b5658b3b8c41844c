/**
 * A seeded generator of numbers in [0, 1), with 32 random bits each: sfc32 by Chris Doty-Humphrey, seeded
 * in the way of his PractRand. The same seed and stream give the same numbers everywhere.
 *
 * @param seed a whole number; its lowest 32 bits count
 * @param stream another one: streams of one seed have nothing to do with each other
 */
export function createRandom(seed: number, stream = 0): () => number {
  let a = 0
  let b = seed | 0
  let c = stream | 0
  let counter = 1
  function next(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  for (let round = 0; round < 12; round++) next() // until the seed has reached every bit
  return next
}
