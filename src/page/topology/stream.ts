import { signal } from '@preact/signals'
import type { Fleet } from '../../api/fleet.ts'

/** The fleet as the newest event of `/api/fleet/events` has it; undefined before the first. */
export const fleet = signal<Fleet | undefined>(undefined)

/** Whether events come. What is shown while they do not is old. */
export const link = signal<'connecting' | 'live' | 'lost'>('connecting')

/** Why they do not, as far as somebody has said so. */
export const reason = signal('')

/** Vitals change several times a second: a stream that says nothing for so long is dead. */
const silenceMs = 5000
const awayMs = 30_000
const retryMs = 1000

/**
 * Follows the fleet until the returned function is called, through restarts of whoever tells it. A
 * browser comes back by itself when a stream is cut, but never when it was answered with an error. It has
 * six connections to a site for all its tabs: one that is not seen holds none.
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
      reason.value = ''
      expectMore()
    })
    source.addEventListener('away', ({ data }: MessageEvent<string>) => {
      reason.value = (JSON.parse(data) as { detail: string }).detail
      lose()
      // It comes once, and then nothing until Redis is back; a new stream begins with it again.
      expectMore(awayMs)
    })
    source.addEventListener('error', () => {
      reason.value = ''
      lose()
      if (source?.readyState === EventSource.CLOSED) reopen()
    })
    expectMore()
  }

  function expectMore(withinMs = silenceMs): void {
    clearTimeout(silence)
    silence = setTimeout(() => {
      reason.value = ''
      lose()
      reopen()
    }, withinMs)
  }

  function lose(): void {
    link.value = 'lost'
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

  function onlyWhileSeen(): void {
    close()
    if (!document.hidden) open()
    else if (link.value === 'live') lose() // what happens meanwhile is not heard of
  }

  onlyWhileSeen()
  document.addEventListener('visibilitychange', onlyWhileSeen)
  return () => {
    document.removeEventListener('visibilitychange', onlyWhileSeen)
    close()
  }
}
