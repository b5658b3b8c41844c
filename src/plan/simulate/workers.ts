import type { Executor } from './executor.ts'
import { LeastOpen } from './least-open.ts'
import { Lines } from './lines.ts'
import type { Machines } from './machines.ts'
import { type Requests, states } from './requests.ts'

/** The only line of either kind. */
const only = 0

/** A job whose run has begun so often is given up when its worker dies: the service does so, too. */
const mostRuns = 11

/**
 * Workers that take jobs from one queue. A job goes to the worker with the most free threads, among equals to the one
 * that has been so for longest; which one matters only where tasks on a machine slow each other down. The
 * jobs of a worker that dies are lost until others notice; then they come first of all, even into a queue that
 * is full.
 */
export class Workers implements Executor {
  readonly #requests: Requests
  readonly #machines: Machines
  readonly #threads: number
  readonly #queueLimit: number
  readonly #handBackAfterMs: number
  readonly #free: LeastOpen
  readonly #queue = new Lines(1)
  /** Jobs of workers that have died, by when they did. */
  readonly #lost = new Lines(1)

  handBackMs = Number.POSITIVE_INFINITY

  constructor(
    requests: Requests,
    machines: Machines,
    {
      workers,
      threads,
      queueLimit,
      handBackMs,
    }: { workers: number; threads: number; queueLimit: number; handBackMs: number },
  ) {
    this.#requests = requests
    this.#machines = machines
    this.#threads = threads
    this.#queueLimit = queueLimit
    this.#handBackAfterMs = handBackMs
    this.#free = new LeastOpen(workers)
  }

  get waiting(): number {
    return this.#queue.lengthOf(only)
  }

  accept(request: number, atMs: number): boolean {
    const worker = this.#free.pick()
    if (worker >= 0 && this.#free.openAt(worker) < this.#threads) {
      this.#free.opened(worker)
      this.#machines.begin(request, worker, atMs)
    } else if (this.#queue.lengthOf(only) < this.#queueLimit) {
      this.#requests.state[request] = states.waiting
      this.#queue.append(only, request)
    } else return false
    return true
  }

  release(worker: number, atMs: number): void {
    const next = this.#queue.shift(only)
    if (next < 0) this.#free.closed(worker)
    else this.#machines.begin(next, worker, atMs)
  }

  withdraw(request: number, atMs: number): void {
    const state = this.#requests.state[request]
    if (state === states.running) {
      this.#machines.abort(request, atMs)
      this.release(this.#requests.instance[request]!, atMs)
    } else if (state === states.lost) {
      this.#lost.remove(only, request)
      this.#watchLost()
    } else this.#queue.remove(only, request)
  }

  die(worker: number, atMs: number): number[] {
    const had = this.#machines.runningOn(worker)
    for (const request of had) this.#machines.abort(request, atMs)
    this.#free.remove(worker)
    const isGivenUp = (request: number) => this.#requests.runs[request]! >= mostRuns
    // The last first: each is handed back before those that were.
    for (const request of had.toReversed()) {
      if (isGivenUp(request)) continue
      this.#requests.state[request] = states.lost
      this.#requests.lostMs[request] = atMs
      this.#lost.append(only, request)
    }
    this.#watchLost()
    return had.filter(isGivenUp)
  }

  comeBack(worker: number, atMs: number): void {
    this.#free.add(worker)
    this.#serve(atMs)
  }

  handBack(atMs: number): void {
    while (this.handBackMs <= atMs) {
      const request = this.#lost.shift(only)
      this.#requests.state[request] = states.waiting
      this.#queue.prepend(only, request)
      this.#watchLost()
    }
    this.#serve(atMs)
  }

  /** Lets threads that are free begin with what waits. */
  #serve(atMs: number): void {
    while (this.#queue.lengthOf(only) > 0) {
      const worker = this.#free.pick()
      if (worker < 0 || this.#free.openAt(worker) >= this.#threads) return
      this.#free.opened(worker)
      this.#machines.begin(this.#queue.shift(only), worker, atMs)
    }
  }

  #watchLost(): void {
    const first = this.#lost.firstOf(only)
    this.handBackMs =
      first < 0 ? Number.POSITIVE_INFINITY : this.#requests.lostMs[first]! + this.#handBackAfterMs
  }
}
