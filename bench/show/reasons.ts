/** By row: what stands in the way of the targets that it does not reach. Markdown, in sentences. */
export const reasons: Record<string, string> = {
  light:
    'the page has a dozen headers that tell a browser what it may do, and each request leaves two log lines; the bare ' +
    'peer has none of it. A server takes 38 µs of CPU time for the page and the bare one 24; nginx takes 26 and 22.',
  'round-trip':
    'the bare chain has no HTTP, and does the job on the event loop. With Fastify and nginx before it, it takes about ' +
    'as long as Unblock, which goes to a thread and back as well.',
}
