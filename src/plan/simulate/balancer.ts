import { LeastOpen } from './least-open.ts'
import type { Balance } from './system.ts'

/** How nginx chooses among servers that are equally strong. It knows what is open at each, and who is away. */
export interface Balancer {
  /** The server for the next request; below 0: none is there. */
  pick(): number
  /** A request went to it. */
  opened(server: number): void
  /** One that it had has ended. */
  closed(server: number): void
  /** It is gone, and all that was open there. */
  remove(server: number): void
  /** It is there again, with nothing open. */
  add(server: number): void
}

/**
 * `least_conn`: whoever has the fewest open; `round_robin`: in turn; `random_two`: the one with fewer open
 * of two different ones at random (nginx, ngx_http_upstream_module: `random two least_conn`).
 */
export function createBalancer(balance: Balance, servers: number, random: () => number): Balancer {
  switch (balance) {
    case 'least_conn':
      return new LeastOpen(servers)
    case 'round_robin':
      return new RoundRobin(servers)
    case 'random_two':
      return new RandomTwo(servers, random)
  }
}

class RoundRobin implements Balancer {
  readonly #servers: number
  readonly #away: Uint8Array
  #next = 0

  constructor(servers: number) {
    this.#servers = servers
    this.#away = new Uint8Array(servers)
  }

  pick(): number {
    for (let tried = 0; tried < this.#servers; tried++) {
      const server = this.#next
      this.#next = server + 1 < this.#servers ? server + 1 : 0
      if (this.#away[server] === 0) return server
    }
    return -1
  }

  opened(): void {}

  closed(): void {}

  remove(server: number): void {
    this.#away[server] = 1
  }

  add(server: number): void {
    this.#away[server] = 0
  }
}

class RandomTwo implements Balancer {
  readonly #random: () => number
  readonly #open: Int32Array
  /** Those that are there: the first `#count` of this, in any order. */
  readonly #present: Int32Array
  #count: number

  constructor(servers: number, random: () => number) {
    this.#random = random
    this.#open = new Int32Array(servers)
    this.#present = Int32Array.from({ length: servers }, (_, server) => server)
    this.#count = servers
  }

  pick(): number {
    const count = this.#count
    if (count < 2) return count === 0 ? -1 : this.#present[0]!
    const index = Math.floor(this.#random() * count)
    const other = Math.floor(this.#random() * (count - 1))
    const one = this.#present[index]!
    const two = this.#present[other < index ? other : other + 1]!
    return this.#open[two]! < this.#open[one]! ? two : one
  }

  opened(server: number): void {
    this.#open[server]!++
  }

  closed(server: number): void {
    this.#open[server]!--
  }

  remove(server: number): void {
    const index = this.#present.indexOf(server)
    this.#present[index] = this.#present[--this.#count]!
    this.#open[server] = 0
  }

  add(server: number): void {
    this.#present[this.#count++] = server
  }
}
