import { Queue } from 'bullmq'
import { BullJobs } from './bull-jobs.ts'
import { HeldWorkers } from './held-workers.ts'
import { inBench } from './processes.ts'
import { Stage } from './stage.ts'
import type { Answers, QueueSystem, Scale } from './system.ts'
import { fastifyBullmqVersions } from './versions.ts'

/** Bare Fastify with BullMQ. */
export async function startFastifyBullmq({
  servers = 2,
  workers = 0,
  threads = 1,
  answers,
}: Scale & { answers: Answers }): Promise<QueueSystem> {
  return Stage.set(async (stage) => {
    const redisSocket = await stage.startRedis()
    const answersFile = stage.write('answers.json', JSON.stringify(answers))
    for (let n = 1; n <= servers; n++) {
      const args = [inBench('peers/fastify-bullmq/server.ts'), stage.serverSocket(n)]
      await stage.processes.start(process.execPath, [...args, redisSocket, answersFile], 'message')
    }
    const workerPids: number[] = []
    for (let n = 1; n <= workers; n++) {
      const args = [inBench('peers/fastify-bullmq/worker.ts'), redisSocket, String(threads)]
      const worker = await stage.processes.start(process.execPath, args, 'message')
      workerPids.push(worker.pid!)
    }
    const url = await stage.startNginx()
    const jobs = new BullJobs(redisSocket, { prefix: 'bull', queue: 'tasks' })
    const queue = new Queue('tasks', { connection: jobs.redis })
    const held = new HeldWorkers(workerPids)
    const left = () => jobs.left()
    let next = 1_000_000_000
    return {
      name: 'bare Fastify + BullMQ',
      url,
      redisSocket,
      versions: fastifyBullmqVersions(),
      left,
      hold: () => held.hold(left),
      release: () => held.release(),
      fill: (task, count) => {
        const { task: name, ...params } = task
        return jobs.fill(task, count, {
          add: () => queue.add(name, params),
          newId: () => String(next++),
        })
      },
      async stop() {
        held.release()
        await queue.close()
        jobs.close()
        await stage.stop()
      },
    }
  })
}
