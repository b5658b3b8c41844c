import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { HeldWorkers } from './held-workers.ts'
import { installedOrThrow, ruby } from './installed.ts'
import { ListJobs } from './list-jobs.ts'
import { inBench } from './processes.ts'
import { Stage } from './stage.ts'
import type { BenchTask, QueueSystem, Scale } from './system.ts'

/** Sidekiq's default. */
const threads = 10
const file = inBench('peers/sidekiq/jobs.rb')

/** Sidekiq, `workers` processes of 10 threads each; it has no server. */
export async function startSidekiq({ workers = 0 }: Scale): Promise<QueueSystem> {
  const versions = installedOrThrow('Sidekiq')
  return Stage.set(async (stage) => {
    const redisSocket = await stage.startRedis()
    const jobs = new ListJobs(redisSocket, 'queue:default')
    stage.atEnd(() => jobs.close())
    const log = stage.write('peer.log', '')
    const env = { REDIS_URL: `unix://${redisSocket}` }
    const pids: number[] = []
    for (let n = 1; n <= workers; n++) {
      const isReady = async () => (await jobs.idle()) >= n * threads
      const sidekiq = ['/usr/bin/sidekiq', '-r', file]
      const started = await stage.processes.start(ruby, sidekiq, isReady, { env, log })
      pids.push(started.pid!)
    }
    const held = new HeldWorkers(pids)
    let areHeld = false
    // What waits, and what runs: each thread that does not wait for a job has one. Sidekiq's own counters tell of
    // the last five seconds at best.
    const left = async () => {
      const [waiting, idle] = await Promise.all([jobs.waiting(), jobs.idle()])
      return waiting + (areHeld ? 0 : workers * threads - idle)
    }
    return {
      name: 'Sidekiq',
      url: '',
      redisSocket,
      versions,
      left,
      async hold() {
        areHeld = false
        await jobs.hold(held, left)
        areHeld = true
      },
      release() {
        areHeld = false
        held.release()
      },
      fill: (task, count) =>
        jobs.fill(count, {
          add: () =>
            promisify(execFile)(ruby, ['-r', file, '-e', pushOf(task)], {
              env: { ...process.env, ...env },
            }),
          idsIn: (message) => [JSON.parse(message).jid],
        }),
      stop: () => stage.stop(),
    }
  })
}

/** Ruby that puts one job into the queue, as an application does. */
function pushOf(task: BenchTask): string {
  return task.task === 'empty'
    ? 'EmptyJob.perform_async'
    : `HashJob.perform_async(${task.iterations})`
}
