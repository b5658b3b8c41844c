import { createParser } from 'eventsource-parser'
import type { Fleet } from '../../api/fleet.ts'
import type { Client } from '../attack/client.ts'
import { readFleet } from './idle.ts'

/** The fleet at one moment, as its stream of events told it. */
export interface Sighting {
  /** performance.now() */
  at: number
  fleet: Fleet
}

const againMs = 500

/**
 * Watches a service's fleet until it is told to stop. The stream comes through while every server is
 * blocked. A service that has none is simply never seen.
 */
export function watchFleet(client: Client, onSighting: (sighting: Sighting) => void) {
  let timer: NodeJS.Timeout | undefined
  let request: { abort(): void } | undefined
  let isOver = false

  function open(): void {
    const parser = createParser({
      onEvent({ event, data }) {
        const fleet = event === 'fleet' ? readFleet(data) : undefined
        if (fleet !== undefined) onSighting({ at: performance.now(), fleet })
      },
    })
    request = client.follow(
      { method: 'GET', path: '/api/fleet/events' },
      (text) => parser.feed(text),
      ({ status, headers, error }) => {
        // Another service has no such path, or answers it with something else: it is not asked again.
        const isStream = String(headers['content-type']).startsWith('text/event-stream')
        const comesBack = isStream || error !== undefined || status >= 500
        if (!isOver && comesBack) timer = setTimeout(open, againMs)
      },
    )
  }

  open()
  return {
    stop() {
      isOver = true
      clearTimeout(timer)
      request?.abort()
    },
  }
}
