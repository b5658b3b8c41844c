import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DATA_DIR } from '../../src/launcher/run-state.ts'
import { jobIdOf } from '../../src/queue/job-id.ts'
import { prefix, queueName } from '../../src/queue/keys.ts'
import { BullJobs } from './bull-jobs.ts'
import { HeldWorkers } from './held-workers.ts'
import { end, inBench } from './processes.ts'
import { type QueueSystem, queryOf, type Scale } from './system.ts'
import { unblockVersions } from './versions.ts'

export interface UnblockOptions extends Scale {
  env?: Record<string, string>
}

/** A stack of Unblock, with what a bench may ask of it beside HTTP. */
export interface UnblockSystem extends QueueSystem {
  /** Process ids by name: `server-1`, `worker-1`, `redis`. */
  pids: ReadonlyMap<string, number>
}

/** The bound is on as ever; it is only above what a bench leaves waiting. */
export const boundless = { QUEUE_LIMIT: '100000000', QUEUE_COST_LIMIT_MS: '1000000000000' }

/** The real thing, by `unblock up`, its log written to a file. */
export async function startUnblock({
  servers = 2,
  workers = 0,
  threads,
  env = boundless,
}: UnblockOptions = {}): Promise<UnblockSystem> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const logFile = join(dir, 'log')
  const log = openSync(logFile, 'w')
  const scale = ['--scale', `server=${servers}`, '--scale', `worker=${workers}`]
  const args = ['up', '--port', '0', ...scale, '--tasks', inBench('tasks')]
  const child = spawn(process.execPath, [...process.execArgv, inBench('../src/cli.ts'), ...args], {
    cwd: dir,
    env: {
      ...process.env,
      ...env,
      ...(threads === undefined ? {} : { THREADS: String(threads) }),
      TMPDIR: dir,
    },
    stdio: ['ignore', log, 'inherit', 'ipc'],
  })
  closeSync(log)
  const endings = [() => rmSync(dir, { recursive: true, force: true }), () => end(child)]
  const stop = async () => {
    for (const ending of endings.splice(0).toReversed()) await ending()
  }
  try {
    const url = await untilReady(logFile, child)
    const { redisSocket, pids } = readState(dir)
    const jobs = new BullJobs(redisSocket, { prefix, queue: queueName })
    endings.push(() => jobs.close())
    const isWorker = ([name]: [string, number]) => name.startsWith('worker-')
    const workerPids = [...pids].filter(isWorker).map(([, pid]) => pid)
    const held = new HeldWorkers(workerPids)
    endings.push(() => held.release())
    const left = () => jobs.left()
    return {
      name: 'Unblock',
      url,
      redisSocket,
      versions: unblockVersions(),
      pids,
      stop,
      left,
      hold: () => held.hold(left),
      release: () => held.release(),
      fill: (task, count) =>
        jobs.fill(task, count, {
          add: () => accepted(`${url}/api/non-blocking${queryOf(task)}`),
          newId: () => jobIdOf(randomBytes(16).toString('hex')),
        }),
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function accepted(url: string): Promise<void> {
  const answer = await fetch(url)
  if (answer.status !== 202) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  await answer.body?.cancel()
}

/** @returns the URL that it says when everything runs */
async function untilReady(logFile: string, child: ChildProcess): Promise<string> {
  for (;;) {
    const ended = child.exitCode !== null || child.signalCode !== null
    const log = readFileSync(logFile, 'utf8')
    const url = /ready in .*: (http:\S+)/.exec(log)?.[1]
    if (url !== undefined) return url
    if (ended) throw new Error(`unblock up ended:\n${log}`)
    await sleep(10)
  }
}

/** What `up` has written down about itself, for `ps` and the like. */
function readState(dir: string): { redisSocket: string; pids: Map<string, number> } {
  const { control, processes } = JSON.parse(
    readFileSync(join(dir, DATA_DIR, 'state.json'), 'utf8'),
  ) as { control: string; processes: { name: string; pid: number }[] }
  return {
    redisSocket: join(dirname(control), 'redis.sock'),
    pids: new Map(processes.map(({ name, pid }) => [name, pid])),
  }
}
