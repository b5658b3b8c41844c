/**
 * The line in front of the threads: who came first goes first. Piscina has a line of its own, but it
 * loses the order of runs that can be aborted; so it is never handed more than it has threads.
 */
export interface Line {
  /** Resolves when a place is free. @throws when `signal` is aborted first, or the line is closed */
  enter(signal: AbortSignal): Promise<void>
  /** The place is free again. */
  leave(): void
  /** Sends all away who wait. */
  close(): void
}

export function createLine(places: number): Line {
  const waiting = new Set<{ enter(): void; sendAway(): void }>()
  let free = places

  return {
    async enter(signal) {
      if (free > 0) {
        free--
        return
      }
      const { promise, resolve: enter, reject } = Promise.withResolvers<void>()
      const sendAway = () => reject(new Error('left the line'))
      const place = { enter, sendAway }
      waiting.add(place)
      signal.addEventListener('abort', sendAway, { once: true })
      try {
        await promise
      } finally {
        signal.removeEventListener('abort', sendAway)
        waiting.delete(place)
      }
    },
    leave() {
      const [first] = waiting
      if (first === undefined) {
        free++
        return
      }
      waiting.delete(first)
      first.enter()
    },
    close() {
      for (const each of waiting) each.sendAway()
      waiting.clear()
    },
  }
}
