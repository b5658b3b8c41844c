/**
 * The value that a standard normal variable exceeds with probability `tail` (0 < tail ≤ 0.5), to 0.0005:
 * Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.23.
 */
export function normalQuantile(tail: number): number {
  const t = Math.sqrt(-2 * Math.log(tail))
  const above = 2.515517 + t * (0.802853 + t * 0.010328)
  const below = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308))
  return t - above / below
}

/**
 * The value that Student's t exceeds with probability `tail` (0 < tail ≤ 0.5), to 7 digits.
 *
 * @param degrees of freedom, 1 or more
 */
export function studentQuantile(tail: number, degrees: number): number {
  // With t = √degrees · tan θ the density is cos^(degrees − 1) θ but for a factor: one integral from 0
  // to π/2, and θ is sought beyond which lies this share of it. (Both tails together are two of it.)
  const density = (theta: number) => Math.cos(theta) ** (degrees - 1)
  const beyond = 2 * tail * integral(density, 0, Math.PI / 2)
  let low = 0
  let high = Math.PI / 2
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (integral(density, middle, Math.PI / 2) > beyond) low = middle
    else high = middle
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2)
}

/** Simpson's rule. */
function integral(f: (x: number) => number, from: number, to: number): number {
  const steps = 400
  const width = (to - from) / steps
  let sum = f(from) + f(to)
  for (let i = 1; i < steps; i++) sum += (i % 2 ? 4 : 2) * f(from + i * width)
  return (sum * width) / 3
}
