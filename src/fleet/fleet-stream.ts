import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { eventStream } from '../event-stream.ts'
import type { Feed, News } from './feed.ts'

const longestSendMs = 30_000

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
