/**
 * For how long so many tasks ran at once, while requests were due: two tasks on two cores can be slower than
 * one, and a service that is busy has more of either. Runs are told as they end; what is kept of them is what
 * overlaps the longest one, whatever their number.
 */
export class AtOnce {
  /** Starts and ends that are not counted yet, in no order. */
  #starts: number[] = []
  #ends: number[] = []
  /** Counted up to here; so many ran then. */
  #countedMs = 0
  #running = 0
  #longestMs = 0
  /** Looked at when so many are kept: twice as many as were left the last time. */
  #settleAt = 16_384
  readonly #ms: number[] = []
  #results = 0
  readonly #untilMs: number

  /** @param untilMs requests were due from 0 until then */
  constructor(untilMs: number) {
    this.#untilMs = untilMs
  }

  /** A run that ended at `endMs`; in order of their ends. */
  add(endMs: number, runMs: number): void {
    const startMs = endMs - runMs
    const from = Math.max(0, startMs)
    const to = Math.min(endMs, this.#untilMs)
    if (!(to > from)) return
    this.#results += (to - from) / runMs
    this.#starts.push(from)
    this.#ends.push(to)
    this.#longestMs = Math.max(this.#longestMs, runMs)
    if (this.#ends.length >= this.#settleAt) {
      // Whatever ends later than this one began after that time.
      this.#countTo(endMs - this.#longestMs)
      this.#settleAt = Math.max(16_384, 2 * this.#ends.length)
    }
  }

  /**
   * @param durationMs where that became known only now: no later than until then
   */
  told(durationMs = this.#untilMs): { ms: number[]; results: number } {
    this.#countTo(Math.min(durationMs, this.#untilMs))
    return { ms: Array.from(this.#ms, (ms) => ms ?? 0), results: this.#results }
  }

  #countTo(untilMs: number): void {
    const starts = take(this.#starts, untilMs)
    const ends = take(this.#ends, untilMs)
    let [started, ended] = [0, 0]
    while (started < starts.length || ended < ends.length) {
      const start = starts[started] ?? Number.POSITIVE_INFINITY
      const end = ends[ended] ?? Number.POSITIVE_INFINITY
      this.#pass(Math.min(start, end))
      if (start < end) {
        this.#running++
        started++
      } else {
        this.#running--
        ended++
      }
    }
    this.#pass(untilMs)
  }

  #pass(ms: number): void {
    const passed = ms - this.#countedMs
    if (!(passed > 0)) return
    this.#ms[this.#running] = (this.#ms[this.#running] ?? 0) + passed
    this.#countedMs += passed
  }
}

/** Removes those up to a time, and returns them ascending. */
function take(times: number[], untilMs: number): Float64Array {
  const taken = Float64Array.from(times.filter((time) => time <= untilMs)).sort()
  const kept = times.filter((time) => time > untilMs)
  times.splice(0, times.length, ...kept)
  return taken
}
