import { Redis } from 'ioredis'
import type { HeldWorkers } from './held-workers.ts'

/**
 * Jobs that wait as messages in one list of Redis, from which workers take them with BRPOP: those of Celery and of
 * Sidekiq.
 */
export class ListJobs {
  readonly redis: Redis
  readonly #list: string

  constructor(socket: string, list: string) {
    this.redis = new Redis({ path: socket, maxRetriesPerRequest: null })
    this.#list = list
  }

  /**
   * @param add makes one job as the system makes it; the others are copies of its message
   * @param idsIn the ids in a message that no other may have, each with 12 hex digits at its end
   */
  async fill(
    count: number,
    { add, idsIn }: { add: () => Promise<unknown>; idsIn: (message: string) => string[] },
  ): Promise<void> {
    await add()
    const [message] = await this.redis.lrange(this.#list, 0, 0)
    if (message === undefined) throw new Error(`no job waits in ${this.#list}`)
    const ends = idsIn(message).map((id) => id.slice(-12))
    const parts = message.split(new RegExp(ends.join('|')))
    const batch = 5000
    for (let done = 1; done < count; done += batch)
      await this.redis.eval(copy, 1, this.#list, done, Math.min(batch, count - done), ...parts)
  }

  async waiting(): Promise<number> {
    return this.redis.llen(this.#list)
  }

  /** Workers, or threads of them, that have nothing to do but wait for a job. */
  async idle(): Promise<number> {
    return numberIn(await this.redis.info('clients'), /blocked_clients:(\d+)/)
  }

  /**
   * Holds the workers. A BRPOP of theirs that still waits in Redis would take a job that nobody works on: it is ended
   * as if its time were over.
   */
  async hold(workers: HeldWorkers, left: () => Promise<number>): Promise<void> {
    await workers.hold(left)
    // Twice, since a command may have been on its way.
    for (let quiet = 0; quiet < 2; quiet++)
      for (const id of await this.#blocked()) {
        await this.redis.client('UNBLOCK', id)
        quiet = -1
      }
  }

  close(): void {
    this.redis.disconnect()
  }

  /** The ids of connections that wait in Redis for a job. */
  async #blocked(): Promise<string[]> {
    const clients = (await this.redis.client('LIST')) as string
    return [...clients.matchAll(/^id=(\d+) .* flags=\w*b/gm)].map(([, id]) => id!)
  }
}

/** Of what INFO says; 0 where it says nothing of it. */
export function numberIn(info: string, pattern: RegExp): number {
  return Number(pattern.exec(info)?.[1] ?? 0)
}

const copy = `
local first, count = tonumber(ARGV[1]), tonumber(ARGV[2])
local parts = { unpack(ARGV, 3) }
for n = first, first + count - 1 do
  redis.call('LPUSH', KEYS[1], table.concat(parts, string.format('%012d', n)))
end`
