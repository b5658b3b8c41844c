/** By row: what stands in the way of the targets that it does not reach. Markdown, in sentences. */
export const reasons: Record<string, string> = {
  light:
    'the page has a dozen headers that tell a browser what it may do, and each request leaves two log lines; the bare ' +
    'peer has none of it.',
  goodput:
    'what brings a job and takes its result away needs the same cores. Threads without HTTP (below) leave little to be ' +
    'had; a request that comes between two jobs finds cold caches, and takes its server several times the CPU time of ' +
    'one that comes right after another.',
  bystander:
    'on threads, the servers that answer the bystander also take and answer the requests that keep the cores busy; ' +
    'bare BullMQ has its jobs in the queue beforehand.',
  'round-trip':
    'the bare chain has no HTTP, and does the job on the event loop. With Fastify and nginx before it, it takes most ' +
    'of what Unblock takes, which goes to a thread and back as well.',
  seeing:
    'the requests of the page and its stream of events are made on the same two cores as all the rest, though last in ' +
    'line; and rounds differ by more than what is to be told.',
}
