/**
 * Where requests wait and which instance runs them. Times are milliseconds of the simulation; requests and instances
 * are numbers from 0.
 */
export interface Executor {
  /** Requests that wait for a thread. */
  readonly waiting: number
  /** When jobs of a dead worker are handed back next; Infinity: there are none. */
  readonly handBackMs: number
  /** A request comes: it runs or waits from now on. False: it is refused. */
  accept(request: number, atMs: number): boolean
  /** A run on an instance has ended: its thread goes on to the next. */
  release(instance: number, atMs: number): void
  /** A request that is open leaves, wherever it is. */
  withdraw(request: number, atMs: number): void
  /** An instance that was there dies. Returns the requests that nobody takes over. */
  die(instance: number, atMs: number): number[]
  /** It is there again. */
  comeBack(instance: number, atMs: number): void
  /** At `handBackMs`. */
  handBack(atMs: number): void
}
