import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { type Problem, unavailable } from '../api/problem.ts'
import { eventStream } from '../event-stream.ts'
import type { Feed, News } from './feed.ts'

const longestSendMs = 30_000
/** Streams at once; more are refused. */
export const mostStreams = 1000

/** Why one more stream is refused; undefined where it is not. */
export function tooManyStreams(feed: Feed, most = mostStreams): Problem | undefined {
  if (feed.followers() < most) return undefined
  return unavailable(`${most} clients follow the fleet here already.`, 5)
}

/** A feed as server-sent events, until `signal` is aborted. A client that takes nothing for long is cut off. */
export function fleetStream(
  feed: Feed,
  raw: ServerResponse,
  signal: AbortSignal,
  { longestMs = longestSendMs }: { longestMs?: number } = {},
): Readable {
  return eventStream(eventsOf(feed.follow(signal), raw, longestMs))
}

async function* eventsOf(
  all: AsyncGenerator<News, void, undefined>,
  raw: ServerResponse,
  longestMs: number,
): AsyncGenerator<string, void, undefined> {
  for await (const { event, data } of all) {
    const cut = setTimeout(() => raw.destroy(), longestMs).unref()
    try {
      yield `event: ${event}\ndata: ${data}\n\n`
    } finally {
      clearTimeout(cut)
    }
  }
}
