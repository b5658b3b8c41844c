/**
 * The line in front of the threads: who came first goes first. Piscina has a line of its own, but it
 * loses the order of runs that can be aborted; so it is never handed more than it has threads.
 */
export interface Line {
  /** Resolves when a place is free. @throws when `signal` is aborted first, or the line is closed */
  enter(signal: AbortSignal): Promise<void>
  /** A place is free: again, or there is one more. */
  leave(): void
  /** There is one place less: a free one, or the next that would be. */
  remove(): void
  /** Sends all away who wait. */
  close(): void
}

export function createLine(places: number): Line {
  const waiting = new Set<{ enter(): void; sendAway(): void }>()
  /** Below zero, so many who are inside have lost their place. */
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
      if (first === undefined || free < 0) {
        free++
        return
      }
      waiting.delete(first)
      first.enter()
    },
    remove() {
      free--
    },
    close() {
      for (const each of waiting) each.sendAway()
      waiting.clear()
    },
  }
}
