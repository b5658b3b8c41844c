import type { ScenarioFile } from 'unblock/measure'

/**
 * The same work on the event loop, on threads and on the queue, with one server and with three: what it
 * does to those who asked for it, and to everybody else (the bystander). About 3 minutes.
 *
 * The limit is half a second or so of one core, and more than one request a second comes: work for more
 * than half a core, which any of the three can do. What differs is who waits.
 */
export default {
  description: 'Event loop, thread or queue: who waits while CPU-heavy work runs',
  task: 'primes',
  params: { limit: 3_000_000 },
  executors: ['event-loop', 'thread', 'queue'],
  servers: [1, 3],
  rates: [1.2],
  spacing: 'poisson',
  seed: 9, // as many requests come as are expected, 30
  warmUp: '2s',
  duration: '25s',
  deadline: '5s',
  bystander: { rate: 20 },
} satisfies ScenarioFile
