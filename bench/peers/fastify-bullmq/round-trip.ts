import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'

// The bare chain that a round trip is measured against: a job is added, worker.ts does it, and its end is waited
// for, without any HTTP. It takes the socket of Redis, and is asked for a number of trips, one after the other,
// by message; it answers with what each has taken, in milliseconds.

const [redisSocket] = process.argv.slice(2) as [string]
const connect = () => new Redis({ path: redisSocket, maxRetriesPerRequest: null })

const queue = new Queue('tasks', { connection: connect() })
const events = new QueueEvents('tasks', { connection: connect() })

process.on('message', async (count: number) => {
  const ms: number[] = []
  while (ms.length < count) {
    const began = performance.now()
    const job = await queue.add('empty', {})
    await job.waitUntilFinished(events)
    ms.push(performance.now() - began)
  }
  process.send?.(ms)
})
process.on('disconnect', () => process.exit())

await events.waitUntilReady()
process.send?.({ type: 'ready' })
