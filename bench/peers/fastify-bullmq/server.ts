import { readFileSync } from 'node:fs'
import { Queue, QueueEvents } from 'bullmq'
import Fastify from 'fastify'
import { Redis } from 'ioredis'
import { hash } from '../../tasks/_hash.ts'

// What an engineer writes in ten minutes: bare Fastify and BullMQ, with no validation of parameters, no
// ids of its own, no log, no metrics, no bound, and no answer but a hang while Redis is away.
// It takes the socket to listen on, the socket of Redis, and a file with the answers of /api/tasks and /.

const [socket, redisSocket, answersFile] = process.argv.slice(2) as [string, string, string]

const connect = () => new Redis({ path: redisSocket, maxRetriesPerRequest: null })
const queue = new Queue('tasks', { connection: connect() })
const { tasks, page } = JSON.parse(readFileSync(answersFile, 'utf8'))
const taskList = JSON.parse(tasks)
const app = Fastify()

app.get('/', (_request, reply) => reply.type('text/html').send(page))

app.get('/api/tasks', () => taskList)

app.get('/api/non-blocking', async (request, reply) => {
  const { task, ...params } = request.query as { task: string }
  const job = await queue.add(task, params)
  reply.code(202)
  return { job: job.id }
})

// Not before it is asked for: reading all events would cost those who only queue jobs.
let events: QueueEvents | undefined

app.post('/api/round-trip', async () => {
  events ??= new QueueEvents('tasks', { connection: connect() })
  await events.waitUntilReady()
  const job = await queue.add('empty', {})
  return { result: await job.waitUntilFinished(events) }
})

app.get('/api/blocking', (request) => {
  const { iterations = '1' } = request.query as { iterations?: string }
  return { result: hash(Number(iterations)) }
})

await app.listen({ path: socket })
process.send?.({ type: 'ready' })
