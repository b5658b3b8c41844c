import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram, systemPrograms } from '../bin/programs.mjs'
import { claimAddress } from '../src/launcher/address.ts'
import { nginx } from '../src/launcher/nginx.ts'
import { redis } from '../src/launcher/redis.ts'
import { RunDir } from '../src/launcher/run-dir.ts'
import type { Program } from '../src/launcher/supervised.ts'

/** The systems that are compared, each behind nginx with the same configuration, and Redis of its own. */
export interface System {
  name: string
  url: string
  stop(): Promise<void>
}

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The real thing: the launcher, with two servers, and no worker so that jobs only pile up. */
export async function startUnblock(): Promise<System> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const args = ['up', '--port', '0', '--scale', 'server=2', '--scale', 'worker=0']
  const child = spawn(process.execPath, [file('../src/cli.ts'), ...args], {
    cwd: dir,
    // The bound is on as ever; it is only above what a bench leaves waiting.
    env: { ...process.env, QUEUE_LIMIT: '100000000', TMPDIR: dir },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let log = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (log.length < 100_000) log += chunk // the log goes on being read, as a terminal would
      const ready = /ready in .*: (http:\S+)/.exec(log)?.[1]
      if (ready) resolve(ready)
    })
    child.once('exit', () => reject(new Error(`unblock up ended:\n${log}`)))
  })
  return {
    name: 'unblock',
    url,
    async stop() {
      await end(child)
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Two processes of bare Fastify with BullMQ. `taskList` is what its `/api/tasks` answers. */
export async function startBare(taskList: string): Promise<System> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'))
  const runDir = new RunDir(dir)
  runDir.create()
  mkdirSync(join(dir, 'data'))
  const tasksFile = join(dir, 'tasks.json')
  writeFileSync(tasksFile, taskList)
  const address = await claimAddress({ host: '127.0.0.1', port: 0 })
  const redisSocket = runDir.socket('redis')
  const children = [await startProgram(redis(found('redis'), join(dir, 'data'), redisSocket))]
  for (const number of [1, 2]) {
    const socket = runDir.socket(`server-${number}`)
    const child = spawn(
      process.execPath,
      [file('peers/fastify-bullmq.ts'), socket, redisSocket, tasksFile],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    )
    children.unshift(child)
    await once(child, 'message')
  }
  const asRoot = process.getuid?.() === 0
  const proxy = { ...address, balance: 'least_conn', slots: 16, asRoot } as const
  children.unshift(await startProgram(nginx(found('nginx'), runDir, proxy)))
  return {
    name: 'bare Fastify + BullMQ',
    url: `http://${address.host}:${address.port}`,
    async stop() {
      for (const child of children) await end(child)
      runDir.remove()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function found(key: keyof typeof systemPrograms): string {
  const program = findProgram(systemPrograms[key].names)
  if (program === undefined) throw new Error(`${key} is not installed`)
  return program
}

async function startProgram({ command, args, isReady }: Program): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] })
  while (!(await isReady?.())) await new Promise((resolve) => setTimeout(resolve, 10))
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
