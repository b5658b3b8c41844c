import { Lines } from './lines.ts'

/**
 * Finds whoever has the fewest open, in constant time for any number of instances: those with n open stand in the
 * n-th line. Among equals it is the turn of the one that has been equal for longest. nginx rotates among them, too (by
 * weighted round robin), so that none is idle for long.
 */
export class LeastOpen {
  readonly #lines: Lines
  readonly #open: Int32Array
  #present: number
  /** Nobody has fewer. */
  #least = 0

  constructor(instances: number) {
    this.#lines = new Lines(8)
    this.#open = new Int32Array(instances)
    this.#present = instances
    for (let instance = 0; instance < instances; instance++) this.#lines.append(0, instance)
  }

  /** Below 0: none is there. */
  pick(): number {
    if (this.#present === 0) return -1
    let first = this.#lines.firstOf(this.#least)
    while (first < 0) first = this.#lines.firstOf(++this.#least)
    return first
  }

  /** How many it has. */
  openAt(instance: number): number {
    return this.#open[instance]!
  }

  opened(instance: number): void {
    const open = this.#open[instance]!++
    this.#lines.remove(open, instance)
    this.#lines.append(open + 1, instance)
  }

  closed(instance: number): void {
    const open = --this.#open[instance]!
    this.#lines.remove(open + 1, instance)
    this.#lines.append(open, instance)
    if (open < this.#least) this.#least = open
  }

  /** It is gone, and all that was open there. */
  remove(instance: number): void {
    this.#lines.remove(this.#open[instance]!, instance)
    this.#open[instance] = 0
    this.#present--
  }

  /** It is there again, with nothing open. */
  add(instance: number): void {
    this.#lines.append(0, instance)
    this.#least = 0
    this.#present++
  }
}
