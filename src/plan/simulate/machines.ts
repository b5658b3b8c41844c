import { Heaps } from './heaps.ts'
import { type Requests, states } from './requests.ts'

export interface MachinesOptions {
  /** That run tasks. */
  instances: number
  /** Tasks that an instance runs at once, at most. */
  threads: number
  placement: 'own' | 'shared'
  cores: number
  speeds: readonly number[]
}

/**
 * The machines that tasks run on. All tasks of a machine get on equally fast, as fast as their number
 * allows: processor sharing (L. Kleinrock, Queueing Systems II, 1976, chapter 4), which is what Linux makes of
 * threads of one priority. So each machine has a clock that advances at that speed, and a task ends when
 * its clock has advanced by the task's work: who ends first never changes, however often the speed does.
 *
 * Where tasks do not slow each other down at all, all clocks are the real time, and one does for all machines.
 */
export class Machines {
  readonly #requests: Requests
  /** Whether all clocks are the real time. */
  readonly #undisturbed: boolean
  /** Instances on one machine. */
  readonly #instancesEach: number
  readonly #cores: number
  /** By tasks at once. */
  readonly #speeds: Float64Array
  /** By machine: its clock, and when (in real time) it was read. */
  readonly #clocks: Float64Array
  readonly #readMs: Float64Array
  /** A heap for each machine: its tasks, by when they end on its clock. */
  readonly #tasks: Heaps
  /** One heap: machines, by when a task of theirs ends next, in real time. */
  readonly #ends: Heaps

  /** Tasks that run. */
  running = 0
  /** Cores that run them. */
  busyCores = 0
  /** When a task ends next, if nothing else begins or ends; Infinity: none runs. */
  nextMs = Number.POSITIVE_INFINITY

  constructor(requests: Requests, { instances, threads, ...machine }: MachinesOptions) {
    const { placement, cores, speeds } = machine
    const mostAtOnce = placement === 'own' ? threads : instances * threads
    this.#requests = requests
    this.#speeds = speedsByTasks(speeds, mostAtOnce)
    this.#undisturbed = mostAtOnce <= cores && this.#speeds.every((speed) => speed === 1)
    const together = this.#undisturbed || placement === 'shared'
    const machines = together ? 1 : instances
    this.#instancesEach = together ? instances : 1
    this.#cores = this.#undisturbed ? instances * threads : cores
    this.#clocks = new Float64Array(machines)
    this.#readMs = new Float64Array(machines)
    this.#tasks = new Heaps(machines, this.#instancesEach * threads)
    this.#ends = new Heaps(1, machines)
    for (let each = 0; each < machines; each++) this.#ends.push(0, each, Number.POSITIVE_INFINITY)
  }

  /** A request's run begins, from its beginning, on a thread that is free. */
  begin(request: number, instance: number, atMs: number): void {
    const requests = this.#requests
    requests.state[request] = states.running
    requests.instance[request] = instance
    requests.startedMs[request] = atMs
    requests.runs[request]!++
    const machine = this.#machineOf(instance)
    const clock = this.#read(machine, atMs)
    this.#tasks.push(machine, request, clock + requests.workMs[request]!)
    this.running++
    if (this.#tasks.sizeOf(machine) <= this.#cores) this.busyCores++
    this.#schedule(machine, atMs)
  }

  /** The request whose run ends at `nextMs`: it has ended. */
  finish(): number {
    const atMs = this.nextMs
    const machine = this.#ends.leastOf(0)
    const request = this.#tasks.leastOf(machine)
    this.#clocks[machine] = this.#tasks.leastKeyOf(machine) // to the last digit
    this.#readMs[machine] = atMs
    this.#remove(machine, request, atMs)
    return request
  }

  /** A request's run is ended before its time. */
  abort(request: number, atMs: number): void {
    const machine = this.#machineOf(this.#requests.instance[request]!)
    this.#read(machine, atMs)
    this.#remove(machine, request, atMs)
  }

  /** The requests that run on an instance, those first that came first. */
  runningOn(instance: number): number[] {
    const { arrivedMs, instance: instances } = this.#requests
    return this.#tasks
      .idsOf(this.#machineOf(instance))
      .filter((request) => instances[request] === instance)
      .sort((a, b) => arrivedMs[a]! - arrivedMs[b]! || a - b)
  }

  #machineOf(instance: number): number {
    return this.#instancesEach === 1 ? instance : 0
  }

  /** What a machine's clock shows. */
  #read(machine: number, atMs: number): number {
    if (this.#undisturbed) return atMs
    const speed = this.#speeds[this.#tasks.sizeOf(machine)]!
    const clock = this.#clocks[machine]! + (atMs - this.#readMs[machine]!) * speed
    this.#clocks[machine] = clock
    this.#readMs[machine] = atMs
    return clock
  }

  #remove(machine: number, request: number, atMs: number): void {
    if (this.#tasks.sizeOf(machine) <= this.#cores) this.busyCores--
    this.running--
    this.#tasks.remove(machine, request)
    this.#schedule(machine, atMs)
  }

  /** When the machine's next task ends. Its clock has just been read. */
  #schedule(machine: number, atMs: number): void {
    const tasks = this.#tasks.sizeOf(machine)
    let endMs = Number.POSITIVE_INFINITY
    if (tasks === 0)
      this.#clocks[machine] = 0 // lest it lose its digits
    else if (this.#undisturbed) endMs = this.#tasks.leastKeyOf(machine)
    else {
      const left = this.#tasks.leastKeyOf(machine) - this.#clocks[machine]!
      endMs = atMs + Math.max(0, left) / this.#speeds[tasks]!
    }
    this.#ends.update(0, machine, endMs)
    this.nextMs = this.#ends.leastKeyOf(0)
  }
}

/** How fast each of n tasks is, for n up to `most`; beyond what is given, they share what the last ones do in all. */
function speedsByTasks(speeds: readonly number[], most: number): Float64Array {
  const given = speeds.length
  const last = speeds[given - 1]!
  return Float64Array.from({ length: most + 1 }, (_, n) =>
    n === 0 ? 1 : n <= given ? speeds[n - 1]! : (last * given) / n,
  )
}
