/** Where a request is, from its arrival until it ends. */
export const states = {
  /** In a line. */
  waiting: 0,
  running: 1,
  /** With a worker that has died, which nobody knows yet. */
  lost: 2,
} as const

/** The requests that are open, by id: an id is used again once its request has ended. Times are milliseconds. */
export class Requests {
  arrivedMs = new Float64Array(64)
  workMs = new Float64Array(64)
  overheadMs = new Float64Array(64)
  /** When its run began, the last one. */
  startedMs = new Float64Array(64)
  /** When the worker died that it is lost with. */
  lostMs = new Float64Array(64)
  /** The instance that it waits for or runs on. */
  instance = new Int32Array(64)
  /** One of `states`. */
  state = new Uint8Array(64)
  /** How often a run has begun. */
  runs = new Int32Array(64)
  /** How many servers have died that had it. */
  deaths = new Int32Array(64)
  /** 1: its outcome is counted. */
  counted = new Uint8Array(64)

  #free = new Int32Array(64)
  #freeCount = 0
  #used = 0

  /** A new one: its id. */
  open(arrivedMs: number, workMs: number, overheadMs: number, counted: boolean): number {
    if (this.#freeCount === 0 && this.#used === this.state.length) this.#grow()
    const id = this.#freeCount > 0 ? this.#free[--this.#freeCount]! : this.#used++
    this.arrivedMs[id] = arrivedMs
    this.workMs[id] = workMs
    this.overheadMs[id] = overheadMs
    this.counted[id] = counted ? 1 : 0
    this.runs[id] = 0
    this.deaths[id] = 0
    return id
  }

  close(id: number): void {
    this.#free[this.#freeCount++] = id
  }

  #grow(): void {
    const length = 2 * this.state.length
    this.arrivedMs = grown(this.arrivedMs, new Float64Array(length))
    this.workMs = grown(this.workMs, new Float64Array(length))
    this.overheadMs = grown(this.overheadMs, new Float64Array(length))
    this.startedMs = grown(this.startedMs, new Float64Array(length))
    this.lostMs = grown(this.lostMs, new Float64Array(length))
    this.instance = grown(this.instance, new Int32Array(length))
    this.state = grown(this.state, new Uint8Array(length))
    this.runs = grown(this.runs, new Int32Array(length))
    this.deaths = grown(this.deaths, new Int32Array(length))
    this.counted = grown(this.counted, new Uint8Array(length))
    this.#free = grown(this.#free, new Int32Array(length))
  }
}

function grown<Column extends Float64Array | Int32Array | Uint8Array>(
  column: Column,
  larger: Column,
): Column {
  larger.set(column)
  return larger
}
