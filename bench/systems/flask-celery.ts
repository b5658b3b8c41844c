import { request } from 'node:http'
import { HeldWorkers } from './held-workers.ts'
import { installedOrThrow, python } from './installed.ts'
import { ListJobs, numberIn } from './list-jobs.ts'
import { inBench } from './processes.ts'
import { Stage } from './stage.ts'
import { type Answers, type QueueSystem, queryOf, type Scale } from './system.ts'

/**
 * Flask behind gunicorn (2 processes of 2 threads a server) with Celery: `threads` is the number of processes of each
 * of its `workers`.
 */
export async function startFlaskCelery({
  servers = 2,
  workers = 0,
  threads = 1,
  answers,
}: Scale & { answers: Answers }): Promise<QueueSystem> {
  const versions = installedOrThrow('Flask + Celery')
  return Stage.set(async (stage) => {
    const redisSocket = await stage.startRedis()
    const jobs = new ListJobs(redisSocket, 'celery')
    stage.atEnd(() => jobs.close())
    const options = {
      cwd: inBench('peers/flask-celery'),
      env: {
        REDIS_SOCKET: redisSocket,
        ANSWERS: stage.write('answers.json', JSON.stringify(answers)),
        // It would leave files beside the sources.
        PYTHONDONTWRITEBYTECODE: '1',
      },
      log: stage.write('peer.log', ''),
    }
    for (let n = 1; n <= servers; n++) {
      const socket = stage.serverSocket(n)
      const size = ['--workers', '2', '--threads', '2']
      // Longer than nginx keeps a connection to a server: else gunicorn closes those that nginx is about to use.
      const listen = ['--bind', `unix:${socket}`, '--keep-alive', '75']
      const gunicorn = ['-m', 'gunicorn', ...size, ...listen, 'app:app']
      await stage.processes.start(python, gunicorn, () => answersHttp(socket), options)
    }
    const pids: number[] = []
    for (let n = 1; n <= workers; n++) {
      const args = ['worker', '-n', `worker-${n}@%h`, '--concurrency', `${threads}`]
      // What workers tell each other at their start goes through lists, too: `isReady` and `jobsLeft` would count it.
      const celery = ['-m', 'celery', '-A', 'tasks', ...args, '--without-mingle']
      const isReady = async () => (await jobs.idle()) >= n
      pids.push((await stage.processes.start(python, celery, isReady, options)).pid!)
    }
    const url = await stage.startNginx()
    // Its main processes alone are stopped: the others have nothing to do by then, and are given nothing.
    const held = new HeldWorkers(pids)
    const left = () => jobsLeft(jobs)
    return {
      name: 'Flask + Celery',
      url,
      redisSocket,
      versions,
      left,
      hold: () => jobs.hold(held, left),
      release: () => held.release(),
      fill: (task, count) =>
        jobs.fill(count, {
          add: () => accepted(`${url}/api/non-blocking${queryOf(task)}`),
          // By either of them the worker tells jobs apart that it has in hand.
          idsIn: (message) => {
            const { headers, properties } = JSON.parse(message)
            return [headers.id, properties.delivery_tag]
          },
        }),
      stop: () => stage.stop(),
    }
  })
}

/**
 * Jobs that were put into the queue, less those whose result was written. Between, a job is in the list, in what
 * a worker has taken and not acknowledged, or with one of its processes, where nothing in Redis tells of it: by
 * default Celery acknowledges a job before it runs.
 */
async function jobsLeft({ redis }: ListJobs): Promise<number> {
  const stats = await redis.info('commandstats')
  const calls = (command: string) => numberIn(stats, new RegExp(`cmdstat_${command}:calls=(\\d+)`))
  return calls('lpush') - calls('setex')
}

async function accepted(url: string): Promise<void> {
  const answer = await fetch(url)
  if (answer.status !== 202) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  await answer.body?.cancel()
}

/** Whether a server answers there: the socket is there before any process that reads from it. */
function answersHttp(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    request({ socketPath, path: '/' }, (answer) => resolve(answer.resume().statusCode === 200))
      .on('error', () => resolve(false))
      .end()
  })
}
