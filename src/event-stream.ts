import { Readable } from 'node:stream'

/**
 * What every stream of server-sent events does, whatever it tells.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'x-accel-buffering': 'no', // nginx passes each event on as it comes
} as const

// Proxies cut connections that are silent for long; browsers come back after `retry`.
const heartbeatMs = 15_000
const retryMs = 1000

/**
 * A stream of these events, each in the form in which it is sent. The next one is asked for when the last
 * one has been taken: a client that reads slowly makes `events` wait.
 */
export function eventStream(
  events: AsyncGenerator<string, void, undefined>,
  silenceMs = heartbeatMs,
): Readable {
  // Nothing waits in it beyond one event: that would be old by the time it is sent.
  return Readable.from(withHeartbeats(events, silenceMs), { objectMode: false, highWaterMark: 1 })
}

async function* withHeartbeats(
  events: AsyncGenerator<string, void, undefined>,
  silenceMs: number,
): AsyncGenerator<string, void, undefined> {
  try {
    yield `retry: ${retryMs}\n\n`
    let next = events.next()
    for (;;) {
      const came = await unlessSilent(next, silenceMs)
      if (came === 'silence') yield ': still here\n\n'
      else if (came.done) return
      else {
        yield came.value
        next = events.next()
      }
    }
  } finally {
    await events.return()
  }
}

async function unlessSilent<T>(next: Promise<T>, ms: number): Promise<T | 'silence'> {
  const { promise: silence, resolve } = Promise.withResolvers<'silence'>()
  const timer = setTimeout(resolve, ms, 'silence')
  return Promise.race([next, silence]).finally(() => clearTimeout(timer))
}
