import { createRandom } from '../../random.ts'
import { createBalancer } from './balancer.ts'
import { assertDrawn, assertInOrder } from './check.ts'
import { Deaths } from './deaths.ts'
import type { Executor } from './executor.ts'
import { Lines } from './lines.ts'
import { Machines } from './machines.ts'
import { Requests } from './requests.ts'
import { Servers } from './servers.ts'
import { streams } from './streams.ts'
import type { Load, Outcome, SimulateOptions, System } from './system.ts'
import { Tally } from './tally.ts'
import { Workers } from './workers.ts'

/** All open requests stand in one line, in the order in which they came. */
const everybody = 0

/**
 * A simulation at one moment after another. Times are milliseconds. What ends in the same moment as something begins,
 * ends first.
 */
export class Simulation {
  readonly machines: Machines
  readonly executor: Executor
  /** When the next request comes; Infinity: none does. */
  arrivalMs: number
  /** When the next deadline ends a wait or a run; Infinity: none does. */
  expiryMs = Number.POSITIVE_INFINITY

  readonly #load: Load
  readonly #requests: Requests
  readonly #deaths: Deaths
  readonly #tally = new Tally()
  readonly #capacity: { cores: number; threads: number }

  readonly #firstCounted: number
  /** The first that is not counted any more. */
  readonly #endOfCounted: number
  readonly #mostArrivals: number
  #arrivals = 0

  readonly #deadlineMs: number
  /** Whether deadlines end waits and runs. */
  readonly #isWatched: boolean
  /** Empty where they do not. All have the same deadline: who came first is the next to expire. */
  readonly #open = new Lines(1)

  /** Of options that make sense; `requests` has none yet. */
  constructor(options: SimulateOptions, requests = new Requests()) {
    const { system, load, seed, warmUp } = options
    this.#requests = requests
    const instances = system.executor === 'queue' ? system.workers : system.servers
    const threads = system.executor === 'event-loop' ? 1 : system.threads
    const { placement, cores, speeds } = system
    this.machines = new Machines(requests, { instances, threads, placement, cores, speeds })
    this.executor = createExecutor(system, requests, this.machines, seed)
    this.#deaths = new Deaths(system.failures, instances, seed)
    this.#capacity = {
      cores: placement === 'own' ? instances * cores : cores,
      threads: instances * threads,
    }
    this.#deadlineMs = system.deadlineMs
    this.#isWatched =
      system.executor !== 'event-loop' && system.deadlineMs < Number.POSITIVE_INFINITY
    this.#load = load
    this.#firstCounted = warmUp
    this.#endOfCounted = warmUp + options.requests
    this.#mostArrivals = warmUp + 2 * options.requests
    this.arrivalMs = this.#nextArrival(0)
  }

  /** Whether all that is counted has come and ended. */
  get isDone(): boolean {
    const isLastCounted =
      this.#arrivals >= this.#endOfCounted || this.arrivalMs === Number.POSITIVE_INFINITY
    return isLastCounted && this.#tally.pending === 0
  }

  /** Goes on to what happens next. */
  step(): void {
    const { machines, executor } = this
    const endMs = machines.nextMs
    const rareMs = Math.min(this.expiryMs, executor.handBackMs, this.#deaths.nextMs)
    const atMs = Math.min(endMs, rareMs, this.arrivalMs)
    this.#tally.pass(atMs, machines.busyCores, machines.running, executor.waiting)
    if (endMs === atMs) this.#complete(atMs)
    else if (rareMs === atMs) this.#expireOrFail(atMs)
    else this.#arrive(atMs)
  }

  /** Of those that are counted and have ended. */
  outcome(): Outcome {
    return this.#tally.outcome(this.#capacity)
  }

  #arrive(atMs: number): void {
    const number = this.#arrivals++
    const isCounted = number >= this.#firstCounted && number < this.#endOfCounted
    if (number === this.#firstCounted) this.#tally.open(atMs)
    if (isCounted) this.#tally.arrived++
    const workMs = this.#load.workMs()
    const overheadMs = this.#load.overheadMs()
    assertDrawn(workMs, overheadMs)
    const request = this.#requests.open(atMs, workMs, overheadMs, isCounted)
    this.#watch(request)
    if (!this.executor.accept(request, atMs)) this.#refuse(request)
    this.arrivalMs = this.#nextArrival(atMs)
    const isLast = this.#arrivals === this.#endOfCounted
    if (isCounted && (isLast || this.arrivalMs === Number.POSITIVE_INFINITY))
      this.#tally.close(this.executor.waiting)
  }

  #nextArrival(afterMs: number): number {
    if (this.#arrivals >= this.#mostArrivals) return Number.POSITIVE_INFINITY
    const nextMs = this.#load.next() ?? Number.POSITIVE_INFINITY
    assertInOrder(nextMs, afterMs)
    return nextMs
  }

  #complete(atMs: number): void {
    const requests = this.#requests
    const request = this.machines.finish()
    this.executor.release(requests.instance[request]!, atMs)
    if (requests.counted[request] === 1) {
      const arrivedMs = requests.arrivedMs[request]!
      const startedMs = requests.startedMs[request]!
      if (atMs > arrivedMs + this.#deadlineMs) this.#tally.expired++
      else
        this.#tally.complete(startedMs - arrivedMs, atMs - startedMs, requests.overheadMs[request]!)
    }
    this.#forget(request)
  }

  #expireOrFail(atMs: number): void {
    if (this.expiryMs === atMs) this.#expire(atMs)
    else if (this.executor.handBackMs === atMs) this.executor.handBack(atMs)
    else this.#failOrComeBack(atMs)
  }

  #expire(atMs: number): void {
    const request = this.#open.firstOf(everybody)
    this.executor.withdraw(request, atMs)
    if (this.#requests.counted[request] === 1) this.#tally.expired++
    this.#forget(request)
  }

  #failOrComeBack(atMs: number): void {
    const { instance, dies } = this.#deaths.step()
    if (!dies) this.executor.comeBack(instance, atMs)
    else for (const request of this.executor.die(instance, atMs)) this.#refuse(request)
  }

  #refuse(request: number): void {
    if (this.#requests.counted[request] === 1) this.#tally.refused++
    this.#forget(request)
  }

  /** It is open: its deadline counts, if one can end it. */
  #watch(request: number): void {
    if (!this.#isWatched) return
    this.#open.append(everybody, request)
    if (this.#open.firstOf(everybody) === request) this.#watchFirst()
  }

  #forget(request: number): void {
    const requests = this.#requests
    if (requests.counted[request] === 1 && requests.runs[request]! > 1)
      this.#tally.repeated += requests.runs[request]! - 1
    if (this.#isWatched) {
      const isFirst = this.#open.firstOf(everybody) === request
      this.#open.remove(everybody, request)
      if (isFirst) this.#watchFirst()
    }
    requests.close(request)
  }

  #watchFirst(): void {
    const first = this.#open.firstOf(everybody)
    this.expiryMs =
      first < 0 ? Number.POSITIVE_INFINITY : this.#requests.arrivedMs[first]! + this.#deadlineMs
  }
}

function createExecutor(
  system: System,
  requests: Requests,
  machines: Machines,
  seed: number,
): Executor {
  const { servers, workers, queueLimit } = system
  if (system.executor === 'queue') {
    const { threads } = system
    const { handBackMs = 0 } = system.failures ?? {}
    return new Workers(requests, machines, { workers, threads, queueLimit, handBackMs })
  }
  const isLoop = system.executor === 'event-loop'
  const threads = isLoop ? 1 : system.threads
  const lineLimit = isLoop ? Number.POSITIVE_INFINITY : system.lineLimit
  const random = createRandom(seed, streams.balancing)
  const balancer = createBalancer(system.balance, servers, random)
  return new Servers(requests, machines, balancer, { servers, threads, lineLimit })
}
