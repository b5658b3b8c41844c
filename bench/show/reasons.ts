/** By row: what stands in the way of the targets that it does not reach. Markdown, in sentences. */
export const reasons: Record<string, string> = {
  light:
    'the page has a dozen headers that tell a browser what it may do, and each request leaves two log lines; the bare ' +
    'peer has none of it. A server takes 25 µs of CPU time for the page and the bare one 18; nginx takes 24 and 19.',
  goodput:
    'what brings a job and takes its result away needs the same cores. On threads without HTTP (below) the same runs ' +
    'leave little to be had; over HTTP, a request between jobs of 10 ms finds cold caches and takes its server 0.3 to ' +
    '0.4 ms of CPU time, ten times as much as where nothing else runs, and nginx 0.1 to 0.2 ms. Of the queue, a worker ' +
    'takes 0.24 ms for such a job beside the run itself, and Redis 0.11 ms.',
  'round-trip':
    'the bare chain has no HTTP, and does the job on the event loop. With Fastify and nginx before it, it takes about ' +
    'as long as Unblock, which goes to a thread and back as well.',
}
