import type { Redis } from 'ioredis'
import { cancelledAmong } from './cancel.ts'
import { cancelChannel } from './keys.ts'

/** What a worker hears of jobs that were cancelled. */
export interface Cancels {
  /** Whether the job was cancelled a moment ago, perhaps while it was on its way here. */
  heardOf(id: string): boolean
  close(): void
}

// A job is taken and the worker knows of it a moment later; a word that comes between must not be lost.
const remembered = 1000

/**
 * Listens for cancelled jobs. Words that are said while the connection is down are lost, so after each
 * reconnection the jobs at hand are looked at.
 *
 * @param subscriber a connection of its own, because listening takes it over
 * @param running ids of the jobs at hand
 */
export function listenForCancels(
  { subscriber, redis }: { subscriber: Redis; redis: Redis },
  { running, cancel }: { running: () => string[]; cancel: (id: string) => void },
): Cancels {
  const heard = new Set<string>()

  subscriber.on('message', (_channel, id: string) => {
    heard.add(id)
    if (heard.size > remembered) heard.delete(heard.values().next().value ?? id)
    cancel(id)
  })
  const listen = async () => {
    await subscriber.subscribe(cancelChannel)
    for (const id of await cancelledAmong(redis, running())) cancel(id)
  }
  subscriber.on('ready', () => void listen().catch(() => {})) // there will be another 'ready'

  return {
    heardOf: (id) => heard.has(id),
    close: () => subscriber.disconnect(),
  }
}
