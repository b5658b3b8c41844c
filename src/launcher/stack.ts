import { usableCpus } from '../cpus.ts'
import { UsageError } from '../usage-error.ts'
import { explainFailure } from './announcer.ts'
import { choose } from './chosen.ts'
import { untilInRotation } from './in-rotation.ts'
import { inTurn } from './in-turn.ts'
import { instance } from './instance.ts'
import { nginx } from './nginx.ts'
import { redis } from './redis.ts'
import { type Restarting, restartOneByOne } from './rolling-restart.ts'
import { MAX_INSTANCES, type Role, roles, type Scale, type ScaleChange } from './scale-options.ts'
import type { StackOptions } from './stack-options.ts'
import { stopWithin } from './stop-within.ts'
import { type Surroundings, supervise } from './supervise.ts'
import type { Failure, Program, Supervised } from './supervised.ts'

/** The proxy and Redis should be quick to end when nothing uses them any more. */
const PROXY_GRACE_MS = 2000
const REDIS_GRACE_MS = 10_000

/** All processes of one run: Redis, nginx, servers, workers. */
export class Stack {
  readonly #options: StackOptions
  readonly #surroundings: Surroundings
  readonly #redis: Supervised
  readonly #nginx: Supervised
  /** By number: the first is number 1. */
  readonly #instances: Record<Role, Supervised[]> = { server: [], worker: [] }
  readonly #failure = Promise.withResolvers<Failure>()
  #isUp = false
  #stopping = false
  #lastChange: Promise<unknown> = Promise.resolve()

  constructor(options: StackOptions, surroundings: Surroundings) {
    this.#options = options
    this.#surroundings = surroundings
    const { runDir, output } = surroundings
    output.fit(roles.map((role) => `${role}-${options.scale[role]}`))
    this.#redis = this.#supervise(redis(options.redis, options.workDir, runDir.socket('redis')))
    this.#nginx = this.#supervise(nginx(options.nginx, runDir, options.proxy))
  }

  /** Resolves, with the reason, when the stack cannot go on. */
  get failed(): Promise<Failure> {
    return this.#failure.promise
  }

  get scale(): Scale {
    return { server: this.#instances.server.length, worker: this.#instances.worker.length }
  }

  /** How many servers and workers there may be. */
  get limits(): Scale {
    return { server: this.#options.proxy.slots, worker: MAX_INSTANCES }
  }

  /** Servers and workers, then Redis and nginx. */
  get processes(): Supervised[] {
    return [...roles.flatMap((role) => this.#instances[role]), this.#redis, this.#nginx]
  }

  get isStopping(): boolean {
    return this.#stopping
  }

  /** Starts everything at once; resolves when all is ready, or with false if it never will be. */
  async start(): Promise<boolean> {
    // Those that take longest to load first.
    for (const role of roles)
      for (let number = 1; number <= this.#options.scale[role]; number++) this.#add(role)
    this.#redis.start()
    this.#nginx.start()
    const allReady = Promise.all(this.processes.map((each) => each.untilReady()))
    const answers = await Promise.race([allReady, this.failed.then(() => [false])])
    this.#isUp = answers.every((answer) => answer)
    return this.#isUp
  }

  /** Those that are not ready yet. What they said about it is shown now. */
  showSlow(): string[] {
    const slow = this.processes.filter((each) => each.state === 'starting')
    for (const each of slow) each.source.release()
    return names(slow)
  }

  /**
   * Starts servers and workers, or drains those with the highest numbers. Resolves when that is
   * done; one change follows the other. @throws {UsageError} if it cannot be done
   */
  async changeScale(to: Partial<Scale>): Promise<ScaleChange[]> {
    return this.#afterOthers(() => this.#changeScale(to))
  }

  /**
   * Restarts instances one after another, servers first: those that `words` mean (see `choose`).
   * Tells each step in a line. Waits for its turn, as a change of scale does.
   *
   * @throws {UsageError} if it cannot be done, or not to its end
   */
  async restart(words: readonly string[], tell: (line: string) => void): Promise<void> {
    return this.#afterOthers(() => this.#restart(words, tell))
  }

  /**
   * Ends a server or worker as a crash does, at once: it starts again. With false if none of that name
   * runs now.
   */
  async crash(name: string): Promise<boolean> {
    const all = roles.flatMap((role) => this.#instances[role])
    return (await all.find((each) => each.name === name)?.crash()) ?? false
  }

  async #afterOthers<T>(change: () => Promise<T>): Promise<T> {
    const changed = this.#lastChange.then(change)
    this.#lastChange = changed.catch(() => {})
    return changed
  }

  /**
   * Ends everything in order: no new requests, servers and workers finish or hand back what they
   * have, Redis is last. Kills what is left after `deadlineMs`.
   */
  async stop({ deadlineMs }: { deadlineMs?: number } = {}): Promise<void> {
    this.#stopping = true
    const deadline =
      deadlineMs === undefined ? undefined : setTimeout(() => this.kill(), deadlineMs)
    const proxy = this.#nginx.stop()
    await Promise.all(roles.flatMap((role) => this.#instances[role].map((each) => each.stop())))
    await Promise.all([proxy, stopWithin(PROXY_GRACE_MS, this.#nginx)])
    await stopWithin(REDIS_GRACE_MS, this.#redis)
    clearTimeout(deadline)
  }

  /** Ends everything now. */
  async kill(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.processes.map((each) => each.kill()))
  }

  async #changeScale(to: Partial<Scale>): Promise<ScaleChange[]> {
    this.#refuseImpossible(to)
    const { announcer } = this.#surroundings
    const changes = roles.flatMap((role) => {
      const wanted = to[role]
      if (wanted === undefined) return []
      const all = this.#instances[role]
      const from = all.length
      const stopped = all.slice(wanted)
      // One that a restart could not start gets another try.
      const started = all.slice(0, wanted).filter(({ state }) => state === 'stopped')
      while (all.length < wanted) started.push(this.#create(role))
      return [{ role, from, to: wanted, started, stopped }]
    })
    const started = changes.flatMap((change) => change.started)
    const stopped = changes.flatMap((change) => change.stopped)
    if (started.length + stopped.length > 0) announcer.scaling(names(started), names(stopped))

    const failures: Failure[] = []
    const note = (failure: Failure) => failures.push(failure)
    for (const each of started) each.once('failed', note)
    // No more load at once than there are CPUs: the first ones serve while the next ones load.
    const starting = inTurn(started, usableCpus(), async (each) => {
      if (this.#stopping) return false // one that is started now would outlive the stack
      each.start()
      return each.untilReady()
    })
    const [areReady] = await Promise.all([
      starting.then(() => Promise.all(started.map((each) => this.#untilServing(each)))),
      this.#stopAll(stopped),
    ])
    for (const each of started) each.off('failed', note)
    const isDone = areReady.every((isReady) => isReady)
    if (!isDone) await Promise.all(started.map((each) => each.stop()))
    for (const { role, from, to } of changes)
      this.#instances[role].splice(isDone ? to : Math.min(from, to))
    if (started.length + stopped.length > 0) announcer.scaled(this.scale)
    if (!isDone)
      throw new UsageError(failures[0] ? explainFailure(failures[0]) : 'the stack is stopping')
    return changes.map((change) => ({
      ...change,
      started: names(change.started),
      stopped: names(change.stopped),
    }))
  }

  async #restart(words: readonly string[], tell: (line: string) => void): Promise<void> {
    this.#refuseUnlessUp()
    const { announcer } = this.#surroundings
    const chosen = choose(words, this.#instances)
    for (const role of roles) {
      if (chosen[role].length === 0) continue
      announcer.restarting(names(chosen[role]))
      await restartOneByOne(chosen[role], this.#restarting(role), (line) => {
        announcer.restart(line)
        tell(line)
      })
    }
  }

  /** What a restart may do to the instances of one role. */
  #restarting(role: Role): Restarting {
    return {
      add: () => {
        this.#refuseUnlessUp()
        const isFull = role === 'server' && this.scale.server >= this.#options.proxy.slots
        return isFull ? undefined : this.#add(role)
      },
      remove: async (instance) => {
        await this.#stopAll([instance])
        this.#instances[role].splice(this.#instances[role].indexOf(instance), 1)
      },
      restart: async (instance) => {
        await this.#stopAll([instance])
        this.#refuseUnlessUp() // one that is started now would outlive the stack
        instance.start()
      },
      untilServing: (instance) => this.#untilServing(instance),
    }
  }

  /** With true when it takes work, with false when it never will. */
  async #untilServing(instance: Supervised): Promise<boolean> {
    const isReady = await instance.untilReady()
    if (isReady && this.#instances.server.includes(instance))
      await this.#untilInRotation([instance])
    return isReady
  }

  /** Ends them all at once; the servers among them when another one takes requests. */
  async #stopAll(stopped: readonly Supervised[]): Promise<void> {
    const { server } = this.#instances
    const others = server.filter((each) => !stopped.includes(each))
    if (others.length > 0 && others.length < server.length) await this.#untilInRotation(others)
    await Promise.all(
      roles.flatMap((role) =>
        this.#instances[role]
          .filter((each) => stopped.includes(each))
          .map((each) => stopWithin(this.#options.stopMs[role], each)),
      ),
    )
  }

  async #untilInRotation(servers: readonly Supervised[]): Promise<void> {
    await untilInRotation(this.#options.proxy, names(servers), () => this.#stopping)
  }

  #refuseUnlessUp(): void {
    if (this.#stopping) throw new UsageError('the stack is stopping')
    if (!this.#isUp) throw new UsageError('the stack is still starting')
  }

  #refuseImpossible(to: Partial<Scale>): void {
    this.#refuseUnlessUp()
    const { slots } = this.#options.proxy
    if ((to.server ?? 0) > slots)
      throw new UsageError(
        `the proxy was started for at most ${slots} servers; for more, start with: unblock up --scale server=${to.server}`,
      )
  }

  #add(role: Role): Supervised {
    const added = this.#create(role)
    added.start()
    return added
  }

  /** One more instance, which is not started yet. */
  #create(role: Role): Supervised {
    const { runDir } = this.#surroundings
    const { tasksDir } = this.#options
    const all = this.#instances[role]
    const added = this.#supervise(instance(role, all.length + 1, { runDir, tasksDir }))
    all.push(added)
    return added
  }

  #supervise(program: Program): Supervised {
    const supervised = supervise(program, this.#surroundings)
    supervised.on('failed', (failure) => {
      // One that was started later and never worked is no reason to stop what does.
      if (!this.#isUp || supervised.hasBeenReady) this.#failure.resolve(failure)
    })
    return supervised
  }
}

function names(processes: readonly Supervised[]): string[] {
  return processes.map(({ name }) => name)
}
