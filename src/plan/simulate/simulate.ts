import { createRandom } from '../../random.ts'
import { createBalancer } from './balancer.ts'
import { checkOptions } from './check.ts'
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

/**
 * Lets requests come, wait, run and end, event by event, and counts what becomes of them. The same options, with
 * a load that gives the same numbers, have the same outcome. It is a pure function but for the load, of which it
 * draws the work and the overhead of each request when it comes, whatever becomes of it: so every system meets
 * the same requests.
 *
 * Arrivals go on after the last counted one until all that are counted have ended, but for no more than as many
 * again: where lines grow without bound, those who come later do not matter much to those who came before.
 *
 * What ends in the same moment as something begins, ends first.
 *
 * @throws {RangeError} where the options make no sense
 */
export function simulate(options: SimulateOptions): Outcome {
  checkOptions(options)
  return new Simulation(options).run()
}

/** All open requests stand in one line, in the order in which they came. */
const everybody = 0

class Simulation {
  readonly #load: Load
  readonly #requests = new Requests()
  readonly #machines: Machines
  readonly #executor: Executor
  readonly #deaths: Deaths
  readonly #tally = new Tally()
  readonly #capacity: { cores: number; threads: number }

  readonly #firstCounted: number
  /** The first that is not counted any more. */
  readonly #endOfCounted: number
  readonly #mostArrivals: number
  #arrivals = 0
  #arrivalMs: number

  readonly #deadlineMs: number
  /** Empty where there is no deadline. All have the same: who came first is the next to expire. */
  readonly #open = new Lines(1)
  #expiryMs = Number.POSITIVE_INFINITY

  constructor({ system, load, seed, warmUp, requests }: SimulateOptions) {
    const instances = system.executor === 'queue' ? system.workers : system.servers
    const threads = system.executor === 'event-loop' ? 1 : system.threads
    const { placement, cores, speeds } = system
    this.#machines = new Machines(this.#requests, { instances, threads, placement, cores, speeds })
    this.#executor = createExecutor(system, this.#requests, this.#machines, seed)
    this.#deaths = new Deaths(system.failures, instances, seed)
    this.#capacity = {
      cores: placement === 'own' ? instances * cores : cores,
      threads: instances * threads,
    }
    this.#deadlineMs = system.deadlineMs
    this.#load = load
    this.#firstCounted = warmUp
    this.#endOfCounted = warmUp + requests
    this.#mostArrivals = warmUp + 2 * requests
    this.#arrivalMs = load.next() ?? Number.POSITIVE_INFINITY
  }

  run(): Outcome {
    const [machines, executor, tally] = [this.#machines, this.#executor, this.#tally]
    while (!this.#isDone()) {
      const endMs = machines.nextMs
      const rareMs = Math.min(this.#expiryMs, executor.handBackMs, this.#deaths.nextMs)
      const atMs = Math.min(endMs, rareMs, this.#arrivalMs)
      tally.pass(atMs, machines.busyCores, machines.running, executor.waiting)
      if (endMs === atMs) this.#complete(atMs)
      else if (rareMs === atMs) this.#expireOrFail(atMs)
      else this.#arrive(atMs)
    }
    return tally.outcome(this.#capacity)
  }

  #isDone(): boolean {
    const isLastCounted =
      this.#arrivals >= this.#endOfCounted || this.#arrivalMs === Number.POSITIVE_INFINITY
    return isLastCounted && this.#tally.pending === 0
  }

  #arrive(atMs: number): void {
    const number = this.#arrivals++
    const isCounted = number >= this.#firstCounted && number < this.#endOfCounted
    if (number === this.#firstCounted) this.#tally.open(atMs)
    if (isCounted) this.#tally.arrived++
    const load = this.#load
    const request = this.#requests.open(atMs, load.workMs(), load.overheadMs(), isCounted)
    this.#watch(request)
    if (!this.#executor.accept(request, atMs)) this.#refuse(request)
    this.#arrivalMs = this.#nextArrival(atMs)
    const isLast = this.#arrivals === this.#endOfCounted
    if (isCounted && (isLast || this.#arrivalMs === Number.POSITIVE_INFINITY))
      this.#tally.close(this.#executor.waiting)
  }

  #nextArrival(atMs: number): number {
    if (this.#arrivals >= this.#mostArrivals) return Number.POSITIVE_INFINITY
    const nextMs = this.#load.next() ?? Number.POSITIVE_INFINITY
    if (nextMs >= atMs) return nextMs
    throw new RangeError(
      `Requests come one after another: one at ${nextMs} ms is after ${atMs} ms.`,
    )
  }

  #complete(atMs: number): void {
    const requests = this.#requests
    const request = this.#machines.finish()
    this.#executor.release(requests.instance[request]!, atMs)
    if (requests.counted[request] === 1) {
      const startedMs = requests.startedMs[request]!
      const waitMs = startedMs - requests.arrivedMs[request]!
      this.#tally.complete(waitMs, atMs - startedMs, requests.overheadMs[request]!)
    }
    this.#forget(request)
  }

  #expireOrFail(atMs: number): void {
    if (this.#expiryMs === atMs) this.#expire(atMs)
    else if (this.#executor.handBackMs === atMs) this.#executor.handBack(atMs)
    else this.#failOrComeBack(atMs)
  }

  #expire(atMs: number): void {
    const request = this.#open.firstOf(everybody)
    this.#executor.withdraw(request, atMs)
    if (this.#requests.counted[request] === 1) this.#tally.expired++
    this.#forget(request)
  }

  #failOrComeBack(atMs: number): void {
    const { instance, dies } = this.#deaths.step()
    if (!dies) this.#executor.comeBack(instance, atMs)
    else for (const request of this.#executor.die(instance, atMs)) this.#refuse(request)
  }

  #refuse(request: number): void {
    if (this.#requests.counted[request] === 1) this.#tally.refused++
    this.#forget(request)
  }

  /** It is open: its deadline counts, if there is one. */
  #watch(request: number): void {
    if (this.#deadlineMs === Number.POSITIVE_INFINITY) return
    this.#open.append(everybody, request)
    if (this.#open.firstOf(everybody) === request) this.#watchFirst()
  }

  #forget(request: number): void {
    const requests = this.#requests
    if (requests.counted[request] === 1 && requests.runs[request]! > 1)
      this.#tally.repeated += requests.runs[request]! - 1
    if (this.#deadlineMs !== Number.POSITIVE_INFINITY) {
      const isFirst = this.#open.firstOf(everybody) === request
      this.#open.remove(everybody, request)
      if (isFirst) this.#watchFirst()
    }
    requests.close(request)
  }

  #watchFirst(): void {
    const first = this.#open.firstOf(everybody)
    this.#expiryMs =
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
