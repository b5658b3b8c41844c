import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../../usage-error.ts'
import { type Client, createClient } from '../attack/client.ts'
import { type Counters, readCounters } from './counters.ts'
import { ask } from './service.ts'

/** How many of either kind there are. */
export interface Scale {
  server: number
  worker: number
}

/** The stack that a run starts for itself, and scales. */
export interface OwnStack {
  url: string
  /** Resolves when all are there, and each server has run something on each of its threads. */
  scale(to: Scale): Promise<void>
  /** What all instances have counted so far, together. */
  counters(): Promise<Counters | undefined>
  stop(): Promise<void>
}

interface Options {
  /** Folder with tasks; '' for none. */
  tasks: string
  scale: Scale
  /** Folder of the run: its log goes there, and it lives below while it runs. */
  folder: string
  /** Ends it while it starts. */
  signal: AbortSignal
}

/** As long as the proxy gives a request: a server that is stopped finishes its work first. */
const scalingMs = 150_000

/** The command that runs now: the stack is started by the same one, but not as a load generator is. */
const cli = process.argv[1] ?? ''
const nodeOptions = process.execArgv.filter((option) => !option.includes('semi-space'))
const run = promisify(execFile)

/** Starts `unblock up` in a folder and session of its own. @throws {UsageError} when it does not start */
export async function startOwnStack({ tasks, scale, folder, signal }: Options): Promise<OwnStack> {
  const logFile = join(folder, 'stack.log')
  const dir = join(folder, 'stack')
  mkdirSync(dir)
  const args = ['up', '--port', '0', ...(tasks === '' ? [] : ['--tasks', tasks])]
  const scaling = ['--scale', `server=${scale.server}`, '--scale', `worker=${scale.worker}`]
  const child = spawn(process.execPath, [...nodeOptions, cli, ...args, ...scaling], {
    cwd: dir,
    // A session of its own: Ctrl-C is for this process alone. With the channel, it ends with this one.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const giveUp = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', giveUp, { once: true })
  const stop = async () => {
    await end(child)
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const url = await readUrl(child, logFile)
    // From now on there is something to be kept first.
    signal.removeEventListener('abort', giveUp)
    const front = createClient(url)
    const sockets = new Map<string, Client>()
    const stack = {
      url,
      scale: async (to: Scale) => {
        const body = JSON.stringify(to)
        const headers = { 'content-type': 'application/json' }
        const asked = { method: 'POST', path: '/control/scale', headers, body } as const
        const { status, head } = await ask(front, asked, scalingMs)
        if (status !== 200) throw new Error(`the stack could not be scaled: ${status} ${head}`)
        await meet()
      },
      counters: () => readCounters(sockets),
      stop: async () => {
        await Promise.all([front, ...sockets.values()].map((client) => client.close()))
        await stop()
      },
    }
    await meet()
    return stack

    /** Finds each instance's own address, and warms it up. */
    async function meet(): Promise<void> {
      const known = await listSockets(dir)
      for (const [name, client] of sockets)
        if (!known.has(name)) {
          sockets.delete(name)
          await client.close()
        }
      const fresh = [...known].filter(([name]) => !sockets.has(name))
      for (const [name, socketPath] of fresh)
        sockets.set(name, createClient('http://localhost', { socketPath }))
      const servers = fresh.flatMap(([name]) => (name.startsWith('server-') ? [name] : []))
      await Promise.all(servers.map((name) => warm(sockets.get(name)!)))
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Resolves with its address when it is ready; its whole output goes to the file. */
async function readUrl(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile)
  let said = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  for (const output of [child.stdout!, child.stderr!]) {
    output.setEncoding('utf8').pipe(log, { end: false })
    output.on('data', (text: string) => {
      if (said.length < 100_000) said += text
      const url = /ready in .*: (http:\S+)/.exec(said)?.[1]
      if (url !== undefined) resolve(url)
    })
  }
  child.once('error', reject)
  child.once('exit', () => {
    log.end()
    const why = /^error: (.*)$/m.exec(said)?.[1] ?? said.trim().split('\n').at(-1)
    reject(new UsageError(`the stack does not start: ${why}; its log is ${logFile}`))
  })
  return promise
}

async function listSockets(dir: string): Promise<Map<string, string>> {
  const args = [...nodeOptions, cli, 'ps', '--json']
  const { stdout } = await run(process.execPath, args, { cwd: dir })
  const listed = JSON.parse(stdout) as { name: string; socket: string | null }[]
  return new Map(listed.flatMap(({ name, socket }) => (socket ? [[name, socket] as const] : [])))
}

/** Threads start with the first run: a server that has answered one has them. */
async function warm(client: Client): Promise<void> {
  const path = '/api/blocking?task=primes&limit=2&executor=thread'
  await ask(client, { method: 'GET', path })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const killer = setTimeout(() => child.kill('SIGKILL'), 90_000)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(killer)
}
