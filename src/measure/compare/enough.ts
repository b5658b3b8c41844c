/**
 * How few trials are too few. No test on n pairs can be wrong less often than 2 in 2^n: so often all
 * differences point the same way by chance alone. With fewer pairs than it takes for that to be at most
 * 1 − confidence, an interval is as good only as what is assumed of the noise; and of fewer than six,
 * nobody can tell which are bad (`centre.ts`).
 */

const atLeast = 6

/** @returns how many pairs, or trials of either, this confidence needs */
export function needed(paired: boolean, confidence: number): number {
  return paired ? pairsNeeded(confidence) : trialsNeeded(confidence)
}

/** @returns how many pairs this confidence needs: 8 for 99%, 6 for 95% */
export function pairsNeeded(confidence: number): number {
  return leastWith(confidence, (n) => 2 ** n)
}

/**
 * The same for trials that make no pairs: there are (2n over n) ways to deal 2n trials to two sides.
 *
 * @returns how many trials this confidence needs on each side: 6 for 99%
 */
export function trialsNeeded(confidence: number): number {
  return leastWith(confidence, (n) => {
    let ways = 1
    for (let i = 1; i <= n; i++) ways *= (n + i) / i
    return ways
  })
}

function leastWith(confidence: number, ways: (n: number) => number): number {
  let n = atLeast
  // The margin takes up that 1 − 0.95 is a little more than 0.05 for a computer.
  while (2 / ways(n) > (1 - confidence) * (1 + 1e-9)) n++
  return n
}
