import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { jobKey, prefix, queueName } from '../../src/queue/keys.ts'

/**
 * How long the jobs of a killed worker are without one. Redis is asked directly: only there it says which
 * jobs a worker had when it was killed.
 */
export class RecoveryWatch {
  /** From the kill to the next start of each such job, in milliseconds. */
  readonly recoveriesMs: number[] = []
  readonly #redis: Redis
  readonly #orphans = new Map<string, { killedAt: number; attempts: number }>()
  readonly #stopping = new AbortController()
  #isRunning: Promise<void> = Promise.resolve()

  constructor(socket: string) {
    const retryStrategy = () => 100
    this.#redis = new Redis({ path: socket, retryStrategy, enableOfflineQueue: false })
    this.#redis.on('error', () => {}) // Redis is killed too
  }

  start(): void {
    this.#isRunning = this.#keepLooking()
  }

  /** A worker was just killed. */
  async killed(worker: string): Promise<void> {
    const killedAt = Date.now()
    try {
      const ids = await this.#redis.lrange(`${prefix}:${queueName}:active`, 0, 999)
      for (const id of ids) {
        const [by, attempts, takenAt] = await this.#fields(id, ['pb', 'ats', 'processedOn'])
        if (by === worker && Number(takenAt) < killedAt && !this.#orphans.has(id))
          this.#orphans.set(id, { killedAt, attempts: Number(attempts) })
      }
    } catch {
      // Redis is away: these go unmeasured.
    }
  }

  /** Resolves when no orphan is left, or after `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs
    while (this.#orphans.size > 0 && performance.now() < deadline) await sleep(100)
    this.#stopping.abort()
    await this.#isRunning
    this.#redis.disconnect()
  }

  async #keepLooking(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      for (const [id, orphan] of this.#orphans)
        try {
          const [attempts, takenAt, endedAt] = await this.#fields(id, [
            'ats',
            'processedOn',
            'finishedOn',
          ])
          // Before it starts again it may be cancelled, or forgotten.
          if (Number(attempts) > orphan.attempts)
            this.recoveriesMs.push(Number(takenAt) - orphan.killedAt)
          else if (endedAt === null && attempts !== null) continue
          this.#orphans.delete(id)
        } catch {
          break
        }
      await sleep(100)
    }
  }

  #fields(id: string, names: string[]): Promise<(string | null)[]> {
    return this.#redis.hmget(jobKey(id), ...names)
  }
}
