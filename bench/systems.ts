import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { claimAddress } from '../src/launcher/address.ts'
import { nginx } from '../src/launcher/nginx.ts'
import { redis } from '../src/launcher/redis.ts'
import { RunDir } from '../src/launcher/run-dir.ts'

/** The systems that are compared, each behind nginx with the same configuration, and Redis of its own. */
export interface System {
  name: string
  url: string
  stop(): Promise<void>
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The real thing: the launcher, with two servers; by default with no worker, so that jobs only pile up. */
export async function startUnblock({
  servers = 2,
  workers = 0,
  // The bound is on as ever; it is only above what a bench leaves waiting.
  env = { QUEUE_LIMIT: '100000000', QUEUE_COST_LIMIT_MS: '1000000000000' } as Record<
    string,
    string
  >,
} = {}): Promise<System> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const scale = ['--scale', `server=${servers}`, '--scale', `worker=${workers}`]
  const args = ['up', '--port', '0', ...scale]
  const child = spawn(process.execPath, [...process.execArgv, file('../src/cli.ts'), ...args], {
    cwd: dir,
    env: { ...process.env, ...env, TMPDIR: dir },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const stop = async () => {
    await end(child)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let log = ''
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        if (log.length < 100_000) log += chunk // the log goes on being read, as a terminal would
        const ready = /ready in .*: (http:\S+)/.exec(log)?.[1]
        if (ready) resolve(ready)
      })
      child.once('exit', () => reject(new Error(`unblock up ended:\n${log}`)))
    })
    return { name: 'unblock', url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Two processes of bare Fastify with BullMQ. `taskList` is what its `/api/tasks` answers. */
export async function startBare(taskList: string): Promise<System> {
  const programs = { redis: found('redis'), nginx: found('nginx') }
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const runDir = new RunDir(dir)
  const children: ChildProcess[] = []
  const stop = async () => {
    for (const child of children.toReversed()) await end(child)
    runDir.remove()
    rmSync(dir, { recursive: true, force: true })
  }
  const start = async (command: string, args: readonly string[], until: Ready) => {
    const child = spawn(command, args, {
      // nginx says again and again which of its slots are empty.
      stdio: [
        'ignore',
        'ignore',
        ...(until === 'message' ? (['inherit', 'ipc'] as const) : ['ignore' as const]),
      ],
    })
    children.push(child)
    const isReady = until === 'message' ? once(child, 'message') : poll(child, until)
    await Promise.race([isReady, untilEnded(child, command)])
  }
  try {
    runDir.create()
    const tasksFile = join(dir, 'tasks.json')
    writeFileSync(tasksFile, taskList)
    const address = await claimAddress({ host: '127.0.0.1', port: 0 })
    const redisSocket = runDir.socket('redis')
    const store = redis(programs.redis, dir, redisSocket)
    await start(store.command, store.args, store.isReady!)
    for (const number of [1, 2]) {
      const args = [file('peers/fastify-bullmq.ts'), runDir.socket(`server-${number}`)]
      await start(process.execPath, [...args, redisSocket, tasksFile], 'message')
    }
    const asRoot = process.getuid?.() === 0
    const options = { ...address, balance: 'least_conn', slots: 16, asRoot } as const
    const proxy = nginx(programs.nginx, runDir, options)
    await start(proxy.command, proxy.args, proxy.isReady!)
    const url = `http://${address.host}:${address.port}`
    return { name: 'bare Fastify + BullMQ', url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function found(key: keyof typeof systemPrograms): string {
  const program = findProgram(systemPrograms[key].names)
  if (program === undefined) throw new Error(`${key} is not installed`)
  return program
}

/** How a process shows that it is ready: by any message to this one, or by what can be asked. */
type Ready = 'message' | (() => Promise<boolean>)

async function poll(child: ChildProcess, isReady: () => Promise<boolean>): Promise<void> {
  while (!hasEnded(child) && !(await isReady())) await sleep(10)
}

/** Rejects when it has ended, or could not be started. */
async function untilEnded(child: ChildProcess, command: string): Promise<never> {
  const [code, signal] = await once(child, 'exit')
  throw new Error(`${command} ended: ${signal ?? `exit code ${code}`}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null
}
