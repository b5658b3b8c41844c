import type { Balancer } from './balancer.ts'
import type { Executor } from './executor.ts'
import { Lines } from './lines.ts'
import type { Machines } from './machines.ts'
import { type Requests, states } from './requests.ts'

/**
 * Servers that run tasks themselves, on their threads or on their event loop: each has a line of its own. What a
 * server had when it dies goes to others at once, in the order in which it came; where none is there, or
 * the other's line is full, it is refused (nginx answers 502 or passes the 503 on). A request goes on so until as
 * many servers have died with it as there are: nginx asks "until all of the functioning servers will be tried"
 * (ngx_http_upstream_module), each once.
 */
export class Servers implements Executor {
  readonly #requests: Requests
  readonly #machines: Machines
  readonly #balancer: Balancer
  readonly #threads: number
  readonly #lineLimit: number
  readonly #lines: Lines
  /** By server: its threads that run. */
  readonly #running: Int32Array

  waiting = 0
  /** Nothing is handed back: nginx asks another server at once. */
  readonly handBackMs = Number.POSITIVE_INFINITY

  constructor(
    requests: Requests,
    machines: Machines,
    balancer: Balancer,
    { servers, threads, lineLimit }: { servers: number; threads: number; lineLimit: number },
  ) {
    this.#requests = requests
    this.#machines = machines
    this.#balancer = balancer
    this.#threads = threads
    this.#lineLimit = lineLimit
    this.#lines = new Lines(servers)
    this.#running = new Int32Array(servers)
  }

  accept(request: number, atMs: number): boolean {
    const server = this.#balancer.pick()
    if (server < 0) return false
    if (this.#running[server]! < this.#threads) {
      this.#running[server]!++
      this.#machines.begin(request, server, atMs)
    } else if (this.#lines.lengthOf(server) < this.#lineLimit) {
      this.#requests.state[request] = states.waiting
      this.#requests.instance[request] = server
      this.#lines.append(server, request)
      this.waiting++
    } else return false
    this.#balancer.opened(server)
    return true
  }

  release(server: number, atMs: number): void {
    this.#balancer.closed(server)
    const next = this.#lines.shift(server)
    if (next < 0) this.#running[server]!--
    else {
      this.waiting--
      this.#machines.begin(next, server, atMs)
    }
  }

  withdraw(request: number, atMs: number): void {
    const server = this.#requests.instance[request]!
    if (this.#requests.state[request] === states.running) {
      this.#machines.abort(request, atMs)
      this.release(server, atMs)
    } else {
      this.#lines.remove(server, request)
      this.waiting--
      this.#balancer.closed(server)
    }
  }

  die(server: number, atMs: number): number[] {
    const had = this.#machines.runningOn(server)
    for (const request of had) this.#machines.abort(request, atMs)
    for (let next = this.#lines.shift(server); next >= 0; next = this.#lines.shift(server)) {
      this.waiting--
      had.push(next)
    }
    this.#running[server] = 0
    this.#balancer.remove(server)
    const { deaths } = this.#requests
    for (const request of had) deaths[request]!++
    return had.filter(
      (request) => deaths[request]! >= this.#running.length || !this.accept(request, atMs),
    )
  }

  comeBack(server: number): void {
    this.#balancer.add(server)
  }

  handBack(): void {}
}
