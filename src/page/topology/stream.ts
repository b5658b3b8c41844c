import { signal } from '@preact/signals'
import type { Fleet } from '../../api/fleet.ts'

/** The fleet as the newest event of `/api/fleet/events` has it; undefined before the first. */
export const fleet = signal<Fleet | undefined>(undefined)

/** Whether events come. What is shown while they do not is old. */
export const link = signal<'connecting' | 'live' | 'lost'>('connecting')

/** Vitals change several times a second: a stream that says nothing for so long is dead. */
const silenceMs = 5000
const retryMs = 1000

/**
 * Follows the fleet until the returned function is called, through restarts of whoever tells it. A
 * browser comes back by itself when a stream is cut, but never when it was answered with an error.
 */
export function followFleet(): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  function open(): void {
    source = new EventSource('/api/fleet/events')
    source.addEventListener('fleet', ({ data }: MessageEvent<string>) => {
      fleet.value = JSON.parse(data) as Fleet
      link.value = 'live'
      expectMore()
    })
    source.addEventListener('away', lose)
    source.addEventListener('error', () => {
      lose()
      if (source?.readyState === EventSource.CLOSED) reopen()
    })
    expectMore()
  }

  function expectMore(): void {
    clearTimeout(silence)
    silence = setTimeout(() => {
      lose()
      reopen()
    }, silenceMs)
  }

  function lose(): void {
    if (link.value === 'live') link.value = 'lost'
  }

  function reopen(): void {
    close()
    retry = setTimeout(open, retryMs)
  }

  function close(): void {
    clearTimeout(retry)
    clearTimeout(silence)
    source?.close()
  }

  open()
  return close
}
