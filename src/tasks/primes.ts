import { defineTask } from './define.ts'

/**
 * The default task. It divides by every candidate, on purpose: plain arithmetic whose amount follows
 * from `limit` alone, in a few bytes of memory.
 */
export default defineTask({
  name: 'primes',
  summary: 'Counts the primes below a limit, by trial division',
  params: {
    type: 'object',
    properties: {
      limit: {
        type: 'integer',
        minimum: 2,
        maximum: 40_000_000,
        default: 10_000_000,
        description: 'counts the primes below this number',
      },
    },
    required: ['limit'],
  },
  timeoutMs: 60_000,
  cost: ({ limit }) => divisionsBelow(limit) * nsPerDivision * 1e-6,
  run({ limit }, { progress }) {
    const step = Math.max(1000, Math.ceil(limit / 256))
    let primes = 0
    for (let from = 2; from < limit; from += step) {
      const to = Math.min(from + step, limit)
      primes += countPrimes(from, to)
      progress(divisionsBelow(to) / divisionsBelow(limit))
    }
    return { limit, primes }
  },
})

// Measured on an AMD EPYC, from a limit of 1,000,000 on; other machines differ.
const nsPerDivision = 1.7

function countPrimes(from: number, to: number): number {
  let primes = 0
  for (let n = from; n < to; n++) if (isPrime(n)) primes++
  return primes
}

// `| 0` keeps the remainder a 32-bit integer. Without it V8 also has to watch for -0, and after about
// a thousand calls compiles this loop again into one that takes up to twice as long.
function isPrime(n: number): boolean {
  const root = Math.sqrt(n) | 0
  for (let divisor = 2; divisor <= root; divisor = (divisor + 1) | 0)
    if (((n % divisor) | 0) === 0) return false
  return true
}

/**
 * Divisions needed for all numbers below n, but for a constant factor: there are about n / ln n primes
 * (the prime number theorem), each takes as many as its root, and composites take few.
 */
function divisionsBelow(n: number): number {
  return n ** 1.5 / Math.log(n)
}
