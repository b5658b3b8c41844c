/**
 * The time that a share of all is within: the least one with `tail(ms) ≤ 1 − share`, by bisection to the last digit.
 *
 * @param tail the share of all that takes longer than a time: falls with it, towards 0
 * @param share from 0 up to, but not including, 1
 * @param scaleMs a time of about the right size
 * @throws {RangeError} if the share is none
 */
export function quantileOfTail(
  tail: (ms: number) => number,
  share: number,
  scaleMs: number,
): number {
  assertShare(share)
  const beyond = 1 - share
  if (tail(0) <= beyond) return 0
  let low = 0
  let high = scaleMs
  while (tail(high) > beyond) {
    low = high
    high *= 2
  }
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) return high
    if (tail(middle) > beyond) low = middle
    else high = middle
  }
}

/** @throws {RangeError} unless it is from 0 up to, but not including, 1 */
export function assertShare(share: number): void {
  if (!(share >= 0 && share < 1))
    throw new RangeError(`a share must be 0 or more, and below 1: ${share}`)
}
