import { offeredLoad, type Queue } from './queue.ts'

/**
 * Mean time from arrival to the start of service where all services take the same time (M/D/c), exact. Infinity
 * where the load is as much as the servers can do, or more. It takes time in proportion to the number of servers.
 *
 * From C. D. Crommelin, Delay probability formulae when the holding times are constant, Post Office Electrical
 * Engineers' Journal 25, 1932. Whoever is in service now is gone a service time later, and who waits now is in service or waits
 * still: with a = λD, the number in the system has the generating function
 *
 *   P(z) = (c − a) (1 − z) / (1 − z^c e^(a(1−z))) × Π (z − z_k) / (1 − z_k),   k from 1 to c − 1,
 *
 * where z_k are the roots of z^c = e^(a(z−1)) inside the unit circle (H. C. Tijms, A First Course in Stochastic
 * Models, 2003, chapter 9). P′(1) − a is the mean number that wait, and by Little's law λ times the mean wait:
 *
 *   Lq = Σ 1 / (1 − z_k) − (c (c − 1) − a²) / (2 (c − a)).
 *
 * Rounding leaves an error of at most 1e-13 × c in Lq, which tells where hardly anything waits; below 0 counts as 0.
 *
 * @throws {RangeError} if the queue is none
 */
export function mdcWaitMs(queue: Queue): number {
  const { servers, serviceMs } = queue
  const load = offeredLoad(queue)
  if (load >= servers) return Infinity
  if (load === 0) return 0
  let sum = 0
  for (let k = 1; k < servers; k++) sum += realPartOfInverse(k, servers, load / servers)
  const waiting = sum - (servers * (servers - 1) - load * load) / (2 * (servers - load))
  return (Math.max(0, waiting) / load) * serviceMs
}

/**
 * Re 1 / (1 − z) for the k-th root. Each of z = ω e^(ρ(z−1)), ω the k-th of the c-th roots of unity, has one inside
 * the circle. Roots come in conjugate pairs, so that imaginary parts cancel in the sum.
 *
 * Newton's method on f(z) = z − ω e^(ρ(z−1)), from where plain iteration has come, which always gets nearer: that
 * map shrinks distances within the circle by ρ or more.
 */
function realPartOfInverse(k: number, servers: number, utilisation: number): number {
  const angle = (2 * Math.PI * k) / servers
  let [x, y] = [0, 0]
  for (let step = 0; step < 100; step++) {
    const size = Math.exp(utilisation * (x - 1))
    const turn = angle + utilisation * y
    const [mapX, mapY] = [size * Math.cos(turn), size * Math.sin(turn)]
    let [moveX, moveY] = [mapX - x, mapY - y]
    if (step >= 3) {
      // Over f′(z) = 1 − ρ ω e^(ρ(z−1)).
      const [slopeX, slopeY] = [1 - utilisation * mapX, -utilisation * mapY]
      const square = slopeX * slopeX + slopeY * slopeY
      ;[moveX, moveY] = [
        (moveX * slopeX + moveY * slopeY) / square,
        (moveY * slopeX - moveX * slopeY) / square,
      ]
    }
    x += moveX
    y += moveY
    if (step >= 3 && Math.hypot(moveX, moveY) < 1e-15) break
  }
  return (1 - x) / ((1 - x) ** 2 + y * y)
}
