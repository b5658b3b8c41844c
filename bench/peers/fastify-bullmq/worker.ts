import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { hash } from '../../tasks/_hash.ts'

// The worker that belongs to server.ts: jobs run where BullMQ calls the processor, on its event loop.
// It takes the socket of Redis, and how many jobs it takes at the same time.

const [redisSocket, concurrency] = process.argv.slice(2) as [string, string]

const worker = new Worker(
  'tasks',
  async ({ name, data }) => (name === 'hash' ? hash(Number(data.iterations)) : 0),
  {
    connection: new Redis({ path: redisSocket, maxRetriesPerRequest: null }),
    concurrency: Number(concurrency),
    // As Unblock keeps them: those that ended within the hour.
    removeOnComplete: { age: 3600 },
  },
)
await worker.waitUntilReady()
process.send?.({ type: 'ready' })
