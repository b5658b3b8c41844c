/**
 * The share of requests that find all servers busy, and are lost for that (Erlang B): M/M/c/c, and by insensitivity
 * M/G/c/c.
 *
 * A. K. Erlang, Solution of some problems in the theory of probabilities of significance in automatic telephone
 * exchanges, 1917. By the recursion B(0) = 1, B(k) = a B(k − 1) / (k + a B(k − 1)), all of whose terms are
 * positive, so that errors do not grow (R. B. Cooper, Introduction to Queueing Theory, 2nd ed. 1981).
 *
 * @param servers a whole number, 0 or more; the time this takes is proportional to it
 * @param offeredLoad arrival rate × mean service time, in erlangs, 0 or more
 * @throws {RangeError} for anything else
 */
export function erlangB(servers: number, offeredLoad: number): number {
  if (!Number.isInteger(servers) || servers < 0)
    throw new RangeError(`servers must be a whole number, 0 or more: ${servers}`)
  if (!(offeredLoad >= 0 && offeredLoad < Infinity))
    throw new RangeError(`the offered load must be 0 or more, and finite: ${offeredLoad}`)
  let blocked = 1
  for (let server = 1; server <= servers; server++)
    blocked = (offeredLoad * blocked) / (server + offeredLoad * blocked)
  return blocked
}

/**
 * The share of requests that must wait (Erlang C): M/M/c. Where the offered load is as much as the servers can
 * do, or more, all wait: 1.
 *
 * C = B / (1 − ρ (1 − B)) with ρ = a / c and B of `erlangB`; sources as there.
 *
 * @param servers a whole number, 1 or more
 * @param offeredLoad in erlangs, 0 or more
 * @throws {RangeError} for anything else
 */
export function erlangC(servers: number, offeredLoad: number): number {
  if (servers === 0) throw new RangeError('at least one server must be there for a wait to end: 0')
  const blocked = erlangB(servers, offeredLoad)
  if (offeredLoad >= servers) return 1
  return blocked / (1 - (offeredLoad / servers) * (1 - blocked))
}
