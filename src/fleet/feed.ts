import { setTimeout as delay } from 'node:timers/promises'
import type { Fleet } from '../api/fleet.ts'

/** The fleet as it is now, or that it cannot be known; `data` is JSON. */
export interface News {
  event: 'fleet' | 'away'
  data: string
}

/** Tells any number of followers how the fleet is, out of one reading for all of them. */
export interface Feed {
  /** How many follow now. */
  followers(): number
  /**
   * The newest news at once, then again whenever there is other news, until `signal` is aborted. Who
   * reads slowly misses what lies between, never the newest.
   */
  follow(signal: AbortSignal): AsyncGenerator<News, void, undefined>
}

const everyMs = 250
const away: News = {
  event: 'away',
  data: JSON.stringify({
    detail: 'Redis does not answer now; the fleet comes again as soon as it does.',
  }),
}

/**
 * Reads the fleet regularly as long as somebody follows, and not otherwise.
 *
 * @param pause between two readings
 */
export function createFeed({
  read,
  pause = () => delay(everyMs, undefined, { ref: false }),
}: {
  read: () => Promise<Fleet>
  pause?: () => Promise<unknown>
}): Feed {
  const bells = new Set<() => void>()
  let newest: News | undefined
  let reading = false

  async function keepReading(): Promise<void> {
    reading = true
    while (bells.size > 0) {
      const news = await read().then(asNews, () => away)
      if (news.data !== newest?.data) {
        newest = news
        for (const ring of bells) ring()
      }
      await pause()
    }
    newest = undefined // it would be old when the next one comes
    reading = false
  }

  async function* follow(signal: AbortSignal): AsyncGenerator<News, void, undefined> {
    let told: News | undefined
    let wake = () => {}
    const ring = () => wake()
    bells.add(ring)
    signal.addEventListener('abort', ring, { once: true })
    if (!reading) void keepReading()
    try {
      while (!signal.aborted) {
        const { promise: rung, resolve } = Promise.withResolvers<void>()
        wake = resolve
        if (newest === undefined || newest === told) await rung
        else {
          told = newest
          yield told
        }
      }
    } finally {
      bells.delete(ring)
      signal.removeEventListener('abort', ring)
    }
  }

  return { followers: () => bells.size, follow }
}

const asNews = (fleet: Fleet): News => ({ event: 'fleet', data: JSON.stringify(fleet) })
