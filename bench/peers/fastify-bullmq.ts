import { readFileSync } from 'node:fs'
import { Queue } from 'bullmq'
import Fastify from 'fastify'
import { Redis } from 'ioredis'

// What an engineer writes in ten minutes: bare Fastify and BullMQ, with no validation of parameters, no
// ids of its own, no log, no metrics, no bound, and no answer but a hang while Redis is away.
// It takes the socket to listen on, the socket of Redis, and a file with the answer of /api/tasks.

const [socket, redisSocket, tasksFile] = process.argv.slice(2) as [string, string, string]

const queue = new Queue('tasks', {
  connection: new Redis({ path: redisSocket, maxRetriesPerRequest: null }),
})
const tasks = JSON.parse(readFileSync(tasksFile, 'utf8'))
const app = Fastify()

app.get('/api/tasks', () => tasks)

app.get('/api/non-blocking', async (request, reply) => {
  const { task, ...params } = request.query as { task: string }
  const job = await queue.add(task, params)
  reply.code(202)
  return { job: job.id }
})

await app.listen({ path: socket })
process.send?.({ type: 'ready' })
